"""Titles in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from sim.errors import shown
from sim.scenario.values.reading import QuantityError, schema_of

LONGEST = 200
ALLOWED = "text, or {en: text, zh: text}"


@dataclass(frozen=True)
class Words:
    """A title; where one language is not given it is the other's."""

    en: str
    zh: str

    def __getitem__(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema_of(read_words)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        text: dict[str, Any] = {"type": "string"}
        both = {"type": "object", "properties": {"en": text, "zh": text}, "additionalProperties": False, "minProperties": 1}
        return {"anyOf": [text, both]}


def read_words(value: object) -> Words:
    """A title as it stands in a scenario; raises QuantityError of kind words."""
    match value:
        case Words():
            return value
        case str():
            return Words(_checked(value), value)
        case dict() if value and value.keys() <= {"en", "zh"}:
            texts = {language: _checked(text) for language, text in value.items()}
            return Words(texts.get("en") or texts["zh"], texts.get("zh") or texts["en"])
        case _:
            raise QuantityError("words", value, ALLOWED, f'"{shown(value)}"' if isinstance(value, int | float) else "")


def _checked(text: object) -> str:
    if not isinstance(text, str):
        raise QuantityError("words", text, ALLOWED)
    if not text.strip() or len(text) > LONGEST:
        raise QuantityError("words", text, "text within 200 characters")
    return text
