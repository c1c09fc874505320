"""What whole runs cost, as a user starts them: `python -m tests.benchmarks.whole`. Takes some minutes; wants a quiet machine.

Of `sim run hengyang-2022 --no-save` under both readings, kappa and kernel from the cache unless it says cold, in processor seconds of the
whole process and its peak memory: the first result, cold and from the cache; what a further replication costs by either engine (the
difference of two sizes, so that what is done once does not count), and their ratio; 2,000 replications with draws, engine and measures in
this process; one thread and two; memory as replications grow. Exit code 1 where a limit is not kept.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from time import perf_counter, process_time
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from sim.engine import kernel
from sim.engine.run import blocks, numbered
from sim.model.compile import compile_model
from sim.results.measures import measure
from sim.sampling.draws import draw
from sim.scenario.loading import load

SCENARIO = "hengyang-2022"
SIZES = {"kernel": (1_000, 5_000), "reference": (10, 50)}
ROUNDS = 5
TIMES_FASTER, CACHED, MANY = 80, 1.5, 0.8
"""Limits: of the ratio; of 20 replications from the cache; of 2,000 with results."""
MEASURED = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-m", "sim", "run", *sys.argv[1:]])
_, status, used = os.wait4(child, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, status, file=sys.stderr)
"""


class Cost(NamedTuple):
    """Of a process."""

    seconds: float
    megabytes: float


def cost(folder: str, replications: int, engine: str = "kernel") -> Cost:
    """Of a run with a cache in that folder."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"XDG_CACHE_HOME": folder}
    options = (SCENARIO, "--no-save", "--json", "--replications", str(replications), "--engine", engine)
    done = subprocess.run([sys.executable, "-c", MEASURED, *options], env=surroundings, capture_output=True, text=True, check=True)
    seconds, megabytes, status = done.stderr.split()[-3:]
    if status != "0":
        raise RuntimeError(done.stderr)
    return Cost(float(seconds), float(megabytes))


def further(folder: str, engine: str) -> float:
    """Seconds of a further replication."""
    small, large = SIZES[engine]
    return (cost(folder, large, engine).seconds - cost(folder, small, engine).seconds) / (large - small)


def many(number: int) -> Iterator[tuple[float, float]]:
    """Processor and wall seconds of 2,000 replications with draws and measures, in this process, on so many threads."""
    loaded = load(SCENARIO)
    model = compile_model(loaded.scenario, loaded.as_written)
    with patch("os.cpu_count", return_value=number):
        for _ in range(2 * ROUNDS):
            begin = process_time(), perf_counter()
            for draws, trace in blocks(model, 1, numbered(2_000), 1.0):
                measure(model, draws, trace)
            yield process_time() - begin[0], perf_counter() - begin[1]


def threads() -> tuple[float, float]:
    """Wall and processor time of one block with one thread in those with two."""
    loaded = load(SCENARIO)
    model = compile_model(loaded.scenario, loaded.as_written)
    draws = draw(model, 1, np.arange(1, 1_001), 1.0)
    pairs = []
    for _ in range(ROUNDS):
        times = []
        for number in (1, 2):
            begin = process_time(), perf_counter()
            kernel.simulate_many(model, draws, threads=number)
            times.append((process_time() - begin[0], perf_counter() - begin[1]))
        pairs.append((times[0][1] / times[1][1], times[1][0] / times[0][0]))
    return statistics.median(wall for wall, _ in pairs), statistics.median(processor for _, processor in pairs)


def say(text: str) -> None:
    """Print at once: the measurement is what the command is for."""
    print(text, flush=True)  # noqa: T201


def main() -> int:
    """Measure, print, and say by the exit code whether the limits are kept."""
    kept = True

    def limited(text: str, value: float, limit: float, least: bool = False) -> None:
        nonlocal kept
        fine = value >= limit if least else value <= limit
        kept &= fine
        say(f"{text} {value:.2f} (limit {limit:g}, {'kept' if fine else 'NOT kept'})")

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        first = cost(folder, 20)
        cached = [cost(folder, 20) for _ in range(ROUNDS)]
        middle = statistics.median(one.seconds for one in cached)
        say(f"20 replications, cold: {first.seconds:.1f} s, {first.megabytes:.0f} MB (compiles, and fits kappa)")
        limited("20 replications, cached: s", middle, CACHED)
        rounds = [(further(folder, "reference"), further(folder, "kernel")) for _ in range(ROUNDS)]
        slow, fast = (statistics.median(column) for column in zip(*rounds, strict=True))
        say(f"a further replication: reference {slow * 1e3:.1f} ms, kernel {fast * 1e3:.3f} ms (two readings each)")
        limited("ratio of whole runs:", statistics.median(one / other for one, other in rounds), TIMES_FASTER, least=True)
        for count in (400, 4_000, 40_000):
            used = cost(folder, count)
            say(f"{count:6,} replications: {used.seconds:.1f} s, {used.megabytes:.0f} MB")
    work, wall = min(one for one, _ in many(1)), min(one for _, one in many(2))
    limited("2,000 replications with draws and measures, one reading, the least of the rounds: s", work, MANY)
    say(f"  {wall:.2f} s of wall on two threads")
    wall, processor = threads()
    say(f"two threads: {wall:.2f} times as fast as one, at {processor:.2f} times the processor time")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
