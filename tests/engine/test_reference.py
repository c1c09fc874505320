"""The reference engine's verbs on small cases solved by hand."""


def test_a_stage_waits_for_all_its_predecessors(play):
    played = play("""
        workflow:
          survey: {duration: 3 days}
          design: {duration: 5 days}
          dig: {after: [survey, design], duration: 2 days}
        portfolio: {projects: {a: {}}}
    """)
    assert played.when("ended", "a", "survey") == 3
    assert played.when("began", "a", "dig") == 5
    assert played.when("ended", "a", "dig") == 7


def test_a_desk_freed_at_an_instant_is_taken_at_that_instant(play):
    played = play("""
        workflow: {serve: {needs: {desk: 1}, duration: 1 days}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {joins: day 0}, b: {joins: day 1}, c: {joins: day 2}}}
    """)
    assert [played.when("began", name, "serve") for name in "abc"] == [0, 1, 2]


def test_lower_priority_numbers_go_first_then_the_earlier_request(play):
    # one desk busy until 10; then urgent d (asked last), then a (asked first) before b
    played = play("""
        workflow: {serve: {needs: {desk: 1}, duration: 10 days}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {first: {}, a: {joins: day 1}, b: {joins: day 2}, d: {joins: day 3, priority: 1}}}
    """)
    assert [played.when("began", name, "serve") for name in ("first", "d", "a", "b")] == [0, 10, 20, 30]


def test_requests_of_one_instant_are_ranked_together_whatever_their_order_in_time(play):
    # b asks at day 5 after a zero stage more than a does, but outranks it: both are looked at in one allocation
    played = play("""
        workflow:
          paper: {}
          serve: {after: [paper], needs: {desk: 1}, duration: 10 days}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {at: serve, joins: day 5, priority: 2}, b: {joins: day 5, priority: 1}}}
    """)
    assert played.when("began", "b", "serve") == 5
    assert played.when("began", "a", "serve") == 15


def test_all_needs_are_taken_at_once_or_none(play):
    # one desk; ten mu on day 4: until then the first project holds nothing, and bars the desk for the second until it has both
    played = play("""
        workflow: {permit: {needs: {desk: 1, land: 10 mu}, duration: 3 days}, file: {needs: {desk: 1}, duration: 1 days}}
        pools:
          desk: {kind: servers, capacity: 1, passing: false}
          land: {kind: stock, initial: 0 mu, tranches: {dated: {day 4: 10 mu}}}
        portfolio: {projects: {a: {done: [file]}, b: {joins: day 1, done: [permit]}}}
    """)
    assert played.when("began", "a", "permit") == 4
    assert played.when("began", "b", "file") == 1


def test_a_request_that_lacks_a_pool_bars_later_ones_from_it(play):
    # a needs 10 of 6 mu: b, who needs only 5, must wait behind it until the tranche of day 9 (6 + 9 = 10 + 5)
    played = play(LAND.format(passing="false"))
    assert played.when("began", "a", "build") == 9
    assert played.when("began", "b", "build") == 9


def test_a_pool_that_lets_requests_pass_serves_the_later_smaller_one(play):
    # b takes 5 of 6 mu at once; a waits for 1 + 9 = 10
    played = play(LAND.format(passing="true"))
    assert played.when("began", "b", "build") == 1
    assert played.when("began", "a", "build") == 9


LAND = """
    workflow: {{build: {{needs: {{land: land}}, duration: 1 days}}}}
    pools: {{land: {{kind: stock, initial: 6 mu, passing: {passing}, tranches: {{dated: {{day 9: 9 mu}}}}}}}}
    portfolio: {{projects: {{a: {{land: 10 mu}}, b: {{joins: day 1, land: 5 mu}}}}}}
"""


def test_stock_is_consumed_and_servers_come_back(play):
    played = play("""
        workflow: {serve: {needs: {desk: 1, land: 5 mu}, duration: 2 days}}
        pools: {desk: {kind: servers, capacity: 1}, land: {kind: stock, initial: 10 mu, tranches: {dated: {day 50: 5 mu}}}}
        portfolio: {projects: {a: {}, b: {}, c: {}}}
    """)
    assert [played.when("began", name, "serve") for name in "abc"] == [0, 2, 50]


