"""Chance is addressed by name: what is added, dropped or run alone changes nothing else."""

import copy

import numpy as np
import pytest

from sim.engine.run import numbered, together
from sim.model.compile import compile_model
from sim.results.accounts import keep_accounts
from sim.sampling.draws import draw
from sim.scenario.schema import Scenario

DOCUMENT = {
    "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
    "workflow": {
        "permit": {"needs": {"desk": 1}, "duration": {"lognormal": {"mean": "25 working days", "cv": 0.6}}, "calendar": "office"},
        "start": {"after": ["permit"], "not_before": "planned_start", "duration": {"exponential": {"mean": "20 days"}}, "dropout": "10%"},
        "build": {"after": ["start"], "spends": True},
    },
    "calendars": {"office": {"days": "working days"}},
    "pools": {"desk": {"kind": "servers", "capacity": 2}},
    "assumptions": {"before_start": {"share": "15%", "until": "60 days"}},
    "uncertain": {"completion": {"log_mean": 0.17, "log_sd": 0.14, "persistence": 0.76, "sector_log_sd": 0.05, "project_log_sd": 0.3}},
    "portfolio": {
        "projects": {"a": {"total": "1 bn yuan", "plan": "0.3 bn yuan"}, "b": {"total": "2 bn yuan", "plan": "0.5 bn yuan", "at": "build"}},
        "cohorts": {
            "c": {
                "count": 20,
                "total": "10 bn yuan",
                "plan": "3 bn yuan",
                "size": {"lognormal": {"log_sd": 1.0}},
                "at": {"permit": "70%", "build": "30%"},
            },
            "d": {"count": 5, "total": "1 bn yuan", "plan_share": "20%", "joins": {"2022-04-01": "40%", "2022-07-01": "60%"}},
        },
    },
}


def play(document, replications, seed=5):
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, scenario)
    draws, trace = together(model, seed, np.asarray(replications), 1.1)
    return model, draws, trace, keep_accounts(model, draws, trace, model.timeline.month_ends)


def changed(**portfolio):
    document = copy.deepcopy(DOCUMENT)
    for block, additions in portfolio.items():
        document["portfolio"][block] |= additions
    return document


ROW = {"idle": {"total": "5 bn yuan", "at": "build", "priority": 1}}
COHORT = {"idle": {"count": 7, "total": "3 bn yuan", "at": "build", "sectors": {"other": {"count": "100%", "total": "100%"}}}}


@pytest.mark.parametrize("document", [changed(projects=ROW), changed(cohorts=COHORT), changed(projects=ROW, cohorts=COHORT)])
def test_an_inert_addition_changes_no_draw_date_or_yuan_of_any_other(document):
    base, draws, trace, accounts = play(DOCUMENT, numbered(30))
    more, other_draws, other_trace, other_accounts = play(document, numbered(30))
    same = [other_draws.portfolio.names.index(name) for name in draws.portfolio.names]
    assert len(more.members.owners) > len(base.members.owners)
    for name in ("total", "invested", "plan", "land", "joins", "planned_start", "at"):
        np.testing.assert_array_equal(getattr(draws.portfolio, name), getattr(other_draws.portfolio, name)[:, same])
    for name in ("target", "before", "x0"):
        np.testing.assert_array_equal(getattr(draws, name), getattr(other_draws, name)[:, same])
    for name in ("work", "patience", "leaving", "routing"):
        np.testing.assert_array_equal(getattr(draws.visits, name), getattr(other_draws.visits, name)[:, same])
    np.testing.assert_array_equal(draws.completion, other_draws.completion)
    for name in ("ready", "requested", "began", "ended", "outcome"):
        np.testing.assert_array_equal(getattr(trace, name), getattr(other_trace, name)[:, same])
    np.testing.assert_array_equal(accounts.completed, other_accounts.completed[:, same])
    assert accounts.completed.sum(axis=1).tolist() == other_accounts.completed.sum(axis=1).tolist()


def test_a_replication_alone_is_the_replication_of_the_run():
    _, draws, trace, accounts = play(DOCUMENT, numbered(40))
    _, alone, alone_trace, alone_accounts = play(DOCUMENT, [37])
    np.testing.assert_array_equal(draws.work[36], alone.work[0])
    np.testing.assert_array_equal(trace.ended[36], alone_trace.ended[0])
    np.testing.assert_array_equal(accounts.completed[36], alone_accounts.completed[0])


def test_another_seed_or_replication_is_another_chance():
    _, draws, *_ = play(DOCUMENT, numbered(2))
    _, other, *_ = play(DOCUMENT, numbered(2), seed=6)
    assert not np.array_equal(draws.work, other.work)
    assert not np.array_equal(draws.work[0], draws.work[1])
    assert draws.completion[0] != draws.completion[1] != other.completion[1]


def test_a_larger_cohort_keeps_the_uniforms_of_its_first_members():
    document = copy.deepcopy(DOCUMENT)
    document["portfolio"]["cohorts"]["c"]["count"] = 25
    base, draws, *_ = play(DOCUMENT, numbered(10))
    _, other, *_ = play(document, numbered(10))
    for name in [f"c#{index}" for index in range(20)] + [f"d#{index}" for index in range(5)]:
        before, after = draws.portfolio.names.index(name), other.portfolio.names.index(name)
        permit = base.network.names.index("permit")
        np.testing.assert_array_equal(draws.work[:, before, permit], other.work[:, after, permit])
        np.testing.assert_array_equal(draws.visits.leaving[:, before], other.visits.leaving[:, after])
    d = [draws.portfolio.names.index(f"d#{index}") for index in range(5)]
    np.testing.assert_array_equal(
        draws.portfolio.total[:, d], other.portfolio.total[:, [other.portfolio.names.index(f"d#{i}") for i in range(5)]]
    )


def test_factors_of_completion_average_one_over_the_plans_of_every_cohort():
    scenario = Scenario.model_validate(DOCUMENT)
    model = compile_model(scenario, scenario)
    draws = draw(model, 3, numbered(50), 0.01)  # kappa so low that no target is capped
    for cohort in model.members.cohorts:
        members = draws.portfolio.owner == cohort.owner
        reached = draws.target[:, members].sum(axis=1) / draws.portfolio.plan[:, members].sum(axis=1)
        np.testing.assert_allclose(reached, 0.01 * draws.completion, rtol=1e-5)


def test_the_citys_own_last_year_narrows_its_completion():
    # last year 131.7%: median exp(.17 + .76 (ln 1.317 - .17)) = 1.284, log-sd .138 sqrt(1 - .76^2) = .0897
    document = copy.deepcopy(DOCUMENT)
    document["assumptions"]["last_year"] = {"completion": "131.7%"}
    document["uncertain"]["completion"]["log_sd"] = 0.138
    scenario = Scenario.model_validate(document)
    rho = draw(compile_model(scenario, scenario), 1, numbered(4000), 1.0).completion
    assert np.median(rho) == pytest.approx(1.2841, abs=4.5 * 1.2533 * 0.0897 * 1.284 / np.sqrt(4000))
    assert np.log(rho).std() == pytest.approx(0.0897, abs=4.5 * 0.0897 / np.sqrt(8000))
