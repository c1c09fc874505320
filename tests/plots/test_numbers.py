"""What is drawn is what was given: positions of lines, bands, bars, points and intervals, read back from the Axes."""

import numpy as np
import pytest
from matplotlib.collections import FillBetweenPolyCollection

from sim.analysis.attainment import clopper_pearson
from sim.analysis.bridge import plan_bridge
from sim.analysis.figures import DifferenceRow, Odds, Standing, exceedance
from sim.plots.bridge import bridge
from sim.plots.difference import difference
from sim.plots.exceedance import exceedance as draw_exceedance
from sim.plots.fan import fan
from sim.plots.gantt import gantt
from sim.plots.league import league
from sim.plots.queues import queues
from sim.plots.readings import readings
from tests.plots.conftest import chances, differences, exceedance_shown, fan_shown, gantt_shown, levels_shown


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
