"""Random models against what must hold of each, and against the phases said plainly."""

import contextlib

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.engine import reference
from sim.engine.trace import ARRAYS
from sim.model.compile import compile_model
from sim.sampling.draws import draw
from sim.scenario.checks import check
from sim.scenario.schema import Scenario
from tests.engine.conservation import faults
from tests.engine.tick_by_tick import TickByTick

SETTINGS = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
HORIZON = 40
DAY = st.integers(0, HORIZON - 1).map(lambda number: str(np.datetime64("2022-01-20") + np.timedelta64(number, "D")))
DURATIONS = ["0 days", "1 days", "3 days", "0.5 days", "12 days", "60 days", {"exponential": {"mean": "4 days"}}]
PATIENCES = ["0 days", "2 days", {"exponential": {"mean": "4 days"}}]
CALENDARS = {
    "plain": {},
    "office": {"days": "working days"},
    "site": {
        "monthly": [0, 2, *[1] * 10],
        "spring_festival": {"slows": -5, "stops": -2, "midpoint": 5, "slope": 0.5},
        "times": {"2022-02-14": "150%"},
    },
}


@st.composite
def documents(draw_, supervised=False):
    """A small dated model of every verb; a supervised one builds, over months of reviews, funds and risks."""
    stages = [f"s{number}" for number in range(draw_(st.integers(1, 5)))]
    pools = draw_(pools_of_a_document())
    workflow = {name: draw_(stage_of(stages, number)) for number, name in enumerate(stages)}
    make_ways_possible(workflow)
    member = st.fixed_dictionaries(
        {"priority": st.integers(0, 2), "done": st.lists(st.sampled_from(stages), max_size=1)},
        optional={
            "at": st.sampled_from(stages),
            "joins": DAY,
            "planned_start": DAY,
            "walks": st.lists(st.sampled_from(stages), unique=True),
            "level": st.sampled_from(["city", "county"]),
            "district": st.sampled_from(["east", "west", "north"]),
        },
    )
    projects = {
        f"p{number}": draw_(member) | {"total": "1 bn yuan", "land": f"{draw_(st.integers(0, 9))} mu", "sector": draw_(SECTOR)}
        for number in range(draw_(st.integers(3 if supervised else 0, 6)))
    }
    cohort = draw_(member) | {"count": draw_(st.integers(1, 5)), "total": "1 bn yuan"}
    stream = draw_(member) | {
        "rate": draw_(st.sampled_from(["0.1 per day", {"2022-02-01": "0.3 per day"}])),
        "batch": draw_(st.sampled_from([1, {"table": {"1": 0.5, "2": 0.5}}])),
        "dates": dict.fromkeys(draw_(st.lists(DAY, max_size=1)), 2),
        "sectors": {"parks": 0.5, "industry": 0.5},
        "total": "1 bn yuan",
        "chooses": draw_(st.sampled_from([[], ["east", "west"]])),
    }
    stream.pop("joins", None)
    builds = draw_(st.sampled_from(stages if supervised else [None, None, *stages]))
    if builds:
        add_building(workflow, builds, [*projects.values(), cohort, stream], draw_)
    document = {
        "run": {
            "start": "2022-01-01" if builds else "2022-01-20",
            "horizon": "2022-02-28",
            "tick": draw_(st.sampled_from(["1 day", "12 hours"])),
        },
        "workflow": workflow,
        "pools": pools,
        "calendars": CALENDARS,
        "assumptions": {"land_per_bn_yuan": "12 mu"},
        "portfolio": {"projects": projects, "cohorts": {"c": cohort} if draw_(st.booleans()) else {}},
        "intake": {"i": stream} if draw_(st.booleans()) else {},
        "land": draw_(st.sampled_from([{}, LAND])),
        "districts": DISTRICTS,
        "offers": draw_(st.sampled_from([{}, OFFERS])),
    }
    if draw_(st.booleans()):
        document["run"]["warm_up"] = "2022-01-27"
    if supervised:
        supervise(document, builds, [*projects.values(), cohort, stream], draw_)
        builds = None
    if builds and draw_(st.booleans()):
        document["review"] = draw_(st.sampled_from(REVIEWS))
        document["assumptions"]["reporting"] = {"delay": draw_(st.sampled_from(["0 days", "1 months"])), "work_before_entry": "counted"}
    if builds and draw_(st.booleans()):
        document["uncertain"] = {"risks": {"flood": RISK}}
    assume(not [problem for problem in check(Scenario.model_validate(document)) if problem.severity == "error"])
    return document


