"""Means of replications and their noise, by hand."""

import math

import numpy as np
import pytest

from sim.analysis.response import Response, response_of


def test_a_response_of_outcomes_leaves_failed_replications_out():
    found = response_of(np.array([[1.0, 3.0, math.nan], [5.0, math.nan, math.nan], [math.nan] * 3]), common=False)
    assert found.replications.tolist() == [2, 1, 0]
    assert np.array_equal(found.mean, [2.0, 5.0, math.nan], equal_nan=True)
    assert np.allclose(found.sd, [math.sqrt(2), math.nan, math.nan], equal_nan=True)
    assert found.missing == 1


def test_noise_of_a_single_replication_is_taken_for_the_mean_of_the_others():
    found = response_of(np.array([[1.0, 3.0], [0.0, 4.0], [5.0, math.nan]]), common=False)
    assert np.allclose(found.noise(), [2.0, 8.0, 5.0])
    assert np.allclose(found.noise_left(), [1.0, 4.0, 5.0])


def test_common_replications_leave_no_noise_and_one_replication_tells_none():
    outcomes = np.array([[1.0, 3.0], [0.0, 4.0]])
    assert not response_of(outcomes, common=True).noise_left().any()
    single = response_of(outcomes[:, :1], common=False)
    assert single.noise() is None
    assert not single.noise_left().any()


def test_what_common_replications_may_be_off_by():
    # normal noise, five draws: a variance is off by sqrt(2 / 4)
    outcomes = np.arange(10.0).reshape(2, 5)
    assert response_of(outcomes, common=True).shared_error() == pytest.approx(math.sqrt(0.5))
    assert response_of(outcomes, common=False).shared_error() == 0.0


def test_a_response_is_of_the_same_points():
    with pytest.raises(ValueError, match="same points"):
        Response(np.zeros(3), np.zeros(2), np.ones(3, dtype=np.int64), common=False)
