"""The S-curve of spending, as one table that serves accrual, inversion and review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.model import machine_code
from sim.model.basis import Floats, Integers

POINTS = 65_537
"""Table points on [0, 1]; an even power of two of intervals, so that a point's abscissa is exact."""

MARKS = 4_096
"""Even parts of [0, 1] in which inverses are looked for."""

NEAR = 64
"""Points so near to each other that the curve is a line between them, but for a point or two."""


def curve_table(a: float, b: float) -> Floats:
    """F(x) = 1 - (1 - x^a)^b at even points of [0, 1] (Kumaraswamy 1980, J. Hydrology 46); exactly 0 and 1 at the ends."""
    x = np.arange(POINTS) / (POINTS - 1)
    table = 1.0 - (1.0 - x**a) ** b
    table[0], table[-1] = 0.0, 1.0
    return np.asarray(np.maximum.accumulate(table), dtype=np.float64)


def value(tables: Floats, curve: Integers, x: Floats) -> Floats:
    """F at `x` of [0, 1] by linear interpolation; `curve` numbers the table of each element (same shape as x)."""
    if (fill := machine_code.loop("fill_values")) and x.shape == curve.shape:
        result = np.empty(x.shape)
        fill(*(np.ascontiguousarray(values).reshape(-1) for values in (tables, curve, x)), result.reshape(-1), x.size)
        return result
    position = x * (POINTS - 1)
    lower = np.minimum(position.astype(np.int64), POINTS - 2)
    left = tables[curve, lower]
    return np.asarray(left + (tables[curve, lower + 1] - left) * (position - lower))


def inverse(tables: Floats, curve: Integers, share: Floats, marks: Integers | None = None) -> Floats:
    """The least x with F(x) = `share`, on the same table; 0 and 1 are their own inverses. With the tables' `marks` it is found sooner."""
    result = np.empty(share.shape)
    if (fill := machine_code.loop("fill_inverses")) and marks is not None:
        flat = (np.ascontiguousarray(values).reshape(-1) for values in (tables, curve, share, marks))
        fill(*flat, result.reshape(-1), share.size)
        return result
    abscissa = np.arange(POINTS) / (POINTS - 1)
    for number, table in enumerate(tables):
        chosen = curve == number
        result[chosen] = np.interp(share[chosen], table, abscissa)
    result[share <= 0.0] = 0.0
    result[share >= 1.0] = 1.0
    return result


def marks_of(tables: Floats) -> Integers:
    """(curve, mark) the last point of each table that is not above mark / `MARKS`: where a search for an inverse begins and ends."""
    marks = np.arange(MARKS + 1) / MARKS
    return np.stack([np.searchsorted(table, marks, side="right") - 1 for table in tables])


def fill_inverses(tables: Any, curve: Any, share: Any, marks: Any, inverses: Any, many: int) -> None:
    """`inverse` in compiled code: number by number, of so many in flat arrays."""
    for number in range(many):
        part, mark = share[number], curve[number] * (MARKS + 1)
        if 0.0 < part < 1.0:
            mark += int(part * MARKS)
            inverses[number] = inverse_between(tables, curve[number] * POINTS, part, marks[mark], min(marks[mark + 1] + 1, POINTS - 1))
        else:
            inverses[number] = 0.0 if part <= 0.0 else 1.0


def fill_values(tables: Any, curve: Any, x: Any, values: Any, many: int) -> None:
    """`value` in compiled code: number by number, of so many in flat arrays."""
    for number in range(many):
        values[number] = value_at(tables, curve[number] * POINTS, x[number])


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
    return inverse_between(tables, first, share, 0, POINTS - 1)


def inverse_between(tables: Sequence[float], first: int, share: float, low: int, high: int) -> float:
    """`inverse_at` of a share in (0, 1), between two points of the table."""
    while high - low > NEAR:
        middle = (low + high) // 2
        if tables[first + middle] <= share:
            low = middle
        else:
            high = middle
    begun, rise = tables[first + low], tables[first + high] - tables[first + low]
    if rise > 0.0:
        low = max(min(low + int((share - begun) / rise * (high - low)), high - 1), low)
    while tables[first + low] > share:
        low -= 1
    while low + 1 < POINTS - 1 and tables[first + low + 1] <= share:
        low += 1
    step, begun = 1.0 / (POINTS - 1), tables[first + low]
    return step / (tables[first + low + 1] - begun) * (share - begun) + low * step
