"""Where in the space of factors outcomes of interest lie: boxes found by PRIM, the patient rule induction method.

Friedman and Fisher, 1999, Statistics and Computing 9; as used for scenario discovery by Bryant and Lempert, 2010, Technological Forecasting
and Social Change 77. From the whole space a box is peeled, a share `alpha` of its points at a time, at the end of a factor (or a category
of one that is no number) whose loss raises the density of interest most for each point lost (the objective that Kwakkel and Jaxa-Rozen,
2016, Environmental Modelling and Software 79, find sound for factors of few values).

Which box: of those on the way whose density reaches a threshold, the one of the highest F1, the harmonic mean of coverage and density (van
Rijsbergen, 1979): 2 x interest in the box / (points in the box + all interest). It is highest at the edge of what is dense, where the
highest coverage would take in as much of what is not as the threshold lets. Then its bounds are pasted: each is moved, out or in, to where
F1 is highest while the density stays at the threshold.

Which restrictions: factors go, the least significant first, whose quasi-p is above 0.05, then bounds without which F1 is lower by less
than 0.01.
Which boxes: since a box is chosen where labels happen to be dense, its density on the same points proves nothing. Points are cut in two
halves; a box found in either is tested in the other, and the box of all is kept if the tests together are significant at 0.01.
Further boxes are sought in what is left by those before (covering).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.analysis.boxes import (
    Booleans,
    Choice,
    Column,
    Interval,
    Ranges,
    Restriction,
    Restrictions,
    around,
    contains,
    is_category,
    looser,
    quasi_p,
    satisfies,
    settled,
    without,
)

ALPHA = 0.05
DENSITY = 0.8
LEAST_MASS = 0.05
FEWEST_POINTS = 20
MOST_BOXES = 3
SIGNIFICANT = 0.05
HELPS = 0.01
"""F1 that a bound has to be worth."""
FOUND_ELSEWHERE = 0.01


@dataclass(frozen=True)
class Box:
    """A box. A later one counts only points that no earlier one holds; coverage is of all interest and mass of all points."""

    restrictions: Restrictions
    coverage: float
    """Share of the points of interest that are in it."""
    density: float
    """Share of its points that are of interest."""
    mass: float
    """Share of the points that are in it."""
    quasi_p: Mapping[str, float]
    """By restricted factor: chance of as many points of interest in the box, if its points had the density that the box has without this
    restriction (Bryant and Lempert, 2010); quasi, since the box was chosen for it."""
    p: float
    """Chance of as many points of interest in boxes found in one half of the points and counted in the other, were there no box."""


@dataclass(frozen=True)
class Step:
    """A box on the way of peeling: what a picture of the trade between coverage and density shows."""

    coverage: float
    density: float
    mass: float
    restricted: int
    """Number of restricted factors."""


@dataclass(frozen=True)
class Discovery:
    """Boxes, the first found first; none if no box reaches the density or none is told from chance."""

    boxes: tuple[Box, ...]
    trajectory: tuple[Step, ...]
    """Of the first box, from the whole space on."""
    of_interest: int
    points: int


@dataclass(frozen=True)
class _Points:
    """What PRIM looks at."""

    columns: Mapping[str, Column]
    interest: Booleans

    def at(self, rows: Booleans) -> _Points:
        return _Points({name: column[rows] for name, column in self.columns.items()}, self.interest[rows])

    def f1(self, inside: Booleans) -> float:
        return _f1(int(self.interest[inside].sum()), int(inside.sum()), int(self.interest.sum()))

    def density(self, inside: Booleans) -> float:
        return float(self.interest[inside].mean()) if inside.any() else 0.0


@dataclass(frozen=True)
class Rules:
    """How boxes are sought; defaults are those of the literature."""

    density: float = DENSITY
    """What a box has to reach."""
    alpha: float = ALPHA
    """Share of a box's points that are peeled at a time."""
    least_mass: float = LEAST_MASS
    """Share of all points that a box has at least; never fewer than 20 points."""
    boxes: int = MOST_BOXES


