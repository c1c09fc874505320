"""The library of levers: `scenarios/levers/*.yaml` of a scenario's root and of the package, a lever named in both taken from the root."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sim.errors import Problem, shown
from sim.scenario.files.document import Node, read_document
from sim.scenario.files.facts import Facts
from sim.scenario.files.folders import FileProblemError, Folders, placed, read_bytes, shown_path
from sim.scenario.files.sources import Settling
from sim.scenario.shape import scenario_shape

LEVERS = "levers"


def read_library(folders: Folders, facts: Facts) -> tuple[dict[str, Node], dict[str, Path], list[Problem]]:
    """Name of a lever -> its definition, sources settled; the files by their names in messages; and what is wrong with the files."""
    found: dict[str, Node] = {}
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in [path for folder in folders for path in sorted((folder / "scenarios" / LEVERS).glob("*.yaml"))]:
        files[shown_path(path)] = path
        try:
            root, faults = _read(path, path.stat().st_mtime_ns, shown_path(path))
        except FileProblemError as fault:
            root, faults = None, (placed(fault, None),)
        problems += faults
        settling = Settling(facts)
        block = settling.settle(root, scenario_shape()).within((LEVERS,)) if root is not None and root.mapping else None
        problems += settling.problems
        if root is not None and (block is None or block.mapping is None or set(root.mapping or {}) != {LEVERS}):
            problems.append(Problem("type", root.place, found=shown(", ".join(root.mapping or {})), allowed="levers: {…}"))
            continue
        for name, node in ((block.mapping if block else None) or {}).items():
            found.setdefault(name, node)
    return found, files, problems


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, name: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """A file of levers; `changed` is when it was written, so that a newer one is read again. Raises FileProblemError."""
    root, problems = read_document(read_bytes(path), name)
    return root, tuple(problems)
