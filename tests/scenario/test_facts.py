"""Stated facts: exact arithmetic with dimensions, what each counts as, and the faults of a seeds file."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Problem
from sim.scenario.files.document import read_text
from sim.scenario.files.facts import Fact, Facts, Reader
from sim.scenario.files.folders import Folders

FIXTURES = Path(__file__).with_name("fixtures")
BN = 10**9


def facts_of(folder: Path) -> Facts:
    return Facts(Folders(folder, folder))


@pytest.fixture
def town() -> Facts:
    return facts_of(FIXTURES)


def written(tmp_path: Path, facts: str) -> Facts:
    """Facts of a document `d` with these lines."""
    (tmp_path / "seeds").mkdir(exist_ok=True)
    (tmp_path / "seeds" / "d.yaml").write_text("facts:\n" + "".join(f"  {line}\n" for line in facts.splitlines()), encoding="utf-8")
    return facts_of(tmp_path)


def value(facts: Facts, name: str) -> tuple[Fraction, str, str]:
    """Value, dimension and kind of a fact."""
    fact = facts.find(name)
    assert isinstance(fact, Fact), facts.problems
    assert not isinstance(fact.value, str)
    return fact.value.value, fact.value.dimension, fact.kind


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("goal", (Fraction(110 * BN), "money", "stated")),
        ("growth", (Fraction(3, 10), "share", "stated")),
        ("projects", (Fraction(267), "count", "stated")),
        ("completion", (Fraction(1317, 1000), "share", "observed")),
        ("last_year", (Fraction(110 * BN * 10, 13), "money", "stated")),
        ("at_last_completion", (Fraction(100_092 * 10**6), "money", "observed")),
        ("missing", (Fraction(9_908 * 10**6), "money", "observed")),
        ("needed", (Fraction(55, 38), "share", "stated")),
        ("mean_size", (Fraction(76 * BN, 267), "money", "stated")),
    ],
)
def test_facts_are_exact_and_a_derived_one_counts_as_the_weakest_of_its_parts(
    town: Facts, name: str, expected: tuple[Fraction, str, str]
) -> None:
    assert value(town, f"town/{name}") == expected


def test_a_fact_may_be_text_where_it_is_context(town: Facts) -> None:
    fact = town.find("town/launch")
    assert isinstance(fact, Fact)
    assert fact.value == "2022-02-07"


def test_a_fact_knows_its_place_in_the_file_and_in_the_document(town: Facts) -> None:
    fact = town.find("town/plan")
    assert isinstance(fact, Fact)
    assert (fact.place.line, fact.where, fact.wording) == (7, "para 2", "76 billion")


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("town/plann", "town/plan"), ("twon/plan", "town/…"), ("town", ""), ("town/", ""), ("../town/plan", ""), ("a\x00b/c", "")],
)
def test_an_unknown_fact_is_told_with_the_nearest(town: Facts, name: str, suggestion: str) -> None:
    problem = town.find(name)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.suggestion) == ("unknown-fact", suggestion)


@pytest.mark.parametrize(
    ("facts", "kind", "line"),
    [
        ("a: {value: 5}", "missing-key", 2),
        ("a: {value: 5, kind: targets}", "choice", 2),
        ("a: {value: 5, kind: plan, comparator: about}", "choice", 2),
        ("a: {value: 5, kind: plan, derive: 1 + 1}", "fact", 2),
        ("a: {kind: plan}", "fact", 2),
        ("a: {value: 5, kind: derived}", "fact", 2),
        ("a: {derive: 5, kind: plan}", "fact", 2),
        ("a: {valeu: 5, kind: plan}", "unknown-key", 2),
        ("a: five", "type", 2),
        ("a: {value: five, kind: plan}", "number", 2),
        ("a: {value: 5 parsecs, kind: plan}", "unit", 2),
        ("a: {value: [5], kind: plan}", "type", 2),
        ("b: {value: 5 yuan, kind: plan}\na: {derive: b * b, kind: derived}", "fact", 3),
        ("b: {value: 5 yuan, kind: plan}\nc: {value: 5 mu, kind: plan}\na: {derive: b + c, kind: derived}", "fact", 4),
        ("b: {value: 5 yuan, kind: plan}\na: {derive: b + 1, kind: derived}", "fact", 3),
        ("b: {value: 0, kind: plan}\na: {derive: 1 / b, kind: derived}", "fact", 3),
        ("a: {derive: a + 1, kind: derived}", "fact", 2),
        ("b: {derive: a, kind: derived}\na: {derive: b, kind: derived}", "fact", 2),
        ("a: {derive: b, kind: derived}", "unknown-fact", 2),
        ("a: {derive: 2 ** 100, kind: derived}", "fact", 2),
        ("a: {derive: __import__('os'), kind: derived}", "fact", 2),
        ("a: {derive: (1).real, kind: derived}", "fact", 2),
        ("a: {derive: 1 if 1 else 2, kind: derived}", "fact", 2),
        ("a: {derive: 1 +, kind: derived}", "fact", 2),
        ("a: {derive: '" + "(" * 190 + "', kind: derived}", "fact", 2),
        ("a: {derive: '" + "-" * 150 + "1', kind: derived}\nb: [", "syntax", 4),
        ("a: {derive: '1" + "+1" * 150 + "', kind: derived}", "fact", 2),
        ("a: {derive: 1e30 * 1e30, kind: derived}", "fact", 2),
        ("a: {derive: true, kind: derived}", "fact", 2),
        ("a: {derive: '', kind: derived}", "fact", 2),
        ("a: {value: words, kind: context}\nb: {derive: a, kind: derived}", "fact", 3),
    ],
)
def test_a_fault_of_a_seeds_file_is_told_at_its_line(tmp_path: Path, facts: str, kind: str, line: int) -> None:
    found = written(tmp_path, facts)
    found.find("d/a")
    assert (kind, line) in [(problem.kind, problem.place.line) for problem in found.problems if problem.place]


def test_a_fact_at_fault_is_not_told_again_as_unknown(tmp_path: Path) -> None:
    found = written(tmp_path, "a: {value: five, kind: plan}")
    assert found.find("d/a") is None
    assert len(found.problems) == 1


def test_a_long_chain_of_facts_is_refused_and_does_not_overflow(tmp_path: Path) -> None:
    chain = "".join(f"a{n}: {{derive: a{n + 1}, kind: derived}}\n" for n in range(2_000)) + "a2000: {value: 1, kind: plan}\n"
    found = written(tmp_path, chain)
    assert found.find("d/a0") is None
    assert {problem.kind for problem in found.problems} == {"fact"}


@given(st.text(alphabet="abc01.+-*/() '\"[]{}:,\n\t#=<>!中", max_size=40))
def test_no_expression_raises(text: str) -> None:
    quoted = text.replace("'", "''").replace("\n", " ")
    root, problems = read_text(f"facts: {{b: {{value: 5 yuan, kind: plan}}, a: {{derive: '{quoted}', kind: derived}}}}", "d.yaml")
    if root is not None:
        facts = Reader("d", root, problems).facts()
        assert "a" in facts or problems
