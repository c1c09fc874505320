"""Layers, goals, draws of the portfolio: worked by hand on one to four projects of a million yuan a day."""

import copy

import numpy as np
import pytest

from sim.engine.run import numbered, together
from sim.model.compile import compile_model
from sim.results.accounts import keep_accounts
from sim.results.measures import measure
from sim.sampling.draws import completion_factors, draw
from sim.scenario.schema import Scenario

MN = 1_000_000
YEAR = {"start": "2022-01-01", "horizon": "2022-12-31"}
A_MILLION_A_DAY = {"total": "730 million yuan", "plan": "365 million yuan"}
BASE = {
    "run": YEAR,
    "workflow": {"build": {"spends": True, "milestone": "completed"}, "enter": {"duration": "45 days", "milestone": "entered"}},
    "portfolio": {"projects": {"a": A_MILLION_A_DAY | {"at": "build"}}},
}


def run(changes, base=BASE, kappa=1.0, replications=1, as_written=None):
    """(model, draws, trace, accounts, measures); changes at dotted paths."""
    document = changed(base, changes)
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, Scenario.model_validate(as_written) if as_written else scenario)
    draws, trace = together(model, 1, numbered(replications), kappa)
    return model, draws, trace, keep_accounts(model, draws, trace, model.timeline.month_ends), measure(model, draws, trace)


def changed(base, changes):
    document = copy.deepcopy(base)
    for path, value in changes.items():
        *way, last = path.split("/")
        node = document
        for key in way:
            node = node.setdefault(key, {})
        node[last] = value
    return document


def outcome(changes, metric, base=BASE, **goal):
    """What a goal comes to."""
    *_, measures = run(changes | {"goals": {"g": {"metric": metric, "value": 1, **goal}}}, base)
    return float(measures.outcomes[0, 0])


# --- Observations


def test_an_observation_comes_to_what_a_goal_of_the_same_words_comes_to():
    statements = {
        "spent": {"metric": "investment", "value": "1 bn yuan", "by": "2022-02-10"},
        "counted": {"metric": "investment", "basis": "counted", "value": "1 bn yuan", "by": "2022-02-13"},
        "entered": {"metric": "projects", "milestone": "entered", "value": 1, "by": "2022-02-14"},
    }
    observations = {name: one | {"use": "test"} for name, one in statements.items()}
    *_, measures = run({"goals": statements, "observations": observations})
    # 41 days by 10 February; the entry is after 45 days, on 14 February
    assert measures.observed[0].tolist() == pytest.approx([41 * MN, 0, 1], abs=1)
    assert measures.observed.tolist() == measures.outcomes.tolist()
    *_, alone = run({"observations": observations})
    assert alone.observed.tolist() == measures.observed.tolist()
    assert alone.outcomes.shape == (1, 0)


def test_the_level_of_a_stock_is_looked_at_on_the_day_of_an_observation():
    stock = {"kind": "stock", "initial": "5 mu", "tranches": {"dated": {"2022-03-10": "2 mu"}}}
    level = {"metric": "stock", "pool": "ground", "value": "5 mu", "use": "fit"}
    observations = {"before": level | {"by": "2022-03-08"}, "after": level | {"by": "2022-03-09"}}
    # what comes with 10 March comes at its first instant, the end of 9 March
    *_, measures = run({"pools": {"ground": stock}, "observations": observations})
    assert measures.observed[0].tolist() == [5, 7]


def test_every_owner_has_what_its_projects_spent():
    model, draws, _, accounts, measures = run({"portfolio/cohorts": {"c": {"count": 3, "total": "3 bn yuan", "plan": "0.6 bn yuan"}}})
    members = draws.portfolio.owner == model.members.owners.index("c")
    assert members.sum() == 3
    assert measures.owners["investment"].tolist() == [[accounts.completed[0, ~members, -1].sum(), accounts.completed[0, members, -1].sum()]]
    assert measures.owners["investment"].sum() == measures.monthly["investment_completed"][0, -1]
    assert measures.owners["on_site"].sum() == measures.monthly["projects_implemented"][0, -1]


