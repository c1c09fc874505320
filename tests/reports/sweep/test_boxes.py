"""What is said of boxes: a box that was planted is named by the right factors and bounds, in both languages."""

import re

import numpy as np
import pytest

from sim.errors import SimError
from sim.reports.sweep.boxes import asked_of, discovery_json, discovery_page, sentence
from sim.reports.sweep.words import StudyAnswer
from sim.reports.tables import as_text
from sim.scenario.loading import load
from sim.studies.sweep.judging import find_boxes
from sim.studies.sweep.running import tasks_of
from tests.studies.sweep.functions import prepared

LOW, HIGH = 0.35, 0.6
"""The planted box: x2 at most 0.35, x4 at least 0.6; 14% of the cube."""


def planted(x):
    """Low inside the box, high outside."""
    return 1.0 if x[1] <= LOW and x[3] >= HIGH else 2.0


@pytest.fixture(scope="module")
def answer():
    study = prepared(load("hengyang-2022"), planted, 5, (0.0, 1.0), {"latin_hypercube": {"points": 2000}})
    (task,) = tasks_of(study.points.values, study.plan.points, [0])
    table = {"point": np.arange(1, study.plan.points + 1), **study.job.answer(task)}
    return StudyAnswer(study.plan, table, ())


@pytest.fixture(scope="module")
def found(answer):
    return find_boxes(answer.plan, answer.table, "y", 1.5, None, 0.8)


def test_a_planted_box_is_found_and_its_sentence_names_factors_and_bounds(answer, found):
    (box,) = found.boxes
    assert box.coverage >= 0.9
    assert box.density >= 0.9
    english, chinese = (sentence(answer.plan.axes, box, lang) for lang in ("en", "zh"))
    upper, lower = re.search(r"x2 is at most ([\d.]+) and x4 is at least ([\d.]+):", english).groups()
    assert float(upper) == pytest.approx(LOW, abs=0.03)
    assert float(lower) == pytest.approx(HIGH, abs=0.03)
    assert f"当x2不超过{upper}，且x4不低于{lower}时" in chinese
    for words in (english, chinese):
        assert f"{100 * box.coverage:.0f}%" in words
        assert f"{100 * box.density:.0f}%" in words
        assert not {"x1", "x3", "x5"} & set(re.findall(r"x\d", words))


def test_the_page_counts_the_points_and_says_what_was_asked(answer, found):
    asked = asked_of("y", 1.5, None)
    page = as_text(discovery_page(answer, asked, found, "en"))
    assert f"{found.of_interest} of 2,000 points" in page
    assert "y: below 1.5" in page
    told = discovery_json(answer, asked, found)
    assert set(told["boxes"][0]["restrictions"]) == {"x2", "x4"}
    assert told["boxes"][0]["sentence"]["en"] in page.replace("\n  ", " ")


def test_points_that_are_missing_are_told(answer, found):
    some = {name: column[:1500] for name, column in answer.table.items()}
    incomplete = StudyAnswer(answer.plan, some, ())
    for lang, words in (("en", "incomplete: 500 points are missing"), ("zh", "不完整：尚缺500个点")):
        assert words in as_text(discovery_page(incomplete, asked_of("y", 1.5, None), found, lang))


def test_an_amount_wants_a_bound_and_a_probability_has_one():
    assert asked_of("joint", None, None).below == 0.5
    with pytest.raises(SimError, match="say below or above"):
        asked_of("goals.investment.outcome", None, None)
    with pytest.raises(SimError, match="do not go together"):
        asked_of("joint", 0.1, 0.9)
