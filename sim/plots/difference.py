"""What a change does: the paired difference of each goal or metric between two runs, with its interval and the line of no difference."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sim.analysis.figures import DifferenceRow
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import height_of, interval, names_along_y
from sim.reports.wording import say, scale_of


def difference(rows: Sequence[DifferenceRow], lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a row for each difference, with its number in words, on `ax` or on a figure of its own. Returns the Axes.

    Differences of one unit stand on one scale; where units differ, each row has a scale of its own, the same zero, and no ticks, the
    horizontal axis then being in widest ends of the rows. A difference that is none by its interval is hollow and grey.
    """
    ax = style.axes_or_new(ax, height_of(len(rows)))
    shared = len({row.unit for row in rows}) <= 1
    widest = max((_reach(row) for row in rows), default=1.0) or 1.0
    for place, row in enumerate(rows):
        unit = 1.0 if shared else _reach(row) or 1.0
        colour, face = (style.BLUE, style.BLUE) if row.real else (style.GREY, "white")
        interval(ax, place, row.difference / unit, row.low / unit, row.high / unit, color=colour, markerfacecolor=face)
        style.written(ax, 1.03, place, row.words, xycoords=ax.get_yaxis_transform(), ha="left", va="center")
    ax.axvline(0.0, color=style.BLACK, linewidth=1)
    names_along_y(ax, [row.label for row in rows])
    reach = 1.1 * (widest if shared else 1.0)
    if shared:
        style.amounts_along_x(ax, -reach, reach, scale_of(rows[0].unit if rows else "fraction", widest, lang))
    else:
        ax.set_xlim(-reach, reach)
        style.words_along_x(ax, [0.0], ["0"])
    style.titled(ax, say(lang, "Difference (95% interval)", "差异（95%区间）"), columns=style.BESIDE_NAMES)
    real = Line2D([], [], marker="o", color=style.BLUE)
    none = Line2D([], [], marker="o", color=style.GREY, markerfacecolor="white")
    style.named(
        ax, [(real, say(lang, "real difference", "有实际差异")), (none, say(lang, "no real difference", "无实际差异"))], side="right"
    )
    return ax


def _reach(row: DifferenceRow) -> float:
    return max(abs(row.low), abs(row.high), abs(row.difference))