# --- Completed, reported, counted


def test_work_counts_from_the_entry_on_with_what_was_done_before():
    *_, accounts, _ = run({})
    assert accounts.completed[0, 0, :3].tolist() == pytest.approx([31 * MN, 59 * MN, 90 * MN], abs=1)
    assert accounts.counted[0, 0, :3].tolist() == pytest.approx([0, 59 * MN, 90 * MN], abs=1)


def test_work_before_the_entry_is_lost_where_the_scenario_says_so():
    *_, accounts, _ = run({"assumptions/reporting": {"delay": "0 days", "work_before_entry": "lost"}})
    assert accounts.counted[0, 0, :3].tolist() == pytest.approx([0, (59 - 45) * MN, (90 - 45) * MN], abs=1)


def test_who_entered_before_counts_at_once_and_who_drops_out_of_the_entry_never():
    *_, before, _ = run({"portfolio/projects/a/done": ["enter"]})
    assert before.counted[0, 0, 0] == pytest.approx(31 * MN, abs=1)
    *_, never, _ = run({"workflow/enter/dropout": "100%", "workflow/enter/duration": "360 days"})
    assert (never.counted == 0).all()


@pytest.mark.parametrize(
    ("delay", "known"), [("0 days", [31, 59, 90]), ("10 days", [0, 31, 59]), ("31 days", [0, 0, 59]), ("59 days", [0, 0, 31])]
)
def test_the_monthly_series_shows_what_is_known_at_the_months_end(delay, known):
    # month ends on days 31, 59, 90: a report 31 days late on January is known on day 62, one on February on day 90
    *_, measures = run({"assumptions/reporting": {"delay": delay, "work_before_entry": "counted"}})
    assert measures.monthly["investment_reported"][0, :3].tolist() == pytest.approx([days * MN for days in known], abs=1)
    assert measures.monthly["investment_completed"][0, :3].tolist() == pytest.approx([31 * MN, 59 * MN, 90 * MN], abs=1)


def test_a_goal_is_held_to_its_own_layer():
    by = {"value": "1 bn yuan", "by": "2022-01-31"}
    assert outcome({}, "investment", basis="completed", **by) == pytest.approx(31 * MN, abs=1)
    assert outcome({}, "investment", basis="reported", **by) == pytest.approx(31 * MN, abs=1)
    assert outcome({}, "investment", basis="counted", **by) == 0


# --- FAI

FAI = {
    "assumptions/last_year": {"investment": "300 million yuan"},
    "uncertain/fai": {"key_share": "40%", "pass_through": "80%", "rest_growth": "5%", "correlation": 0.3},
}


def test_growth_of_fai_is_that_of_counted_key_investment_passed_on_and_of_the_rest():
    # .4 x .8 x (365 / 300 - 1) + .6 x .05
    assert outcome(FAI, "fai_growth", value="12%") == pytest.approx(0.32 * (365 / 300 - 1) + 0.03)
    assert outcome(FAI | {"workflow/enter/dropout": "100%"}, "fai_growth", value="12%") == pytest.approx(0.32 * -1 + 0.03)


def test_the_rest_grows_with_the_citys_completion():
    document = changed(BASE, FAI | {"uncertain/completion": COMPLETION})
    document["uncertain"]["fai"]["rest_growth"] = {"normal": {"mean": "3%", "sd": "7%"}}
    scenario = Scenario.model_validate(document)
    draws = draw(compile_model(scenario, scenario), 1, numbered(4000), 1.0)
    assert np.corrcoef(np.log(draws.completion), draws.fai[:, 2])[0, 1] == pytest.approx(0.3, abs=4.5 * 0.91 / np.sqrt(4000))


