"""Uniforms turned into values by inverse distribution functions, and the means that they come to."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.sampling.inverses import beta_inverse, gamma_inverse
from sim.scenario.values.distributions import Distribution
from sim.scenario.values.families import Family, Parameters
from sim.scenario.values.masses import mass_between, support

Floats = NDArray[np.float64]

LEAST, GREATEST = 2.0**-1074, 1.0 - 2.0**-53
"""The probabilities next to 0 and 1."""


def quantile(distribution: Distribution, u: Floats) -> Floats:
    """Inverse distribution function at `u` in (0, 1), of the distribution conditioned to [low, high]; rises with `u`, same shape."""
    if distribution.family == "constant":
        return np.full(np.shape(u), distribution.parameters[0])
    if distribution.family == "table":
        return _table_quantile(distribution, u)
    inverse = QUANTILES[distribution.family]
    if distribution.low == -math.inf and distribution.high == math.inf:
        return inverse(distribution.parameters, u)
    low_u, high_u = _conditions(distribution)
    within = np.clip(low_u + u * (high_u - low_u), LEAST, GREATEST)
    return np.clip(inverse(distribution.parameters, within), distribution.low, distribution.high)


def mean(distribution: Distribution) -> float:
    """Expected value of the distribution conditioned to [low, high]."""
    family, parameters = distribution.family, distribution.parameters
    if family == "constant":
        return parameters[0]
    if family == "table":
        values, weights = _kept(distribution)
        return math.fsum(values * weights) / math.fsum(weights)
    low_u, high_u = _conditions(distribution)
    if family == "piecewise":
        return _piecewise_mean(parameters, low_u, high_u)
    least, greatest = support(family, parameters)
    part = PARTIAL_MEANS[family]
    low, high = (min(max(bound, least), greatest) for bound in (distribution.low, distribution.high))
    return (part(parameters, high) - part(parameters, low)) / (high_u - low_u)


def _conditions(distribution: Distribution) -> tuple[float, float]:
    """P(X < low) and P(X <= high) of the unconditioned distribution, not a table."""
    family, parameters = distribution.family, distribution.parameters
    least, _ = support(family, parameters)
    if distribution.low <= least:
        below = 0.0
    elif family == "piecewise":
        below = _piecewise_below(parameters, distribution.low)
    else:
        below = mass_between(family, parameters, -math.inf, distribution.low)
    return below, mass_between(family, parameters, -math.inf, distribution.high)


def _triangular(parameters: Parameters, u: Floats) -> Floats:
    low, mode, high = parameters
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.where(u * (high - low) < mode - low, rising, falling)


QUANTILES: dict[Family, Callable[[Parameters, Floats], Floats]] = {
    "uniform": lambda parameters, u: parameters[0] + u * (parameters[1] - parameters[0]),
    "triangular": _triangular,
    "normal": lambda parameters, u: parameters[0] + parameters[1] * special.ndtri(u),
    "lognormal": lambda parameters, u: np.exp(parameters[0] + parameters[1] * special.ndtri(u)),
    "exponential": lambda parameters, u: -parameters[0] * np.log1p(-u),
    "gamma": lambda parameters, u: parameters[1] * gamma_inverse(parameters[0]).at(u),
    "beta": lambda parameters, u: parameters[2] * beta_inverse(parameters[0], parameters[1]).at(u),
    "weibull": lambda parameters, u: parameters[1] * (-np.log1p(-u)) ** (1.0 / parameters[0]),
    "piecewise": lambda parameters, u: np.interp(u, parameters[::2], parameters[1::2]),
}


def _triangular_part(parameters: Parameters, value: float) -> float:
    """The density's two straight lines times x, integrated from `low`."""
    low, mode, high = parameters
    if value <= mode:
        return (value - low) ** 2 * (2 * value + low) / (3 * (high - low) * (mode - low)) if value > low else 0.0
    above = (high - value) ** 2 * (2 * value + high) / (3 * (high - low) * (high - mode))
    return (low + mode + high) / 3 - above


def _normal_part(parameters: Parameters, value: float) -> float:
    centre, sd = parameters
    z = (value - centre) / sd
    return float(centre * special.ndtr(z) - sd * math.exp(-z * z / 2) / math.sqrt(2 * math.pi))


def _lognormal_part(parameters: Parameters, value: float) -> float:
    mu, sigma = parameters
    z = (math.log(value) - mu) / sigma - sigma if value > 0 else -math.inf
    return float(math.exp(mu + sigma**2 / 2) * special.ndtr(z))


def _gamma_part(parameters: Parameters, value: float) -> float:
    shape, scale = parameters
    return float(shape * scale * special.gammainc(shape + 1, value / scale))


def _beta_part(parameters: Parameters, value: float) -> float:
    a, b, scale = parameters
    return float(scale * a / (a + b) * special.betainc(a + 1, b, value / scale))


def _weibull_part(parameters: Parameters, value: float) -> float:
    shape, scale = parameters
    power = math.exp(min(shape * math.log(value / scale), 700.0)) if value > 0 else 0.0
    return float(scale * special.gamma(1 + 1 / shape) * special.gammainc(1 + 1 / shape, power))


PARTIAL_MEANS: dict[Family, Callable[[Parameters, float], float]] = {
    "uniform": lambda parameters, value: (value**2 - parameters[0] ** 2) / (2 * (parameters[1] - parameters[0])),
    "triangular": _triangular_part,
    "normal": _normal_part,
    "lognormal": _lognormal_part,
    "exponential": lambda parameters, value: _gamma_part((1.0, parameters[0]), value),
    "gamma": _gamma_part,
    "beta": _beta_part,
    "weibull": _weibull_part,
}
"""E[X; X <= value] in closed form, for a value of the support."""


def _kept(distribution: Distribution) -> tuple[Floats, Floats]:
    """Values of a table that its bounds leave, and their weights."""
    values, weights = np.array(distribution.parameters[::2]), np.array(distribution.parameters[1::2])
    kept = (values >= distribution.low) & (values <= distribution.high)
    return values[kept], weights[kept]


def _table_quantile(distribution: Distribution, u: Floats) -> Floats:
    """The least value whose cumulative weight reaches `u`."""
    values, weights = _kept(distribution)
    reached = np.cumsum(weights)
    return np.asarray(values[np.minimum(np.searchsorted(reached, u * reached[-1], side="left"), len(values) - 1)])


def _piecewise_below(parameters: Parameters, value: float) -> float:
    """P(X < value) where the quantile function is linear between points, `value` above the least."""
    points = list(zip(parameters[::2], parameters[1::2], strict=True))
    for (low_u, low), (high_u, high) in pairwise(points):
        if low < value <= high:
            return low_u + (high_u - low_u) * (value - low) / (high - low)
    return 1.0


def _piecewise_mean(parameters: Parameters, low_u: float, high_u: float) -> float:
    """The mean of a linear quantile function over (low_u, high_u): trapezoids between its points."""
    u = np.unique(np.clip([low_u, *parameters[::2], high_u], low_u, high_u))
    values = np.interp(u, parameters[::2], parameters[1::2])
    return float(np.sum(np.diff(u) * (values[1:] + values[:-1]) / 2)) / (high_u - low_u)
