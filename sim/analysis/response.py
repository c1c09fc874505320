"""What a model gave at the points of a design: means over replications, and how much of their variance is the noise of replications.

A stochastic model is y = f(x) + e: its outcome in one replication is its expected outcome f at the point x plus what chance does there,
of variance s^2(x). One replication's variance over points and chance is Var f + E s^2 (law of total variance), and E s^2 over it is the
share of chance: the total index of the seed taken as a factor (Iooss and Ribatet, 2009, Reliability Engineering and System Safety 94;
Marrel, Iooss, Da Veiga and Ribatet, 2012, Statistics and Computing 22).

A mean of r replications still holds noise of variance s^2 / r. Where every point has replications of its own, it is independent from point
to point and is taken off: Var f = Var of the means - E s^2 / r. Where all points have the same replications (common random numbers), the
means are a function of the factors alone and nothing is taken off: indices are of the mean over these replications. Noise that is the same
everywhere then cancels; noise that changes with the factors stays in, at most E s^2 / r of it on average.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Z = 1.959963984540054
"""Standard errors that a 95% interval reaches to each side."""
CONSTANT = 1e-12
"""Spread of outcomes, relative to the largest of them, that counts as rounding."""

State = Literal["found", "constant", "too few", "noise"]
"""Whether there are indices; if not, because the output does not vary, too few points have an outcome, or the means vary no more than the
noise left in them would make them."""


@dataclass(frozen=True)
class Estimate:
    """An estimate and its 95% confidence interval; an unbiased estimate of a share may lie a little below 0 or above 1."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Response:
    """One output at all points of a design, each array (point,)."""

    mean: Floats
    """Over the replications of a point; NaN where the point failed or the output is not defined."""
    sd: Floats
    """Sample standard deviation over the replications of a point (divisor r - 1), in the output's unit; NaN where there is one."""
    replications: Integers
    common: bool
    """Whether all points were run with the same replications (common random numbers); else each has its own."""

    def __post_init__(self) -> None:
        if not self.mean.shape == self.sd.shape == self.replications.shape == (len(self.mean),):
            raise ValueError("means, standard deviations and replications are not of the same points")

    @property
    def missing(self) -> int:
        """Points without an outcome."""
        return int(np.isnan(self.mean).sum())

    def at(self, points: Integers | NDArray[np.bool_]) -> Response:
        """The response at some of the points."""
        return Response(self.mean[points], self.sd[points], self.replications[points], self.common)

    def noise(self) -> Floats | None:
        """(point,) variance of one replication, s^2; where a point has one replication, the mean of the others; None if all have one."""
        known = np.isfinite(self.sd) & np.isfinite(self.mean)
        if not known.any():
            return None
        return np.where(known, self.sd, math.sqrt(float(np.mean(self.sd[known] ** 2)))) ** 2

    def noise_left(self) -> Floats:
        """(point,) variance of the independent noise that the mean still holds, s^2 / r; zero with common replications or s unknown."""
        noise = self.noise()
        if self.common or noise is None:
            return np.zeros(len(self.mean))
        return noise / np.maximum(self.replications, 1)

    def shared_error(self) -> float:
        """Relative standard error of E s^2 that no resampling of points can show.

        Common replications are the same few draws at every point: if the noise is normal and the same everywhere, every s^2 is off by the
        same factor, chi-squared with r - 1 degrees of freedom over r - 1, of standard deviation sqrt(2 / (r - 1)). That is the worst case.
        """
        repeated = self.replications[np.isfinite(self.sd) & np.isfinite(self.mean)]
        return math.sqrt(2 / (float(np.median(repeated)) - 1)) if self.common and len(repeated) else 0.0


def response_of(outcomes: Floats, common: bool) -> Response:
    """The response of outcomes (point, replication); a replication without an outcome is NaN, a point with none has failed."""
    known = np.isfinite(outcomes)
    count = known.sum(axis=1)
    total = np.where(known, outcomes, 0.0).sum(axis=1)
    mean = np.divide(total, count, out=np.full(len(outcomes), np.nan), where=count > 0)
    squares = np.where(known, (outcomes - mean[:, None]) ** 2, 0.0).sum(axis=1)
    sd = np.sqrt(np.divide(squares, count - 1, out=np.full(len(outcomes), np.nan), where=count > 1))
    return Response(mean, sd, count.astype(np.int64), common)


def is_constant(outcomes: Floats) -> bool:
    """Whether outcomes differ by rounding at most."""
    return bool(np.ptp(outcomes) <= CONSTANT * np.abs(outcomes).max())


@dataclass(frozen=True)
class Noise:
    """What chance does, apart from the factors."""

    share: Estimate
    """Of the variance of one replication's outcome: E s^2 / (Var f + E s^2)."""
    of_means: Estimate
    """Variance of the points' means over Var f, one where nothing is taken off; indices of the means times this are indices of f."""
    left: float
    """E s^2 / r over the variance of the means: what is taken off, or with common replications at most stays in, on average."""


def noise_over_samples(base: Response, samples: Integers, seed: int, resamples: int) -> Noise | None:
    """Noise with intervals by a bootstrap over base samples; None where every point has one replication.

    `samples` (sample, point) holds the numbers of the points of each base sample, all of which have an outcome. The first and the last are
    independent of each other and give Var of the means; all give E s^2.
    """
    noise = base.noise()
    if noise is None:
        return None
    outer = base.mean[samples[:, [0, -1]]]
    outer = outer - outer.mean()
    parts = np.stack(
        [outer.mean(axis=1), (outer**2).mean(axis=1), noise[samples].mean(axis=1), base.noise_left()[samples].mean(axis=1)], axis=1
    )
    picks = np.random.default_rng(seed).integers(len(samples), size=(resamples, len(samples)))
    weights = np.stack([np.bincount(pick, minlength=len(samples)) for pick in picks]) / len(samples)
    whole = parts.mean(axis=0)
    share, of_means = (float(one) for one in _ratios(whole))
    shares, ratios = _ratios((weights @ parts).T)
    error = math.hypot(float(np.std(shares, ddof=1)), share * (1 - share) * base.shared_error())
    spread = float(np.std(ratios, ddof=1)) if np.isfinite(ratios).all() else math.inf
    return Noise(
        Estimate(share, max(0.0, share - Z * error), min(1.0, share + Z * error)),
        Estimate(of_means, of_means - Z * spread, of_means + Z * spread),
        float(np.mean((noise / np.maximum(base.replications, 1))[samples]) / (whole[1] - whole[0] ** 2)),
    )


def _ratios(parts: Floats) -> tuple[Floats, Floats]:
    """Share of noise, and Var of means over Var f (infinite where noise alone explains the means), of (part, ...) means."""
    variance = parts[1] - parts[0] ** 2
    of_f = np.maximum(variance - parts[3], 0.0)
    return parts[2] / (of_f + parts[2]), np.divide(variance, of_f, out=np.full_like(variance, np.inf), where=of_f > 0)