COMPLETION = {"log_mean": 0.17, "log_sd": 0.138, "persistence": 0.76, "sector_log_sd": 0.0, "project_log_sd": 0.0}

# --- Counts


def test_only_site_work_makes_a_project_implemented():
    # it spends before its start, which never comes: no site work
    never = {
        "workflow/build": {"after": ["permit"], "spends": True},
        "workflow/permit": {"duration": "400 days"},
        "portfolio/projects/a": A_MILLION_A_DAY,
    }
    never["assumptions/before_start"] = {"share": "15%", "until": "60 days"}
    *_, accounts, measures = run(never)
    assert accounts.completed[0, 0, -1] > 0
    assert measures.monthly["projects_implemented"][0].tolist() == [0] * 12
    assert run({})[-1].monthly["projects_implemented"][0].tolist() == [1] * 12


def test_a_milestone_counts_those_who_reach_it_and_neither_those_beyond_nor_those_who_leave():
    projects = {"reaches": {}, "was_there": {"done": ["enter"]}, "leaves": {"dropout": {"enter": "100%"}}}
    *_, measures = run({"portfolio/projects": projects})
    assert measures.monthly["projects_entered"][0, :3].tolist() == [0, 1, 1]


def test_a_dropout_of_the_stage_holds_for_all_who_have_none_of_their_own():
    *_, measures = run({"workflow/enter/dropout": "100%", "portfolio/projects": {"a": {}, "b": {"dropout": {"enter": "0%"}}}})
    assert measures.monthly["projects_entered"][0, -1] == 1


def test_who_still_waits_has_waited_until_the_deadline_and_who_left_until_he_left():
    queue = {"workflow/q": {"needs": {"desk": 1}, "duration": "400 days"}, "pools": {"desk": {"kind": "servers", "capacity": 1}}}
    waits = {"value": "1 days", "stage": "q", "by": "2022-03-31"}
    two = queue | {"portfolio/projects": {"first": {}, "second": {}}}
    assert outcome(two, "waiting_time", **waits) == 90
    assert outcome(two | {"portfolio/projects/second": {"dropout": {"enter": "100%"}}}, "waiting_time", **waits) == 45


# --- The year


def test_the_realised_completion_is_that_of_the_plans_of_1_january_at_the_years_end():
    later = {"portfolio/projects/b": A_MILLION_A_DAY | {"at": "build", "joins": "2022-07-01", "dropout": {"enter": "100%"}}}
    for horizon in ("2022-12-31", "2023-12-31"):
        *_, measures = run(later | {"run": {"start": "2022-01-01", "horizon": horizon}}, kappa=1.2)
        assert measures.completion_realised[0] == pytest.approx(1.2, abs=1e-7)


PLANS = {"by": "2022-06-30", "value": "50%"}


def test_completion_is_of_the_plans_of_1_january():
    # 181 of 365 days; the other half of the list's plan lies with a project that begins in July
    assert outcome({}, "completion", **PLANS) == pytest.approx(181 / 365, abs=1e-8)
    july = {"portfolio/projects/b": A_MILLION_A_DAY | {"planned_start": "2022-07-01", "at": "start"}}
    start = {"workflow/start": {"not_before": "planned_start"}, "workflow/build": {"after": ["start"], "spends": True}}
    assert outcome(july | start, "completion", **PLANS) == pytest.approx(181 / 730, abs=1e-8)


def test_who_joins_later_or_has_no_plan_is_in_no_completion_and_who_leaves_is():
    others = {
        "portfolio/projects/later": A_MILLION_A_DAY | {"at": "build", "joins": "2022-02-01"},
        "portfolio/projects/without_plan": {"total": "730 million yuan", "at": "build"},
    }
    assert outcome(others, "completion", **PLANS) == pytest.approx(181 / 365, abs=1e-8)
    # it leaves at the end of the entry, after 45 days of two that were planned for
    leaves = {"portfolio/projects/leaves": A_MILLION_A_DAY | {"at": "build", "dropout": {"enter": "100%"}}}
    assert outcome(leaves, "completion", **PLANS) == pytest.approx((181 + 45) / 730, abs=1e-8)


