"""Random models against what must hold of each, and against the phases said plainly: tick by tick, entity by entity, without events."""

from dataclasses import dataclass, field

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sim.calendar import NEVER
from sim.engine import reference
from sim.engine.trace import BEFORE, DONE, GAVE_UP, LEFT, REFUSED, Trace, empty_trace
from sim.model.compile import compile_model
from sim.sampling.draws import draw
from sim.scenario.checks import check
from sim.scenario.schema import Scenario

SETTINGS = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
HORIZON = 40
DURATIONS = ["0 days", "1 days", "3 days", "0.5 days", "12 days", "60 days", {"exponential": {"mean": "4 days"}}]
PATIENCES = ["0 days", "2 days", {"exponential": {"mean": "4 days"}}]
CALENDARS = {
    "plain": {},
    "office": {"days": "working days"},
    "site": {"monthly": [0, 2, *[1] * 10], "spring_festival": {"slows": -5, "stops": -2, "midpoint": 5, "slope": 0.5}},
}


@st.composite
def documents(draw_):
    """A small dated model of every verb: strands that meet, windows, planned starts, servers and stocks, dropouts, later arrivals."""
    stages = [f"s{number}" for number in range(draw_(st.integers(1, 5)))]
    day = st.integers(0, HORIZON - 1).map(lambda number: str(np.datetime64("2022-01-20") + np.timedelta64(number, "D")))
    pools = {
        "desk": {"kind": "servers", "capacity": draw_(st.integers(0, 3)), "passing": draw_(st.booleans())},
        "crew": {"kind": "servers", "capacity": draw_(st.integers(1, 2)), "passing": draw_(st.booleans())},
        "land": {
            "kind": "stock",
            "initial": f"{draw_(st.integers(0, 12))} mu",
            "tranches": {"dated": dict.fromkeys(draw_(st.lists(day, max_size=3)), "7 mu")},
            "passing": draw_(st.booleans()),
        },
    }
    need = st.sampled_from([{}, {"desk": 1}, {"desk": 2}, {"desk": 1, "crew": 1}, {"land": "land"}, {"crew": 1, "land": "3 mu"}])
    workflow = {
        name: {
            "after": draw_(st.lists(st.sampled_from(stages[:number]), unique=True, max_size=2)) if number else [],
            "duration": draw_(st.sampled_from(DURATIONS)),
            "calendar": draw_(st.sampled_from(list(CALENDARS))),
            "needs": draw_(need),
            "dropout": draw_(st.sampled_from([0, 0, 0.3, 1])),
        }
        | ({"window": draw_(st.lists(day, min_size=1, max_size=3))} if draw_(st.integers(0, 3)) == 0 else {})
        | ({"not_before": "planned_start"} if draw_(st.integers(0, 3)) == 0 else {})
        | draw_(st.sampled_from([{}, {}, *({"patience": patience} for patience in PATIENCES)]))
        | draw_(st.sampled_from([{}, {}, {"waiting_room": 0}, {"waiting_room": 1}]))
        for number, name in enumerate(stages)
    }
    member = st.fixed_dictionaries(
        {
            "priority": st.integers(0, 2),
            "done": st.lists(st.sampled_from(stages), max_size=1),
        },
        optional={"at": st.sampled_from(stages), "joins": day, "planned_start": day},
    )
    projects = {
        f"p{number}": draw_(member) | {"total": "1 bn yuan", "land": f"{draw_(st.integers(0, 9))} mu"}
        for number in range(draw_(st.integers(0, 6)))
    }
    cohort = draw_(member) | {"count": draw_(st.integers(1, 5)), "total": "1 bn yuan"}
    document = {
        "run": {"start": "2022-01-20", "horizon": "2022-02-28", "tick": draw_(st.sampled_from(["1 day", "12 hours"]))},
        "workflow": workflow,
        "pools": pools,
        "calendars": CALENDARS,
        "assumptions": {"land_per_bn_yuan": "12 mu"},
        "portfolio": {"projects": projects, "cohorts": {"c": cohort} if draw_(st.booleans()) else {}},
    }
    for stage in workflow.values():
        if not stage["needs"]:
            stage.pop("patience", None)
            stage.pop("waiting_room", None)
    assume(not [problem for problem in check(Scenario.model_validate(document)) if problem.severity == "error"])
    return document


