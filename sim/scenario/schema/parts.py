"""What all parts of the language have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict

from sim.scenario.values.instants import Instant

Kind = Literal["continuing", "new", "reserve", "attracted"]


Value = TypeVar("Value")
Course: TypeAlias = Value | dict[Instant, Value]
"""What may change in time: a value, or from each date on another."""


def values_of(course: Course[Value]) -> list[Value]:
    """Every value that a course takes."""
    return list(course.values()) if isinstance(course, dict) else [course]


def entries_of(course: Course[Value] | None) -> Iterator[tuple[str, Value]]:
    """(end of the path, value) of every value of a course; nothing for none."""
    if isinstance(course, dict):
        yield from ((f".{instant}", value) for instant, value in course.items())
    elif course is not None:
        yield "", course


def dates_of(course: Course[Value]) -> Iterator[Instant]:
    """The dates from which on a course has another value."""
    yield from course if isinstance(course, dict) else ()


class Frozen(BaseModel):
    """A part of a scenario: read once, never changed, no key beyond those named."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class Where(Frozen):
    """Which projects are meant: those that have one of the named values of every key given."""

    sector: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    list: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    flag: tuple[str, ...] = ()
    """Projects that have any of these flags."""
    name: tuple[str, ...] = ()
    """Of a listed project, a cohort, a stream or a batch of land."""
