"""Cumulative investment by month: P10, P50 and P90 against the goal, the straight line and the usual course of a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.analysis.figures import Fan
from sim.errors import Language
from sim.plots import style
from sim.plots.months import months_along_x
from sim.reports.wording import say, scale_of
from sim.terms import label


def fan(shown: Fan, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a path with its band on `ax`, or on a figure of its own. Returns the Axes.

    `shown` holds one amount a month, in its base unit.
    """
    ax = style.axes_or_new(ax)
    places = range(1, len(shown.months) + 1)
    band = ax.fill_between(places, shown.path.p10, shown.path.p90, color=style.BLUE, alpha=0.22, linewidth=0)
    (middle,) = ax.plot(places, shown.path.p50, color=style.BLUE, linewidth=2)
    drawn: list[tuple[Any, str]] = [
        (band, f"{label('p10', lang)}-{label('p90', lang)}"),
        (middle, say(lang, "P50 (median)", "P50（中位数）")),
    ]
    guides = (shown.straight, "pro_rata_progress", style.GREY, ":"), (shown.reference, "reference_curve", style.GREEN, "-.")
    for path, term, colour, dashes in guides:
        if known := [(place, value) for place, value in zip(places, path, strict=False) if value is not None]:
            (line,) = ax.plot(*zip(*known, strict=True), color=colour, linestyle=dashes, linewidth=1.5)
            drawn.append((line, label(term, lang)))
    if shown.goal is not None:
        drawn.append((ax.axhline(shown.goal, color=style.BLACK, linestyle="--", linewidth=1.2), label("goal", lang)))
    months_along_x(ax, shown.months, lang)
    top = max(filter(None, (*shown.path.p90, shown.goal, *_known(shown.straight), *_known(shown.reference))), default=1.0)
    scale = scale_of(shown.unit, shown.goal if shown.goal is not None else top, lang)
    style.amounts_along_y(ax, min(0.0, *shown.path.p10), top * 1.05, scale)
    unit = scale.suffix.strip()
    style.titled(ax, say(lang, f"{shown.title}, {unit}", f"{shown.title}，{unit}"))
    style.named(ax, drawn)
    return ax


def _known(path: Sequence[float | None]) -> list[float]:
    return [value for value in path if value is not None]
