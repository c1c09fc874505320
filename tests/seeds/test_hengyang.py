"""The stated facts of Hengyang: derived values by hand, kinds that fit, and nothing said twice."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

SEEDS = Path(__file__).parents[2] / "seeds"
FACTS: dict[str, dict[str, Any]] = yaml.load((SEEDS / "hengyang.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["facts"]
DERIVED = sorted(name for name, fact in FACTS.items() if "derive" in fact)
UNITS = {"bn yuan": 10**9, "million yuan": 10**6, "projects": 1, "": 1}
BN = 10**9


def stated(text: str) -> Fraction:
    """Read a stated quantity: `76 bn yuan`, `131.7%`, `267 projects`, `5`."""
    if text.endswith("%"):
        return Fraction(text[:-1]) / 100
    number, _, unit = text.partition(" ")
    return Fraction(number) * UNITS[unit]


def value(name: str) -> Fraction:
    """The value of a fact; a derived one by Python's own arithmetic over the others."""
    fact = FACTS[name]
    if "value" in fact:
        return stated(fact["value"])
    names = compile(fact["derive"], name, "eval").co_names
    return Fraction(eval(fact["derive"], {"__builtins__": {}}, {other: value(other) for other in names}))


@pytest.mark.parametrize(
    ("name", "by_hand", "rounded"),
    [
        ("investment_2021", Fraction(110, 130) * 100 * BN, 84.6 * BN),
        ("plan_2021", Fraction(1_100_000_000, 13) * BN / 1_317_000, 64.2 * BN),
        ("key_share_2021", Fraction(1100, 13 * 240), 0.35),
        ("standalone_industrial_share_2021", Fraction(15, 17), 0.88),
        ("at_last_years_completion", Fraction(100_092) * 10**6, 100.1 * BN),
        ("missing_at_last_years_completion", Fraction(9_908) * 10**6, 9.9 * BN),
        ("completion_needed", Fraction(55, 38), 1.447),
        ("projects_missing", Fraction(53), 53),
        ("rest_growth_needed", (Fraction(12, 100) - Fraction(1100, 3120) * Fraction(3, 10)) / (1 - Fraction(1100, 3120)), 0.022),
        ("first_batch_plan_share", Fraction(19, 62), 0.306),
        ("first_batch_mean_size", Fraction(248 * BN, 267), 0.929 * BN),
        ("centralised_starts_mean_size", Fraction(45 * BN, 93), 0.484 * BN),
        ("first_batch_share_of_goal", Fraction(267, 320), 0.834),
    ],
)
def test_a_derived_fact_is_the_arithmetic_worked_by_hand(name: str, by_hand: Fraction, rounded: float) -> None:
    assert value(name) == by_hand
    assert float(value(name)) == pytest.approx(rounded, rel=0.01)


def test_every_derived_fact_is_worked_by_hand() -> None:
    (parameters,) = (mark for mark in test_a_derived_fact_is_the_arithmetic_worked_by_hand.pytestmark if mark.name == "parametrize")
    assert sorted(case[0] for case in parameters.args[1]) == DERIVED


def test_the_bridge_follows_last_years_completion() -> None:
    assert value("at_last_years_completion") == value("first_batch_plan") * value("municipal_completion_2021")
    assert value("at_last_years_completion") + value("missing_at_last_years_completion") == value("investment_goal_2022")


def test_a_fact_is_derived_exactly_if_it_has_an_expression_instead_of_a_value() -> None:
    for name, fact in FACTS.items():
        assert (fact["kind"] == "derived") == ("derive" in fact) == ("value" not in fact), name


def test_kinds_fit_the_year_of_the_article() -> None:
    allowed = {2021: {"observed", "derived"}, 2022: {"target", "plan", "observed", "derived", "context"}, 2023: {"plan"}}
    for name, fact in FACTS.items():
        assert fact["kind"] in allowed[int(fact["year"])], name


def test_goals_are_targets_and_only_they() -> None:
    assert {name for name, fact in FACTS.items() if fact["kind"] == "target"} == {name for name in FACTS if "_goal_20" in name}


def test_a_stated_fact_says_where_it_stands_and_in_what_words() -> None:
    for name, fact in FACTS.items():
        assert "derive" in fact or (fact["place"] and fact["wording"]), name


def test_comparators_are_known() -> None:
    assert {fact["comparator"] for fact in FACTS.values()} <= {"=", ">=", ">", "~"}


def test_parts_are_smaller_than_their_wholes() -> None:
    assert value("first_batch_count") < value("projects_goal_2022")
    assert value("first_batch_plan") < value("first_batch_total")
    assert value("centralised_starts_least_size") * value("centralised_starts_count") < value("centralised_starts_total")
