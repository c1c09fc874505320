"""Marks of projects and what follows from them, worked by hand."""

import textwrap

import numpy as np
import pytest

from sim.engine.run import numbered
from sim.model.compile import compile_model
from sim.sampling.draws import draw
from sim.scenario.loading import load


@pytest.fixture
def drawn(tmp_path):
    """(model, draws) of a small scenario given as text."""

    def run(text, replications=1):
        path = tmp_path / "scenario.yaml"
        head = "title: test\nassumed: test\nrun: {calendar: plain, horizon: day 100}\n"
        path.write_text(head + textwrap.dedent(text), encoding="utf-8")
        loaded = load(path)
        model = compile_model(loaded.scenario, loaded.as_written)
        return model, draw(model, 3, numbered(replications), 1.0)

    return run


def test_larger_projects_leave_more_often_by_a_power_of_their_odds(drawn):
    # 20% at 1 bn: odds 1/4; at 4 bn with a slope of 0.5 twice the odds, 1/2, so 1/3; at 0.25 bn half, 1/8, so 1/9
    _, draws = drawn(
        """
        workflow: {sign: {dropout: 20%, dropout_by_size: {reference: 1 bn yuan, slope: 0.5}}}
        portfolio: {projects: {one: {total: 1 bn yuan}, four: {total: 4 bn yuan}, quarter: {total: 0.25 bn yuan}, none: {}}}
        """
    )
    assert draws.dropout[0, :, 0] == pytest.approx([1 / 5, 1 / 3, 1 / 9, 1 / 5])


def test_districts_that_bid_for_one_lead_lengthen_the_talks_and_lose_it_more_often(drawn):
    # three bidders: 10 days x (1 + 2 x 50%) = 20; odds 1/4 x (1 + 2 x 100%) = 3/4, so 3/7; the other stage is as stated
    _, draws = drawn(
        """
        workflow: {talk: {duration: 10 days, dropout: 20%}, sign: {after: [talk], duration: 10 days, dropout: 20%}}
        intake: {leads: {dates: {day 1: 2}, friction: {stage: talk, bidders: 3, slower: 50%, dropout: 100%}}}
        """
    )
    assert (draws.work[0] / 1e12).tolist() == [[20, 10], [20, 10]]
    assert draws.dropout[0] == pytest.approx(np.array([[3 / 7, 1 / 5], [3 / 7, 1 / 5]]))


def test_who_bids_alone_meets_no_friction(drawn):
    _, draws = drawn(
        """
        workflow: {talk: {duration: 10 days, dropout: 20%}}
        intake: {leads: {dates: {day 1: 1}, friction: {stage: talk, bidders: 1, slower: 50%, dropout: 100%}}}
        """
    )
    assert (draws.work[0, 0, 0] / 1e12, draws.dropout[0, 0, 0]) == (10, pytest.approx(0.2))


def test_a_part_of_a_cohort_has_a_flag_and_a_listed_project_has_it_or_not(drawn):
    model, draws = drawn(
        """
        workflow: {sign: {}}
        portfolio:
          projects: {a: {flags: [high_tech]}, b: {}}
          cohorts: {c: {count: 50, total: 1 bn yuan, flags: {high_tech: 30%}}}
        """,
        replications=40,
    )
    assert model.members.flag_names == ("high_tech",)
    flags = draws.portfolio.flags[:, :, 0]
    assert flags[:, 0].all()
    assert not flags[:, 1].any()
    assert flags[:, 2:].mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 2000))


def test_sectors_of_a_stream_are_drawn_by_their_shares(drawn):
    model, draws = drawn(
        """
        workflow: {sign: {}}
        intake: {leads: {rate: 20 per day, sectors: {parks: 25%, industry: 75%}}}
        """
    )
    here = draws.portfolio.joins[0] <= 100
    share = (draws.portfolio.sector[0, here] == model.members.sector_names.index("parks")).mean()
    assert share == pytest.approx(0.25, abs=4.5 * np.sqrt(0.1875 / here.sum()))


def test_routes_and_goals_choose_by_region_and_flag(drawn):
    model, draws = drawn(
        """
        goals: {chosen: {metric: projects, milestone: signed, value: 1, where: {region: [delta], flag: [high_tech]}}}
        workflow: {sign: {milestone: signed}}
        portfolio:
          projects:
            a: {region: delta, flags: [high_tech]}
            b: {region: delta}
            c: {region: bay, flags: [high_tech]}
        """
    )
    portfolio = draws.portfolio
    assert model.goals[0].who.among(portfolio.owner, portfolio.sector, portfolio.flags).tolist() == [[True, False, False]]
