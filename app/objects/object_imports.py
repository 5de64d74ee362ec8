"""Take objects in from a file: checked whole in a staging table, then taken a few rows at a time.

A file with a fault changes nothing. One that was broken off while it was taken in goes on where it stopped: each batch
is one short transaction, which notes how far it came. The same file again changes nothing more, since its rows are
known by their identifiers, else by the file and their place in it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, update

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock
from app.core.db import db
from app.core.digests import canonical, digest
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import Person
from app.core.transaction import transaction
from app.objects import object_drafts as drafts
from app.objects import object_files, object_kinds, service
from app.objects.models import ImportStage, ObjectChange, ObjectEdit, ObjectImport, ObjectImportRow, ObjectRow
from app.objects.object_checks import ANOTHERS, MERGED, Existing, FaultTexts, changes_of, checked, fault_texts, texts_of
from app.objects.object_files import ObjectFile
from app.objects.object_kinds import ObjectKind
from workflows.words import Words

AT_ONCE = 500  # rows in one transaction
KEPT = timedelta(days=7)  # so long a file and its rows can be looked at; our figure
_I, _S, _R = ObjectImport, ObjectImportRow, ObjectRow


class ImportUnknown(NotFound):
    """没有这次导入，或已超过保留期。请重新上传文件。"""

    code = "object_import_unknown"
    en = "There is no such import, or it is too old: bring the file again."


class ImportNotReady(Conflict):
    """这个文件现在不能导入，请看页面上的情况。"""

    code = "object_import_not_ready"
    en = "This file cannot be taken in now: look at its page."


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
    earlier = _earlier(kind_code, file_digest, by)
    if earlier is not None:
        return earlier
    file = object_files.read(content, kind)
    db.session.close()  # reading takes long, and no transaction stands open meanwhile
    staged = _begin(kind_code, file_digest, crs, file_name, file, by)
    number, faulty = 0, 0
    rows = checked(file, file_digest, crs, by)
    while batch := list(islice(rows, AT_ONCE)):
        with transaction():
            db.session.execute(insert(_S.__table__), [{**row, "import_id": staged} for row in batch])
        number += len(batch)
        faulty += sum(row["faults"] is not None for row in batch)
        progress(len(batch))
    with transaction():
        row = _locked(staged)
        row.rows, row.faults = number, faulty
        row.stage = ImportStage.FAULTY if faulty else ImportStage.CHECKED
    return one(staged, by)


def one(import_id: UUID, by: Person) -> ObjectImport:
    """Return an import of a person's own; raise ImportUnknown."""
    row = db.session.get(_I, import_id, populate_existing=True)
    if row is None or row.by_id != by.person_id:
        raise ImportUnknown
    return row


def own(by: Person) -> Sequence[ObjectImport]:
    """Return a person's imports, the newest first."""
    mine = select(_I).where(_I.by_id == by.person_id, _I.begun_at > clock.now() - KEPT)
    return db.session.scalars(mine.order_by(_I.begun_at.desc()).limit(20)).all()


def faults(import_id: UUID, most: int) -> list[tuple[int, Words, Words]]:
    """Return what is wrong in a file: row, column, what; at most so many rows."""
    wrong = select(_S.number, _S.faults).where(_S.import_id == import_id, _S.faults.is_not(None))
    rows = db.session.execute(wrong.order_by(_S.place).limit(most))
    return [
        (number, Words(*column), Words(*text)) for number, texts in rows for column, text in json.loads(texts or "[]")
    ]


def confirm(import_id: UUID, *, by: Person) -> None:
    """Let a file that was checked be taken in; raise ImportUnknown, ImportNotReady."""
    one(import_id, by)
    row = _locked(import_id)
    if row.stage != ImportStage.CHECKED:
        raise ImportNotReady
    row.stage = ImportStage.TAKING


def drop(import_id: UUID, *, by: Person) -> None:
    """Forget a file that is not being taken in; raise ImportUnknown, ImportNotReady."""
    row = one(import_id, by)
    if row.stage == ImportStage.TAKING:
        raise ImportNotReady
    _forget([import_id])


def take_batch(import_id: UUID) -> int:
    """Take the next rows of a file in a transaction of its own; return how many, 0 when all are taken."""
    row = db.session.get_one(_I, import_id, populate_existing=True)
    if row.stage != ImportStage.TAKING:
        return 0
    settled, by = row.settled, Person(row.by_id, row.by_name, is_system=True)
    rows = _rows_after(import_id, settled)
    kind = object_kinds.kinds()[row.kind]
    bodies = {one_row.place: json.loads(one_row.body) for one_row in rows}
    fresh = {one_row.place: _fresh(one_row, bodies[one_row.place], kind, by) for one_row in rows}
    with transaction():
        row = _locked(import_id)
        if row.stage != ImportStage.TAKING or row.settled != settled:
            return len(rows)  # another process was quicker
        _take(row, rows, bodies, fresh, by)
        row.settled += len(rows)
        if row.settled >= row.rows:
            _end(row, by)
    return len(rows)


def under_way() -> Sequence[UUID]:
    """Return the files that are being taken in, the oldest first."""
    return db.session.scalars(select(_I.id).where(_I.stage == ImportStage.TAKING).order_by(_I.begun_at)).all()


