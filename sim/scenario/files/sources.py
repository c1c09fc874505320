"""Where each number comes from: `fact`, or `value` with one of `assumed`, `observed`, `fitted`, or such a key on a mapping above.

`settle` takes these keys out of one file's tree, before trees are merged, and leaves plain values that know their source.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import BROKEN, Node, Source
from sim.scenario.files.facts import NEUTRAL, Fact, Facts, weakest
from sim.scenario.shape import Shape, is_number
from sim.scenario.values.quantities import Quantity

KINDS = ("assumed", "observed", "fitted")
VALUE_KEYS = frozenset({"value", "fact", *KINDS})
Path = tuple[str | int, ...]


@dataclass
class Settling:
    """Settles the trees of one scenario; gathers the problems of its sources."""

    facts: Facts
    problems: list[Problem] = field(default_factory=list)

    def settle(self, node: Node, shape: Shape, inherited: Source | None = None, path: Path = ()) -> Node:
        """The tree without the keys that tell sources; numbers carry theirs, facts their values."""
        match node.value:
            case dict():
                return self._mapping(node, node.value, shape, inherited, path)
            case list() as children:
                element = shape.child(0)
                return replace(node, value=[self.settle(child, element, inherited, (*path, i)) for i, child in enumerate(children)])
            case _:
                return replace(node, source=inherited) if is_number(node.value, shape) and not shape.kindless else node

    def _mapping(self, node: Node, children: dict[str, Node], shape: Shape, inherited: Source | None, path: Path) -> Node:
        source = self._source(children, path) or inherited
        told = {key: child for key, child in children.items() if key not in KINDS}
        if _stands_for_value(children, shape):
            return self._value(node, children, shape, source, path)
        settled = {key: self.settle(child, shape.child(key), source, (*path, key)) for key, child in told.items()}
        return replace(node, value=settled)

    def _source(self, children: dict[str, Node], path: Path) -> Source | None:
        """What a mapping says of the source of its numbers."""
        told = [key for key in children if key in KINDS]
        for key in told[1:]:
            self._report("two-kinds", children[key].start, path, ", ".join(told), "one of assumed, observed, fitted, fact")
        if not told:
            return None
        reason = children[told[0]]
        if not isinstance(reason.value, str) or not reason.value.strip():
            self._report("type", reason.pointed, (*path, told[0]), shown(reason.plain()), "text", f'{told[0]}: "…"')
            return Source(told[0], "")
        return Source(told[0], " ".join(reason.value.split()))

    def _value(self, node: Node, children: dict[str, Node], shape: Shape, source: Source | None, path: Path) -> Node:
        """A mapping that stands for one value."""
        unknown = [key for key in children if key not in VALUE_KEYS]
        for key in unknown:
            close = get_close_matches(key[:80], sorted(VALUE_KEYS), n=1, cutoff=0.5)
            allowed = "fact, or value with one of assumed, observed, fitted"
            self._report("unknown-key", children[key].start, (*path, key), key, allowed, close[0] if close else "")
        if unknown:
            return replace(node, value=BROKEN)
        if "fact" in children:
            return self._fact(node, children, shape, path)
        if "value" not in children:
            self._report("missing-key", node.start, (*path, "value"), "", "value")
            return replace(node, value=BROKEN)
        return self.settle(children["value"], shape, source, path)

    def _fact(self, node: Node, children: dict[str, Node], shape: Shape, path: Path) -> Node:
        """A value that a fact states."""
        reference = children["fact"]
        for key in children.keys() - {"fact"}:
            self._report("two-kinds", children[key].start, path, ", ".join(children), "one of assumed, observed, fitted, fact")
        broken = replace(node, value=BROKEN, place=reference.place)
        if not isinstance(reference.value, str):
            self._report("type", reference.pointed, (*path, "fact"), shown(reference.plain()), "text")
            return broken
        found = self.facts.find(reference.value)
        if isinstance(found, Problem):
            self.problems.append(replace(found, place=reference.pointed, path=dotted(path)))
        if not isinstance(found, Fact):
            return broken
        value = without_dimension(found.value, shape.bare) if isinstance(found.value, Quantity) and shape.bare else found.value
        return replace(broken, value=value, source=Source(found.kind, found.where or found.derive, found.name))

    def _report(self, kind: str, place: Place, path: Path, found: str = "", allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(Problem(kind, place, dotted(path), found, allowed, suggestion))


def _stands_for_value(children: dict[str, Node], shape: Shape) -> bool:
    """Whether a mapping tells a value and its source, well or badly, and is no mapping of the language itself."""
    if not shape.holds_value or not VALUE_KEYS & children.keys():
        return False
    if {"value", "fact"} & children.keys():
        return not shape.anything or children.keys() <= VALUE_KEYS
    return shape.leaf and not shape.distribution and not shape.item and not shape.fields


def without_dimension(quantity: Quantity, bare: type) -> Quantity | int | float:
    """A quantity as the bare number that a field takes, if it has no unit."""
    if quantity.dimension not in NEUTRAL:
        return quantity
    return int(quantity.value) if bare is int and quantity.value.denominator == 1 else float(Fraction(quantity.value))


def source_of(node: Node) -> Source | None:
    """The source of a value; of a distribution, the weakest among its parts, None where one of them has none."""
    sources = [leaf.source for _, leaf in node.leaves() if leaf.value is not None]
    told = [source for source in sources if source is not None]
    if not told or len(told) < len(sources):
        return None
    kind = weakest([source.kind for source in told])
    return next(source for source in told if source.kind == kind)


def dotted(path: Path) -> str:
    """A path as it is written."""
    return ".".join(map(str, path))
