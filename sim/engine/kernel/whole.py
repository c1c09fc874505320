"""Compiling the kernel as a whole, and asking nothing twice, which takes less than half the time. Loads numba.

Numba optimises and emits every function that it compiles, with all that it calls, although only the kernel's entry is called from outside:
what lies deep is done a dozen times. Here the inner functions wait until the entry takes them in. It also finds out anew at every place
what `+` or `[]` comes to for the types there. This reaches into numba; where a version has these things otherwise, the kernel is compiled
as numba compiles all else, which takes longer and comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from numba.core import base, codegen
from numba.core.compiler_lock import global_compiler_lock
from numba.core.types import functions

OF_CODEGEN = "set_env"
ASKED = ((getattr(functions, "BaseFunction", None), "get_call_type"), (base, "_has_loc"))
"""What an operator or a builtin gives for the types of its arguments; whether what implements it takes a place in the source."""
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


@contextmanager
def remembering() -> Iterator[None]:
    """What numba has found out of types it is not asked again."""
    with ExitStack() as stack:
        for owner, name in ASKED:
            if hasattr(owner, name):
                stack.enter_context(patch.object(owner, name, once(getattr(owner, name))))
        yield


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that remembers what it gave; a mapping among its arguments counts by what it holds."""
    known: dict[Any, Any] = {}

    def asked(*given: Any) -> Any:
        key = tuple(tuple(one.items()) if isinstance(one, dict) else one for one in given)
        try:
            return known[key]
        except KeyError:
            result = known[key] = function(*given)
            return result
        except TypeError:  # an argument that cannot be a key
            return function(*given)

    return asked
