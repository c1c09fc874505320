"""Each rule on cases worked by hand (model: time, queues, waiting)."""

import math

import pytest

from sim.calendar import NEVER, PPM, Clock
from sim.model import rules
from sim.model.rules import beyond_rooms, due_tick, is_barred, lacking, patience_is_over, queue_rank, work_of


def test_rank_is_by_priority_then_request_then_entity_then_stage():
    widths = (366, 10, 5)
    ranks = [queue_rank(*one, widths) for one in [(1, 365, 9, 4), (2, 0, 0, 0), (2, 0, 0, 1), (2, 0, 1, 0), (2, 1, 0, 0), (3, 0, 0, 0)]]
    assert ranks == sorted(set(ranks))


def test_work_is_due_when_the_clock_has_advanced_by_it():
    plain = Clock.plain(10, 1)
    assert due_tick(plain, 2, work_of(3), PPM) == 5
    assert due_tick(plain, 2, work_of(3), PPM // 2) == 8
    assert due_tick(plain, 2, work_of(3) + 1, PPM) == 6
    assert due_tick(plain, 2, 0, PPM) == 2
    assert due_tick(plain, 2, work_of(9), PPM) == NEVER
    assert due_tick(plain, 2, work_of(1), 0) == NEVER


def test_a_request_lacks_the_pools_that_hold_less_than_it_needs():
    assert lacking([(0, 2), (1, 5)], [2, 4]) == [1]
    assert is_barred([(0, 2), (1, 5)], {1})
    assert not is_barred([(0, 2)], {1})


def test_patience_is_over_when_so_much_time_has_passed():
    assert patience_is_over(10, 0, 10)
    assert not patience_is_over(10, 5, 14)
    assert patience_is_over(10, 5, 15)
    assert not patience_is_over(10, NEVER, 10**6)


def test_beyond_a_room_are_the_last_in_rank_of_its_stage():
    # by rank: stages 0 1 0 1 0; stage 0 has room for one, stage 1 for any number
    assert beyond_rooms([0, 1, 0, 1, 0], [1, -1]) == [2, 4]
    assert beyond_rooms([0, 1], [0, 0]) == [0, 1]


def test_work_takes_the_factor_last_set_before_it_begins():
    # 10 days of work; from tick 5 a half, from tick 20 twice as long: what begins at 4, 5, 19 and 20
    ten, times = 10 * PPM * PPM, ((0, PPM), (5, 500_000), (20, 2_000_000))
    assert [rules.work_in_force(ten, times, now) // PPM // PPM for now in (4, 5, 19, 20)] == [10, 5, 5, 20]


@pytest.mark.parametrize(
    ("fixed", "per_mu", "land", "share", "amount"),
    [(3, 0, 100, 1, 3), (0, 1, 53, 1, 53), (0, 0.5, 3, 1, 2), (0, 300_000, 10, 0.4, 1_200_000), (2, 1, 5, 0.5, 4)],
)
def test_amounts_are_whole_halves_up(fixed, per_mu, land, share, amount):
    # 0.5 x 3 = 1.5 -> 2; (2 + 5) x 0.5 = 3.5 -> 4
    assert rules.amount_of(fixed, per_mu, land, share) == amount


def test_a_route_is_the_first_whose_running_sum_exceeds_the_luck():
    # 30, then 20, then all: 0.29 first, 0.3 second (not first: a sum reached is not exceeded), 0.49 second, 0.5 third
    chosen = [rules.chosen_route(luck, (0.3, 0.2, math.inf), (True, True, True)) for luck in (0.29, 0.3, 0.49, 0.5)]
    assert chosen == [0, 1, 1, 2]


def test_a_route_that_one_may_not_take_leaves_its_chance_to_those_below():
    # without the first, 0.1 falls into the second's 20%, and 0.25 into none where nothing takes all
    assert rules.chosen_route(0.1, (0.3, 0.2), (False, True)) == 1
    assert rules.chosen_route(0.25, (0.3, 0.2), (False, True)) is None


def test_rework_ends_when_it_was_done_as_often_as_allowed():
    again = frozenset({0, 2})
    assert rules.way_on(0, 7, again, sent_back=1, at_most=2) == 0
    assert rules.way_on(0, 7, again, sent_back=2, at_most=2) == 7
    assert rules.way_on(5, 7, again, sent_back=9, at_most=2) == 5  # a way ahead is no rework


def test_success_leads_to_all_that_no_route_names():
    assert [rules.is_chosen(after, rules.SUCCESS, (4,)) for after in (3, 4)] == [True, False]
    assert [rules.is_chosen(after, 4, (4,)) for after in (3, 4)] == [False, True]


def test_a_stage_begins_when_nothing_is_open_and_something_is_done():
    assert [rules.begins(*state) for state in ((0, 1), (1, 1), (0, 0))] == [True, False, False]


def test_a_shortfall_is_the_part_that_is_missing_of_what_is_due():
    # 60 of 730 x 1/12 = 60.83: 1.37%; nothing due or more than due: none
    assert rules.shortfall(60, 730, 1 / 12) == pytest.approx(1 - 60 / 60.8333333)
    assert rules.shortfall(61, 730, 1 / 12) == 0
    assert rules.shortfall(0, 0, 0.5) == 0


def test_a_push_is_bounded_and_decays():
    # a half of a shortfall of 30% is 15%, at most 10%; a quarter lost leaves 7.5%
    assert rules.push_of(0.3, 0.5, 200_000) == 150_000
    assert rules.push_of(0.3, 0.5, 100_000) == 100_000
    assert rules.decayed(100_000, 0.25) == 75_000
    assert rules.decayed(100_000, 1.0) == 0


def test_hindrances_multiply():
    # pushed to 120%, a flood leaves a half and a strike a quarter: 15%
    assert rules.wanted_pace(200_000, (500_000, 250_000)) == 150_000
    assert rules.wanted_pace(0, ()) == PPM


def test_a_fund_owes_its_share_of_what_is_spent_whole_yuan_down():
    assert [rules.due_from_fund(spent, 0.4) for spent in (0, 1, 2, 3, 5)] == [0, 0, 0, 1, 2]
