"""The shape of the scenario language, read off its types: what stands where, and which values are numbers.

The types of `schema` say it once; merging, provenance and messages walk this shape beside the tree.
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Union

from pydantic import BaseModel, BeforeValidator

from sim.scenario.schema import Scenario
from sim.scenario.values.distributions import Distribution
from sim.scenario.values.instants import Instant, parse_instant
from sim.scenario.values.quantities import Duration, Lag, Quantity
from sim.scenario.values.reading import QuantityError
from sim.scenario.values.words import Words

KINDLESS = frozenset({"run", "priority", "ramp", "size", "largest"})
"""Fields whose numbers need not say where they come from: they are choices, not knowledge."""


@dataclass(frozen=True)
class Shape:
    """What may stand at a place; several of these at once where its type is a union."""

    fields: Mapping[str, Shape] = field(default_factory=dict)
    """Of a mapping with known keys."""
    required: tuple[str, ...] = ()
    item: Shape | None = None
    """Of a mapping whose keys are names or instants."""
    dated: bool = False
    """Whether those keys are instants."""
    element: Shape | None = None
    """Of a list."""
    number: bool = False
    bare: type | None = None
    """Of a number that takes no unit: int or float."""
    whole: bool = False
    """Of a number that is whole: a count, yuan, mu."""
    text: bool = False
    kindless: bool = False
    """Whether a number need not say where it comes from."""
    distribution: bool = False
    instant: bool = False
    title: bool = False
    choices: tuple[str, ...] = ()
    tagged: bool = False
    """Whether the key `kind` decides which fields there are."""
    anything: bool = False
    default: Any = None
    """What is meant where nothing stands there."""

    def child(self, key: str | int) -> Shape:
        """The shape below."""
        if self.anything:
            return self
        if isinstance(key, int):
            return self.element or ANYTHING
        return self.fields.get(key) or (INSIDE if self.distribution else self.item) or ANYTHING

    def at(self, path: tuple[str | int, ...]) -> Shape:
        """The shape at a path below."""
        return functools.reduce(Shape.child, path, self)

    @property
    def holds_value(self) -> bool:
        """Whether a mapping of `value` and its kind may stand here for the value itself."""
        return (self.number or not self.fields) and not self.title and (self.anything or self.item is None or self.leaf)

    @property
    def is_course(self) -> bool:
        """Whether a value may change in time: a number, or numbers by date."""
        return self.number and self.dated and self.item is not None

    @property
    def leaf(self) -> bool:
        """Whether a scalar may stand here."""
        return self.number or self.instant or self.text or bool(self.choices)


ANYTHING = Shape(anything=True)
INSIDE = Shape(anything=True, number=True)
"""Inside a distribution: families, parameters and numbers alike."""


@functools.cache
def scenario_shape() -> Shape:
    """The shape of a scenario file, `extends` included."""
    shape = _of_model(Scenario)
    fragment = replace(shape, required=())
    readings = shape.fields["readings"].item or ANYTHING
    reading = readings.fields["readings"].item or ANYTHING
    changed = replace(reading, fields={**reading.fields, "change": fragment})
    ambiguity = replace(readings, fields={**readings.fields, "readings": Shape(item=changed)})
    fields = {**shape.fields, "readings": Shape(item=ambiguity), "overrides": Shape(item=fragment)}
    return replace(shape, fields=fields)


@functools.cache
def _of_model(model: type[BaseModel]) -> Shape:
    hints = typing.get_type_hints(model, include_extras=True)
    told = {field.alias or name: (name, field) for name, field in model.model_fields.items()}
    fields = {
        key: replace(_kindless(shape_of(hints[name]), name in KINDLESS), default=None if field.is_required() else field.default)
        for key, (name, field) in told.items()
    }
    return Shape(fields=fields, required=tuple(key for key, (_, field) in told.items() if field.is_required()))


def _kindless(shape: Shape, kindless: bool) -> Shape:
    """The shape with its number, and those of its fields, marked."""
    if not kindless:
        return shape
    return replace(shape, kindless=True, fields={name: _kindless(child, True) for name, child in shape.fields.items()})


def shape_of(annotation: Any) -> Shape:
    """The shape of one type."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        shape = shape_of(arguments[0])
        return replace(shape, bare=None) if any(isinstance(part, BeforeValidator) for part in arguments[1:]) else shape
    if origin in (Union, types.UnionType):
        return functools.reduce(_either, map(shape_of, arguments))
    if origin is Literal:
        return Shape(choices=arguments)
    if origin is tuple:
        return Shape(element=shape_of(arguments[0]))
    if origin is dict:
        return Shape(item=shape_of(arguments[1]), dated=arguments[0] is Instant)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _of_model(annotation)
    return LEAVES.get(annotation, ANYTHING)


LEAVES: dict[Any, Shape] = {
    int: Shape(number=True, bare=int, whole=True),
    float: Shape(number=True, bare=float),
    Quantity: Shape(number=True),
    Duration: Shape(number=True),
    Lag: Shape(number=True),
    Distribution: Shape(number=True, distribution=True),
    Instant: Shape(instant=True),
    Words: Shape(title=True),
    bool: Shape(choices=("true", "false")),
    str: Shape(text=True),
    type(None): Shape(),
}


def _either(one: Shape, other: Shape) -> Shape:
    """A place where either may stand; fields of both where both have them."""
    both = bool(one.fields and other.fields)
    return Shape(
        fields={**one.fields, **other.fields},
        required=tuple(name for name in one.required if name in other.required) if both else one.required or other.required,
        item=one.item or other.item,
        dated=one.dated or other.dated,
        element=one.element or other.element,
        number=one.number or other.number,
        bare=one.bare or other.bare,
        whole=one.whole or other.whole,
        text=one.text or other.text,
        kindless=one.kindless or other.kindless,
        distribution=one.distribution or other.distribution,
        instant=one.instant or other.instant,
        title=one.title or other.title,
        choices=(*one.choices, *other.choices),
        tagged=both,
        anything=one.anything or other.anything,
    )


def is_number(value: object, shape: Shape) -> bool:
    """Whether a scalar is a number there, and no name, choice or instant."""
    if not shape.number or value is None or isinstance(value, bool):
        return False
    if not isinstance(value, str):
        return True
    if value in shape.choices:
        return False
    return not (shape.instant and _is_instant(value))


def _is_instant(text: str) -> bool:
    try:
        parse_instant(text)
    except QuantityError:
        return False
    return True
