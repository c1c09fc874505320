"""Where the probability of a distribution lies: its support, and the mass between two bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from statistics import NormalDist

from scipy import special

from sim.scenario.values.families import Family, Parameters

SUPPORTS: dict[Family, Callable[[Parameters], tuple[float, float]]] = {
    "constant": lambda parameters: (parameters[0], parameters[0]),
    "uniform": lambda parameters: (parameters[0], parameters[1]),
    "triangular": lambda parameters: (parameters[0], parameters[2]),
    "normal": lambda parameters: (-math.inf, math.inf),
    "lognormal": lambda parameters: (0.0, math.inf),
    "exponential": lambda parameters: (0.0, math.inf),
    "gamma": lambda parameters: (0.0, math.inf),
    "beta": lambda parameters: (0.0, parameters[2]),
    "weibull": lambda parameters: (0.0, math.inf),
    "piecewise": lambda parameters: (parameters[1], parameters[-1]),
    "table": lambda parameters: (parameters[0], parameters[-2]),
}


def support(family: Family, parameters: Parameters) -> tuple[float, float]:
    """The least and greatest value."""
    return SUPPORTS[family](parameters)


def mass_between(family: Family, parameters: Parameters, low: float, high: float) -> float:
    """Probability of [low, high]."""
    least, greatest = support(family, parameters)
    if low <= least and greatest <= high:
        return 1.0
    if high < least or greatest < low:
        return 0.0
    if family in {"constant", "table"}:
        return math.fsum(weight for value, weight in _atoms(family, parameters) if low <= value <= high)
    return _distribution_function(family, parameters, high) - _distribution_function(family, parameters, low)


def _atoms(family: Family, parameters: Parameters) -> list[tuple[float, float]]:
    if family == "constant":
        return [(parameters[0], 1.0)]
    return list(zip(parameters[::2], parameters[1::2], strict=True))


def _distribution_function(family: Family, parameters: Parameters, value: float) -> float:
    """P(X <= value) of a continuous family."""
    least, greatest = support(family, parameters)
    if not least < value < greatest:
        return float(value >= greatest)
    match family, parameters:
        case "uniform", (low, high):
            return (value - low) / (high - low)
        case "triangular", (low, mode, high):
            if value < mode:
                return (value - low) ** 2 / ((high - low) * (mode - low))
            return 1 - (high - value) ** 2 / ((high - low) * (high - mode))
        case "normal", (mean, sd):
            return NormalDist(mean, sd).cdf(value)
        case "lognormal", (mu, sigma):
            return NormalDist(mu, sigma).cdf(math.log(value))
        case "exponential", (mean,):
            return -math.expm1(-value / mean)
        case "gamma", (shape, scale):
            return float(special.gammainc(shape, value / scale))
        case "beta", (a, b, scale):
            return float(special.betainc(a, b, value / scale))
        case "weibull", (shape, scale):
            return -math.expm1(-math.exp(min(shape * math.log(value / scale), 700.0)))
        case _:
            return _piecewise(parameters, value)


def _piecewise(parameters: Parameters, value: float) -> float:
    """P(X <= value) where the quantile function is linear between points."""
    points = list(zip(parameters[::2], parameters[1::2], strict=True))
    for (low_u, low), (high_u, high) in pairwise(points):
        if low <= value < high:
            return low_u + (high_u - low_u) * (value - low) / (high - low)
    return 1.0
