"""The kernel's own source as C: what its algorithm costs when gcc compiles it, and a third witness of what it does.

Only what the kernel's modules use is known: integers, floats, truth values, pointers into arrays, the room; `if`, `while`, `for` over a
range, assignment. A function is written once for each combination of types that it is called with. All else raises NotImplementedError.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

from sim.engine.kernel import rows
from sim.engine.kernel.room import KINDS, Room

ELEMENTS = {"int": "integer", "float": "real", "mark": "mark", "word": "word"}
INTEGER, REAL, NOTHING, ROOM = "integer", "real", "void", "room"
PRELUDE = """
typedef long long integer;
typedef double real;
typedef unsigned char mark;
typedef const integer *const *room;
static inline integer min_integer(integer a, integer b) { return b < a ? b : a; }
static inline integer max_integer(integer a, integer b) { return b > a ? b : a; }
static inline real min_real(real a, real b) { return b < a ? b : a; }
static inline real max_real(real a, real b) { return b > a ? b : a; }
extern double floor(double);
static inline integer quotient(integer a, integer b) { integer q = a / b; return q - (a % b != 0 && (a < 0) != (b < 0)); }
static inline integer rest(integer a, integer b) { integer r = a % b; return r != 0 && (r < 0) != (b < 0) ? r + b : r; }
"""
OPERATORS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.And: "&&",
    ast.Or: "||",
}


@dataclass(frozen=True)
class Told:
    """An expression in C; `parts` are those of a tuple."""

    text: str
    kind: str
    parts: tuple[Told, ...] = ()


@dataclass
class Program:
    """Functions in the order in which they can be compiled."""

    names: dict[tuple[FunctionType, tuple[str, ...]], tuple[str, str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def called(self, function: FunctionType, kinds: tuple[str, ...]) -> tuple[str, str]:
        """Name and result of a function for arguments of those kinds, which is written if it was not."""
        key = (function, kinds)
        if key not in self.names:
            name = f"{function.__name__}_{len(self.names)}"
            self.names[key] = (name, INTEGER)  # for one that calls itself
            text, result = Function(self, function, kinds).written(name)
            self.names[key] = (name, result)
            self.texts.append(text)
        return self.names[key]


class Function:
    """One function on its way into C."""

    def __init__(self, program: Program, function: FunctionType, kinds: tuple[str, ...]) -> None:
        self.program, self.names, self.kinds = program, function.__globals__, kinds
        (self.tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
        self.variables: dict[str, Told] = {}
        self.declared: dict[str, str] = {}
        self.results: set[str] = set()
        self.temporaries = 0

    def written(self, name: str) -> tuple[str, str]:
        """Its text and the kind of its result."""
        assert isinstance(self.tree, ast.FunctionDef)
        arguments = []
        for argument, kind in zip(self.tree.args.args, self.kinds, strict=True):
            if kind.startswith("("):
                parts = tuple(Told(f"{argument.arg}_{number}", part) for number, part in enumerate(kind[1:-1].split(",")))
                self.variables[argument.arg] = Told("", kind, parts)
                arguments += [f"{part.kind} {part.text}" for part in parts]
            else:
                self.variables[argument.arg] = Told(argument.arg, kind)
                arguments.append(f"{kind} {argument.arg}")
        body = self.block(self.tree.body)
        result = REAL if REAL in self.results else INTEGER if INTEGER in self.results else NOTHING
        locals_ = "".join(f"    {kind} {variable} = 0;\n" for variable, kind in self.declared.items())
        return f"static {result} {name}({', '.join(arguments)})\n{{\n{locals_}{body}}}\n", result

    # --- Statements

    def block(self, statements: Sequence[ast.stmt]) -> str:
        return textwrap.indent("".join(self.statement(one) for one in statements), "    ")

    def statement(self, one: ast.stmt) -> str:
        match one:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return ""
            case ast.Expr(value=value):
                return f"{self.value(value).text};\n"
            case ast.Return(value=None):
                return "return;\n"
            case ast.Return(value=value):
                told = self.value(value)
                self.results.add(told.kind)
                return f"return {told.text};\n"
            case ast.Assign(targets=targets, value=ast.Tuple(elts=values)) if isinstance(targets[0], ast.Tuple):
                return self.assign_many(targets[0].elts, [self.value(value) for value in values])
            case ast.Assign(targets=[ast.Tuple(elts=places)], value=value):
                return self.assign_many(places, self.value(value).parts)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Tuple(elts=elts)):
                parts = [self.value(part) for part in elts]
                places = [ast.Name(f"{name}_{number}") for number in range(len(parts))]
                text = self.assign_many(places, parts)
                self.variables[name] = Told("", f"({','.join(part.kind for part in parts)})", tuple(self.value(place) for place in places))
                return text
            case ast.Assign(targets=targets, value=value):
                told = self.value(value)
                return "".join(self.assign(target, told) for target in reversed(targets))
            case ast.AugAssign(target=target, op=op, value=value):
                return self.assign(target, self.value(ast.BinOp(target, op, value)))
            case ast.If(test=test, body=body, orelse=other):
                otherwise = f"else {{\n{self.block(other)}}}\n" if other else ""
                return f"if ({self.value(test).text}) {{\n{self.block(body)}}}\n{otherwise}"
            case ast.While(test=test, body=body, orelse=[]):
                return f"while ({self.value(test).text}) {{\n{self.block(body)}}}\n"
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"), args=bounds), body=body, orelse=[]):
                return self.loop(name, [self.value(bound).text for bound in bounds], body)
            case ast.Break():
                return "break;\n"
            case ast.Continue():
                return "continue;\n"
        raise NotImplementedError(ast.unparse(one))

    def loop(self, name: str, bounds: list[str], body: Sequence[ast.stmt]) -> str:
        """A range is fixed when the loop begins; its variable keeps the last value."""
        begin, end, step = ["0", *bounds, "1"] if len(bounds) == 1 else [*bounds, "1"][:3]
        self.declare(name, INTEGER)
        number = self.temporaries = self.temporaries + 1
        down = step.strip("()").startswith("-")
        head = f"for (integer at{number} = {begin}, to{number} = {end}; at{number} {'>' if down else '<'} to{number}; at{number} += {step})"
        return f"{head} {{\n    {name} = at{number};\n{self.block(body)}}}\n"

    def assign_many(self, places: Sequence[ast.expr], values: Sequence[Told]) -> str:
        """All values are known before the first is assigned."""
        held = []
        for value in values:
            self.temporaries += 1
            held.append(Told(f"held{self.temporaries}", value.kind))
        before = "".join(f"{new.kind} {new.text} = {value.text};\n" for new, value in zip(held, values, strict=True))
        after = "".join(self.assign(place, new) for place, new in zip(places, held, strict=True))
        return f"{{\n{textwrap.indent(before + after, '    ')}}}\n"

    def assign(self, place: ast.expr, value: Told) -> str:
        if isinstance(place, ast.Name):
            self.declare(place.id, value.kind)
            return f"{place.id} = {value.text};\n"
        return f"{self.value(place).text} = {value.text};\n"

    def declare(self, name: str, kind: str) -> None:
        """A variable is real if any of its values is."""
        known = self.declared.get(name) or (self.variables[name].kind if name in self.variables else kind)
        if name not in self.variables or name in self.declared:
            self.declared[name] = REAL if REAL in (known, kind) and {known, kind} <= {REAL, INTEGER} else known
        self.variables[name] = Told(name, self.declared.get(name, known))

    # --- Expressions

    def value(self, one: ast.expr | None) -> Told:
        match one:
            case ast.Constant(value=bool() as value):
                return Told(str(int(value)), INTEGER)
            case ast.Constant(value=int() as value):
                return Told(f"{value}LL", INTEGER)
            case ast.Constant(value=float() as value):
                return Told(value.hex(), REAL)
            case ast.Name(id=name) if name in self.variables:
                return self.variables[name]
            case ast.Name(id=name):
                return self.value(ast.Constant(self.names[name]))
            case ast.Attribute(value=value, attr=attr):
                return self.attribute(value, attr)
            case ast.Subscript(value=array, slice=place):
                pointer = self.value(array)
                element = pointer.kind.removeprefix("const ").removesuffix(" *")
                return Told(f"{pointer.text}[{self.value(place).text}]", INTEGER if element == "mark" else element)
            case ast.Tuple(elts=elts):
                parts = tuple(self.value(part) for part in elts)
                return Told("", f"({','.join(part.kind for part in parts)})", parts)
            case ast.UnaryOp(op=op, operand=operand):
                told = self.value(operand)
                return Told(f"(!{told.text})", INTEGER) if isinstance(op, ast.Not) else Told(f"(-{told.text})", told.kind)
            case ast.BinOp(left=left, op=op, right=right):
                return self.operation(self.value(left), op, self.value(right))
            case ast.BoolOp(op=op, values=values):
                return Told("(" + f" {OPERATORS[type(op)]} ".join(self.value(value).text for value in values) + ")", INTEGER)
            case ast.Compare(left=left, ops=[ast.In()], comparators=[ast.Tuple(elts=elts)]):
                return Told("(" + " || ".join(f"{self.value(left).text} == {self.value(elt).text}" for elt in elts) + ")", INTEGER)
            case ast.Compare(left=left, ops=ops, comparators=others):
                texts = [self.value(part).text for part in (left, *others)]
                pairs = [f"{a} {OPERATORS[type(op)]} {b}" for a, op, b in zip(texts, ops, texts[1:], strict=False)]
                return Told("(" + " && ".join(pairs) + ")", INTEGER)
            case ast.IfExp(test=test, body=body, orelse=other):
                first, second = self.value(body), self.value(other)
                return Told(f"({self.value(test).text} ? {first.text} : {second.text})", joint(first, second))
            case ast.Call(func=function, args=arguments, keywords=[]):
                return self.call(function, [self.value(argument) for argument in arguments])
        raise NotImplementedError(ast.unparse(one) if one else "nothing")

    def attribute(self, value: ast.expr, attr: str) -> Told:
        owner = self.names.get(value.id) if isinstance(value, ast.Name) and value.id not in self.variables else None
        if isinstance(owner, ModuleType):
            return self.value(ast.Constant(getattr(owner, attr)))
        room = self.value(value)
        if room.kind != ROOM:
            raise NotImplementedError(attr)
        kind = f"{ELEMENTS[KINDS[attr]]} *"
        return Told(f"(({kind}) {room.text}[{Room._fields.index(attr)}])", kind)

    def operation(self, left: Told, op: ast.operator, right: Told) -> Told:
        if isinstance(op, ast.FloorDiv | ast.Mod):
            return Told(f"{'quotient' if isinstance(op, ast.FloorDiv) else 'rest'}({left.text}, {right.text})", INTEGER)
        if isinstance(op, ast.Div):
            return Told(f"((real) {left.text} / {right.text})", REAL)
        return Told(f"({left.text} {OPERATORS[type(op)]} {right.text})", joint(left, right))

    def call(self, function: ast.expr, arguments: list[Told]) -> Told:
        match function:
            case ast.Name(id="int") | ast.Attribute(value=ast.Name(id="math"), attr="floor"):
                inner = arguments[0].text if isinstance(function, ast.Name) else f"floor({arguments[0].text})"
                return Told(f"((integer) {inner})", INTEGER)
            case ast.Name(id="min" | "max" as name):
                return Told(f"{name}_{joint(*arguments)}({arguments[0].text}, {arguments[1].text})", joint(*arguments))
            case ast.Name(id="room_at"):
                return Told(f"((room) {arguments[0].text} + {len(Room._fields)} * {arguments[1].text})", ROOM)
        owner = self.names[function.value.id] if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else None
        found: Any = getattr(owner, function.attr) if isinstance(function, ast.Attribute) else self.names[ast.unparse(function)]
        name, result = self.program.called(found, tuple(argument.kind for argument in arguments))
        flat = [part.text for argument in arguments for part in (argument.parts or (argument,))]
        return Told(f"{name}({', '.join(flat)})", result)


def joint(*told: Told) -> str:
    """The kind of a result of numbers."""
    return REAL if any(one.kind == REAL for one in told) else told[0].kind


def kernel_in_c() -> str:
    """The kernel's entry and all that it calls; the entry is `run_rows(rooms, first, end)`."""
    program = Program()
    name, _ = program.called(rows.run_rows, ("integer *", INTEGER, INTEGER))
    entry = f"integer run_rows(integer *rooms, integer first, integer end) {{ return {name}(rooms, first, end); }}\n"
    return "\n".join((PRELUDE, *program.texts, entry))
