"""The stated facts of Zhaoqing: derived values by hand and beside those stated, kinds that fit, and nothing said twice."""

from fractions import Fraction

import pytest

from tests.seeds.facts import BN, as_read, as_written, derived, facts_of, faults, numbers, worked_by_hand
from tests.seeds.facts import value as value_in

FACTS = facts_of("zhaoqing")


def value(name: str) -> Fraction:
    return value_in(FACTS, name)


@pytest.mark.parametrize(
    ("name", "by_hand", "rounded"),
    [
        ("high_tech_share_by_count_2023", Fraction(61, 101), 0.604),
        ("days_per_introduced_by_count_2023", Fraction(365, 101), 3.61),
        ("days_per_supplied_by_count_2023", Fraction(73, 12), 6.08),
        ("mean_contract_value_2023", Fraction(311 * BN, 1010), 0.308 * BN),
        ("supplied_of_introduced_2023", Fraction(60, 101), 0.594),
        ("started_of_supplied_2023", Fraction(1, 2), 0.5),
        ("started_of_introduced_2023", Fraction(30, 101), 0.297),
        ("serviced_of_acquired_2023", Fraction(674, 2835), 0.238),
        ("quota_of_acquired_2023", Fraction(103, 315), 0.327),
        ("serviced_per_supplied_2023", Fraction(337, 10), 33.7),
    ],
)
def test_a_derived_fact_is_the_arithmetic_worked_by_hand(name: str, by_hand: Fraction, rounded: float) -> None:
    assert value(name) == by_hand
    assert float(value(name)) == pytest.approx(rounded, rel=0.01)


def test_every_derived_fact_is_worked_by_hand() -> None:
    assert worked_by_hand(test_a_derived_fact_is_the_arithmetic_worked_by_hand) == derived(FACTS)


def test_every_fact_keeps_the_rules_and_none_is_said_twice() -> None:
    assert faults(FACTS) == []


def test_the_program_reads_every_fact_as_it_is_written() -> None:
    assert as_read("zhaoqing", FACTS) == as_written(FACTS)


def test_what_the_article_worked_out_agrees_with_its_counts() -> None:
    by_count = {name: value(f"{name}_by_count_2023") for name in ("high_tech_share", "days_per_introduced", "days_per_supplied")}
    assert value("days_per_introduced_2023") == round(by_count["days_per_introduced"], 1)
    assert value("days_per_supplied_2023") == round(by_count["days_per_supplied"])
    # cut off after two decimals of a percent, not rounded
    assert value("high_tech_share_2023") == Fraction(int(by_count["high_tech_share"] * 10_000), 10_000)
    assert value("high_tech_share_2023") == round(by_count["high_tech_share"], 4) - Fraction(1, 10_000)


def test_fewer_projects_and_less_land_come_to_each_later_step() -> None:
    assert value("projects_introduced_2023") > value("projects_supplied_2023") > value("projects_started_2023")
    assert value("projects_introduced_2023") > value("projects_high_tech_2023")
    assert value("land_acquired_2023") > value("land_quota_2023") > value("land_serviced_2023")


def test_land_is_in_mu_whatever_the_translation_says() -> None:
    areas = {name for name, fact in FACTS.items() if fact.get("value", "").endswith(" mu")}
    assert areas == {name for name, fact in FACTS.items() if "acres" in fact.get("wording", "")}
    assert all("mu, not acres" in FACTS[name]["correction"] for name in areas)


def test_only_the_starts_are_a_bound_and_what_is_derived_from_them() -> None:
    bounds = {"projects_started_2023", "started_of_supplied_2023", "started_of_introduced_2023"}
    assert {name for name, fact in FACTS.items() if fact["comparator"] == ">"} == bounds


def test_kinds_fit_the_year_of_the_article() -> None:
    allowed = {2023: {"observed", "derived", "context"}, 2024: {"context"}}
    for name, fact in FACTS.items():
        assert fact["kind"] in allowed[int(fact["year"])], name


def test_of_2024_no_number_is_stated() -> None:
    assert {FACTS[name]["year"] for name in numbers(FACTS)} == {"2023"}
