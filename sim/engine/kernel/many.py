"""Blocks of replications by the kernel, as stacked traces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.engine.kernel import layout as at
from sim.engine.kernel import rows as plain
from sim.engine.kernel.compiled import compiled
from sim.engine.kernel.dealt import Dealt, deal
from sim.engine.kernel.packed import Packed, pack
from sim.engine.kernel.room import Room
from sim.engine.trace import Trace
from sim.model.arrays import Integers, Model
from sim.sampling.draws import Draws

Run = Callable[..., int]


def simulate_many(model: Model, draws: Draws, run: Run | None = None) -> Trace:
    """All replications of the draws to the horizon, stacked; `run` is the kernel, compiled unless another is given."""
    packed = pack(draws)
    dealt = deal(draws, packed)
    return Block(draws, packed, dealt).simulate(run or compiled())


def simulate_plainly(model: Model, draws: Draws) -> Trace:
    """The same by the kernel as plain Python, with all its bounds checked."""
    return simulate_many(model, draws, plain.run_rows)


class Block:
    """One block of replications, with its results."""

    def __init__(self, draws: Draws, packed: Packed, dealt: Dealt) -> None:
        self.draws, self.packed, self.dealt = draws, packed, dealt
        self.whole, self.complete = packed.whole, False
        self.rows = len(draws.replications)
        self.out = np.empty(6 * self.rows * int(self.whole[at.ITEMS]), dtype=np.int64)
        self.result = np.empty(self.rows * int(self.whole[at.ROW_OUT]), dtype=np.int64)

    def simulate(self, run: Run) -> Trace:
        """Every row; a row for which some table has no room is run again with more."""
        rows, sizes = self.rows, self.packed.sizes
        room = sizes.settlements or (2 * int(self.whole[at.ENTITIES]) if self.whole[at.SPENDING] >= 0 else 0)
        settlements = (sizes.mean_settlements * 9 // 8 or room) * rows
        tables = self._tables(settlements, sizes.mean_earlier * 2 * rows if self.whole[at.ROUTED] else 0)
        self.whole[at.SETTLEMENT_ROOM] = room
        state, odds = self._state(), np.zeros(int(self.whole[at.DISTRICTS] + self.whole[at.AREAS]))
        rooms: Any = [None] * len(Room._fields) if run is plain.run_rows else np.empty(len(Room._fields), dtype=np.int64)
        first = 0
        while True:
            fixed = (self.whole, self.packed.parts, self.packed.curves.reshape(-1), *self.dealt.arrays())
            first = run(*fixed, state, odds, self.out, self.result, tables, rooms, first, rows)
            if first == rows:
                sizes.mean_settlements = (int(tables[at.SETTLEMENT_PLACE]) - self.begins[0]) // (5 * rows) + 1
                sizes.mean_earlier = max((int(tables[at.EARLIER_PLACE]) - self.begins[1]) // (9 * rows) + 1, 8)
                return self._trace(tables)
            if state[at.TROUBLE] == at.NO_DRAW:
                if self.complete:
                    raise LookupError(f"no draws of a later visit in row {first}")
                self.dealt, self.complete = deal(self.draws, self.packed, all_that_follows=True), True
                continue
            room = max(int(state[at.SETTLEMENTS]) * 5 // 4, room)
            self.whole[at.SETTLEMENT_ROOM] = sizes.settlements = room
            state, tables = self._state(), self._more(tables)

    def _state(self) -> Integers:
        return np.empty(int(self.whole[at.STATE] + 4 * self.whole[at.SETTLEMENT_ROOM]), dtype=np.int64)

    def _tables(self, settlements: int, earlier: int) -> Integers:
        reviews = self.rows * int(self.whole[at.MONTHS] * self.whole[at.AREAS])
        places = np.cumsum([at.TABLES_HEADER, 5 * settlements, 9 * earlier, 6 * reviews])
        tables = np.empty(places[-1], dtype=np.int64)
        tables[:5] = (places[0], places[1], places[1], places[2], places[2])
        self.begins = tuple(places[:3].tolist())
        return tables

    def _more(self, tables: Integers) -> Integers:
        """The same tables with room for twice as much."""
        old, begins = tables, self.begins
        needed = max(int(self.whole[at.SETTLEMENT_ROOM]) * self.rows, (begins[1] - begins[0]) // 5)
        more = self._tables(needed * 5 // 4, 2 * max((begins[2] - begins[1]) // 9, 8))
        for number, place in enumerate((at.SETTLEMENT_PLACE, at.EARLIER_PLACE, at.REVIEW_PLACE)):
            length = int(old[place]) - begins[number]
            more[self.begins[number] : self.begins[number] + length] = old[begins[number] : begins[number] + length]
            more[place] = self.begins[number] + length
        return more

    def _trace(self, tables: Integers) -> Trace:
        """What came out, as stacked traces have it."""
        shape = (6, self.rows, int(self.whole[at.ENTITIES]), int(self.whole[at.STAGES]))
        out, result = self.out.reshape(shape), self.result.reshape(self.rows, int(self.whole[at.ROW_OUT]))
        names = (at.PAID_OUT, at.HELD_OUT, at.QUEUE_OUT, at.BUSY_OUT, at.FREE_OUT, at.LEVELS_OUT, at.ROW_OUT)
        district, paid, held, queue, busy, free, levels = (
            np.ascontiguousarray(part) for part in np.split(result, [int(self.whole[name]) for name in names[:-1]], axis=1)
        )
        ends = [int(tables[place]) for place in (at.SETTLEMENT_PLACE, at.EARLIER_PLACE, at.REVIEW_PLACE)]
        settlements, earlier, reviews = (
            tables[begin:end].reshape(-1, width) for begin, end, width in zip(self.begins, ends, (5, 9, 6), strict=True)
        )
        return Trace(
            ready=out[at.READY],
            requested=out[at.REQUESTED],
            began=out[at.BEGAN],
            ended=out[at.ENDED],
            outcome=out[at.OUTCOME],
            visit=out[at.VISIT],
            district=district,
            earlier=earlier.copy(),
            settlements=settlements if 4 * settlements.size > 3 * tables.size else settlements.copy(),
            reviews=reviews.copy(),
            fund_paid=paid,
            fund_held=held,
            queue_area=queue,
            busy_area=busy,
            levels=levels.reshape(self.rows, -1, free.shape[1]),
            free=free,
        )
