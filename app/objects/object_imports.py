"""Take objects in from a file: checked whole in a staging table, then taken a few rows at a time (`frame/staging.py`).

The same file again changes nothing more, since its rows are known by their identifiers, else by the file and their
place in it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.audit import service as audit
from app.audit.tags import Tag
from app.core.db import db
from app.core.digests import canonical, digest
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import SYSTEM, Person
from app.frame.staging import FaultTexts, Staging
from app.identity import queries as identity
from app.objects import object_drafts as drafts
from app.objects import object_files, object_kinds, service, sight
from app.objects.models import ObjectChange, ObjectEdit, ObjectImport, ObjectImportRow, ObjectRow
from app.objects.object_checks import ANOTHERS, BEYOND, MERGED, Existing, changes_of, checked, fault_texts, texts_of
from app.objects.object_kinds import ObjectKind

AT_ONCE = 500  # rows in one transaction
KEPT = timedelta(days=7)  # so long a file and its rows can be looked at; our figure
_R = ObjectRow


class ImportUnknown(NotFound):
    """没有这次导入，或已超过保留期。请重新上传文件。"""

    code = "object_import_unknown"
    en = "There is no such import, or it is too old: bring the file again."


class ImportNotReady(Conflict):
    """这个文件现在不能导入，请看页面上的情况。"""

    code = "object_import_not_ready"
    en = "This file cannot be taken in now: look at its page."


STAGING = Staging(ObjectImport, ObjectImportRow, AT_ONCE, KEPT, ImportUnknown, ImportNotReady)


def stage(
    content: bytes,
    kind_code: str,
    crs: str,
    file_name: str,
    *,
    by: Person,
    progress: Callable[[int], object] = lambda count: None,
) -> ObjectImport:
    """Check a file whole and keep what it says; return the import, checked or faulty, or one that was broken off.

    Raises Invalid at `kind`, SheetRefused, NoObjectsInFile.
    """
    kind = object_kinds.kinds().get(kind_code)
    if kind is None:
        raise Invalid.at("kind", drafts.NO_KIND)
    file_digest = digest(f"{crs} {hashlib.sha256(content).hexdigest()}", "sha256")
    earlier = STAGING.earlier(by, kind=kind_code, file_digest=file_digest)
    if earlier is not None:
        return earlier
    file = object_files.read(content, kind)
    db.session.close()  # reading takes long, and no transaction stands open meanwhile
    return STAGING.check(
        checked(file, file_digest, crs, by), by=by, progress=progress, kind=kind_code, file_name=file_name[:120],
        file_digest=file_digest, crs=crs, notes=[[str(note), note.en] for note in file.notes], created=0, changed=0,
        unchanged=0,
    )  # fmt: skip


def take_batch(import_id: UUID) -> int:
    """Take the next rows of a file in a transaction of its own; return how many, 0 when all are taken."""
    return STAGING.take(import_id, _prepare, _take, _end)


@dataclass(frozen=True)
class FreshObject:
    """What is written where a row of a file is a new object; or what is wrong, if something changed since the check."""

    row: Mapping[str, Any] | None = None
    change: Mapping[str, Any] | None = None
    faults: FaultTexts = ()


def _fresh(row: ObjectImportRow, body: Mapping[str, Any], kind: ObjectKind, by: Person, judged: Person) -> FreshObject:
    """Work out what a new object holds: before the database is locked, as it takes the longest."""
    if not body.get("name"):
        return FreshObject()
    try:
        values = drafts.fresh(body)
    except Invalid as refused:
        return FreshObject(faults=fault_texts(refused, kind))
    if not sight.may_manage_at(values["grid_path"], judged):
        return FreshObject(faults=texts_of(kind, "lon", BEYOND))
    return FreshObject(
        service.row_values(row.object_id, values, digest(canonical(body), "sha256"), by),
        service.change_values(row.object_id, 1, ObjectEdit.IMPORTED, drafts.differences({}, values), by),
    )


# by place what a row says and what is new, and who is judged
Prepared = tuple[Mapping[int, Mapping[str, Any]], Mapping[int, FreshObject], Person]


def _by(file: ObjectImport) -> Person:
    return Person(file.by_id, file.by_name, is_system=True)


def _judged(file: ObjectImport) -> Person:
    """Return whoever brought a file with what they hold now: days may lie between its check and its taking in."""
    if file.by_id is None:
        return SYSTEM  # a command
    return next(iter(identity.people([file.by_id])), Person(None, file.by_name))


def _prepare(file: ObjectImport, rows: Sequence[ObjectImportRow]) -> Prepared:
    kind, by, judged = object_kinds.kinds()[file.kind], _by(file), _judged(file)
    bodies = {row.place: json.loads(row.body) for row in rows}
    return bodies, {row.place: _fresh(row, bodies[row.place], kind, by, judged) for row in rows}, judged


def _take(row: ObjectImport, rows: Sequence[ObjectImportRow], prepared: Prepared) -> None:
    bodies, fresh, judged = prepared
    existing = Existing(row.kind, list(bodies.values()), [one_row.object_id for one_row in rows], lock=True)
    objects: list[Mapping[str, Any]] = []
    changes: list[Mapping[str, Any]] = []
    for one_row in rows:
        body, new = bodies[one_row.place], fresh[one_row.place]
        known = existing.of(body, one_row.object_id)
        texts = _change(row, known, body, existing, judged) if known is not None else new.faults
        if known is None and new.row is not None and new.change is not None:
            objects.append(new.row)
            changes.append(new.change)
        if texts:
            STAGING.refuse(row, one_row.place, texts)
    row.created += len(objects)
    if objects:
        db.session.execute(insert(_R.__table__), objects)
        db.session.execute(insert(ObjectChange.__table__), changes)


def _change(
    row: ObjectImport, known: ObjectRow, body: Mapping[str, Any], existing: Existing, judged: Person
) -> FaultTexts:
    """Bring an object that is there to what its row says; return what is wrong instead."""
    kind = object_kinds.kinds()[row.kind]
    if known.merged_into is not None:
        return texts_of(kind, "object_id", MERGED)
    before = drafts.values_of(known)
    try:
        values = drafts.changed(known, changes_of(body, known))
    except Invalid as refused:
        return fault_texts(refused, kind)
    if existing.bears_anothers(known, values):
        return texts_of(kind, "identifier", ANOTHERS)
    if not all(sight.may_manage_at(path, judged) for path in (known.grid_path, values["grid_path"])):
        return texts_of(kind, "lon", BEYOND)
    differences = drafts.differences(before, values)
    if differences:
        service.write(known, values, ObjectEdit.IMPORTED, differences, by=_by(row))
        row.changed += 1
    else:
        row.unchanged += 1
    return ()


def _end(row: ObjectImport) -> None:
    audit.record(
        Tag.OBJECTS_IMPORTED, person_id=row.by_id, rows=row.rows, created=row.created, changed=row.changed,
        unchanged=row.unchanged,
    )  # fmt: skip
