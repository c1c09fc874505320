"""How much an output rests on each factor: by itself and with all interactions, with intervals, and beside it the luck of the year."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.figures import Indices
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import ROOM, ROW, interval, names_along_y, part_words, shares_along_x
from sim.reports.wording import say, scale_of

THICK, APART = 0.6, 0.15
ALONE, CHANCE = style.BLUE, "#BBBBBB"


def height_of_indices(shown: Indices) -> tuple[float, float]:
    """Inches of its rows, and of the words about them."""
    return ROW * (len(shown.rows) + (shown.luck is not None)), ROOM


def indices(shown: Indices, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw a bar for each factor, an outline for what it does with all interactions, on `ax` or on a figure of its own. Returns the Axes.

    The luck of the year has a bar of its own below a line, since no factor explains it.
    """
    ax = style.axes_or_new(ax, sum(height_of_indices(shown)), style.WIDE)
    pairs = any(row.total for row in shown.rows)
    for place, row in enumerate(shown.rows):
        ax.barh(place, row.alone.value, height=THICK, color=ALONE, linewidth=0)
        if row.total is not None:
            ax.barh(place, row.total.value, height=THICK, fill=False, edgecolor=style.BLACK, linewidth=1.1)
            interval(ax, place + APART, row.total.value, row.total.low, row.total.high, fmt="none", ecolor=style.GREY)
        interval(ax, place - APART * pairs, row.alone.value, row.alone.low, row.alone.high, fmt="none", ecolor=style.BLACK)
    names = [row.name for row in shown.rows]
    if shown.luck is not None:
        last = len(names)
        names.append(_luck_words(shown, lang))
        ax.axhline(last - 0.5, color=style.GREY, linewidth=0.8)
        ax.barh(last, shown.luck.value, height=THICK, color=CHANCE, linewidth=0)
        interval(ax, last, shown.luck.value, shown.luck.low, shown.luck.high, fmt="none", ecolor=style.BLACK)
    names_along_y(ax, names, columns=style.WIDE_NAMES)
    unit = _along_x(ax, shown, lang)
    style.titled(ax, f"{shown.title}{say(lang, ', ', '，')}{unit}" if unit else shown.title, _title(shown, lang), columns=style.WIDE_TITLE)
    drawn: list[tuple[Any, str]] = [(Patch(color=ALONE), say(lang, "alone", "单独作用"))]
    drawn.append((Patch(fill=False, edgecolor=style.BLACK), say(lang, "with all interactions", "含交互作用")))
    told = Line2D([], [], color=style.BLACK, marker="|"), say(lang, "95% interval", "95%区间")
    style.named(ax, [*(drawn if pairs else []), told], columns=3, side="right")
    return ax


def _along_x(ax: Axes, shown: Indices, lang: Language) -> str:
    """The horizontal axis: shares of all, or amounts, whose unit is given back."""
    if shown.of != "morris":
        shares_along_x(ax)
        return ""
    most = max((row.alone.high for row in shown.rows), default=0.0)
    scale = scale_of(shown.unit, most, lang)
    style.amounts_along_x(ax, 0.0, most * 1.05 or scale.divisor, scale)
    ax.grid(axis="x", color="#E4E4E4", linewidth=0.6)
    ax.set_axisbelow(True)
    return scale.suffix.strip().removesuffix("%")


def _title(shown: Indices, lang: Language) -> str:
    part = part_words(shown.part, lang)
    what = {
        "sobol": say(lang, "shares of the expected outcome's variance", "占期望结果方差的比例"),
        "shares": say(lang, "shares of one year's variance", "占单年结果方差的比例"),
        "morris": say(lang, "mean size of the effect over the whole range", "在全范围内变动的平均影响（绝对值）"),
    }[shown.of]
    return f"{part[:1].upper()}{part[1:]}{say(lang, ': ', '：')}{what}"


def _luck_words(shown: Indices, lang: Language) -> str:
    """The luck of the year, and of what it is a share where that is not what the factors have shares of."""
    if shown.of == "shares":
        return say(lang, "luck of the year", "年度偶然因素")
    return say(lang, "luck of the year, of one year's variance", "年度偶然因素（占单年方差）")
