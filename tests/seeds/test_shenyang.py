"""The stated facts of Shenyang: aims without a number and measures, kinds that fit, and nothing said twice."""

from tests.seeds.facts import as_read, as_written, derived, facts_of, faults, numbers, value

FACTS = facts_of("shenyang")


def test_every_fact_keeps_the_rules_and_none_is_said_twice() -> None:
    assert faults(FACTS) == []


def test_the_program_reads_every_fact_as_it_is_written() -> None:
    assert as_read("shenyang", FACTS) == as_written(FACTS)


def test_only_the_sectors_and_the_tracks_are_numbers_and_nothing_is_derived_from_them() -> None:
    assert {name: value(FACTS, name) for name in numbers(FACTS)} == {"development_sectors_2023": 35, "horse_race_2023": 4}
    assert derived(FACTS) == []


def test_no_aim_has_a_number() -> None:
    aims = {name for name in FACTS if "_aim_" in name}
    assert {"physical_work_aim_2023", "production_aim_2023", "signed_landed_aim_2023"} < aims
    assert aims.isdisjoint(numbers(FACTS))


def test_all_is_context_of_the_one_year_that_is_inferred() -> None:
    assert {(fact["kind"], fact["year"]) for fact in FACTS.values()} == {("context", "2023")}
    assert "inferred" in FACTS["meeting_2023"]["correction"]


def test_the_winter_is_in_no_fact() -> None:
    assert [name for name, fact in FACTS.items() if "winter" in str(fact).lower()] == []
