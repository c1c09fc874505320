"""Support and mass of each family, by hand."""

import math

import pytest

from sim.scenario.values.families import Family
from sim.scenario.values.masses import mass_between, support

HALF_NORMAL = math.erf(1 / math.sqrt(2))
"""Mass of a normal within one standard deviation."""


@pytest.mark.parametrize(
    ("family", "parameters", "low", "high", "mass"),
    [
        ("constant", (5.0,), 4, 6, 1.0),
        ("constant", (5.0,), 6, 7, 0.0),
        ("uniform", (0.0, 10.0), 2, 5, 0.3),
        ("uniform", (0.0, 10.0), -math.inf, 5, 0.5),
        ("triangular", (0.0, 1.0, 2.0), 0, 1, 0.5),
        ("triangular", (0.0, 1.0, 2.0), 1.5, 9, 0.125),
        ("triangular", (0.0, 0.0, 2.0), -1, 1, 0.75),
        ("normal", (10.0, 2.0), 8, 12, HALF_NORMAL),
        ("lognormal", (1.0, 2.0), math.exp(-1), math.exp(3), HALF_NORMAL),
        ("lognormal", (1.0, 2.0), -5, math.e, 0.5),
        ("exponential", (5.0,), 5, math.inf, math.exp(-1)),
        ("gamma", (1.0, 5.0), 5, math.inf, math.exp(-1)),
        ("gamma", (2.0, 5.0), 5, math.inf, 2 * math.exp(-1)),
        ("beta", (2.0, 1.0, 10.0), 0, 5, 0.25),
        ("weibull", (2.0, 5.0), 5, math.inf, math.exp(-1)),
        ("weibull", (10_000.0, 1e-9), 1, 1e15, 0.0),
        ("piecewise", (0.0, 0.0, 0.5, 10.0, 1.0, 40.0), 5, 25, 0.5),
        ("piecewise", (0.0, 0.0, 0.5, 0.0, 1.0, 40.0), 0, 20, 0.75),
        ("table", (2.0, 0.3, 5.0, 0.7), 1, 2, 0.3),
        ("table", (2.0, 0.3, 5.0, 0.7), 3, 4, 0.0),
    ],
)
def test_the_mass_between_two_bounds(family: Family, parameters: tuple[float, ...], low: float, high: float, mass: float) -> None:
    assert mass_between(family, parameters, low, high) == pytest.approx(mass, abs=1e-12)


def test_the_support_is_from_the_least_to_the_greatest_value() -> None:
    assert support("table", (2.0, 0.3, 5.0, 0.7)) == (2.0, 5.0)
    assert support("piecewise", (0.0, 1.0, 1.0, 4.0)) == (1.0, 4.0)
    assert support("normal", (0.0, 1.0)) == (-math.inf, math.inf)
    assert support("beta", (1.4, 1.9, 0.97)) == (0.0, 0.97)
