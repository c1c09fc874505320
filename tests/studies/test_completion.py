"""kappa: one where nothing holds a list back, what makes up for caps where they bind, and honest at its bound."""

import pytest

from sim.model.compile import compile_model
from sim.scenario.schema import Scenario
from sim.scenario.values.instants import read_instant
from sim.studies.completion import BOUNDS, fit_kappa, to_the_years_end
from sim.studies.forecast import silent


def scenario(**changes) -> Scenario:
    document = {
        "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
        "workflow": {"land": {"needs": {"plot": "land"}}, "build": {"after": ["land"], "spends": True}},
        "pools": {"plot": {"kind": "stock", "initial": "0 mu", "tranches": {"dated": {"2022-12-31": "900 mu"}}}},
        "assumptions": {"land_per_bn_yuan": "1 mu"},
        "uncertain": {"completion": {"log_mean": 0.1, "log_sd": 0.1, "persistence": 0.5, "sector_log_sd": 0, "project_log_sd": 0}},
        "portfolio": {"projects": {"a": {"total": "100 bn yuan", "plan": "10 bn yuan", "at": "build"} | changes}},
    }
    return Scenario.model_validate(document)


def fit(one: Scenario):
    return fit_kappa(compile_model(one, one), silent)


def test_a_list_that_nothing_holds_back_needs_no_factor():
    found = fit(scenario())
    assert found.kappa == pytest.approx(1.0, abs=1e-9)
    assert found.reached


def test_a_plan_that_is_all_there_is_left_cannot_be_exceeded():
    # plan = what is left: the realised completion is capped at 1; the drawn one has mean exp(.1 + .005) = 1.11
    found = fit(scenario(total="10 bn yuan"))
    assert found.realised == pytest.approx(1.0)
    assert found.kappa == BOUNDS[1]
    assert not found.reached


def test_a_list_whose_land_comes_on_the_last_day_says_that_no_factor_helps():
    found = fit(scenario(at="land"))
    assert found.kappa == BOUNDS[1]
    assert not found.reached


def test_nothing_spent_is_nothing_to_fit():
    one = scenario()
    unspent = {name: stage.model_copy(update={"spends": False}) for name, stage in one.workflow.items()}
    assert fit(one.model_copy(update={"workflow": unspent})) is None


def test_kappa_is_fitted_over_the_whole_year_whatever_the_horizon():
    one = scenario()
    half = one.model_copy(update={"run": one.run.model_copy(update={"horizon": read_instant("2022-06-30")})})
    assert str(to_the_years_end(half).run.horizon) == "2022-12-31"
    assert str(to_the_years_end(one).run.horizon) == "2022-12-31"
