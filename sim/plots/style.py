"""What all pictures share: the font, the colours, and how words stand on an Axes.

Nothing global is changed but within `settings`, and then given back. No text is read as mathematics (`$` stays a sign of money), and
every text is of the shipped font, in which a character that it lacks becomes 〓.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import ScaledTranslation
from rich.cells import set_cell_size

from sim.columns import wrapped
from sim.reports.wording import Scale

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-GBK.otf"
UNKNOWN = "〓"
"""Stands for a character that the font lacks, as printers have it."""

BLUE, ORANGE, GREEN, VERMILLION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW, BLACK, GREY = "#56B4E9", "#CC79A7", "#F0E442", "#000000", "#767676"
COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, YELLOW)
"""Of Okabe and Ito (2008), Color Universal Design: told apart by colour-blind eyes; the last ones are pale."""
DASHES = ("-", "--", "-.", ":")
"""Lines of one colour, when the colours are used up."""

WIDTH, HEIGHT = 4.5, 3.2
"""Inches of a picture that stands alone."""
WIDE = 6.6
"""Inches of one with words at both ends of its bars."""
DOTS = 200
"""An inch, of a picture as PNG."""
TEXT, TITLE = 9.5, 10.5
"""Points."""
TITLE_COLUMNS, BESIDE_NAMES, NAME_COLUMNS, LEGEND_COLUMNS = 48, 32, 22, 21
WIDE_TITLE, WIDE_NAMES = 58, 26
"""The same of wide pictures: beside names, and the names."""
BELOW_AXIS = 22.0
"""Points from the axis to the legend, past the labels of its ticks."""
SETTINGS: Any = {"svg.hashsalt": "sim", "svg.fonttype": "path", "axes.unicode_minus": False, "text.parse_math": False}


def drawable(text: str) -> str:
    """Text that the font can draw: what does not print becomes a space, what the font lacks 〓; marks upon letters that it lacks go."""
    return "".join(_drawable(character) for character in text)


def _drawable(character: str) -> str:
    if character == "\n" or ord(character) in _characters():
        return character
    match unicodedata.category(character):
        case "Mn" | "Me" | "Cf":
            return ""
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
        case _:
            return UNKNOWN


@cache
def _characters() -> frozenset[int]:
    """Code points that the font draws."""
    return frozenset(FT2Font(FONT).get_charmap())


def fitted(text: str, columns: int, lines: int = 2) -> str:
    """Drawable text in at most `lines` lines of `columns` (a Chinese character takes two); what is left over is cut: …."""
    parts = [part for line in drawable(text).split("\n") for part in wrapped(line, columns)]
    if len(parts) <= lines:
        return "\n".join(parts)
    last = set_cell_size(" ".join(parts[lines - 1 :]), columns - 2).rstrip()
    return "\n".join([*parts[: lines - 1], last + "…"])


def font(size: float = TEXT) -> FontProperties:
    """The shipped font."""
    return FontProperties(fname=FONT, size=size)


@contextmanager
def settings() -> Iterator[None]:
    """matplotlib's own defaults with the few settings of these pictures, whatever the user's are; those come back afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield


def axes_or_new(ax: Axes | None, height: float = HEIGHT, width: float = WIDTH) -> Axes:
    """The Axes given, or that of a new figure of its own."""
    if ax is None:
        (ax,) = panels([(height, 0.0)], width)
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(length=3, color=GREY)
    return ax


def panels(heights: Sequence[tuple[float, float]], width: float = WIDTH) -> list[Axes]:
    """The Axes of a new figure, one below another, each so many inches high, and so many for the words about it."""
    with settings():
        figure = Figure(figsize=(width, sum(map(sum, heights))), layout="constrained")
        return list(figure.subplots(len(heights), height_ratios=[inside for inside, _ in heights], squeeze=False)[:, 0])


def titled(ax: Axes, *lines: str, columns: int = TITLE_COLUMNS) -> None:
    """A title at the left, each of its parts in two lines of `columns` at most."""
    text = "\n".join(fitted(line, columns) for line in lines if line)
    ax.set_title(text[:1].upper() + text[1:], loc="left", fontproperties=font(TITLE), parse_math=False, linespacing=1.3)


def words_along_x(ax: Axes, places: Sequence[float], words: Sequence[str]) -> None:
    """Ticks of the horizontal axis, in words."""
    ax.set_xticks(places, labels=[drawable(word) for word in words], fontproperties=font(), parse_math=False)