def test_who_is_not_yet_listed_on_1_january_is_in_no_completion():
    listing = {
        "workflow/listing": {"milestone": "listed", "duration": "10 days"},
        "workflow/build": {"after": ["listing"], "spends": True},
        "portfolio/projects/reserve": A_MILLION_A_DAY | {"at": "listing"},
    }
    assert outcome(listing, "completion", **PLANS) == pytest.approx(181 / 365, abs=1e-8)


def test_completion_is_of_the_chosen_projects_on_the_goals_basis():
    two = {"portfolio/projects/b": {"total": "730 million yuan", "plan": "73 million yuan", "at": "build"}}
    assert outcome(two, "completion", where={"name": ["b"]}, **PLANS) == pytest.approx(181 / 365, abs=1e-8)
    assert outcome(two, "completion", basis="counted", value="50%", by="2022-02-10") == 0
    assert outcome({"portfolio/projects/a/plan": "0 yuan"}, "completion", **PLANS) == 1


@pytest.mark.parametrize("horizon", ["2022-06-30", "2022-12-31", "2023-06-30"])
def test_the_plan_is_the_years_whatever_the_horizon(horizon):
    *_, accounts, _ = run({"run": {"start": "2022-01-01", "horizon": horizon}})
    assert accounts.completed[0, 0, 5] == pytest.approx(181 * MN, abs=1)


def test_a_late_start_is_planned_on_at_least_thirty_days():
    # planned on 20 December, day 353: 12 days are left, 12/30 of the year's money can be spent in them
    late = {"workflow/start": {"not_before": "planned_start"}, "workflow/build": {"after": ["start"], "spends": True}}
    *_, accounts, _ = run(late | {"portfolio/projects/a": A_MILLION_A_DAY | {"planned_start": "2022-12-20"}})
    assert accounts.completed[0, 0, -1] == pytest.approx(365 * MN * 12 / 30, abs=1)


def test_the_year_is_measured_on_the_calendar_as_written_and_run_on_the_changed_one():
    slow = {"calendars/site": {"monthly": [0.5] * 12}, "workflow/build": {"spends": True, "calendar": "site"}}
    written = changed(BASE, slow | {"calendars/site": {"monthly": [1] * 12}})
    *_, accounts, _ = run(slow, as_written=written)
    assert accounts.completed[0, 0, -1] == pytest.approx(365 * MN / 2, abs=1)


@pytest.mark.parametrize("tick", ["1 day", "1 hour", "1 minute"])
@pytest.mark.parametrize("plan", [365 * MN, 36_500_000, 10_000, 365])
def test_the_smallest_plan_is_spent_at_any_tick(tick, plan):
    *_, accounts, _ = run({"run": YEAR | {"tick": tick}, "portfolio/projects/a/plan": f"{plan} yuan"})
    assert accounts.completed[0, 0, -1] == pytest.approx(plan, abs=1)


def test_a_project_that_leaves_by_another_strand_spends_no_more():
    *_, accounts, _ = run({"workflow/enter/dropout": "100%"})
    assert accounts.completed[0, 0, 2:].tolist() == pytest.approx([45 * MN] * 10, abs=1)


def test_a_finished_project_has_spent_what_it_was_to_spend_before_its_start():
    start = {"workflow/start": {"not_before": "planned_start"}, "workflow/build": {"after": ["start"], "spends": True}}
    start["assumptions/before_start"] = {"share": "15%", "until": "60 days"}
    start["portfolio/projects/a"] = {"total": "100 million yuan", "plan": "100 million yuan", "planned_start": "2022-11-20"}
    *_, accounts, _ = run(start)
    assert accounts.completed[0, 0, -1] == 100 * MN


