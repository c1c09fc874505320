"""The curve and the money of one site as scalars, which compiled code asks, are bit for bit what the arrays give, which accounts ask."""

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calendar import NEVER
from sim.model import curves, spending
from sim.model.curves import POINTS, curve_table

SHAPES = [(1.0, 1.0), (1.1, 1.2), (2.0, 3.0), (0.5, 4.0), (8.0, 0.3)]
FLAT = np.array([0.0, *np.repeat([0.0, 0.25, 1.0], [POINTS // 4, POINTS // 2, POINTS - 2 - POINTS // 4 - POINTS // 2]), 1.0])
"""A curve with pieces along which nothing is spent."""
TABLES = np.array([*(curve_table(*shape) for shape in SHAPES), FLAT])
ROW = TABLES.reshape(-1).tolist()
CURVES = range(len(TABLES))
STEP = 1 / (POINTS - 1)
ENDS = [0.0, -0.0, 5e-324, 1e-300, STEP / 2, math.nextafter(STEP, 0), STEP, math.nextafter(STEP, 1), 0.5, 1 - STEP]
ENDS += [math.nextafter(1 - STEP, 1), math.nextafter(1.0, 0.0), 1.0]
YUAN = st.integers(0, 10**13)
TICKS = st.integers(0, 10**5)
FRACTIONS = st.floats(0, 1) | st.sampled_from(ENDS)


def bits(number):
    """All of a double."""
    return struct.pack("<d", number)


def random_fractions(seed):
    """Fractions of all sizes, points of the table and their neighbours."""
    random = np.random.default_rng(seed)
    points = random.integers(0, POINTS, 2000) * STEP
    near = np.concatenate([points, np.nextafter(points, 0), np.nextafter(points, 1)])
    return np.concatenate([ENDS, random.random(2000), random.random(500) ** 20, 1 - random.random(500) ** 20, near])


@pytest.mark.parametrize("number", CURVES)
def test_the_curve_of_one_number_is_that_of_an_array_to_the_bit(number):
    x = random_fractions(number)
    array = curves.value(TABLES, np.full(x.shape, number), x)
    scalar = [curves.value_at(ROW, number * POINTS, one) for one in x.tolist()]
    assert np.array(scalar).tobytes() == array.tobytes()


@pytest.mark.parametrize("number", CURVES)
def test_so_is_its_inverse_at_shares_of_the_table_and_between(number):
    table = TABLES[number]
    share = np.concatenate([random_fractions(number), table[:: POINTS // 1000], np.nextafter(table[:: POINTS // 1000], 1)])
    array = curves.inverse(TABLES, np.full(share.shape, number), share)
    scalar = [curves.inverse_at(ROW, number * POINTS, one) for one in share.tolist()]
    assert np.array(scalar).tobytes() == array.tobytes()


@given(FRACTIONS, st.integers(0, 10**15), st.integers(1, 10**15))
def test_so_is_the_fraction_of_work_done(x0, done, more):
    work = float(done + more)
    array = spending.fraction_done(np.array([x0]), np.array([done]), np.array([work]))
    assert bits(spending.fraction_at(x0, done, work)) == array.tobytes()


@settings(max_examples=1000)
@given(YUAN, YUAN, FRACTIONS, st.integers(0, 10**15), st.floats(1, 1e15), st.sampled_from(CURVES))
def test_so_is_the_money_spent_on_a_site_to_the_yuan(left, invested, x0, done, work, number):
    """What one site has spent is what an array says, less what was invested before."""
    one = {"total": left + invested, "invested": invested, "x0": x0, "done": done, "work": work, "curve": number}
    array = spending.spent_on_curve(**{name: np.array([value]) for name, value in one.items()}, tables=TABLES)
    begun = curves.value_at(ROW, number * POINTS, x0)
    assert spending.site_spent(left, x0, begun, done, work, ROW, number * POINTS) == array[0] - invested


@settings(max_examples=1000)
@given(YUAN, TICKS, TICKS, st.integers(1, 10**4), TICKS | st.just(NEVER), TICKS | st.just(NEVER), TICKS)
def test_so_is_the_money_spent_before_the_start(amount, begin, planned, period, left, finished, tick):
    array = spending.spent_before_start(
        *(np.array([one]) for one in (amount, begin, planned)), period, *np.array([[left], [finished], [tick]])
    )
    assert spending.spent_before(amount, begin, planned, period, left, finished, tick) == array[0]


@settings(max_examples=300)
@given(YUAN.filter(bool), FRACTIONS, st.floats(0, 1), st.floats(1, 1e15), st.sampled_from(CURVES))
def test_so_is_the_work_that_costs_so_much(left, x0, part, work, number):
    """The inverse of the curve, on arrays, at the share that is reached when so much has been spent."""
    begun, money = curves.value_at(ROW, number * POINTS, x0), int(left * part)
    share = np.minimum(begun + (1.0 - begun) * (np.array([money]) / np.array([left])), 1.0)
    x = curves.inverse(TABLES, np.array([number]), share)
    expected = (x - x0) / (1.0 - x0) * work if x0 < 1.0 else np.zeros(1)
    assert bits(spending.site_work_for(left, x0, begun, money, work, ROW, number * POINTS)) == expected.tobytes()
