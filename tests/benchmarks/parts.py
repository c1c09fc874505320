"""What a replication costs in draws, engine and measures: `python -m tests.benchmarks.parts [SCENARIO ...]`.

For each scenario: processor time of a replication in each part, in a block as runs have it, with compiled loops and without; the least of
the rounds, in which all parts take turns. Exit code 1 where the limit is not kept.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time

import numpy as np

from sim.engine import kernel
from sim.engine.run import BLOCK
from sim.engine.trace import TICKS
from sim.model import machine_code
from sim.model.arrays import Model
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.sampling.draws import draw
from sim.scenario.loading import load
from tests.benchmarks.kernel import SCENARIOS

ROUNDS = 15
LIMITED, LIMIT = "hengyang-2022", 150.0
"""Nanoseconds of draws and kernel by event."""


def times_of(model: Model, block: int) -> tuple[float, float, float]:
    """Seconds a replication of draws, kernel and measures of one block."""
    numbers = np.arange(1, BLOCK + 1) + block * BLOCK
    times = [process_time()]
    draws = draw(model, 1, numbers, 1.0)
    times.append(process_time())
    trace = kernel.simulate_many(model, draws)
    times.append(process_time())
    measure(model, draws, trace)
    times.append(process_time())
    first, second, third = np.diff(times) / BLOCK
    return float(first), float(second), float(third)


def events_of(model: Model) -> tuple[float, float]:
    """A replication's requests, begins and ends of stages; and with the new paces of sites, each of which moves an end."""
    trace = kernel.simulate_many(model, draw(model, 1, np.arange(1, BLOCK + 1), 1.0))
    visits = sum(int((getattr(trace, name) >= 0).sum()) for name in TICKS[1:])
    return visits / BLOCK, (visits + len(trace.settlements)) / BLOCK


def main(names: list[str]) -> int:
    """Measure, print, and say by the exit code whether the limit is kept."""
    kept = True
    if not kernel.is_sound():
        return 1
    compiled = machine_code.in_use()
    for name in names or SCENARIOS:
        loaded = load(Path("scenarios") / f"{name}.yaml")
        model = compile_model(loaded.scenario, loaded.as_written)
        found: dict[bool, list[tuple[float, float, float]]] = {True: [], False: []}
        for block in range(ROUNDS):
            for fast in found:
                machine_code.use(compiled if fast else {})
                found[fast].append(times_of(model, block))
        machine_code.use(compiled)
        visits, events = events_of(model)
        (draws, engine, measures), (plain_draws, _, plain_measures) = (np.min(np.array(rounds) * 1e6, axis=0) for rounds in found.values())
        kept &= (draws + engine) / events * 1e3 <= LIMIT or name != LIMITED
        print(  # noqa: T201 - the measurement is what the command is for
            f"{name:14} draws {draws:4.0f} µs ({plain_draws:.0f} without loops), kernel {engine:4.0f} µs, "
            f"measures {measures:4.0f} µs ({plain_measures:.0f}); {(draws + engine + measures) * 2e-3:.2f} s for 2,000; "
            f"draws and kernel {(draws + engine) / visits * 1e3:.0f} ns an event of a stage, "
            f"{(draws + engine) / events * 1e3:.0f} ns any event",
            flush=True,
        )
    print(f"limit of {LIMITED}: {LIMIT:g} ns any event with draws, {'kept' if kept else 'NOT kept'}")  # noqa: T201
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
