"""One factor at a time: bars from what the scenario has to what comes at either end of each factor, the widest on top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.analysis.figures import Bar, End, Tornado
from sim.columns import columns
from sim.errors import Language
from sim.plots import style
from sim.plots.rows import ROOM, interval, names_along_y, part_words
from sim.reports.wording import Scale, say, scale_of

ROW, HEAD = 0.46, 0.45
"""Inches of a row, and of the third line of the title with the words above the rows."""
THICK, THIN = 0.56, 0.34
"""Of a row: a bar that has its side of the base alone, and one of two on the same side."""
LOW, HIGH, ONLY = style.ORANGE, style.BLUE, style.PURPLE
END_COLUMNS, POINTS_A_COLUMN = 20, 5.6
LEFT_BY_NAMES = 0.86
"""Of the width of an Axes before its names are laid out."""


@dataclass(frozen=True)
class _Drawn:
    """One end, ready to be drawn."""

    end: End
    place: float
    thickness: float
    colour: str
    side: Literal["left", "right"]

    @property
    def outside(self) -> float:
        """Where its words begin."""
        known = [one for one in (self.end.value, self.end.low, self.end.high) if one is not None]
        return min(known) if self.side == "left" else max(known)


def height_of_tornado(shown: Tornado) -> float:
    """Inches of the picture."""
    return ROOM + HEAD + ROW * len(shown.bars)


def tornado(shown: Tornado, lang: Language, ax: Axes | None = None) -> Axes:
    """Draw the bars with the words of their ends and the 95% intervals of the changes on `ax`, or on a figure of its own.

    Amounts are in the base unit `shown.unit`. Returns the Axes.
    """
    ax = style.axes_or_new(ax, height_of_tornado(shown), style.WIDE)
    drawn = [one for row, bar in enumerate(shown.bars) for one in _ends(row, bar, shown.base)]
    for one in drawn:
        value = one.end.value
        ax.barh(one.place, value - shown.base, left=shown.base, height=one.thickness, color=one.colour, linewidth=0)
        if one.end.low is not None and one.end.high is not None:
            interval(ax, one.place, value, one.end.low, one.end.high, fmt="none", ecolor=style.BLACK)
        away, align = (-4.0, "right") if one.side == "left" else (4.0, "left")
        outside = min(one.outside, shown.base) if one.side == "left" else max(one.outside, shown.base)
        style.written(ax, outside, one.place, _words(one.end), points_right=away, ha=align, va="center")
    names_along_y(ax, [bar.name for bar in shown.bars])
    ax.set_ylim(len(shown.bars) - 0.5, -1.0)
    ax.axvline(shown.base, color=style.BLACK, linewidth=1)
    scale = _along_x(ax, shown, drawn, lang)
    style.written(ax, shown.base, -0.53, scale.words(shown.base), ha="center", va="bottom", color=style.BLACK, backgroundcolor="white")
    style.titled(ax, *_title(shown, scale, lang))
    style.named(ax, _legend(drawn, lang), columns=3, side="right")
    return ax


def _ends(row: int, bar: Bar, base: float) -> Iterator[_Drawn]:
    """Both ends of a bar: on the two sides of the base, or, where both are on one, above each other."""
    low, high = bar.low, bar.high
    together = low is not None and high is not None and (low.value - base) * (high.value - base) > 0
    thickness = THIN if together else THICK
    shift = 0.22 if together else 0.0
    if low is not None:
        rather_left = low.value < base or (low.value == base and (high is None or high.value >= base))
        yield _Drawn(low, row - shift, thickness, LOW, "left" if rather_left else "right")
    if high is not None:
        rather_right = high.value > base or (high.value == base and (low is None or low.value <= base))
        yield _Drawn(high, row + shift, thickness, HIGH if low is not None else ONLY, "right" if rather_right else "left")


def _words(end: End) -> str:
    return style.fitted(end.words, END_COLUMNS, 1)


def _along_x(ax: Axes, shown: Tornado, drawn: Sequence[_Drawn], lang: Language) -> Scale:
    """The horizontal axis, wide enough for the words of all ends, marked where bars are; its scale."""
    places = [shown.base, *(one.outside for one in drawn)]
    least, most = style.between(min(places), max(places), 0.02)
    room = ax.get_window_extent().width / ax.get_figure(root=True).dpi * 72 * LEFT_BY_NAMES  # type: ignore[union-attr]
    low, high = least, most
    for _ in range(30):  # wider limits make the same words wider amounts
        width = high - low
        shares = [(one, width * (POINTS_A_COLUMN * columns(_words(one.end)) + 8) / room) for one in drawn]
        low = min([least, *(min(one.outside, shown.base) - share for one, share in shares if one.side == "left")])
        high = max([most, *(max(one.outside, shown.base) + share for one, share in shares if one.side == "right")])
    scale = scale_of(shown.unit, max(abs(least), abs(most)), lang)
    style.amounts_along_x(ax, low, high, scale, (least, most))
    ax.grid(axis="x", color="#E4E4E4", linewidth=0.6)
    ax.set_axisbelow(True)
    return scale


def _title(shown: Tornado, scale: Scale, lang: Language) -> list[str]:
    unit, part = scale.suffix.strip(), part_words(shown.part, lang)
    known = any(end is not None and end.low is not None for bar in shown.bars for end in (bar.low, bar.high))
    return [
        f"{shown.title}{say(lang, ', ', '，')}{unit}" if unit not in {"", "%"} else shown.title,
        say(lang, f"{part}, one at a time", f"逐一变动{part}"),
        say(lang, "lines: 95% intervals of the changes", "横线为变化的95%区间") if known else "",
    ]


def _legend(drawn: Sequence[_Drawn], lang: Language) -> list[tuple[Patch | Line2D, str]]:
    """What the line and the colours of bars are."""
    words = {LOW: say(lang, "at the low end", "低端"), HIGH: say(lang, "at the high end", "高端"), ONLY: say(lang, "there", "该取法")}
    colours = {one.colour for one in drawn}
    base = Line2D([], [], color=style.BLACK, linewidth=1)
    bars = [(Patch(color=colour), said) for colour, said in words.items() if colour in colours]
    return [(base, say(lang, "as the scenario has it", "情景原值")), *bars]