def discover(
    columns: Mapping[str, Column],
    of_interest: Booleans,
    seed: int,
    ranges: Ranges | None = None,
    rules: Rules | None = None,
) -> Discovery:
    """Boxes of `of_interest` (point,) in factors (point,) by name; the seed cuts the points in halves.

    `ranges` are the ends of factors as they were measured: a bound at or beyond an end, as one that leaves no point out, is no restriction.
    Raises ValueError unless there are factors, all columns have a value at every point, `density` is in (0, 1] and `alpha` in (0, 1).
    """
    rules = rules or Rules()
    if not (0 < rules.density <= 1 and 0 < rules.alpha < 1):
        raise ValueError(f"no boxes of density {rules.density}, peeled by {rules.alpha}")
    if not columns:
        raise ValueError("no boxes without factors")
    for name, column in columns.items():
        if column.shape != of_interest.shape or (column.dtype.kind == "f" and not np.isfinite(column).all()):
            raise ValueError(f"{name} has not a value at each of {len(of_interest)} points")
    whole = _Points(columns, of_interest)
    halves = np.random.default_rng(seed).permutation(len(of_interest)) % 2 == 0
    fewest = max(FEWEST_POINTS, math.ceil(rules.least_mass * len(of_interest)))
    left, boxes, trajectory = np.ones(len(of_interest), dtype=bool), list[Box](), tuple[Step, ...]()
    while len(boxes) < rules.boxes and left.sum() >= fewest:
        points = whole.at(left)
        restrictions, steps = _box(points, rules, fewest, ranges or {})
        trajectory = trajectory or steps
        p = _p_elsewhere(points, halves[left], rules, fewest, ranges or {}) if restrictions else 1.0
        if p > FOUND_ELSEWHERE:
            break
        boxes.append(_described(restrictions, points, whole, p))
        left = left & ~contains(restrictions, columns)
    return Discovery(tuple(boxes), trajectory, int(of_interest.sum()), len(of_interest))


def _f1(hits: int, size: int, interest: int) -> float:
    return 2 * hits / (size + interest) if size + interest else 0.0


def _described(restrictions: Restrictions, points: _Points, whole: _Points, p: float) -> Box:
    inside = contains(restrictions, points.columns)
    hits, size = int(points.interest[inside].sum()), int(inside.sum())
    significance = quasi_p(restrictions, points.columns, points.interest)
    return Box(restrictions, hits / int(whole.interest.sum()), hits / size, size / len(whole.interest), significance, p)


def _box(points: _Points, rules: Rules, fewest: int, ranges: Ranges) -> tuple[dict[str, Restriction], tuple[Step, ...]]:
    """Restrictions of the best box of these points, none if there is no box; and the way of peeling."""
    masks, steps = _trajectory(points, rules, fewest)
    dense = [number for number, step in enumerate(steps) if step.density >= rules.density]
    if not dense:
        return {}, steps
    best = max(dense, key=lambda number: points.f1(masks[number]))
    restrictions, pasted = _needed(around(points.columns, masks[best], ranges), points), dict[str, Restriction]()
    while restrictions != pasted:
        pasted = _pasted(restrictions, points, rules, fewest, ranges)
        restrictions = _needed(pasted, points)
    return restrictions if points.density(contains(restrictions, points.columns)) >= rules.density else {}, steps


def _needed(restrictions: dict[str, Restriction], points: _Points) -> dict[str, Restriction]:
    """A box without what can go, one bound at a time."""
    while (fewer := _fewer(restrictions, points)) is not None:
        restrictions = fewer
    return restrictions


def _fewer(restrictions: Restrictions, points: _Points) -> dict[str, Restriction] | None:
    """Without the least significant factor, if it is not significant; else without the bound that is missed least, if little; else None."""
    if not restrictions:
        return None
    significance = quasi_p(restrictions, points.columns, points.interest)
    least = max(significance, key=lambda name: significance[name])
    if significance[least] > SIGNIFICANT:
        return without(restrictions, least)
    fewer = [one for name in restrictions for one in looser(restrictions, name)]
    freed = [points.f1(contains(one, points.columns)) for one in fewer]
    best = int(np.argmax(freed))
    return fewer[best] if points.f1(contains(restrictions, points.columns)) - freed[best] < HELPS else None


def _trajectory(points: _Points, rules: Rules, fewest: int) -> tuple[list[Booleans], tuple[Step, ...]]:
    """Boxes of peeling, each a mask (point,), from all points on."""
    inside = np.ones(len(points.interest), dtype=bool)
    masks = [inside]
    while not points.interest[inside].all() and (peeled := _peeled(points, inside, rules.alpha, fewest)) is not None:
        inside = peeled
        masks.append(inside)
    interest = max(1, int(points.interest.sum()))
    steps = tuple(
        Step(
            coverage=int(points.interest[mask].sum()) / interest,
            density=points.density(mask),
            mass=float(mask.mean()) if len(mask) else 0.0,
            restricted=len(around(points.columns, mask, {})),
        )
        for mask in masks
    )
    return masks, steps


