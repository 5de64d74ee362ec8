"""Write one file, some hundred rows at a time, and say how far it is."""

import os
from collections.abc import Iterator, Sequence
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
    keys = table.keys(person, table.read(export.filters), ROWS_MOST + 1)
    if len(keys) > ROWS_MOST:
        return _give_up(export_id, ExportFault.TOO_MANY)
    columns = [(width, name) for name, width in table.columns]
    trail = bytearray()
    with reading_in(export.language):
        rows = _texts(export_id, table, person, keys, trail)
        page = sheet_writer.SheetPage(t(table.title), [(t(name), width) for width, name in columns], rows)
        WRITERS[ExportFormat(export.format)](path_of(export_id), page)
    if table.watch:
        with transaction():
            service.keep_trail(export_id, bytes(trail))
    return True


def _texts(
    export_id: UUID, table: ExportTable, person: Person, keys: Sequence[object], trail: bytearray
) -> Iterator[list[str]]:
    """Yield rows in the reader's language, between short readings; what is gone from sight meanwhile is left out.

    Their trail is read before them: what changes in between stands in it as it was.
    """
    written, noted, parent = 0, 0.0, os.getppid()
    for place in range(0, len(keys), AT_ONCE):
        some = keys[place : place + AT_ONCE]
        if table.watch:
            trail += table.watch.trail(person, some)
        rows = [[t(cell) for cell in row] for row in table.rows(person, some)]
        db.session.remove()
        yield from rows
        written += len(rows)
        last = place + AT_ONCE >= len(keys)
        if last or monotonic() - noted >= NOTED_SECONDS:
            if os.getppid() != parent:
                raise InterruptedError  # nobody waits for this file any more
            with transaction():
                service.note(export_id, written, len(keys))
            noted = monotonic()


def _give_up(export_id: UUID, fault: ExportFault) -> bool:
    with transaction():
        service.fail(export_id, fault)
    return False
