"""Make a backup while people work: the rows of one moment, then every file they name."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app

from app.attachments import images
from app.attachments.models import KEPT, Attachment, AttachmentState
from app.attachments.renditions import Rendition
from app.backup import keys, rows, seal
from app.backup.archive import KEYS, ArchiveWriter
from app.core import clock, storage
from app.core.commands import UNWRITABLE, CommandError
from workflows.words import Words

UNSOUND_MOST = 10_000  # files named in the manifest; a backup that lacks more is no backup


@dataclass
class BackupSummary:
    """What went into a backup, and the files that should have and were missing or not what they were."""

    rows: int = 0
    files: int = 0
    has_keys: bool = False
    fingerprint: str = ""
    unsound: list[str] = field(default_factory=list)


def make(target: Path, passphrase: str | None, tick: Callable[[], None] = lambda: None) -> BackupSummary:
    """Write everything to a new file, which appears only when it is whole; raise CommandError."""
    summary = BackupSummary()
    with _new(target) as file, TemporaryFile() as named, TemporaryFile() as lines:
        writer = ArchiveWriter(file, lines)
        with rows.snapshot() as connection:
            manifest = {"revision": _revision(connection), "made_at": clock.now().isoformat()}
            tables = {}
            for table in rows.tables():
                count = _add_rows(writer, connection, table)
                tables[table.name] = {"columns": rows.columns_of(table), "rows": count}
                summary.rows += count
                tick()
            _note_files(connection, named)
        named.seek(0)
        for line in named:  # after the snapshot: a file that a row names is not deleted
            _add_files(writer, summary, *line.decode().split())
            tick()
        text = keys.ours()
        if passphrase and text:
            writer.add(KEYS, io.BytesIO(keys.seal(text, passphrase)))
            summary.has_keys = True
        about = {**manifest, "tables": tables, "files": summary.files, "unsound": summary.unsound[:UNSOUND_MOST]}
        summary.fingerprint = writer.finish(about, partial(seal.make, passphrase) if passphrase else None)
    return summary


@contextmanager
def _new(target: Path) -> Iterator[IO[bytes]]:
    if target.exists():
        raise CommandError(
            Words("{} 已经存在，请换一个文件名。", "The file exists: choose another name.").format(target)
        )
    partial = target.with_name(f"{target.name}.partial")
    try:
        with open(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.rename(target)
    except OSError as error:
        raise CommandError(UNWRITABLE.format(target, error.strerror)) from error
    finally:
        partial.unlink(missing_ok=True)


def _revision(connection: sa.Connection) -> str:
    there = MigrationContext.configure(connection).get_current_heads()
    newest = ScriptDirectory(current_app.extensions["migrate"].directory).get_heads()
    if tuple(there) != tuple(newest):
        raise CommandError(Words("数据库尚未升级到本程序的版本，请先运行 gezhi migrate。", "Run gezhi migrate first."))
    return newest[0]


def _add_rows(writer: ArchiveWriter, connection: sa.Connection, table: sa.Table) -> int:
    with TemporaryFile() as spool:
        count = rows.dump(connection, table, spool)
        writer.add(f"rows/{table.name}.jsonl.gz", spool)
    return count


def _note_files(connection: sa.Connection, named: IO[bytes]) -> None:
    """List what is kept: its hash, its type, and the best state of those who share it (`stored` before `unjudged`)."""
    digests = sa.select(Attachment.sha256, Attachment.type, sa.func.min(Attachment.state))
    digests = digests.where(Attachment.state.in_(KEPT)).group_by(Attachment.sha256, Attachment.type)
    ordered = digests.order_by(Attachment.sha256).execution_options(yield_per=rows.BATCH)
    named.writelines(" ".join(map(str, row)).encode() + b"\n" for row in connection.execute(ordered))


def _add_files(writer: ArchiveWriter, summary: BackupSummary, sha256: str, mime: str, state: str) -> None:
    without_copies = mime == images.PDF or state == AttachmentState.UNJUDGED
    for kind in [Rendition.ORIGINAL] if without_copies else Rendition:
        name = f"files/{kind}/{sha256}"
        try:
            with storage.here().open(kind, sha256) as stream:
                written = writer.add(name, stream)
        except FileNotFoundError:
            summary.unsound.append(f"{name} missing")
            continue
        summary.files += 1
        if kind == Rendition.ORIGINAL and written != sha256:
            summary.unsound.append(f"{name} changed")