def add_building(workflow, stage, members, draw_):
    """One stage spends money, some of it from the fund; of what leads back over it, only what must be over before it begins is kept."""
    workflow[stage] |= {"spends": True}
    workflow[stage].pop("duration")
    workflow[stage].pop("duration_times")
    for name, other in workflow.items():
        if name not in workflow[stage]["after"]:
            other["routes"] = {to: route for to, route in other.get("routes", {}).items() if not leads_over(workflow, name, to, stage)}
    make_ways_possible(workflow)
    for member in members:
        member["plan" if "rate" not in member else "plan_share"] = "50%" if "rate" in member else "0.2 bn yuan"
        if draw_(st.booleans()):
            member["funding"] = {"bond": draw_(st.sampled_from(["30%", "100%"]))}


def supervise(document, builds, members, draw_):
    """Reviews on reports that come late, money from several funds, risks that overlap, curves, spending before the start."""
    document["run"]["horizon"] = draw_(st.sampled_from(["2022-03-15", "2022-05-31"]))
    by = {"by": draw_(st.sampled_from(["city", "district"]))}
    document["review"] = draw_(st.sampled_from([None, *(review | by for review in REVIEWS)]))
    document["pools"]["bond"]["tranches"] = draw_(
        st.sampled_from(
            [{"monthly": {"2022-01-01": "0.05 bn yuan", "2022-03-01": "0.01 bn yuan"}}, {"dated": {"2022-02-05": "0.02 bn yuan"}}]
        )
    )
    document["efforts"] = draw_(st.sampled_from([{}, EFFORTS]))
    delay = draw_(st.sampled_from(["0 days", "10 days", "1 months", "2 months", {"2022-01-01": "2 months", "2022-02-20": "5 days"}]))
    document["assumptions"] |= {"reporting": {"delay": delay, "work_before_entry": "counted"}}
    document["assumptions"] |= draw_(st.fixed_dictionaries({}, optional=SPENDING))
    document["uncertain"] = {"risks": draw_(st.fixed_dictionaries({}, optional=RISKS))} | draw_(st.sampled_from([{}, COMPLETION]))
    document["workflow"][draw_(st.sampled_from(list(document["workflow"])))] |= draw_(st.sampled_from([{}, {"milestone": "listed"}]))
    for member in members:
        member["funding"] = draw_(st.sampled_from(FUNDING))
        if "rate" not in member:
            workflow = document["workflow"]
            stands = draw_(st.sampled_from([{}, {"at": builds}, {"done": [name for name in workflow if follows(workflow, builds, name)]}]))
            if stands:
                member.pop("at", None)
            member |= stands | {"walks": list(workflow)}
            member |= draw_(st.sampled_from(MONEY if "land" in member else MONEY[:2]))


