"""Enter residents from a sheet: checked whole in a staging table, then taken a few rows at a time (`frame/staging.py`).

Each row is judged as if it were entered by hand, by whoever brings it, when it is checked and again when it is taken.
What the rows say is sealed while they wait; a row that was taken, and all of a file with a fault, is erased at once.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from time import monotonic
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, update

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import encryption
from app.core.db import db, empty_log, overwrite_deleted
from app.core.digests import canonical
from app.core.errors import Conflict, NotFound, Problem
from app.core.permissions import Permission, Person
from app.core.transaction import breathe, transaction
from app.frame import forms, staging
from app.frame.staging import FaultTexts, ImportStage, Staging
from app.identity import queries as identity
from app.residents import queries, resident_drafts, resident_sheets, service
from app.residents.models import ResidentImport, ResidentImportRow
from app.residents.resident_rules import ADDRESS, NAME
from app.residents.resident_sheets import ResidentSheet, ResidentSheetRow
from app.residents.schemas import EnterResidentIn
from workflows.words import Words

EVERY_SECONDS, WORK_SECONDS, TIDIED_SECONDS = 2.0, 2.0, 3_600.0
AT_ONCE = 100  # rows in one transaction: each is some ten statements
KEPT = timedelta(hours=24)  # so long a sheet waits to be confirmed; our figure
_ROWS = uuid5(UUID(int=0), "gezhi residents")  # of ids that follow from a file and a place in it
_KNOWN = Words("可能已登记：编号 {}。", "Perhaps entered already: number {}.")
_NOBODY = Words("导入人的账号已停用。", "The account of who brought the file is closed.")


class ResidentImportUnknown(NotFound):
    """没有这次登记，或已超过 24 小时。请重新上传表格。"""

    code = "resident_import_unknown"
    en = "There is no such file, or it is older than 24 hours: bring the sheet again."


class ResidentImportNotReady(Conflict):
    """这个表格现在不能登记，请看它的检查结果。"""

    code = "resident_import_not_ready"
    en = "This sheet cannot be taken in now: look at what was found in it."


STAGING = Staging(
    ResidentImport, ResidentImportRow, AT_ONCE, KEPT, ResidentImportUnknown, ResidentImportNotReady, overwrite_deleted
)


def stage(content: bytes, file_name: str, *, by: Person) -> ResidentImport:
    """Check a sheet whole and keep, sealed, what it says; return it checked or faulty, or one that was broken off.

    Raises SheetRefused, NoResidentsInFile.
    """
    file_digest = encryption.digest(hashlib.sha256(content).hexdigest())
    earlier = STAGING.earlier(by, file_digest=file_digest)
    if earlier is not None:
        return earlier
    sheet = resident_sheets.read(content, by)
    db.session.close()  # reading takes long, and no transaction stands open meanwhile
    file = STAGING.check(
        _checked(sheet, file_digest, by), by=by, file_name=file_name[:120], file_digest=file_digest, created=0,
        notes=[staging.both(note) for note in sheet.notes], unchanged=0,
    )  # fmt: skip
    if file.stage == ImportStage.FAULTY:
        with transaction():
            overwrite_deleted()
            emptied = update(ResidentImportRow).where(ResidentImportRow.import_id == file.id).values(sealed=None)
            db.session.execute(emptied.execution_options(synchronize_session=False))
        empty_log()
    return STAGING.one(file.id, by)


def doubts(import_id: UUID, most: int) -> list[tuple[int, Words, Words]]:
    """Return whom of a file whoever brings it may know already: row, column, the number of the record."""
    return STAGING.remarks(import_id, most, ResidentImportRow.doubts)


def take_batch(import_id: UUID) -> int:
    """Take the next rows of a file in a transaction of its own; return how many, 0 when all are taken."""
    return STAGING.take(import_id, _bodies, _take, _end)


def sweep() -> int:
    """Take in, for some seconds, what people have confirmed; return how many rows."""
    count, until = 0, monotonic() + WORK_SECONDS
    for import_id in STAGING.under_way():
        while monotonic() < until and (rows := take_batch(import_id)):
            count += rows
    if count:
        empty_log()  # of the rows that were erased when they were taken
    return count


def tidy() -> int:
    """Forget the sheets that nobody has confirmed in time."""
    count = STAGING.tidy()
    if count:
        empty_log()
    return count


def _checked(sheet: ResidentSheet, file_digest: str, by: Person) -> Iterator[dict[str, Any]]:
    """Yield the rows of the staging table: sealed what each says, and what is wrong with it."""
    rows, place, first_rows = sheet.rows(by), 0, dict[Any, int]()
    while batch := list(islice(rows, AT_ONCE)):
        known = _known(batch, by)
        for row in batch:
            place += 1
            breathe()
            wrong = [*row.faults, *_twice(row, first_rows)] or _refusals(row.body, by)
            key_id, (sealed,) = encryption.seal(None if wrong else canonical(row.body))
            yield {
                "place": place, "number": row.number, "key_id": key_id, "sealed": sealed,
                "resident_id": uuid5(_ROWS, f"{by.person_id} {file_digest} {place}"),
                "faults": staging.packed(wrong), "doubts": staging.packed(known[row.number]),
            }  # fmt: skip
        db.session.rollback()  # what was read is not held while it is written


def _twice(row: ResidentSheetRow, first_rows: dict[Any, int]) -> list[tuple[Words, Words]]:
    """Say where a row names the same as one before: by name and address."""
    same = tuple(row.body["fields"].get(code) for code in (NAME, ADDRESS))
    first = first_rows.setdefault(same, row.number)
    return [(resident_sheets.heading(NAME), staging.TWICE.format(first))] if all(same) and first != row.number else []


def _refusals(body: Mapping[str, Any], by: Person) -> list[tuple[Words, Words]]:
    """Return what a row would be refused for, column and text."""
    try:
        resident_drafts.judge(resident_drafts.fresh(forms.checked(EnterResidentIn(), body)), by)
    except Problem as refused:
        return _texts(refused)
    return []


def _texts(refused: Problem) -> list[tuple[Words, Words]]:
    fields = refused.fields.items()
    texts = [(resident_sheets.heading(field), text) for field, texts in fields for text in forms.flat(texts)]
    return texts or [(resident_sheets.heading("grid"), refused.detail)]


def _known(batch: Sequence[ResidentSheetRow], by: Person) -> Mapping[int, list[tuple[Words, Words]]]:
    """Return, by row, whom the register has already with the same number or name; only whoever may reveal is told.

    That they were told is written down, as when they look for somebody.
    """
    doubts_by_row: dict[int, list[tuple[Words, Words]]] = defaultdict(list)
    searched = [rule for rule in resident_sheets.rules_read(by) if rule.sought and by.may(Permission.RESIDENT_REVEAL)]
    for rule in searched:
        texts = {row.number: str(row.body["fields"][rule.code]) for row in batch if rule.code in row.body["fields"]}
        numbers = queries.bearing(by, rule, {*texts.values()}) if texts else {}
        for row_number, text in texts.items():
            if text in numbers:
                doubts_by_row[row_number].append((rule.question.label, _KNOWN.format(numbers[text])))
    if searched:
        with transaction(vital=True):
            codes = [rule.code for rule in searched]
            audit.record(Tag.RESIDENT_SOUGHT, person_id=by.person_id, of_fields=codes, matches=len(doubts_by_row))
    return doubts_by_row


def _bodies(_: ResidentImport, rows: Sequence[ResidentImportRow]) -> Mapping[int, Mapping[str, Any] | Problem]:
    """Open what some rows say, by place; what no key opens is refused."""
    return {row.place: _body(row) for row in rows}


def _body(row: ResidentImportRow) -> Mapping[str, Any] | Problem:
    try:
        (text,) = encryption.unseal(row.key_id, row.sealed)
        return forms.checked(EnterResidentIn(), json.loads(text or "{}"))
    except Problem as refused:
        return refused


def _take(
    file: ResidentImport, rows: Sequence[ResidentImportRow], bodies: Mapping[int, Mapping[str, Any] | Problem]
) -> None:
    by = next(iter(identity.people([file.by_id] if file.by_id else [])), None)
    overwrite_deleted()
    for row in rows:
        texts = _enter(file, row.resident_id, bodies[row.place], by)
        if texts:
            STAGING.refuse(file, row.place, texts, sealed=None)
    done = (ResidentImportRow.import_id == file.id, ResidentImportRow.place.in_([row.place for row in rows]))
    erased = delete(ResidentImportRow).where(*done, ResidentImportRow.faults.is_(None))
    db.session.execute(erased.execution_options(synchronize_session=False))


def _enter(file: ResidentImport, resident_id: UUID, body: Mapping[str, Any] | Problem, by: Person | None) -> FaultTexts:
    """Enter one resident; return what is wrong instead."""
    try:
        if by is None:
            raise ResidentImportNotReady(_NOBODY)
        if isinstance(body, Problem):
            raise body
        fresh = service.enter(resident_id, body, by=by).fresh
    except Problem as refused:
        return [[staging.both(column), staging.both(text)] for column, text in _texts(refused)]
    file.created += fresh
    file.unchanged += not fresh
    return ()


def _end(file: ResidentImport) -> None:
    audit.record(
        Tag.RESIDENTS_IMPORTED, person_id=file.by_id, rows=file.rows, created=file.created, unchanged=file.unchanged,
    )  # fmt: skip
