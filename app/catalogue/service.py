"""Write the catalogue: import files as new versions."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from app.catalogue import differences, files, kinds, lookups, queries
from app.catalogue.differences import Change, Difference
from app.catalogue.files import Document, DocumentRefused
from app.catalogue.models import CatalogueDocument, CatalogueVersion
from app.core import clock, revisions
from app.core.db import db


def import_files(
    paths: Iterable[Path], *, valid_from: datetime | None = None, by: str, dry_run: bool = False, note: str = ""
) -> Difference:
    """Make a new version, valid from a moment (default now), of each document that says something new.

    Raises DocumentRefused, with the path of every field at fault, before anything is written; writes nothing on a dry
    run. Not for cases already filed: they keep their version.
    """
    moment = valid_from or clock.now()
    documents = files.read(paths)
    if not dry_run:
        revisions.raise_("catalogue")  # first: its row lets one import wait for another
    difference, changed = _compare(documents, moment)
    if not dry_run and changed:
        _write(changed, moment, by, note)
        if any(document.kind == "calendars" for document in changed):
            revisions.raise_("calendars")
    return difference


def export(at: datetime | None = None) -> list[dict[str, object]]:
    """Return every document in force, as a file of `documents` that can be imported elsewhere."""
    rows = queries.in_force(at or clock.now())
    return [{"kind": row.kind, "code": row.code, "content": json.loads(row.content)} for row in rows]


def _compare(documents: Sequence[Document], moment: datetime) -> tuple[Difference, list[Document]]:
    """Check documents alone and with what is in force, and tell which of them say something new."""
    rows = {(row.kind, row.code): row for row in queries.in_force(moment)}
    new = {(document.kind, document.code): kinds.load(document) for document in documents}
    together = kinds.gather({**{key: queries.make(row) for key, row in rows.items()}, **new})
    if wrong := lookups.inconsistencies(together):
        raise DocumentRefused(fields=wrong)
    changes: list[Change] = []
    changed: list[Document] = []
    for document in documents:
        row = rows.get((document.kind, document.code))
        old = json.loads(row.content) if row else None
        change = differences.compare(document.kind, document.code, old, document.content)
        if change:
            changes.append(change)
            changed.append(document)
    return Difference(tuple(changes), lookups.remarks(together)), changed


def _write(documents: Sequence[Document], moment: datetime, by: str, note: str) -> None:
    newest = select(CatalogueVersion.kind, CatalogueVersion.code, func.max(CatalogueVersion.version)).group_by(
        CatalogueVersion.kind, CatalogueVersion.code
    )
    last = {(kind, code): version for kind, code, version in db.session.execute(newest)}
    keys = [(document.kind, document.code) for document in documents]
    db.session.add_all(CatalogueDocument(kind=kind, code=code) for kind, code in keys if (kind, code) not in last)
    db.session.flush()  # the versions name their documents
    for document in documents:
        text = kinds.canonical(document.content)
        db.session.add(
            CatalogueVersion(
                kind=document.kind,
                code=document.code,
                version=last.get((document.kind, document.code), 0) + 1,
                valid_from=moment,
                content=text,
                sha256=hashlib.sha256(text.encode()).hexdigest(),
                imported_at=clock.now(),
                imported_by=by,
                note=note,
            )
        )
    db.session.flush()  # what reads next in this transaction sees them
