"""Every file in broken/ has one fault: it is refused with that kind at that line and nothing else, and runs once the line is mended.

The faulty line ends with `# fault: <kind>  # mended: <the line's right text>`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.errors.wording import KINDS
from sim.scenario.loading import load

FILES = sorted(Path(__file__).with_name("broken").glob("*.yaml"))
MARK = re.compile(r"^(?P<indent>\s*)(?P<wrong>.*?)\s*# fault: (?P<kind>[\w-]+)  # mended:(?P<mended>.*)$")
ELSEWHERE = {
    "set-path": "test_setting",
    "set-value": "test_setting",
    "encoding": "test_document",
    "too-large": "test_document",
    "fact": "test_facts",
    "lever-twice": "test_levers",
    "lever-in-force": "test_levers",
    "lever-proposed": "test_levers",
    "lever-size": "test_levers",
    "extends": "test_loading",
    "ledger": "test_ledger",
    "ledger-total": "test_ledger",
    "unknown-run": "test_report",
    "run-alone": "test_report",
    "run-damaged": "test_report",
    "run-unlike": "test_report",
    "unknown-study": "test_studies",
    "is-study": "test_checked_studies",
    "is-no-study": "test_checked_studies",
    "one-of": "test_studies",
    "study-range": "test_studies",
    "power-of-two": "test_studies",
    "too-many-points": "test_studies",
    "unknown-ambiguity": "test_studies",
    "unknown-output": "test_studies",
    "no-study": "test_study_tables",
    "query": "test_study_tables",
}
"""Kinds that no scenario file by itself can have -> where they are tested."""
DOUBTS = {"area-unit", "money-scale", "unused-prior", "out-of-reach", "empty-list", "calendar-years", "unknown-metric", "intake"}
"""Warnings, faults of another year, and what is told as a choice."""


@dataclass(frozen=True)
class Case:
    """A broken file: its text, the line and kind of its fault, its text with the fault mended."""

    text: str
    line: int
    kind: str
    mended: str


def case(path: Path) -> Case:
    lines = path.read_text(encoding="utf-8").split("\n")
    ((number, match),) = [(number, match) for number, line in enumerate(lines) if (match := MARK.match(line))]
    mended = [*lines[:number], match["indent"] + match["mended"].strip(), *lines[number + 1 :]]
    return Case("\n".join(lines), number + 1, match["kind"], "\n".join(mended))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_at_its_faulty_line_and_nowhere_else(path: Path) -> None:
    with pytest.raises(InputError) as fault:
        load(path)
    found = [(problem.kind, problem.place and problem.place.line) for problem in fault.value.problems]
    assert found == [(case(path).kind, case(path).line)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_fault_is_told_in_both_languages_with_its_line_and_a_caret(path: Path) -> None:
    with pytest.raises(InputError) as fault:
        load(path)
    english, chinese = fault.value.message("en"), fault.value.message("zh")
    assert f"{path.name}:{case(path).line}:" in english
    assert KINDS[case(path).kind].en in english
    assert KINDS[case(path).kind].zh in chinese
    assert english.splitlines()[-1].strip() == "^"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_loads_once_the_line_is_mended(path: Path, tmp_path: Path) -> None:
    mended = tmp_path / path.name
    mended.write_text(case(path).mended, encoding="utf-8")
    assert load(mended).warnings == ()


def test_every_kind_of_fault_has_a_broken_file() -> None:
    assert KINDS.keys() - ELSEWHERE - DOUBTS - {case(path).kind for path in FILES} == set()
