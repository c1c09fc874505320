"""The compiled kernel in the user's cache: a folder by the digest of its sources and compiler, sealed by the digests of its files.

Nothing is loaded that is not what was written. Whatever is wrong with a cache (not there, not to be written, damaged, half written by
another) costs the time to compile, and nothing else.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.caching import cache_folder
from sim.engine.kernel.native import Code, in_memory

SOURCES = (
    *("calendar.py", "model/rules.py", "model/curves.py", "model/portfolio.py", "model/spending.py"),
    *("sampling/loops.py", "engine/trace.py", "engine/kernel/*.py", "results/loops.py"),
)
SEAL, CODE = "seal.json", "code.json"
NEWEST = 3
"""So many kernels stay in the cache: of this version of the program and of those used beside it."""
DAY_SECONDS = 86_400
"""What another process has not finished within a day it never will."""
Functions = Mapping[str, Any]


def folder() -> Path:
    """Where this kernel is kept. Raises ImportError where its compiler is not installed."""
    import llvmlite.binding as machine

    digest, root = sha256(), Path(__file__).parents[2]
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        digest.update(path.read_bytes())
    compiler = (version("numba"), version("llvmlite"), version("numpy"), sys.version)
    for part in (*compiler, platform.machine(), machine.get_host_cpu_name(), machine.get_host_cpu_features().flatten()):
        digest.update(part.encode())
    return cache_folder() / f"kernel-{digest.hexdigest()[:24]}"


def is_kept() -> bool:
    """Whether the cache seems to hold the kernel, so that nothing need be compiled."""
    try:
        return os.path.isfile(folder() / SEAL)
    except (ImportError, OSError):
        return False


def fetched(works: Callable[[Functions], bool]) -> Functions | None:
    """The kernel from the cache, None where there is none that can be trusted; `works` tries it."""
    place = folder()
    if not os.path.lexists(place):
        return None
    with contextlib.suppress(Exception):  # whatever is wrong with the files, or what LLVM makes of them
        if _digests(place) == _seal(place):
            functions = in_memory(_read((place / CODE).read_text(encoding="ascii")))
            if works(functions):
                return functions
    _remove(place)
    return None


def keep(codes: Mapping[str, Code], works: Callable[[Functions], bool]) -> Functions:
    """The kernel of what was compiled, which is put into the cache if that can be written. Raises RuntimeError where it does not work."""
    functions = in_memory(codes)
    if not works(functions):
        raise RuntimeError("the compiled kernel gives other numbers than plain Python")
    with contextlib.suppress(OSError):  # a folder that cannot be written
        _write(_text(codes), folder())
    return functions


def _text(codes: Mapping[str, Code]) -> str:
    """Code as JSON."""
    return json.dumps({name: {"symbol": code.symbol, "content": b64encode(code.content).decode("ascii")} for name, code in codes.items()})


def _read(text: str) -> dict[str, Code]:
    """Code from JSON."""
    return {name: Code(code["symbol"], b64decode(code["content"])) for name, code in json.loads(text).items()}


def _write(code: str, place: Path) -> None:
    """Write what was compiled beside its place, and move it there when it is whole; another may have been faster."""
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(".partial", f"{place.name}.", place.parent))
    try:
        (partial / CODE).write_text(code, encoding="ascii")
        (partial / SEAL).write_text(json.dumps(_digests(partial)), encoding="utf-8")
        partial.rename(place)
    except OSError:
        _remove(partial)
    _prune(place)


def _prune(place: Path) -> None:
    """Let go of kernels other than the newest, and of what was left half written."""
    found = [(path.stat().st_mtime, path) for path in place.parent.glob("kernel-*")]
    partial = [(age, path) for age, path in found if path.suffix == ".partial"]
    others = sorted((one for one in found if one not in partial and one[1] != place), reverse=True)
    too_old = [path for age, path in partial if age < time.time() - DAY_SECONDS]
    for path in (*too_old, *(path for _, path in others[NEWEST - 1 :])):
        _remove(path)


def _remove(path: Path) -> None:
    """Take away a folder or file as far as that can be done."""
    shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _digests(place: Path) -> dict[str, str]:
    """Relative path -> digest of every file but the seal."""
    files = sorted(path for path in place.rglob("*") if path.is_file() and path.name != SEAL)
    return {path.relative_to(place).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _seal(place: Path) -> object:
    try:
        return json.loads((place / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
