"""Arithmetic of cohorts: drawn weights become yuan whose totals hold exactly, in every replication.

Arrays are (replication, member) unless told otherwise; a total is (replication,) or one number for all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.model import machine_code
from sim.model.arrays import Floats, Integers

LEAST_WEIGHT = 2.0**-40
"""A member weighs at least this part of the heaviest: less than a yuan in a thousand bn."""
STEPS = 160
"""Halvings of the search for a level: the 52 bits of a float, and as many again as weights and bounds can be apart."""


def largest_remainder(values: Floats, total: Integers | int) -> Integers:
    """Whole numbers nearest below `values` whose sum is `total`: units left over go to the largest remainders, ties by index.

    The sum of `values` must be within one unit a member of `total`.
    """
    whole = np.floor(values).astype(np.int64)
    missing = np.broadcast_to(np.asarray(total, dtype=np.int64), values.shape[:-1]) - whole.sum(axis=-1)
    order = np.argsort(-(values - whole), axis=-1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.broadcast_to(np.arange(values.shape[-1]), values.shape), axis=-1)
    members = values.shape[-1]
    everyone, some = np.divmod(missing, members)
    return np.asarray(whole + everyone[..., None] + (place < some[..., None]))


def largest_remainders(values: Floats, totals: Sequence[int], counts: Sequence[int]) -> Integers:
    """`largest_remainder` of each part of so many members, (replication, member), with its total."""
    if (fill := machine_code.loop("fill_whole")) and values.size:
        filled = np.empty(values.shape, dtype=np.int64)
        each = np.tile(np.array(totals, dtype=np.int64), len(values))
        fill(values.flatten(), each, np.array(counts, dtype=np.int64), filled.reshape(-1), len(each), len(counts))
        return filled
    parts = np.split(values, np.cumsum(counts)[:-1], axis=1)
    return np.concatenate([largest_remainder(part, total) for part, total in zip(parts, totals, strict=True)], axis=1)


def scaled_to_totals(weights: Floats, low: Floats, high: Floats, totals: Sequence[float], counts: Sequence[int]) -> Floats:
    """`scaled_to_total` of each part of so many members, with its total; the bounds are (replication, member) or the same for all rows."""
    low, high = (np.broadcast_to(bound, weights.shape) for bound in (low, high))
    if (fill := machine_code.loop("fill_scaled")) and weights.size:
        filled = np.empty(weights.shape)
        bounds = (np.ascontiguousarray(bound).reshape(-1) for bound in (low, high))
        each = np.tile(np.array(totals, dtype=np.float64), len(weights))
        fill(weights.flatten(), *bounds, each, np.array(counts, dtype=np.int64), filled.reshape(-1), len(each), len(counts))
        return filled
    weighed, lows, highs = (np.split(columns, np.cumsum(counts)[:-1], axis=1) for columns in (weights, low, high))
    parts = zip(weighed, lows, highs, (np.full(len(weights), total) for total in totals), strict=True)
    return np.concatenate([scaled_to_total(*part) for part in parts], axis=1)


def scaled_to_total(weights: Floats, low: Floats, high: Floats, total: Floats) -> Floats:
    """clip(level x weights, low, high) with the level at which each row's sum is `total`.

    The members at a bound stay there and the rest is scaled until the total holds. The total must lie between the sums of the bounds.
    """
    weights = relative(weights)
    lower, upper = np.zeros(len(weights)), 2 * (high / weights).max(axis=1) + 1  # here every member is at its upper bound
    for _ in range(STEPS):
        level = (lower + upper) / 2
        if ((level <= lower) | (level >= upper)).all():
            break
        short = np.clip(level[:, None] * weights, low, high).sum(axis=1) < total
        lower, upper = np.where(short, level, lower), np.where(short, upper, level)
    scaled = np.clip(upper[:, None] * weights, low, high)
    free = (scaled > low) & (scaled < high)
    missing = total - scaled.sum(axis=1)
    freed = np.where(free, scaled, 0.0).sum(axis=1)
    share = np.divide(missing, freed, out=np.zeros_like(missing), where=freed > 0)
    return np.asarray(np.clip(np.where(free, scaled * (1 + share[:, None]), scaled), low, high))


def relative(weights: Floats) -> Floats:
    """Weights as parts of the greatest of their row, none below LEAST_WEIGHT; all alike where all are nothing."""
    greatest = weights.max(axis=1, keepdims=True)
    parts = np.divide(weights, greatest, out=np.ones_like(weights), where=greatest > 0)
    return np.asarray(np.clip(parts, LEAST_WEIGHT, 1.0))


def dealt(counts: Integers, u: Floats) -> Integers:
    """(replication, member) category of each member: exactly `counts` of each, to the members in the order of their uniforms."""
    category = np.zeros(u.shape, dtype=np.int64)
    if len(counts) == 1:
        return category
    if (fill := machine_code.loop("fill_dealt")) and u.size:
        fill(np.ascontiguousarray(u).reshape(-1), np.ascontiguousarray(counts), category.reshape(-1), len(u), len(counts))
        return category
    order = np.argsort(u, axis=1, kind="stable")
    np.put_along_axis(category, order, np.broadcast_to(np.repeat(np.arange(len(counts)), counts), u.shape), axis=1)
    return category


def shared_counts(shares: Floats, count: int) -> Integers:
    """Whole counts nearest to `shares` of `count`, which they add up to."""
    return np.asarray(largest_remainder(np.asarray(shares)[None, :] / np.sum(shares) * count, count)[0])
