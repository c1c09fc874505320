"""The room of one replication in the kernel, and how it is entered: what compiled and plain Python do differently."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import Any, Literal, NamedTuple

Row = MutableSequence[int]
"""Numbers in a row, by place: in compiled code a bare pointer into an array, in plain Python a `Span`."""
Parts = MutableSequence[float]
Kind = Literal["int", "float", "mark", "word"]
"""What the numbers of an array are; a mark is a byte, a word has no sign."""


class Room(NamedTuple):
    """All that the kernel reads and writes of a replication; places in it have names (`layout`)."""

    model: Row
    """Integers of the model: header, tables, records."""
    parts: Parts
    """Floats of the model."""
    curves: Parts
    """S-curves of all sectors."""
    who: Row
    """Columns of integers by entity."""
    share: Parts
    """Columns of floats by entity."""
    work: Row
    """(entity, stage) draws of first visits, like the next four."""
    patience: Row
    leaving: Parts
    routing: Parts
    dropout: Parts
    marks: Row
    """(entity, mark) whether it may take a route, then whether a risk or effort hits it."""
    extra: Row
    """Of this replication: random inflows, hindrances of sites, draws of later visits."""
    luck: Parts
    """(later visit, 2) that decide on leaving and on the way on."""
    state: Row
    """Numbers and sections of the state."""
    items: Row
    """(entity, stage) records of what each is at, see `layout.ITEM_WIDTH`."""
    odds: Parts
    """(district,) what each offers, (area,) what each lacks, (site at work,) which part of it is done."""
    out: Row
    """Columns of results by (entity, stage): what the records say at the end."""
    result: Row
    """Results of the replication in a row."""
    tables: Row
    """Places of the next rows of tables, then their rows."""


KINDS: dict[str, Kind] = dict.fromkeys(Room._fields, "int")
"""What the numbers of each row are."""
KINDS["marks"] = "mark"
KINDS |= dict.fromkeys(("parts", "curves", "share", "leaving", "routing", "dropout", "luck", "odds"), "float")
FIXED = frozenset(Room._fields) - {"state", "items", "odds", "out", "result", "tables"}
"""What nobody writes while the kernel runs."""


class Span:
    """An array from a place on, in plain Python: what a pointer is in compiled code, but nobody reads or writes beyond its ends."""

    __slots__ = ("array", "first")

    def __init__(self, array: Any, first: int) -> None:
        self.array, self.first = array, first

    def __getitem__(self, place: int) -> Any:
        assert place >= 0, f"place {place} of an array from {self.first} on"
        return self.array[self.first + place].item()

    def __setitem__(self, place: int, value: Any) -> None:
        assert place >= 0, f"place {place} of an array from {self.first} on"
        self.array[self.first + place] = value


def room_at(rooms: Sequence[Room], row: int) -> Room:
    """The room of a row; in compiled code of the addresses of its arrays' places."""
    return rooms[row]
