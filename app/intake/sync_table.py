"""What a phone may send in one exchange, and what it may follow: the rooms enter both, and nothing else is taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.cases.service import Phone
from app.core.hints import HintedSchema
from app.core.permissions import Permission, Person
from app.core.schemas import Schema

Loaded = Mapping[str, Any]


class OperationType(StrEnum):
    """Say what a phone did: the types that concern cases."""

    REPORT = "report"
    ACT = "act"


@dataclass(frozen=True)
class Door:
    """A type of operation, and the one door by which it changes something.

    `schema` loads one operation whole and has a field `type`, which holds its `name`; `carry_out` takes what was
    loaded, works in a transaction of its own, and returns whether something new came of it and the body that the call
    alone would have answered with. It knows the same again and what is stale itself, and refuses by raising a Problem.
    After an operation that we could not finish the later ones wait which name the same by the field `about`.
    `bodies` are the shapes of what is answered.
    """

    name: str
    about: str
    schema: type[HintedSchema]
    carry_out: Callable[[Person, Loaded, Phone], tuple[bool, dict[str, Any]]]
    bodies: Sequence[type[Schema]] = ()


@dataclass(frozen=True)
class Stream:
    """Rows that phones follow: each has an id and the time of its last change.

    `visible` is the condition for what a person sees now, `once_visible` for what they have seen at least: of these
    ids alone a phone is told that they are gone. `mark` is a digest of all that decides what a person sees, beside the
    rows: when it is another, phones begin anew. `views` turns rows into what phones keep, in their order; `shape` says
    what that looks like.
    """

    name: str
    permission: Permission
    row: type[Any]
    row_id: InstrumentedAttribute[UUID]
    changed_at: InstrumentedAttribute[Any]
    visible: Callable[[Person], ColumnElement[bool]]
    once_visible: Callable[[Person], ColumnElement[bool]]
    mark: Callable[[Person], str]
    views: Callable[[Person, Sequence[Any]], list[dict[str, Any]]]
    shape: type[Schema] | None = None


_doors: dict[str, Door] = {}
_streams: dict[str, Stream] = {}


def enter_doors(*doors: Door) -> None:
    """Let phones send these types of operations."""
    _doors.update({door.name: door for door in doors})


def enter_streams(*streams: Stream) -> None:
    """Let phones follow these streams beside the cases, each by its name."""
    _streams.update({stream.name: stream for stream in streams})


def doors() -> Mapping[str, Door]:
    """Return every type of operation, by name."""
    return _doors


def streams() -> Mapping[str, Stream]:
    """Return every stream that can be followed beside the cases, by name."""
    return _streams
