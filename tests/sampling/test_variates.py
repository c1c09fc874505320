"""Inverse distribution functions against scipy.stats, means against integrals, both also between bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad

from sim.sampling.variates import mean, quantile
from sim.scenario.values.distributions import Distribution

U = np.concatenate([[1e-9, 1e-4], np.linspace(0.001, 0.999, 97), [1 - 1e-4, 1 - 1e-9]])

CONTINUOUS = {
    "uniform": ((2.0, 7.0), stats.uniform(2, 5)),
    "triangular": ((10.0, 20.0, 60.0), stats.triang(0.2, 10, 50)),
    "triangular with its mode at the low end": ((10.0, 10.0, 60.0), stats.triang(0, 10, 50)),
    "triangular with its mode at the high end": ((10.0, 60.0, 60.0), stats.triang(1, 10, 50)),
    "normal": ((0.03, 0.07), stats.norm(0.03, 0.07)),
    "lognormal": ((3.1, 0.55), stats.lognorm(0.55, scale=math.exp(3.1))),
    "exponential": ((45.0,), stats.expon(scale=45)),
    "gamma": ((4.0, 15.0), stats.gamma(4, scale=15)),
    "gamma below one": ((0.4, 15.0), stats.gamma(0.4, scale=15)),
    "beta": ((1.4, 1.9, 0.97), stats.beta(1.4, 1.9, scale=0.97)),
    "weibull": ((1.7, 30.0), stats.weibull_min(1.7, scale=30)),
}
CASES = [pytest.param(name.split()[0], *case, id=name) for name, case in CONTINUOUS.items()]

TABLE = Distribution("table", (2.0, 0.3, 5.0, 0.5, 9.0, 0.2))
PIECEWISE = Distribution("piecewise", (0.0, 10.0, 0.1, 20.0, 0.5, 30.0, 1.0, 100.0))
WITH_ATOM = Distribution("piecewise", (0.0, 0.0, 0.2, 5.0, 0.6, 5.0, 1.0, 10.0))
"""0.2 of it spread over 0 to 5, 0.4 at 5, 0.4 over 5 to 10."""


def between(family: str, parameters: tuple[float, ...], frozen) -> Distribution:
    """The distribution conditioned to its own 15% and 80% quantiles."""
    return Distribution(family, parameters, low=float(frozen.ppf(0.15)), high=float(frozen.ppf(0.80)))


@pytest.mark.parametrize(("family", "parameters", "frozen"), CASES)
def test_a_quantile_is_that_of_its_family(family, parameters, frozen) -> None:
    np.testing.assert_allclose(quantile(Distribution(family, parameters), U), frozen.ppf(U), rtol=1e-9)


@pytest.mark.parametrize(("family", "parameters", "frozen"), CASES)
def test_bounds_condition_the_distribution(family, parameters, frozen) -> None:
    conditioned = between(family, parameters, frozen)
    np.testing.assert_allclose(quantile(conditioned, U), frozen.ppf(0.15 + 0.65 * U), rtol=1e-9)


@pytest.mark.parametrize(("family", "parameters", "frozen"), CASES)
def test_a_mean_is_that_of_its_family(family, parameters, frozen) -> None:
    assert mean(Distribution(family, parameters)) == pytest.approx(frozen.mean(), rel=1e-10)


@pytest.mark.parametrize(("family", "parameters", "frozen"), CASES)
def test_a_mean_between_bounds_is_the_integral_of_x_times_the_density(family, parameters, frozen) -> None:
    conditioned = between(family, parameters, frozen)
    integral, _ = quad(lambda x: x * frozen.pdf(x), conditioned.low, conditioned.high, epsabs=1e-13, epsrel=1e-12)
    assert mean(conditioned) == pytest.approx(integral / 0.65, rel=1e-9)


@pytest.mark.parametrize(("family", "parameters", "frozen"), CASES)
def test_bounds_beyond_the_support_change_nothing(family, parameters, frozen) -> None:
    wide, free = Distribution(family, parameters, low=-1e9, high=1e9), Distribution(family, parameters)
    np.testing.assert_array_equal(quantile(wide, U), quantile(free, U))
    assert mean(wide) == pytest.approx(mean(free), rel=1e-12)


def test_one_bound_is_enough() -> None:
    # an exponential above 10 is 10 more than an exponential: no memory
    waiting = Distribution("exponential", (45.0,), low=10.0)
    np.testing.assert_allclose(quantile(waiting, U), 10 + stats.expon(scale=45).ppf(U), rtol=1e-6)
    assert mean(waiting) == pytest.approx(55.0, rel=1e-12)


def test_half_a_normal_has_the_mean_of_its_absolute_value() -> None:
    assert mean(Distribution("normal", (0.0, 1.0), low=0.0)) == pytest.approx(math.sqrt(2 / math.pi), rel=1e-12)


@pytest.mark.parametrize("low", [-math.inf, 0.5])
def test_the_last_uniform_below_one_gives_a_finite_value(low: float) -> None:
    for family, parameters in (("normal", (0.0, 1.0)), ("exponential", (1.0,)), ("weibull", (0.5, 1.0))):
        extremes = quantile(Distribution(family, parameters, low=low), np.array([2.0**-53, 1 - 2.0**-53]))
        assert np.all(np.isfinite(extremes)), family


@pytest.mark.parametrize(("family", "parameters", "frozen"), CASES)
def test_a_value_does_not_depend_on_its_neighbours_to_the_last_bit(family, parameters, frozen) -> None:
    conditioned = between(family, parameters, frozen)
    u = np.random.default_rng(1).uniform(size=(13, 37))
    together = quantile(conditioned, u)
    np.testing.assert_array_equal(together[:, ::5], quantile(conditioned, u[:, ::5]))
    assert together.ravel().tolist() == [quantile(conditioned, u.ravel()[place : place + 1])[0] for place in range(u.size)]


def test_a_constant_is_itself_in_the_shape_of_the_uniforms() -> None:
    assert quantile(Distribution("constant", (25.0,)), np.full((2, 3), 0.5)).tolist() == [[25.0] * 3] * 2
    assert mean(Distribution("constant", (25.0,))) == 25.0


def test_a_table_gives_each_value_its_weight() -> None:
    drawn = quantile(TABLE, (np.arange(1000) + 0.5) / 1000)
    assert [int((drawn == value).sum()) for value in (2.0, 5.0, 9.0)] == [300, 500, 200]
    assert quantile(TABLE, np.array([0.3, 0.31, 1 - 2.0**-53])).tolist() == [2.0, 5.0, 9.0]
    assert mean(TABLE) == pytest.approx(0.3 * 2 + 0.5 * 5 + 0.2 * 9)


def test_a_table_between_bounds_keeps_the_values_at_them() -> None:
    # 5 and 9 are left, with weights 5 : 2
    conditioned = Distribution("table", TABLE.parameters, low=5.0, high=9.0)
    drawn = quantile(conditioned, (np.arange(700) + 0.5) / 700)
    assert [int((drawn == value).sum()) for value in (2.0, 5.0, 9.0)] == [0, 500, 200]
    assert mean(conditioned) == pytest.approx((5 * 5 + 2 * 9) / 7)


def test_a_piecewise_quantile_is_linear_between_its_points() -> None:
    u = np.array([0.05, 0.1, 0.3, 0.75])
    np.testing.assert_allclose(quantile(PIECEWISE, u), [15.0, 20.0, 25.0, 65.0], rtol=1e-14)
    assert mean(PIECEWISE) == pytest.approx(0.1 * 15 + 0.4 * 25 + 0.5 * 65)


def test_a_piecewise_quantile_between_bounds_keeps_what_lies_between() -> None:
    # from 25 (u = 0.3) to 44 (u = 0.6): two thirds on 25..30, one third on 30..44
    conditioned = Distribution("piecewise", PIECEWISE.parameters, low=25.0, high=44.0)
    np.testing.assert_allclose(quantile(conditioned, np.array([1 / 3, 2 / 3, 5 / 6])), [27.5, 30.0, 37.0], rtol=1e-12)
    assert mean(conditioned) == pytest.approx(2 / 3 * 27.5 + 1 / 3 * 37)


def test_a_bound_at_a_value_of_its_own_probability_keeps_it() -> None:
    # at least 5: half of what is left is 5 itself, the other half lies evenly over 5 to 10; at most 5: a third over 0 to 5
    above, below = Distribution("piecewise", WITH_ATOM.parameters, low=5.0), Distribution("piecewise", WITH_ATOM.parameters, high=5.0)
    np.testing.assert_allclose(quantile(above, np.array([0.25, 0.5, 0.75])), [5.0, 5.0, 7.5], rtol=1e-12)
    np.testing.assert_allclose(quantile(below, np.array([1 / 6, 1 / 3, 0.9])), [2.5, 5.0, 5.0], rtol=1e-12)
    assert mean(above) == pytest.approx((5 + 7.5) / 2)
    assert mean(below) == pytest.approx((2.5 + 2 * 5) / 3)


ANY = st.sampled_from([*(Distribution(name.split()[0], case[0]) for name, case in CONTINUOUS.items()), TABLE, PIECEWISE, WITH_ATOM])
BOUNDS = st.tuples(st.floats(0.02, 0.45), st.floats(0.55, 0.98))


@given(distribution=ANY, bounds=BOUNDS, one=st.floats(2.0**-53, 1 - 2.0**-53), other=st.floats(2.0**-53, 1 - 2.0**-53))
def test_a_quantile_rises_with_u_and_keeps_to_its_bounds(distribution, bounds, one, other) -> None:
    low, high = quantile(distribution, np.array(bounds))
    if low < high:
        distribution = Distribution(distribution.family, distribution.parameters, low=float(low), high=float(high))
    lesser, greater = quantile(distribution, np.array(sorted([one, other])))
    assert distribution.low <= lesser <= greater <= distribution.high


@given(distribution=ANY, bounds=BOUNDS)
def test_a_mean_is_the_average_of_the_quantiles(distribution, bounds) -> None:
    low, high = quantile(distribution, np.array(bounds))
    conditioned = (
        Distribution(distribution.family, distribution.parameters, low=float(low), high=float(high)) if low < high else distribution
    )
    drawn = quantile(conditioned, (np.arange(20_000) + 0.5) / 20_000)
    assert drawn.mean() == pytest.approx(mean(conditioned), rel=2e-3)