def tidy() -> int:
    """Forget the files that are too old; those that are taken in first have to come to their end."""
    old = select(_I.id).where(_I.begun_at < clock.now() - KEPT, _I.stage != ImportStage.TAKING).limit(20)
    import_ids = db.session.scalars(old).all()
    with transaction():
        _forget(import_ids)
    return len(import_ids)


def _earlier(kind: str, file_digest: str, by: Person) -> ObjectImport | None:
    """Return the same file where it was checked before or broken off while it was taken in; forget other remains."""
    same = select(_I).where(_I.kind == kind, _I.file_digest == file_digest, _I.by_id.is_not_distinct_from(by.person_id))
    earlier = db.session.scalars(same.order_by(_I.begun_at.desc())).all()
    resumed = next((row for row in earlier if row.stage == ImportStage.TAKING), None)
    if resumed is None and earlier:
        with transaction():
            _forget([row.id for row in earlier if row.stage != ImportStage.DONE])
    return resumed


def _begin(kind: str, file_digest: str, crs: str, file_name: str, file: ObjectFile, by: Person) -> UUID:
    import_id = uuid4()
    with transaction():
        db.session.add(
            ObjectImport(
                id=import_id, kind=kind, file_name=file_name[:120], file_digest=file_digest, crs=crs,
                stage=ImportStage.LOADING, by_id=by.person_id, by_name=by.name, begun_at=clock.now(),
                notes=[[str(note), note.en] for note in file.notes], rows=0, faults=0, settled=0, created=0,
                changed=0, unchanged=0,
            )
        )  # fmt: skip
    return import_id


def _forget(import_ids: Sequence[UUID]) -> None:
    for import_id in import_ids:
        db.session.execute(delete(_S).where(_S.import_id == import_id).execution_options(synchronize_session=False))
        db.session.execute(delete(_I).where(_I.id == import_id).execution_options(synchronize_session=False))


def _locked(import_id: UUID) -> ObjectImport:
    statement = select(_I).where(_I.id == import_id).with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).one()


def _rows_after(import_id: UUID, settled: int) -> Sequence[ObjectImportRow]:
    some = select(_S).where(_S.import_id == import_id, _S.place > settled).order_by(_S.place).limit(AT_ONCE)
    return db.session.scalars(some).all()


@dataclass(frozen=True)
class FreshObject:
    """What is written where a row of a file is a new object; or what is wrong, if something changed since the check."""

    row: Mapping[str, Any] | None = None
    change: Mapping[str, Any] | None = None
    faults: FaultTexts = ()


def _fresh(row: ObjectImportRow, body: Mapping[str, Any], kind: ObjectKind, by: Person) -> FreshObject:
    """Work out what a new object holds: before the database is locked, as it takes the longest."""
    if not body.get("name"):
        return FreshObject()
    try:
        values = drafts.fresh(body)
    except Invalid as refused:
        return FreshObject(faults=fault_texts(refused, kind))
    return FreshObject(
        service.row_values(row.object_id, values, digest(canonical(body), "sha256"), by),
        service.change_values(row.object_id, 1, ObjectEdit.IMPORTED, drafts.differences({}, values), by),
    )


def _take(
    row: ObjectImport,
    rows: Sequence[ObjectImportRow],
    bodies: Mapping[int, Mapping[str, Any]],
    fresh: Mapping[int, FreshObject],
    by: Person,
) -> None:
    existing = Existing(row.kind, list(bodies.values()), [one_row.object_id for one_row in rows], lock=True)
    objects: list[Mapping[str, Any]] = []
    changes: list[Mapping[str, Any]] = []
    for one_row in rows:
        body, new = bodies[one_row.place], fresh[one_row.place]
        known = existing.of(body, one_row.object_id)
        texts = _change(row, known, body, existing, by) if known is not None else new.faults
        if known is None and new.row is not None and new.change is not None:
            objects.append(new.row)
            changes.append(new.change)
        if texts:
            _refuse_row(row, one_row.place, texts)
    row.created += len(objects)
    if objects:
        db.session.execute(insert(_R.__table__), objects)
        db.session.execute(insert(ObjectChange.__table__), changes)


def _refuse_row(row: ObjectImport, place: int, texts: FaultTexts) -> None:
    row.faults += 1
    wrong = update(_S).where(_S.import_id == row.id, _S.place == place)
    noted = wrong.values(faults=json.dumps(texts, ensure_ascii=False))
    db.session.execute(noted.execution_options(synchronize_session=False))


def _change(row: ObjectImport, known: ObjectRow, body: Mapping[str, Any], existing: Existing, by: Person) -> FaultTexts:
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
    differences = drafts.differences(before, values)
    if differences:
        service.write(known, values, ObjectEdit.IMPORTED, differences, by=by)
        row.changed += 1
    else:
        row.unchanged += 1
    return ()


def _end(row: ObjectImport, by: Person) -> None:
    row.stage, row.ended_at = ImportStage.DONE, clock.now()
    audit.record(
        Tag.OBJECTS_IMPORTED, person_id=by.person_id, rows=row.rows, created=row.created, changed=row.changed,
        unchanged=row.unchanged,
    )  # fmt: skip
