"""Money from work: what has been spent when so much of the work is done. Integer yuan, arrays of any one shape.

    spent = I + floor((T - I) (F(x) - F(x0)) / (1 - F(x0)))        x = x0 + (1 - x0) done / work

exactly I while nothing is done and exactly T at the end; slices are differences, so spent before + slices + left = total, to the yuan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.model import curves
from sim.model.arrays import Floats, Integers

ROUNDING = 2.0**-10
"""Part of a yuan by which doubles may fall short: more than the digits lost on the way of a project of a thousand bn yuan, and so little
that a yuan not yet spent is not told as spent. Without it a year's work done would end a yuan below its plan as often as not."""


def fraction_done(x0: Floats, done: Integers, work: Floats) -> Floats:
    """Fraction x of the whole work, for a project that began at fraction x0 and has done `done` of the `work` it had left."""
    return np.asarray(x0 + (1.0 - x0) * (np.minimum(done, work) / work))


def spent_on_curve(
    total: Integers, invested: Integers, x0: Floats, done: Integers, work: Floats, curve: Integers, tables: Floats
) -> Integers:
    """Cumulative investment in yuan (the formula above); `done` and `work` in clock units x pace, work above zero."""
    begun = curves.value(tables, curve, x0)
    now = curves.value(tables, curve, fraction_done(x0, done, work))
    share = np.divide(now - begun, 1.0 - begun, out=np.ones_like(now), where=begun < 1.0)
    spent = invested + np.floor((total - invested) * np.clip(share, 0.0, 1.0) + ROUNDING).astype(np.int64)
    return np.asarray(np.where(done >= work, total, np.where(done > 0, spent, invested)))


def spent_evenly(amount: Integers, begin: Integers, end: Integers, tick: Integers) -> Integers:
    """Yuan of `amount` spent by `tick` when it is spent evenly from `begin` to `end` (end after begin), to the yuan."""
    elapsed, span = np.clip(tick - begin, 0, end - begin), end - begin
    return np.asarray(amount // span * elapsed + amount % span * elapsed // span)


def year_target(plan: Integers, factor: Floats, left: Integers) -> Integers:
    """r: the year's money of a project if nothing hinders it, in yuan: plan x factor, at most what is left."""
    money = plan * factor
    money += 0.5
    return np.minimum(np.floor(money, out=money), left, out=money).astype(np.int64)


def spent_before_start(
    amount: Integers, begin: Integers, planned: Integers, period: int, left: Integers, finished: Integers, tick: Integers
) -> Integers:
    """Yuan of `amount` (land, design, prepayment) spent by `tick`: evenly from `begin` to `period` ticks after the planned start.

    It stops where the project leaves, and all is spent when its site is finished (both NEVER if not).
    """
    end = np.maximum(planned + period, begin + 1)
    evenly = spent_evenly(amount, begin, end, np.minimum(tick, left))
    return np.where(tick >= finished, amount, evenly)


def fraction_at(x0: float, done: int, work: float) -> float:
    """`fraction_done` of one project that has done less than all its work."""
    return x0 + (1.0 - x0) * (done / work)


def site_spent(left: int, x0: float, begun: float, done: int, work: float, tables: Sequence[float], first: int) -> int:
    """Yuan spent on one site, `spent_on_curve` less what was invested before, to the yuan.

    `left` is T - I; `begun` is F(x0), on the table that begins at `first` of all tables in a row.
    """
    if done <= 0:
        return 0
    if done >= work:
        return left
    return spent_at(left, begun, curves.value_at(tables, first, fraction_at(x0, done, work)))


def spent_at(left: int, begun: float, now: float) -> int:
    """`site_spent` of a site on which some work is done and some is not; the curve is at `now`."""
    share = (now - begun) / (1.0 - begun) if begun < 1.0 else 1.0
    return math.floor(left * min(max(share, 0.0), 1.0) + ROUNDING)


def site_work_for(left: int, x0: float, begun: float, money: int, work: float, tables: Sequence[float], first: int) -> float:
    """Work that is done, from the start, when so much has been spent on one site: the inverse of the curve."""
    share = min(begun + (1.0 - begun) * (money / max(left, 1)), 1.0)
    x = curves.inverse_at(tables, first, share)
    return (x - x0) / (1.0 - x0) * work if x0 < 1.0 else 0.0


def spent_before(amount: int, begin: int, planned: int, period: int, left: int, finished: int, tick: int) -> int:
    """`spent_before_start` of one project."""
    if amount == 0 or tick >= finished:
        return amount
    end = max(planned + period, begin + 1)
    elapsed, span = min(tick, left) - begin, end - begin
    if elapsed <= 0:
        return 0
    return amount if elapsed >= span else amount // span * elapsed + amount % span * elapsed // span
