"""Levers on a small scenario: what they make of its numbers, in size and in time, each by hand; and what cannot be had."""

import pytest

from sim.errors import InputError
from sim.scenario.levers.asked import lever_name
from sim.scenario.loading import levers_that_fit, library_levers, load

TOWN = """\
title: town
assumed: an example
run: {start: 2022-01-01, horizon: 2022-12-31}
workflow:
  permit: {needs: {desk: 1}, duration: {lognormal: {mean: 25 working days, cv: 0.6}}, calendar: office, dropout: 10%, milestone: permitted}
  build: {after: [permit], spends: true}
calendars: {office: {days: working days}}
pools:
  desk: {kind: servers, capacity: 10}
  land: {kind: stock, initial: 100 mu, tranches: {monthly: 20 mu, dated: {2022-02-01: 30 mu, 2022-08-01: 50 mu}}}
intake:
  east: {rate: 0.2 per day, dates: {2022-03-01: 4 projects}}
  west: {rate: {2022-01-01: 0.1 per day, 2022-06-01: 0.3 per day}}
portfolio:
  projects: {a: {total: 1 bn yuan, plan: 0.4 bn yuan}}
levers:
"""


@pytest.fixture
def town(tmp_path):
    """Load the town with these levers in its file and asked for."""

    def loaded(levers, *taken, without=()):
        path = tmp_path / "town.yaml"
        path.write_text(TOWN + "".join(f"  {line}\n" for line in levers), encoding="utf-8")
        return load(path, levers=taken, without=without)

    return loaded


def lever(name, change, more=""):
    return f"{name}: {{theme: approval, change: {{{change}}}{more}}}"


def kinds(raised):
    return [problem.kind for problem in raised.value.problems]


TIMES = lever("faster", "workflow.permit.duration: {times: 64%}")
DESKS = lever("desks", "pools.desk.capacity: {add: 3}")


@pytest.mark.parametrize(("size", "mean"), [("", "16 working days"), ("=0.5", "20 working days"), ("=2", "10.24 working days")])
def test_a_factor_is_raised_to_the_size(town, size, mean):
    tree = town([TIMES], "faster" + size).tree
    assert tree["workflow"]["permit"]["duration"] == {"lognormal": {"mean": mean, "cv": 0.6}}


@pytest.mark.parametrize(("size", "desks"), [("", 13), ("=0.5", 12), ("=2", 16)])
def test_an_amount_is_multiplied_by_the_size_and_wholes_stay_whole(town, size, desks):
    # 10 + 1.5 = 11.5 desks are 12
    assert town([DESKS], "desks" + size).tree["pools"]["desk"]["capacity"] == desks


def test_what_is_not_taken_leaves_no_trace(town):
    plain, named = town(["other: null"]), town([DESKS, TIMES])
    assert named.tree == plain.tree
    assert named.scenario.model_copy(update={"levers": {}}) == plain.scenario


def test_from_a_date_on_the_number_is_another(town):
    tree = town([DESKS], "desks@2022-03-01").tree
    assert tree["pools"]["desk"]["capacity"] == {"2022-01-01": 10, "2022-03-01": 13}


def test_a_date_of_its_own_and_one_asked_for(town):
    dated = lever("desks", "pools.desk.capacity: {add: 3}", ", from: 2022-05-01")
    assert town([dated], "desks").tree["pools"]["desk"]["capacity"] == {"2022-01-01": 10, "2022-05-01": 13}
    assert town([dated], "desks@2022-06-01").tree["pools"]["desk"]["capacity"] == {"2022-01-01": 10, "2022-06-01": 13}


def test_a_ramp_goes_week_by_week_and_is_full_at_its_end(town):
    # 21 days: a third more of the four desks after each week: 10 + 1.33, 10 + 2.67, 10 + 4
    ramp = lever("desks", "pools.desk.capacity: {add: 4}", ", ramp: 21 days")
    tree = town([ramp], "desks@2022-03-01").tree
    assert tree["pools"]["desk"]["capacity"] == {"2022-01-01": 10, "2022-03-08": 11, "2022-03-15": 13, "2022-03-22": 14}


