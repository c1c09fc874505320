"""Queues and pools on cases solved by hand."""

import pytest

import sim

HEAD = """\
title: test
assumed: test
run: {calendar: plain, horizon: day 30}
"""


@pytest.fixture
def tables(tmp_path):
    """(stages, pools) of a small scenario, as `run --json` gives them."""

    def run(text: str, also: str = "tick: 1 days"):
        path = tmp_path / "queue.yaml"
        path.write_text(HEAD.replace("30}", f"30, {also}}}") + text, encoding="utf-8")
        told = sim.load(path).run(seed=1, replications=2).to_json()
        return told["stages"], told["pools"]

    return run


def test_a_deterministic_queue_is_as_long_and_as_busy_as_by_hand(tables):
    # ten arrivals, a day apart, two days each at one desk: waits 0..9 add up to 45; the desk is held 20 of 30 days
    rows = "".join(f"    e{k}: {{joins: day {k}}}\n" for k in range(10))
    stages, pools = tables(
        "workflow: {serve: {needs: {desk: 1}, duration: 2 days}}\n"
        "pools: {desk: {kind: servers, capacity: 1}}\nportfolio:\n  projects:\n" + rows
    )
    served = {"requested": 10, "waited": 9, "began": 10, "done": 10, "left": 0, "wait_days": 45, "stay_days": 65, "waiting": 1.5}
    assert stages["serve"] == served | {"mean_wait_days": 4.5, "mean_stay_days": 6.5, "share_waiting": 0.9}
    assert pools["desk"] == {"mean_waiting": 1.5, "wait_days": 45, "held_days": 20, "utilisation": pytest.approx(20 / 30)}


def test_what_is_measured_begins_with_the_warm_up(tables):
    # as above, from day 10 on: the queue then holds e5..e9 (e4 was taken at 8 until 10, e5 is taken at 10): 4 wait from 10 to 12, 3 to
    # 14, 2 to 16, 1 to 18, so 20 waiting days in 20; the desk is held from 10 to 20; nobody asks any more
    rows = "".join(f"    e{k}: {{joins: day {k}}}\n" for k in range(10))
    stages, pools = tables(
        "workflow: {serve: {needs: {desk: 1}, duration: 2 days}}\n"
        "pools: {desk: {kind: servers, capacity: 1}}\nportfolio:\n  projects:\n" + rows,
        "warm_up: day 10",
    )
    assert (stages["serve"]["requested"], stages["serve"]["waiting"]) == (0, 1)
    assert (pools["desk"]["held_days"], pools["desk"]["utilisation"]) == (10, 0.5)


def test_who_still_waits_or_is_held_at_the_end_counts_until_then(tables):
    # a holds the desk from 0 to beyond 30; b waits from 10 for the whole rest, 20 days; c gives up after 5
    stages, pools = tables(
        "workflow: {serve: {needs: {desk: 1}, duration: 99 days}, try: {needs: {desk: 1}, duration: 1 days, patience: 5 days}}\n"
        "pools: {desk: {kind: servers, capacity: 1}}\n"
        "portfolio: {projects: {a: {done: [try]}, b: {joins: day 10, done: [try]}, c: {joins: day 10, done: [serve]}}}\n"
    )
    assert (stages["serve"]["requested"], stages["serve"]["began"], stages["serve"]["wait_days"]) == (2, 1, 20)
    assert (stages["try"]["left"], stages["try"]["wait_days"]) == (1, 5)
    assert pools["desk"] == {"mean_waiting": pytest.approx(25 / 30), "wait_days": 25, "held_days": 30, "utilisation": 1}


def test_a_stock_is_consumed_by_what_each_needs(tables):
    _, pools = tables(
        "workflow: {land: {needs: {plot: land}}}\npools: {plot: {kind: stock, initial: 10 mu, tranches: {dated: {day 12: 4 mu}}}}\n"
        "portfolio: {projects: {a: {land: 7 mu}, b: {land: 5 mu}}}\n"
    )
    assert pools["plot"] == {"mean_waiting": pytest.approx(12 / 30), "wait_days": 12, "consumed": 12}
