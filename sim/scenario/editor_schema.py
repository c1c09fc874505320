"""The JSON Schema of scenario files as they are written, for editors: keys and values completed and checked while typing.

It is the schema of a resolved scenario, loosened to what stands in a file: what `extends` brings may be missing, a value may be a fact
or say its kind and source, `null` deletes, and a mapping may carry a kind for all below it. What only loading can know is not in it.
"""

from __future__ import annotations

from typing import Any

from sim.scenario.schema import Scenario

Schema = dict[str, Any]

KINDS = {
    kind: {"type": "string", "description": f"Source of the {kind} numbers at or below this place."}
    for kind in ("assumed", "observed", "fitted")
}
SOURCED: Schema = {
    "description": "A number with where it comes from: a fact of seeds/, or a value that is assumed, observed or fitted.",
    "type": "object",
    "properties": {"fact": {"type": "string", "examples": ["hengyang/investment_goal_2022"]}, "value": {}, **KINDS},
    "additionalProperties": False,
    "oneOf": [{"required": ["fact"]}, *({"required": ["value", kind]} for kind in KINDS)],
}
EXTENDS: Schema = {"type": "string", "description": "The scenario that this one changes.", "examples": ["base"]}


def editor_schema() -> Schema:
    """JSON Schema (2020-12) of a scenario file."""
    resolved = Scenario.model_json_schema()
    blocks = {name: _block(part) for name, part in resolved.pop("$defs").items()}
    root = _block(resolved)
    root["properties"] = {"extends": EXTENDS, **root["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": {"Sourced": SOURCED, **blocks}}


def _block(part: Schema) -> Schema:
    """A mapping of named keys: none of them required, each as it may be written."""
    kept = {key: value for key, value in part.items() if key not in {"required", "properties"}}
    return {**kept, "properties": {**{name: _written(value) for name, value in part["properties"].items()}, **KINDS}}


def _written(value: Schema) -> Schema:
    """A value as a file may write it: itself, with its source, or null."""
    notes: Schema = {key: value[key] for key in ("description", "default") if key in value}
    bare = {key: part for key, part in value.items() if key not in {"description", "default", "title"}}
    choices = bare.pop("anyOf") if "anyOf" in bare else [bare]
    choices = [_named(choice) for choice in choices if choice != {"type": "null"}]
    return {**notes, "anyOf": [*choices, {"$ref": "#/$defs/Sourced"}, {"type": "null"}]}


def _named(choice: Schema) -> Schema:
    """A mapping with names of the user's own, which may carry a kind for all below it; any other value as it is."""
    below = choice.get("additionalProperties")
    if not isinstance(below, dict):
        return choice
    either = {"anyOf": below["oneOf"]} if "discriminator" in below else below
    return {**choice, "properties": KINDS, "additionalProperties": _written(either)}
