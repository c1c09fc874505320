"""Blocks of replications by the kernel, as stacked traces."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from sim.engine.kernel import layout as at
from sim.engine.kernel import rows as plain
from sim.engine.kernel.dealt import Dealt, deal
from sim.engine.kernel.later import PLENTY
from sim.engine.kernel.native import rooms_of
from sim.engine.kernel.packed import Packed, pack
from sim.engine.kernel.room import Room, Span
from sim.engine.trace import Trace
from sim.model.arrays import Integers, Model
from sim.sampling.draws import Draws

Run = Callable[..., int]
Rows = tuple[Integers, Integers, Integers]
"""Settlements, earlier visits and reviews of some replications, in order."""
WIDTHS = (5, 9, 6)


class Scratch:
    """Memory of one thread's runs, used again: fresh memory is cleared by the system first, which takes longer than to simulate in it."""

    def __init__(self) -> None:
        self.arrays: dict[str, Any] = {}

    def room(self, name: str, length: int, dtype: Any = np.int64) -> Any:
        """An array of at least so many numbers, whatever they are."""
        if name not in self.arrays or len(self.arrays[name]) < length:
            self.arrays[name] = np.empty(length, dtype=dtype)
        return self.arrays[name]


FREE: list[Scratch] = []
"""What no thread uses now; as many as ever ran at once."""


