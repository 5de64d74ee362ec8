"""Bring a backup back into an empty installation: all rows or none, every file by its hash, nothing by half."""

import hmac
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app

from app.attachments.renditions import Rendition
from app.audit import service as audit
from app.audit.tags import Tag
from app.backup import archive, keys, rows, seal
from app.backup.archive import SealedManifest
from app.core import encryption, restoration, space, storage
from app.core.commands import CommandError
from app.core.db import db
from app.core.storage.spool import BLOCK_BYTES
from app.core.transaction import transaction
from workflows.words import Words

Members = Callable[[], Iterator[tuple[str, IO[bytes]]]]


@dataclass(frozen=True)
class Trust:
    """Why a file is believed to be ours: a passphrase that opens its seal, the fingerprint that `backup` printed."""

    passphrase: str | None = None
    fingerprint: str | None = None
    unverified: bool = False


@dataclass
class RestoreSummary:
    """What came back; `keys_missing` when citizens' names and numbers cannot be read yet."""

    rows: int = 0
    files: int = 0
    keys_missing: tuple[str, ...] = ()


def restore(source: Path, trust: Trust, tick: Callable[[], None] = lambda: None) -> RestoreSummary:
    """Restore a file into the configured database and storage; raise CommandError, leaving nothing behind.

    The rows come into the schema they were saved from, which is then brought up to date like any older installation.
    What was restored is marked until `restoration.end`. What was checked is what comes: the file is opened once, and
    what is read of it again compared with the sums that were checked.
    """
    with source.open("rb") as file, TemporaryFile() as sums:
        return _restore(file, sums, trust, tick)


def _restore(file: IO[bytes], sums: IO[bytes], trust: Trust, tick: Callable[[], None]) -> RestoreSummary:
    checked = archive.check(file, sums)
    _check_trust(checked, trust)
    _check_schema(checked.manifest["revision"])
    _check_empty()
    _check_room(file)
    with _all_or_nothing():
        restored = _bring(lambda: archive.members(file, sums), checked, trust.passphrase, tick)
        if trust.unverified:
            with transaction():
                audit.record(Tag.RESTORED_UNPROVEN, fingerprint=checked.fingerprint, reason="unverified")
    restoration.loaded()
    restored.keys_missing = encryption.unreadable_keys()
    return restored


def _bring(
    members: Members, checked: SealedManifest, passphrase: str | None, tick: Callable[[], None]
) -> RestoreSummary:
    restored, manifest = RestoreSummary(), checked.manifest
    _unseal(members, passphrase)
    flask_migrate.upgrade(directory=_migrations(), revision=manifest["revision"])
    with rows.writing() as connection:
        rows.check_columns(connection, {name: table["columns"] for name, table in manifest["tables"].items()})
        restoration.enter(connection)
        for name, stream in members():
            if name.startswith("rows/"):
                restored.rows += _load(connection, manifest, name, stream)
                tick()
    flask_migrate.upgrade(directory=_migrations())
    with rows.writing() as connection:
        rows.set_counters(connection)
    for name, stream in members():
        if name.startswith("files/"):
            _put(name, stream, manifest["unsound"])
            restored.files += 1
            tick()
    return restored


