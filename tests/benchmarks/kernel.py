"""What the kernel costs against the reference engine, both on the same draws: `python -m tests.benchmarks.kernel [SCENARIO ...]`.

For each scenario: processor time of a replication by either engine and their ratio, paired and interleaved, the median of the rounds, with
the least and the greatest; nanoseconds an event (a request, begin or end of a stage); then what the kernel costs to compile, and to fetch
from the cache. All that turns draws into a trace is in the kernel's time. Exit code 1 where a median is below `LEAST`, or compilation
takes longer than `COLD`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import process_time

import numpy as np

from sim.engine import kernel, reference
from sim.engine.run import BLOCK
from sim.engine.trace import TICKS
from sim.model.compile import compile_model
from sim.sampling.draws import Draws, draw
from sim.scenario.loading import load

SCENARIOS = ("hengyang-2022", "foshan-2021", "zhaoqing-2023", "zhaoqing-2024", "bazhong-2022", "shenyang-2023")
LEAST = {"hengyang-2022": 150}
"""Times the speed of the reference engine that the kernel must have."""
COLD = 15.0
"""Processor seconds that compilation may take."""
ROUNDS, REPLICATIONS = 11, 2
"""Replications of the reference in a round; the kernel simulates a block before them and another after."""


def drawn(name: str, count: int = BLOCK) -> Draws:
    """A block of replications of a scenario."""
    loaded = load(Path("scenarios") / f"{name}.yaml")
    return draw(compile_model(loaded.scenario, loaded.as_written), 1, np.arange(1, count + 1), 1.0)


def rounds_of(draws: Draws) -> list[tuple[float, float]]:
    """(reference, kernel) seconds a replication of every round; the kernel both before and after the reference."""
    found = []
    for number in range(ROUNDS):
        rows = range(number * REPLICATIONS, (number + 1) * REPLICATIONS)
        times = [process_time()]
        kernel.simulate_many(draws.model, draws)
        times.append(process_time())
        for row in rows:
            reference.simulate(draws.model, draws, row)
        times.append(process_time())
        kernel.simulate_many(draws.model, draws)
        times.append(process_time())
        first, slow, second = np.diff(times)
        found.append((slow / REPLICATIONS, (first + second) / 2 / BLOCK))
    return found


def events_of(draws: Draws) -> float:
    """Requests, begins and ends in a replication."""
    trace = kernel.simulate_many(draws.model, draws)
    return sum(int((getattr(trace, name) >= 0).sum()) for name in TICKS[1:]) / len(draws.replications)


def compile_seconds() -> tuple[float, float]:
    """Processor seconds of a first kernel in a new process, with an empty cache and with what that left in it."""
    code = "from time import process_time as t; b = t(); from sim.engine.kernel.compiled import compiled; compiled(); print(t() - b)"
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"XDG_CACHE_HOME": folder, "LOCALAPPDATA": folder}
        runs = [subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True) for _ in range(2)]
    return float(runs[0].stdout), float(runs[1].stdout)


def main(names: list[str]) -> int:
    """Measure, print, and say by the exit code whether the limit is kept."""
    kept = True
    for name in names or SCENARIOS:
        draws = drawn(name)
        kernel.simulate_many(draws.model, draws)
        rounds = rounds_of(draws)
        ratios = sorted(slow / fast for slow, fast in rounds)
        slow, fast = (statistics.median(column) for column in zip(*rounds, strict=True))
        middle = statistics.median(ratios)
        kept &= middle >= LEAST.get(name, 0)
        print(  # noqa: T201 - the measurement is what the command is for
            f"{name:14} reference {slow * 1e3:6.1f} ms, kernel {fast * 1e6:5.0f} µs, ratio {middle:4.0f} "
            f"({ratios[0]:.0f} to {ratios[-1]:.0f}), {fast / events_of(draws) * 1e9:4.0f} ns an event",
            flush=True,
        )
    cold, cached = compile_seconds()
    kept &= cold <= COLD
    print(f"compiled in {cold:.1f} s of processor time, from the cache in {cached:.1f} s")  # noqa: T201
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
