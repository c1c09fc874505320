"""Stated facts: one YAML file a source document in `seeds/`, each figure once, derived ones by exact arithmetic over the others."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from fractions import Fraction

from sim.errors import Place, Problem, shown
from sim.scenario.files.document import Node, read_document
from sim.scenario.files.folders import FileProblemError, Folders, placed, read_bytes, shown_path
from sim.scenario.values.quantities import Quantity, QuantityError, bounded, quantity_of
from sim.scenario.values.units import Dimension

STATED_KINDS = {"target": "stated", "plan": "stated", "observed": "observed", "context": "stated"}
"""What a fact counts as in a scenario; a derived one counts as the weakest of its parts."""
FACT_KINDS = (*STATED_KINDS, "derived")
WEAKER = ("stated", "observed", "fitted", "assumed")
"""Kinds of numbers, the strongest first."""
FACT_KEYS = ("metric", "value", "derive", "comparator", "kind", "year", "place", "wording", "correction")
DOCUMENT_KEYS = ("document", "facts")
COMPARATORS = ("=", ">=", ">", "<=", "<", "~")
LONGEST_EXPRESSION = 200
DEEPEST_DERIVATION = 20
NEUTRAL: frozenset[Dimension] = frozenset({"number", "share", "count"})
"""Dimensions without a unit: they scale any other one."""
OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
TOKENS = re.compile(r"(?:\s*(?:[^\W\d]\w*|\d+(?:\.\d+)?(?![\w.])|[-+*/()]))+\s*")
EXPRESSION = "names of facts, numbers, + - * / ( )"


@dataclass(frozen=True)
class Fact:
    """A figure of a source document (or a text, of kind context), with the place in the file and what it counts as."""

    name: str
    value: Quantity | str
    kind: str
    place: Place
    metric: str = ""
    comparator: str = "="
    where: str = ""
    """Place in the source document."""
    wording: str = ""
    correction: str = ""
    derive: str = ""


class FactError(Exception):
    """A fact that cannot be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass
class Facts:
    """The facts that a scenario may name, read when first asked for; what is wrong with their files is gathered."""

    folders: Folders
    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, dict[str, Fact] | None] = field(default_factory=dict)
    """By name; None where the file cannot be read."""

    def find(self, name: str) -> Fact | Problem | None:
        """The fact `document/name`, or the problem of a name that there is not, or None where its own file is at fault."""
        document, _, fact = name.partition("/")
        if document not in self.documents:
            self.documents[document] = self._read(document)
        facts = self.documents[document]
        if facts is None:
            return None if self.folders.seeds(document) else self._unknown(name, self.folders.seed_names(), document, "{}/…")
        if fact in facts:
            return facts[fact]
        if any(problem.path == f"facts.{fact}" or problem.path.startswith(f"facts.{fact}.") for problem in self.problems):
            return None
        return self._unknown(name, list(facts), fact, document + "/{}")

    def _unknown(self, name: str, known: list[str], part: str, form: str) -> Problem:
        close = get_close_matches(part[:80], known, n=1, cutoff=0.5)
        allowed = ", ".join(form.format(one) for one in sorted(known)[:5]) + (", …" if len(known) > 5 else "")
        return Problem("unknown-fact", found=shown(name), allowed=allowed, suggestion=form.format(close[0]) if close else "")

    def _read(self, document: str) -> dict[str, Fact] | None:
        path = self.folders.seeds(document)
        if path is None:
            return None
        try:
            root, problems = read_document(read_bytes(path), shown_path(path))
        except FileProblemError as fault:
            root, problems = None, [placed(fault, None)]
        self.problems += problems
        if root is None:
            return None
        return Reader(document, root, self.problems).facts()


