"""A study's folder: every block whole and known to be sound, whatever ends the writer, whoever writes beside it."""

import numpy as np
import pytest

from sim.errors import UnfinishedError
from sim.results.study_folder import StudyPlan, open_study
from sim.results.study_tables import read_table

COLUMNS = {"name": "text", "count": "whole", "share": "float"}


def planned(seed=1, points=10, block=3):
    return StudyPlan({"seed": seed}, points, block, COLUMNS)


def rows(plan, block):
    points = np.array(plan.points_of(block))
    return {"name": points.astype(str).astype(object), "count": points * 2, "share": points / 7}


def test_a_study_is_read_as_it_was_put(tmp_path):
    plan = planned()
    with open_study(tmp_path / "s", plan) as writer:
        for block in writer.missing():
            writer.put(block, rows(plan, block))
        assert writer.finish()
    table, state = read_table(tmp_path / "s")
    assert table["point"].tolist() == list(range(10))
    assert state.complete


def test_another_seed_is_named(tmp_path):
    with open_study(tmp_path / "s", planned()):
        pass
    with pytest.raises(UnfinishedError, match="seed is 1 there, 2 here"), open_study(tmp_path / "s", planned(seed=2), resume=True):
        pass
