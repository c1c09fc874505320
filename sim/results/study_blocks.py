"""What a study's folder should hold and what it holds: the plan, and the blocks of points that are there, sound or damaged.

A block's file is named `points-<block>.<hash>.parquet`: the hash is the first 16 hexadecimal digits of the sha256 of its bytes, and in
the bytes stands of which study and which block they are. So a file is known to be sound from its name and itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from sim.errors import InputError, Problem

STUDY = "study.json"
POINT = "point"
"""The first column of every table: the number of the point, from 1."""
Kind = Literal["text", "whole", "float"]
Shard = tuple[int, int]
"""(i, n): the i-th of n, from 1; block b is of shard (b mod n) + 1."""
_NAME = re.compile(r"points-([0-9]{6,18})\.([0-9a-f]{16})\.parquet")


@dataclass(frozen=True)
class StudyPlan:
    """What is to be done: `points` points, in blocks of `points_a_block`, one row each of `columns` (name → kind; without `point`).

    `identity` is JSON-able and holds all that decides the numbers. Raises ValueError if there is nothing to do.
    """

    identity: Mapping[str, Any]
    points: int
    points_a_block: int
    columns: Mapping[str, Kind]

    def __post_init__(self) -> None:
        if self.points < 1 or self.points_a_block < 1:
            raise ValueError("a study has points, and a block too")
        if POINT in self.columns or not set(self.columns.values()) <= set(get_args(Kind)):
            raise ValueError(f"columns are {get_args(Kind)}, and {POINT!r} is not among them")

    @property
    def blocks(self) -> int:
        """Number of blocks; the last may be shorter."""
        return -(-self.points // self.points_a_block)

    def blocks_of(self, shard: Shard) -> range:
        """The blocks of a shard, ascending."""
        return range(shard[0] - 1, self.blocks, shard[1])

    def points_of(self, block: int) -> range:
        """The points of a block."""
        first = block * self.points_a_block
        return range(first, min(first + self.points_a_block, self.points))

    def told(self) -> dict[str, Any]:
        """The plan as `study.json` tells it."""
        columns = [[name, kind] for name, kind in self.columns.items()]
        return {"points": self.points, "points_a_block": self.points_a_block, "columns": columns, "identity": dict(self.identity)}

    def text(self) -> bytes:
        """The content of `study.json`. Raises ValueError or TypeError if the identity is not JSON-able."""
        return (json.dumps(self.told(), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode(errors="replace")

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits that no other plan has, however its text is laid out."""
        canonical = json.dumps(json.loads(self.text()), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    def mark(self, block: int) -> str:
        """What stands in the bytes of a block."""
        return f"sim-study {self.digest} block {block}."


class Block(NamedTuple):
    """A sound block's file: its name and the sha256 of its bytes, in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Found:
    """Blocks that are there: the sound by number, ascending; the names of files that are not sound, or not needed beside a sound one."""

    sound: Mapping[int, Block]
    damaged: tuple[str, ...]


def block_name(block: int, sha256: str) -> str:
    """The name of a block's file, by the hash of its bytes."""
    return f"points-{block:06d}.{sha256[:16]}.parquet"


def named_blocks(folder: Path) -> Iterator[tuple[int, str]]:
    """Number and name of every file that is named as a block, by name; nothing of it is read. Raises OSError."""
    for name in sorted(os.listdir(folder)):
        match = _NAME.fullmatch(name)
        if match and block_name(int(match[1]), match[2]) == name:
            yield int(match[1]), name


def find_blocks(folder: Path, plan: StudyPlan, wanted: Callable[[int], bool] = lambda _: True) -> Found:
    """Read and hash every file that is named as a `wanted` block. Raises OSError."""
    sound, damaged = dict[int, Block](), []
    for number, name in named_blocks(folder):
        if not wanted(number):
            continue
        try:
            content = (folder / name).read_bytes()
        except FileNotFoundError:  # the writer has just taken it away
            continue
        sha256 = hashlib.sha256(content).hexdigest()
        if name == block_name(number, sha256) and plan.mark(number).encode() in content and number not in sound:
            sound[number] = Block(name, sha256)
        else:
            damaged.append(name)
    return Found(dict(sorted(sound.items())), tuple(damaged))


def manifest(folder: Path, plan: StudyPlan, found: Found) -> bytes | None:
    """The content of `manifest.json` for these blocks; None while some are missing. Raises OSError."""
    if len(found.sound) < plan.blocks:
        return None
    study = hashlib.sha256((folder / STUDY).read_bytes()).hexdigest()
    files = {STUDY: study, **{block.name: block.sha256 for block in found.sound.values()}}
    told = {"complete": True, "points": plan.points, "blocks": plan.blocks, "files": files}
    return (json.dumps(told, indent=2) + "\n").encode()


def read_plan(folder: Path) -> StudyPlan:
    """The plan of a study from its folder. Raises InputError where there is none, or a damaged one."""
    file = folder / STUDY
    try:
        told = json.loads(file.read_bytes())
        return StudyPlan(told["identity"], told["points"], told["points_a_block"], dict(told["columns"]))
    except FileNotFoundError:
        raise InputError([Problem("no-study", path=str(folder))]) from None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise InputError([Problem("run-damaged", path=str(file))]) from fault