# --- Land and durations

LAND = {
    "run": YEAR,
    "workflow": {"land": {"needs": {"ground": "land"}, "milestone": "landed"}},
    "pools": {"ground": {"kind": "stock", "initial": "0 mu", "tranches": {"monthly": "5 mu"}}},
    "assumptions": {"land_per_bn_yuan": "10 mu"},
}


@pytest.mark.parametrize("member", [{"projects": {"a": {"total": "2 bn yuan"}}}, {"cohorts": {"c": {"count": 1, "total": "2 bn yuan"}}}])
def test_land_goes_by_the_total_and_comes_by_the_month(member):
    # 20 mu, of which 5 come on the first of each month after January: 1 May, day 120
    _, _, trace, *_ = run({"portfolio": member}, LAND)
    assert trace.began[0, 0, 0] == 120


def test_a_duration_is_the_nearest_tick_halves_up():
    days = ("0.4 days", "0.5 days", "1.5 days", "2.49 days")
    stages = {f"s{number}": {"duration": length} for number, length in enumerate(days)}
    _, _, trace, *_ = run({}, {"run": YEAR, "workflow": stages, "portfolio": {"projects": {"a": {}}}})
    assert trace.ended[0, 0].tolist() == [0, 1, 2, 2]


def test_a_duration_longer_than_the_horizon_ends_in_time_on_a_fast_calendar():
    fast = {"run": YEAR, "workflow": {"s": {"duration": "500 days", "calendar": "fast"}}, "calendars": {"fast": {"monthly": [2] * 12}}}
    _, _, trace, *_ = run({}, fast | {"portfolio": {"projects": {"a": {}}}})
    assert trace.ended[0, 0, 0] == 250


def test_every_entity_and_stage_has_a_duration_of_its_own():
    stages = {name: {"duration": {"exponential": {"mean": "100 days"}}} for name in "st"}
    fine = YEAR | {"tick": "1 minute"}
    _, draws, *_ = run({}, {"run": fine, "workflow": stages, "portfolio": {"projects": {name: {} for name in "abc"}}})
    assert len(set(draws.work[0].ravel().tolist())) == 6


def test_what_was_done_before_is_not_done_again():
    stages = {
        "permit": {"duration": "30 days"},
        "start": {"after": ["permit"]},
        "enter": {"after": ["start"], "duration": "9 days", "dropout": "100%"},
    }
    _, _, trace, *_ = run({}, {"run": YEAR, "workflow": stages, "portfolio": {"projects": {"a": {"done": ["enter"]}}}})
    assert trace.outcome[0, 0].tolist() == [2, 2, 1]


# --- Cohorts

COHORT = {"count": 60, "total": "30 bn yuan", "at": "build"}


def cohort(**more):
    _, draws, *_ = run({}, BASE | {"portfolio": {"cohorts": {"c": COHORT | more}}}, replications=20)
    return draws.portfolio


def test_sizes_differ_and_keep_to_their_bounds():
    total = cohort(size={"lognormal": {"log_sd": 1.25, "min": "100 million yuan", "max": "1.5 bn yuan"}}).total
    assert (total.min(), total.max()) == (100 * MN, 1500 * MN)
    assert (total.std(axis=1) > 200 * MN).all()


def test_plans_are_a_twentieth_at_least_and_at_most_all_of_what_is_left_and_uneven():
    even, uneven = cohort(plan="3 bn yuan"), cohort(plan="3 bn yuan", plan_spread=1.5)
    assert (even.plan == 50 * MN).all()
    assert (uneven.plan.sum(axis=1) == 3000 * MN).all()
    assert uneven.plan.min() == 25 * MN
    assert uneven.plan.max() > 200 * MN


def test_what_is_invested_leaves_room_for_the_plan():
    full = cohort(plan="20 bn yuan", invested_share="90%")
    assert (full.plan.sum(axis=1) == 20_000 * MN).all()
    assert (full.plan <= full.total - full.invested).all()


