"""Several scenarios side by side: the probability of each with its interval, and how far the half-way is come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.analysis.figures import Standing
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import height_of, interval, names_along_y, shares_along_x
from sim.reports.wording import say
from sim.terms import label


def league(rows: Sequence[Standing], lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a row for each scenario, in the order given, on `ax` or on a figure of its own. Returns the Axes.

    Probabilities and paces are fractions on one axis, told apart by mark and colour.
    """
    ax = style.axes_or_new(ax, height_of(len(rows)))
    drawn: dict[str, Any] = {}
    for place, row in enumerate(rows):
        chance = row.probability
        shift = 0.0 if row.pace is None else -0.12
        point = interval(ax, place + shift, chance.estimate, chance.low, chance.high, color=style.BLUE)
        drawn[say(lang, "probability (95% interval)", "达成概率（95%区间）")] = point
        if row.pace is not None:
            (drawn[say(lang, "pace at half-way", "半程进度")],) = ax.plot(
                row.pace, place + 0.2, "D", color=style.ORANGE, markerfacecolor="white", markersize=6
            )
    names_along_y(ax, [row.name for row in rows])
    shares_along_x(ax, max([1.0, *(row.pace for row in rows if row.pace is not None)]))
    style.titled(
        ax,
        say(lang, "Scenarios side by side", "各情景对比") + say(lang, ": ", "：") + label("probability", lang),
        columns=style.BESIDE_NAMES,
    )
    style.named(ax, [(handle, name) for name, handle in drawn.items()], side="right")
    return ax
