"""What the draws do number by number, as plain loops that are compiled together with the kernel; without it arrays do the same.

Rows lie one after another in flat arrays; every function writes into its last one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.model.portfolio import LEAST_WEIGHT, STEPS

FIRST, SECOND = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
FIRST_STEP, SECOND_STEP = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
WORD, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
DROPPED, ODD = np.uint64(11), np.uint64(1)
ROUNDS = 10
NEWTON_STEPS = 60
UNSURE = 2.0**-100
"""A level that is a smaller part of the greatest possible is not found by so many halvings."""
PARTIALS = 64
"""Numbers that do not overlap: as many as doubles of all sizes have places for, and more."""
LEAF = 128
"""Numbers that are added in eight sums, as numpy has it."""


def fill_uniforms(keys: Any, times: Any, replications: Any, seed: Any, drawn: Any, rows: int, many: int) -> None:
    """`streams.uniforms`: (replication, key), of so many `rows` and keys; `times` are the keys' occurrences, `seed` two words.

    Philox4x32-10, see `streams.philox4x32`. Words are cut to what they are before they are multiplied: a compiler that sees how short they
    are makes several uniforms at once.
    """
    for row in range(rows):
        for one in range(many):
            a, b, c, d = keys[one] & WORD, keys[one] >> HALF, replications[row], times[one]
            low, high = seed[0], seed[1]
            for _ in range(ROUNDS):
                left, right = (a & WORD) * FIRST, (c & WORD) * SECOND
                a, b = (right >> HALF) ^ b ^ low, right & WORD
                c, d = (left >> HALF) ^ d ^ high, left & WORD
                low, high = (low + FIRST_STEP) & WORD, (high + SECOND_STEP) & WORD
            drawn[row * many + one] = np.float64(np.int64((((b << HALF) | a) >> DROPPED) | ODD)) * 2.0**-53


def fill_scaled(weights: Any, low: Any, high: Any, totals: Any, counts: Any, scaled: Any, parts: int, many: int) -> None:
    """`portfolio.scaled_to_totals` of `parts`, whose `many` counts come again in every row, to the bit; writes over the weights."""
    first = 0
    for part in range(parts):
        members = counts[part % many]
        if members > 0:
            make_relative(weights, first, members)
            level = level_of(weights, low, high, totals[part], first, members, scaled)
            scale(weights, low, high, totals[part], first, members, level, scaled)
        first += members


def make_relative(weights: Any, first: int, members: int) -> None:
    """`portfolio.relative` of one row."""
    greatest = weights[first]
    for one in range(first, first + members):
        greatest = max(greatest, weights[one])
    for one in range(first, first + members):
        part = weights[one] / greatest if greatest > 0 else 1.0
        weights[one] = min(max(part, LEAST_WEIGHT), 1.0)


def level_of(weights: Any, low: Any, high: Any, total: float, first: int, members: int, scaled: Any) -> float:
    """The least level at which a row's sum, as it is rounded, is not short of `total`: what halvings find, by Newton's method and then
    by the few halvings that are left."""
    most = 0.0
    for one in range(first, first + members):
        most = max(most, high[one] / weights[one])
    most = 2 * most + 1
    level = near_level(weights, low, high, total, first, members, most)
    width = level * 2.0**-51
    if is_short(weights, low, high, total, first, members, level, scaled):
        lower, upper = level, min(level + width, most)
        while upper < most and is_short(weights, low, high, total, first, members, upper, scaled):
            width = width * 4
            lower, upper = upper, min(level + width, most)
    else:
        lower, upper = max(level - width, 0.0), level
        while lower > 0 and not is_short(weights, low, high, total, first, members, lower, scaled):
            width = width * 4
            lower, upper = max(level - width, 0.0), lower
    if lower <= most * UNSURE:
        lower, upper = 0.0, most
    for _ in range(STEPS):
        level = (lower + upper) / 2
        if level <= lower or level >= upper:
            break
        if is_short(weights, low, high, total, first, members, level, scaled):
            lower = level
        else:
            upper = level
    return upper


def near_level(weights: Any, low: Any, high: Any, total: float, first: int, members: int, most: float) -> float:
    """The level but for rounding: Newton's method on a line with corners, which halves where it would leave what is known."""
    lower, upper, whole = 0.0, most, 0.0
    for one in range(first, first + members):
        whole += weights[one]
    level = min(total / whole, most / 2)
    for _ in range(NEWTON_STEPS):
        reached, slope = 0.0, 0.0
        for one in range(first, first + members):
            value = level * weights[one]
            slope += weights[one] if low[one] <= value < high[one] else 0.0
            reached += min(max(value, low[one]), high[one])
        if reached < total:
            lower = level
        else:
            upper = level
        following = level + (total - reached) / slope if slope > 0 else upper
        if abs(following - level) <= level * 2.0**-50:
            break
        level = following if lower < following < upper else (lower + upper) / 2
    return level


def is_short(weights: Any, low: Any, high: Any, total: float, first: int, members: int, level: float, scaled: Any) -> bool:
    """Whether a row's sum at a level is below the total; leaves the numbers in `scaled`."""
    for one in range(first, first + members):
        scaled[one] = min(max(level * weights[one], low[one]), high[one])
    return row_sum(scaled, first, members) < total


