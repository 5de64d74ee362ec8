"""Rows of every table as lines of JSON, read in one snapshot; the same lines load into either database.

A value is written by its kind: times in UTC, ids and bytes as text, JSON columns as the very text that is kept.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import StatementError
from sqlalchemy.types import NullType, TypeEngine

from app.core import space
from app.core.commands import CommandError
from app.core.db import db, take_time
from app.core.types import UtcDateTime
from workflows.words import Words

SKIPPED = frozenset({"exports", "heartbeats"})  # files to take away are gone in a day; who is alive is asked anew
BATCH = 1000
LINE_MOST = 16 * 1_048_576  # bytes of one row: more than any column of ours takes
_UNREADABLE = (
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    RecursionError,
    zlib.error,
    gzip.BadGzipFile,
    StatementError,
)
Columns = Sequence[Sequence[str]]  # name and kind of each

_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "time": lambda value: value.astimezone(UTC).isoformat(),
    "date": date.isoformat,
    "uuid": str,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_READ: Mapping[str, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat,
    "date": date.fromisoformat,
    "uuid": UUID,
    "bytes": base64.b64decode,
}
_KINDS: Mapping[str, type[TypeEngine[Any]]] = {
    "json": sa.JSON,
    "time": UtcDateTime,
    "date": sa.Date,
    "uuid": sa.Uuid,
    "bytes": sa.LargeBinary,
}
_TYPES: Mapping[str, TypeEngine[Any]] = {
    "time": UtcDateTime(),
    "date": sa.Date(),
    "uuid": sa.Uuid(),
    "bytes": sa.LargeBinary(),
}


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """Give a connection that sees one moment, however long it reads, and waits for nobody."""
    postgres = db.engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if postgres else {}
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        take_time(connection)
        yield connection


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """Give a connection whose one transaction takes all rows or none."""
    with db.engine.connect().execution_options(gezhi_write=True) as connection, connection.begin():
        take_time(connection)
        yield connection


def tables() -> list[sa.Table]:
    """Return the tables to keep, those first that others refer to."""
    return [table for table in db.metadata.sorted_tables if table.name not in SKIPPED]


def columns_of(table: sa.Table) -> Columns:
    """Return the name and kind of every column."""
    return [(column.name, _kind(column)) for column in table.columns]


def dump(connection: sa.Connection, table: sa.Table, target: IO[bytes]) -> int:
    """Write a table's rows, compressed, in the order of their keys; return how many."""
    chosen = [sa.cast(each, sa.Text) if _kind(each) == "json" else each for each in table.columns]
    statement = sa.select(*chosen).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    writers = [_WRITE.get(kind) for _, kind in columns_of(table)]
    count = 0
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0) as packed:
        for row in _parents_first(table, connection.execute(statement)):
            values = [
                write(value) if write and value is not None else value
                for write, value in zip(writers, row, strict=True)
            ]
            packed.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def load(connection: sa.Connection, name: str, columns: Columns, most: int, source: IO[bytes]) -> int:
    """Replace a table's rows by the lines of a file, at most so many; return how many. Raises CommandError."""
    try:
        return _load(connection, name, columns, most, source)
    except _UNREADABLE as error:
        if space.is_full(error):
            raise space.StorageFull from error
        raise CommandError(
            Words("备份中表 {} 的内容无法读入。", "Rows of {} in the backup cannot be taken in.").format(name)
        ) from error


def _load(connection: sa.Connection, name: str, columns: Columns, most: int, source: IO[bytes]) -> int:
    table = sa.table(name, *(sa.column(column, _TYPES.get(kind, NullType())) for column, kind in columns))
    connection.execute(table.delete())
    readers = [_READ.get(kind) for _, kind in columns]
    names = [column for column, _ in columns]
    count = 0
    with gzip.GzipFile(fileobj=source, mode="rb") as unpacked:
        for lines in _batches(unpacked):
            count += len(lines)
            if count > most:
                raise ValueError("more rows than were named")
            space.demand()
            connection.execute(table.insert(), [_row(names, readers, line) for line in lines])
    return count


def _batches(unpacked: gzip.GzipFile) -> Iterator[list[bytes]]:
    """Yield some lines at a time, of bounded length: a few packed bytes may unpack to gigabytes."""
    lines, size = [], 0
    while line := unpacked.readline(LINE_MOST + 1):
        if len(line) > LINE_MOST:
            raise ValueError("a line of this length is none of ours")
        lines.append(line)
        size += len(line)
        if len(lines) == BATCH or size > LINE_MOST:
            yield lines
            lines, size = [], 0
    if lines:
        yield lines


def check_columns(connection: sa.Connection, backup_columns: Mapping[str, Columns]) -> None:
    """Compare the tables and columns of a backup with the database made for it; raise CommandError naming one."""
    inspector = sa.inspect(connection)
    wanted = {
        name: {column["name"] for column in inspector.get_columns(name)}
        for name in inspector.get_table_names()
        if name not in SKIPPED and name != "alembic_version"
    }
    named = {name: {column for column, _ in columns} for name, columns in backup_columns.items()}
    wrong = next((name for name in sorted({*wanted, *named}) if wanted.get(name) != named.get(name)), None)
    if wrong:
        raise CommandError(
            Words("备份中表 {} 缺少或与本系统不符。", "The table {} of the backup is missing or not ours.").format(
                wrong
            )
        )


def set_counters(connection: sa.Connection) -> None:
    """Let PostgreSQL's own numbers go on after the highest that came; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables():
        column = table.autoincrement_column
        sequence = column is not None and connection.scalar(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        )
        if column is not None and sequence:
            highest = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sa.literal(sequence), highest, False)))


def _kind(column: sa.Column[Any]) -> str:
    return next((kind for kind, types in _KINDS.items() if isinstance(column.type, types)), "plain")


def _row(names: Sequence[str], readers: Sequence[Callable[[Any], Any] | None], line: bytes) -> dict[str, Any]:
    return {
        name: read(value) if read and value is not None else value
        for name, read, value in zip(names, readers, json.loads(line), strict=True)
    }


def _parents_first(table: sa.Table, rows: Iterable[sa.Row[Any]]) -> Iterator[sa.Row[Any]]:
    """Yield rows as they come; where rows refer to others of their own table (the grid tree), after those."""
    own = [(key.parent.name, key.column.name) for key in table.foreign_keys if key.column.table is table]
    if not own:
        yield from rows
        return
    (parent, key), waiting = own[0], list(rows)
    there = {None}
    while waiting:
        ready = [row for row in waiting if row._mapping[parent] in there]
        if not ready:
            raise ValueError(f"{table.name}: rows refer to each other in a circle")
        yield from ready
        there |= {row._mapping[key] for row in ready}
        waiting = [row for row in waiting if row._mapping[key] not in there]