SPENDING = {
    "before_start": st.sampled_from([{"share": "15%", "until": "60 days"}, {"share": "40%", "until": "0 days"}]),
    "curves": st.sampled_from([{"default": {"a": 2.0, "b": 3.0}}, {"parks": {"a": 0.8, "b": 1.2}}]),
    "reference_exponent": st.sampled_from([0.5, 1.5]),
}
MONEY = [
    {},
    {"plan": "0.5 bn yuan", "planned_start": "2022-11-20"},
    {"plan": "0.7 bn yuan", "planned_start": "2022-12-20", "invested": "0.3 bn yuan"},
    {"plan": "0.1 bn yuan", "invested": "0.6 bn yuan"},
]
"""The later a start is planned the less work it is: one that is early is soon over, and needs its money soon."""
FUNDING = [{}, {"bond": "30%"}, {"bond": "100%"}, {"bond": "100%"}, {"bond": "40%", "fiscal": "60%"}, {"fiscal": "35%"}]
REVIEWS = [
    {"push": {"gain": "100%", "at_most": "30%", "decay": "50%"}},
    {"push": {"gain": "50%", "at_most": "20%", "task_forces": 2}, "problem_list": {"size": 2, "after": "3 days"}},
    {
        "push": {"gain": {"2022-02-01": "80%"}, "at_most": {"2022-01-01": "5%", "2022-02-15": "40%"}, "task_forces": {"2022-03-01": 1}},
        "problem_list": {"size": {"2022-02-01": 1}, "after": {"2022-01-01": "9 days", "2022-02-20": "2 days"}},
    },
    {"problem_list": {"size": 1, "after": "0 days"}},
]
COMPLETION = {"completion": {"log_mean": 0.2, "log_sd": 0.1, "persistence": 0.5, "sector_log_sd": 0.1, "project_log_sd": 0.3}}
EFFORTS = {
    "visit": {"pace": {"2022-02-03": "140%", "2022-02-17": "90%", "2022-03-01": "100%"}, "hits": {"sector": ["parks"]}},
    "forces": {"pace": "110%", "hits": {"level": ["city"]}},
}
RISK = {"probability": "50%", "begins": ["2022-01-25", "2022-02-10"], "duration": {"exponential": {"mean": "6 days"}}, "pace": "30%"}
RISKS = {
    "flood": st.just(RISK),
    "heat": st.just(RISK | {"probability": "100%", "pace": "75%", "hits": {"sector": ["parks"]}}),
    "strike": st.just(RISK | {"begins": ["2022-01-01", "2022-04-01"], "pace": "0%", "hits": {"level": ["city"], "kind": ["new"]}}),
}


@st.composite
def pools_of_a_document(draw_):
    """Servers whose number changes, land that comes on dates, by chance and from lots, money from sales."""
    return {
        "desk": {
            "kind": "servers",
            "capacity": {"2022-01-01": draw_(st.integers(0, 3)), **draw_(st.dictionaries(DAY, st.integers(0, 3), max_size=2))},
            "passing": draw_(st.booleans()),
        },
        "crew": {"kind": "servers", "capacity": draw_(st.integers(1, 2)), "passing": draw_(st.booleans())},
        "land": {
            "kind": "stock",
            "initial": f"{draw_(st.integers(0, 12))} mu",
            "tranches": {"dated": dict.fromkeys(draw_(st.lists(DAY, max_size=3)), "7 mu")},
            "passing": draw_(st.booleans()),
        }
        | draw_(st.sampled_from([{}, {"flow": {"rate": "0.2 per day", "amount": "3 mu", "times": {"uniform": {"low": 0, "high": 2}}}}])),
        "east_land": {"kind": "stock", "initial": "9 mu", "tranches": {"dated": {"2022-02-05": "9 mu"}}},
        "east_desk": {"kind": "servers", "capacity": 2},
        "fund": {"kind": "stock", "initial": "30 yuan"},
        "fiscal": {"kind": "stock", "initial": "0.03 bn yuan", "tranches": {"dated": {"2022-02-05": "0.04 bn yuan"}}},
        "bond": {"kind": "stock", "initial": draw_(st.sampled_from(["0 yuan", "0.1 bn yuan"])), "tranches": {"monthly": "0.05 bn yuan"}},
    }


