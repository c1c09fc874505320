"""How a value of a scenario is read: by a function that returns it or raises `QuantityError`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from sim.errors import shown

Value = TypeVar("Value")

LONGEST_TEXT = 200


class QuantityError(ValueError):
    """A value that is not what it should be; `kind` is a kind of problem."""

    def __init__(self, kind: str, found: object, allowed: str = "", suggestion: str = "") -> None:
        super().__init__(kind, found, allowed, suggestion)
        self.kind = kind
        self.found = shown(found)
        self.allowed = allowed
        self.suggestion = suggestion


def for_pydantic(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """`read` with its QuantityError told in pydantic's way: the type is the kind, the context holds the rest."""

    def validate(value: Any) -> Value:
        try:
            return read(value)
        except QuantityError as fault:
            context = {"found": fault.found, "allowed": fault.allowed, "suggestion": fault.suggestion}
            raise PydanticCustomError(fault.kind, "found {found}; allowed: {allowed}", context) from None

    return validate


def schema_of(read: Callable[[Any], Any]) -> CoreSchema:
    """The pydantic schema of a class whose values are read by `read`."""
    return core_schema.no_info_plain_validator_function(for_pydantic(read))


@dataclass(frozen=True)
class ReadBy:
    """Annotates a type whose values are read by a function alone: pydantic need not look at what the type itself is made of."""

    read: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return schema_of(self.read)
