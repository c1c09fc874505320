"""Which factors an output's variance rests on, told from any sample of independent factors: no design is needed.

All shares are of the variance of one replication's outcome, Var f + E s^2 (see `response`). Divided by 1 - noise they are of the expected
outcome, as Sobol indices are.

First order, Var E[y | x_i]: points are put into cells of equal count along a factor, and the variance between cells is taken (Plischke,
Borgonovo and Smith, 2013, European J. Operational Research 226), less what cells of that size differ by chance: the epsilon-squared of
the analysis of variance, Var y - (mean square within cells) (Kelley, 1935, Proceedings of the National Academy of Sciences 21). There are
sqrt(n) cells, 100 at most; a factor of fewer distinct values has a cell for each. What the expectation varies within a cell is not seen.

Intervals are normal. The standard error is that of the efficient influence function 2 y g - g^2 - S y^2 over Var y, with g the cell's mean,
both centred (Da Veiga and Gamboa, 2013, J. Nonparametric Statistics 25), and in quadrature what the cells' chance adds where there is no
effect, of variance 2 cells (mean square within)^2 / n^2. A sum of shares has the sum of their influence functions.

With common replications everything is of the mean over these few, and what other replications would have made of it no sample of points can
show; only the interval of E s^2 allows for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.response import Estimate, Floats, Integers, Response, State, Z, is_constant
from sim.sampling.designs import Grouping

FEWEST_POINTS = 40
MOST_CELLS = 100
DEGREES = 5
"""Highest degree of a polynomial."""
POINTS_A_TERM = 20
"""Points for each term of the model of main effects."""
PAIR_ERROR = 0.05
"""Standard error of the share of interactions that chance alone may make: as many terms are taken as keep to it."""


@dataclass(frozen=True)
class GroupShare:
    """What a group's factors explain together; the truth, Var E[y | all of the group], is `with_pairs` or more, but for its error."""

    main: Estimate
    """Sum of their first order indices: what they explain without any interaction."""
    with_pairs: Estimate
    """And the interactions of two factors of the group, as far as products of two polynomials show them; not of three, none with others."""


@dataclass(frozen=True)
class GivenDataIndices:
    """Shares of the variance of one replication's outcome."""

    state: State
    factors: tuple[Estimate, ...]
    """(factor,) first order; empty unless found, as is the rest."""
    groups: Mapping[str, Mapping[str, GroupShare]]
    """Grouping -> group -> its share."""
    noise: Estimate | None
    """Of replications; None where every point has one, or nothing was found."""
    rest: Estimate | None
    """One less all first orders and the noise: interactions of factors; where noise is None, interactions and noise together."""
    points: int
    """Points with an outcome and all coordinates."""
    missing: int
    """Points without."""


@dataclass(frozen=True)
class _Part:
    """A share of the variance, the influence of each point on it, and what else its variance is made of."""

    share: float
    influence: Floats
    chance: float = 0.0
    """Variance that finite cells or terms add where there is no effect."""
    by_noise: float = 0.0
    """What a relative error of E s^2, the same at all points, changes of the share."""

    def __add__(self, other: _Part) -> _Part:
        return _Part(
            self.share + other.share,
            self.influence + other.influence,
            self.chance + other.chance,
            self.by_noise + other.by_noise,
        )

    def estimate(self, shared_error: float) -> Estimate:
        """The share with its interval."""
        variance = float(np.var(self.influence)) / len(self.influence) + self.chance + (self.by_noise * shared_error) ** 2
        return Estimate(self.share, self.share - Z * math.sqrt(variance), self.share + Z * math.sqrt(variance))


def given_data_indices(points: Floats, response: Response, groupings: Mapping[str, Grouping]) -> GivenDataIndices:
    """First orders, shares of groups and of noise, of `points` (point, factor), a random sample of independent factors.

    Only the order of a factor's values counts, and which are equal: one of k listed values has to have k values here. Points without an
    outcome or a coordinate are left out. For points more even than random, of a Latin hypercube or a Sobol sequence, intervals are
    rather too wide.
    Raises ValueError unless points and response are of the same points.
    """
    if len(points) != len(response.mean):
        raise ValueError(f"{len(points)} points and {len(response.mean)} outcomes")
    known = np.isfinite(response.mean) & np.isfinite(points).all(axis=1)
    counts = {"points": int(known.sum()), "missing": int((~known).sum())}
    if counts["points"] < FEWEST_POINTS:
        return GivenDataIndices("too few", (), {}, None, None, **counts)
    points, response = points[known], response.at(known)
    if is_constant(response.mean):
        return GivenDataIndices("constant", (), {}, None, None, **counts)
    y = response.mean - response.mean.mean()
    noise = response.noise()
    squares = y**2 + (0.0 if noise is None else noise - response.noise_left())
    of_noise = None if noise is None else _of_noise(noise, squares)
    noise_share = of_noise.share if of_noise else 0.0
    parts = [replace(part, by_noise=-part.share * noise_share) for part in (_first_order(column, y, squares) for column in points.T)]
    pairs = _Pairs(points, y, squares)
    error = response.shared_error()

    def share(members: Sequence[int]) -> GroupShare:
        main = _sum(len(y), [parts[member] for member in members])
        both = pairs.of(members)
        return GroupShare(main.estimate(error), (main + replace(both, by_noise=-both.share * noise_share)).estimate(error))

    explained = _sum(len(y), [*parts, *([of_noise] if of_noise else [])])
    return GivenDataIndices(
        state="found",
        factors=tuple(part.estimate(error) for part in parts),
        groups={name: {group: share(members) for group, members in grouping.items()} for name, grouping in groupings.items()},
        noise=of_noise.estimate(error) if of_noise else None,
        rest=replace(explained, share=1 - explained.share).estimate(error),
        **counts,
    )