NEEDS = [
    {},
    {"desk": 1},
    {"desk": 2},
    {"desk": 1, "crew": 1},
    {"land": "land"},
    {"crew": 1, "land": "3 mu"},
    {"land": {"amount": "2 mu", "returns": True}},
    {"fund": {"per_mu": "2 yuan"}},
    {"bond": "0.01 bn yuan"},
]
PRODUCTS = [{}, {}, {"land": {"amount": "2 mu", "delay": "3 days"}}, {"fund": {"per_mu": "3 yuan", "share": "50%"}, "land": "land"}]
LAND = {
    "workflow": {
        "acquire": {"needs": {"fund": {"per_mu": "1 yuan"}}, "duration": "2 days"},
        "service": {"after": ["acquire"], "duration": {"exponential": {"mean": "5 days"}}, "produces": {"land": "land"}},
    },
    "batches": {"b": {"area": "20 mu", "lots": 3, "joins": {"2022-01-20": 0.4, "2022-02-02": 0.6}}},
}
DISTRICTS = {"east": {"appeal": 2.0, "pools": {"land": "east_land", "desk": "east_desk"}}, "west": {"pools": {"desk": "east_desk"}}}
OFFERS = {"stock": "land", "enough": "5 mu", "queue": "s0", "many": 2}
WHEN = [{}, {"sector": ["parks"]}, {"level": ["city"]}, {"name": ["c", "p1"], "kind": ["new"]}]
SECTOR = st.sampled_from(["parks", "industry"])


@st.composite
def stage_of(draw_, stages, number):
    """A stage after any of the earlier ones."""
    stage = {
        "after": draw_(st.lists(st.sampled_from(stages[:number]), unique=True, max_size=2)) if number else [],
        "duration": draw_(st.sampled_from(DURATIONS)),
        "duration_times": draw_(st.sampled_from([{}, {}, {"2022-01-25": "50%", "2022-02-10": "200%"}])),
        "calendar": draw_(st.sampled_from(list(CALENDARS))),
        "needs": dict(draw_(st.sampled_from(NEEDS))),
        "produces": draw_(st.sampled_from(PRODUCTS)),
        "dropout": draw_(st.sampled_from([0, 0, 0, 0.3, 1])),
        "dropout_times": draw_(st.sampled_from([1, 1, {"2022-01-31": 0.5, "2022-02-12": 3}])),
    }
    stage |= {"window": draw_(st.lists(DAY, min_size=1, max_size=3))} if draw_(st.integers(0, 3)) == 0 else {}
    stage |= {"not_before": "planned_start"} if draw_(st.integers(0, 3)) == 0 else {}
    if stage["needs"]:
        stage |= draw_(st.sampled_from([{}, {}, *({"patience": patience} for patience in PATIENCES)]))
        stage |= draw_(st.sampled_from([{}, {}, {"waiting_room": 0}, {"waiting_room": 1}]))
    if "desk" in stage["needs"] and draw_(st.booleans()):
        stage["needs"]["desk"] = {"amount": 1, "until": draw_(st.sampled_from(stages[number:]))}
    if draw_(st.booleans()):
        names = draw_(st.lists(st.sampled_from(stages), unique=True, min_size=1, max_size=2))
        share = st.sampled_from([0.3, 0.5, None, {"2022-02-01": 0.5, "2022-02-08": 0.1}])
        stage["routes"] = {name: {"probability": draw_(share), "when": draw_(st.sampled_from(WHEN))} for name in names}
        stage["rework_at_most"] = draw_(st.integers(1, 3))
        stage |= {"otherwise": draw_(st.sampled_from(stages))} if draw_(st.booleans()) else {}
    return stage


def leads_over(workflow, name, to, stage):
    """Whether a route leads back over a stage, so that this would have to be done again."""
    back, again = to == name or follows(workflow, name, to), to == stage or follows(workflow, stage, to)
    return back and again


