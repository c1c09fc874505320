"""Swings by hand."""

import math

import numpy as np
import pytest

from sim.analysis.response import Response
from sim.analysis.tornado import Level, levels, swings


def response(means, sds, replications, common=True):
    return Response(np.array(means), np.array(sds), np.array(replications, dtype=np.int64), common)


BASE = response([10.0], [2.0], [4])


def test_swings_are_sorted_by_their_width():
    low, high = response([9.0, 12.0, 10.0], [1.0] * 3, [4] * 3), response([11.0, 7.0, 10.0], [1.0] * 3, [4] * 3)
    found = swings(["land", "money", "nothing"], BASE, low, high)
    assert [(one.factor, one.low, one.high, one.width) for one in found] == [
        ("money", 12.0, 7.0, 5.0),
        ("land", 9.0, 11.0, 2.0),
        ("nothing", 10.0, 10.0, 0.0),
    ]
    assert found[0].low_error is None


def test_a_factor_with_its_best_in_the_middle_has_a_bar_to_the_base():
    (found,) = swings(["rain"], BASE, response([7.0], [1.0], [4]), response([8.0], [1.0], [4]))
    assert found.width == 3.0


def test_errors_are_of_the_pairs_or_of_both_ends():
    low, high = response([9.0], [1.0], [4]), response([11.0], [1.0], [4])
    (paired,) = swings(["land"], BASE, low, high, np.array([0.5]), np.array([math.nan]))
    assert (paired.low_error, paired.high_error) == (0.25, None)
    own = (response([9.0], [1.0], [4], common=False), response([11.0], [4.0], [16], common=False))
    (apart,) = swings(["land"], response([10.0], [2.0], [4], common=False), *own)
    assert apart.low_error == pytest.approx(math.sqrt(1 / 4 + 4 / 4))
    assert apart.high_error == pytest.approx(math.sqrt(16 / 16 + 4 / 4))


def test_names_stand_in_their_order_with_errors_of_the_pairs_or_of_both():
    at = response([10.0, 13.0, math.nan], [2.0, 1.0, math.nan], [4, 4, 0])
    assert levels(["own", "other", "failed"], BASE, at, np.array([0.0, 3.0, math.nan]))[:2] == (
        Level("own", 10.0, 0.0),
        Level("other", 13.0, 1.5),
    )
    failed = levels(["own", "other", "failed"], BASE, at, np.array([0.0, 3.0, math.nan]))[2]
    assert (math.isnan(failed.value), failed.error) == (True, None)
    apart = response([13.0], [4.0], [16], common=False)
    (other,) = levels(["other"], response([10.0], [2.0], [4], common=False), apart)
    assert other.error == pytest.approx(math.sqrt(16 / 16 + 4 / 4))
    with pytest.raises(ValueError, match="1 points of 2 names"):
        levels(["a", "b"], BASE, apart)


def test_failed_runs_stand_last():
    low, high = response([math.nan, 9.5], [1.0] * 2, [4] * 2), response([30.0, 10.0], [1.0] * 2, [4] * 2)
    assert [one.factor for one in swings(["failed", "land"], BASE, low, high)] == ["land", "failed"]


def test_ends_are_of_the_same_factors():
    with pytest.raises(ValueError, match="2 low and 1 high"):
        swings(["a", "b"], BASE, response([1.0, 2.0], [1.0] * 2, [4] * 2), response([1.0], [1.0], [4]))
