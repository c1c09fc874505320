"""Points of designs, and that a point is the scenario that the command line would run."""

import numpy as np
import pytest

from sim.analysis.quantities import quantities
from sim.engine.run import numbered
from sim.errors import ReplicationError
from sim.scenario.loading import load
from sim.scenario.study.axes import Axis
from sim.scenario.study.loading import load_study
from sim.scenario.study.schema import Precise
from sim.scenario.values.distributions import Distribution
from sim.studies.completion import kappa_of
from sim.studies.forecast import prepare, silent
from sim.studies.sweep.answering import Job, Task, stages
from sim.studies.sweep.checking import ALL_UP_TO, chosen_points
from sim.studies.sweep.points import choice_at, ends_of, groupings, one_way, values_at
from sim.studies.sweep.running import block_size, prepare_study, tasks_of

WHOLE = Axis("desks", "path", "pools.permit_desk.capacity", "number", "assumed", low=1.0, high=4.0, whole=True)
MONEY = Axis("plan", "path", "a.b", "money", "stated", low=1e9, high=3e9)
NAMES = Axis("reading", "reading", "fact", "text", "reading", levels=("a", "b", "c"))
PRIOR = Axis("lag", "path", "a.c", "duration", "assumed", prior=Distribution("triangular", (0.0, 10.0, 20.0), dimension="duration"))


def test_whole_numbers_and_names_are_alike_likely():
    u = (np.arange(1000) + 0.5) / 1000
    assert np.unique(values_at(WHOLE, u), return_counts=True)[1].tolist() == [250] * 4
    assert np.unique(values_at(NAMES, u), return_counts=True)[1].tolist() == [333, 334, 333]


def test_ranges_and_priors_are_read_at_quantiles():
    assert values_at(MONEY, np.array([0.0, 0.25, 1.0])).tolist() == [1e9, 1.5e9, 3e9]
    assert values_at(PRIOR, np.array([0.5])).tolist() == [10.0]
    assert ends_of(PRIOR) == pytest.approx([20 * np.sqrt(0.05), 20 * (1 - np.sqrt(0.05))])


def test_one_way_goes_to_each_end_alone():
    assert np.array_equal(
        one_way([WHOLE, NAMES]),
        np.array([[np.nan, np.nan], [1, np.nan], [4, np.nan], [np.nan, 0], [np.nan, 1], [np.nan, 2]]),
        equal_nan=True,
    )


def test_groups_are_of_owners_and_kinds_without_levers():
    from dataclasses import replace

    from sim.scenario.values.words import Words

    owned = [replace(axis, owner=Words("land", "土地")) for axis in (WHOLE, MONEY)]
    lever = replace(PRIOR, target="lever", kind="lever", owner=Words("land", "土地"))
    assert groupings([*owned, lever, NAMES]) == {"kind": {"assumed": [0], "stated": [1], "reading": [3]}}
    assert groupings([*owned, replace(PRIOR, owner=Words("x", "x"))])["owner"] == {"land": [0, 1], "x": [2]}


@pytest.fixture(scope="module")
def smoke():
    return load_study("smoke")


@pytest.mark.parametrize("number", [1])
def test_a_point_is_what_sim_run_says_of_the_same_values(smoke, number):
    """Every output of a point is the mean over the very replications that a run with the same options has."""
    prepared = prepare_study(smoke, silent)
    values = prepared.points.values[number]
    row = prepared.job.answer(Task(0, number + 1, values[None, :]))
    choice = choice_at(smoke.axes, values, smoke.base.choice)
    loaded = load("hengyang-2022", sets=choice.sets, reading=choice.readings, levers=choice.levers, without=choice.without)
    run = prepare(loaded, 1)
    run.add(numbered(20), silent, "run", 20)
    expected = quantities(run.results())
    for name in prepared.plan.outputs:
        assert row[name][0] == expected[name].mean()
        assert row[f"{name} sd"][0] == pytest.approx(expected[name].std(ddof=1), rel=1e-12)
    assert row["replications"].tolist() == [20]


