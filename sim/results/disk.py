"""Writing so that it is on the disk, whole or not at all, and telling in words what a disk refuses."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sim.errors import UnfinishedError

MANIFEST = "manifest.json"
"""What says of a folder that it is whole; written last."""
ELSEWHERE = "--no-save writes nothing, --out names another folder", "--no-save 不写文件，--out 另指定目录"
"""What a user can do where a place cannot be written, in English and Chinese."""
FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says when the disk, or a user's share of it, is full."""


def write_file(target: Path, content: bytes) -> None:
    """Write a file whole, in place of an earlier one. Raises UnfinishedError, leaving nothing half-written."""
    with told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial_file(target, content) as partial:
            partial.replace(target)


@contextmanager
def partial_file(target: Path, content: bytes) -> Iterator[Path]:
    """A file of a name that nobody else has, beside `target`, with its content on the disk; taken away if it is still there at the end."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".partial", dir=target.parent)
    partial = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o644)
        yield partial
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def parents(target: Path) -> Iterator[None]:
    """Make the folders above; take away again those that were made if nothing could be put there."""
    made = [parent for parent in target.absolute().parents if not parent.exists()]
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for parent in made:
            with suppress(OSError):  # not empty: what was to be written is there
                parent.rmdir()


def sync_file(path: Path) -> None:
    """Sync what another has written into a file."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Sync a folder's entries, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def told(target: Path, hint: tuple[str, str] = ELSEWHERE) -> Iterator[None]:
    """Turn a fault of the disk into an UnfinishedError in words; `hint` says in both languages what can be done."""
    try:
        yield
    except OSError as fault:
        raise unfinished(target, fault, hint) from fault


def unfinished(target: Path, fault: OSError, hint: tuple[str, str]) -> UnfinishedError:
    """What the disk refused, in words."""
    match fault.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return UnfinishedError(f"the disk is full: {target} was not written", f"磁盘已满，未能写入 {target}")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return UnfinishedError(f"no permission to write {target}; {hint[0]}", f"没有写入 {target} 的权限；{hint[1]}")
        case _:
            reason = fault.strerror or type(fault).__name__
            return UnfinishedError(f"{target} could not be written: {reason}; {hint[0]}", f"未能写入 {target}：{reason}；{hint[1]}")