def cells(values: Floats) -> Integers:
    """(point,) number of the cell of each value (point,): one for each distinct value if these are few, else of about equal count."""
    distinct, numbers = np.unique(values, return_inverse=True)
    most = min(round(math.sqrt(len(values))), MOST_CELLS)
    if len(distinct) <= most:
        return np.asarray(numbers, dtype=np.int64)
    edges = np.unique(np.quantile(values, np.arange(1, most) / most))
    return np.unique(np.searchsorted(edges, values, side="right"), return_inverse=True)[1].astype(np.int64)


def _sum(points: int, parts: Sequence[_Part]) -> _Part:
    return sum(parts, start=_Part(0.0, np.zeros(points)))


def _of_noise(noise: Floats, squares: Floats) -> _Part:
    """Share of E s^2, of s^2 (point,) and what has the variance as its mean (point,)."""
    variance = squares.mean()
    share = float(noise.mean() / variance)
    return _Part(share, (noise - share * squares) / variance, by_noise=share * (1 - share))


def _first_order(values: Floats, y: Floats, squares: Floats) -> _Part:
    """First order of one factor, (point,) each; y centred."""
    n, numbers = len(y), cells(values)
    count = np.bincount(numbers)
    means = (np.bincount(numbers, weights=y) / count)[numbers]
    within = float(np.sum((y - means) ** 2)) / (n - len(count))
    variance = float(squares.mean())
    share = (float(np.sum(y**2)) / (n - 1) - within) / variance
    influence = (2 * y * means - means**2 - share * squares) / variance
    return _Part(share, influence, chance=2 * (len(count) - 1) * (within / n / variance) ** 2)


class _Pairs:
    """Interactions of two factors of a group: variances of products of polynomials, which are orthonormal as factors are independent.

    A coefficient is E[y p_i(x_i) p_j(x_j)], and its square is estimated without bias by leaving out the products of a point with itself
    (U-statistic; Hoeffding, 1948). Main effects are taken off before, each point's by a fit to the others, to lower its error.
    """

    def __init__(self, points: Floats, y: Floats, squares: Floats) -> None:
        self._bases = [polynomials(column) for column in points.T]
        self._squares = squares
        degrees = min(DEGREES, max(1, len(y) // (POINTS_A_TERM * max(1, len(self._bases)))))
        model, _ = np.linalg.qr(np.hstack([np.ones((len(y), 1)), *(basis[:, :degrees] for basis in self._bases)]))
        self._rest = (y - model @ (model.T @ y)) / np.maximum(1 - np.sum(model**2, axis=1), 0.1)

    def of(self, members: Sequence[int]) -> _Part:
        """Share of the variance that is in the interactions of two of these factors."""
        rest, n, variance = self._rest, len(self._rest), float(self._squares.mean())
        pairs = [(one, other) for place, one in enumerate(members) for other in members[place + 1 :]]
        degrees = min(DEGREES, max(1, math.floor(PAIR_ERROR * n / math.sqrt(2 * max(1, len(pairs))))))
        total, terms, shape = 0.0, 0, np.zeros(n)
        for one, other in pairs:
            left, right = self._bases[one][:, :degrees], self._bases[other][:, :degrees]
            sums = (left * rest[:, None]).T @ right
            own = (left**2 * (rest**2)[:, None]).T @ right**2
            total += float(np.sum(sums**2 - own)) / (n * (n - 1))
            shrunk = sums / n * np.maximum(0.0, 1 - own / np.maximum(sums**2, 1e-300))
            shape += np.sum((left @ shrunk) * right, axis=1)
            terms += sums.size
        share = total / variance
        influence = (2 * rest * shape - share * self._squares) / variance
        return _Part(share, influence, chance=2 * terms * (float(np.mean(rest**2)) / n / variance) ** 2)


def polynomials(values: Floats) -> Floats:
    """(point, degree) polynomials of degrees 1 to 5 of values (point,), mean 0, variance 1 and uncorrelated over the points.

    Fewer where the values have fewer than six distinct ones: of k values polynomials up to degree k - 1 make any function.
    """
    distinct = np.unique(values)
    degrees = min(DEGREES, len(distinct) - 1)
    scaled = 2 * (values - distinct[0]) / (distinct[-1] - distinct[0] or 1.0) - 1
    basis, _ = np.linalg.qr(np.polynomial.legendre.legvander(scaled, degrees))
    return np.asarray(basis[:, 1:] * math.sqrt(len(values)))