def follows(workflow, name, other):
    """Whether one stage comes after another."""
    after = workflow[name]["after"]
    return other in after or any(follows(workflow, before, other) for before in after)


def make_ways_possible(workflow):
    """Leave of each stage's routes those that lead to what follows or came before, of servers kept those kept for what follows."""
    for name, stage in workflow.items():
        next_ones = [other for other, after in workflow.items() if name in after["after"]]
        ways = [*next_ones, name, *(other for other in workflow if follows(workflow, name, other))]
        routes = {to: route for to, route in stage.pop("routes", {}).items() if to in ways}
        if stage.get("otherwise") not in next_ones:
            stage.pop("otherwise", None)
        if routes:
            stage["routes"] = routes
        else:
            stage.pop("otherwise", None)
            stage.pop("rework_at_most", None)
        desk = stage["needs"].get("desk")
        if isinstance(desk, dict) and desk.get("until", name) != name and not follows(workflow, desk["until"], name):
            del desk["until"]


def prepared(document, replication):
    """A document's model, with the draws of one replication."""
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, scenario)
    return model, draw(model, 1, np.array([replication]), 1.0)


def differences(document, replication):
    """Columns in which the engine and the phases said plainly differ."""
    model, draws = prepared(document, replication)
    return different(reference.simulate(model, draws, 0), TickByTick(model, draws).run())


def different(events, ticks):
    """Columns in which two traces differ; visits before the last come in any order."""
    columns = (*ARRAYS, "settlements", "reviews")
    found = [column for column in columns if not np.array_equal(getattr(events, column), getattr(ticks, column))]
    return found + ["earlier"] * (sorted(events.earlier.tolist()) != sorted(ticks.earlier.tolist()))


@SETTINGS
@given(documents(), st.integers(1, 1000))
def test_the_engine_does_what_the_phases_say_tick_by_tick(document, replication):
    assert differences(document, replication) == []


@SETTINGS
@given(documents(), st.integers(1, 1000))
def test_nothing_is_lost_lent_twice_or_waited_for_in_vain(document, replication):
    assert faults(*prepared(document, replication), 0) == []


@pytest.mark.heavy
@settings(SETTINGS, max_examples=2000)
@given(documents() | documents(supervised=True), st.integers(1, 1000))
def test_both_hold_in_two_thousand_models(document, replication):
    assert (differences(document, replication), faults(*prepared(document, replication), 0)) == ([], [])


@SETTINGS
@given(documents(), st.integers(1, 1000))
def test_dates_and_windows_are_kept(document, replication):
    model, draws = prepared(document, replication)
    trace, network = reference.simulate(model, draws, 0), model.network
    for stage, window in enumerate(network.windows):
        asked = trace.requested[:, stage]
        assert not len(window) or np.isin(asked[asked >= 0], window).all()
        if network.waits_for_planned_start[stage]:
            assert (asked[asked >= 0] >= draws.portfolio.planned_start[0, asked >= 0]).all()


@pytest.mark.parametrize("fault", ["a unit lent twice", "a later request first", "a stock emptied twice"])
def test_a_planted_fault_of_the_engine_is_seen_by_conservation(monkeypatch, fault):
    pools = reference.Pools
    if fault == "a unit lent twice":
        monkeypatch.setattr("sim.model.rules.lacking", lambda needs, free: [pool for pool, amount in needs if free[pool] < amount - 1])
    elif fault == "a later request first":
        right = pools.served
        monkeypatch.setattr(pools, "served", lambda self, queue, size: sorted(right(self, queue[:-1], size) + queue[-1:]))
    else:
        monkeypatch.setattr("sim.model.rules.lacking", lambda needs, free: [])
    found = []

    @settings(SETTINGS, max_examples=60)
    @given(documents(), st.integers(1, 1000))
    def look(document, replication):
        model, draws = prepared(document, replication)
        with contextlib.suppress(IndexError):
            found.extend(faults(model, draws, 0))

    look()
    assert found
