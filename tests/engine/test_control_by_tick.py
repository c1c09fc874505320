"""Random models with reviews, funds and risks against the control phase said plainly, and faults planted in it."""

import contextlib
from dataclasses import replace
from random import Random

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from sim.calendar import NEVER, PPM
from sim.engine import reference
from sim.engine.control import Control
from tests.engine.test_invariants import SETTINGS, differences, different, documents, prepared
from tests.engine.tick_by_tick import TickByTick


@settings(SETTINGS, max_examples=80)
@given(documents(supervised=True), st.integers(1, 1000))
def test_the_engine_supervises_as_the_control_phase_says_tick_by_tick(document, replication):
    assert differences(document, replication) == []


def at_once(right):
    """A review that sees every report as soon as its month is over."""

    def review(self, now, month):
        spending = replace(self.model.spending, known_at=self.model.timeline.month_ends)
        self.model = replace(self.model, spending=spending)
        right(self, now, month)

    return review


def last_first(right):
    """Funds that pay those first who should be last."""

    def give(self, now):
        ranks, self.replication.priority = self.replication.priority, [-rank for rank in self.replication.priority]
        right(self, now)
        self.replication.priority = ranks

    return give


def without_end(right):
    """Risks that stay once they have come."""
    return lambda self: [(begin, NEVER, remains, hit) for begin, _, remains, hit in right(self)]


FAULTS = {
    "a push without bound": ("sim.model.rules.push_of", lambda missing, gain, at_most: int(gain * missing * PPM)),
    "reports known at once": ("sim.engine.control.Control.hold_review", at_once(Control.hold_review)),
    "the last in rank paid first": ("sim.engine.control.Control.give_funds", last_first(Control.give_funds)),
    "what is not spent kept": ("sim.engine.control.Control.take_back", lambda self: None),
    "a risk without end": ("sim.engine.control.Control._hindrances", without_end(Control._hindrances)),
}


EVERY = settings(SETTINGS, max_examples=200, phases=[Phase.generate])


def test_planted_faults_of_the_control_phase_are_seen_tick_by_tick():
    unseen = dict(FAULTS)

    def all_are_seen(document):
        model, draws = prepared(document, 1)
        told = TickByTick(model, draws).run()
        for fault, place_and_wrong in list(unseen.items()):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(*place_and_wrong)
                if different(reference.simulate(model, draws, 0), told):
                    del unseen[fault]
        return not unseen

    with contextlib.suppress(NoSuchExample):
        find(documents(supervised=True), all_are_seen, settings=EVERY, random=Random(1))
    assert not unseen
