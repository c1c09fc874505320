"""The kernel compiled by numba: its plain modules, and the rules they ask, taken over function by function.

A module of the kernel is Python that runs as it is. Here each of its functions is copied into a shadow of its module, in which every name
of another function means that function compiled; nothing is written twice, and both ways to run stand beside each other.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from sim.engine.kernel.kept import fetched, keep
from sim.engine.kernel.many import Run, simulate_plainly, simulated
from sim.engine.kernel.native import Code
from sim.engine.trace import ARRAYS, TABLES, Trace
from sim.model import machine_code
from sim.model.arrays import Model
from sim.sampling.draws import Draws, draw

MODULES = (
    "sim.model.rules",
    "sim.model.curves",
    "sim.model.spending",
    *(f"sim.engine.kernel.{name}" for name in ("sites", "queues", "funds", "control", "walk", "back", "loop", "rows")),
    "sim.sampling.loops",
    "sim.results.loops",
)
"""Their functions may be called in compiled code."""
ENTRY = "run_rows"
SELDOM = (20_000, 20, 1_000)
"""Thresholds of the garbage collector; the young are still looked at, so no more memory is needed."""
LOOPS = (
    "fill_values",
    "fill_inverses",
    "fill_uniforms",
    "fill_scaled",
    "fill_whole",
    "fill_dealt",
    "fill_sums",
    "fill_accounts",
    "fill_counts",
)
"""What draws and measures call of it, see `machine_code`."""
SMALL = {
    "run": {"start": "2022-01-01", "horizon": "2022-03-31"},
    "workflow": {
        "ask": {"duration": {"exponential": {"mean": "9 days"}}, "needs": {"desk": 1}, "routes": {"ask": {"probability": 0.3}}},
        "build": {"after": ["ask"], "spends": True},
    },
    "pools": {"desk": {"kind": "servers", "capacity": 1}, "fund": {"kind": "stock", "initial": "0.1 bn yuan"}},
    "portfolio": {
        "cohorts": {
            "c": {
                "count": 4,
                "total": "2 bn yuan",
                "plan": "1 bn yuan",
                "funding": {"fund": "50%"},
                "joins": {"2022-01-01": 0.5, "2022-01-20": 0.5},
            }
        }
    },
    "uncertain": {"completion": {"log_mean": 0.1, "log_sd": 0.1, "persistence": 0.5, "sector_log_sd": 0.1, "project_log_sd": 0.3}},
    "review": {"push": {"gain": "100%", "at_most": "30%"}},
}
"""The model by which it is tried."""


@cache
def compiled() -> Callable[..., int]:
    """The kernel's entry as machine code, from the cache where that holds it. Raises whatever hinders that."""
    run: Callable[..., int] = _functions()[ENTRY]
    return run


def simulate_many(model: Model, draws: Draws, run: Run | None = None, threads: int = 1) -> Trace:
    """All replications of the draws to the horizon, stacked; by the compiled kernel, unless another one is given. Raises as `compiled`."""
    return simulated(model, draws, run or compiled(), threads)


@cache
def _functions() -> Mapping[str, Any]:
    """The entry and the loops, tried. Raises whatever hinders that."""
    return fetched(works) or keep(made(), works)


@cache
def is_sound() -> bool:
    """Whether the kernel can be compiled here, and gives what plain Python gives of a small model; if so, its loops are used."""
    try:
        functions = _functions()
    except Exception:  # noqa: BLE001 - an unlucky version of numba or LLVM: there is the reference engine
        return False
    machine_code.use({name: functions[name] for name in LOOPS})
    return True


def works(functions: Mapping[str, Any]) -> bool:
    """Whether compiled functions give the draws, the trace and the measures of a small model that plain Python gives."""
    from sim.model.compile import compile_model
    from sim.scenario.schema import Scenario

    measure = importlib.import_module("sim.results.measures").measure  # of a room above: looked for only where its loops are tried
    scenario = Scenario.model_validate(SMALL)
    model = compile_model(scenario, scenario)
    before, rows = machine_code.in_use(), np.arange(1, 3)
    try:
        machine_code.use({})
        draws = draw(model, 1, rows, 1.0)
        slowly = simulate_plainly(model, draws)
        plain = measure(model, draws, slowly)
        machine_code.use({name: functions[name] for name in LOOPS})
        again = draw(model, 1, rows, 1.0)
        traces = slowly, simulated(model, again, functions[ENTRY])
        fast = measure(model, draws, slowly)
    finally:
        machine_code.use(before)
    same = [(getattr(draws, name), getattr(again, name)) for name in ("work", "target", "x0", "span")]
    same += [(getattr(draws.portfolio, name), getattr(again.portfolio, name)) for name in ("total", "plan", "joins")]
    for name in ("monthly", "stages", "pools", "owners"):
        tables = getattr(plain, name), getattr(fast, name)
        same += [(tables[0][column], tables[1][column]) for column in tables[0]]
    same += [tuple(getattr(trace, name) for trace in traces) for name in (*ARRAYS, *TABLES)]
    return all(np.array_equal(one, other) for one, other in same)


def made() -> dict[str, Code]:
    """The entry and the loops compiled anew, by numba."""
    from sim.engine.kernel.pointers import signature_of
    from sim.engine.kernel.whole import as_a_whole, remembering

    codes = {}
    with seldom_collecting(), remembering():
        for name, one in taken_over().items():
            with as_a_whole(name):
                one.compile(signature_of(name))
            (result,) = one.overloads.values()
            _, _, (content, _) = result.library.serialize_using_object_code()
            codes[name] = Code(result.fndesc.llvm_func_name, content)
    return codes


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """A compiler makes many objects that stay; a sixth of its time goes into looking through them for garbage again and again."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def taken_over() -> dict[str, Any]:
    """The kernel's entry and the loops as functions that numba can compile."""
    from numba import jit

    from sim.engine.kernel import pointers

    shadows, functions = {}, {}
    for name in MODULES:
        module = importlib.import_module(name)
        shadow = shadows[name] = ModuleType(name)
        shadow.__dict__.update(module.__dict__)
        for key, value in module.__dict__.items():
            if isinstance(value, FunctionType) and value.__module__ == name:
                copy = FunctionType(value.__code__, shadow.__dict__, value.__name__, value.__defaults__)
                copy.__module__, copy.__qualname__ = name, value.__qualname__
                functions[value] = shadow.__dict__[key] = jit(**OPTIONS)(copy)
    for shadow in shadows.values():
        for key, value in list(shadow.__dict__.items()):
            if isinstance(value, ModuleType) and value.__name__ in shadows:
                shadow.__dict__[key] = shadows[value.__name__]
            elif isinstance(value, FunctionType) and value in functions:
                shadow.__dict__[key] = functions[value]
    shadows["sim.engine.kernel.rows"].__dict__.update(room_at=pointers.room_at)
    return {name: shadow.__dict__[name] for shadow in shadows.values() for name in (ENTRY, *LOOPS) if name in shadow.__dict__}


OPTIONS = {
    "nopython": True,
    "error_model": "numpy",
    "no_rewrites": True,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
"""How functions are compiled: nothing of Python is in their code, so that no part of it need be there when they are called."""
