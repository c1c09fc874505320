"""Which factors an output's variance rests on: Sobol indices of a Saltelli design, elementary effects of a Morris design.

The first order index of a factor is the share of the variance that would go if it were known, Var E[y | x_i] / Var y; its total order is
the share that would stay if all others were known, E Var[y | x of the others] / Var y; of a group both are of its factors taken together
(Sobol, 2001, Mathematics and Computers in Simulation 55; Jacques, Lavergne and Devictor, 2006). Estimators, through SALib: first order
mean(y_B (y_AB - y_A)) / Var y (Saltelli and others, 2010, Computer Physics Communications 181, table 2 b), total order
mean((y_A - y_AB)^2) / (2 Var y) (Jansen, 1999, Computer Physics Communications 117).

With replications of each point's own, the indices of the means are turned into those of the expected outcome f: with c = Var of means /
Var f, first = c first_of_means and 1 - total = c (1 - total_of_means), since the noise that is left raises the variance and every total's
numerator by the same E s^2 / r and no first's. Intervals are turned likewise, c's own standard error added in quadrature.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.analysis.response import Estimate, Floats, Integers, Noise, Response, State, is_constant, noise_over_samples
from sim.errors.packages import salib
from sim.sampling.designs import MorrisDesign, SaltelliDesign

FEWEST_SAMPLES = 16
"""Base samples of which a bootstrap still says something."""
FEWEST_TRAJECTORIES = 4
RESAMPLES = 200
ONE = Estimate(1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Index:
    """Sobol indices of a factor or group."""

    first: Estimate
    total: Estimate


@dataclass(frozen=True)
class SobolIndices:
    """Indices of every factor and group, of the variance of the expected outcome where replications allow, else of the points' means."""

    state: State
    factors: tuple[Index, ...]
    """(factor,); empty unless found."""
    groups: Mapping[str, Mapping[str, Index]]
    """Grouping -> group -> its index; empty unless found."""
    noise: Noise | None
    """None unless points have replications to tell it by, or where no index was sought."""
    missing: int
    """Points of the design without an outcome."""
    left_out: int
    """Base samples left out, since a point of theirs is missing."""
    base: int
    """Base samples kept."""


def sobol_indices(design: SaltelliDesign, response: Response, seed: int, resamples: int = RESAMPLES) -> SobolIndices:
    """First and total order with 95% intervals: normal, of the standard deviation of `resamples` bootstrap resamples of the base samples.

    A base sample of which any point has no outcome is left out whole, for all factors and groups, so that every index is of the same
    outcomes. With one replication a point, its own (not common; noise None), total orders hold the noise, and first orders are shares of
    one replication's variance. The indices of all factors together are one. A bootstrap knows nothing of the evenness of a Sobol sequence,
    so intervals are rather too wide.
    Own replications are taken to be independent from point to point: points that come to the same inputs, as those of listed values can,
    have to be run each by itself, or with common replications.
    Raises ValueError if response and design are not of the same points; MissingPackageError without SALib.
    """
    samples = _samples(design, response)
    kept = np.isfinite(response.mean[samples]).all(axis=1)
    counts = {"missing": response.missing, "left_out": int((~kept).sum()), "base": int(kept.sum())}
    if counts["base"] < FEWEST_SAMPLES:
        return SobolIndices("too few", (), {}, None, **counts)
    outer = response.mean[design.factors[kept][:, [0, -1]]]
    if is_constant(outer):
        return SobolIndices("constant", (), {}, None, **counts)
    noise = noise_over_samples(response, samples[kept], seed, resamples)
    of_means = noise.of_means if noise else ONE
    if not (math.isfinite(of_means.half_width) and of_means.half_width < of_means.value):
        return SobolIndices("noise", (), {}, noise, **counts)

    def indices(rows: Integers) -> tuple[Index, ...]:
        found = _indices(response.mean[rows[kept]], of_means, seed, resamples)
        every = rows[0, 1:-1] == rows[0, -1]  # AB is B itself, with the same noise
        return tuple(Index(ONE, ONE) if whole else index for index, whole in zip(found, every, strict=True))

    return SobolIndices(
        state="found",
        factors=indices(design.factors),
        groups={name: dict(zip(own.names, indices(own.rows), strict=True)) for name, own in design.groupings.items()},
        noise=noise,
        **counts,
    )


