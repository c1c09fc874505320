"""The JSON Schema of scenario files, for editors: pydantic's own, opened for what a file may say and a resolved scenario does not.

A file may extend another one, so that no key is required; null deletes; a value may tell its source or be a fact; every mapping may
carry the source of the numbers below it.
"""

from __future__ import annotations

from typing import Any

from sim.scenario.schema import Scenario

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHOLE_FILE_ONLY = ("readings", "overrides", "scenarios")
"""Blocks that an override or a reading cannot hold."""
REASONS = {
    "assumed": "A judgement, with its reason.",
    "observed": "A measurement, with its source.",
    "fitted": "Chosen so that the model meets an observation: which one.",
}
SOURCES: Schema = {kind: {"$ref": f"#/$defs/{kind}"} for kind in REASONS}
FACT: Schema = {
    "type": "object",
    "description": "A stated fact: document/name in seeds/.",
    "properties": {"fact": {"type": "string", "pattern": "^[^/]+/[^/]+$"}},
    "required": ["fact"],
    "additionalProperties": False,
}


def json_schema() -> Schema:
    """The JSON Schema of a scenario file."""
    pydantic = Scenario.model_json_schema()
    definitions = {name: _opened(schema) for name, schema in pydantic.pop("$defs").items()}
    definitions["Reading"]["properties"]["change"] = {"$ref": "#/$defs/Fragment"}
    whole = _opened(pydantic)
    fragment_or_none = {"anyOf": [{"$ref": "#/$defs/Fragment"}, {"type": "null"}]}
    whole["properties"]["overrides"] = {"type": "object", "additionalProperties": fragment_or_none}
    fragment = {**whole, "properties": {key: value for key, value in whole["properties"].items() if key not in WHOLE_FILE_ONLY}}
    reasons = {kind: {"type": "string", "minLength": 1, "description": text} for kind, text in REASONS.items()}
    extends = {"type": "string", "description": "A scenario whose values this file takes over."}
    return {
        "$schema": DIALECT,
        **whole,
        "title": "Scenario",
        "properties": {"extends": extends, **whole["properties"]},
        "$defs": {**definitions, **reasons, "Fragment": fragment, "Fact": FACT},
    }


def _opened(schema: Schema) -> Schema:
    """A schema and all below it, as a file may fill it."""
    opened = {key: value for key, value in schema.items() if key not in {"required", "discriminator", "default", "title"}}
    if "oneOf" in opened:
        opened["anyOf"] = opened.pop("oneOf")
    if "anyOf" in opened:
        opened["anyOf"] = [_opened(one) for one in opened["anyOf"]]
    if "items" in opened:
        opened["items"] = _sourced(opened["items"])
    if opened.get("type") == "object":
        return _opened_object(opened)
    return opened


def _opened_object(schema: Schema) -> Schema:
    """A mapping with the keys that tell sources."""
    opened = {**schema, "properties": {key: _sourced(value) for key, value in schema.get("properties", {}).items()} | SOURCES}
    if isinstance(schema.get("additionalProperties"), dict):
        opened["additionalProperties"] = _sourced(schema["additionalProperties"])
    if "maxProperties" in schema:
        opened["maxProperties"] = schema["maxProperties"] + 1
    return opened


def _sourced(schema: Schema) -> Schema:
    """A value, or a mapping that tells its value and source, or a fact, or null; parts of the language only themselves or null."""
    opened = _opened(schema)
    if "$ref" in opened or _is_part(schema):
        return {"anyOf": [opened, {"type": "null"}]}
    value: Schema = {
        "type": "object",
        "properties": {"value": opened} | SOURCES,
        "required": ["value"],
        "maxProperties": 2,
        "additionalProperties": False,
    }
    return {"anyOf": [opened, value, {"$ref": "#/$defs/Fact"}, {"type": "null"}]}


def _is_part(schema: Schema) -> bool:
    """Whether a schema is a block or a table of blocks, not a value."""
    branches: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return all("$ref" in branch or branch.get("type") in ("null", "object") for branch in branches)