def _check_trust(checked: SealedManifest, trust: Trust) -> None:
    """Raise CommandError for a file of which nothing proves that it is ours, unless that is what was asked for."""
    its_seal = checked.manifest.get("seal")
    if trust.fingerprint is not None:
        if not hmac.compare_digest(trust.fingerprint.encode(), checked.fingerprint.encode()):
            raise CommandError(
                Words("备份的指纹不符，文件不是当时备份的那一个。", "The backup has another fingerprint.")
            )
    elif trust.passphrase is not None and its_seal is not None:
        if not seal.opens(trust.passphrase, checked.sealed, its_seal):
            raise CommandError(
                Words("口令不对，或备份被改动过。", "This is another passphrase, or the backup was changed.")
            )
    elif not trust.unverified:
        raise CommandError(
            Words(
                "无法证明备份没有被改动：请给出备份时的口令（--passphrase-file）或备份时打印的指纹（--fingerprint）；"
                "旧版本的备份没有封印，确信来源可靠时用 --unverified，审计中会写明。",
                "Nothing proves that the backup was not changed: give its passphrase, or the fingerprint it was made "
                "with; or --unverified, and the audit says so.",
            )
        )


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Mark the target; take away what has come if the rest does not."""
    key_was_there = keys.ours() is not None
    restoration.begin()
    try:
        yield
    except BaseException:
        _clear(keep_key=key_was_there)
        restoration.give_up()
        raise


def _clear(*, keep_key: bool) -> None:
    """Make the target, which was empty, empty again."""
    db.session.remove()
    with db.engine.connect() as connection, connection.begin():
        tables = sa.MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
    db.engine.dispose()
    files = storage.here()
    for kind in Rendition:
        for key in list(files.keys(kind)):
            files.delete(kind, key)
    if not keep_key:
        encryption.key_path().unlink(missing_ok=True)


def _check_schema(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory(_migrations()).walk_revisions()}
    if revision not in known:
        raise CommandError(
            Words(
                "备份的数据库版本（{}）比本程序新，请先升级程序。",
                "The backup was made by a newer version of Gezhi: upgrade the program first.",
            ).format(revision[:40])
        )


def _check_empty() -> None:
    if sa.inspect(db.engine).get_table_names():
        raise CommandError(
            Words("目标数据库不是空的，请恢复到新的数据库。", "The database is not empty: restore into a new one.")
        )
    files = storage.here()
    if any(next(files.keys(kind), None) for kind in Rendition):
        raise CommandError(Words("目标附件文件夹不是空的，请换一个。", "The storage is not empty: choose another."))


def _check_room(file: IO[bytes]) -> None:
    """Raise StorageFull where the files of a backup would not find room."""
    if (
        current_app.config["STORAGE_URL"].startswith("file:")
        and space.free_mb() * space.MB < os.fstat(file.fileno()).st_size
    ):
        raise space.StorageFull


def _unseal(members: Members, passphrase: str | None) -> None:
    """Write the key file, unless the settings bring the keys, or there was none when the backup was made."""
    if passphrase is None or current_app.config["CITIZEN_KEYS"]:
        return
    sealed_keys = [stream.read() for name, stream in members() if name == archive.KEYS]
    if not sealed_keys:
        return
    text = keys.unseal(sealed_keys[0], passphrase)
    if keys.ours() not in (None, text):
        raise CommandError(
            Words("数据文件夹中已有另一把密钥，请换一个数据文件夹。", "The data folder holds another key.")
        )
    if keys.ours() is None:
        keys.keep(text)


def _load(connection: sa.Connection, manifest: Any, name: str, stream: IO[bytes]) -> int:
    table = name.removeprefix("rows/").removesuffix(".jsonl.gz")
    about = manifest["tables"][table]
    count = rows.load(connection, table, about["columns"], about["rows"], stream)
    if count != about["rows"]:
        raise CommandError(
            Words("表 {} 应有 {} 行，备份中有 {} 行。", "The backup lacks rows of {}.").format(
                table, about["rows"], count
            )
        )
    return count


def _put(name: str, stream: IO[bytes], unsound: list[Any]) -> None:
    """Keep a file; an original whose bytes are others only if they were when the backup was made, which it says."""
    _, kind, key = name.split("/")
    files = storage.here()
    with files.spool.received(iter(lambda: stream.read(BLOCK_BYTES), b"")) as waiting:
        if kind == Rendition.ORIGINAL and waiting.sha256 != key and f"{name} changed" not in unsound:
            raise CommandError(
                Words("备份中的附件 {} 与其哈希不符。", "The file {} of the backup does not fit its hash.").format(key)
            )
        files.put(Rendition(kind), key, waiting.path)


def _migrations() -> str:
    return str(current_app.extensions["migrate"].directory)
