"""Cohort arithmetic: every stated total holds to the yuan, bounds hold, shares are as near as they can be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.portfolio import dealt, largest_remainder, scaled_to_total, shared_counts


def test_largest_remainder_gives_the_units_left_over_to_the_largest_remainders():
    assert largest_remainder(np.array([[1.2, 2.7, 3.1]]), 7).tolist() == [[1, 3, 3]]


def test_largest_remainder_breaks_ties_by_index():
    assert largest_remainder(np.array([[0.5, 0.5, 0.5, 0.5]]), 2).tolist() == [[1, 1, 0, 0]]


def test_the_five_categories_of_267_projects_get_whole_counts():
    # 40, 12, 18, 8, 22 % of 267 = 106.8, 32.04, 48.06, 21.36, 58.74: floors 106+32+48+21+58 = 265, two left go to .8 and .74
    assert shared_counts(np.array([0.40, 0.12, 0.18, 0.08, 0.22]), 267).tolist() == [107, 32, 48, 21, 59]


def test_a_member_at_its_bound_stays_there_and_the_rest_is_scaled():
    # weights 1, 1, 8 to a total of 10 with an upper bound of 5: the third is capped at 5, the others share the other 5
    scaled = scaled_to_total(np.array([[1.0, 1.0, 8.0]]), np.zeros((1, 3)), np.full((1, 3), 5.0), np.array([10.0]))
    np.testing.assert_allclose(scaled, [[2.5, 2.5, 5.0]], rtol=1e-12)


def test_both_bounds_can_bind_at_once():
    # weights 1, 10, 100, total 12, bounds 2 and 6: 1 -> 2 (bound), 100 -> 6 (bound), the middle takes what is left: 4
    scaled = scaled_to_total(np.array([[1.0, 10.0, 100.0]]), np.full((1, 3), 2.0), np.full((1, 3), 6.0), np.array([12.0]))
    np.testing.assert_allclose(scaled, [[2.0, 4.0, 6.0]], rtol=1e-12)


@settings(deadline=None)
@given(
    st.lists(st.floats(-4, 4), min_size=1, max_size=40),
    st.integers(1, 10**13),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1.0),
)
def test_every_total_holds_to_the_yuan_within_the_bounds(scores, total, tight_low, tight_high):
    count = len(scores)
    mean = total / count
    low, high = mean * tight_low, mean + (total - mean) * tight_high
    weights = np.exp(np.array([scores]))
    scaled = scaled_to_total(weights, np.full((1, count), low), np.full((1, count), high), np.array([float(total)]))
    assert (scaled >= low * (1 - 1e-9)).all()
    assert (scaled <= high * (1 + 1e-9)).all()
    assert largest_remainder(scaled, total).sum() == total
    assert (np.abs(largest_remainder(scaled, total) - scaled) <= 1 + 1e-6 * mean).all()


def test_dealing_gives_exactly_the_counts_to_members_in_the_order_of_their_uniforms():
    u = np.array([[0.9, 0.1, 0.5, 0.3], [0.2, 0.4, 0.6, 0.8]])
    assert dealt(np.array([1, 3]), u).tolist() == [[1, 0, 1, 1], [0, 1, 1, 1]]
