"""The run folder: what is kept of a run, written whole or not at all.

Files are written to a temporary folder beside the run folder, synced, and renamed; the manifest is written last. Nothing in the
files tells place or time, so the same run gives the same bytes.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import math
import os
import platform
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from sim.errors import UnfinishedError
from sim.results.disk import MANIFEST, parents, sync_folder, told
from sim.results.results import Results
from sim.version import __version__

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def versions(*more: str) -> dict[str, str]:
    """Versions of all that the numbers depend on, and of `more` packages."""
    others = {name: version(name) for name in ("numpy", "scipy", "simpy", *more)}
    return {"sim": __version__, "python": platform.python_version(), **others}


def folder_name(scenario: str, inputs: object) -> str:
    """`<scenario>-<hash of the inputs>`; inputs are JSON-able and hold all that decides the numbers."""
    canonical = json.dumps(inputs, sort_keys=True, ensure_ascii=False, default=str)
    return f"{scenario}-{hashlib.sha256(canonical.encode()).hexdigest()[:12]}"


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV; text that a spreadsheet would take for a formula stays text, what is not a number is empty."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def replication_rows(results: Results) -> Iterator[list[object]]:
    """One row a replication: each goal's outcome and whether it was met, observations, completion of plans, investment by month."""
    measures = results.measures
    invested = measures.monthly.get("investment_completed")
    months = results.months if invested is not None else ()
    goals = [f"{goal} {column}" for goal in results.goals for column in ("outcome", "met")]
    observations = [f"observation {name}" for name in results.observations]
    yield ["replication", *goals, *observations, "completion drawn", "completion realised", *(f"investment {month}" for month in months)]
    for row, number in enumerate(measures.replications):
        pairs = zip(measures.outcomes[row].tolist(), measures.met[row].tolist(), strict=True)
        completion = measures.completion_drawn[row].item(), measures.completion_realised[row].item()
        path = invested[row].tolist() if invested is not None else ()
        observed = measures.observed[row].tolist() if observations else ()
        yield [int(number), *(value for pair in pairs for value in pair), *observed, *completion, *path]


def refuse_existing(folder: Path, option: str = "--out") -> None:
    """Raise UnfinishedError if there is something where what that option names is to be written for the first time."""
    if os.path.lexists(folder):
        raise UnfinishedError(f"{folder} exists already; {option} needs a new name", f"{folder} 已存在；{option} 须指定新的名称")


def refuse_unwritable(folder: Path) -> None:
    """Raise UnfinishedError, before any work is done, if `folder` could not be written."""
    with told(folder):
        parent = next(place for place in folder.absolute().parents if place.exists())
        if not parent.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(parent, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def save(folder: Path, files: Mapping[str, str | bytes], manifest: Mapping[str, object]) -> Path:
    """Write a run folder and return it; an earlier run of the same name is replaced, but never a complete one by an incomplete one.

    `files` maps names to text or bytes, `manifest` holds `complete` and what identifies the run. Raises UnfinishedError, leaving nothing
    half-written, if the folder is no run folder or cannot be written.
    """
    if is_complete(folder) and not manifest["complete"]:
        return folder
    if os.path.lexists(folder) and not os.path.isfile(folder / MANIFEST):
        raise UnfinishedError(f"{folder} exists already and is not the folder of a run", f"{folder} 已存在，且不是运行结果目录")
    with told(folder), parents(folder):
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", suffix=".partial", dir=folder.parent))
        try:
            _write_all(partial, files, manifest)
            _put_in_place(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return folder


def is_complete(folder: Path) -> bool:
    """Whether a complete run stands there."""
    try:
        return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["complete"] is True
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _write_all(partial: Path, files: Mapping[str, str | bytes], manifest: Mapping[str, object]) -> None:
    """Every file and then the manifest, each synced to the disk."""
    contents = {name: content if isinstance(content, bytes) else _encoded(name, content) for name, content in files.items()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    listing = json.dumps({**manifest, "files": hashes}, indent=2, ensure_ascii=False) + "\n"
    for name, content in {**contents, MANIFEST: listing.encode()}.items():
        with (partial / name).open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    partial.chmod(0o755)
    sync_folder(partial)


def _encoded(name: str, text: str) -> bytes:
    """UTF-8; with a mark at the start of a CSV, by which Excel knows it."""
    return text.encode("utf-8-sig" if name.endswith(".csv") else "utf-8", errors="replace")


def _put_in_place(partial: Path, folder: Path) -> None:
    """Rename the new folder to its name; an earlier one is moved aside first and back if that fails."""
    if not folder.exists():
        partial.rename(folder)
    else:
        aside = partial.with_suffix(".replaced")
        folder.rename(aside)
        try:
            partial.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    sync_folder(folder.parent)


def _cell(value: object) -> object:
    match value:
        case str() if value.startswith(FORMULA_STARTS):
            return "'" + value
        case float() if not math.isfinite(value):
            return ""
        case float():
            return repr(value)
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case _:
            return value