def prepared(document, replication):
    """A document's model, with the draws of one replication."""
    scenario = Scenario.model_validate(document)
    model = compile_model(scenario, scenario)
    return model, draw(model, 1, np.array([replication]), 1.0)


@SETTINGS
@given(documents(), st.integers(1, 1000))
def test_the_engine_does_what_the_phases_say_tick_by_tick(document, replication):
    model, draws = prepared(document, replication)
    events, ticks = reference.simulate(model, draws, 0), TickByTick(model, draws).run()
    for column in ("ready", "requested", "began", "ended", "outcome"):
        np.testing.assert_array_equal(getattr(events, column), getattr(ticks, column), err_msg=column)


@SETTINGS
@given(documents(), st.integers(1, 1000))
def test_stages_keep_their_order_and_their_dates(document, replication):
    model, draws = prepared(document, replication)
    trace, network = reference.simulate(model, draws, 0), model.network
    done_at = np.where(trace.outcome == BEFORE, 0, np.where(trace.outcome == DONE, trace.ended, NEVER))
    for entity, stage in zip(*np.nonzero(trace.ready >= 0), strict=True):
        before = np.flatnonzero(network.predecessors[:, stage])
        assert trace.ready[entity, stage] == max([draws.portfolio.joins[0, entity], *done_at[entity, before]])
    for first, then in (("ready", "requested"), ("requested", "began"), ("began", "ended")):
        earlier, later = getattr(trace, first), getattr(trace, then)
        turned_away = (trace.outcome > LEFT) & (then == "ended")
        assert (turned_away | (later == -1) | ((earlier >= 0) & (earlier <= later))).all()
    for stage, window in enumerate(network.windows):
        asked = trace.requested[:, stage]
        assert not len(window) or np.isin(asked[asked >= 0], window).all()
        if network.waits_for_planned_start[stage]:
            assert (asked[asked >= 0] >= draws.portfolio.planned_start[0, asked >= 0]).all()


@SETTINGS
@given(documents(), st.integers(1, 1000))
def test_no_pool_lends_what_it_has_not_and_nobody_waits_for_what_is_free(document, replication):
    model, draws = prepared(document, replication)
    trace, pools = reference.simulate(model, draws, 0), model.pools
    left = np.where(trace.outcome >= LEFT, trace.ended, NEVER).min(axis=1, initial=NEVER)[:, None]
    until = np.minimum(np.where(trace.ended >= 0, trace.ended, NEVER), left)
    needs = need_of(model, draws)
    for tick in range(model.timeline.horizon + 1):
        free = pools.initial.copy()
        for when, pool, amount in pools.inflows:
            free[pool] += amount * (when <= tick)
        holds = (trace.began >= 0) & (trace.began <= tick)
        free -= np.where(pools.is_stock, needs * holds[:, :, None], needs * (holds & (until > tick))[:, :, None]).sum(axis=(0, 1))
        assert (free >= 0).all()
        waits = (trace.requested >= 0) & (trace.requested <= tick) & ((trace.began < 0) | (trace.began > tick)) & (left > tick)
        ranks = sorted(
            (model.members.priority[entity], trace.requested[entity, stage], entity, stage)
            for entity, stage in zip(*np.nonzero(waits), strict=True)
        )
        barred = np.zeros(len(free), dtype=bool)
        for *_, entity, stage in ranks:
            need = needs[entity, stage]
            assert (need > free).any() or barred[need > 0].any(), f"tick {tick}: {model.members.names[entity]} waits for nothing"
            barred |= (need > free) & ~pools.passing


def need_of(model, draws):
    """(entity, stage, pool) what each needs."""
    land = draws.portfolio.land[0][:, None, None]
    return np.where(model.network.needs_land[None], land, model.network.fixed_need[None])


