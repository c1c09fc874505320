"""Slices of an S-curve: Kumaraswamy, "A generalized probability density function for double-bounded random processes", 1980.

What is spent when x is done: I + floor((T - I) (F(x) - F(x0)) / (1 - F(x0))), computed here in fractions.
"""

import datetime
import math
from fractions import Fraction

import numpy as np

from sim.model import curves, spending
from tests.theory.cases import Metric, exact, faults, run

DAYS = (1, 16, 64, 100, 127, 128, 129, 192, 200, 255, 256)
TOTALS = {"whole": 12_345_678_901, "middle": 5_056_786_432, "prepaid": 8_000_000_004}
INVESTED, PREPAID = 890_122_807, 2_000_000_001
RATES = (0, 0, 0.5, 1, 1.5, 1.5, 1, 1, 1.25, 1.25, 1, 0.25)


def kumaraswamy(x: Fraction) -> Fraction:
    """F(x) = 1 - (1 - x^2)^3."""
    return 1 - (1 - x**2) ** 3


def known(project: str, day: int) -> int:
    """Yuan spent since the start by a day."""
    total = TOTALS[project]
    match project:
        case "whole":
            return math.floor(total * kumaraswamy(Fraction(day, 256)))
        case "middle":
            begun = kumaraswamy(Fraction(1, 4))
            done = kumaraswamy(Fraction(1, 4) + Fraction(day, 512))
            return math.floor((total - INVESTED) * (done - begun) / (1 - begun))
        case _:
            before = PREPAID * min(day, 128) // 128
            return before + math.floor((total - PREPAID) * kumaraswamy(Fraction(max(day - 128, 0), 128)))


def by_day(seed: int) -> list[Metric]:
    """Every project on every day, to the yuan; and all three together."""
    sets = [
        f"goals.{project}_{day}={{metric: investment, value: 1 yuan, by: day {day}, where: {{name: [{project}]}}}}"
        for project in TOTALS
        for day in DAYS
    ]
    sets += [f"goals.all_{day}={{metric: investment, value: 1 yuan, by: day {day}}}" for day in DAYS]
    results = run("slices.yaml", 2, seed, sets).results
    spent = {name: results.outcome(name)[-1] for name in results.goals}
    slices = np.diff([0.0, *(spent[f"whole_{day}"] for day in DAYS)])
    return [
        *(exact(f"{project} by day {day}", spent[f"{project}_{day}"], known(project, day)) for project in TOTALS for day in DAYS),
        *(exact(f"all by day {day}", spent[f"all_{day}"], sum(known(project, day) for project in TOTALS)) for day in DAYS),
        exact("slices of the whole", slices.sum(), TOTALS["whole"]),
        exact("spent before, in the year and left", INVESTED + spent["middle_256"] + TOTALS["middle"] * 343 / 4096, TOTALS["middle"]),
    ]


def in_seasons(seed: int) -> list[Metric]:
    """x = x1 x (working days so far / those of a year), F(x1) = 3 / 4; the table's steps of 2^-16 cost less than a yuan of a billion."""
    results = run("seasons_of_work.yaml", 1, seed).results
    total, plan = 987_654_321, 740_740_741
    spent = results.measures.monthly["investment_completed"][0]
    first = (1 - (1 - plan / total) ** (1 / 2.2)) ** (1 / 1.4)
    worked = np.cumsum([rate * days_of(month) for month, rate in zip(range(24), RATES * 2, strict=True)])
    x = np.minimum(first * worked / worked[11], 1.0)
    expected = total * (1 - (1 - x**1.4) ** 2.2)
    return [
        *(Metric(f"spent by month {month + 1}", float(spent[month]), float(expected[month]), 2.0) for month in range(24)),
        exact("spent by the end of February", spent[1], 0),
        exact("sites by the end of February", results.outcome("begun")[0], 0),
        exact("slices of the months", np.diff([0.0, *spent]).sum(), total),
        exact("finished", results.outcome("finished")[0], 1),
    ]


def days_of(month: int) -> int:
    """Days of the month-th month since January 2022."""
    first = datetime.date(2022 + month // 12, month % 12 + 1, 1)
    return (datetime.date(2022 + (month + 1) // 12, (month + 1) % 12 + 1, 1) - first).days


def test_slices_are_those_of_the_closed_form_to_the_yuan():
    assert faults(by_day(307)) == []


def test_slices_follow_the_working_days():
    assert faults(in_seasons(307)) == []


def test_a_curve_a_little_off_is_caught(monkeypatch):
    right = curves.curve_table
    monkeypatch.setattr("sim.model.compile.curve_table", lambda a, b: right(a, b * 1.0001))
    assert len(faults(by_day(307))) > 20
    assert len(faults(in_seasons(307))) > 10


def test_yuan_that_are_rounded_up_are_caught(reference_engine, monkeypatch):
    """A planted fault: each sum is rounded up, a yuan too much on nearly every day."""
    right = spending.spent_on_curve

    def up(total, invested, **rest):
        spent = right(total=total, invested=invested, **rest)
        return np.where((spent > invested) & (spent < total), spent + 1, spent)

    monkeypatch.setattr(spending, "spent_on_curve", up)
    assert len(faults(by_day(307))) > 20


def test_a_prepayment_that_waits_for_the_start_is_caught(reference_engine, monkeypatch):
    right = spending.spent_evenly
    monkeypatch.setattr(spending, "spent_evenly", lambda amount, begin, end, tick: right(amount, end - 1, end, tick))
    assert "prepaid by day 64" in " ".join(faults(by_day(307)))
