"""The probability of each goal under each reading of what the source leaves open, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from sim.analysis.figures import Odds
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import height_of, interval, names_along_y, shares_along_x
from sim.reports.wording import say

MARKS = ("o", "s", "D", "^", "v", "P", "X")


def readings(goals: Sequence[str], shown: Sequence[Odds], lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a row for each name in `goals`, in it a point for each reading in `shown`, on `ax` or on a figure of its own.

    Each of `shown` has a probability for each goal, in the order of `goals`, or None. Returns the Axes.
    """
    ax = style.axes_or_new(ax, height_of(len(goals), 0.3 + 0.14 * len(shown)) + 0.2 * (len(shown) // 3))
    drawn = []
    for number, odds in enumerate(shown):
        shift = 0.6 * ((number + 0.5) / len(shown) - 0.5)
        colour, mark = style.COLOURS[number % len(style.COLOURS)], MARKS[number % len(MARKS)]
        for row, chance in enumerate(odds.chances):
            if chance is not None:
                drawn.append((interval(ax, row + shift, chance.estimate, chance.low, chance.high, color=colour, fmt=mark), odds.reading))
    names_along_y(ax, goals)
    shares_along_x(ax)
    style.titled(
        ax, say(lang, "Probability of each goal by reading (95% interval)", "各口径达成概率（95%区间）"), columns=style.BESIDE_NAMES
    )
    once = {name: handle for handle, name in reversed(drawn)}
    style.named(ax, [(once[odds.reading], odds.reading) for odds in shown if odds.reading in once], columns=1, side="right")
    return ax
