"""The JSON Schema of studies, for editors: pydantic's own, with what belongs together said."""

from __future__ import annotations

from sim.scenario.json_schema import DIALECT, Schema
from sim.scenario.study.schema import DESIGNS, TARGETS, WAYS, Study


def study_schema() -> Schema:
    """The JSON Schema of a study's file."""
    schema = Study.model_json_schema()
    definitions = schema["$defs"]
    definitions["Factor"] |= {"oneOf": _one_of(TARGETS), "not": {"anyOf": _pairs(WAYS)}}
    definitions["Design"] |= {"oneOf": _one_of(DESIGNS)}
    return {"$schema": DIALECT, **schema}


def _one_of(keys: tuple[str, ...]) -> list[Schema]:
    """Exactly one of the keys."""
    return [{"required": [key]} for key in keys]


def _pairs(keys: tuple[str, ...]) -> list[Schema]:
    """Two of the keys."""
    return [{"required": [one, other]} for number, one in enumerate(keys) for other in keys[:number]]
