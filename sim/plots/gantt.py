"""One replication: every project's way through its stages over the year, waits told apart from work."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.analysis.figures import Gantt
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import height_of, names_along_y
from sim.reports.wording import say

LEGEND_ROW = 0.3
"""Inches of a row of the legend, which has two columns."""
THICK, THIN = 0.7, 0.22
"""Of a row: work, and waiting."""
WAITS_FOR_DATE, WAITS_FOR_POOL = "#BBBBBB", style.BLACK


def gantt(shown: Gantt, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a row for each project on `ax`, or on a figure of its own; horizontal axis: days since the start. Returns the Axes."""
    ax = style.axes_or_new(ax, height_of(len(shown.walks), 0.22) + LEGEND_ROW * (len(shown.stages) // 2 + 1))
    colours = {stage: style.COLOURS[number % len(style.COLOURS)] for number, stage in enumerate(shown.stages)}
    for row, walk in enumerate(shown.walks):
        for span in walk.spans:
            middle = row - THICK / 2 + THICK * (span.lane + 0.5) / walk.lanes
            pieces = (
                (span.ready, span.requested, THIN / walk.lanes, WAITS_FOR_DATE),
                (span.requested, span.began, THIN / walk.lanes, WAITS_FOR_POOL),
                (span.began, span.ended, THICK / walk.lanes, colours[span.stage]),
            )
            for begin, end, thickness, colour in pieces:
                if end > begin:
                    ax.barh(middle, end - begin, left=begin, height=thickness, color=colour, linewidth=0)
    names_along_y(ax, [walk.name for walk in shown.walks], lines=1)
    ax.set_xlim(0, shown.days)
    style.words_along_x(ax, [place for place, _ in shown.marks], [word for _, word in shown.marks])
    ax.grid(axis="x", color="#E4E4E4", linewidth=0.6)
    ax.set_axisbelow(True)
    style.titled(ax, shown.title, columns=style.BESIDE_NAMES)
    names = {stage: colours[stage] for stage in shown.stages}
    names |= {say(lang, "waits for its date", "等待计划日期"): WAITS_FOR_DATE, say(lang, "waits for resources", "等待资源"): WAITS_FOR_POOL}
    style.named(ax, [(Patch(color=colour), name) for name, colour in names.items()], side="right")
    return ax
