"""One pipeline, 500 projects a year on whole days, by six programs: `python -m tests.benchmarks.programs`.

Our two engines; a plain SimPy program; a plain Python program on a heap; where there is gcc, the kernel's own source as C (`to_c`), and a C
program that does by hand for this one model what the kernel does for all. Processor time an event (a request, begin or end of a stage),
from the arrays of the draws to those of the trace; rounds in which all take turns, the median of the ratios to the kernel. All but SimPy,
which has no rule for requests of one day, must agree to the tick. Then the kernel against its source as C on a whole scenario, and how its
cost an event grows from 500 projects to 100,000, in that scenario and in the pipeline.

Exit code 1 where the kernel costs more than `LIMIT` times the same algorithm in C, or an event grows more than `GROWTH` fold.
"""

from __future__ import annotations

import copy
import ctypes
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from sim.engine import kernel
from sim.engine.trace import Trace
from sim.model.compile import compile_model
from sim.sampling.draws import Draws, draw
from sim.scenario.loading import load
from sim.scenario.schema import Scenario
from sim.scenario.values.quantities import quantity_of
from tests.benchmarks import heap_pipeline, plain_pipeline
from tests.benchmarks.kernel import drawn as scenario_drawn
from tests.benchmarks.pipeline import STAGES, TIMES, Pipeline, given, grown, log_of, prepared, simulated
from tests.benchmarks.to_c import kernel_in_c
from tests.engine.kernel_cases import differences

LIMIT, GROWTH = 1.4, 2.5
PROJECTS, REPLICATIONS, ROUNDS = 500, 100, 15
SIZES = (500, 5_000, 50_000, 100_000)
CITY_PROJECTS = 333
"""Of the scenario as it is."""
SCENARIO = "hengyang-2022"
SOURCE = Path(__file__).with_name("city_year.c")

Integers = Any
Program = Callable[[], object]


class City(ctypes.Structure):
    """What all replications share, see the C program."""

    _fields_ = (
        *((name, ctypes.c_longlong) for name in ("horizon", "projects", "stock")),
        ("capacity", ctypes.c_longlong * len(STAGES)),
        ("tranches", ctypes.c_longlong),
        *((name, ctypes.c_void_p) for name in ("tranche_ticks", "tranche_amounts", "head", "arriving", "next", "link", "queue")),
    )


class ByHand:
    """The C program on the arrays of a pipeline."""

    def __init__(self, pipeline: Pipeline, library: ctypes.CDLL) -> None:
        first, draws = given(pipeline, 0), pipeline.draws
        rows, projects = draws.portfolio.joins.shape
        columns = (draws.portfolio.joins, draws.portfolio.land, draws.portfolio.planned_start, plain_work(pipeline))
        self.given = [np.ascontiguousarray(column, dtype=np.int64) for column in columns]
        self.out = [np.empty((rows, projects, len(STAGES)), dtype=np.int64) for _ in TIMES]
        ticks, amounts = (np.array(column, dtype=np.int64) for column in zip(*first.tranches, strict=True))
        room = [np.empty(size, dtype=np.int64) for size in (first.horizon + 1, first.horizon + 1, projects, *[projects * len(STAGES)] * 2)]
        self.shared = [ticks, amounts, *room]
        capacity = (0, first.desks, first.designers, 0, first.builders)
        shared = (array.ctypes.data for array in self.shared)
        self.city = City(first.horizon, projects, first.stock, (ctypes.c_longlong * len(STAGES))(*capacity), len(ticks), *shared)
        self.rows, self.call = rows, library.city_years

    def run(self) -> None:
        """All replications."""
        arrays = (ctypes.c_void_p(array.ctypes.data) for array in (*self.given, *self.out))
        self.call(ctypes.c_longlong(self.rows), ctypes.byref(self.city), *arrays)


def plain_work(pipeline: Pipeline) -> Integers:
    """(replication, project, stage) ticks that each stage takes."""
    return np.array([given(pipeline, row).durations for row in range(len(pipeline.draws.replications))])


def built(source: str) -> ctypes.CDLL | None:
    """A C program as a library; None without gcc. No product is added up unrounded, or sums would differ."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        text, library = Path(folder) / "program.c", Path(folder) / "program.so"
        text.write_text(source, encoding="ascii")
        options = ("-O3", "-march=native", "-ffp-contract=off", "-w", "-shared", "-fPIC")
        subprocess.run([compiler, *options, "-o", str(library), str(text)], check=True)
        return ctypes.CDLL(str(library))


def kernel_by_gcc() -> Callable[..., int] | None:
    """The kernel's entry, of its source as C; None without gcc."""
    library = built(kernel_in_c())
    if library is None:
        return None
    library.run_rows.restype = ctypes.c_longlong

    def run(rooms: Integers, first: int, end: int) -> int:
        return int(library.run_rows(ctypes.c_void_p(rooms.ctypes.data), ctypes.c_longlong(first), ctypes.c_longlong(end)))

    return run


def check(pipeline: Pipeline, trace: Trace, by_hand: ByHand | None) -> None:
    """Raises AssertionError unless all programs with a rule for ties agree."""
    row = 1
    log = {name: getattr(trace, name)[row].tolist() for name in TIMES}
    assert log == log_of(simulated(pipeline, row)) == heap_pipeline.simulate(given(pipeline, row))
    if by_hand is not None:
        by_hand.run()
        for name, found in zip(TIMES, by_hand.out, strict=True):
            assert np.array_equal(found, getattr(trace, name)), name


