"""In which values two scenarios differ, each with its origin."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

from sim.scenario.assessing import Origin
from sim.scenario.loading import Loaded


@dataclass(frozen=True)
class Differing:
    """A value that two scenarios do not share; None where one does not have it."""

    path: str
    a: Origin | None
    b: Origin | None


def differing(a: Loaded, b: Loaded) -> tuple[Differing, ...]:
    """Every dotted path at which they say something else, in the order of `a`, then of `b`; titles and names are no inputs."""
    mine, theirs = _inputs(a), _inputs(b)
    unlike = [path for path in {**mine, **theirs} if path not in mine or path not in theirs or mine[path] != theirs[path]]
    return tuple(Differing(path, a.origins.get(path), b.origins.get(path)) for path in unlike)


def _inputs(loaded: Loaded) -> dict[str, Any]:
    """Dotted path -> value, in the one canonical spelling, of what can matter to a run."""
    paths = (path for path in loaded.origins if "title" not in path.split("."))
    return {path: reduce(_within, path.split("."), loaded.tree) for path in paths}


def _within(tree: Any, key: str) -> Any:
    """What stands under a key of a mapping, or at a place of a list."""
    return tree[int(key)] if isinstance(tree, list | tuple) else tree[key]
