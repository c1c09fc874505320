"""The kernel compiled by numba: its plain modules, and the rules they ask, taken over function by function.

A module of the kernel is Python that runs as it is. Here each of its functions is copied into a shadow of its module, in which every name
of another function means that function compiled; nothing is written twice, and both ways to run stand beside each other.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

MODULES = (
    "sim.model.rules",
    "sim.model.curves",
    "sim.model.spending",
    *(f"sim.engine.kernel.{name}" for name in ("sites", "queues", "control", "walk", "loop", "rows")),
)
"""Their functions may be called in compiled code."""
ENTRY = "run_rows"


@cache
def compiled() -> Callable[..., int]:
    """The kernel's entry as machine code, from the cache where that holds it."""
    from sim.engine.kernel.kept import fetched, keep

    run = fetched(taken_over) or keep(taken_over)
    return run


def taken_over() -> Any:
    """The kernel's entry as a function that numba can compile."""
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
                functions[value] = shadow.__dict__[key] = jit(**options(key))(copy)
    for shadow in shadows.values():
        for key, value in list(shadow.__dict__.items()):
            if isinstance(value, ModuleType) and value.__name__ in shadows:
                shadow.__dict__[key] = shadows[value.__name__]
            elif isinstance(value, FunctionType) and value in functions:
                shadow.__dict__[key] = functions[value]
    entry = shadows[MODULES[-1]].__dict__
    entry.update(from_place=pointers.from_place, room_at=pointers.room_at)
    return entry[ENTRY]


def options(name: str) -> dict[str, Any]:
    """How a function is compiled: only the entry is called from outside."""
    inside = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "no_rewrites": True, "_nrt": False}
    return {"nogil": True, "error_model": "numpy", "nopython": True} | (inside if name != ENTRY else {})
