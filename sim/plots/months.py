"""Months along the horizontal axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes

from sim.errors import Language
from sim.plots.style import words_along_x

SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ONE_YEAR = 12
MOST_MARKS = 6


def months_along_x(ax: Axes, months: Sequence[str], lang: Language) -> None:
    """Month ends at 1, 2, ...: within a year all of them by name, of a longer time some of them with their years."""
    count = len(months)
    every = range(count) if count <= ONE_YEAR else range(count - 1, -1, -math.ceil(count / MOST_MARKS))
    places = sorted(every)
    ax.set_xlim(0.5, count + 0.5)
    words_along_x(ax, [place + 1 for place in places], [_word(months[place], count <= ONE_YEAR, lang) for place in places])


def _word(month: str, short: bool, lang: Language) -> str:
    number = month[5:]
    if not (short and number.isdecimal()):
        return month
    return SHORT[int(number) - 1] if lang == "en" else f"{int(number)}月"
