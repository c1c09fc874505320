"""Runs that were kept: found by folder, by name, or by scenario, and read back as they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sim.errors import InputError, Problem, shown
from sim.results.disk import MANIFEST
from sim.results.study_blocks import STUDY

MOST_NAMED = 5
"""Runs that a message names."""


@dataclass(frozen=True)
class KeptFiles:
    """The files of a run by name, and what its manifest says of it."""

    manifest: Mapping[str, Any]
    texts: Mapping[str, bytes]

    def text(self, name: str) -> str:
        """A file's text. Raises InputError where the run has no such file."""
        if name not in self.texts:
            raise InputError([Problem("run-unlike", path=name)])
        return self.texts[name].decode("utf-8-sig")


def find_run(asked: str | None, runs: Path) -> Path:
    """The folder of a run: a path, a name within `runs`, or the newest run of a scenario (of any, where nothing is asked).

    Raises InputError where there is none.
    """
    if asked is not None:
        for folder in (Path(asked), runs / asked):
            if _is_run(folder):
                return folder
    kept = _newest_first(runs)
    chosen = [folder for folder in kept if asked is None or _scenario(folder) == asked]
    if chosen:
        return chosen[0]
    names = [folder.name for folder in kept]
    known = list(dict.fromkeys([*names, *filter(None, map(_scenario, kept))]))
    near = next(iter(get_close_matches(asked[:200], known, 1, 0.5)), "") if asked else ""
    allowed = ", ".join(names[:MOST_NAMED]) or "a folder that `sim run` wrote"
    raise InputError([Problem("unknown-run", found=shown(asked if asked is not None else f"{runs}/"), allowed=allowed, suggestion=near)])


def read_run(folder: Path) -> KeptFiles:
    """All files of a run, each held against the manifest. Raises InputError with all that are missing or were changed."""
    manifest = _manifest(folder)
    texts, problems = dict[str, bytes](), []
    for name, expected in manifest["files"].items():
        content = _content(folder / Path(name).name)
        if content is None or hashlib.sha256(content).hexdigest() != expected:
            problems.append(Problem("run-damaged", path=str(folder / name)))
        else:
            texts[name] = content
    if problems:
        raise InputError(problems)
    return KeptFiles(manifest, texts)


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest; raises InputError where it is none."""
    manifest, files = None, None
    try:
        manifest = json.loads(_content(folder / MANIFEST) or b"")
        files = manifest["files"]
    except (ValueError, KeyError, TypeError):
        pass
    if not isinstance(manifest, dict) or not isinstance(files, dict) or not all(isinstance(name, str) for name in files):
        raise InputError([Problem("run-damaged", path=str(folder / MANIFEST))])
    return dict(manifest)


def _newest_first(runs: Path) -> list[Path]:
    try:
        kept = [folder for folder in runs.iterdir() if _is_run(folder) and not folder.name.startswith(".")]
        return sorted(kept, key=lambda folder: (-(folder / MANIFEST).stat().st_mtime_ns, folder.name))
    except OSError:
        return []


def _scenario(folder: Path) -> str | None:
    """The scenario of a run, as its manifest says."""
    try:
        name = json.loads((folder / MANIFEST).read_bytes())["scenario"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) else None


def _is_run(folder: Path) -> bool:
    try:
        return (folder / MANIFEST).is_file() and not (folder / STUDY).exists()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