@pytest.mark.parametrize("share", [{"table": {"0%": 0.5, "100%": 0.5}}, {"beta": {"a": 0.1, "b": 0.1}}])
def test_members_without_anything_left_plan_nothing(share):
    some = cohort(plan="3 bn yuan", invested_share=share)
    assert (some.plan.sum(axis=1) == 3000 * MN).all()
    assert (some.plan >= 0).all()
    assert (some.plan <= some.total - some.invested).all()


@pytest.mark.parametrize(
    "size", [{"lognormal": {"log_sd": 5}}, {"gamma": {"mean": "1 bn yuan", "cv": 5}}, {"weibull": {"shape": 0.2, "mean": "1 bn yuan"}}]
)
def test_sizes_of_any_tail_are_never_negative(size):
    wide = cohort(size=size, plan="3 bn yuan")
    assert (wide.total >= 0).all()
    assert (wide.total.sum(axis=1) == 30_000 * MN).all()
    assert (wide.plan >= 0).all()


def test_a_later_batch_plans_for_the_part_of_the_year_that_is_left_and_starts_after_joining():
    # joins on 2 July, day 182: half of 500 million x 183 / 365
    later = cohort(plan_share="50%", joins="2022-07-02", planned_start="10 days")
    assert (later.plan == round(250 * MN * 183 / 365)).all()
    assert (later.planned_start == 192).all()


def test_sectors_and_projects_differ_in_completion():
    two = {name: {"count": "50%", "total": "50%"} for name in ("x", "y")}
    document = BASE | {"portfolio": {"cohorts": {"c": COHORT | {"plan": "3 bn yuan", "sectors": two}}}}
    _, sectors, *_ = run({"uncertain/completion": COMPLETION | {"sector_log_sd": 0.3}}, document, replications=200)
    ratio = np.log(sectors.target[:, 0] / sectors.target[:, 59])
    assert ratio.std() == pytest.approx(0.3 * np.sqrt(2), rel=4.5 / np.sqrt(400))
    _, projects, *_ = run({"uncertain/completion": COMPLETION | {"project_log_sd": 0.3}}, document, replications=50)
    assert np.log(projects.target).std(axis=1).mean() == pytest.approx(0.3, rel=0.05)


def test_factors_are_the_same_bits_alone_and_in_a_block():
    document = changed(
        BASE,
        {
            "portfolio/cohorts/c": COHORT | {"plan": "3 bn yuan", "plan_spread": 0.5},
            "uncertain/completion": COMPLETION | {"project_log_sd": 0.3},
        },
    )
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, scenario)
    block = draw(model, 1, numbered(50), 1.0)
    factors = completion_factors(model, block.portfolio, 1, numbered(50))
    for row in range(50):
        alone = completion_factors(model, draw(model, 1, numbered(1, row + 1), 1.0).portfolio, 1, numbered(1, row + 1))
        np.testing.assert_array_equal(alone[0], factors[row])


@pytest.mark.parametrize(("spent", "met"), [(110_000_000_000, True), (109_999_999_999, False)])
def test_a_growth_goal_met_to_the_yuan_is_met(spent, met):
    # 30% on 110 / 1.3 bn, which is no whole yuan: 110 bn meets it, and a yuan less does not
    document = {
        "run": {"start": "2022-01-01", "horizon": "2022-12-31"},
        "goals": {"growth": {"metric": "investment_growth", "value": "30%"}},
        "workflow": {"build": {"spends": True}},
        "assumptions": {"last_year": {"investment": "84,615,384,615 yuan"}},
        "portfolio": {"projects": {"a": {"total": f"{spent} yuan", "plan": f"{spent} yuan", "at": "build"}}},
    }
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, scenario)
    block = together(model, 1, numbered(1), 1.0)
    assert measure(model, *block).met.tolist() == [[met]]