def _samples(design: SaltelliDesign | MorrisDesign, response: Response) -> Integers:
    """(sample, point) numbers of the points of each base sample or trajectory."""
    if len(design.points) != len(response.mean):
        raise ValueError(f"{len(design.points)} points and {len(response.mean)} outcomes")
    samples = design.base if isinstance(design, SaltelliDesign) else design.trajectories
    return np.arange(len(design.points), dtype=np.int64).reshape(samples, -1)


def _indices(outcomes: Floats, of_means: Estimate, seed: int, resamples: int) -> tuple[Index, ...]:
    """Indices by SALib of outcomes (sample, A and one AB for each and B), turned into those of the expected outcome."""
    names = [str(number) for number in range(outcomes.shape[1] - 2)]
    found = salib("analyze.sobol").analyze(
        {"num_vars": len(names), "names": names},
        outcomes.ravel(),
        calc_second_order=False,
        num_resamples=resamples,
        seed=2 * seed + 1,  # SALib takes a seed of zero for none
    )

    def turned(value: float, half_width: float, sign: int) -> Estimate:
        """`value` is a multiple of Var f over Var of means, as first order (sign 1) and 1 - total order (sign -1) are."""
        half = math.hypot(of_means.value * half_width, value * of_means.half_width)
        middle = of_means.value * value if sign > 0 else 1 - of_means.value * value
        return Estimate(middle, middle - half, middle + half)

    return tuple(
        Index(turned(float(first), float(first_half), 1), turned(1 - float(total), float(total_half), -1))
        for first, first_half, total, total_half in zip(found["S1"], found["S1_conf"], found["ST"], found["ST_conf"], strict=True)
    )


@dataclass(frozen=True)
class Effect:
    """Elementary effects of a factor, in the output's unit for the whole range of u; they are differences over steps (Morris, 1991)."""

    mu_star: Estimate
    """Mean of their absolute values (Campolongo, Cariboni and Saltelli, 2007, Environmental Modelling and Software 22)."""
    mu: float
    """Their mean."""
    sigma: float
    """Their standard deviation: what other factors, a bend or noise change of the effect."""


@dataclass(frozen=True)
class MorrisEffects:
    """Effects of all factors."""

    state: State
    factors: tuple[Effect, ...]
    """(factor,); empty if too few, all zero if the output is constant."""
    missing: int
    """Points of the design without an outcome."""
    left_out: int
    """Trajectories left out, since a point of theirs is missing."""
    trajectories: int
    """Trajectories kept."""


def morris_effects(design: MorrisDesign, response: Response, seed: int, resamples: int = 1000) -> MorrisEffects:
    """Effects with the 95% interval of mu*: normal, of the standard deviation of a bootstrap over trajectories, by SALib.

    A trajectory with a failed point is left out whole. Noise is not taken off: with own replications it raises mu* and sigma.
    Raises ValueError if response and design are not of the same points; MissingPackageError without SALib.
    """
    samples = _samples(design, response)
    kept = np.isfinite(response.mean[samples]).all(axis=1)
    counts = {"missing": response.missing, "left_out": int((~kept).sum()), "trajectories": int(kept.sum())}
    if counts["trajectories"] < FEWEST_TRAJECTORIES:
        return MorrisEffects("too few", (), **counts)
    chosen, factors = samples[kept].ravel(), design.points.shape[1]
    found = salib("analyze.morris").analyze(
        {"num_vars": factors, "names": [str(number) for number in range(factors)], "groups": None},
        design.points[chosen],
        response.mean[chosen],
        num_levels=design.levels,
        num_resamples=resamples,
        seed=np.random.default_rng(seed),
    )
    rows = zip(*(np.asarray(found[name], dtype=np.float64) for name in ("mu_star", "mu_star_conf", "mu", "sigma")), strict=True)
    effects = tuple(Effect(Estimate(star, star - half, star + half), mu, sigma) for star, half, mu, sigma in np.array(list(rows)).tolist())
    return MorrisEffects("constant" if is_constant(response.mean[chosen]) else "found", effects, **counts)
