"""The JSON Schema takes what the loader takes, and marks the plainest slips."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.scenario.files.document import Node, read_document
from sim.scenario.files.sources import KINDS
from sim.scenario.json_schema import json_schema

ROOT = Path(__file__).parents[2]
SOUND = [
    *sorted((ROOT / "scenarios").glob("*.yaml")),
    *sorted((ROOT / "tests" / "theory").glob("*.yaml")),
    *sorted((ROOT / "tests" / "scenario" / "fixtures" / "scenarios").glob("*.yaml")),
]
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def plain(node: Node) -> Any:
    """A tree as a JSON value, the keys that tell sources included."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    return [plain(child) for child in node.value] if isinstance(node.value, list) else node.value


def test_it_is_a_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_every_sound_file_is_valid(path: Path) -> None:
    root, _ = read_document(path.read_bytes(), path.name)
    assert root is not None
    assert [error.message for error in VALIDATOR.iter_errors(plain(root))] == []


@pytest.mark.parametrize(
    "tree",
    [
        {"gaols": {}},
        {"run": 5},
        {"run": {"sead": 5}},
        {"goals": {"investment": {"metric": "investments"}}},
        {"goals": {"investment": {"headline": "yes"}}},
        {"goals": {"investment": {"value": {"fact": "hengyang"}}}},
        {"goals": {"investment": {"value": {"value": 5, "asumed": "x"}}}},
        {"goals": {"investment": {"value": {"value": 5, "assumed": "x", "fitted": "y"}}}},
        {"workflow": {"build": {"after": "land"}}},
        {"workflow": {"build": {"duration": {"lognorm": {}}}}},
        {"assumed": 5},
        {"overrides": {"more": {"overrides": {}}}},
        {"readings": {"size": {"readings": {"large": {"change": {"extends": "base"}}}}}},
    ],
)
def test_plain_slips_are_marked(tree: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(tree)


def test_it_names_every_kind_of_source() -> None:
    assert set(KINDS) <= SCHEMA["properties"].keys()
    assert set(KINDS) <= SCHEMA["$defs"]["Goal"]["properties"].keys()
