"""One factor at a time: bars from what the scenario has to what comes at either end of each factor, the widest on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.figures import Bar, End, Tornado
from sim.columns import columns
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import ROOM, interval, names_along_y, part_words
from sim.reports.wording import Scale, say, scale_of

ROW, HEAD = 0.46, 0.5
"""Inches of a row; rows of the base's value above the others."""
THICK, THIN = 0.56, 0.34
"""Of a row: a bar that has its side of the base alone, and one of two on the same side."""
LOW, HIGH, ONLY = style.ORANGE, style.BLUE, style.PURPLE
END_COLUMNS, POINTS_A_COLUMN = 20, 5.6
LEFT_BY_NAMES = 0.86
"""Of the width of an Axes before its names are laid out."""


Side = Literal["left", "right"]
LEFT: Side = "left"
RIGHT: Side = "right"


@dataclass(frozen=True)
class _Drawn:
    """One end, ready to be drawn."""

    end: End
    place: float
    thickness: float
    colour: str
    side: Side
    outside: float
    """Where its words begin: beyond all that stands in its place."""


def height_of_tornado(shown: Tornado) -> tuple[float, float]:
    """Inches of its rows, and of the words about them."""
    return ROW * (len(shown.bars) + HEAD), ROOM


def tornado(shown: Tornado, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw the bars with the words of their ends and the 95% intervals of the changes on `ax`, or on a figure of its own.

    Amounts are in the base unit `shown.unit`. Returns the Axes.
    """
    ax = style.axes_or_new(ax, sum(height_of_tornado(shown)), style.WIDE)
    drawn = [one for row, bar in enumerate(shown.bars) for one in _ends(row, bar, shown.base)]
    for one in drawn:
        value = one.end.value
        ax.barh(one.place, value - shown.base, left=shown.base, height=one.thickness, color=one.colour, linewidth=0)
        if one.end.low is not None and one.end.high is not None:
            interval(ax, one.place, value, one.end.low, one.end.high, fmt="none", ecolor=style.BLACK)
        away, align = (-4.0, "right") if one.side == "left" else (4.0, "left")
        style.written(ax, one.outside, one.place, _words(one.end), points_right=away, ha=align, va="center")
    names_along_y(ax, [bar.name for bar in shown.bars], columns=style.WIDE_NAMES)
    ax.set_ylim(len(shown.bars) - 0.5, -0.5 - HEAD)
    ax.plot([shown.base, shown.base], [-0.5, len(shown.bars) - 0.5], color=style.BLACK, linewidth=1)
    scale = _along_x(ax, shown, drawn, lang)
    style.written(ax, shown.base, -0.5, scale.words(shown.base), points_above=2, ha="center", va="bottom")
    style.titled(ax, *_title(shown, scale, lang), columns=style.WIDE_TITLE)
    style.named(ax, _legend(drawn, lang), columns=4, side="right")
    return ax


def _ends(row: int, bar: Bar, base: float) -> Iterator[_Drawn]:
    """Both ends of a bar: on the two sides of the base, or, where both are on one, above each other."""
    low, high = bar.low, bar.high
    together = low is not None and high is not None and (low.value - base) * (high.value - base) > 0
    thickness, shift = (THIN, 0.22) if together else (THICK, 0.0)
    for end, other, place, colour, rather in (
        (low, high, row - shift, LOW, LEFT),
        (high, low, row + shift, HIGH if low is not None else ONLY, RIGHT),
    ):
        if end is not None:
            side = _side(end, None if together else other, base, rather)
            beside = [end] if together or other is None else [end, other]
            known = [base, *(one for each in beside for one in (each.value, each.low, each.high) if one is not None)]
            yield _Drawn(end, place, thickness, colour, side, min(known) if side == "left" else max(known))


def _side(end: End, other: End | None, base: float, rather: Side) -> Side:
    """Where the words of an end stand: where it goes from the base; if it stays, where the other end does not go."""
    if end.value != base:
        return "left" if end.value < base else "right"
    if other is None or other.value == base:
        return rather
    return "left" if other.value > base else "right"


def _words(end: End) -> str:
    return style.fitted(end.words, END_COLUMNS, 1)


def _along_x(ax: Axes, shown: Tornado, drawn: Sequence[_Drawn], lang: Language) -> Scale:
    """The horizontal axis, wide enough for the words of all ends, marked where bars are; its scale."""
    places = [shown.base, *(one.outside for one in drawn)]
    least, most = style.between(min(places), max(places), 0.02)
    room = ax.get_window_extent().width / ax.get_figure(root=True).dpi * 72 * LEFT_BY_NAMES  # type: ignore[union-attr]
    scale = scale_of(shown.unit, max(abs(least), abs(most)), lang)
    low, high = least, most
    for _ in range(30):  # wider limits make the same words wider amounts
        width = high - low
        half = width * POINTS_A_COLUMN * columns(scale.words(shown.base)) / 2 / room
        shares = [(one, width * (POINTS_A_COLUMN * columns(_words(one.end)) + 8) / room) for one in drawn]
        low = min([least, shown.base - half, *(one.outside - share for one, share in shares if one.side == "left")])
        high = max([most, shown.base + half, *(one.outside + share for one, share in shares if one.side == "right")])
    style.amounts_along_x(ax, low, high, scale, (least, most))
    ax.grid(axis="x", color="#E4E4E4", linewidth=0.6)
    ax.set_axisbelow(True)
    return scale


def _title(shown: Tornado, scale: Scale, lang: Language) -> list[str]:
    unit, part = scale.suffix.strip(), part_words(shown.part, lang)
    title = f"{shown.title}{say(lang, ', ', '，')}{unit}" if unit not in {"", "%"} else shown.title
    return [title, say(lang, f"{part[:1].upper()}{part[1:]}, one at a time", f"逐一变动{part}")]


def _legend(drawn: Sequence[_Drawn], lang: Language) -> list[tuple[Any, str]]:
    """What the lines and the colours of bars are."""
    words = {LOW: say(lang, "low end", "低端"), HIGH: say(lang, "high end", "高端")}
    colours = {one.colour for one in drawn}
    base = Line2D([], [], color=style.BLACK, linewidth=1)
    told: list[tuple[Any, str]] = [(Patch(color=colour), said) for colour, said in words.items() if colour in colours]
    if any(one.end.low is not None for one in drawn):
        told.append((Line2D([], [], color=style.BLACK, marker="|"), say(lang, "95% of the change", "变化的95%区间")))
    return [(base, say(lang, "as in the scenario", "情景原值")), *told]
