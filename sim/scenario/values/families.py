"""Families of distributions: what each may be told by, and its canonical parameters.

A family reads a mapping of floats in base units (days, yuan, ones). Where a distribution is told by moments or quantiles the
parameters follow in closed form, given beside each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Literal

from sim.scenario.values.reading import QuantityError

Family = Literal[
    "constant", "uniform", "triangular", "normal", "lognormal", "exponential", "gamma", "beta", "weibull", "piecewise", "table"
]
Parameters = tuple[float, ...]
Numbers = Mapping[str, float]

LARGEST_LOG_SD = 5.0
LARGEST_SHAPE = 10_000.0

BARE = frozenset({"cv", "log_sd", "a", "b", "shape", "stages"})
"""Parameters without a unit; every other one has the unit of the distribution."""
WAYS: dict[str, tuple[frozenset[str], ...]] = {
    family: tuple(frozenset(way.split()) for way in ways)
    for family, ways in {
        "uniform": ("low high",),
        "triangular": ("low mode high",),
        "normal": ("mean sd", "mean cv"),
        "lognormal": ("mean cv", "mean sd", "mean log_sd", "median log_sd"),
        "exponential": ("mean",),
        "gamma": ("mean cv", "mean sd", "shape mean"),
        "erlang": ("stages mean",),
        "beta": ("a b", "a b times"),
        "weibull": ("shape mean", "shape scale"),
    }.items()
}
"""The sets of parameters by which a family may be told."""
BY_TWO_QUANTILES = frozenset({"normal", "lognormal"})
RELATIVE_WAYS = (frozenset({"log_sd"}), frozenset({"cv"}))
"""Log-normal sizes of a cohort have no location: they are scaled to its total (here their median is 1)."""


def refuse(found: object, allowed: str) -> QuantityError:
    """The fault of a distribution."""
    return QuantityError("distribution", found, allowed)


def positive(numbers: Numbers, *names: str) -> None:
    """Refuse any of the named numbers that is not above 0."""
    for name in names:
        if not numbers[name] > 0:
            raise refuse(f"{name}: {numbers[name]:g}", f"{name} > 0")


def standard_normal(probability: float) -> float:
    """The standard normal quantile."""
    return NormalDist().inv_cdf(probability)


def uniform(numbers: Numbers) -> Parameters:
    """(low, high)."""
    if not numbers["low"] < numbers["high"]:
        raise refuse(f"low: {numbers['low']:g}, high: {numbers['high']:g}", "low < high")
    return numbers["low"], numbers["high"]


def triangular(numbers: Numbers) -> Parameters:
    """(low, mode, high)."""
    low, mode, high = numbers["low"], numbers["mode"], numbers["high"]
    if not (low <= mode <= high and low < high):
        raise refuse(f"low: {low:g}, mode: {mode:g}, high: {high:g}", "low ≤ mode ≤ high, low < high")
    return low, mode, high


def normal(numbers: Numbers) -> Parameters:
    """(mean, sd)."""
    if quantiles := two_quantiles(numbers):
        return quantiles
    return numbers["mean"], standard_deviation(numbers)


def two_quantiles(numbers: Numbers) -> Parameters | None:
    """(mean, sd) of the normal with two given quantiles: x = mean + sd z at each."""
    if len(numbers) != 2 or not all(name.startswith("p") for name in numbers):
        return None
    (low_p, low), (high_p, high) = sorted((percent(name) / 100, value) for name, value in numbers.items())
    if not 0 < low_p < high_p < 1:
        raise refuse(", ".join(numbers), "p10, p90")
    low_z, high_z = standard_normal(low_p), standard_normal(high_p)
    if not low < high:
        raise refuse(f"{low:g}, {high:g}", f"p{100 * low_p:g} < p{100 * high_p:g}")
    sd = (high - low) / (high_z - low_z)
    return low - sd * low_z, sd


def percent(name: str) -> float:
    """90 of `p90`; the name has been checked."""
    return float(name[1:])


def standard_deviation(numbers: Numbers) -> float:
    """Given as `sd`, or as the coefficient of variation `cv` = sd / mean."""
    name = "sd" if "sd" in numbers else "cv"
    positive(numbers, name)
    if name == "cv":
        positive(numbers, "mean")
    return numbers["sd"] if name == "sd" else numbers["cv"] * numbers["mean"]


def lognormal(numbers: Numbers) -> Parameters:
    """(mu, sigma) of the log: sigma² = ln(1 + cv²), mu = ln mean - sigma²/2 = ln median."""
    positive(numbers, *numbers)
    log_numbers = {name: math.log(value) for name, value in numbers.items()}
    if quantiles := two_quantiles(log_numbers):
        mu, sigma = quantiles
    else:
        sigma = numbers["log_sd"] if "log_sd" in numbers else math.sqrt(math.log1p(_cv(numbers) ** 2))
        mu = log_numbers["mean"] - sigma**2 / 2 if "mean" in numbers else log_numbers.get("median", 0.0)
    if sigma > LARGEST_LOG_SD:
        raise refuse(f"log_sd: {sigma:g}", f"log_sd ≤ {LARGEST_LOG_SD:g}")
    return mu, sigma


def _cv(numbers: Numbers) -> float:
    return min(numbers["cv"] if "cv" in numbers else numbers["sd"] / numbers["mean"], 1e100)


def exponential(numbers: Numbers) -> Parameters:
    """(mean,)."""
    positive(numbers, "mean")
    return (numbers["mean"],)


def gamma(numbers: Numbers) -> Parameters:
    """(shape, scale): shape = 1/cv², scale = mean / shape."""
    positive(numbers, "mean")
    if "shape" in numbers:
        return shaped(numbers["shape"], numbers["mean"] / max(numbers["shape"], 1e-9))
    cv = standard_deviation(numbers) / numbers["mean"]
    shape = 1 / max(cv, 1e-9) ** 2
    return shaped(shape, numbers["mean"] / shape)


def erlang(numbers: Numbers) -> Parameters:
    """(shape, scale) of the sum of `stages` equal exponential times."""
    positive(numbers, "mean")
    stages = numbers["stages"]
    if stages < 1 or stages != math.floor(stages):
        raise refuse(f"stages: {stages:g}", "stages: 1, 2, 3, …")
    return shaped(stages, numbers["mean"] / stages)


def weibull(numbers: Numbers) -> Parameters:
    """(shape, scale): mean = scale Γ(1 + 1/shape)."""
    positive(numbers, *numbers)
    shape = numbers["shape"]
    if shape < 0.05:
        raise refuse(f"shape: {shape:g}", "shape ≥ 0.05")
    return shaped(shape, numbers["scale"] if "scale" in numbers else numbers["mean"] / math.gamma(1 + 1 / shape))


def beta(numbers: Numbers) -> Parameters:
    """(a, b, scale): a beta on (0, 1) times `times`."""
    numbers = {"times": 1.0, **numbers}
    positive(numbers, "a", "b", "times")
    a, _ = shaped(numbers["a"], 1.0)
    b, _ = shaped(numbers["b"], 1.0)
    return a, b, numbers["times"]


def shaped(shape: float, scale: float) -> Parameters:
    """(shape, scale), with a shape that can be computed with."""
    if not 1e-3 <= shape <= LARGEST_SHAPE:
        raise refuse(f"shape: {shape:g}", f"0.001 ≤ shape ≤ {LARGEST_SHAPE:g}")
    return shape, scale


def piecewise(numbers: Numbers) -> Parameters:
    """(u0, x0, u1, x1, …): the quantile function is linear between the given quantiles."""
    points = sorted((percent(name) / 100, value) for name, value in numbers.items())
    if points[0][0] != 0 or points[-1][0] != 1:
        raise refuse(", ".join(numbers), "p0, …, p100")
    probabilities, values = zip(*points, strict=True)
    if len(set(probabilities)) < len(points):
        raise refuse(", ".join(numbers), "p0, …, p100")
    if list(values) != sorted(values) or values[0] == values[-1]:
        raise refuse(", ".join(f"p{100 * u:g}: {x:g}" for u, x in points), "p0 ≤ … ≤ p100, p0 < p100")
    return tuple(number for point in points for number in point)


def table(weights: Mapping[float, float]) -> Parameters:
    """(x1, w1, x2, w2, …): values in order with their weights, which are made to add up to 1."""
    whole = math.fsum(weights.values())
    return tuple(number for value in sorted(weights) for number in (value, weights[value] / whole))


BY_PARAMETERS: dict[str, tuple[Family, Callable[[Numbers], Parameters]]] = {
    "uniform": ("uniform", uniform),
    "triangular": ("triangular", triangular),
    "normal": ("normal", normal),
    "lognormal": ("lognormal", lognormal),
    "exponential": ("exponential", exponential),
    "gamma": ("gamma", gamma),
    "erlang": ("gamma", erlang),
    "beta": ("beta", beta),
    "weibull": ("weibull", weibull),
    "quantiles": ("piecewise", piecewise),
}
FAMILIES = (*BY_PARAMETERS, "table")
