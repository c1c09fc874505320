"""Every picture with numbers that can be read off, and what its texts take up on the paper."""

import itertools
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from sim.analysis.attainment import probability
from sim.analysis.bridge import plan_bridge
from sim.analysis.figures import (
    Band,
    Bar,
    BoxedPoints,
    DifferenceRow,
    End,
    Exceedance,
    Fan,
    Gantt,
    Index,
    Indices,
    Levels,
    Odds,
    Side,
    Span,
    Standing,
    Tornado,
    Walk,
    exceedance,
)
from sim.analysis.response import Estimate
from sim.plots.boxes import boxes
from sim.plots.bridge import bridge
from sim.plots.difference import difference
from sim.plots.exceedance import exceedance as draw_exceedance
from sim.plots.fan import fan
from sim.plots.gantt import gantt
from sim.plots.indices import indices
from sim.plots.league import league
from sim.plots.queues import queues
from sim.plots.readings import readings
from sim.plots.tornado import tornado

MONTHS = tuple(f"2022-{month:02d}" for month in range(1, 13))
SHARES = np.arange(1, 13) / 12
NAMES = {
    "plain": ("重点项目完成投资", "key projects implemented", "growth of fixed-asset investment"),
    "formula": ("=cmd|calc", "+1", "@sum"),
    "script": ("<script>alert(1)</script>", "a & b", '"quoted"'),
    "long": ("x" * 200, "项目" * 100, "many words " * 20),
    "rare": ("朱镕基", "㛃琦", "𠮷野家"),
    "emoji": ("🏗️ site", "👷‍♀️", "e\u0301 \u202e \x07 \ud800"),
    "dollars": ("$x$", "$\\alpha$ and $", "\\frac{1}{2} $a_b$"),
}


def chances(*percents):
    """Probabilities of so many in a hundred."""
    return tuple(probability(np.arange(100) < percent) for percent in percents)


def fan_shown(name="Cumulative investment (completed)", months=MONTHS):
    part = np.arange(1, len(months) + 1) / len(months)
    return Fan(
        name,
        "yuan",
        months,
        Band(name, *(tuple(level * part) for level in (93e9, 101e9, 112e9))),
        110e9,
        tuple(110e9 * part),
        (*(110e9 * part**1.2)[:-1], None),
    )


def exceedance_shown(name="key-project investment", comparator=">="):
    outcome = np.repeat(np.linspace(80e9, 125e9, 10), 5)
    met = probability(outcome >= 110e9 if comparator == ">=" else outcome <= 110e9)
    return Exceedance(name, "yuan", *exceedance(outcome, comparator), comparator, 110e9, met)


def differences(names):
    kinds = (
        (2.1e9, 1.2e9, 3.0e9, True, "yuan", "+2.10 bn yuan\n(+1.20 to +3.00)"),
        (3, -1, 7, False, "projects", "no real difference\n(-1.0 to +7.0 projects)"),
        (-0.012, -0.02, -0.004, True, "fraction", "-1.20 points\n(-2.00 to -0.40)"),
    )
    return [DifferenceRow(name, *rest) for name, rest in zip(names, kinds, strict=True)]


def levels_shown(names, unit=""):
    bands = [Band(name, *(tuple(level * (number + SHARES)) for level in (1, 4, 8))) for number, name in enumerate(names)]
    return Levels(names[0], unit, MONTHS, bands)


def gantt_shown(names):
    walks = [
        Walk(name, [Span(names[0], 0, 20, 35, 80), Span(names[1], 80, 80, 110, 150), Span(names[2], 150, 150, 150, 365)]) for name in names
    ]
    return Gantt(names[0], tuple(names), ((0, "2022-01"), (90, "2022-04"), (181, "2022-07"), (273, "2022-10")), 365, walks)


def standings(names):
    return [Standing(*row) for row in zip(names, chances(18, 62, 0), (0.94, 1.21, None), strict=True)]


def tornado_shown(names, part="assumptions", count=None):
    """Bars on both sides of the base, on one, with one end, without an interval; all names in turn if there are to be so many."""
    base = 56.3e9
    bars = [
        Bar(
            names[0], End("45 bn yuan", base - 5e9, base - 5.2e9, base - 4.8e9), End("180 working days", base + 4e9, base + 3e9, base + 5e9)
        ),
        Bar(names[1], End("1", base - 1e9), End(names[1], base - 3e9)),
        Bar(names[2], None, End(names[0], base + 1e9, base - 1e9, base + 3e9)),
        Bar(names[2], End(names[2], base, base, base), End("2", base, base, base)),
    ]
    return Tornado(names[0], "yuan", part, base, bars if count is None else [bars[number % 4] for number in range(count)])


def indices_shown(names, of="sobol", luck=True):
    rows = []
    for number, name in enumerate(names):
        value = 0.6 / (1 + number)
        total = Estimate(value + 0.1, value - 0.1, value + 0.3) if of == "sobol" else None
        rows.append(Index(name, Estimate(value, max(value - 0.25, 0.0), value + 0.2), total))
    return Indices(names[0], "fraction" if of != "morris" else "days", "levers", of, rows, Estimate(0.9, 0.85, 0.95) if luck else None)


