"""Write the files that were ordered, one after the other, each in a process of its own that gives way to all others.

The scheduler begins it and looks after it. A process that dies is noticed, and its file begun anew.
"""

import os
import signal
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from uuid import UUID

from flask import current_app

from app.core import storage
from app.core.db import db
from app.core.logs import log
from app.core.transaction import transaction
from app.frame.exports import service, writer
from app.frame.exports.queries import KEPT

EVERY_SECONDS = 3.0
TIDIED_SECONDS = 300.0
KIND = "exports"
NICENESS = 10  # behind those who answer people, and behind helpers who keep somebody waiting


@dataclass
class Writer:
    """The process that writes a file now."""

    export_id: UUID
    process: BaseProcess


_writers: list[Writer] = []  # one at most


def sweep() -> None:
    """Look after the file that is being written, and begin the next."""
    if _writers and not _writers[0].process.is_alive():
        ended = _writers.pop()
        settle(ended.export_id, well=ended.process.exitcode == 0)
    if not _writers:
        with transaction():
            export_id = service.claim()
        if export_id is not None:
            _writers.append(_begin(export_id))


def work() -> int:
    """Write all files that wait, here and now; return how many."""
    count = 0
    while True:
        with transaction():
            export_id = service.claim()
        if export_id is None:
            return count
        writer.write(export_id)
        settle(export_id, well=True)
        count += 1


def settle(export_id: UUID, *, well: bool) -> None:
    """Keep a file that has been written, or begin it anew."""
    path = writer.path_of(export_id)
    if well and path.exists():
        storage.here().put(KIND, str(export_id), path)
        with transaction():
            service.finish(export_id)
    elif not well:
        log.error("export.broke_off", export_id=str(export_id))
        with transaction():
            service.put_back(export_id)
    path.unlink(missing_ok=True)


def tidy() -> None:
    """Delete the files that are too old, and those that no row knows."""
    files = storage.here()
    with transaction(vital=True):
        forgotten = service.forget()
    for export_id in forgotten:
        files.delete(KIND, str(export_id))
    for key in list(files.keys(KIND, KEPT.total_seconds())):
        files.delete(KIND, key, KEPT.total_seconds())


def _begin(export_id: UUID) -> Writer:
    """Fork a writer that takes none of our connections along."""
    db.session.remove()
    db.engine.dispose()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    process = get_context("fork").Process(target=_live, args=(app, export_id), daemon=True)
    process.start()
    return Writer(export_id, process)


def _live(app: object, export_id: UUID) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.nice(NICENESS)
    with app.app_context():  # type: ignore[attr-defined]
        writer.write(export_id)
