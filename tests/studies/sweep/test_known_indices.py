"""Functions whose indices are known, on the path that a city takes: points, blocks, folder, table, analysis."""

import math

import numpy as np
import pytest

from sim.results.study_folder import open_study
from sim.results.study_tables import read_table
from sim.scenario.loading import load
from sim.studies.sweep.executors import Threads
from sim.studies.sweep.judging import judge
from sim.studies.sweep.running import run_blocks, store_of, tasks_of
from tests.studies.sweep.functions import g_function, g_indices, ishigami, ishigami_indices, prepared


@pytest.fixture(scope="module")
def base():
    return load("hengyang-2022")


def swept(study, folder):
    """The study run into a folder and read back from it."""
    store = store_of(study, 1024)
    with open_study(folder, store) as writer:
        tasks = tasks_of(study.points.values, store.points_a_block, writer.missing())
        run_blocks(study.job, tasks, Threads(2), writer.put, lambda points: None)
        assert writer.finish()
    return read_table(folder)[0]


CASES = {
    "ishigami": (ishigami, 3, (-math.pi, math.pi), ishigami_indices()),
    "g-function": (g_function, 5, (0.0, 1.0), g_indices()),
}


@pytest.mark.parametrize("name", CASES)
def test_sobol_indices_are_within_two_hundredths_of_the_truth(base, tmp_path, name):
    function, count, ends, (first, total, _) = CASES[name]
    study = prepared(base, function, count, ends, {"saltelli": {"base": 8192}})
    found = judge(study.plan, swept(study, tmp_path / "study"), "y").sobol
    assert found.state == "found"
    for index, alone, whole in zip(found.factors, first, total, strict=True):
        assert index.first.value == pytest.approx(alone, abs=0.02)
        assert index.total.value == pytest.approx(whole, abs=0.02)


@pytest.mark.parametrize("name", CASES)
def test_nine_in_ten_intervals_hold_the_truth_over_twenty_seeds(base, tmp_path, name):
    function, count, ends, (first, total, _) = CASES[name]
    held = []
    for seed in range(1, 21):
        study = prepared(base, function, count, ends, {"saltelli": {"base": 256}}, seed=seed)
        table = {"point": np.arange(1, study.plan.points + 1), **_answered(study)}
        found = judge(study.plan, table, "y").sobol
        for index, alone, whole in zip(found.factors, first, total, strict=True):
            held += [index.first.low <= alone <= index.first.high, index.total.low <= whole <= index.total.high]
    assert np.mean(held) >= 0.9


@pytest.mark.heavy
@pytest.mark.parametrize("name", CASES)
def test_nine_in_ten_intervals_hold_the_truth_at_full_size(base, tmp_path, name):
    function, count, ends, (first, total, _) = CASES[name]
    held, off = [], []
    for seed in range(1, 21):
        study = prepared(base, function, count, ends, {"saltelli": {"base": 8192}}, seed=seed)
        table = {"point": np.arange(1, study.plan.points + 1), **_answered(study)}
        found = judge(study.plan, table, "y").sobol
        for index, alone, whole in zip(found.factors, first, total, strict=True):
            held += [index.first.low <= alone <= index.first.high, index.total.low <= whole <= index.total.high]
            off += [abs(index.first.value - alone), abs(index.total.value - whole)]
    assert max(off) <= 0.02
    assert np.mean(held) >= 0.9


def test_the_share_of_noise_is_its_own_index(base, tmp_path):
    """Ishigami and noise of variance v: a share v / (V + v) of one replication's variance is chance, and the indices stay."""
    first, total, variance = ishigami_indices()
    noise = 0.5 * math.sqrt(variance)
    study = prepared(base, ishigami, 3, (-math.pi, math.pi), {"saltelli": {"base": 4096}}, replications=50, noise=noise)
    found = judge(study.plan, swept(study, tmp_path / "study"), "y").sobol
    assert found.noise.share.value == pytest.approx(0.2, abs=0.03)
    for index, alone, whole in zip(found.factors, first, total, strict=True):
        assert index.first.value == pytest.approx(alone, abs=0.03)
        assert index.total.value == pytest.approx(whole, abs=0.03)


def test_shares_of_an_ordinary_sample_are_of_one_replication(base, tmp_path):
    """With one replication a point, each its own: first orders shrink by the share that is not noise."""
    first, _, variance = ishigami_indices()
    noise = math.sqrt(variance)
    study = prepared(base, ishigami, 3, (-math.pi, math.pi), {"sample": {"points": 16_384}}, noise=noise)
    found = judge(study.plan, swept(study, tmp_path / "study"), "y").given
    assert found.state == "found"
    for share, alone in zip(found.factors, first, strict=True):
        assert share.value == pytest.approx(alone / 2, abs=0.03)
    assert found.rest.value == pytest.approx(1 - sum(first) / 2, abs=0.04)


def _answered(study):
    (task,) = tasks_of(study.points.values, study.plan.points, [0])
    return study.job.answer(task)