def test_a_course_keeps_its_own_steps(town):
    # west has a tenth a day, from June three tenths; from April on half as much again of either
    tree = town([lever("rates", "intake.*.rate: {times: 150%}")], "rates@2022-04-01").tree
    assert tree["intake"]["west"]["rate"] == {
        "2022-01-01": "0.1 per day", "2022-04-01": "0.15 per day", "2022-06-01": "0.45 per day",
    }  # fmt: skip
    assert tree["intake"]["east"]["rate"] == {"2022-01-01": "0.2 per day", "2022-04-01": "0.3 per day"}


def test_what_comes_on_dates_is_changed_from_the_date_on(town):
    change = lever("more", "pools.land.tranches.dated: {times: 120%}")
    assert town([change], "more@2022-03-01").tree["pools"]["land"]["tranches"]["dated"] == {"2022-02-01": "30 mu", "2022-08-01": "60 mu"}
    added = lever("fair", "intake.east.dates: {add: {2022-03-01: 2 projects, 2022-09-01: 5 projects}}")
    assert town([added], "fair=2").tree["intake"]["east"]["dates"] == {"2022-03-01": 8, "2022-09-01": 10}
    assert town([added], "fair@2022-04-01").tree["intake"]["east"]["dates"] == {"2022-03-01": 4, "2022-09-01": 5}


def test_a_monthly_tranche_may_be_raised_from_a_date(town):
    change = lever("more", "pools.land.tranches.monthly: {add: 5 mu}")
    assert town([change], "more@2022-03-01").tree["pools"]["land"]["tranches"]["monthly"] == {"2022-01-01": "20 mu", "2022-03-01": "25 mu"}


def test_a_number_that_the_file_does_not_give_is_changed_from_its_default(town):
    change = lever("keep", "workflow.permit.dropout_times: {times: 50%}")
    assert town([change], "keep@2022-03-01").tree["workflow"]["permit"]["dropout_times"] == {"2022-01-01": 1, "2022-03-01": 0.5}


def test_a_structure_is_set_whole(town):
    change = lever("free", "workflow.permit.needs: {set: {}}")
    assert town([change], "free").tree["workflow"]["permit"]["needs"] == {}
    with pytest.raises(InputError) as fault:
        town([change], "free=2")
    assert kinds(fault) == ["lever-size"]


IN_FORCE = lever("desks", "pools.desk.capacity: {add: 3}", ", status: in_force")


def test_dropping_what_is_in_force_undoes_it_and_another_size_changes_the_difference(town):
    assert town([IN_FORCE]).tree["pools"]["desk"]["capacity"] == 10
    assert town([IN_FORCE], without=["desks"]).tree["pools"]["desk"]["capacity"] == 7
    assert town([IN_FORCE], "desks=2").tree["pools"]["desk"]["capacity"] == 13
    assert town([IN_FORCE], "desks=0.5@2022-03-01").tree["pools"]["desk"]["capacity"] == {"2022-01-01": 10, "2022-03-01": 9}
    factor = lever("faster", "workflow.permit.duration_times: {times: 80%}", ", status: in_force")
    assert town([factor], without=["faster"]).tree["workflow"]["permit"]["duration_times"] == 1.25
    was = lever("free", "workflow.permit.needs: {set: {desk: 1}, without: {desk: 2}}", ", status: in_force")
    assert town([was], without=["free"]).tree["workflow"]["permit"]["needs"] == {"desk": 2}


def test_its_numbers_are_assumed_and_say_by_which_lever(town):
    origin = town([DESKS], "desks").origins["pools.desk.capacity"]
    assert (origin.kind, origin.source) == ("assumed", "levers.desks")


