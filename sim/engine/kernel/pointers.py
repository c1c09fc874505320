"""What the kernel's arrays are in compiled code: bare pointers, in a room that is itself one pointer. Loads numba.

A room is passed to every function, so it is one word: a pointer to the addresses of its arrays. What is fixed while the kernel runs (the
model, the draws) has a type of its own, through which nothing can be written, and whose numbers LLVM need not read twice.
"""

from __future__ import annotations

import operator
from typing import Any

from numba import types
from numba.core.datamodel import register_default
from numba.core.datamodel.models import PointerModel, PrimitiveModel
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_builtin, lower_getattr_generic, type_callable

from sim.engine.kernel.native import SIGNATURES, Array
from sim.engine.kernel.room import FIXED, KINDS, Kind, Room

ELEMENTS = {"int": types.int64, "float": types.float64, "mark": types.uint8, "word": types.uint64}


class Fixed(types.Type):
    """A pointer to numbers that nobody writes."""

    def __init__(self, dtype: Any) -> None:
        self.dtype = dtype
        super().__init__(name=f"Fixed({dtype})")


class InRoom(types.Type):
    """A room."""

    def __init__(self) -> None:
        super().__init__(name="Room")


@register_default(Fixed)
class FixedModel(PointerModel):
    """A pointer to its numbers."""

    def __init__(self, manager: Any, kind: Fixed) -> None:
        self._pointee_model = manager.lookup(kind.dtype)
        self._pointee_be_type = self._pointee_model.get_data_type()
        PrimitiveModel.__init__(self, manager, kind, self._pointee_be_type.as_pointer())


@register_default(InRoom)
class RoomModel(PointerModel):
    """A pointer to addresses."""

    def __init__(self, manager: Any, kind: InRoom) -> None:
        self._pointee_model = manager.lookup(types.int64)
        self._pointee_be_type = self._pointee_model.get_data_type()
        PrimitiveModel.__init__(self, manager, kind, self._pointee_be_type.as_pointer())


@type_callable(operator.getitem)
def type_fixed_item(context: Any) -> Any:
    """A number of a fixed row."""

    def typer(row: Any, place: Any) -> Any:
        return row.dtype if isinstance(row, Fixed) and isinstance(place, types.Integer) else None

    return typer


@lower_builtin(operator.getitem, Fixed, types.Integer)
def fixed_item(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Read a number that never changes."""
    value = builder.load(builder.gep(arguments[0], [arguments[1]]))
    value.set_metadata("invariant.load", builder.module.add_metadata([]))
    return value


def pointer(kind: Kind, fixed: bool) -> Any:
    """The type of a pointer to numbers."""
    return Fixed(ELEMENTS[kind]) if fixed else types.CPointer(ELEMENTS[kind])


def kind_of(name: str) -> Any:
    """The type of one of a room's rows."""
    return pointer(KINDS[name], name in FIXED)


@infer_getattr
class RoomAttribute(AttributeTemplate):
    """The rows of a room by name."""

    key = InRoom

    def generic_resolve(self, room: Any, name: str) -> Any:
        """Its type."""
        return kind_of(name) if name in KINDS else None


@lower_getattr_generic(InRoom)
def room_attribute(context: Any, builder: Any, kind: Any, room: Any, name: str) -> Any:
    """A row's address, as a pointer."""
    place = context.get_constant(types.int64, Room._fields.index(name))
    address = builder.load(builder.gep(room, [place]))
    address.set_metadata("invariant.load", builder.module.add_metadata([]))
    return builder.inttoptr(address, context.get_value_type(kind_of(name)))


@intrinsic
def room_at(typing: Any, rooms: Any, row: Any) -> Any:
    """The room whose rows stand at the addresses in a row of a table."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [builder.mul(arguments[1], context.get_constant(types.int64, len(Room._fields)))])

    return InRoom()(rooms, types.int64), code


def signature_of(name: str) -> Any:
    """The types of a function's arguments, see `native.SIGNATURES`."""
    return tuple(pointer(one.kind, not one.written) if isinstance(one, Array) else types.int64 for one in SIGNATURES[name])
