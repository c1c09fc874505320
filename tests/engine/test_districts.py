"""Districts by hand: their own pools, and who chooses which by what it offered at the last month's end."""

import numpy as np
import pytest

from sim.model import rules

CITY = """\
title: two districts
assumed: test
run: {start: 2022-01-01, horizon: 2022-03-31}
workflow: {land: {needs: {ready_land: land}, milestone: landed}}
pools:
  ready_land: {kind: stock, initial: 5 mu}
  east_land: {kind: stock, initial: 300 mu}
  west_land: {kind: stock, initial: 100 mu, tranches: {dated: {2022-01-20: 900 mu}}}
districts:
  east: {appeal: 2, pools: {ready_land: east_land}}
  west: {pools: {ready_land: west_land}}
offers: {stock: ready_land, enough: 100 mu}
"""


def test_odds_are_the_appeal_times_land_over_queues():
    # 2 x (1 + 300 / 100) / (1 + 5 / 10)
    assert rules.attraction(2.0, 300, 100.0, 5, 10.0) == pytest.approx(16 / 3)


def test_the_one_chosen_is_where_luck_falls_among_the_odds():
    assert [rules.chosen_district(luck, (3.0, 1.0)) for luck in (0.0, 0.74, 0.75, 0.99)] == [0, 0, 1, 1]


def test_a_project_of_a_district_takes_its_districts_land(play):
    played = play(CITY + "portfolio: {projects: {a: {district: east, land: 50 mu}, b: {district: west, land: 60 mu}, c: {land: 1 mu}}}\n")
    assert played.trace.free.tolist() == [5 - 1, 250, 100 - 60 + 900]
    assert [played.when("began", name, "land") for name in "abc"] == [0, 0, 0]


def test_land_that_a_districts_lots_yield_is_the_districts_own(play):
    lots = (
        "land: {workflow: {service: {duration: 3 days, produces: {ready_land: land}}}, batches: {plots: {area: 40 mu, district: east}}}\n"
    )
    assert play(CITY + lots).trace.free.tolist() == [5, 340, 1000]


def shares(played):
    """Part of the arrivals that chose east, before and after the end of January."""
    names, joins = played.draws.portfolio.names, played.draws.portfolio.joins[0]
    chose = {name: played.trace.district[number] for number, name in enumerate(names) if name.startswith("leads")}
    early = np.array([one == 1 for name, one in chose.items() if joins[names.index(name)] < 31])
    late = np.array([one == 1 for name, one in chose.items() if 31 <= joins[names.index(name)] <= 90])
    return early, late


def test_arrivals_choose_by_what_was_offered_at_the_last_months_end(play):
    # January: east 2 x (1 + 3) = 8, west 1 x (1 + 1) = 2: 80%. The 900 mu of 20 January count from February on: west 1 + 10 = 11, 8 / 19
    played = play(CITY + "intake: {leads: {rate: 60 per day, chooses: [east, west]}}\n")
    for chose, expected in zip(shares(played), (8 / 10, 8 / 19), strict=True):
        assert chose.mean() == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1 - expected) / len(chose)))


def test_a_long_queue_repels(play):
    # no land at all: every arrival waits where it chose. By the end of January some 1,240 wait in east and 620 in west, odds 2 : 1 at
    # first; then 2 / (1 + 1240 / 100) : 1 / (1 + 620 / 100) = 0.149 : 0.139
    city = CITY.replace("initial: 300 mu", "initial: 0 mu").replace(
        "initial: 100 mu, tranches: {dated: {2022-01-20: 900 mu}}", "initial: 0 mu"
    )
    city = city.replace("offers: {stock: ready_land, enough: 100 mu}", "offers: {queue: land, many: 100}")
    played = play(
        city + "assumptions: {land_per_bn_yuan: 10 mu}\nintake: {leads: {rate: 60 per day, total: 1 bn yuan, chooses: [east, west]}}\n"
    )
    early, late = shares(played)
    east, west = early.sum(), len(early) - early.sum()
    assert early.mean() == pytest.approx(2 / 3, abs=4.5 * np.sqrt(2 / 9 / len(early)))
    odds = 2 / (1 + east / 100), 1 / (1 + west / 100)
    first_of_february = late[: 28 * 50]
    assert first_of_february.mean() == pytest.approx(odds[0] / sum(odds), abs=4.5 * np.sqrt(0.25 / len(first_of_february)))
