"""The register as a file: numbers, grids, kinds of care and which fields are kept; never what stands in them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable, Watch
from app.grids.queries import grid_name
from app.residents import queries, resident_views
from app.residents.queries import SeenResident
from app.residents.schemas import ResidentPageIn
from workflows.resident_terms import ResidentSubject
from workflows.words import Words, listed

_ID, _ENTRY, _AT_ONCE = 16, 32, 500  # bytes of an id, and of what is kept of a row


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(ResidentPageIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[UUID]:
    return queries.keys(person, wanted, most)


def _rows(person: Person, resident_ids: Sequence[UUID]) -> Iterator[list[str]]:
    return (_cells(one) for one in queries.some(person, resident_ids))


def _cells(one: SeenResident) -> list[str]:
    row = one.row
    return [
        row.number, ResidentSubject.of(row.subject).words, grid_name(row.grid), row.grid,
        listed(resident_views.care_words(care.care) for care in one.cares),
        listed(resident_views.field_words(each.field) for each in one.fields),
        clock.minute(min(care.since for care in one.cares)),
    ]  # fmt: skip


def _trail(person: Person, resident_ids: Sequence[UUID]) -> bytes:
    """Return who stands in a file, and a digest of what it says of them."""
    return b"".join(_trail_entries(person, resident_ids))


def _trail_entries(person: Person, resident_ids: Sequence[UUID]) -> set[bytes]:
    return {one.row.resident_id.bytes + _digest(one) for one in queries.some(person, resident_ids)}


def _digest(one: SeenResident) -> bytes:
    held = (one.row.grid, [care.care for care in one.cares], [each.field for each in one.fields])
    return hashlib.sha256(repr(held).encode()).digest()[:_ID]


def _is_unchanged(person: Person, trail: Callable[[], bytes], _: datetime) -> bool:
    """Tell whether the person sees everybody in a file as then: by the rules of today, and by who lives where."""
    entries = trail()
    then = [entries[place : place + _ENTRY] for place in range(0, len(entries), _ENTRY)]
    parts = (then[place : place + _AT_ONCE] for place in range(0, len(then), _AT_ONCE))
    return all(_trail_entries(person, [UUID(bytes=one[:_ID]) for one in part]) == {*part} for part in parts)


RESIDENTS = ExportTable(
    name="residents", title=Words("居民与住户", "Residents and households"), permission=Permission.RESIDENT_READ,
    columns=(
        (Words("编号", "Number"), 14), (Words("种类", "Kind"), 10), (Words("网格", "Grid"), 24),
        (Words("网格编码", "Code of the grid"), 20), (Words("关爱种类", "Kinds of care"), 30),
        (Words("已登记各项", "Fields kept"), 40), (Words("登记时间", "Entered"), 18),
    ),
    read=_read, keys=_keys, rows=_rows, watch=Watch(_trail, _is_unchanged),
)  # fmt: skip
TABLES = (RESIDENTS,)