@dataclass
class Reader:
    """Reads the facts of one document."""

    document: str
    root: Node
    problems: list[Problem]
    read: dict[str, Fact | None] = field(default_factory=dict)
    """None: at fault, or being read."""

    def facts(self) -> dict[str, Fact]:
        """All facts that can be used, by name."""
        self._check_keys(self.root, DOCUMENT_KEYS, "")
        nodes = self._nodes()
        for name, node in nodes.items():
            self._fact(name, node, nodes, ())
        return {name: fact for name, fact in self.read.items() if fact is not None}

    def _nodes(self) -> dict[str, Node]:
        facts = (self.root.mapping or {}).get("facts")
        if facts is None or facts.mapping is None:
            self._report("missing-key" if facts is None else "type", facts or self.root, "facts", allowed="a mapping")
            return {}
        return facts.mapping

    def _check_keys(self, node: Node, known: tuple[str, ...], path: str) -> bool:
        if node.mapping is None:
            self._report("type", node, path, found=shown(node.plain()), allowed="a mapping")
            return False
        for key, child in node.mapping.items():
            if key not in known:
                close = get_close_matches(key[:80], known, n=1, cutoff=0.5)
                self._report("unknown-key", child, f"{path}.{key}".lstrip("."), key, ", ".join(known), close[0] if close else "")
        return True

    def _fact(self, name: str, node: Node, nodes: Mapping[str, Node], way: tuple[str, ...]) -> Fact | None:
        """The fact of a name, read with all that it is derived from."""
        if name in self.read:
            return self.read[name]
        self.read[name] = None
        path = f"facts.{name}"
        if self._check_keys(node, FACT_KEYS, path):
            try:
                self.read[name] = self._told(name, node, nodes, (*way, name))
            except FactError as fault:
                self.problems.append(replace(fault.problem, path=fault.problem.path or path))
        return self.read[name]

    def _told(self, name: str, node: Node, nodes: Mapping[str, Node], way: tuple[str, ...]) -> Fact:
        kind = self._choice(name, node, "kind", FACT_KINDS)
        comparator = self._choice(name, node, "comparator", COMPARATORS) if "comparator" in node.value else "="
        if ("derive" in node.value) == ("value" in node.value) or ("derive" in node.value) != (kind == "derived"):
            raise self._fault(node, "fact", f"kind: {kind}; {', '.join(node.value)}", "value | kind: derived, derive")
        texts = {key: str(child.value) for key, child in node.value.items() if isinstance(child.value, str)}
        value: Quantity | str
        if kind == "derived":
            value, kind = self._derived(texts.get("derive", ""), node.value["derive"], nodes, way)
        else:
            value, kind = self._stated(node.value["value"], kind), STATED_KINDS[kind]
        return Fact(
            f"{self.document}/{name}",
            value,
            kind,
            node.start,
            metric=texts.get("metric", ""),
            comparator=comparator,
            where=texts.get("place", ""),
            wording=texts.get("wording", ""),
            correction=texts.get("correction", ""),
            derive=texts.get("derive", ""),
        )

    def _choice(self, name: str, node: Node, key: str, choices: tuple[str, ...]) -> str:
        child = node.value.get(key)
        if child is None:
            raise self._fault(node, "missing-key", "", f"{key}: {', '.join(choices)}", path=f"facts.{name}.{key}")
        if child.value not in choices:
            raise self._fault(child, "choice", child.plain(), ", ".join(choices), path=f"facts.{name}.{key}")
        return str(child.value)

    def _stated(self, node: Node, kind: str) -> Quantity | str:
        """A stated value; of kind context it may be text."""
        try:
            return quantity_of(node.plain())
        except QuantityError as fault:
            if kind == "context" and isinstance(node.value, str):
                return node.value
            raise self._fault(node, fault.kind, fault.found, fault.allowed, fault.suggestion) from None

    def _derived(self, text: str, node: Node, nodes: Mapping[str, Node], way: tuple[str, ...]) -> tuple[Quantity, str]:
        """The value of an expression, and the weakest kind of its parts."""
        if len(way) > DEEPEST_DERIVATION or len(text) > LONGEST_EXPRESSION or not TOKENS.fullmatch(text):
            raise self._fault(node, "fact", text or node.plain(), EXPRESSION)
        try:
            tree = ast.parse(text, mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise self._fault(node, "fact", text, EXPRESSION) from None
        kinds: list[str] = []

        def quantity(name: str) -> Quantity:
            if name in way:
                raise self._fault(node, "fact", " → ".join((*way[way.index(name) :], name)), EXPRESSION)
            if name not in nodes:
                close = get_close_matches(name, nodes, n=1, cutoff=0.5)
                raise self._fault(node, "unknown-fact", name, "", close[0] if close else "")
            fact = self._fact(name, nodes[name], nodes, way)
            if fact is None or isinstance(fact.value, str):
                raise self._fault(node, "fact", name, "a number")
            kinds.append(fact.kind)
            return fact.value

        try:
            value = bounded(evaluate(tree.body, quantity), text)
        except QuantityError as fault:
            raise self._fault(node, "fact", fault.found, fault.allowed) from None
        return value, weakest(kinds)

    def _fault(self, node: Node, kind: str, found: object, allowed: str = "", suggestion: str = "", path: str = "") -> FactError:
        place = node.start if kind == "missing-key" else node.place
        return FactError(Problem(kind, place, path, shown(found), allowed, suggestion))

    def _report(self, kind: str, node: Node, path: str, found: str = "", allowed: str = "", suggestion: str = "") -> None:
        self.problems.append(Problem(kind, node.start, path, shown(found), allowed, suggestion))


def weakest(kinds: list[str]) -> str:
    """The weakest of some kinds of numbers; what has no part is assumed."""
    return max(kinds, key=WEAKER.index, default="assumed")


# --- Exact arithmetic with dimensions


def evaluate(tree: ast.expr, quantity: Callable[[str], Quantity]) -> Quantity:
    """The exact value of an expression; raises QuantityError where it is more than arithmetic, or mixes dimensions."""
    match tree:
        case ast.Constant(value=bool()):
            raise QuantityError("fact", tree.value, EXPRESSION)
        case ast.Constant(value=int() | float() as value):
            return quantity_of(value)
        case ast.Name(id=name):
            return quantity(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = evaluate(operand, quantity)
            return replace(inner, value=-inner.value)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return combine(evaluate(left, quantity), type(op), evaluate(right, quantity))
        case _:
            raise QuantityError("fact", ast.unparse(tree), EXPRESSION)


def combine(left: Quantity, op: type[ast.operator], right: Quantity) -> Quantity:
    """One operation; money over money is a share, money over a count is money."""
    words = f"{left.dimension} {SIGNS[op]} {right.dimension}"
    if op is ast.Div and right.value == 0:
        raise QuantityError("fact", words, "≠ 0")
    dimension = dimension_of(left.dimension, op, right.dimension)
    if dimension is None or (left.working != right.working and not {left.dimension, right.dimension} & NEUTRAL):
        raise QuantityError("fact", words)
    return Quantity(OPERATORS[op](left.value, right.value), dimension, left.working or right.working)


SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def dimension_of(left: Dimension, op: type[ast.operator], right: Dimension) -> Dimension | None:
    """The dimension of an operation's result, None where it has none of those known."""
    if op in (ast.Add, ast.Sub):
        if left == right:
            return left
        return _stronger(left, right) if {left, right} <= NEUTRAL else None
    if op is ast.Div and left == right:
        return "number" if left == "number" else "share"
    if left in NEUTRAL and right in NEUTRAL:
        return _stronger(left, right)
    if right in NEUTRAL:
        return left
    return right if op is ast.Mult and left in NEUTRAL else None


def _stronger(left: Dimension, right: Dimension) -> Dimension:
    """Of two dimensions without a unit, the one that says more: a bare number takes the other's."""
    return right if left == "number" else left
