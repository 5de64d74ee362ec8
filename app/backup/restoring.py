"""Bring a backup back into an empty installation: all rows or none, every file by its hash."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app

from app.attachments.kinds import Kind
from app.backup import archive, keys, rows
from app.core import sealing, storage
from app.core.db import db
from app.core.storage.spool import BLOCK_BYTES
from app.up.refused import Refused


@dataclass
class Restored:
    """What came back; `keys_missing` when citizens' names and numbers cannot be read yet."""

    rows: int = 0
    files: int = 0
    keys_missing: tuple[str, ...] = ()


def restore(source: Path, passphrase: str | None, tick: Callable[[], None] = lambda: None) -> Restored:
    """Restore a file into the configured database and storage; raise Refused before anything is written.

    The rows come into the schema they were saved from, which is then brought up to date like any older installation.
    """
    manifest = archive.check(source)
    _check_schema(manifest["revision"])
    _check_empty()
    restored = Restored()
    _unseal(source, passphrase)
    flask_migrate.upgrade(directory=_migrations(), revision=manifest["revision"])
    with rows.writing() as connection:
        for name, stream in archive.members(source):
            if name.startswith("rows/"):
                restored.rows += _load(connection, manifest, name, stream)
                tick()
    flask_migrate.upgrade(directory=_migrations())
    with rows.writing() as connection:
        rows.set_counters(connection)
    for name, stream in archive.members(source):
        if name.startswith("files/"):
            _, kind, key = name.split("/")
            _put(Kind(kind), key, stream)
            restored.files += 1
            tick()
    restored.keys_missing = sealing.unreadable_keys()
    return restored


def _check_schema(revision: str) -> None:
    known = {script.revision for script in ScriptDirectory(_migrations()).walk_revisions()}
    if revision not in known:
        raise Refused(
            f"备份的数据库版本（{revision}）比本程序新，请先升级程序。"
            "The backup was made by a newer version of Gezhi: upgrade the program first."
        )


def _check_empty() -> None:
    if sa.inspect(db.engine).get_table_names():
        raise Refused("目标数据库不是空的，请恢复到新的数据库。The database is not empty: restore into a new one.")
    kept = storage.here()
    if any(next(kept.keys(kind), None) for kind in Kind):
        raise Refused("目标附件文件夹不是空的，请换一个。The storage is not empty: choose another.")


def _unseal(source: Path, passphrase: str | None) -> None:
    """Write the key file, unless the settings bring the keys."""
    if passphrase is None or current_app.config["CITIZEN_KEYS"]:
        return
    sealed = next((stream.read() for name, stream in archive.members(source) if name == archive.KEYS), None)
    if sealed is None:
        raise Refused("备份中没有密钥，请不带口令恢复，并另行放置密钥文件。The backup holds no key.")
    text = keys.unseal(sealed, passphrase)
    if keys.ours() not in (None, text):
        raise Refused("数据文件夹中已有另一把密钥，请换一个数据文件夹。The data folder holds another key.")
    if keys.ours() is None:
        keys.keep(text)


def _load(connection: sa.Connection, manifest: dict[str, Any], name: str, stream: IO[bytes]) -> int:
    table = name.removeprefix("rows/").removesuffix(".jsonl.gz")
    said = manifest["tables"][table]
    count = rows.load(connection, table, said["columns"], stream)
    if count != said["rows"]:
        raise Refused(f"表 {table} 应有 {said['rows']} 行，备份中有 {count} 行。The backup lacks rows of {table}.")
    return count


def _put(kind: Kind, key: str, stream: IO[bytes]) -> None:
    kept = storage.here()
    with kept.spool.received(iter(lambda: stream.read(BLOCK_BYTES), b"")) as waiting:
        kept.put(kind, key, waiting.path)


def _migrations() -> str:
    return str(current_app.extensions["migrate"].directory)