def test_a_window_lets_through_on_its_dates_and_at_once_on_the_date_itself(play):
    played = play("""
        workflow: {prepare: {duration: 3 days}, auction: {after: [prepare], window: [day 5, day 8], duration: 1 days}}
        portfolio: {projects: {a: {}, b: {joins: day 5}, c: {joins: day 2}, late: {joins: day 6}}}
    """)
    assert [played.when("requested", name, "auction") for name in ("a", "b", "c", "late")] == [5, 8, 5, -1]


def test_who_comes_to_an_open_window_by_a_grant_of_that_instant_passes(play):
    played = play("""
        workflow: {ask: {needs: {desk: 1}}, auction: {after: [ask], window: [day 5]}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {joins: day 5}}}
    """)
    assert played.when("requested", "a", "auction") == 5


def test_a_planned_start_holds_a_ready_project_and_not_a_late_one(play):
    played = play("""
        workflow: {permit: {duration: 10 days}, start: {after: [permit], not_before: planned_start}}
        portfolio: {projects: {early: {planned_start: day 30}, late: {planned_start: day 5}}}
    """)
    assert played.when("ended", "early", "start") == 30
    assert played.when("ended", "late", "start") == 10


def test_a_project_that_drops_out_goes_no_further_and_gives_back_what_it_holds(play):
    # a leaves at day 4 by `talk`; its file, begun at 0 and due at 50, gives its desk to b at 4
    played = play("""
        workflow: {talk: {duration: 4 days}, file: {needs: {desk: 1}, duration: 50 days}, sign: {after: [talk]}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {dropout: {talk: 100%}}, b: {joins: day 1}}}
    """)
    assert played.when("ended", "a", "talk") == 4
    assert played.when("requested", "a", "sign") == -1
    assert played.when("ended", "a", "file") == -1
    assert played.when("began", "b", "file") == 4


def test_what_happens_at_the_horizon_still_happens_and_later_does_not(play):
    played = play("""
        workflow: {build: {duration: 100 days}}
        portfolio: {projects: {a: {}, b: {joins: day 1}}}
    """)
    assert played.when("ended", "a", "build") == 100
    assert played.when("ended", "b", "build") == -1


def test_office_work_begun_on_friday_ends_at_the_end_of_that_day(play):
    # 4 March 2022 is a Friday: ticks since 1 January: 62; one working day ends at 00:00 of Saturday, tick 63; two on Monday's end, 66
    played = play("""\
        title: test
        assumed: test
        run: {start: 2022-01-01, horizon: 2022-12-31}
        workflow: {file: {duration: 1 working days, calendar: office}, check: {after: [file], duration: 1 working days, calendar: office}}
        calendars: {office: {days: working days}}
        portfolio: {projects: {a: {joins: 2022-03-04}}}
    """)
    assert played.when("ended", "a", "file") == 63
    assert played.when("ended", "a", "check") == 66


def test_a_finer_tick_resolves_half_days(play):
    played = play("""\
        title: test
        assumed: test
        run: {calendar: plain, horizon: day 10, tick: 0.5 days}
        workflow: {serve: {needs: {desk: 1}, duration: 1.5 days}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {}, b: {joins: day 1}}}
    """)
    assert played.when("began", "b", "serve") == 3
    assert played.when("ended", "b", "serve") == 6


def test_a_window_date_is_open_all_its_day_at_a_finer_tick(play):
    # half days: the window of 6 January (ticks 10 and 11) lets through who is ready at noon, tick 11; who comes on the 7th waits for ever
    played = play("""\
        title: test
        assumed: test
        run: {start: 2022-01-01, horizon: 2022-01-31, tick: 0.5 days}
        workflow: {prepare: {duration: 5.5 days}, auction: {after: [prepare], window: [2022-01-06], duration: 1 days}}
        portfolio: {projects: {noon: {}, late: {joins: 2022-01-02}}}
    """)
    assert played.when("requested", "noon", "auction") == 11
    assert played.when("requested", "late", "auction") == -1


