"""Money along the S-curve, held against exact fractions of the documented formula."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.curves import POINTS, curve_table, inverse, value
from sim.model.spending import spent_evenly, spent_on_curve, year_target

SECTOR = np.array([0])


def one(number: float) -> np.ndarray:
    return np.array([number])


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (1.1, 1.2), (2.0, 3.0), (0.5, 4.0)])
def test_the_table_is_the_kumaraswamy_distribution_function(a, b):
    table = curve_table(a, b)
    assert (table[0], table[-1]) == (0.0, 1.0)
    for point in (1, 1000, 32768, 65000):
        x = point / (POINTS - 1)
        assert table[point] == pytest.approx(1 - (1 - x**a) ** b, abs=1e-15)


@given(st.floats(0, 1))
def test_the_inverse_undoes_the_curve(share):
    tables = curve_table(1.1, 1.2)[None, :]
    assert value(tables, SECTOR, inverse(tables, SECTOR, one(share)))[0] == pytest.approx(share, abs=1e-12)


def exact_value(table: np.ndarray, x: Fraction) -> Fraction:
    """Linear interpolation of the table in exact fractions."""
    position = x * (POINTS - 1)
    lower = min(math.floor(position), POINTS - 2)
    left, right = Fraction(table[lower]), Fraction(table[lower + 1])
    return left + (right - left) * (position - lower)


@settings(deadline=None, max_examples=300)
@given(
    total=st.integers(1, 10**13),
    part=st.floats(0, 0.999),
    work=st.integers(1, 10**15),
    progress=st.floats(0, 1.2),
    shape=st.sampled_from([(1.1, 1.2), (2.0, 3.0), (0.7, 1.5)]),
)
def test_spending_is_within_a_yuan_of_the_formula_in_exact_fractions(total, part, work, progress, shape):
    table = curve_table(*shape)
    invested, done = int(total * part), int(work * progress)
    begun = float(inverse(table[None, :], SECTOR, one(invested / total))[0])
    spent = int(
        spent_on_curve(*(np.array([v]) for v in (total, invested)), one(begun), np.array([done]), np.array([work]), SECTOR, table[None, :])[
            0
        ]
    )
    if done >= work:
        assert spent == total
        return
    x0 = Fraction(begun)
    f0 = exact_value(table, x0)
    fx = exact_value(table, x0 + (1 - x0) * Fraction(done, work))
    exact = invested + math.floor((total - invested) * (fx - f0) / (1 - f0))
    assert abs(spent - exact) <= 1
    assert invested <= spent <= total


def test_even_spending_is_exact_and_ends_on_time():
    # 100 yuan over 3 ticks: 33, 66, 100
    ticks = np.array([0, 1, 2, 3, 9])
    assert spent_evenly(np.array([100]), np.array([0]), np.array([3]), ticks).tolist() == [0, 33, 66, 100, 100]


@given(st.integers(0, 10**15), st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 3 * 10**6))
def test_even_spending_is_the_floor_of_its_share(amount, begin, span, tick):
    spent = spent_evenly(np.array([amount]), np.array([begin]), np.array([begin + span]), np.array([tick]))[0]
    assert spent == amount * min(max(tick - begin, 0), span) // span


def test_a_years_target_is_the_plan_times_its_factor_capped_at_what_is_left():
    plan, left = np.array([100, 100, 0]), np.array([1000, 110, 50])
    assert year_target(plan, np.array([1.284, 1.284, 1.284]), left).tolist() == [128, 110, 0]