def words_along_y(ax: Axes, places: Sequence[float], words: Sequence[str]) -> None:
    """Ticks of the vertical axis, in words."""
    ax.set_yticks(places, labels=[drawable(word) for word in words], fontproperties=font(), parse_math=False)


def amounts_along_x(ax: Axes, low: float, high: float, scale: Scale, within: tuple[float, float] | None = None) -> None:
    """The horizontal axis from `low` to `high`, round amounts marked on their scale, if need be only those within a range."""
    ax.set_xlim(low, high)
    places = _round_amounts(*(within or (low, high)), scale, 5)
    words_along_x(ax, places, [_amount(place, scale) for place in places])


def amounts_along_y(ax: Axes, low: float, high: float, scale: Scale) -> None:
    """The vertical axis from `low` to `high`, round amounts marked on their scale, with a light line each."""
    ax.set_ylim(low, high)
    places = _round_amounts(low, high, scale, 6)
    words_along_y(ax, places, [_amount(place, scale) for place in places])
    ax.grid(axis="y", color="#E4E4E4", linewidth=0.6)
    ax.set_axisbelow(True)


def called(ax: Axes, along: str, up: str) -> None:
    """What stands along the horizontal and up the vertical axis."""
    for name, axis, columns in ((along, ax.xaxis, WIDE_TITLE), (up, ax.yaxis, BESIDE_NAMES)):
        axis.set_label_text(fitted(name, columns), fontproperties=font(), parse_math=False)


def _round_amounts(low: float, high: float, scale: Scale, most: int) -> list[float]:
    inside = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low / scale.divisor, high / scale.divisor)
    return [place * scale.divisor for place in map(float, inside) if low <= place * scale.divisor <= high]


def _amount(amount: float, scale: Scale) -> str:
    """An amount on its scale, shortly; only a percentage keeps its sign."""
    return scale.exact(amount + 0.0).removesuffix(scale.suffix) + ("%" if scale.suffix == "%" else "")


def named(
    ax: Axes, drawn: Sequence[tuple[Any, str]], columns: int = 2, side: Literal["left", "right"] = "left", lower: float = 0.0
) -> None:
    """A legend under the axis, from that side on, some points lower, of what was drawn and its name; nothing where nothing was."""
    if not drawn:
        return
    below = ax.transAxes + ScaledTranslation(0, -(BELOW_AXIS + lower) / 72, ax.get_figure(root=True).dpi_scale_trans)  # type: ignore[union-attr]
    legend = ax.legend(
        [handle for handle, _ in drawn],
        [fitted(name, LEGEND_COLUMNS if columns > 1 else TITLE_COLUMNS) for _, name in drawn],
        loc="upper left" if side == "left" else "upper right",
        bbox_to_anchor=(float(side == "right"), 0),
        bbox_transform=below,
        ncols=columns,
        prop=font(),
        frameon=False,
        borderaxespad=0,
        handlelength=1.8,
        columnspacing=1.4,
        handletextpad=0.6,
    )
    for text in legend.get_texts():
        text.set_parse_math(False)


def written(ax: Axes, x: float, y: float, text: str, points_above: float = 0.0, points_right: float = 0.0, **how: Any) -> None:
    """A few words at a place, or some points above it, or to its right."""
    how = {"xycoords": "data", "annotation_clip": False, **how}
    ax.annotate(
        drawable(text), (x, y), (points_right, points_above), textcoords="offset points", fontproperties=font(), parse_math=False, **how
    )


def between(low: float, high: float, margin: float = 0.05) -> tuple[float, float]:
    """A range with some room at both ends, wider than nothing."""
    room = (high - low) * margin or abs(high) * margin or 1.0
    return low - room, high + room


def png(ax: Axes) -> bytes:
    """The figure of an Axes as PNG, which says nothing of the program."""
    content = io.BytesIO()
    with settings():
        ax.get_figure(root=True).savefig(content, format="png", dpi=DOTS, metadata={"Software": None})  # type: ignore[union-attr]
    return content.getvalue()


def svg(ax: Axes) -> str:
    """The figure of an Axes as SVG text, without a date: the same picture gives the same bytes."""
    text = io.StringIO()
    with settings():
        ax.get_figure(root=True).savefig(text, format="svg", metadata={"Date": None, "Creator": None})  # type: ignore[union-attr]
    return text.getvalue()