def _peeled(points: _Points, inside: Booleans, alpha: float, fewest: int) -> Booleans | None:
    """The box less its best peel: what raises the density most for each point lost; None if none leaves enough points."""
    rows = np.flatnonzero(inside)
    labels = points.interest[rows]
    hits, size = int(labels.sum()), len(rows)
    best, best_gain = None, -math.inf
    for column in points.columns.values():
        for lost in _peels(column[rows], alpha):
            kept = size - int(lost.sum())
            if fewest <= kept < size:
                gain = ((hits - int(labels[lost].sum())) / kept - hits / size) / (size - kept)
                if gain > best_gain:
                    best, best_gain = rows[~lost], gain
    if best is None:
        return None
    mask = np.zeros(len(inside), dtype=bool)
    mask[best] = True
    return mask


def _peels(values: Column, alpha: float) -> list[Booleans]:
    """What could be peeled by one factor: a share alpha at either end, a whole value at least; or each category."""
    if is_category(values):
        present = sorted(set(values.tolist()))
        return [values == one for one in present] if len(present) > 1 else []
    place, last = int(alpha * len(values)), len(values) - 1
    least, low, high, greatest = np.partition(values, (0, place, last - place, last))[[0, place, last - place, last]]
    return [values < low if low > least else values <= low, values > high if high < greatest else values >= high]


def _pasted(restrictions: Restrictions, points: _Points, rules: Rules, fewest: int, ranges: Ranges) -> dict[str, Restriction]:
    """Each bound in turn moved to where F1 is highest, until none moves; one that comes to bound nothing goes."""
    current = dict(restrictions)
    for _ in range(10):
        before = dict(current)
        for name in before:
            others = contains(without(current, name), points.columns)
            moved = _moved(current.pop(name), points.columns[name], others, points, rules, fewest)
            if (kept := settled(moved, points.columns[name], ranges.get(name))) is not None:
                current[name] = kept
        if current == before:
            break
    return current


def _moved(restriction: Restriction, column: Column, others: Booleans, points: _Points, rules: Rules, fewest: int) -> Restriction:
    """A restriction where F1 is highest, all others held; where it stands if none is better."""
    if isinstance(restriction, Choice):
        return _moved_choice(restriction, column, others, points, rules, fewest)
    for side in ("low", "high"):
        low, high = restriction.low, restriction.high
        if (low if side == "low" else high) is None:
            continue
        fixed = others & satisfies(Interval(None, high) if side == "low" else Interval(low, None), column)
        values, labels = column[fixed], points.interest[fixed]
        order = np.argsort(values if side == "high" else -values, kind="stable")
        values, labels = values[order], labels[order]
        last = np.append(values[1:] != values[:-1], True)
        hits, size = np.cumsum(labels)[last], np.arange(1, len(values) + 1)[last]
        allowed = (size >= fewest) & (hits >= rules.density * size)
        if allowed.any():
            score = np.where(allowed, 2 * hits / (size + points.interest.sum()), -1.0)
            bound = float(values[last][int(np.argmax(score))])
            restriction = Interval(bound, high) if side == "low" else Interval(low, bound)
    return restriction


def _moved_choice(restriction: Choice, column: Column, others: Booleans, points: _Points, rules: Rules, fewest: int) -> Choice:
    """Values taken in or dropped, one at a time, the best first."""

    def score(values: tuple[str, ...]) -> float:
        inside = others & satisfies(Choice(values), column)
        return points.f1(inside) if inside.sum() >= fewest and points.density(inside) >= rules.density else -1.0

    present, current = sorted(set(column.tolist())), restriction.values
    while True:
        changes = [tuple(sorted(set(current) ^ {value})) for value in present]
        best = max((change for change in changes if change), key=score)
        if score(best) <= score(current):
            return Choice(current)
        current = best


def _p_elsewhere(points: _Points, halves: Booleans, rules: Rules, fewest: int, ranges: Ranges) -> float:
    """Binomial test, against the density of all, of boxes found in one half and counted in the other; one if neither half has a box."""
    hits, size = 0, 0
    for half in (halves, ~halves):
        restrictions, _ = _box(points.at(half), rules, max(FEWEST_POINTS // 2, fewest // 2), ranges)
        if restrictions:
            other = points.at(~half)
            inside = contains(restrictions, other.columns)
            hits, size = hits + int(other.interest[inside].sum()), size + int(inside.sum())
    return float(stats.binom.sf(hits - 1, size, points.interest.mean())) if size else 1.0