def boxed_shown(names, up=True, named=False):
    """Sixty points, every third of interest, every fifth beyond."""
    numbers = np.arange(60)
    along = Side(names[0], "yuan", 1e9 * numbers, [(None, 20e9)])
    if named:
        marks = [(float(place), name) for place, name in enumerate(names)]
        along = Side(names[0], "", numbers % 3.0, [(-0.4, 0.4), (1.6, 2.4)], marks)
    other = Side(names[1], "fraction", (numbers * 7 % 60) / 60, [(0.25, 0.75)]) if up else None
    notes = ["The box holds 80% of such points", names[2]] if up else ["80%"]
    return BoxedPoints(names[0], notes, along, other, numbers / 59 - 0.5, numbers % 3 == 0, (numbers % 5 == 0) & up)


PICTURES = {
    "fan": lambda lang, names: fan(fan_shown(names[0]), lang),
    "fan_of_three_years": lambda lang, names: fan(fan_shown(names[0], [f"{2022 + m // 12}-{m % 12 + 1:02d}" for m in range(36)]), lang),
    "exceedance": lambda lang, names: draw_exceedance(exceedance_shown(names[0]), lang),
    "ceiling": lambda lang, names: draw_exceedance(exceedance_shown(names[0], "<="), lang),
    "bridge": lambda lang, _: bridge(plan_bridge(110 * 10**9, 76 * 10**9, 1.317, None), lang),
    "bridge_above": lambda lang, _: bridge(plan_bridge(90 * 10**9, 76 * 10**9, 1.317, None), lang),
    "bridge_alone": lambda lang, _: bridge(plan_bridge(110 * 10**9, 76 * 10**9, None, None), lang),
    "difference": lambda lang, names: difference(differences(names), lang),
    "difference_of_one_unit": lambda lang, names: difference(
        [DifferenceRow(name, *(end - 0.05 * n for end in (0.1, 0.05, 0.15)), n < 1, "fraction", "+1") for n, name in enumerate(names)], lang
    ),
    "readings": lambda lang, names: readings(
        names, [Odds(names[0], chances(18, 62, 7)), Odds(names[1], (*chances(75, 100), None))], lang
    ),
    "queues": lambda lang, names: queues(levels_shown(names), lang),
    "stocks": lambda lang, names: queues(levels_shown(names[:1], "mu"), lang),
    "gantt": lambda lang, names: gantt(gantt_shown(names), lang),
    "league": lambda lang, names: league(standings(names), lang),
    "tornado": lambda lang, names: tornado(tornado_shown(names), lang),
    "tornado_of_twelve": lambda lang, names: tornado(tornado_shown(names, "levers", 12), lang),
    "tornado_of_one": lambda lang, names: tornado(tornado_shown(names, "readings", 1), lang),
    "indices": lambda lang, names: indices(indices_shown(names), lang),
    "indices_of_twelve": lambda lang, names: indices(indices_shown(names * 4, "shares"), lang),
    "effects_of_one": lambda lang, names: indices(indices_shown(names[:1], "morris", luck=False), lang),
    "boxes": lambda lang, names: boxes(boxed_shown(names), lang),
    "boxes_of_names": lambda lang, names: boxes(boxed_shown(names, named=True), lang),
    "strip": lambda lang, names: boxes(boxed_shown(names, up=False), lang),
    "strip_of_names": lambda lang, names: boxes(boxed_shown(names, up=False, named=True), lang),
}  # fmt: skip


def on_paper(ax):
    """Every text that is drawn with its box, and the box of the figure, in pixels; a warning, say of a missing glyph, is an error."""
    figure = ax.get_figure(root=True)
    canvas = FigureCanvasAgg(figure)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        canvas.draw()
        texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and shown(text)]
        boxes = [(text, text.get_window_extent(canvas.get_renderer())) for text in texts]
    return SimpleNamespace(boxes=boxes, figure=figure.bbox, texts=[text for text, _ in boxes])


def shown(text):
    """Whether a text is drawn: ticks out of the axis' range are not."""
    return text.get_window_extent().width > 0


def clashes(paper):
    """Pairs of texts whose boxes meet, and texts that reach out of the figure."""
    met = [
        (one.get_text(), other.get_text())
        for (one, here), (other, there) in itertools.combinations(paper.boxes, 2)
        if here.x0 < there.x1 - 0.5 and there.x0 < here.x1 - 0.5 and here.y0 < there.y1 - 0.5 and there.y0 < here.y1 - 0.5
    ]
    edge = paper.figure
    cut = [
        text.get_text() for text, box in paper.boxes if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > edge.x1 + 0.5 or box.y1 > edge.y1 + 0.5
    ]
    return met, cut


@pytest.fixture(params=("en", "zh"))
def lang(request):
    return request.param