def test_levers_come_before_single_settings(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(TOWN + f"  {DESKS}\n", encoding="utf-8")
    loaded = load(path, levers=["desks"], sets=["pools.desk.capacity=5"])
    assert loaded.scenario.pools["desk"].capacity == 5


ASKED = [
    (["desk"], [], ["unknown-lever"]),
    (["desks", "desks=2"], [], ["lever-twice"]),
    (["desks=3"], [], ["range"]),
    (["desks=0"], [], ["range"]),
    (["desks=much"], [], ["range"]),
    (["desks@soon"], [], ["date"]),
    (["old"], [], ["lever-in-force"]),
    (["old=1"], [], ["lever-in-force"]),
    ([], ["desks"], ["lever-proposed"]),
    ([], ["green_channel"], ["lever-proposed"]),  # of the library, and not named by the file
    (["first"], [], ["lever-requires"]),
    (["desks", "rival"], [], ["lever-group"]),
    (["late@2022-03-01"], [], ["lever-date"]),
    (["desk", "desks=3"], ["rival"], ["lever-proposed", "range", "unknown-lever"]),
]
FILE = [
    lever("desks", "pools.desk.capacity: {add: 3}", ", group: hands"),
    lever("rival", "pools.desk.capacity: {add: 2}", ", group: hands"),
    lever("old", "pools.desk.capacity: {add: 1}", ", status: in_force"),
    lever("first", "workflow.permit.dropout: {times: 50%}", ", requires: [desks]"),
    lever("late", "pools.land.initial: {add: 10 mu}"),
]


@pytest.mark.parametrize(("taken", "dropped", "found"), ASKED)
def test_what_cannot_be_had_is_told_all_at_once_and_where_it_was_asked_for(town, taken, dropped, found):
    with pytest.raises(InputError) as fault:
        town(FILE, *taken, without=dropped)
    assert sorted(kinds(fault)) == found
    for problem in fault.value.problems:
        told = [problem.render(lang) for lang in ("en", "zh")]
        assert all("^" in one for one in told)
        assert any(lever_name(one) in told[0] for one in [*taken, *dropped])


def test_a_slip_of_the_pen_is_met_with_what_was_meant(town):
    with pytest.raises(InputError) as fault:
        town(FILE, "rivl")
    assert fault.value.problems[0].suggestion == "rival"


def test_levers_of_one_kind_may_come_together_with_what_they_require(town):
    tree = town(FILE, "desks", "first", "old=2").tree
    assert (tree["pools"]["desk"]["capacity"], tree["workflow"]["permit"]["dropout"]) == (14, 0.05)


def test_a_lever_of_the_library_may_be_taken_and_refined(tmp_path):
    path = tmp_path / "town.yaml"
    text = "extends: base\ntitle: town\nassumed: x\nrun: {start: 2022-01-01, horizon: 2022-12-31}\n"
    text += "portfolio: {projects: {a: {total: 1 bn yuan, plan: 0.4 bn yuan}}}\n"
    path.write_text(text, encoding="utf-8")
    name = "green_channel"
    assert name in library_levers()
    assert load(path, levers=[name]).tree["pools"]["permit_desk"]["capacity"] == 1002
    path.write_text(text + f"levers: {{{name}: {{change: {{pools.permit_desk.capacity: {{add: 5}}}}}}}}\n", encoding="utf-8")
    loaded = load(path, levers=[name])
    assert loaded.tree["pools"]["permit_desk"]["capacity"] == 1005
    assert loaded.tree["workflow"]["permit"]["duration_times"] == 0.9
    fitting = levers_that_fit(loaded)
    assert name in fitting
    assert "city_coordination" not in fitting  # there is no stream for which districts could bid
    idle = "title: desk\nassumed: x\nrun: {start: 2022-01-01, horizon: 2022-12-31}\nworkflow: {permit: {duration: 1 days}}\n"
    path.write_text(idle, encoding="utf-8")
    assert "monthly_ranking" in fitting
    assert "monthly_ranking" not in levers_that_fit(load(path))  # nothing spends: a review has nothing to rank
