"""Compiling the kernel as a whole, which takes half the time. Loads numba.

Numba optimises and emits every function that it compiles, with all that it calls, although only the kernel's entry is called from outside:
what lies deep is done a dozen times. Here the inner functions wait until the entry takes them in. This reaches into numba's code libraries;
where a version has them otherwise, the kernel is compiled as numba compiles all else, which takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from numba.core import codegen
from numba.core.compiler_lock import global_compiler_lock

OF_CODEGEN = "set_env"
TOUCHED = ("_optimize_final_module", "_finalize_final_module", "get_pointer_to_function")


@contextmanager
def as_a_whole(entry: str) -> Iterator[None]:
    """Nothing but the library of that name is optimised and emitted; no other thread compiles meanwhile."""
    library, maker = getattr(codegen, "JITCodeLibrary", None), getattr(codegen, "JITCPUCodegen", None)
    if not (hasattr(maker, OF_CODEGEN) and all(hasattr(library, name) for name in (*TOUCHED, "_finalize_dynamic_globals"))):
        yield
        return
    set_environment = getattr(maker, OF_CODEGEN)
    right = {name: getattr(library, name) for name in TOUCHED}

    def optimise(self: Any) -> None:
        if self.name == entry:
            right["_optimize_final_module"](self)

    def finalise(self: Any) -> None:
        if self.name == entry:
            right["_finalize_final_module"](self)
        else:
            self._finalize_dynamic_globals()
            self._finalized = True

    def address(self: Any, name: str) -> Any:
        if self.name == entry:
            return right["get_pointer_to_function"](self, name)
        self._ensure_finalized()
        return 0

    def environment(self: Any, name: str, found: Any) -> None:
        if entry in name:
            set_environment(self, name, found)

    with global_compiler_lock, ExitStack() as stack:
        stack.enter_context(patch.object(maker, OF_CODEGEN, environment))
        for name, instead in zip(TOUCHED, (optimise, finalise, address), strict=True):
            stack.enter_context(patch.object(library, name, instead))
        yield
