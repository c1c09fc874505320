"""The benchmark compares like with like: both programs simulate the same pipeline, to the tick. Nothing is timed here."""

import pytest

from tests.benchmarks import plain_pipeline
from tests.benchmarks.events import DisagreementError, agreed
from tests.benchmarks.pipeline import QUEUES, STAGES, TIMES, given, log_of, prepared, simulated

PROJECTS, REPLICATIONS = 300, 3


@pytest.fixture(scope="module")
def pipeline():
    return prepared(PROJECTS, REPLICATIONS)


def test_both_programs_agree_on_every_event(pipeline):
    found = [agreed(pipeline, row) for row in range(REPLICATIONS)]
    compared = [counts for counts in found if counts is not None]
    assert compared
    for counts in compared:
        assert PROJECTS * len(STAGES) >= counts["requested"] >= counts["began"] >= counts["ended"] > 0.9 * PROJECTS * len(STAGES)


def test_projects_wait_wherever_they_can(pipeline):
    logs = [log_of(simulated(pipeline, row)) for row in range(REPLICATIONS)]
    for stage in map(STAGES.index, QUEUES):
        assert any(began[stage] > requested[stage] for log in logs for requested, began in zip(log["requested"], log["began"], strict=True))


def test_not_every_stage_ends_by_the_horizon_nor_later(pipeline):
    log = plain_pipeline.simulate(given(pipeline, 0))
    assert any(-1 in row for row in log["ended"])
    assert max(tick for name in TIMES for row in log[name] for tick in row) <= given(pipeline, 0).horizon


def test_a_plain_program_that_forgets_the_planned_start_is_caught(pipeline, monkeypatch):
    """A planted fault."""
    right = plain_pipeline.simulate

    def hasty(numbers):
        return right(type(numbers)(**{**vars(numbers), "planned_start": [0] * PROJECTS}))

    monkeypatch.setattr(plain_pipeline, "simulate", hasty)
    with pytest.raises(DisagreementError):
        [agreed(pipeline, row) for row in range(REPLICATIONS)]
