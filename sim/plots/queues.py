"""Queues, or stocks, at month ends: the median of each with its band."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.analysis.figures import Levels
from sim.errors import Language
from sim.plots import style
from sim.plots.months import months_along_x
from sim.reports.wording import say, scale_of


def queues(shown: Levels, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a line with a band of P10 to P90 for each of `shown.bands` on `ax`, or on a figure of its own. Returns the Axes."""
    ax = style.axes_or_new(ax)
    places = range(1, len(shown.months) + 1)
    drawn = []
    for number, band in enumerate(shown.bands):
        colour, dashes = style.COLOURS[number % len(style.COLOURS)], style.DASHES[number // len(style.COLOURS) % len(style.DASHES)]
        ax.fill_between(places, band.p10, band.p90, color=colour, alpha=0.18, linewidth=0)
        (line,) = ax.plot(places, band.p50, color=colour, linestyle=dashes, linewidth=1.8)
        drawn.append((line, band.name))
    months_along_x(ax, shown.months, lang)
    top = max((max(band.p90) for band in shown.bands), default=0.0)
    scale = scale_of(shown.unit, top, lang)
    style.amounts_along_y(ax, min([0.0, *(min(band.p10) for band in shown.bands)]), top * 1.08 or 1.0, scale)
    unit = scale.suffix.strip()
    what = shown.title + (say(lang, f", {unit}", f"，{unit}") if unit else "")
    style.titled(ax, what, say(lang, "median, P10-P90", "中位数，P10-P90"))
    style.named(ax, drawn)
    return ax
