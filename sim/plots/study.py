"""What the design of a study tells of an output, as pictures: assumptions, levers and readings each in one of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes

from sim.analysis.figures import Part
from sim.errors import Language
from sim.plots.indices import height_of_indices, indices
from sim.plots.tornado import height_of_tornado, tornado
from sim.reports.sweep.figures import indices_of, tornado_of
from sim.reports.sweep.words import StudyAnswer
from sim.studies.sweep.judging import Judged


@dataclass(frozen=True)
class Panel:
    """Factors of one kind, ready to be drawn on an Axes or, without one, on a figure of their own."""

    height: tuple[float, float]
    draw: Callable[[Axes | None], Axes]


def panel_of(kept: StudyAnswer, judged: Judged, part: Part, lang: Language) -> Panel | None:
    """A tornado of a one-way design, indices of another; None where there is nothing to show."""
    if kept.plan.design == "one_way":
        swings = tornado_of(kept, judged, part, lang)
        return None if swings is None else Panel(height_of_tornado(swings), partial(tornado, swings, lang))
    found = indices_of(kept, judged, part, lang)
    return None if found is None else Panel(height_of_indices(found), partial(indices, found, lang))
