"""Read rows as they stand, even where the database itself could not: a value that is not of its column is `Unread`.

SQLite lets anything stand anywhere, and what people changed by hand may be no JSON, no time and no id any more.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import isfinite
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import NULLTYPE, TypeEngine

from app.core.db import db
from app.core.digests import parsed


@dataclass(frozen=True)
class Unread:
    """What stands where a value of the column's kind should; None where something must stand and nothing does."""

    value: Any

    def __str__(self) -> str:
        return f"{type(self.value).__name__} {self.value!r:.60}"


class RawRow(SimpleNamespace):
    """The columns of one row by their names."""

    def unread(self) -> Iterator[tuple[str, Unread]]:
        """Yield the columns that could not be read."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Unread))


_ID_LETTERS = 32
Wanted = Callable[[sa.Select[Any]], sa.Select[Any]]
_BYTES = (sa.String, sa.JSON, sa.DateTime, sa.Uuid)  # read as bytes on SQLite: not all that stands there is a text


def rows(columns: Iterable[sa.Column[Any]], wanted: Wanted) -> list[RawRow]:
    """Read some columns of a table; `wanted` adds conditions, order and limit to the statement."""
    chosen = list(columns)
    sqlite = db.engine.dialect.name == "sqlite"
    statement = wanted(sa.select(*(_undecoded(each, sqlite).label(f"raw_{each.key}") for each in chosen)))
    readers = [(each.key, _reader(each, sqlite)) for each in chosen]
    raw_rows = db.session.execute(statement).all()
    return [RawRow(**{name: read(value) for (name, read), value in zip(readers, row, strict=True)}) for row in raw_rows]


def is_id(of: Any) -> sa.ColumnElement[bool]:
    """Return the condition that an id can be read; PostgreSQL lets nothing else stand there."""
    if db.engine.dialect.name != "sqlite":
        return sa.true()
    plain = column(of)
    return sa.and_(
        sa.func.typeof(plain) == "text",
        sa.func.length(plain) == _ID_LETTERS,
        ~plain.op("GLOB")(sa.literal("*[^0-9a-f]*")),
    )


def column(of: Any) -> sa.ColumnElement[Any]:
    """Return a column to be compared with what stands in another row, readable or not."""
    return sa.type_coerce(of, NULLTYPE)


def _undecoded(of: sa.Column[Any], sqlite: bool) -> sa.ColumnElement[Any]:
    if sqlite and isinstance(_plain_type(of), _BYTES):
        return sa.type_coerce(sa.cast(of, sa.LargeBinary), NULLTYPE)
    return sa.cast(of, sa.Text) if isinstance(of.type, sa.JSON) else column(of)


def _plain_type(of: sa.Column[Any]) -> TypeEngine[Any]:
    return of.type.impl if isinstance(of.type, sa.TypeDecorator) else of.type  # type: ignore[return-value]


def _reader(of: sa.Column[Any], sqlite: bool) -> Callable[[Any], Any]:
    dialect = db.engine.dialect
    is_json, kind = isinstance(of.type, sa.JSON), _kinds(of)
    as_bytes = sqlite and isinstance(_plain_type(of), _BYTES)
    decode = None if is_json else _decoder(of, dialect)

    def read(value: Any) -> Any:
        if value is None:
            return None if of.nullable else Unread(None)
        try:
            text = value.decode() if as_bytes else value
            known = parsed(text) if is_json else decode(text) if decode else text
        except (ValueError, TypeError, AttributeError):
            return Unread(value)
        of_kind = isinstance(known, kind) and not (isinstance(known, float) and not isfinite(known))
        return known if is_json or of_kind else Unread(value)

    return read


def _decoder(of: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """Return what makes a value of what the driver gives: PostgreSQL's gives values of the right kind already."""
    if dialect.name == "sqlite":
        return of.type.dialect_impl(dialect).result_processor(dialect, None)
    return partial(_own, of.type, dialect) if isinstance(of.type, sa.TypeDecorator) else None


def _own(kind: sa.TypeDecorator[Any], dialect: sa.Dialect, value: Any) -> Any:
    return kind.process_result_value(value, dialect)


def _kinds(of: sa.Column[Any]) -> tuple[type, ...]:
    kind = of.type.python_type
    return (int, float) if kind is float else (datetime,) if kind is datetime else (kind,)


def unread_in(raw_rows: Sequence[RawRow]) -> bool:
    """Tell whether anything in these rows could not be read."""
    return any(True for row in raw_rows for _ in row.unread())
