"""Pictures of a study by name: what they show is what its analysis says, and what does not fit is told."""

import numpy as np
import pytest

import sim
from sim.errors import SimError
from sim.plots.accessors import SweepPlots
from tests.plots.conftest import clashes, on_paper

OUTCOME = "goals.investment.outcome"
FACTORS = {"pools.permit_desk.capacity": (8, 20), "green_channel": (0, 2), "the_93": ["93-inside", "93-outside"]}


def sweep(design, n=8, replications=4):
    """A study of Hengyang; its outputs are few."""
    city = sim.load("hengyang-2022")
    return city.sweep(FACTORS, n=n, design=design, replications=replications, outputs=["joint", OUTCOME, "completion"])


@pytest.fixture(scope="module")
def one_way():
    return sweep("one_way")


@pytest.fixture(scope="module")
def hypercube():
    return sweep("latin_hypercube", 64)


def ends(ax):
    """Where each bar ends."""
    return [bar.get_x() + bar.get_width() for bar in ax.patches]


def names(ax):
    return [tick.get_text().replace("\n", " ") for tick in ax.get_yticklabels()]


def test_a_tornado_of_assumptions_has_no_lever_and_no_reading(one_way, lang):
    by_name = {swing.factor: swing for swing in one_way.swings(OUTCOME)}
    desks, channel = by_name["pools.permit_desk.capacity"], by_name["green_channel"]
    ax = one_way.plot.tornado(OUTCOME, lang=lang)
    assert ends(ax) == pytest.approx([desks.low, desks.high])
    assert [text.get_text() for text in ax.texts[:2]] == ["8", "20"]
    ax = one_way.plot.tornado(OUTCOME, levers=True, lang=lang)
    assert ends(ax) == pytest.approx([channel.low, channel.high])
    assert [text.get_text() for text in ax.texts[:2]] == {"en": ["size 0", "size 2"], "zh": ["力度0", "力度2"]}[lang]


def test_a_reading_is_drawn_where_it_is_not_the_scenarios_own(one_way, lang):
    ax = one_way.plot.tornado(OUTCOME, readings=True, lang=lang)
    table = one_way.table()
    (outside,) = table[OUTCOME][table["the_93"] == "93-outside"]
    (row,) = np.flatnonzero(table["the_93"] == "93-outside")
    low, high = (table[OUTCOME][0] + table[f"{OUTCOME} change {end}"][row] for end in ("low", "high"))
    assert ends(ax) == pytest.approx([outside])
    assert low < outside < high
    for end in (low, high):
        assert any(x == pytest.approx(end) for line in ax.lines for x in line.get_xdata())
    assert ax.texts[0].get_text() == "93-outside"


def test_shares_and_luck_are_those_of_the_analysis(hypercube, lang):
    found = hypercube.shares(OUTCOME)
    assert ends(hypercube.plot.indices(OUTCOME, readings=True, lang=lang)) == pytest.approx([found.factors[2].value])
    ax = hypercube.plot.indices(OUTCOME, lang=lang)
    assert ends(ax) == pytest.approx([max(found.factors[0].value, 0), found.noise.value])
    assert names(ax)[-1] == {"en": "luck of the year", "zh": "年度偶然因素"}[lang]


def test_a_saltelli_design_has_both_orders_and_a_morris_design_its_effects(lang):
    saltelli = sweep("saltelli", 16)
    found = saltelli.sobol(OUTCOME).factors[2]
    clipped = [min(max(one.value, 0), 1) for one in (found.first, found.total)]
    assert ends(saltelli.plot.indices(OUTCOME, readings=True, lang=lang)) == pytest.approx(clipped)
    city = sim.load("hengyang-2022")
    two = {"pools.permit_desk.capacity": (8, 20), "pools.ready_land.initial": ("750 mu", "3000 mu")}
    morris = city.sweep(two, n=4, design="morris", replications=4, outputs=[OUTCOME])
    effects = morris.morris(OUTCOME).factors
    assert ends(morris.plot.indices(lang=lang)) == pytest.approx(sorted((one.mu_star.value for one in effects), reverse=True))


def test_every_kind_of_factor_has_a_panel_of_its_own(one_way, hypercube, lang):
    for study in (one_way, hypercube):
        ax = study.plot.panels(OUTCOME, lang=lang)
        assert len(ax.get_figure().axes) == 3
        assert clashes(on_paper(ax)) == ([], [])


def test_boxes_say_what_they_hold_and_stand_where_they_are_found(hypercube, lang):
    found = hypercube.boxes(OUTCOME, below=110e9).discovery
    ax = hypercube.plot.boxes(OUTCOME, below=110e9, lang=lang)
    assert list(found.boxes[0].restrictions) == ["the_93"]
    (box, _) = ax.patches
    assert (box.get_bbox().x0, box.get_bbox().x1) == pytest.approx((-0.4, 0.4))
    assert f"{found.boxes[0].coverage:.0%}" in ax.get_title(loc="left")
    filled = [one for one in ax.collections if len(one.get_facecolors())]
    assert sum(len(one.get_offsets()) for one in filled) == found.of_interest
    assert clashes(on_paper(ax)) == ([], [])


def test_what_does_not_fit_is_told_in_words(one_way, hypercube):
    cases = (
        (lambda: hypercube.plot.tornado(), "latin_hypercube design; this picture wants one_way"),
        (lambda: one_way.plot.indices(), "one_way design; this picture wants saltelli"),
        (lambda: one_way.plot.tornado("no.such"), "no output no.such; it has joint"),
        (lambda: one_way.plot.tornado(levers=True, readings=True), "never share a picture"),
        (lambda: hypercube.plot.boxes(OUTCOME), "is no probability: say below or above"),
        (lambda: hypercube.plot.boxes(below=0.5, above=0.5), "below and above do not go together"),
        (lambda: hypercube.plot.boxes(OUTCOME, below=1.0), "All points are alike"),
    )
    for draw, words in cases:
        with pytest.raises(SimError) as fault:
            draw()
        assert words in fault.value.message("en")
        assert any("\u4e00" <= character <= "\u9fff" for character in fault.value.message("zh"))


def test_a_study_without_levers_or_with_one_outcome_has_no_picture_of_them():
    city = sim.load("hengyang-2022")
    few = city.sweep({"pools.permit_desk.capacity": (12, 14)}, n=8, design="latin_hypercube", replications=2, outputs=[OUTCOME])
    with pytest.raises(SimError, match="no levers among its factors"):
        few.plot.indices(levers=True)
    with pytest.raises(SimError, match="Too few points"):
        few.plot.indices()


def test_it_is_of_what_a_folder_holds(tmp_path):
    kept = sim.study("smoke").run(tmp_path / "here")
    assert isinstance(kept.plot, SweepPlots)
    assert ends(kept.plot.indices(OUTCOME))
