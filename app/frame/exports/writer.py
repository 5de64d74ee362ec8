"""Write one file, some hundred rows at a time, and say how far it is."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import UUID

from app.core import storage
from app.core.db import db
from app.core.permissions import Person
from app.core.transaction import transaction
from app.frame import sheet_writer
from app.frame.exports import queries, registry, service
from app.frame.exports.models import Export, ExportFault, ExportFormat
from app.frame.exports.registry import ROWS_MOST, ExportTable
from app.frame.language import reading_in, t

AT_ONCE = 500  # rows read in one statement
NOTED_SECONDS = 1.0
WRITERS = {ExportFormat.CSV: sheet_writer.write_csv, ExportFormat.XLSX: sheet_writer.write_book}


@dataclass
class ExportWork:
    """How far a file is, over all its sheets."""

    export_id: UUID
    total: int
    written: int = 0
    noted: float = 0.0


def path_of(export_id: UUID) -> Path:
    """Return where a file grows until it is whole."""
    spool = storage.here().spool
    spool.folder.mkdir(parents=True, exist_ok=True)
    return spool.path(export_id)


def write(export_id: UUID) -> bool:
    """Write a file that has been claimed; False where it was given up."""
    export = db.session.get_one(Export, export_id, populate_existing=True)
    person, table = registry.person_of(export.person_id), registry.tables().get(export.table_name)
    if person is None or table is None or not queries.has_same_sight(export, person):
        return _give_up(export_id, ExportFault.CHANGED)
    form, filters = ExportFormat(export.format), table.read(export.filters)
    sheets = [(one, one.keys(person, filters, ROWS_MOST + 1)) for one in (table, *_behind(table, form))]
    if any(len(keys) > ROWS_MOST for _, keys in sheets):
        return _give_up(export_id, ExportFault.TOO_MANY)
    trail, work = bytearray(), ExportWork(export_id, sum(len(keys) for _, keys in sheets))
    with reading_in(export.language):
        pages = [_page(work, one, person, keys, trail) for one, keys in sheets]
        WRITERS[form](path_of(export_id), pages)
    if table.watch:
        with transaction():
            service.keep_trail(export_id, bytes(trail))
    return True


def _behind(table: ExportTable, form: ExportFormat) -> Sequence[ExportTable]:
    return table.behind if form is ExportFormat.XLSX else ()


def _page(
    work: ExportWork, table: ExportTable, person: Person, keys: Sequence[object], trail: bytearray
) -> sheet_writer.SheetPage:
    columns = [(t(name), width) for name, width in table.columns]
    return sheet_writer.SheetPage(t(table.title), columns, _texts(work, table, person, keys, trail))


def _texts(
    work: ExportWork, table: ExportTable, person: Person, keys: Sequence[object], trail: bytearray
) -> Iterator[list[str]]:
    """Yield rows in the reader's language, between short readings; what is gone from sight meanwhile is left out.

    Their trail is read before them: what changes in between stands in it as it was.
    """
    parent = os.getppid()
    for place in range(0, len(keys), AT_ONCE):
        some = keys[place : place + AT_ONCE]
        if table.watch:
            trail += table.watch.trail(person, some)
        rows = [[t(cell) for cell in row] for row in table.rows(person, some)]
        db.session.remove()
        yield from rows
        work.written += len(rows)
        last = place + AT_ONCE >= len(keys)
        if last or monotonic() - work.noted >= NOTED_SECONDS:
            if os.getppid() != parent:
                raise InterruptedError  # nobody waits for this file any more
            with transaction():
                service.note(work.export_id, work.written, work.total)
            work.noted = monotonic()


def _give_up(export_id: UUID, fault: ExportFault) -> bool:
    with transaction():
        service.fail(export_id, fault)
    return False
