"""What is drawn is what was given: positions of lines, bands, bars, points and intervals, read back from the Axes."""

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection

from sim.analysis.attainment import clopper_pearson
from sim.analysis.bridge import plan_bridge
from sim.analysis.figures import DifferenceRow, Odds, Standing, exceedance
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
from tests.plots.conftest import (
    boxed_shown,
    chances,
    differences,
    exceedance_shown,
    fan_shown,
    gantt_shown,
    indices_shown,
    levels_shown,
    tornado_shown,
)


def lines(ax):
    """(points along x, points along y) of every line with points."""
    return [(np.asarray(line.get_xdata(), dtype=float), np.asarray(line.get_ydata(), dtype=float)) for line in ax.lines]


def band_of(collection):
    """Heights at which a band begins and ends, as a set."""
    return set(np.unique(collection.get_paths()[0].vertices[:, 1]).tolist())


def intervals(ax):
    """(estimate, low, high) of every point with a horizontal interval."""
    return [
        (float(box.lines[0].get_xdata()[0]), *(float(end) for end in np.sort(box.lines[2][0].get_segments()[0][:, 0])))
        for box in ax.containers
    ]


def test_the_fan_has_the_path_the_goal_and_both_guides(lang):
    shown = fan_shown()
    ax = fan(shown, lang)
    median, straight, reference, goal = lines(ax)
    assert median[0].tolist() == list(range(1, 13))
    assert median[1].tolist() == list(shown.path.p50)
    assert straight[1].tolist() == list(shown.straight)
    assert reference[1].tolist() == list(shown.reference[:-1])
    assert goal[1].tolist() == [110e9, 110e9]
    (band,) = (one for one in ax.collections if isinstance(one, FillBetweenPolyCollection))
    assert band_of(band) == {*shown.path.p10, *shown.path.p90}


def test_money_is_marked_in_bn_yuan_and_in_yi_yuan():
    marks = [tick.get_text() for tick in fan(fan_shown(), "en").get_yticklabels()]
    assert marks == ["0", "20", "40", "60", "80", "100"]
    assert [tick.get_text() for tick in fan(fan_shown(), "zh").get_yticklabels()] == ["0", "200", "400", "600", "800", "1,000"]


def test_months_of_one_year_go_by_their_names_and_those_of_several_by_year_and_month():
    years = [f"{2022 + month // 12}-{month % 12 + 1:02d}" for month in range(36)]
    assert [tick.get_text() for tick in fan(fan_shown(), "en").get_xticklabels()][:3] == ["Jan", "Feb", "Mar"]
    assert [tick.get_text() for tick in fan(fan_shown(), "zh").get_xticklabels()][-1] == "12月"
    marks = fan(fan_shown(months=years), "zh")
    assert [tick.get_text() for tick in marks.get_xticklabels()] == ["2022-06", "2022-12", "2023-06", "2023-12", "2024-06", "2024-12"]
    assert marks.get_xticks().tolist() == [6, 12, 18, 24, 30, 36]


def test_the_chance_to_reach_a_value_falls_with_it_and_has_its_exact_interval():
    outcome = np.array([1.0, 2.0, 2.0, 4.0, np.nan])
    values, chance, low, high = exceedance(outcome)
    assert values.tolist() == [1, 2, 4]
    assert chance.tolist() == [1, 0.75, 0.25]
    for number, hits in enumerate((4, 3, 1)):
        assert (low[number], high[number]) == pytest.approx(clopper_pearson(hits, 4))
    assert exceedance(outcome, "<=")[1].tolist() == [0.25, 0.75, 1]
    with pytest.raises(ValueError, match="no outcome"):
        exceedance(np.array([np.nan]))


@pytest.mark.parametrize("comparator", [">=", "<="])
def test_the_exceedance_has_its_curve_the_goal_and_the_goals_probability(lang, comparator):
    shown = exceedance_shown(comparator=comparator)
    ax = draw_exceedance(shown, lang)
    curve, goal = lines(ax)[:2]
    assert curve[0].tolist() == shown.values.tolist()
    assert curve[1].tolist() == shown.chance.tolist()
    assert goal[0].tolist() == [110e9, 110e9]
    (point,) = ax.containers
    assert (point.lines[0].get_xdata()[0], point.lines[0].get_ydata()[0]) == (110e9, shown.met.estimate)
    assert np.sort(point.lines[2][0].get_segments()[0][:, 1]) == pytest.approx([shown.met.low, shown.met.high])


