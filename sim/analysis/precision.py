"""How many replications are enough: looked at after 400, 800, 1,600, … until every interval is narrow enough, or to a cap."""

from __future__ import annotations

from collections.abc import Iterable

from sim.analysis.attainment import Probability

FIRST_LOOK = 400


def checkpoints(cap: int) -> list[int]:
    """Numbers of replications at which to look: 400, doubled each time, the last of them the cap."""
    looks = []
    look = FIRST_LOOK
    while look < cap:
        looks.append(look)
        look *= 2
    return [*looks, cap]


def is_precise(probabilities: Iterable[Probability], precision: float) -> bool:
    """Whether the half-width of every interval is at most `precision`."""
    return all(probability.half_width <= precision for probability in probabilities)
