"""Swings by hand."""

import math

from sim.analysis.tornado import Swing, ranked


def swing(factor, low, high):
    return Swing(factor, 10.0, low, high, None, None)


def test_swings_are_sorted_by_their_width_those_of_failed_runs_last():
    told = [swing("failed", math.nan, 30.0), swing("land", 9.0, 11.0), swing("money", 12.0, 7.0), swing("nothing", 10.0, 10.0)]
    found = ranked(told)
    assert [one.factor for one in found] == ["money", "land", "nothing", "failed"]
    assert [one.width for one in found[:3]] == [5.0, 2.0, 0.0]


def test_equal_ones_stand_in_their_order():
    assert [one.factor for one in ranked([swing("b", 9.0, 11.0), swing("a", 11.0, 9.0)])] == ["b", "a"]


def test_a_factor_with_its_best_in_the_middle_has_a_bar_to_the_base():
    assert swing("rain", 7.0, 8.0).width == 3.0