def test_the_bridge_goes_from_the_plan_over_last_years_rate_and_the_gap_to_the_goal(lang):
    bars = bridge(plan_bridge(110 * 10**9, 76 * 10**9, 1.317, None), lang).patches
    ends = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars]
    assert ends == pytest.approx(np.array([(0, 76e9), (76e9, 100.092e9), (100.092e9, 110e9), (0, 110e9)]))


def test_a_bridge_beyond_the_goal_comes_down_to_it(lang):
    bars = bridge(plan_bridge(90 * 10**9, 76 * 10**9, 1.317, None), lang).patches
    assert (bars[2].get_y(), bars[2].get_y() + bars[2].get_height()) == pytest.approx((90e9, 100.092e9))


def test_differences_of_one_unit_stand_at_their_numbers_and_no_real_one_is_hollow(lang):
    rows = [DifferenceRow("a", 2.0, 1.0, 3.0, True, "mu", "+2"), DifferenceRow("b", -1.0, -4.0, 2.0, False, "mu", "-1")]
    ax = difference(rows, lang)
    assert intervals(ax) == [(2.0, 1.0, 3.0), (-1.0, -4.0, 2.0)]
    assert [box.lines[0].get_markerfacecolor() == "white" for box in ax.containers] == [False, True]


def test_differences_of_several_units_have_a_scale_each_and_one_zero(lang):
    rows = differences(("a", "b", "c"))
    reach = [3.0e9, 7, 0.02]
    wanted = [(row.difference / most, row.low / most, row.high / most) for row, most in zip(rows, reach, strict=True)]
    assert np.array(intervals(difference(rows, lang))) == pytest.approx(np.array(wanted))


def test_each_reading_has_a_point_for_each_goal_that_it_sets(lang):
    first, second = chances(18, 62), chances(75)
    ax = readings(("a", "b"), [Odds("x", first), Odds("y", (*second, None))], lang)
    assert np.array(intervals(ax)) == pytest.approx(np.array([(one.estimate, one.low, one.high) for one in (*first, *second)]))


def test_queues_have_their_medians_and_bands(lang):
    shown = levels_shown(("a", "b"))
    ax = queues(shown, lang)
    assert [path.tolist() for _, path in lines(ax)] == [list(band.p50) for band in shown.bands]
    assert [band_of(one) for one in ax.collections] == [{*band.p10, *band.p90} for band in shown.bands]


def test_a_project_waits_for_its_date_then_for_resources_and_then_works(lang):
    shown = gantt_shown(("a", "b", "c"))
    bars = gantt(shown, lang).patches
    first = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars[:6]]
    assert first == [(0, 20), (20, 35), (35, 80), (80, 110), (110, 150), (150, 365)]
    thin, thick = {bar.get_height() for bar in bars[:2]}, bars[2].get_height()
    assert max(thin) < thick
    assert len({bar.get_facecolor() for bar in bars[:3]}) == 3


def test_the_league_has_a_probability_for_each_and_a_pace_where_there_is_one(lang):
    one, other = chances(18, 62)
    ax = league([Standing("a", one, 0.94), Standing("b", other)], lang)
    assert np.array(intervals(ax)) == pytest.approx(np.array([(odds.estimate, odds.low, odds.high) for odds in (one, other)]))
    assert [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "D"] == [0.94]


def horizontal(bar):
    """From where to where a bar goes along x."""
    return bar.get_x(), bar.get_x() + bar.get_width()


def whiskers(ax):
    """(low, high) of every horizontal interval, whether or not a point stands in it."""
    return [tuple(np.sort(box.lines[2][0].get_segments()[0][:, 0]).tolist()) for box in ax.containers if hasattr(box, "lines")]