def test_every_point_is_judged_up_to_ten_thousand_else_a_thousand():
    assert chosen_points(ALL_UP_TO, 1) == list(range(10_000))
    drawn = chosen_points(100_000, 1)
    assert (len(set(drawn)), min(drawn) >= 0, max(drawn) < 100_000) == (1_000, True, True)


def test_blocks_are_sixteen_points_until_there_would_be_two_thousand():
    assert [block_size(points) for points in (1, 32_000, 32_001, 1_000_000)] == [16, 16, 17, 500]
    tasks = list(tasks_of(np.arange(10.0)[:, None], 4, [0, 2]))
    assert [(task.block, task.first, task.values[:, 0].tolist()) for task in tasks] == [(0, 1, [0, 1, 2, 3]), (2, 9, [8, 9])]


# --- Replications


class Counted:
    """A subject that tells which replications it was asked for; its output is 1 in every other one."""

    def __init__(self, fails=()):
        self.asked, self.fails = [], fails

    def at(self, values):
        if values[0] in self.fails:
            raise ReplicationError(7, 3, ZeroDivisionError("by nothing"))

        def answer(numbers):
            self.asked.append(numbers.tolist())
            return {"joint": (numbers % 2).astype(float)}

        return answer


def job(subject, replications, own=False):
    axis = Axis("x", "path", "x", "number", "assumed", low=0.0, high=1.0)
    return Job(subject, (axis,), ("joint",), 7, replications, own)


def test_all_points_have_the_same_replications_or_each_its_own():
    same, own = Counted(), Counted()
    job(same, 3).answer(Task(0, 5, np.array([[0.1], [0.2]])))
    job(own, 3, own=True).answer(Task(0, 5, np.array([[0.1], [0.2]])))
    assert same.asked == [[1, 2, 3], [1, 2, 3]]
    assert own.asked == [[13, 14, 15], [16, 17, 18]]


def test_replications_go_on_until_probabilities_are_precise_or_to_the_cap():
    assert stages(Precise(half_width=0.1, least=50, most=300)) == [50, 100, 200, 300]
    wide, narrow = Counted(), Counted()
    found = job(wide, Precise(half_width=0.2, least=50, most=300)).answer(Task(0, 1, np.array([[0.1]])))
    assert (found["replications"].tolist(), found["joint"].tolist(), [len(one) for one in wide.asked]) == ([50], [0.5], [50])
    found = job(narrow, Precise(half_width=0.08, least=50, most=300)).answer(Task(0, 1, np.array([[0.1]])))
    assert (found["replications"].tolist(), [len(one) for one in narrow.asked]) == ([200], [50, 50, 100])


def test_a_point_that_fails_is_kept_with_its_seed_and_message_and_the_others_go_on():
    found = job(Counted(fails=(0.2,)), 4).answer(Task(0, 1, np.array([[0.1], [0.2], [0.3]])))
    assert np.isnan(found["joint"]).tolist() == [False, True, False]
    assert found["seed"].tolist() == [7, 7, 7]
    assert found["failed_replication"].tolist() == [None, 3, None]
    assert found["fault"].tolist() == [None, "replication 3 of seed 7 failed: ZeroDivisionError: by nothing", None]
    assert found["replications"].tolist() == [4, 0, 4]


def test_a_refused_point_is_kept_with_what_is_wrong_with_it(smoke):
    prepared = prepare_study(smoke, silent)
    values = np.array([[-4.0, 1000.0, 0.0, 1.0], [13.0, 1000.0, 0.0, 1.0]])
    found = prepared.job.answer(Task(0, 1, values))
    assert "out of range" in found["fault"][0]
    assert found["fault"][1] is None
    assert np.isfinite(found["joint"]).tolist() == [False, True]


def test_kappa_is_of_the_file_as_written_at_every_point(smoke):
    prepared = prepare_study(smoke, silent)
    assert prepared.job.subject.kappa == kappa_of(smoke.base, silent)
