"""The page of a sweep, of studies whose answers are known: numbers in the tables, and words where there is nothing to tell."""

import numpy as np
import pytest

from sim.reports.sweep.page import study_answer, study_page
from sim.reports.tables import as_text
from sim.scenario.loading import load
from sim.studies.sweep.running import tasks_of
from tests.studies.sweep.functions import prepared

DESIGNS = {
    "saltelli": {"base": 64},
    "morris": {"trajectories": 8},
    "sample": {"points": 400},
    "latin_hypercube": {"points": 400},
    "grid": {"levels": 5},
}


@pytest.fixture(scope="module")
def base():
    return load("hengyang-2022")


def page(base, function, design, lang="en", missing=(), **more):
    """The page of a study of a function of three factors on the unit cube; some points have failed."""
    study = prepared(base, function, 3, (0.0, 1.0), design, **more)
    (task,) = tasks_of(study.points.values, study.plan.points, [0])
    table = {"point": np.arange(1, study.plan.points + 1), **study.job.answer(task)}
    for point in missing:
        table["y"][point - 1], table["fault"][point - 1] = np.nan, "replication 3 of seed 1 failed: by nothing"
    return as_text(study_page(study_answer(study.plan, table, ["y"]), lang))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("design", DESIGNS)
def test_an_output_that_no_factor_moves_is_said_to_be_the_same_everywhere(base, design, lang):
    words = {"en": "It is the same at all points", "zh": "各点结果相同"}[lang]
    told = page(base, lambda x: 4.0, {design: DESIGNS[design]}, lang)
    assert words in told
    assert "0 (0-0)" not in told
    assert lang == "en" or not any(word in told for word in ("base", "trajectories", "levels", "points"))


@pytest.mark.parametrize("design", DESIGNS)
def test_factors_stand_in_the_order_of_what_rests_on_them(base, design):
    told = page(base, lambda x: 8 * x[2] + 4 * x[0] + x[1], {design: DESIGNS[design]})
    table = told[told.index("What moves it") :]
    assert table.index("x3") < table.index("x1") < table.index("x2")


def test_shares_of_a_sum_are_those_of_its_terms(base):
    """Of 8 x3 + 4 x1 + x2 on the unit cube: 64, 16 and 1 parts of 81."""
    told = page(base, lambda x: 8 * x[2] + 4 * x[0] + x[1], {"saltelli": {"base": 2048}})
    rows = {line.split()[0]: line.split() for line in told.splitlines() if line[:2] in {"x1", "x2", "x3"} and "(" in line}
    assert [round(float(rows[name][1])) for name in ("x3", "x1", "x2")] == pytest.approx([79, 20, 1], abs=2)


def test_one_at_a_time_tells_both_ends_and_the_change(base):
    told = page(base, lambda x: 8.0 if np.isnan(x[2]) else 6 + 10 * x[2], {"one_way": {}}, replications=5)
    (row,) = [line.split() for line in told.splitlines() if line.startswith("x3 ") and "±" in line]
    assert row == ["x3", "0", "6.0", "1", "16.0", "+8.0", "±", "0.0"]
    assert "As the scenario has it: 8.0." in told


def test_points_that_failed_are_counted_and_told_with_their_message(base):
    told = page(base, lambda x: x[0], {"saltelli": {"base": 64}}, missing=(3, 17))
    assert "2 points have no outcome; 2 base samples are left out with them." in told
    assert "2 points failed" in told
    assert "3: replication 3 of seed 1 failed: by nothing" in told
