"""Faults planted in the kernel, and how many random models it takes to see each: `python -m tests.engine.kernel_faults`.

Prints the number of models for five seeds and their median; exit code 1 where a median is above `LIMIT`.
"""

from __future__ import annotations

import statistics
import sys

import pytest
from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from sim.engine.kernel import simulate_plainly, walk
from tests.engine.kernel_cases import by_reference, contested, differences, drawn
from tests.engine.test_invariants import SETTINGS, documents

LIMIT = 300
SEEDS = range(1, 6)


def _without_window(x, entity, stage, item):
    walk.ask(x, entity, stage, item)


def _of_equal_rank(right):
    return lambda x, priority, item: right(x, 0, item)


FAULTS = {
    "capacity off by one": ("sim.model.rules.lacks", lambda free, amount: free < amount - 1),
    "priority ignored": ("sim.engine.kernel.walk.rank_of", _of_equal_rank(walk.rank_of)),
    "window missed": ("sim.engine.kernel.walk.pass_date", _without_window),
    "join wrong": ("sim.model.rules.begins", lambda unresolved, done: done > 0),
    "release lost": ("sim.engine.kernel.walk.give_back_at_end", lambda x, entity, stage: None),
    "patience off by one tick": ("sim.model.rules.patience_is_over", lambda asked, patience, now: now - asked > patience),
    "settlement skipped": ("sim.engine.kernel.control.reset_site", lambda x, entity, pace: None),
}
"""Where a function of the kernel is, or a rule that only the kernel is asked with, and what stands there instead."""


def models_until_seen(seed: int) -> dict[str, int]:
    """Fault -> the number of the first model in which it is seen, of `LIMIT` at most."""
    found: dict[str, int] = {}
    models = 0

    @settings(SETTINGS, max_examples=LIMIT, phases=[Phase.generate], derandomize=False, database=None)
    @given(contested() | contested(supervised=True) | documents() | documents(supervised=True), st.integers(1, 1000))
    def look(document, replication):
        nonlocal models
        models += 1
        if len(found) == len(FAULTS):
            return
        model, draws = drawn(document, replication)
        right = by_reference(model, draws)
        for fault in FAULTS.keys() - found.keys():
            if is_seen(fault, model, draws, right):
                found[fault] = models

    seeded(seed)(look)()
    return found


def is_seen(fault: str, model, draws, right) -> bool:
    """Whether the kernel with a fault gives another trace, or none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*FAULTS[fault])
        try:
            return bool(differences(right, simulate_plainly(model, draws)))
        except (AssertionError, IndexError, LookupError):
            return True


def main() -> int:
    """Count, print, and say by the exit code whether every fault is seen soon enough."""
    counts = [models_until_seen(number) for number in SEEDS]
    medians = {fault: statistics.median(one.get(fault, LIMIT + 1) for one in counts) for fault in FAULTS}
    for fault, median in medians.items():
        print(f"{fault:26} {[one.get(fault) for one in counts]} median {median}")  # noqa: T201 - what the command is for
    return 0 if max(medians.values()) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
