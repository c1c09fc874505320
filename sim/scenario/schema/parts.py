"""What all parts of the language have in common."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["continuing", "new", "reserve", "attracted"]


class Frozen(BaseModel):
    """A part of a scenario: read once, never changed, no key beyond those named."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


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
