"""Every yuan accounted for, in every replication of random portfolios."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.calendar import NEVER
from sim.engine.run import numbered, together
from sim.engine.trace import DONE, LEFT
from sim.model.compile import compile_model
from sim.model.curves import POINTS
from sim.results.accounts import keep_accounts
from sim.scenario.schema import Scenario

BN = 1_000_000_000
START_LAG = {"exponential": {"mean": "20 days"}}


@st.composite
def scenarios(draw):
    """A dated scenario with a list, a cohort that takes its rest, a cohort of its own, and two listed projects."""
    count = draw(st.integers(1, 12))
    total = draw(st.integers(count, 40)) * BN + draw(st.integers(0, 10**8))
    plan = int(total * draw(st.floats(0.06, 0.5)))
    listed_total = draw(st.integers(1, 5 * BN))
    continuing = draw(st.booleans())
    standing = {"at": "build"} if continuing else {"at": {"start": "50%", "build": "20%", "permit": "30%"}}
    cohort = {"kind": "new", "list": "year", "count": "rest", "total": "rest", "plan": "rest", **standing}
    cohort["plan_spread"] = draw(st.sampled_from([0.0, 0.5, 1.5]))
    cohort["planned_start"] = draw(st.sampled_from(["2022-01-01", "2022-04-01", "2022-11-20", "20 days"]))
    if draw(st.booleans()):
        cohort["size"] = {"lognormal": {"log_sd": draw(st.floats(0.2, 1.6)), "min": "5 million yuan", "max": f"{total} yuan"}}
    if draw(st.booleans()):
        cohort["invested_share"] = {"beta": {"a": 1.4, "b": 1.9, "times": 0.97}}
    return {
        "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
        "workflow": {
            "permit": {"duration": "30 days"},
            "start": {
                "after": ["permit"],
                "not_before": "planned_start",
                "duration": {"exponential": {"mean": "20 days"}},
                "dropout": "20%",
            },
            "build": {"after": ["start"], "spends": True, "calendar": "site"},
            "enter": {"after": ["start"], "duration": "30 days", "milestone": "entered"},
        },
        "calendars": {"site": {"monthly": [0, 1, 1, 1, 1.2, 1, 1, 1, 1, 1, 1, 1]}},
        "assumptions": {
            "before_start": {"share": draw(st.sampled_from(["0%", "15%", "100%"])), "until": "60 days"},
            "curves": {"default": {"a": 1.1, "b": 1.2}, "other": {"a": 2.0, "b": 3.0}},
            "reporting": {"delay": "10 days", "work_before_entry": draw(st.sampled_from(["counted", "lost"]))},
        },
        "uncertain": {"completion": {"log_mean": 0.17, "log_sd": 0.3, "persistence": 0.5, "sector_log_sd": 0.05, "project_log_sd": 0.3}},
        "portfolio": {
            "lists": {
                "year": {"count": count + 1, "total": f"{total + listed_total} yuan", "plan": f"{plan + listed_total // 10} yuan"},
            },
            "projects": {
                "named": {
                    "list": "year",
                    "total": f"{listed_total} yuan",
                    "plan": f"{listed_total // 10} yuan",
                    "at": "build",
                    "sector": "other",
                },
                "idle": {"total": f"{listed_total} yuan", "invested": f"{listed_total // 3} yuan", "at": "build"},
            },
            "cohorts": {
                "rest": cohort,
                "later": {"count": 3, "total": f"{BN} yuan", "plan_share": "40%", "joins": {"2022-04-15": "40%", "2022-09-01": "60%"}},
            },
        },
    }


def played(document, kappa, replications=4, seed=11):
    model = compile_model(Scenario.model_validate(document), Scenario.model_validate(document))
    draws, trace = together(model, seed, numbered(replications), kappa)
    return model, draws, trace, keep_accounts(model, draws, trace, model.timeline.month_ends)


SETTINGS = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SETTINGS
@given(scenarios(), st.sampled_from([0.8, 1.1, 2.0]))
def test_every_stated_total_holds_to_the_yuan_in_every_replication(document, kappa):
    model, draws, _, _ = played(document, kappa)
    year, cohort = document["portfolio"]["lists"]["year"], model.members.cohorts[0]
    of_the_list = [0, *np.flatnonzero(draws.portfolio.owner == cohort.owner)]
    assert len(of_the_list) == year["count"]
    assert (draws.portfolio.total[:, of_the_list].sum(axis=1) == int(year["total"].split()[0])).all()
    assert (draws.portfolio.plan[:, of_the_list].sum(axis=1) == int(year["plan"].split()[0])).all()
    assert (draws.portfolio.total[:, draws.portfolio.owner == model.members.cohorts[1].owner].sum(axis=1) == BN).all()
    assert (draws.portfolio.invested >= 0).all()
    assert (draws.portfolio.plan <= draws.portfolio.total - draws.portfolio.invested).all()


@SETTINGS
@given(scenarios(), st.sampled_from([0.8, 1.1, 2.0]))
def test_slices_are_never_negative_and_add_up_to_the_total(document, kappa):
    model, draws, trace, accounts = played(document, kappa)
    slices = np.diff(accounts.completed, axis=2, prepend=0)
    assert (slices >= 0).all()
    left = draws.portfolio.total - draws.portfolio.invested - accounts.completed[:, :, -1]
    assert (left >= 0).all()
    finished = trace.outcome[:, :, model.network.spending] == DONE
    assert (left[finished] == 0).all()
    assert (np.diff(accounts.counted, axis=2, prepend=0) >= 0).all()
    assert (accounts.counted <= accounts.completed).all()
    assert (accounts.completed[:, 1] == 0).all(), "a project without a plan spends nothing this year"


@SETTINGS
@given(scenarios(), st.sampled_from([0.8, 1.1, 2.0]))
def test_every_monthly_slice_is_within_a_yuan_of_the_documented_formula(document, kappa):
    model, draws, trace, accounts = played(document, kappa, replications=2)
    for row in range(2):
        for entity in range(len(draws.portfolio.owner)):
            exact = [exact_spent(model, draws, trace, row, entity, int(tick)) for tick in model.timeline.month_ends]
            assert np.abs(np.diff(accounts.completed[row, entity], prepend=0) - np.diff(exact, prepend=0)).max() <= 1


def exact_spent(model, draws, trace, row, entity, tick) -> int:
    """Cumulative spending since the start by the documented formula in exact fractions."""
    portfolio, stage = draws.portfolio, model.network.spending
    total, invested, p = (int(a[row, entity]) for a in (portfolio.total, portfolio.invested, draws.before))
    joins, planned = int(portfolio.joins[row, entity]), int(portfolio.planned_start[row, entity])
    left = [int(t) for t, o in zip(trace.ended[row, entity], trace.outcome[row, entity], strict=True) if o == LEFT]
    until = min([tick, *left])
    span = max(planned + model.spending.before_ticks, joins + 1) - joins
    before = p * min(max(until - joins, 0), span) // span
    began, work = int(trace.began[row, entity, stage]), int(draws.work[row, entity, stage])
    if began < 0 or tick <= began or work == NEVER:
        return before
    clock = model.network.clocks[stage]
    done = sum(int(clock.rates[day]) for day in range(began, tick)) * 1_000_000
    if done >= work:
        return before + total - p - invested
    x0 = Fraction(float(draws.x0[row, entity]))
    table = model.spending.curves[draws.portfolio.sector[row, entity]]
    begun, now = on_table(table, x0), on_table(table, x0 + (1 - x0) * Fraction(done, work))
    return before + math.floor((total - p - invested) * (now - begun) / (1 - begun))


def on_table(table, x: Fraction) -> Fraction:
    position = x * (POINTS - 1)
    lower = min(math.floor(position), POINTS - 2)
    left, right = Fraction(float(table[lower])), Fraction(float(table[lower + 1]))
    return left + (right - left) * (position - lower)


def test_an_undisturbed_project_spends_its_target_exactly_by_the_years_end():
    # plan 30 of the 100 left; no prior, kappa 1.2: target 36; begun on 1 January, never hindered
    document = {
        "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
        "workflow": {"build": {"spends": True, "calendar": "site"}},
        "calendars": {"site": {"monthly": [0.3, 0.5, 1, 1, 1.2, 1, 1, 1, 1, 1, 1, 1]}},
        "assumptions": {"curves": {"default": {"a": 1.1, "b": 1.2}}},
        "portfolio": {"projects": {"a": {"total": "120 bn yuan", "invested": "20 bn yuan", "plan": "30 bn yuan", "at": "build"}}},
    }
    _, draws, _, accounts = played(document, 1.2)
    assert (draws.target == 36 * BN).all()
    # work is a whole number of clock units: one of 3.65e14 and more is 1e-4 of a yuan
    assert accounts.completed[:, 0, -1] == pytest.approx(36 * BN, abs=1)


def test_a_project_capped_at_its_remainder_ends_at_the_years_end():
    document = {
        "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
        "workflow": {"build": {"spends": True, "milestone": "completed"}},
        "portfolio": {"projects": {"a": {"total": "10 bn yuan", "invested": "7 bn yuan", "plan": "3 bn yuan", "at": "build"}}},
    }
    _, _, trace, accounts = played(document, 2.0)
    assert trace.ended[:, 0, 0].tolist() == [365] * 4
    assert (accounts.completed[:, 0, -1] == 3 * BN).all()