def scale(weights: Any, low: Any, high: Any, total: float, first: int, members: int, level: float, scaled: Any) -> None:
    """One row at its level; what is missing is spread over those that are at no bound."""
    is_short(weights, low, high, total, first, members, level, scaled)
    missing = total - row_sum(scaled, first, members)
    for one in range(first, first + members):
        weights[one] = scaled[one] if low[one] < scaled[one] < high[one] else 0.0
    freed = row_sum(weights, first, members)
    share = missing / freed if freed > 0 else 0.0
    for one in range(first, first + members):
        if low[one] < scaled[one] < high[one]:
            scaled[one] = min(max(scaled[one] * (1 + share), low[one]), high[one])


def row_sum(values: Any, first: int, members: int) -> float:
    """The sum of a row, added up in the order in which numpy does it: in pairs of halves, and eight sums side by side within each."""
    if members <= LEAF:
        return leaf_sum(values, first, members)
    half = members // 2
    half -= half % 8
    return row_sum(values, first, half) + row_sum(values, first + half, members - half)


def leaf_sum(values: Any, first: int, members: int) -> float:
    """A sum of at most `LEAF` numbers."""
    if members < 8:
        short = 0.0
        for one in range(first, first + members):
            short += values[one]
        return short
    a, b, c, d = values[first], values[first + 1], values[first + 2], values[first + 3]
    e, f, g, h = values[first + 4], values[first + 5], values[first + 6], values[first + 7]
    for one in range(first + 8, first + members - members % 8, 8):
        a, b, c, d = a + values[one], b + values[one + 1], c + values[one + 2], d + values[one + 3]
        e, f, g, h = e + values[one + 4], f + values[one + 5], g + values[one + 6], h + values[one + 7]
    whole = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for one in range(first + members - members % 8, first + members):
        whole += values[one]
    return float(whole)


def fill_whole(values: Any, totals: Any, counts: Any, whole: Any, parts: int, many: int) -> None:
    """`portfolio.largest_remainders` of parts as in `fill_scaled`; writes the remainders over the values."""
    first = 0
    for part in range(parts):
        members, missing = counts[part % many], totals[part]
        for one in range(first, first + members):
            below = math.floor(values[one])
            whole[one] = below
            values[one] -= below
            missing -= whole[one]
        everyone = missing // members if members > 0 else 0
        least, ties = least_of_largest(values, first, members, missing - everyone * members)
        for one in range(first, first + members):
            whole[one] += everyone
            if values[one] > least:
                whole[one] += 1
            elif values[one] == least and ties > 0:
                whole[one] += 1
                ties -= 1
        first += members


def least_of_largest(values: Any, first: int, members: int, many: int) -> tuple[float, int]:
    """Of numbers in [0, 1): one that so many of them exceed; or the one that fewer do, and how many that are as large are wanted too."""
    lower, upper, above = -1.0, 1.0, 0
    while many > 0:
        middle = (lower + upper) / 2
        if middle <= lower or middle >= upper:
            return upper, many - above
        more = 0
        for one in range(first, first + members):
            more += values[one] > middle
        if more == many:
            return middle, 0
        if more > many:
            lower = middle
        else:
            upper, above = middle, more
    return 1.0, 0


def fill_dealt(u: Any, counts: Any, category: Any, rows: int, categories: int) -> None:
    """`portfolio.dealt`: by the members' uniforms, all categories after the first being a step up for those whose uniforms are larger."""
    members = 0
    for one in range(categories):
        members += counts[one]
    for row in range(rows):
        first, many = row * members, members
        for one in range(first, first + members):
            category[one] = 0
        for step in range(categories - 1):
            many -= counts[step]
            least, ties = least_of_largest(u, first, members, many)
            for one in range(first + members - 1, first - 1, -1):
                if u[one] > least:
                    category[one] += 1
                elif u[one] == least and ties > 0:
                    category[one] += 1
                    ties -= 1


def fill_sums(values: Any, partials: Any, sums: Any, rows: int, members: int) -> None:
    """`math.fsum` of every row: the exact sum, rounded once. `partials` is room for `PARTIALS`.

    The exact sum is kept as numbers that do not overlap (Shewchuk 1997, Discrete & Computational Geometry 18).
    """
    for row in range(rows):
        many = 0
        for one in range(row * members, (row + 1) * members):
            many = add_exactly(partials, many, values[one])
        sums[row] = rounded_sum(partials, many)


def add_exactly(partials: Any, many: int, number: float) -> int:
    """Add a number to a sum of so many partials; how many these are then."""
    kept = 0
    for one in range(many):
        whole = number + partials[one]
        added = whole - number
        rest, number = (number - (whole - added)) + (partials[one] - added), whole
        if rest != 0.0:
            partials[kept] = rest
            kept += 1
    partials[kept] = number
    return kept + 1


def rounded_sum(partials: Any, many: int) -> float:
    """The sum of partials, from the largest on; where that is half way between two numbers, what is left decides."""
    place, whole, rest = many - 1, 0.0, 0.0
    if many > 0:
        whole = partials[place]
    while place > 0 and rest == 0.0:
        place -= 1
        number = whole + partials[place]
        rest = partials[place] - (number - whole)
        whole = number
    if place > 0 and ((rest > 0.0 and partials[place - 1] > 0.0) or (rest < 0.0 and partials[place - 1] < 0.0)):
        further = whole + 2.0 * rest
        if further - whole == 2.0 * rest:
            whole = further
    return whole
