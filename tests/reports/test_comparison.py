"""Differences in words, each by hand."""

import math

from sim.analysis.pairing import Difference
from sim.reports.comparison import amount, points


def difference(middle, low, high, identical=False):
    return Difference(0.0, middle, middle, low, high, identical)


def test_an_amount_is_told_with_its_sign_and_its_interval():
    money, count, share = difference(2.1e9, 1.2e9, 3.0e9), difference(3, 1, 7), difference(-0.012, -0.02, -0.004)
    assert amount(money, "yuan", "en") == "+2.10 bn yuan\n(+1.20 to +3.00)"
    assert amount(money, "yuan", "zh") == "+21.0亿元\n（+12.0至+30.0）"
    assert amount(count, "projects", "en") == "+3.0 projects\n(+1.0 to +7.0)"
    assert amount(share, "fraction", "en") == "-1.2 points\n(-2.0 to -0.4)"
    assert amount(share, "fraction", "zh") == "-1.2个百分点\n（-2.0至-0.4）"
    small = difference(0.3e-2, 0.1e-2, 0.4e-2)
    assert amount(small, "fraction", "en") == "+0.30 points\n(+0.10 to +0.40)"


def test_points_have_as_many_digits_as_the_interval_supports():
    assert points(difference(0.06, 0.01, 0.11), "en") == "+6 points (+1 to +11)"
    assert points(difference(0.006, 0.001, 0.011), "en") == "+0.6 points (+0.1 to +1.1)"
    assert points(difference(-0.06, -0.11, -0.01), "zh") == "-6个百分点（-11至-1）"


def test_what_cannot_be_told_from_chance_is_said_in_words():
    assert points(difference(0.01, -0.02, 0.04), "en") == "no real difference\n(-2 to +4 points)"
    assert points(difference(0.01, -0.02, 0.04), "zh") == "无实际差异\n（-2至+4个百分点）"
    assert amount(difference(3, -1, 7), "projects", "zh") == "无实际差异\n（-1.0至+7.0个）"
    assert amount(difference(0.0, 0.0, 0.0, identical=True), "yuan", "en") == "none at all"
    assert points(difference(1.0, math.nan, math.nan), "en") == "cannot be told"
