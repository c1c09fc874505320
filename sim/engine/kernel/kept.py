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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sim.caching import cache_folder

SOURCES = (
    *("calendar.py", "model/rules.py", "model/curves.py", "model/portfolio.py", "model/spending.py"),
    *("sampling/loops.py", "engine/trace.py", "engine/kernel/*.py", "results/loops.py"),
)
SEAL = "seal.json"
Functions = dict[str, Any]
Maker = Callable[[], Functions]
"""Gives functions of numba's that are not compiled yet."""


def folder() -> Path:
    """Where this kernel is kept."""
    digest, root = sha256(), Path(__file__).parents[2]
    for path in sorted(path for pattern in SOURCES for path in root.glob(pattern)):
        digest.update(path.read_bytes())
    for part in (version("numba"), version("llvmlite"), version("numpy"), sys.version, platform.machine(), platform.processor()):
        digest.update(part.encode())
    return cache_folder() / f"kernel-{digest.hexdigest()[:24]}"


def is_kept() -> bool:
    """Whether the cache seems to hold the kernel, so that nothing need be compiled."""
    return (folder() / SEAL).is_file()


def fetched(make: Maker, works: Callable[[Functions], bool]) -> Functions | None:
    """The kernel from the cache, None where there is none that can be trusted; `works` tries it."""
    place = folder()
    if not is_kept():
        return None
    if _digests(place) == _seal(place):
        with contextlib.suppress(Exception):  # whatever numba makes of an old file
            functions = make()
            with _numba_cache(place):
                _compile(functions)
            if all(sum(one.stats.cache_hits.values()) for one in functions.values()) and works(functions):
                return functions
    shutil.rmtree(place, ignore_errors=True)
    return None


def keep(make: Maker) -> Functions:
    """The kernel compiled, and put into the cache if that can be written."""
    place, functions = folder(), make()
    partial = place.with_name(f"{place.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        with _numba_cache(partial):
            _compile(functions)
        (partial / SEAL).write_text(json.dumps(_digests(partial)), encoding="utf-8")
        partial.rename(place)
    except (OSError, RuntimeError):
        shutil.rmtree(partial, ignore_errors=True)
        if not all(one.overloads for one in functions.values()):
            functions = make()
            _compile(functions)
    return functions


def _compile(functions: Functions) -> None:
    from sim.engine.kernel.pointers import SIGNATURES
    from sim.engine.kernel.whole import as_a_whole

    for name, one in functions.items():
        one.enable_caching()
        with as_a_whole(name):
            one.compile(SIGNATURES[name])
        one.disable_compile()


@contextmanager
def _numba_cache(place: Path) -> Iterator[None]:
    """What is compiled with caching meanwhile is kept there."""
    from numba import config

    with patch.object(config, "CACHE_DIR", str(place)):
        yield


def _digests(place: Path) -> dict[str, str]:
    """Relative path -> digest of every file but the seal."""
    files = sorted(path for path in place.rglob("*") if path.is_file() and path.name != SEAL)
    return {path.relative_to(place).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _seal(place: Path) -> object:
    try:
        return json.loads((place / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
