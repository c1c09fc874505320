"""The shipped scenario files: whole in both languages, and every number from a fact or with its reason."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "scenarios").glob("*.yaml"))
KINDS = {"assumed", "observed", "fitted"}


def written(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def mappings(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of a file with its dotted path."""
    if isinstance(node, dict):
        yield path, node
        for key, child in node.items():
            yield from mappings(child, f"{path}.{key}".lstrip("."))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_title_is_given_in_english_and_chinese(path: Path) -> None:
    titles = [(place, mapping["title"]) for place, mapping in mappings(written(path)) if "title" in mapping]
    assert titles
    assert [place for place, title in titles if set(title) != {"en", "zh"} or not all(title.values())] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fact_named_is_in_the_seeds(path: Path) -> None:
    for place, mapping in mappings(written(path)):
        if "fact" in mapping:
            document, _, name = mapping["fact"].partition("/")
            assert name in written(ROOT / "seeds" / f"{document}.yaml")["facts"], place


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_reason_is_a_text_of_more_than_a_word(path: Path) -> None:
    reasons = [(place, mapping[kind]) for place, mapping in mappings(written(path)) for kind in KINDS & set(mapping)]
    assert [place for place, reason in reasons if len(reason.split()) < 4] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shares_of_a_whole_add_up_to_it(path: Path) -> None:
    for place, mapping in mappings(written(path)):
        if place.endswith((".at", ".joins")):
            assert sum(percent(share) for share in mapping.values()) == 1, place
        if place.endswith(".sectors"):
            parts = [part for name, part in mapping.items() if name not in KINDS]
            wholes = [[part[key] for part in parts] for key in ("count", "total")] if isinstance(parts[0], dict) else [parts]
            assert [sum(map(percent, shares)) for shares in wholes] == [1] * len(wholes), place


def percent(text: str) -> Fraction:
    return Fraction(text.removesuffix("%")) / 100
