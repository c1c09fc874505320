"""Every lever of the library on small scenarios: what it does at each size, from a date on, and when it is not taken, by hand."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
import yaml

from sim.engine import reference
from sim.engine.trace import LEFT, TICKS, Trace, stacked
from sim.errors import InputError
from sim.model import rules
from sim.model.arrays import Model
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.sampling.draws import Draws, draw
from sim.scenario.loading import Loaded, library_levers, load
from tests.levers import small
from tests.levers.rows import REFUSED, ROWS, SIZES, Seen

LIBRARY = library_levers()
UNDATED = ("city_coordination", "capital_cycle")
"""Levers on numbers that cannot change in time."""
DATES = {
    small.READY_LAND: "2022-07-01",
    small.LAND_FUND: "day 205",
    small.DESKS: "day 315",
    small.SITES: "day 300",
    small.ENTRY: "day 60",
    small.REPORTS: "2022-08-15",
    small.PROBLEMS: "2022-01-31",
    small.BEHIND: "2022-01-15",
    small.A_LITTLE_BEHIND: "2022-01-15",
}
"""Small scenario -> a date in the midst of what happens there, for all others day 250."""


@dataclass(frozen=True)
class Played:
    """One replication of a small scenario."""

    loaded: Loaded
    model: Model
    draws: Draws
    trace: Trace


Play = Callable[..., Played]


@pytest.fixture(scope="module")
def play(tmp_path_factory) -> Play:
    """Load a small scenario with levers taken, and run it, always of the same seed; what is asked for again is not run again."""
    path = tmp_path_factory.mktemp("levers") / "scenario.yaml"

    @cache
    def run(text: str, *levers: str) -> Played:
        path.write_text(text, encoding="utf-8")
        loaded = load(path, levers=levers)
        model = compile_model(loaded.scenario, loaded.as_written)
        draws = draw(model, 1, np.array([1]), 1.0)
        return Played(loaded, model, draws, reference.simulate(model, draws, 0))

    return run


def with_lever(seen: Seen, name: str, dropped: Sequence[str] = ()) -> str:
    """A small scenario that names a lever; of its changes those are dropped that are of numbers that it does not have."""
    unfit = [path for path in LIBRARY[name].change if not fits(path.split("."), tree_of(seen.text))]
    change = ", ".join(f"{path}: null" for path in [*unfit, *dropped])
    return f"{seen.text}levers: {{{name}: {{change: {{{change}}}}}}}\n"


@cache
def tree_of(text: str) -> Mapping[str, Any]:
    """The tree of a small scenario, as YAML reads it."""
    return dict(yaml.safe_load(text))


def fits(path: Sequence[str], tree: object) -> bool:
    """Whether a tree has the mapping in which the last name of a path stands."""
    if not isinstance(tree, Mapping):
        return False
    if len(path) == 1:
        return True
    return any(fits(path[1:], child) for name, child in tree.items() if path[0] in (name, "*"))


# --- What is read


def kept(one: Played, stage: str, owner: str | None = None) -> float:
    """How many are expected to go on at a stage, once all ramps are over; in the trace those have left whose luck was below."""
    number, last = one.model.network.names.index(stage), int(one.model.timeline.horizon)
    steps, chances = one.model.network.dropout_times[number], one.draws.dropout[0, :, number]
    chance = chances * rules.in_force(steps, last)
    left = one.draws.visits.leaving[0, :, number] < chance
    ended = one.trace.ended[:, number]
    assert (left == (one.trace.outcome[:, number] == LEFT))[ended > 0].all()
    owners = [name for name in one.model.members.owners if owner in (None, name)]
    chosen = [one.model.members.owners[index] in owners for index in one.draws.portfolio.owner.tolist()]
    return float((1 - chance)[chosen].sum())


def leads(one: Played) -> float:
    """Arrivals expected from day 100 on."""
    intensity = one.model.members.streams[0].intensity
    first, last = np.interp([100, 400], intensity.days, intensity.expected)
    return float(last - first)


def on_time(one: Played, stage: str) -> float:
    """How many of 199 are expected not to be sent back, once all ramps are over."""
    routes = one.model.network.routes[one.model.network.names.index(stage)]
    assert routes is not None
    (chance,) = rules.in_force(routes.probabilities, int(one.model.timeline.horizon))
    return 199 * (1 - chance)


READERS: dict[str, Callable[..., float]] = {
    "kept": kept,
    "kept_lead": lambda one, stage: kept(one, stage, "leaving"),
    "leads": leads,
    "on_time": on_time,
    "known": lambda one, month: float(one.model.spending.known_at[int(month)]),
}


def read(one: Played, what: str) -> float:
    """An outcome: that of a goal of the scenario, or of a reader."""
    reader, *arguments = what.split()
    if reader in READERS:
        return READERS[reader](one, *arguments)
    goals = [goal.name for goal in one.model.goals]
    return float(measure(one.model, one.draws, stacked([one.trace])).outcomes[0, goals.index(what)])


def happened(one: Played, until: float = np.inf) -> tuple[set[tuple[object, ...]], ...]:
    """All that a trace holds of what was before a tick: visits, settlements, reviews, levels of pools."""
    trace, names, stages = one.trace, one.draws.portfolio.names, one.model.network.names
    ends = (trace.outcome, trace.visit)
    events = {
        (names[entity], stages[stage], what, int(tick), *(told[entity, stage] for told in ends if what == "ended"))
        for what in TICKS
        for (entity, stage), tick in np.ndenumerate(getattr(trace, what))
        if 0 <= tick < until
    }
    settled = {(names[row[0]], *row[1:]) for row in trace.settlements.tolist() if row[1] < until}
    reviewed = {tuple(row) for row in trace.reviews.tolist() if row[0] < until}
    looks = one.model.timeline.looks.tolist()
    levels = {(tick, *row) for tick, row in zip(looks, trace.levels.tolist(), strict=True) if tick < until}
    return events, settled, reviewed, levels


def tick_of(date: str) -> int:
    """Days since the start of a date of 2022, or of `day n`."""
    if date.startswith("day "):
        return int(date.removeprefix("day "))
    return (datetime.date.fromisoformat(date) - datetime.date(2022, 1, 1)).days


# --- The tests


def each(condition: Callable[[str, Seen], bool] = lambda name, seen: True) -> list[Any]:
    """A case for every row of the table and all that is read there."""
    rows = [(name, number, seen) for name, row in ROWS.items() for number, seen in enumerate(row) if condition(name, seen)]
    return [pytest.param(name, seen, id=f"{name}-{number}") for name, number, seen in rows]


def errors(refused: InputError) -> set[str]:
    """Kinds of what is wrong."""
    return {problem.kind for problem in refused.problems if problem.severity == "error"}


def test_every_lever_of_the_library_has_a_row():
    assert set(ROWS) == set(LIBRARY)


@pytest.mark.parametrize(("name", "seen"), each())
def test_what_a_lever_does_at_each_size_is_as_worked_by_hand(play, name, seen):
    text = with_lever(seen, name)
    for size, value in zip(SIZES, seen.values, strict=True):
        if value is REFUSED:  # what is `set` has size one only
            kind = "range" if size > LIBRARY[name].largest else "lever-size"
            with pytest.raises(InputError) as refused:
                play(text, f"{name}={size}")
            assert errors(refused.value) == {kind}
        else:
            one = play(text, f"{name}={size:g}") if size else play(seen.text)
            found = read(one, seen.what)
            assert found == (pytest.approx(value, rel=1e-9) if seen.what.split()[0] in READERS else value), size


@pytest.mark.parametrize("name", ROWS)
def test_a_lever_moves_what_it_is_to_move_and_more_of_it_moves_it_more(name):
    for seen in ROWS[name]:
        values = [seen.grows * value for value in seen.values if value is not REFUSED]
        assert values == sorted(values)
    first, moves = ROWS[name][0], LIBRARY[name].moves
    assert moves is not None
    assert moves.direction == "up"
    assert first.values[2] > first.values[0]
    goal = tree_of(first.text).get("goals", {}).get(first.what)
    if goal is not None:
        told = {"metric": moves.metric, "milestone": moves.milestone, "pool": moves.pool, "basis": moves.basis}
        assert {key: value for key, value in told.items() if value != goal.get(key, "completed" if key == "basis" else None)} == {}


@pytest.mark.parametrize(("name", "seen"), each(lambda name, seen: name not in UNDATED))
def test_taken_from_a_date_nothing_differs_before_it_and_something_after(play, name, seen):
    text, date = with_lever(seen, name), DATES.get(seen.text, "day 250")
    without, taken = play(seen.text), play(text, f"{name}@{date}")
    assert happened(taken, tick_of(date)) == happened(without, tick_of(date))
    assert happened(taken) != happened(without)


@pytest.mark.parametrize("name", UNDATED)
def test_a_lever_on_what_cannot_change_in_time_is_taken_from_the_start_or_not_at_all(play, name):
    for seen in ROWS[name]:
        with pytest.raises(InputError) as refused:
            play(with_lever(seen, name), f"{name}@day 250")
        assert errors(refused.value) == {"lever-date"}


@pytest.mark.parametrize(("name", "seen"), each())
def test_of_a_lever_that_is_not_taken_nothing_is_left(play, name, seen):
    before = play(seen.text)
    play(with_lever(seen, name), f"{name}=1")
    named = play(with_lever(seen, name))
    assert {key: value for key, value in named.loaded.tree.items() if key != "levers"} == before.loaded.tree
    assert happened(named) == happened(before)


@pytest.mark.parametrize(("size", "desks"), [(0.2, 3), (0.25, 4), (1.3, 6), (2, 7)])
def test_desks_are_added_to_the_nearest_whole_number_halves_up(play, size, desks):
    # two more than three at size one: 3.4, 3.5, 5.6, 7
    one = play(with_lever(ROWS["green_channel"][0], "green_channel"), f"green_channel={size}")
    assert one.model.pools.initial.tolist() == [desks]


@pytest.mark.parametrize("choice", ["chain_leaders", "annual_awards=2", "annual_awards@day 250"])
def test_many_times_the_leads_of_a_stream_without_a_rate_are_none(play, choice):
    one = play(small.LEADS, choice)
    assert one.loaded.tree["intake"]["conference"] == play(small.LEADS).loaded.tree["intake"]["conference"]
    assert one.model.members.streams[1].intensity.expected[-1] == 0


@pytest.mark.parametrize("name", ROWS)
def test_a_row_sees_each_change_of_its_lever(play, name):
    for path in LIBRARY[name].change:
        seen = [one for one in ROWS[name] if fits(path.split("."), tree_of(one.text))]
        if len(LIBRARY[name].change) == 1:
            assert seen
            continue
        assert any(differs(play, name, one, path) for one in seen), path


def differs(play: Play, name: str, seen: Seen, path: str) -> bool:
    """Whether what is read is another without one change of the lever."""
    left = [other for other in LIBRARY[name].change if other != path and fits(other.split("."), tree_of(seen.text))]
    if not left:
        return True  # the lever does nothing else here
    return read(play(with_lever(seen, name, [path]), name), seen.what) != pytest.approx(seen.values[2], rel=1e-9)