def seconds(program: Program) -> float:
    """Processor time."""
    begin = process_time()
    program()
    return process_time() - begin


def of_one(pipeline: Pipeline, row: int, by_hand: ByHand | None, by_gcc: Callable[..., int] | None) -> dict[str, tuple[Program, int]]:
    """Name -> a program and how many replications it runs at a time."""
    numbers = given(pipeline, row)
    programs: dict[str, tuple[Program, int]] = {
        "kernel": (partial(kernel.simulate_many, pipeline.model, pipeline.draws), REPLICATIONS),
        "reference engine": (partial(simulated, pipeline, row), 1),
        "plain SimPy": (partial(plain_pipeline.simulate, numbers), 1),
        "plain heap": (partial(heap_pipeline.simulate, numbers), 1),
    }
    if by_hand:
        programs["kernel as C"] = (partial(kernel.simulate_many, pipeline.model, pipeline.draws, by_gcc), REPLICATIONS)
        programs["C by hand"] = (by_hand.run, REPLICATIONS)
    return programs


def events_of(trace: Trace) -> float:
    """Requests, begins and ends a replication."""
    return sum(int((getattr(trace, name) >= 0).sum()) for name in TIMES) / len(trace.ready)


def compare(by_gcc: Callable[..., int] | None) -> None:
    """Print what an event costs in each program."""
    pipeline, library = prepared(PROJECTS, REPLICATIONS, "1 days"), built(SOURCE.read_text(encoding="ascii"))
    by_hand = ByHand(pipeline, library) if library else None
    trace = kernel.simulate_many(pipeline.model, pipeline.draws)
    check(pipeline, trace, by_hand)
    events, rows = events_of(trace), range(ROUNDS)
    programs = [of_one(pipeline, row, by_hand, by_gcc) for row in rows]
    costs = [{name: seconds(program) / many for name, (program, many) in one.items()} for one in programs]
    for name in costs[0]:
        cost = statistics.median(one[name] for one in costs)
        ratio = statistics.median(one[name] / one["kernel"] for one in costs)
        say(f"{name:17} {cost * 1e6:9.1f} µs a replication, {cost / events * 1e9:8.1f} ns an event, {ratio:7.2f} times the kernel")


def against_gcc(by_gcc: Callable[..., int]) -> float:
    """Print and return what the kernel costs on a city's year, in what its source as C does; raises AssertionError where they disagree."""
    draws = scenario_drawn(SCENARIO)
    assert differences(kernel.simulate_many(draws.model, draws), kernel.simulate_many(draws.model, draws, by_gcc)) == []
    pairs = [[seconds(partial(kernel.simulate_many, draws.model, draws, run)) for run in (None, by_gcc)] for _ in range(ROUNDS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    say(f"{SCENARIO}: the kernel costs {ratio:.2f} times its source as C (limit {LIMIT})")
    return ratio


def growth() -> float:
    """Print what an event costs in cities of several sizes, with as many times the land and servers; of the scenario the last in the first.

    The pipeline has nothing but events, so it waits for memory most: what is far apart there is all that there is to do.
    """
    cities = {
        SCENARIO: lambda times, many: city_grown(Fraction(times * PROJECTS, CITY_PROJECTS), many),
        "pipeline": lambda times, many: grown(times, many).draws,
    }
    ratios = []
    for name, city in cities.items():
        costs = []
        for projects in SIZES:
            draws = city(projects // PROJECTS, max(50_000 // projects, 2))
            events = events_of(kernel.simulate_many(draws.model, draws))
            times = [seconds(partial(kernel.simulate_many, draws.model, draws)) for _ in range(3)]
            costs.append(min(times) / len(draws.replications) / events * 1e9)
            say(f"{name}, {draws.work.shape[1]:7,} projects: {costs[-1]:6.1f} ns an event")
        ratios.append(costs[-1] / costs[0])
        say(f"{name}: an event of the largest costs {ratios[-1]:.2f} times one of the smallest")
    return ratios[0]


def city_grown(times: Fraction, replications: int) -> Draws:
    """The scenario with so many times the projects, yuan, land and servers; past the reader of files, which refuses cities so large."""
    loaded = load(SCENARIO)
    tree = copy.deepcopy(dict(loaded.plain))
    lists, cohorts, pools = tree["portfolio"]["lists"], tree["portfolio"]["cohorts"], tree["pools"]
    tranches = [pool["tranches"] for pool in pools.values() if "tranches" in pool]
    for node in (*lists.values(), *cohorts.values(), *pools.values(), *tranches):
        for key in ("count", "total", "plan", "capacity", "initial", "monthly"):
            if node.get(key, "rest") != "rest":
                quantity = quantity_of(node[key])
                node[key] = replace(quantity, value=Fraction(round(quantity.value * times)))
    scenario = Scenario.model_validate(tree)
    model = compile_model(scenario, scenario)
    return draw(model, 1, np.arange(1, replications + 1), 1.0)


def say(text: str) -> None:
    """Print at once: the measurement is what the command is for."""
    print(text, flush=True)  # noqa: T201


def main() -> int:
    """Measure, print, and say by the exit code whether the limits are kept."""
    by_gcc = kernel_by_gcc()
    compare(by_gcc)
    ratio = against_gcc(by_gcc) if by_gcc else 0.0
    if by_gcc is None:
        say("no gcc: no C programs")
    grows = growth()
    say(f"growth of {SCENARIO}: {grows:.2f} (limit {GROWTH})")
    return 0 if ratio <= LIMIT and grows <= GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