@dataclass
class TickByTick:
    """The three phases of every tick in turn, with nothing scheduled: whatever is due is found by looking at everything."""

    model: object
    draws: object
    gone: set = field(default_factory=set)

    def run(self) -> Trace:
        """Every tick of the horizon."""
        model, draws = self.model, self.draws
        self.trace = empty_trace(model.members.count, len(model.network.names))
        standing = np.vstack([model.network.ancestors, np.zeros(len(model.network.names), dtype=bool)])[draws.portfolio.at[0]]
        self.trace.outcome[model.members.done | standing] = BEFORE
        self.free, self.needs = model.pools.initial.tolist(), need_of(model, draws).tolist()
        for self.now in range(model.timeline.horizon + 1):
            for tick, pool, amount in model.pools.inflows:
                self.free[pool] += amount * (tick == self.now)
            self.drain()
            while self.allocate() or self.turn_away():
                self.drain()
        return self.trace

    def drain(self) -> None:
        """Move every stage of everybody on, until nobody moves."""
        present = [e for e in range(self.model.members.count) if self.draws.portfolio.joins[0, e] <= self.now and e not in self.gone]
        stages = range(len(self.model.network.names))
        while [stage for entity in present for stage in stages if self.moves(entity, stage)]:
            pass

    def moves(self, e: int, s: int) -> bool:
        """Whether a stage takes its next step now."""
        trace, network = self.trace, self.model.network
        if trace.outcome[e, s]:
            return False
        if trace.ready[e, s] < 0:
            before = network.predecessors[:, s]
            return self.marked(trace.ready, e, s, np.isin(trace.outcome[e, before], (BEFORE, DONE)).all())
        if trace.requested[e, s] < 0:
            early = network.waits_for_planned_start[s] and self.now < self.draws.portfolio.planned_start[0, e]
            shut = len(network.windows[s]) and self.now not in network.windows[s]
            return self.marked(trace.requested, e, s, not early and not shut)
        if trace.began[e, s] < 0:
            return self.marked(trace.began, e, s, not any(self.needs[e][s]))
        rates, per_day = network.clocks[s].rates, self.model.timeline.ticks_per_day
        done = sum(int(rates[tick // per_day]) for tick in range(trace.began[e, s], self.now)) * 1_000_000
        if self.marked(trace.ended, e, s, done >= self.draws.work[0, e, s]):
            self.give_back(e, s)
            trace.outcome[e, s] = LEFT if self.draws.drops[0, e, s] else DONE
            return True
        return False

    def marked(self, column, entity: int, stage: int, due: bool) -> bool:
        """Write the tick down if it is due."""
        if due:
            column[entity, stage] = self.now
        return bool(due)

    def give_back(self, entity: int, stage: int) -> None:
        """Return the servers of a stage."""
        for pool, amount in enumerate(self.needs[entity][stage]):
            self.free[pool] += 0 if self.model.pools.is_stock[pool] else amount

    def allocate(self) -> bool:
        """Let go those who left, then serve the queue; whether anything was granted."""
        trace = self.trace
        self.let_go()
        barred, granted = set(), False
        for _, _, e, s in self.queue():
            need = {pool: amount for pool, amount in enumerate(self.needs[e][s]) if amount}
            lacking = {pool for pool, amount in need.items() if self.free[pool] < amount}
            if lacking or barred & set(need):
                barred |= {pool for pool in lacking if not self.model.pools.passing[pool]}
                continue
            for pool, amount in need.items():
                self.free[pool] -= amount
            trace.began[e, s], granted = self.now, True
        return granted

    def let_go(self) -> None:
        """Whoever left gives back what is still held."""
        trace = self.trace
        for entity in set(np.flatnonzero((trace.outcome >= LEFT).any(axis=1)).tolist()) - self.gone:
            self.gone.add(entity)
            for stage in np.flatnonzero((trace.began[entity] >= 0) & (trace.ended[entity] < 0)):
                self.give_back(entity, stage)

    def queue(self) -> list:
        """(priority, tick of request, entity, stage) of all that wait, by rank."""
        asked = np.ndenumerate(self.trace.requested)
        waits = [(self.model.members.priority[e], t, e, s) for (e, s), t in asked if t >= 0 and self.trace.began[e, s] < 0]
        return sorted(entry for entry in waits if entry[2] not in self.gone)

    def turn_away(self) -> bool:
        """Nothing more is due: who has no room, or no patience left, leaves; whether anybody did."""
        leaving, places = {}, {}
        for _, asked, e, s in self.queue():
            places[s] = places.get(s, 0) + 1
            room = self.model.network.waiting_room[s]
            if 0 <= room < places[s]:
                leaving[e, s] = REFUSED
            elif self.draws.patience is not None and self.now >= asked + self.draws.patience[0, e, s]:
                leaving[e, s] = GAVE_UP
        for (e, s), outcome in leaving.items():
            self.trace.ended[e, s], self.trace.outcome[e, s] = self.now, outcome
        self.let_go()
        return bool(leaving)
