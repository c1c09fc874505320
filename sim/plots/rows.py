"""Pictures of rows: a name at the left, a point with its interval, from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer

from sim.analysis.figures import Part
from sim.errors import Language
from sim.plots import style
from sim.reports.wording import percent, say

ROW, ROOM = 0.42, 1.35
"""Inches of a row, and of title, ticks and legend together."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def height_of(rows: int, each: float = ROW) -> float:
    """Inches of a picture with so many rows."""
    return ROOM + each * max(rows, 1)


def names_along_y(ax: Axes, names: Sequence[str], lines: int = 2, columns: int = style.NAME_COLUMNS) -> None:
    """Row 0 at the top, each with its name."""
    ax.set_ylim(len(names) - 0.5, -0.5)
    style.words_along_y(ax, range(len(names)), [style.fitted(name, columns, lines) for name in names])
    ax.tick_params(axis="y", length=0)


def shares_along_x(ax: Axes, most: float = 1.0) -> None:
    """Percentages from 0 to 100, or beyond to `most`."""
    ax.set_xlim(-0.02, 1.02 if most <= 1 else most + 0.06)
    places = [*SHARES, *(1 + 0.25 * step for step in range(1, int((most - 1) / 0.25) + 1))]
    chosen = places if len(places) <= 7 else places[::4]
    style.words_along_x(ax, chosen, [percent(place, 0) for place in chosen])
    ax.grid(axis="x", color="#E4E4E4", linewidth=0.6)
    ax.set_axisbelow(True)


def interval(ax: Axes, row: float, estimate: float, low: float, high: float, **how: str) -> ErrorbarContainer:
    """A point with its interval on a row."""
    ends = [[max(estimate - low, 0.0)], [max(high - estimate, 0.0)]]
    return ax.errorbar(estimate, row, xerr=ends, capsize=3, markersize=5.5, linewidth=1.6, **{"fmt": "o", **how})  # type: ignore[arg-type]


def part_words(part: Part, lang: Language) -> str:
    """What kind of factors the rows of a picture are."""
    return {
        "assumptions": say(lang, "assumptions", "假设"),
        "levers": say(lang, "levers (effects assumed)", "措施（影响为假设）"),
        "readings": say(lang, "readings and overrides", "理解口径与覆盖方案"),
    }[part]