def test_a_tornado_has_its_base_its_bars_their_intervals_and_the_words_of_their_ends(lang):
    shown = tornado_shown(("a", "b", "c"))
    ax = tornado(shown, lang)
    ends = [end for bar in shown.bars for end in (bar.low, bar.high) if end]
    assert [horizontal(bar) for bar in ax.patches] == [(shown.base, pytest.approx(end.value)) for end in ends]
    assert np.array(whiskers(ax)) == pytest.approx(np.array([(end.low, end.high) for end in ends if end.low is not None]))
    assert lines(ax)[-1][0].tolist() == [shown.base, shown.base]
    words = [text.get_text() for text in ax.texts]
    assert words[:-1] == [end.words for end in ends]
    assert words[-1] == {"en": "56.3 bn yuan", "zh": "563亿元"}[lang]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [bar.name for bar in shown.bars]
    assert ax.yaxis_inverted()


def test_words_of_an_end_stand_beyond_all_that_is_drawn_in_its_place(lang):
    ax = tornado(tornado_shown(("a", "b", "c")), lang)
    base = 56.3e9
    beside = [(text.xy[0], text.get_ha()) for text in ax.texts[:-1]]
    left, right = (base - 5.2e9, "right"), (base + 5e9, "left")
    assert beside[:2] == [left, right]
    assert beside[2:4] == [(base - 1e9, "right"), (base - 3e9, "right")]
    assert beside[4:] == [(base + 3e9, "left"), (base, "right"), (base, "left")]


def test_a_tornado_marks_only_where_bars_are(lang):
    low, high = 56.3e9 - 5.2e9, 56.3e9 + 5e9
    ax = tornado(tornado_shown(("a", "b", "c")), lang)
    assert ax.get_xlim()[0] < low
    assert ax.get_xlim()[1] > high
    assert all(low - 1e9 < place < high + 1e9 for place in ax.get_xticks())


@pytest.mark.parametrize("of", ["sobol", "morris", "shares"])
def test_indices_are_bars_with_intervals_and_luck_has_its_own(lang, of):
    shown = indices_shown(("a", "b", "c"), of, luck=of != "morris")
    ax = indices(shown, lang)
    told = [one for row in shown.rows for one in (row.alone, row.total) if one]
    told += [shown.luck] if shown.luck else []
    assert [horizontal(bar) for bar in ax.patches] == [(0, pytest.approx(one.value)) for one in told]
    assert sorted(whiskers(ax)) == pytest.approx(np.array(sorted((one.low, one.high) for one in told)))
    assert [bar.get_fill() for bar in ax.patches] == ([True, False] * 3 + [True] if of == "sobol" else [True] * len(told))
    assert len(ax.get_yticklabels()) == 3 + (shown.luck is not None)


def points(ax, filled):
    """Places of points, those of interest or the others."""
    drawn = [one for one in ax.collections if bool(len(one.get_facecolors())) == filled]
    return sorted(tuple(place) for one in drawn for place in one.get_offsets().tolist())


def test_points_of_interest_are_filled_and_the_box_stands_at_its_bounds(lang):
    shown = boxed_shown(("a", "b", "c"))
    ax = boxes(shown, lang)
    places = list(zip(shown.along.values.tolist(), shown.up.values.tolist(), strict=True))
    for filled in (True, False):
        assert points(ax, filled) == sorted(place for place, such in zip(places, shown.of_interest, strict=True) if such == filled)
    tint, edge = ax.patches
    assert tint.get_bbox().bounds == edge.get_bbox().bounds
    assert edge.get_bbox().x0 == ax.get_xlim()[0]
    assert (edge.get_bbox().x1, edge.get_bbox().y0, edge.get_bbox().y1) == (20e9, 0.25, 0.75)
    assert sum(len(one.get_offsets()) for one in ax.collections if one.get_alpha() < 1) == shown.elsewhere.sum()


def test_one_factor_is_a_strip_and_each_name_of_a_box_has_a_rectangle(lang):
    ax = boxes(boxed_shown(("a", "b", "c"), up=False, named=True), lang)
    assert [(box.get_bbox().x0, box.get_bbox().x1) for box in ax.patches[::2]] == [(-0.4, 0.4), (1.6, 2.4)]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["a", "b", "c"]
    assert not len(ax.get_yticks())
