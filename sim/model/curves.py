"""The S-curve of spending, as one table that serves accrual, inversion and review."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.model.arrays import Floats, Integers

POINTS = 65_537
"""Table points on [0, 1]; an even power of two of intervals, so that a point's abscissa is exact."""


def curve_table(a: float, b: float) -> Floats:
    """F(x) = 1 - (1 - x^a)^b at even points of [0, 1] (Kumaraswamy 1980, J. Hydrology 46); exactly 0 and 1 at the ends."""
    x = np.arange(POINTS) / (POINTS - 1)
    table = 1.0 - (1.0 - x**a) ** b
    table[0], table[-1] = 0.0, 1.0
    return np.asarray(np.maximum.accumulate(table), dtype=np.float64)


def value(tables: Floats, curve: Integers, x: Floats) -> Floats:
    """F at `x` of [0, 1] by linear interpolation; `curve` numbers the table of each element (same shape as x)."""
    position = x * (POINTS - 1)
    lower = np.minimum(position.astype(np.int64), POINTS - 2)
    left = tables[curve, lower]
    return np.asarray(left + (tables[curve, lower + 1] - left) * (position - lower))


def inverse(tables: Floats, curve: Integers, share: Floats) -> Floats:
    """The least x with F(x) = `share`, on the same table; 0 and 1 are their own inverses."""
    result = np.empty(share.shape)
    abscissa = np.arange(POINTS) / (POINTS - 1)
    for number, table in enumerate(tables):
        chosen = curve == number
        result[chosen] = np.interp(share[chosen], table, abscissa)
    result[share <= 0.0] = 0.0
    result[share >= 1.0] = 1.0
    return result


def value_at(tables: Sequence[float], first: int, x: float) -> float:
    """`value` of one number, to the bit: F at x, on the table that begins at `first` of all tables in a row."""
    position = x * (POINTS - 1)
    lower = min(int(position), POINTS - 2)
    left = tables[first + lower]
    return left + (tables[first + lower + 1] - left) * (position - lower)


def inverse_at(tables: Sequence[float], first: int, share: float) -> float:
    """`inverse` of one number, to the bit."""
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    low, high = 0, POINTS - 1
    while high - low > 1:
        middle = (low + high) // 2
        if tables[first + middle] <= share:
            low = middle
        else:
            high = middle
    step, begun = 1.0 / (POINTS - 1), tables[first + low]
    return step / (tables[first + low + 1] - begun) * (share - begun) + low * step
