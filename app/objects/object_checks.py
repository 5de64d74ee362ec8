"""Check what the rows of a file say: each alone, beside the others of the file, and beside the objects there are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from app.core.db import db
from app.core.errors import Invalid
from app.core.field_texts import REQUIRED
from app.core.permissions import Person
from app.core.transaction import breathe
from app.frame import staging
from app.frame.forms import flat
from app.frame.staging import FaultTexts
from app.objects import object_drafts as drafts
from app.objects import object_files, sight
from app.objects.models import ALIVE, ObjectRow, ObjectState
from app.objects.object_files import FileRow, ObjectFile
from app.objects.object_kinds import ObjectKind
from workflows.words import Words

AT_ONCE = 500  # rows for which the objects there are are read at once
BREATHE_EVERY = 20  # rows
_ROWS = uuid5(UUID(int=0), "gezhi objects")  # of ids that follow from a file and a place in it
_R = ObjectRow
_NO_ID = Words("不是有效的对象号；新对象请留空。", "This is no id of an object: leave it empty for new ones.")
ANOTHERS = Words("这个编号已用于别的对象。", "Another object bears this identifier.")
_OTHER_KIND = Words("这个对象是另一种类的。", "This object is of another kind.")
BEYOND = Words("不在您的管理范围内。", "It is not on your ground.")
MERGED = Words("这个对象已并入另一对象。", "This object was merged into another.")


def checked(file: ObjectFile, file_digest: str, crs: str, by: Person) -> Iterator[dict[str, Any]]:
    """Yield the rows of the staging table: each with its object, what it says, and what is wrong with it."""
    rows, place, first_rows = file.rows(), 0, dict[tuple[str, Any], int]()
    while batch := list(islice(rows, AT_ONCE)):
        existing = Existing(file.kind.code, [row.body for row in batch])
        for row in batch:
            place += 1
            if place % BREATHE_EVERY == 0:
                breathe()
            body = {**row.body, "kind": file.kind.code, "crs": crs}
            known = existing.of(body)
            object_id = known.object_id if known else own_id(body) or uuid5(_ROWS, f"{file_digest} {place}")
            twice = _twice(row, object_id, first_rows)
            wrong = [*row.faults, *twice, *_wrong(body, existing, row, file.kind, by)]
            yield {
                "place": place, "number": row.number, "object_id": object_id,
                "body": json.dumps(body, ensure_ascii=False),
                "faults": staging.packed(wrong),
            }  # fmt: skip
        db.session.rollback()  # what was read is not held while it is written


def own_id(body: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(body["object_id"])
    except (KeyError, ValueError):
        return None


def _twice(row: FileRow, object_id: UUID, first_rows: dict[tuple[str, Any], int]) -> Iterator[tuple[Words, Words]]:
    """Yield what another row bears already, or that it means the same object, the one by its id, this by identifier."""
    is_twice = False
    for field in ("object_id", "identifier"):
        value = row.body.get(field)
        if value and (first := first_rows.setdefault((field, value), row.number)) != row.number:
            is_twice = True
            yield object_files.COLUMNS[field][0], staging.TWICE.format(first)
    first = first_rows.setdefault(("", object_id), row.number)
    if first != row.number and not is_twice:
        yield object_files.COLUMNS["object_id"][0], staging.TWICE.format(first)


def _wrong(
    body: Mapping[str, Any], existing: Existing, row: FileRow, kind: ObjectKind, by: Person
) -> Iterator[tuple[Words, Words]]:
    """Yield what an object would be refused for; cells that are at fault already are not looked at again."""
    if body.get("object_id") and own_id(body) is None:
        yield object_files.heading(kind, "object_id"), _NO_ID
    known = existing.of(body)
    if known is not None and own_id(body) not in (None, known.object_id):
        yield object_files.heading(kind, "identifier"), ANOTHERS
    elif known is not None and known.kind != kind.code:
        yield object_files.heading(kind, "object_id"), _OTHER_KIND
    elif not row.faults:
        yield from _refused(body, existing, kind, by)


def _refused(
    body: Mapping[str, Any], existing: Existing, kind: ObjectKind, by: Person
) -> Iterator[tuple[Words, Words]]:
    known = existing.of(body)
    if known is None and not body.get("name"):
        yield object_files.heading(kind, "name"), REQUIRED
        return
    try:
        values = drafts.changed(known, changes_of(body, known)) if known else drafts.fresh(body)
    except Invalid as refused:
        for field, texts in refused.fields.items():
            yield from ((object_files.heading(kind, field), text) for text in flat(texts))
        return
    if known is not None and known.merged_into is not None:
        yield object_files.heading(kind, "object_id"), MERGED
    if known is not None and existing.bears_anothers(known, values):
        yield object_files.heading(kind, "identifier"), ANOTHERS
    paths = (values["grid_path"], *((known.grid_path,) if known else ()))
    if not all(sight.may_manage_at(path, by) for path in paths):
        yield object_files.heading(kind, "lon"), BEYOND


class Existing:
    """The objects that some rows of a file mean: by their ids, else by their identifiers."""

    def __init__(
        self, kind: str, bodies: Sequence[Mapping[str, Any]], object_ids: Sequence[UUID] = (), *, lock: bool = False
    ) -> None:
        ids = {named for body in bodies if (named := own_id(body))} | set(object_ids)
        self._by_id = {row.object_id: row for row in self._rows((_R.object_id.in_(ids),), lock)} if ids else {}
        identifiers = {body["identifier"] for body in bodies if body.get("identifier")}
        identifiers |= {row.identifier for row in self._by_id.values() if row.identifier}
        alive = (_R.kind == kind, _R.identifier.in_(identifiers), ALIVE)
        self._by_identifier = {row.identifier: row for row in self._rows(alive, lock)} if identifiers else {}

    @staticmethod
    def _rows(conditions: Sequence[Any], lock: bool) -> Sequence[ObjectRow]:
        statement = select(_R).where(*conditions).order_by(_R.object_id).execution_options(populate_existing=True)
        return db.session.scalars(statement.with_for_update() if lock else statement).all()

    def of(self, body: Mapping[str, Any], object_id: UUID | None = None) -> ObjectRow | None:
        """Return the object that a row means: by the id it names, by its identifier, else by the one made for it."""
        own = own_id(body)
        named = self._by_id.get(own) if own else None
        made_before = self._by_id.get(object_id) if object_id else None
        return named or self._by_identifier.get(body.get("identifier")) or made_before

    def bears_anothers(self, row: ObjectRow, values: Mapping[str, Any]) -> bool:
        """Tell whether an object, as it is to be, would bear the identifier of another that is there."""
        bearer = self._by_identifier.get(values["identifier"])
        return bearer not in (None, row) and values["state"] != ObjectState.REMOVED


def changes_of(body: Mapping[str, Any], row: ObjectRow) -> dict[str, Any]:
    """Return what a row of a file changes of an object: what it does not say stays, answers to its form too."""
    changes = {name: value for name, value in body.items() if name not in ("kind", "object_id")}
    if "attributes" in changes:
        changes["attributes"] = {**json.loads(row.attributes), **changes["attributes"]}
    place: dict[str, Any] = {name: changes.pop(name) for name in ("lon", "lat", "geometry", "crs") if name in changes}
    at_same_spot = (place.get("lon"), place.get("lat")) == (row.lon, row.lat) and "geometry" not in place
    return changes if at_same_spot or len(place) == 1 else {**changes, **place}


def fault_texts(refused: Invalid, kind: ObjectKind) -> FaultTexts:
    """Return what an object is refused for, by the columns of its file."""
    fields = refused.fields.items()
    return [each for field, texts in fields for text in flat(texts) for each in texts_of(kind, field, text)]


def texts_of(kind: ObjectKind, field: str, text: Words) -> FaultTexts:
    """Return one fault as it is kept."""
    heading = object_files.heading(kind, field)
    return [[staging.both(heading), staging.both(text)]]
