"""Numbers that change in time, each by hand: what holds is the value of the last date reached."""

import numpy as np
import pytest

from sim.engine.trace import DONE, LEFT
from tests.engine.test_control import BUILD, HEAD, paces, reviewed

NINE = "portfolio: {projects: {a: {joins: day 4}, b: {joins: day 5}, c: {joins: day 12}}}\n"


def outcomes(played, stage):
    number = played.model.network.names.index(stage)
    return dict(zip(played.draws.portfolio.names, played.trace.outcome[:, number].tolist(), strict=True))


def test_who_leaves_at_an_end_is_judged_by_the_factor_of_that_day(play):
    # ends at day 9, 10 and 17; before the first date the factor is one
    played = play("workflow: {file: {duration: 5 days, dropout: 100%, dropout_times: {day 10: 0%, day 15: 100%}}}\n" + NINE)
    assert outcomes(played, "file") == {"a": LEFT, "b": DONE, "c": LEFT}
    halved = play("workflow: {file: {duration: 5 days, dropout: 50%, dropout_times: 0%}}\n" + NINE)
    assert outcomes(halved, "file") == {"a": DONE, "b": DONE, "c": DONE}


def test_a_route_opens_and_closes_by_date(play):
    stages = "file: {duration: 5 days, routes: {short: {probability: {day 10: 100%, day 15: 0%}}}, otherwise: long}"
    played = play(f"workflow: {{{stages}, short: {{after: [file]}}, long: {{after: [file]}}}}\n" + NINE)
    assert [played.when("ended", name, "short") >= 0 for name in "abc"] == [False, True, False]
    assert [played.when("ended", name, "long") >= 0 for name in "abc"] == [True, False, True]


def test_a_pool_that_opens_on_a_date_serves_nobody_before(play):
    played = play(
        "workflow: {serve: {needs: {desk: 1}, duration: 1 days}}\npools: {desk: {kind: servers, capacity: {day 6: 1, day 9: 0}}}\n" + NINE
    )
    assert [played.when("began", name, "serve") for name in "abc"] == [6, 7, -1]


def test_work_goes_on_at_the_rate_of_the_day(play):
    # 15 days of work from day 4: 6 by day 10, then 10 days at half rate (5), then 4 at double rate need 2 days
    played = play("calendars: {slow: {times: {day 10: 50%, day 20: 200%}}}\nworkflow: {work: {duration: 15 days, calendar: slow}}\n" + NINE)
    assert played.when("ended", "a", "work") == 22
    halved = play("calendars: {slow: {times: 50%}}\nworkflow: {work: {duration: 15 days, calendar: slow}}\n" + NINE)
    assert halved.when("ended", "a", "work") == 34


def test_a_factor_on_durations_may_hold_always(play):
    assert play("workflow: {work: {duration: 10 days, duration_times: 30%}}\n" + NINE).when("ended", "a", "work") == 7


def test_a_monthly_tranche_changes_from_a_month_on(play):
    # first of February, March: 10 mu; of April to June: 25; of July: none
    text = (
        "title: test\nassumed: test\nrun: {start: 2022-01-01, horizon: 2022-07-31}\nworkflow: {file: {}}\n"
        "pools: {land: {kind: stock, initial: 0 mu, tranches: {monthly: {2022-01-01: 10 mu, 2022-04-01: 25 mu, 2022-06-02: 0 mu}}}}\n"
    )
    played = play(text)
    assert [amount for _, _, amount in played.model.pools.inflows] == [10, 10, 25, 25, 25, 0]
    assert played.trace.levels[:, 0].tolist() == [10, 20, 45, 70, 95, 95, 95]


@pytest.mark.parametrize(
    ("delay", "known"),
    [
        (
            "{2022-01-01: 2 months, 2022-04-15: 0 days}",
            ["2022-04-01", "2022-05-01", "2022-06-01", "2022-06-01", "2022-06-01", "2022-07-01"],
        ),
        ("{2022-01-01: 0 days, 2022-04-15: 10 days}", ["2022-02-01", "2022-03-01", "2022-04-01", "2022-05-11", "2022-06-11", "2022-07-11"]),
    ],
)
def test_reports_become_known_by_the_delay_of_their_month_and_in_order(play, delay, known):
    # of the first: March is known at the end of May (1 June), April would be at once (1 May), but not before March
    text = f"title: test\nassumed: test\nrun: {{start: 2022-01-01, horizon: 2022-12-31}}\n{BUILD}"
    played = play(text + f"assumptions: {{reporting: {{delay: {delay}, work_before_entry: counted}}}}\n")
    ticks = [(np.datetime64(date) - np.datetime64("2022-01-01")).astype(int) for date in known]
    assert played.model.spending.known_at[:6].tolist() == ticks


def test_an_effort_speeds_up_those_whom_it_means_while_it_lasts(play):
    text = HEAD + BUILD + "efforts: {visit: {pace: {2022-03-01: 150%, 2022-03-15: 100%}, hits: {district: [south]}}}\n"
    text += "portfolio: {projects: {a: {total: 365 yuan, plan: 365 yuan, at: build, district: south},\n"
    text += "  b: {total: 365 yuan, plan: 365 yuan, at: build, district: north}}}\n"
    played = play(text)
    assert paces(played, "a") == [(0, 1_000_000), (59, 1_500_000), (73, 1_000_000)]
    assert paces(played, "b") == [(0, 1_000_000)]
    # a fortnight at half as much again: 7 days earlier done
    assert (played.when("ended", "a", "build"), played.when("ended", "b", "build")) == (358, 365)


def test_a_review_that_pushes_from_a_month_on(play):
    text = reviewed("0 days").replace("gain: 100%", "gain: {2022-04-01: 100%}").replace("spends: true", "spends: true, calendar: site")
    text += "calendars: {site: {monthly: [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}\n"
    assert paces(play(text), "early")[1][0] == 31 + 28 + 31
