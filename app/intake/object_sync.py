"""The objects that phones keep for the time without network: those of the grids which their owner serves.

Nobody carries the whole county along: whoever looks further asks `/objects`. An object that was removed, or lies in
another grid since, is gone.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, or_, select

from app.core.permissions import Permission, Person
from app.grids.queries import grid_tree
from app.identity import queries as identity
from app.intake.sync_table import Stream
from app.objects import object_views
from app.objects.models import ALIVE, ObjectChange, ObjectRow
from app.objects.schemas import ObjectOnPhoneOut
from app.objects.sight import within


def _visible(person: Person) -> ColumnElement[bool]:
    return _lie_in(person) & ALIVE


def _lie_in(person: Person) -> ColumnElement[bool]:
    ways = [within(path) for path in _paths(person)]
    return or_(*ways) if ways else false()


def _once_visible(person: Person) -> ColumnElement[bool]:
    """Return the condition that an object lies in a grid of one's own, or has lain there: its changes say so."""
    tree, paths = grid_tree(), tuple(_paths(person))
    codes = [node.code for node in (*tree.current, *tree.ended) if node.path.startswith(paths)]
    marks = [ObjectChange.changed.contains(f'"grid":["{code}"', autoescape=True) for code in codes]
    lay_there = select(ObjectChange.n).where(ObjectChange.object_id == ObjectRow.object_id, or_(*marks))
    return _lie_in(person) | lay_there.exists() if marks else _lie_in(person)


def _mark(person: Person) -> str:
    return hashlib.sha256(repr((_paths(person), object_views.meanings())).encode()).hexdigest()[:16]


def _paths(person: Person) -> list[str]:
    return identity.paths_served(person, Permission.OBJECT_READ)


def _views(_: Person, rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [object_views.on_phone(row) for row in rows]


OBJECTS = Stream(
    "objects", Permission.OBJECT_READ, ObjectRow, ObjectRow.object_id, ObjectRow.changed_at, _visible, _once_visible,
    _mark, _views, ObjectOnPhoneOut,
)  # fmt: skip