def test_a_project_whose_patience_is_over_leaves_and_makes_way(play):
    # one desk busy until 10; b gives up at 1 + 4 = 5, c waits on and is served at 10
    played = play("""
        workflow: {serve: {needs: {desk: 1}, duration: 10 days, patience: 4 days}, after: {after: [serve]}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {}, b: {joins: day 1}, c: {joins: day 6}}}
    """)
    assert played.when("ended", "b", "serve") == 5
    assert played.when("began", "b", "serve") == -1
    assert played.when("requested", "b", "after") == -1
    assert played.when("began", "c", "serve") == 10


def test_a_desk_freed_at_the_very_end_of_a_patience_is_still_taken(play):
    # the desk is free at 10, when b has waited exactly its 9 days: granted first, leaving comes last in an instant
    played = play("""
        workflow: {serve: {needs: {desk: 1}, duration: 10 days, patience: 9 days}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {}, b: {joins: day 1}}}
    """)
    assert played.when("began", "b", "serve") == 10


def test_what_a_leaver_held_is_given_to_the_next_at_the_same_instant(play):
    # a holds the desk for its file while it waits for land until day 3; then it leaves, and b has the desk
    played = play("""
        workflow: {file: {needs: {desk: 1}, duration: 50 days}, land: {needs: {plot: land}, patience: 3 days, duration: 1 days}}
        pools: {desk: {kind: servers, capacity: 1}, plot: {kind: stock, initial: 0 mu, tranches: {dated: {day 90: 5 mu}}}}
        portfolio: {projects: {a: {land: 5 mu}, b: {joins: day 1, done: [land]}}}
    """)
    assert played.when("ended", "a", "land") == 3
    assert played.when("began", "b", "file") == 3


def test_the_last_in_rank_has_no_room_to_wait(play):
    # one desk, room for one: at day 1 b and c ask; c, of higher priority, keeps the room, b is refused
    played = play("""
        workflow: {serve: {needs: {desk: 1}, duration: 10 days, waiting_room: 1}}
        pools: {desk: {kind: servers, capacity: 1}}
        portfolio: {projects: {a: {}, b: {joins: day 1, priority: 5}, c: {joins: day 1, priority: 2}}}
    """)
    assert played.when("ended", "b", "serve") == 1
    assert played.when("began", "c", "serve") == 10


def test_who_was_barred_by_a_request_that_rework_cancels_is_served_at_once(play):
    # two units, one held to day 20. From day 5 A asks for both and bars B, who asks for one on day 6; on day 8 A is sent back
    played = play(
        """
        workflow:
          a: {duration: 5 days}
          x: {after: [a], needs: {p: 2}, duration: 1 days}
          y: {after: [a], duration: 3 days, routes: {a: {probability: 100%}}}
          b: {needs: {p: 1}, duration: 2 days}
          hold: {needs: {p: 1}, duration: 20 days}
        pools: {p: {kind: servers, capacity: 2}}
        portfolio: {projects: {H: {walks: [hold]}, A: {walks: [a, x, y]}, B: {walks: [b], joins: day 6}}}
        """
    )
    assert played.when("began", "B", "b") == 8
    assert played.when("ready", "A", "a") == 8
    assert played.when("began", "A", "x") == 20


def test_of_two_ways_back_at_one_instant_the_farther_is_walked_once(play):
    # b and c end on day 3: b is sent back to itself, c to a. b waits for a then, which ends on day 4, and runs once more, to day 6
    played = play(
        """
        workflow:
          a: {duration: 1 days}
          b: {after: [a], duration: 2 days, routes: {b: {probability: 100%}}, rework_at_most: 1}
          c: {after: [a], duration: 2 days, routes: {a: {probability: 100%}}, rework_at_most: 1}
          d: {after: [b, c], duration: 1 days}
        portfolio: {projects: {A: {}}}
        """
    )
    assert [played.when("ended", "A", stage) for stage in "abcd"] == [4, 6, 6, 7]
    assert [played.when("began", "A", stage) for stage in "abcd"] == [3, 4, 4, 6]
    assert played.trace.visit[0].tolist() == [1, 1, 1, 0]
    assert sorted(played.trace.earlier[:, [1, 2, 3, 6]].tolist()) == [[0, 0, 0, 1], [1, 0, 1, 3], [2, 0, 1, 3]]
