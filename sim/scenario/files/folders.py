"""Where scenarios, facts and ledgers are found: the root of a scenario, the copies in the package, and nothing else.

A scenario's root is the nearest parent folder that holds both `scenarios/` and `seeds/`; without one it is the file's own folder. What
is not in the root is looked for in the package, and no file outside the two is read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import LARGEST_FILE

SUFFIXES = (".yaml", ".yml")
NAME = re.compile(r"[\w-][\w.-]{0,79}")
PACKAGE = Path(__file__).resolve().parents[2]


class FileProblemError(Exception):
    """A file that cannot be read; the problem has no place yet."""

    def __init__(self, kind: str, found: str, allowed: str = "", suggestion: str = "") -> None:
        super().__init__(kind, found)
        self.problem = Problem(kind, found=shown(found), allowed=allowed, suggestion=suggestion)


@dataclass(frozen=True)
class Folders:
    """The folders that a scenario may read from, best first; `packaged` is the last of them."""

    own: Path
    packaged: Path
    has_root: bool = True

    def __iter__(self) -> Iterator[Path]:
        yield from dict.fromkeys((self.own, self.packaged)) if self.has_root else (self.packaged,)

    def allows(self, path: Path) -> bool:
        """Whether a file may be read, links followed."""
        return any(path.resolve().is_relative_to(folder.resolve()) for folder in (self.own, self.packaged))

    def extended(self, name: str, beside: Path) -> Path:
        """The scenario that another one beside it extends; raises FileProblemError."""
        if is_name(name):
            return self.scenario(name)
        path = beside / name
        self._check(path, name)
        return path

    def beside(self, name: str, file: Path) -> Path:
        """A file that a scenario names beside itself; raises FileProblemError."""
        path = file.parent / name
        self._check(path, name)
        return path

    def _check(self, path: Path, name: str) -> None:
        if not shown(name) == name or not name.strip():
            raise FileProblemError("unreadable", name, "ledger.csv")
        try:
            allowed = self.allows(path)
        except (OSError, ValueError, RuntimeError):
            raise FileProblemError("unreadable", name) from None
        if not allowed:
            raise FileProblemError("outside", name, f"{shown_path(self.own)}{os.sep}…")

    def scenario(self, name: str) -> Path:
        """The file of a scenario's name; raises FileProblemError."""
        for folder in self:
            path = folder / "scenarios" / f"{name}.yaml"
            if path.is_file() and self.allows(path):
                return path
        names = self.scenario_names()
        close = get_close_matches(name[:80], names, n=1, cutoff=0.5)
        raise FileProblemError("unknown-scenario", name, ", ".join(names[:12]), close[0] if close else "")

    def scenario_names(self) -> list[str]:
        """Names of all scenarios that can be named."""
        return sorted({path.stem for folder in self for path in _files(folder / "scenarios")})

    def seeds(self, document: str) -> Path | None:
        """The file of the facts of a source document, None if there is none."""
        for folder in self:
            path = folder / "seeds" / f"{document}.yaml"
            if NAME.fullmatch(document) and path.is_file() and self.allows(path):
                return path
        return None

    def seed_names(self) -> list[str]:
        """Names of all source documents."""
        return sorted({path.stem for folder in self for path in _files(folder / "seeds")})


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []


def is_name(text: str) -> bool:
    """Whether a scenario is named, not pointed at by a path."""
    return NAME.fullmatch(text) is not None and not text.lower().endswith(SUFFIXES)


def packaged_folder() -> Path:
    """The folder that holds the shipped `scenarios/` and `seeds/`: in the package, or beside it in a source tree."""
    inside = PACKAGE / "_data"
    return inside if inside.is_dir() else PACKAGE.parent


def root_of(folder: Path) -> Path | None:
    """The nearest folder, from this one upwards, that holds both `scenarios/` and `seeds/`."""
    return next((one for one in (folder, *folder.parents) if (one / "scenarios").is_dir() and (one / "seeds").is_dir()), None)


def find_scenario(name_or_path: str | Path) -> tuple[Path, Folders]:
    """The file of a scenario and the folders that it may read from; raises FileProblemError."""
    text, packaged = str(name_or_path), packaged_folder()
    if isinstance(name_or_path, str) and is_name(text):
        root = root_of(Path.cwd())
        path = Folders(root or packaged, packaged).scenario(text)
        return path, Folders(path.parents[1], packaged)
    path = Path(name_or_path)
    try:
        found = path.exists()
        parent = Path(os.path.abspath(path)).parent
        root = root_of(parent)
    except (OSError, ValueError):
        raise FileProblemError("unreadable", text) from None
    if not found:
        raise FileProblemError("unreadable", text, *_nearby(path))
    return path, Folders(root or parent, packaged, has_root=root is not None)


def _nearby(path: Path) -> tuple[str, str]:
    """Scenario files in the folder of a path that is not there, and the nearest to it."""
    names = [file.name for file in _files(path.parent)]
    close = get_close_matches(path.name[:80], names, n=1, cutoff=0.5)
    return ", ".join(names[:12]), str(path.parent / close[0]) if close else ""


def read_bytes(path: Path) -> bytes:
    """A file, up to one byte more than the largest that is read; raises FileProblemError."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise FileProblemError("unreadable", shown_path(path), "a file that exists") from None
    except (OSError, ValueError) as fault:
        raise FileProblemError("unreadable", f"{shown_path(path)} ({getattr(fault, 'strerror', None) or type(fault).__name__})") from None


def shown_path(path: Path) -> str:
    """A path as the user would type it: below the working folder from there, a shipped file by its name, any other as it is."""
    absolute = Path(os.path.abspath(path))
    packaged = packaged_folder()
    if absolute.is_relative_to(Path.cwd()):
        return str(absolute.relative_to(Path.cwd()))
    if absolute.is_relative_to(packaged):
        return str(absolute.relative_to(packaged)).removeprefix(f"scenarios{os.sep}")
    return str(path)


def placed(fault: FileProblemError, place: Place | None, path: str = "") -> Problem:
    """The problem of a file at the place that names it."""
    problem = fault.problem
    return Problem(problem.kind, place, path, problem.found, problem.allowed, problem.suggestion)
