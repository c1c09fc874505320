"""Each rule on cases worked by hand (model: time, queues, waiting)."""

from sim.calendar import NEVER, PPM, Clock
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
