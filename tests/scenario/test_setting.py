"""`--set path=value`: what may be set, and what is told of a path that leads nowhere."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import InputError
from sim.scenario.loading import load

SMALL = Path(__file__).with_name("fixtures") / "scenarios" / "small.yaml"


def faults(*sets: str, scenario: object = SMALL) -> list[tuple[str, str]]:
    """Kind and suggestion of each problem."""
    with pytest.raises(InputError) as fault:
        load(scenario, sets=sets)  # type: ignore[arg-type]
    return [(problem.kind, problem.suggestion) for problem in fault.value.problems]


def test_a_set_value_is_assumed_and_its_origin_is_the_option() -> None:
    small = load(SMALL, sets=["goals.investment.value=1.5 bn yuan"])
    origin = small.origins["goals.investment.value"]
    assert small.scenario.goals["investment"].value.value == Fraction(1_500_000_000)
    assert (origin.kind, origin.source, str(origin.place), origin.text) == ("assumed", "--set", "--set:1:24", "1.5 bn yuan")


def test_the_file_as_written_is_kept_beside_it() -> None:
    small = load(SMALL, sets=["goals.investment.value=1.5 bn yuan"])
    assert small.as_written.goals["investment"].value.value == Fraction(1_000_000_000)
    assert small.written_tree == load(SMALL).tree


def test_later_settings_go_over_earlier_ones_and_null_deletes() -> None:
    assert load(SMALL, sets=["run.seed=2", "run.seed=3"]).scenario.run.seed == 3
    assert load(SMALL, sets=["goals.investment=null"]).scenario.goals == {}


def test_a_key_that_is_known_but_not_given_can_be_set() -> None:
    small = load(SMALL, sets=["run.replications=400", "portfolio.projects.bridge.dropout.build=5%"])
    assert small.scenario.run.replications == 400
    assert small.scenario.portfolio.projects["bridge"].dropout == {"build": 0.05}


def test_a_whole_thing_can_be_set_as_a_mapping() -> None:
    small = load(SMALL, sets=["goals.built={metric: projects, milestone: built, value: 1}"])
    assert list(small.scenario.goals) == ["investment", "built"]


def test_one_part_of_a_distribution_or_list_can_be_set() -> None:
    city = load("hengyang-2022", sets=["workflow.permit.duration.lognormal.mean=30 working days", "calendars.site.monthly.1=0.5"])
    usual = load("hengyang-2022").scenario
    monthly = city.scenario.calendars["site"].monthly
    assert monthly is not None
    assert monthly[:3] == (0.80, 0.5, 0.90)
    new, old = city.scenario.workflow["permit"].duration, usual.workflow["permit"].duration
    assert new is not None
    assert old is not None
    assert new.parameters[1] == old.parameters[1]
    assert new.parameters[0] > old.parameters[0]


def test_a_fact_can_be_set() -> None:
    city = load("hengyang-2022", sets=["goals.investment.value={fact: hengyang/first_batch_plan}"])
    assert city.origins["goals.investment.value"].fact == "hengyang/first_batch_plan"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("goals.investement.value=5", ("set-path", "goals.investment.value")),
        ("goal.investment.value=5", ("set-path", "goals.investment.value")),
        ("goals.investment.valu=5", ("set-path", "goals.investment.value")),
        ("run.sead=5", ("set-path", "run.seed")),
        ("overrides.more=5", ("set-path", "")),
        ("extends=base", ("set-path", "")),
        ("goals..value=5", ("set-path", "goals.investment.value")),
        ("run.horizon.0=5", ("set-path", "run.horizon")),
        ("run", ("set-value", "goals.investment.value=100 bn yuan")),
        ("=5", ("set-value", "goals.investment.value=100 bn yuan")),
        ("run.seed=", ("set-value", "goals.investment.value=100 bn yuan")),
        ("run.seed=[1", ("syntax", "")),
        ("run.seed=!!int 5", ("tag", "")),
        ("run.seed=five", ("type", "")),
        ("run.seed=\x00", ("syntax", "")),
        ("run.seed=\ud800", ("syntax", "")),
        ("goals.investment.value=5", ("bare-number", "5 bn yuan / 5亿元")),
    ],
)
def test_what_is_wrong_with_a_setting_is_told_with_what_was_meant(text: str, found: tuple[str, str]) -> None:
    assert faults(text) == [found]


def test_all_settings_at_fault_are_told_together() -> None:
    assert [kind for kind, _ in faults("run.sead=1", "run.seed=x", "goals")] == ["set-path", "set-value", "type"]


@given(st.text(alphabet="goals.investment=5 []{}:,'\"\n-&*#", max_size=30), st.sampled_from(["", "goals.investment.value=", "portfolio="]))
def test_no_setting_raises(text: str, head: str) -> None:
    try:
        load(SMALL, sets=[head + text])
    except InputError as fault:
        assert fault.message("zh")  # noqa: PT017
