"""The register as a file: numbers, grids, kinds of care and which fields are kept; never what stands in them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.residents import queries, resident_views
from app.residents.schemas import ResidentPageIn
from workflows.resident_terms import ResidentSubject
from workflows.words import Words, listed


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(ResidentPageIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[UUID]:
    return queries.keys(person, wanted, most)


def _rows(person: Person, resident_ids: Sequence[UUID]) -> Iterator[list[str]]:
    for one in queries.some(person, resident_ids):
        row = one.row
        yield [
            row.number, ResidentSubject.of(row.subject).words, resident_views.grid_name(row.grid), row.grid,
            listed(resident_views.care_words(care.care) for care in one.cares),
            listed(resident_views.field_words(each.field) for each in one.fields),
            clock.minute(min(care.since for care in one.cares)),
        ]  # fmt: skip


RESIDENTS = ExportTable(
    name="residents", title=Words("居民与住户", "Residents and households"), permission=Permission.RESIDENT_READ,
    columns=(
        (Words("编号", "Number"), 14), (Words("种类", "Kind"), 10), (Words("网格", "Grid"), 24),
        (Words("网格编码", "Code of the grid"), 20), (Words("关爱种类", "Kinds of care"), 30),
        (Words("已登记各项", "Fields kept"), 40), (Words("登记时间", "Entered"), 18),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip
TABLES = (RESIDENTS,)
