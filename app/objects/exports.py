"""Objects as files: as the list of an administrator is filtered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.permissions import Permission, Person
from app.core.telephones import without_numbers
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.grids.queries import grid_name
from app.objects import object_kinds, object_views, queries
from app.objects.models import ObjectRow, ObjectState
from app.objects.object_files import COLUMNS
from app.objects.object_kinds import ObjectKind
from app.objects.schemas import ObjectPageIn
from app.objects.sight import ROLES_OF_DEPARTMENTS
from workflows.words import Words


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(ObjectPageIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[UUID]:
    return queries.keys(person, wanted, most)


def _rows(person: Person, object_ids: Sequence[UUID]) -> Iterator[list[str]]:
    for row in queries.some(person, object_ids, managed=True):
        kind = object_kinds.kinds().get(row.kind)
        grade = kind.grade(row.grade) if kind else None
        yield [
            kind.name if kind else row.kind, str(row.object_id), row.identifier or "", without_numbers(row.name),
            f"{row.lon:.7f}", f"{row.lat:.7f}", grid_name(row.grid), row.grid,
            *(_party(row, role, kind) for role in ROLES_OF_DEPARTMENTS), ObjectState.of(row.state).words,
            grade.name if grade else row.grade or "", _answers(row),
            f"{clock.local(row.changed_at):%Y-%m-%d %H:%M}",
        ]  # fmt: skip


def _party(row: ObjectRow, role: str, kind: ObjectKind | None) -> str:
    """Return who owns, manages or maintains an object; no text that may be the name of a private person."""
    party = object_views.party(row, role)
    if party is None or (party["code"] is None and (kind is None or kind.owned_by_people)):
        return ""
    return without_numbers(party["name"])


def _answers(row: ObjectRow) -> Words:
    text = object_views.answers_text(row)
    return Words(without_numbers(str(text)), without_numbers(text.en))


def _column(field: str, width: int) -> tuple[Words, int]:
    return COLUMNS[field][0], width


OBJECTS = ExportTable(
    name="objects", title=Words("对象", "Objects"), permission=Permission.OBJECT_MANAGE,
    columns=(
        (Words("种类", "Kind"), 14), _column("object_id", 38), _column("identifier", 20), _column("name", 26),
        _column("lon", 14), _column("lat", 14), (Words("网格", "Grid"), 24),
        (Words("网格编码", "Code of the grid"), 20),
        _column("owner", 24), _column("manager", 24), _column("maintainer", 24), _column("state", 12),
        _column("grade", 16), (Words("登记内容", "Answers"), 50), (Words("最近变化", "Changed"), 18),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip
TABLES = (OBJECTS,)
