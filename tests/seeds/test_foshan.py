"""The stated facts of Foshan: derived values by hand, kinds that fit, and nothing said twice."""

from fractions import Fraction

import pytest

from tests.seeds.facts import BN, derived, facts_of, faults, worked_by_hand
from tests.seeds.facts import value as value_in

FACTS = facts_of("foshan")


def value(name: str) -> Fraction:
    return value_in(FACTS, name)


@pytest.mark.parametrize(
    ("name", "by_hand", "rounded"),
    [
        ("municipal_part_2021", Fraction(50 * BN), 50 * BN),
        ("provincial_share_2021", Fraction(6, 11), 0.545),
        ("municipal_share_2021", Fraction(5, 11), 0.455),
    ],
)
def test_a_derived_fact_is_the_arithmetic_worked_by_hand(name: str, by_hand: Fraction, rounded: float) -> None:
    assert value(name) == by_hand
    assert float(value(name)) == pytest.approx(rounded, rel=0.01)


def test_every_derived_fact_is_worked_by_hand() -> None:
    assert worked_by_hand(test_a_derived_fact_is_the_arithmetic_worked_by_hand) == derived(FACTS)


def test_every_fact_keeps_the_rules_and_none_is_said_twice() -> None:
    assert faults(FACTS) == []


def test_the_two_lists_make_up_the_goal() -> None:
    assert value("provincial_investment_goal_2021") + value("municipal_part_2021") == value("investment_goal_2021")
    assert value("provincial_share_2021") + value("municipal_share_2021") == 1


def test_kinds_fit_the_year_of_the_article() -> None:
    allowed = {2020: {"observed", "context"}, 2021: {"target", "derived", "context"}}
    for name, fact in FACTS.items():
        assert fact["kind"] in allowed[int(fact["year"])], name


def test_what_is_only_nearly_so_is_nowhere_exact() -> None:
    # "nearly 60 billion yuan", so the rest of the 110 is about 50, and both shares are about
    assert {name for name, fact in FACTS.items() if fact["comparator"] == "~"} == {"provincial_investment_goal_2021", *derived(FACTS)}


def test_of_2020_a_bound_is_stated_where_the_source_gives_no_figure() -> None:
    assert {name for name, fact in FACTS.items() if fact["comparator"] == ">"} == {"completion_2020", "gdp_2020"}
    assert value("completion_2020") == 1
