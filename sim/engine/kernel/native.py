"""Machine code that is called as it stands: object code put into memory by LLVM, without the compiler that made it.

Loading numba costs more than a small run, and is needed only to compile. A function takes integers and addresses; nothing in its code
knows how long an array is.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from sim.engine.kernel.room import FIXED, KINDS, Kind, Room
from sim.model.arrays import Integers

DTYPES: Mapping[Kind, np.dtype[Any]] = {
    "int": np.dtype(np.int64),
    "float": np.dtype(np.float64),
    "mark": np.dtype(np.uint8),
    "word": np.dtype(np.uint64),
}


class Array(NamedTuple):
    """An argument that is an array of one axis without gaps."""

    kind: Kind
    written: bool = False


class Number(NamedTuple):
    """An argument that is an integer."""


WORDS, FLOATS, INTS = Array("word"), Array("float"), Array("int")
FLOATS_OUT, INTS_OUT, MARKS_OUT = (Array(kind, written=True) for kind in ("float", "int", "mark"))
NUMBER = Number()
SIGNATURES: Mapping[str, tuple[Array | Number, ...]] = {
    "run_rows": (INTS, NUMBER, NUMBER),
    "fill_uniforms": (*[WORDS] * 4, FLOATS_OUT, NUMBER, NUMBER),
    "fill_scaled": (FLOATS_OUT, FLOATS, FLOATS, FLOATS, INTS, FLOATS_OUT, NUMBER, NUMBER),
    "fill_whole": (FLOATS_OUT, INTS, INTS, INTS_OUT, NUMBER, NUMBER),
    "fill_values": (FLOATS, INTS, FLOATS, FLOATS_OUT, NUMBER),
    "fill_inverses": (FLOATS, INTS, FLOATS, INTS, FLOATS_OUT, NUMBER),
    "fill_sums": (FLOATS, FLOATS_OUT, FLOATS_OUT, NUMBER, NUMBER),
    "fill_dealt": (FLOATS, INTS, INTS_OUT, NUMBER, NUMBER),
    "fill_accounts": (INTS, INTS_OUT, *[INTS] * 14, *[FLOATS] * 3, INTS_OUT, FLOATS_OUT, *[INTS_OUT] * 5, MARKS_OUT),
    "fill_counts": (*[INTS] * 5, FLOATS, *[INTS] * 9, *[INTS_OUT] * 5),
}
"""Of the functions that are called from outside. The kernel's entry takes the addresses of the rooms' arrays, the first row and the end; it
alone gives something, an integer."""


class Code(NamedTuple):
    """A compiled function."""

    symbol: str
    content: bytes
    """Object code that defines the symbol and wants nothing but what every process has."""


class Native:
    """A function in memory. Another Python thread may run while it does."""

    def __init__(self, name: str, code: Code, engine: Any) -> None:
        address = engine.get_function_address(code.symbol)
        if not address:
            raise LookupError(f"{name} is not defined by its code")
        self.name, self.signature, self.engine = name, SIGNATURES[name], engine
        self.function = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_int64] * (2 + len(self.signature)))(address)

    def __call__(self, *arguments: Any) -> int:
        """What the function gives. Raises TypeError where an array is of another kind than the code was compiled for."""
        result, fault = ctypes.c_int64(0), ctypes.c_int64(0)
        pairs = zip(self.signature, arguments, strict=True)
        words = [address_of(value, wanted) if isinstance(wanted, Array) else int(value) for wanted, value in pairs]
        status = self.function(ctypes.addressof(result), ctypes.addressof(fault), *words)
        if status:
            raise RuntimeError(f"{self.name} ended with status {status}")
        return result.value


def address_of(value: Any, wanted: Array) -> int:
    """Where an array lies in memory. Raises TypeError where it is not what is wanted."""
    flags = value.flags
    fits = value.dtype == DTYPES[wanted.kind] and value.ndim == 1 and flags.c_contiguous and flags.aligned
    if not fits or (wanted.written and not flags.writeable):
        raise TypeError(f"not {wanted}: {value.dtype}, {value.ndim} axes, {flags}")
    return int(value.__array_interface__["data"][0])


def rooms_of(arrays: Iterable[Any], steps: Iterable[int], rows: int) -> Integers:
    """(row x array,) where the arrays of every row's room begin in memory, its place in each so many numbers behind the row before."""
    wanted = [Array(KINDS[name], name not in FIXED) for name in Room._fields]
    first = np.array([address_of(array, one) for array, one in zip(arrays, wanted, strict=True)], dtype=np.int64)
    widths = np.array([DTYPES[one.kind].itemsize for one in wanted], dtype=np.int64)
    places: Integers = first + np.arange(rows)[:, None] * (widths * np.array([*steps], dtype=np.int64))
    return places.reshape(-1)


def in_memory(codes: Mapping[str, Code]) -> dict[str, Native]:
    """The functions of these codes. Raises ImportError where LLVM is not installed, LookupError or RuntimeError on code that is none."""
    import llvmlite.binding as machine

    machine.initialize_native_target()
    machine.initialize_native_asmprinter()
    target = machine.Target.from_default_triple().create_target_machine(jit=True)
    engine = machine.create_mcjit_compiler(machine.parse_assembly(""), target)
    for code in codes.values():
        engine.add_object_file(machine.ObjectFileRef.from_data(code.content))
    engine.finalize_object()
    return {name: Native(name, code, engine) for name, code in codes.items()}
