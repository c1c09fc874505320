"""The stated facts of Hengyang: derived values by hand, kinds that fit, and nothing said twice."""

from fractions import Fraction

import pytest

from tests.seeds.facts import BN, derived, facts_of, faults, worked_by_hand
from tests.seeds.facts import value as value_in

FACTS = facts_of("hengyang")


def value(name: str) -> Fraction:
    return value_in(FACTS, name)


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
    assert worked_by_hand(test_a_derived_fact_is_the_arithmetic_worked_by_hand) == derived(FACTS)


def test_every_fact_keeps_the_rules_and_none_is_said_twice() -> None:
    assert faults(FACTS) == []


def test_the_bridge_follows_last_years_completion() -> None:
    assert value("at_last_years_completion") == value("first_batch_plan") * value("municipal_completion_2021")
    assert value("at_last_years_completion") + value("missing_at_last_years_completion") == value("investment_goal_2022")


def test_kinds_fit_the_year_of_the_article() -> None:
    allowed = {2021: {"observed", "derived"}, 2022: {"target", "plan", "observed", "derived", "context"}, 2023: {"plan"}}
    for name, fact in FACTS.items():
        assert fact["kind"] in allowed[int(fact["year"])], name


def test_parts_are_smaller_than_their_wholes() -> None:
    assert value("first_batch_count") < value("projects_goal_2022")
    assert value("first_batch_plan") < value("first_batch_total")
    assert value("centralised_starts_least_size") * value("centralised_starts_count") < value("centralised_starts_total")
