"""Locks between processes: the system frees one when its holder ends, however it ends. The file tells who holds it."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shlex
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.errors import BusyError, shown

BEYOND = 2**30
"""The byte that is locked on Windows, where nobody else can read what is locked: far beyond the text."""
LONGEST_WAIT = 60.0
"""Seconds to wait for a lock that others hold only for a moment."""
_HELD: set[int] = set()
"""File descriptors of this process that hold a lock."""


def take(path: Path, create: int = os.O_CREAT) -> int | None:
    """Take the lock on a file, made if it is not there and may be: its descriptor, None where it is held already. Raises OSError."""
    file = os.open(path, os.O_RDWR | create | getattr(os, "O_BINARY", 0), 0o644)
    try:
        taken = lock(file)
    except OSError:
        os.close(file)
        raise
    if not taken:
        os.close(file)
        return None
    _HELD.add(file)
    return file


def give_back(file: int) -> None:
    """Free a lock that this process took; one that it has only through a fork stays its parent's."""
    if file in _HELD:
        _HELD.discard(file)
        unlock(file)
        os.close(file)


@contextmanager
def passing(path: Path) -> Iterator[None]:
    """Hold the lock on a file that is there for a moment, waiting while others do. Raises BusyError after a minute."""
    patience = time.monotonic() + LONGEST_WAIT
    while (file := take(path, 0)) is None:
        if time.monotonic() > patience:
            raise BusyError(f"another process has held {path} for a minute", f"另一进程占用 {path} 已达一分钟")
        time.sleep(0.01)
    try:
        yield
    finally:
        give_back(file)


@contextmanager
def signed(path: Path) -> Iterator[int]:
    """Hold a lock and say in its file who does; the file is empty afterwards. Raises BusyError, naming the holder."""
    file = take(path)
    if file is None:
        raise busy(path)
    try:
        _sign(file)
        yield file
    finally:
        if file in _HELD:
            with contextlib.suppress(OSError):  # what is told of a lock that nobody holds is not read
                os.ftruncate(file, 0)
        give_back(file)


def refuse_held(path: Path) -> None:
    """Raise BusyError, naming the holder, if a process holds this lock; a file that nobody holds is no obstacle."""
    file = take(path)
    if file is None:
        raise busy(path)
    give_back(file)


def busy(path: Path) -> BusyError:
    """Who holds a lock: process, host, since when, command."""
    try:
        told = json.loads(path.read_bytes())
        process, host, since, command = (shown(told[name]) for name in ("process", "host", "since", "command"))
    except (OSError, ValueError, KeyError, TypeError):
        return BusyError(f"another process is writing here: it holds {path}", f"另一进程正在此写入：占用 {path}")
    return BusyError(
        f"another process is writing here: process {process} on {host}, since {since}: {command} (it holds {path})",
        f"另一进程正在此写入：主机 {host} 上的进程 {process}，始于 {since}：{command}（占用 {path}）",
    )


def _sign(file: int) -> None:
    who = {
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        "command": shlex.join(sys.orig_argv),
    }
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, (json.dumps(who, ensure_ascii=False, indent=2) + "\n").encode(errors="replace"))


def _lock_posix(file: int) -> bool:
    fcntl: Any = importlib.import_module("fcntl")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlock_posix(file: int) -> None:
    fcntl: Any = importlib.import_module("fcntl")
    fcntl.flock(file, fcntl.LOCK_UN)


def _lock_windows(file: int) -> bool:
    msvcrt: Any = importlib.import_module("msvcrt")
    os.lseek(file, BEYOND, os.SEEK_SET)
    try:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except PermissionError:
        return False
    return True


def _unlock_windows(file: int) -> None:
    msvcrt: Any = importlib.import_module("msvcrt")
    os.lseek(file, BEYOND, os.SEEK_SET)
    msvcrt.locking(file, msvcrt.LK_UNLCK, 1)


lock, unlock = (_lock_windows, _unlock_windows) if os.name == "nt" else (_lock_posix, _unlock_posix)


def _leave_to_parent() -> None:
    """In a forked child: close what the parent holds, so that a child that outlives it keeps no lock alive."""
    for file in _HELD:
        with contextlib.suppress(OSError):
            os.close(file)
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)
