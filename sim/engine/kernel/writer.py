"""What writes a model down for the kernel: integers and floats in a row, with places by name (`layout`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sim.engine.kernel import layout as at
from sim.model.arrays import Integers, Model


@dataclass
class Writer:
    """Integers and floats in a row, header first."""

    model: Model
    entities: int
    owner: Integers
    rows: int
    whole: list[int] = field(default_factory=lambda: [0] * at.MODEL)
    parts: list[float] = field(default_factory=list)
    state: int = at.NUMBERS

    def put(self, values: Iterable[int]) -> int:
        """The place at which they stand from now on."""
        place = len(self.whole)
        self.whole.extend(values)
        return place

    def put_parts(self, values: Iterable[float]) -> int:
        """The place among the floats."""
        place = len(self.parts)
        self.parts.extend(values)
        return place

    def table(self, name: int, values: Iterable[int]) -> None:
        """A table under a name of the header."""
        self.whole[name] = self.put(values)

    def section(self, name: int, length: int) -> None:
        """A section of the state."""
        self.whole[name] = self.state
        self.state += length