def simulated(model: Model, draws: Draws, run: Run, threads: int = 1) -> Trace:
    """All replications of the draws to the horizon by a kernel that is compiled, stacked.

    Threads share the replications among them, each a run of rows; results do not depend on their number.
    """
    packed = pack(draws)
    plenty = packed.sizes.plenty
    block = Block(draws, packed, deal(draws, packed, plenty), plenty)
    bounds = [block.rows * number // threads for number in range(threads + 1)]
    parts = [(first, end) for first, end in pairwise(bounds) if end > first]
    if len(parts) <= 1:
        return block.trace([block.simulate(run, 0, block.rows)])
    with ThreadPoolExecutor(len(parts)) as pool:
        return block.trace(list(pool.map(lambda part: block.simulate(run, *part), parts)))


def simulate_plainly(model: Model, draws: Draws) -> Trace:
    """The same by the kernel as plain Python, with all its bounds checked."""
    return simulated(model, draws, plain.run_rows)


class Block:
    """One block of replications, with its results."""

    def __init__(self, draws: Draws, packed: Packed, dealt: Dealt, plenty: int) -> None:
        self.draws, self.packed, self.dealt, self.plenty = draws, packed, dealt, plenty
        self.rows, self.whole = len(draws.replications), packed.whole
        self.out = np.empty(6 * self.rows * int(self.whole[at.ITEMS]), dtype=np.int64)
        self.result = np.empty(self.rows * int(self.whole[at.ROW_OUT]), dtype=np.int64)

    def simulate(self, run: Run, first: int, end: int) -> Rows:
        """Some rows."""
        try:
            scratch = FREE.pop()
        except IndexError:
            scratch = Scratch()
        try:
            return self._simulated(run, first, end, scratch)
        finally:
            FREE.append(scratch)

    def _simulated(self, run: Run, first: int, end: int, scratch: Scratch) -> Rows:
        """Some rows; a row for which a table has no room, or that lacks draws, is run again with more."""
        packed, dealt, sizes = replace(self.packed, whole=self.whole.copy()), self.dealt, self.packed.sizes
        plenty = self.plenty
        whole, rows, curves = packed.whole, end - first, packed.curves.reshape(-1)
        room = sizes.settlements or (2 * int(whole[at.ENTITIES]) if whole[at.SPENDING] >= 0 else 0)
        earlier = sizes.mean_earlier * 2 * rows if whole[at.ROUTED] else 0
        reviews = rows * int(whole[at.MONTHS] * whole[at.AREAS])
        tables = Tables((sizes.mean_settlements * 9 // 8 or room) * rows, earlier, reviews)
        odds = scratch.room("odds", int(whole[at.DISTRICTS] + whole[at.AREAS] + whole[at.ENTITIES]), np.float64)
        while True:
            whole[at.SETTLEMENT_ROOM] = room
            items = scratch.room("items", int(whole[at.ITEMS]) * at.ITEM_WIDTH)
            state = scratch.room("state", int(whole[at.STATE]) + 4 * room)
            arrays = (whole, packed.parts, curves, *dealt.arrays(), state, items, odds, self.out, self.result, tables.array)
            first = run(self.rooms(arrays, run), first, end)
            if first == end:
                settlements, earlier, reviews = (len(table) // max(rows, 1) + 1 for table in tables.rows())
                sizes.mean_settlements, sizes.mean_earlier = settlements, max(earlier, 8)
                return tables.rows()
            if state[at.TROUBLE] == at.NO_DRAW:
                if plenty == PLENTY:
                    raise LookupError(f"no draws of a later visit in row {first}")
                plenty += 1
                dealt, sizes.plenty = deal(self.draws, packed, plenty), max(plenty, sizes.plenty)
            else:
                room = sizes.settlements = max(int(state[at.SETTLEMENTS]) * 5 // 4, room)
                tables = tables.with_more_room(room * rows)

    def rooms(self, arrays: tuple[Any, ...], run: Run) -> Any:
        """The room of every row, as that run takes them: of these arrays, each row at its place in what differs between them."""
        whole, entities, items = self.whole, int(self.whole[at.ENTITIES]), int(self.whole[at.ITEMS])
        own = {"who": entities, "share": entities, "marks": entities * int(whole[at.MARKS]), "out": items, "result": int(whole[at.ROW_OUT])}
        own |= dict.fromkeys(("work", "patience", "leaving", "routing"), items)
        own |= {"dropout": items if len(self.dealt.dropout) > items else 0}  # the same for all rows, or one each
        steps = [own.get(name, 0) for name in Room._fields]
        if run is not plain.run_rows:
            return rooms_of(arrays, steps, self.rows)
        return [Room._make(Span(array, row * step) for array, step in zip(arrays, steps, strict=True)) for row in range(self.rows)]

    def trace(self, parts: list[Rows]) -> Trace:
        """What came out, as stacked traces have it."""
        shape = (6, self.rows, int(self.whole[at.ENTITIES]), int(self.whole[at.STAGES]))
        out, result = self.out.reshape(shape), self.result.reshape(self.rows, int(self.whole[at.ROW_OUT]))
        names = (at.PAID_OUT, at.HELD_OUT, at.QUEUE_OUT, at.BUSY_OUT, at.FREE_OUT, at.LEVELS_OUT)
        district, paid, held, queue, busy, free, levels = (
            np.ascontiguousarray(part) for part in np.split(result, [int(self.whole[name]) for name in names], axis=1)
        )
        settlements, earlier, reviews = (np.concatenate(tables) if len(tables) > 1 else tables[0] for tables in zip(*parts, strict=True))
        timeline = self.draws.model.timeline
        looks = int((timeline.looks <= timeline.horizon).sum())
        return Trace(
            ready=out[at.READY],
            requested=out[at.REQUESTED],
            began=out[at.BEGAN],
            ended=out[at.ENDED],
            outcome=out[at.OUTCOME],
            visit=out[at.VISIT],
            district=district,
            earlier=earlier,
            settlements=settlements,
            reviews=reviews,
            fund_paid=paid,
            fund_held=held,
            queue_area=queue,
            busy_area=busy,
            levels=levels.reshape(self.rows, looks, free.shape[1]),
            free=free,
        )


class Tables:
    """Room for rows of tables, which the kernel fills."""

    def __init__(self, settlements: int, earlier: int, reviews: int) -> None:
        self.rooms = (settlements, earlier, reviews)
        places = np.cumsum([at.TABLES_HEADER, *np.multiply(self.rooms, WIDTHS)])
        self.array = np.empty(places[-1], dtype=np.int64)
        self.array[: at.TABLES_HEADER] = (places[0], places[1], places[1], places[2], places[2])
        self.begins: list[int] = places[:3].tolist()

    def rows(self) -> Rows:
        """What each holds; a view where little more than that was room, else a copy."""
        ends = [int(self.array[place]) for place in (at.SETTLEMENT_PLACE, at.EARLIER_PLACE, at.REVIEW_PLACE)]
        bounds = zip(self.begins, ends, WIDTHS, strict=True)
        settlements, earlier, reviews = (self.array[begin:end].reshape(-1, width) for begin, end, width in bounds)
        most = 4 * settlements.size > 3 * self.array.size
        return settlements if most else settlements.copy(), earlier.copy(), reviews.copy()

    def with_more_room(self, settlements: int) -> Tables:
        """The same rows, with room for at least so many settlements and twice as many earlier visits."""
        more = Tables(max(settlements, self.rooms[0]) * 5 // 4, 2 * max(self.rooms[1], 8), self.rooms[2])
        for number, place in enumerate((at.SETTLEMENT_PLACE, at.EARLIER_PLACE, at.REVIEW_PLACE)):
            length = int(self.array[place]) - self.begins[number]
            more.array[more.begins[number] : more.begins[number] + length] = self.array[self.begins[number] : self.begins[number] + length]
            more.array[place] = more.begins[number] + length
        return more
