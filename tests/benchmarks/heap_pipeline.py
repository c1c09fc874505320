"""The pipeline as a plain Python program on a heap of events, without our engine: what can be had without a library."""

from __future__ import annotations

from bisect import insort
from heapq import heappop, heappush

from tests.benchmarks.pipeline import STAGES, TIMES, Given, Log

LAND, PERMIT, DESIGN, START, BUILD = range(len(STAGES))
ARRIVAL, DATE, END, TRANCHE = range(4)


def simulate(numbers: Given) -> Log:
    """Run the pipeline to the horizon; of requests of one instant the project that comes first in the list goes first."""
    log: Log = {name: [[-1] * len(STAGES) for _ in numbers.arrival] for name in TIMES}
    requested, began, ended = (log[name] for name in TIMES)
    free = {LAND: numbers.stock, PERMIT: numbers.desks, DESIGN: numbers.designers, BUILD: numbers.builders}
    queues: dict[int, list[tuple[int, int]]] = {stage: [] for stage in free}
    events: list[tuple[int, int, int, int]] = [(tick, ARRIVAL, number, LAND) for number, tick in enumerate(numbers.arrival)]
    events += [(tick, TRANCHE, amount, LAND) for tick, amount in numbers.tranches]
    events.sort()
    now = 0

    def ask(number: int, stage: int) -> None:
        requested[number][stage] = now
        if stage == START:
            begin(number, stage)
        else:
            insort(queues[stage], (now, number))

    def begin(number: int, stage: int) -> None:
        began[number][stage] = now
        heappush(events, (now + numbers.durations[number][stage], END, number, stage))

    def reach(number: int, stage: int) -> None:
        if stage == START and numbers.planned_start[number] > now:
            heappush(events, (numbers.planned_start[number], DATE, number, stage))
        else:
            ask(number, stage)

    def happen(kind: int, number: int, stage: int) -> None:
        if kind == TRANCHE:
            free[LAND] += number
        elif kind == ARRIVAL:
            reach(number, LAND)
        elif kind == DATE:
            ask(number, stage)
        else:
            ended[number][stage] = now
            if stage not in (LAND, START):
                free[stage] += 1
            if stage < BUILD:
                reach(number, stage + 1)

    def grant() -> None:
        for stage, queue in queues.items():
            served = 0
            for _, number in queue:
                amount = numbers.land[number] if stage == LAND else 1
                if free[stage] < amount:
                    break
                free[stage] -= amount
                begin(number, stage)
                served += 1
            del queue[:served]

    while events and events[0][0] <= numbers.horizon:
        now = events[0][0]
        while events and events[0][0] == now:
            _, kind, number, stage = heappop(events)
            happen(kind, number, stage)
        grant()
    return log
