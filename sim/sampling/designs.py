"""Designs of experiments: the points at which a model is to be run, in the unit cube, one axis a factor.

Every design is a pure function of its size and seed. What a coordinate u means is the study's affair: a quantile of a distribution, a
share of a range, or one of k listed values, of which u chooses the one numbered floor(k u) (the last where u is 1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from sim.errors.packages import salib
from sim.sampling.streams import keys_of, uniforms

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Grouping = Mapping[str, Sequence[int]]
"""Name of a group -> numbers of its factors, from 0; no factor stands in two groups of one grouping."""

LEAST = 2.0**-31
"""What a random coordinate keeps from 0 and from 1, where the quantiles of many distributions are infinite: half a step of scipy's Sobol
sequence."""


@dataclass(frozen=True)
class GroupRows:
    """Where a design has what SALib wants of one grouping."""

    names: tuple[str, ...]
    rows: Rows
    """(base, group + 2) numbers of points: A, one AB for each group, B. Read row by row this is the order of SALib."""


@dataclass(frozen=True)
class SaltelliDesign:
    """A, B and AB matrices (Saltelli and others, 2010): all points of a base sample stand together, so a larger design of the same factors,
    groupings and seed begins with the smaller one."""

    points: Floats
    """(point, factor) in (0, 1)."""
    base: int
    """Number of base samples, rows of A."""
    factors: Rows
    """(base, factor + 2) numbers of points: A, one AB for each factor, B."""
    groupings: Mapping[str, GroupRows]


@dataclass(frozen=True)
class MorrisDesign:
    """Trajectories of one step per factor (Morris, 1991)."""

    points: Floats
    """(point, factor) on the levels i / (levels - 1), 0 and 1 among them; trajectories one after another, of factors + 1 points."""
    trajectories: int
    levels: int


def grid(levels: Sequence[int]) -> Floats:
    """(point, factor) every combination of levels[i] levels of factor i, the last factor fastest; level j of k is (j + 1/2) / k.

    Raises ValueError for a factor without levels.
    """
    if any(count < 1 for count in levels):
        raise ValueError(f"a factor of a grid has one level or more, not {list(levels)}")
    axes = [(np.arange(count) + 0.5) / count for count in levels]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes)) if axes else np.empty((1, 0))


def latin_hypercube(factors: int, points: int, seed: int) -> Floats:
    """(point, factor) a Latin hypercube sample (McKay, Beckman and Conover, 1979): each factor once in each of `points` equal cells."""
    sample = qmc.LatinHypercube(factors, seed=np.random.default_rng(seed)).random(points)
    return _open(sample)


def independent(names: Sequence[str], points: int, seed: int, first: int = 0) -> Floats:
    """(point, factor) plain uniforms of the points numbered from `first`: an ordinary Monte Carlo sample.

    Each is addressed by the number of its point and the name of its factor, so a sample of a hundred thousand points begins with that of a
    thousand, and another factor changes nothing of the others.
    """
    return uniforms(seed, np.arange(first, first + points, dtype=np.int64), keys_of("factor", tuple(names), "design"))


def saltelli_points(factors: int, groupings: Mapping[str, Grouping], base: int) -> int:
    """Number of points of a Saltelli design: base x (2 + the distinct sets of factors that are exchanged, other than the set of all)."""
    return base * (2 + len(_exchanged(factors, groupings)))


def saltelli(factors: int, groupings: Mapping[str, Grouping], base: int, seed: int) -> SaltelliDesign:
    """The design of first and total order indices, of `factors` factors and of the groups of every grouping, which share A and B.

    A and B come from SALib's sampler of a scrambled Sobol sequence (Owen scrambling; Saltelli and others, 2010, Computer Physics
    Communications 181; Jacques, Lavergne and Devictor, 2006, for groups). AB of a factor or group is A with its columns of B. A group of
    one factor has that factor's AB, and the group of all factors has B, so neither costs points.
    Raises ValueError unless base is a power of two, there is a factor, and groups are of factors, each in one group at most;
    MissingPackageError without SALib.
    """
    if base < 1 or base & (base - 1):
        raise ValueError(f"the base of a Saltelli design is a power of two, not {base}")
    sets = _exchanged(factors, groupings)
    a, b = _base_matrices(factors, base, seed)
    block = 2 + len(sets)
    points = np.empty((base, block, factors))
    points[:, 0], points[:, -1] = a, b
    for place, exchanged in enumerate(sets, start=1):
        columns = np.isin(np.arange(factors), list(exchanged))
        points[:, place] = np.where(columns, b, a)
    places = {exchanged: place for place, exchanged in enumerate(sets, start=1)} | {frozenset(range(factors)): block - 1}
    starts = block * np.arange(base, dtype=np.int64)[:, None]

    def rows(exchanged: Sequence[frozenset[int]]) -> Rows:
        return starts + np.array([0, *(places[one] for one in exchanged), block - 1], dtype=np.int64)

    return SaltelliDesign(
        points=points.reshape(-1, factors),
        base=base,
        factors=rows([frozenset({number}) for number in range(factors)]),
        groupings={
            name: GroupRows(tuple(grouping), rows([frozenset(members) for members in grouping.values()]))
            for name, grouping in groupings.items()
        },
    )


def morris(factors: int, trajectories: int, levels: int, seed: int) -> MorrisDesign:
    """Trajectories by SALib's sampler, none left out for others (Morris, 1991, Technometrics 33); a step is levels / (2 (levels - 1)) of u.

    A factor on an unbounded distribution has no value at u = 0 and u = 1, which are levels: its caller cuts the tails off.
    Raises ValueError unless there are factors and trajectories and the number of levels is even; MissingPackageError without SALib.
    """
    if factors < 1 or trajectories < 1 or levels < 2 or levels % 2:
        raise ValueError(f"no Morris design of {factors} factors, {trajectories} trajectories and {levels} levels; levels are even")
    sample = salib("sample.morris").sample(
        _problem(factors), trajectories, num_levels=levels, local_optimization=False, seed=np.random.default_rng(seed)
    )
    steps = levels - 1
    return MorrisDesign(np.rint(np.asarray(sample, dtype=np.float64) * steps) / steps, trajectories, levels)


def _exchanged(factors: int, groupings: Mapping[str, Grouping]) -> list[frozenset[int]]:
    """The sets of factors whose columns are exchanged, each once: the factors in order, then the groups; the set of all is B itself."""
    if factors < 1:
        raise ValueError(f"a design has one factor or more, not {factors}")
    wanted = [frozenset({number}) for number in range(factors)]
    for name, grouping in groupings.items():
        members = [number for group in grouping.values() for number in group]
        if len(set(members)) < len(members) or not all(grouping.values()) or not set(members) <= set(range(factors)):
            raise ValueError(f"the groups of {name} are not of {factors} factors, each in one group at most: {dict(grouping)}")
        wanted += [frozenset(group) for group in grouping.values()]
    return [one for one in dict.fromkeys(wanted) if len(one) < factors]


def _base_matrices(factors: int, base: int, seed: int) -> tuple[Floats, Floats]:
    """(base, factor) A and B as SALib's sampler has them, asked for the first factor and the rest, since it copies number by number."""
    problem = _problem(factors) | {"groups": ["first", *["rest"] * (factors - 1)]}
    sample = salib("sample.sobol").sample(problem, base, calc_second_order=False, seed=np.random.default_rng(seed))
    block = len(sample) // base
    return _open(np.asarray(sample[::block], dtype=np.float64)), _open(np.asarray(sample[block - 1 :: block], dtype=np.float64))


def _problem(factors: int) -> dict[str, object]:
    """Factors as SALib has them told."""
    return {"num_vars": factors, "names": [f"factor {number}" for number in range(factors)], "bounds": [[0.0, 1.0]] * factors}


def _open(points: Floats) -> Floats:
    """Coordinates without 0 and 1."""
    return np.clip(points, LEAST, math.nextafter(1.0, 0.0))
