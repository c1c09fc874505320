"""The stated facts of Bazhong: aims without a number and measures, kinds that fit, and nothing said twice."""

from tests.seeds.facts import as_read, as_written, derived, facts_of, faults, numbers, value

FACTS = facts_of("bazhong")


def test_every_fact_keeps_the_rules_and_none_is_said_twice() -> None:
    assert faults(FACTS) == []


def test_the_program_reads_every_fact_as_it_is_written() -> None:
    assert as_read("bazhong", FACTS) == as_written(FACTS)


def test_only_two_counts_of_projects_are_numbers_and_nothing_is_derived_from_them() -> None:
    assert {name: value(FACTS, name) for name in numbers(FACTS)} == {"top_ten_projects_2021": 10, "case_projects_2022": 5}
    assert derived(FACTS) == []


def test_what_has_no_number_is_context() -> None:
    assert {name for name, fact in FACTS.items() if fact["kind"] != "context"} == set(numbers(FACTS))


def test_the_rates_have_a_standard_that_is_not_stated() -> None:
    rates = {name for name, fact in FACTS.items() if fact.get("value") == "meets the standard"}
    assert rates == {"fulfilment_aim_2022", "operation_aim_2022", "funds_in_place_aim_2022"}
    assert all("the standard is not stated" in FACTS[name]["correction"] for name in rates)


def test_kinds_fit_the_year_of_the_report() -> None:
    allowed = {2021: {"observed", "context"}, 2022: {"observed", "context"}}
    for name, fact in FACTS.items():
        assert fact["kind"] in allowed[int(fact["year"])], name


def test_aims_and_measures_are_of_the_year_to_come() -> None:
    assert {fact["year"] for name, fact in FACTS.items() if "_aim_" in name or fact["metric"] == "measure"} == {"2022"}
