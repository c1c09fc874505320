"""Where outcomes of interest lie: points in the plane of the two factors that a box restricts most, with the box; or along the only one."""

from __future__ import annotations

from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from sim.analysis.figures import BoxedPoints, Side
from sim.errors import Language
from sim.plots import style
from sim.reports.wording import say, scale_of

HEIGHT, STRIP = 4.4, 2.5
"""Inches of a plane, and of a strip along one factor."""
STRIP_TOP, STRIP_LIMIT = 0.56, 0.64
SIZES = ((100, 26.0), (500, 14.0), (10**9, 7.0))
"""Up to so many points: square points of ink for each."""
SUCH, OTHER, BOX = style.VERMILLION, style.GREY, style.BLUE
FAINT = 0.22
MARK_COLUMNS, COLUMNS = 12, 64
LABEL = 15.0
"""Points of a line under the horizontal axis."""
Span = tuple[float | None, float | None]


def boxes(shown: BoxedPoints, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw the points, those of interest filled, and the first box on `ax`, or on a figure of its own. Returns the Axes.

    Points that miss a demand of the box which has no side in the picture are faint.
    """
    up = shown.up or Side("", "", shown.heights, [(-STRIP_TOP, STRIP_TOP)])
    ax = style.axes_or_new(ax, STRIP if shown.up is None else HEIGHT, style.WIDE)
    size = next(size for most, size in SIZES if len(shown.heights) <= most)
    for elsewhere, such in product((True, False), (True, False)):  # rings last: where both lie in one place, both are seen
        chosen = (shown.of_interest == such) & (shown.elsewhere == elsewhere)
        colour = SUCH if such else OTHER
        ax.scatter(
            shown.along.values[chosen], up.values[chosen], s=size, facecolors=colour if such else "none", edgecolors=colour,
            linewidths=0.0 if such else 0.8, alpha=FAINT if elsewhere else 1.0,
        )  # fmt: skip
    _limits(ax, shown, up)
    for (left, right), (bottom, top) in product(shown.along.spans, up.spans):
        left, right = _ends((left, right), ax.get_xlim())
        bottom, top = _ends((bottom, top), ax.get_ylim())
        ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, facecolor=BOX, alpha=0.10, linewidth=0, zorder=0.5))
        ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=BOX, linewidth=1.6, zorder=0.6))
    _marked(ax, shown, lang)
    style.titled(ax, shown.title, *shown.notes, columns=COLUMNS)
    lower = LABEL * (1 + ax.get_xlabel().count("\n"))
    style.named(ax, _legend(shown, lang), columns=4, side="right", lower=lower)
    return ax


def _limits(ax: Axes, shown: BoxedPoints, up: Side) -> None:
    """Both axes with some room about the points."""
    ax.set_xlim(*_room(shown.along))
    ax.set_ylim(*((-STRIP_LIMIT, STRIP_LIMIT) if shown.up is None else _room(up)))


def _room(side: Side) -> tuple[float, float]:
    if _is_named(side):
        return -0.6, len(side.marks) - 0.4
    known = [bound for span in side.spans for bound in span if bound is not None]
    return style.between(min([float(np.min(side.values)), *known]), max([float(np.max(side.values)), *known]), 0.03)


def _is_named(side: Side) -> bool:
    """Whether its places are those of names."""
    return [place for place, _ in side.marks] == [float(number) for number in range(len(side.marks))] and bool(side.marks)


def _ends(span: Span, limits: tuple[float, float]) -> tuple[float, float]:
    """A span whose open ends are those of the axis."""
    low, high = span
    return limits[0] if low is None else low, limits[1] if high is None else high


def _marked(ax: Axes, shown: BoxedPoints, lang: Language) -> None:
    """Ticks and names of both sides."""
    names = []
    for side, (low, high), amounts, words, most in (
        (shown.along, ax.get_xlim(), style.amounts_along_x, style.words_along_x, 5),
        (shown.up, ax.get_ylim(), style.amounts_along_y, style.words_along_y, 8),
    ):
        if side is None:
            style.words_along_y(ax, [], [])
            names.append("")
        elif side.marks:
            marks = side.marks[:: -(-len(side.marks) // most)]
            words(ax, [place for place, _ in marks], [style.fitted(word, MARK_COLUMNS, 1) for _, word in marks])
            names.append(side.name)
        else:
            scale = scale_of(side.unit, max(abs(low), abs(high)), lang)
            amounts(ax, low, high, scale)
            unit = scale.suffix.strip().removesuffix("%")
            names.append(f"{side.name}{say(lang, ', ', '，')}{unit}" if unit else side.name)
    ax.grid(visible=False)
    style.called(ax, *names)


def _legend(shown: BoxedPoints, lang: Language) -> list[tuple[Patch | Line2D, str]]:
    such = Line2D([], [], marker="o", linestyle="", color=SUCH)
    other = Line2D([], [], marker="o", linestyle="", color=OTHER, markerfacecolor="none")
    drawn: list[tuple[Patch | Line2D, str]] = [
        (such, say(lang, "such points", "此类点")),
        (other, say(lang, "other points", "其他点")),
        (Patch(facecolor=(*_rgb(BOX), 0.1), edgecolor=BOX), say(lang, "the box", "区域")),
    ]
    if shown.elsewhere.any():
        faint = Line2D([], [], marker="o", linestyle="", color=OTHER, alpha=FAINT)
        drawn.append((faint, say(lang, "miss a demand", "不满足其他条件")))
    return drawn


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue
