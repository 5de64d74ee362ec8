"""The database: one object, the same rules on SQLite and PostgreSQL."""

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from time import monotonic, sleep
from typing import Any, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, CursorResult, Engine, Executable, MetaData, String, Table, event, insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.functions import FunctionElement

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
STATEMENT_LIMIT_MS = 30_000  # a sync cursor reads 60 s back: no write transaction may live longer than this
LOCK_LIMIT_MS = 5_000
IN_MEMORY = "sqlite://"
POOL_LIMIT_SECONDS = 10  # for a connection, before saying "busy"
HANDOVER_SECONDS = 0.0005  # how long SQLite's write lock may lie free beside somebody who waits for it
REWRITTEN = 1  # the `user_version` of a file that was written anew since personal data lay open in it
_at_the_lock = threading.Lock()


class Base(DeclarativeBase):
    """The common base of all rows."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": False})


def engine_options(url: str) -> dict[str, Any]:
    """Return what the driver needs so that a transaction is ours to begin and cannot hang."""
    if url.startswith("sqlite"):
        ours: dict[str, Any] = {"timeout": LOCK_LIMIT_MS / 1000, "isolation_level": None, "check_same_thread": False}
        pooled = {} if url == IN_MEMORY else {"pool_timeout": POOL_LIMIT_SECONDS}
        return {"connect_args": ours, **pooled, "hide_parameters": True}
    limits = (
        f"-c statement_timeout={STATEMENT_LIMIT_MS} -c lock_timeout={LOCK_LIMIT_MS} "
        f"-c idle_in_transaction_session_timeout={STATEMENT_LIMIT_MS} -c timezone=UTC"
    )
    ours = {"options": limits, "connect_timeout": 5}
    return {"connect_args": ours, "pool_timeout": POOL_LIMIT_SECONDS, "hide_parameters": True}  # errors quote no names


def read_rows(statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
    """Return the rows of a statement past the session, which would make objects of them, or look for a database.

    What is only looked at costs a third so; nothing that is read so can be changed.
    """
    return db.session.connection().execute(statement, parameters)


def insert_rows(rows: Sequence[Base]) -> None:
    """Insert new rows of one table in one statement, past the session, which would take twice the time."""
    if rows:
        mapper = inspect(type(rows[0]))
        names = [(attribute.key, attribute.columns[0].key) for attribute in mapper.column_attrs]
        values = [{column: vars(row).get(name) for name, column in names} for row in rows]
        db.session.execute(insert(cast(Table, mapper.local_table)), values)


def take_time(connection: Connection) -> None:
    """Let the running transaction take as long as it needs: SQLite does, PostgreSQL has to be told."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")


def overwrite_deleted() -> None:
    """Let what the running transaction deletes leave no bytes in SQLite's file; on PostgreSQL its VACUUM sees to it."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA secure_delete=ON")


def empty_log() -> None:
    """Let nothing of rows as they were lie in SQLite's log, as soon as nobody reads from it; outside a transaction."""
    if db.engine.dialect.name == "sqlite":
        db.session.close()  # what it has read last would keep them there
        connection = db.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def owe_rewriting() -> None:
    """Note, in the running transaction, that the file may hold bytes of personal data nobody overwrote."""
    if db.engine.dialect.name == "sqlite":
        db.session.connection().exec_driver_sql("PRAGMA user_version=0")


def is_rewriting_owed() -> bool:
    """Tell whether SQLite's file is still to be written anew; PostgreSQL's operator runs VACUUM FULL."""
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        return False
    with db.engine.connect() as connection:
        return connection.exec_driver_sql("PRAGMA user_version").scalar() != REWRITTEN


def rewrite_file() -> None:
    """Write SQLite's file anew without what was ever deleted in it; outside a transaction."""
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA user_version={REWRITTEN}")
    finally:
        connection.close()
    empty_log()


class Unindexed(FunctionElement[str]):
    """A column by which SQLite shall not look rows up, for another way leads to fewer; PostgreSQL has counted them."""

    type = String()
    inherit_cache = True
    name = "unindexed"


@compiles(Unindexed)
def _by_statistics(element: Any, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(Unindexed, "sqlite")
def _by_no_index(element: Any, compiler: Any, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


def upsert(model: Any) -> Any:
    """Return the INSERT that knows ON CONFLICT; both databases take the same words."""
    postgres = db.session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if postgres else sqlite.insert)(model)


def init(app: Flask) -> None:
    """Bind the database to the application; connect to nothing."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(url))
    db.init_app(app)
    app.teardown_appcontext(_let_go)  # runs before the extension's own
    if url.startswith("sqlite"):
        with app.app_context():
            prepare_sqlite(db.engine)


def _let_go(error: BaseException | None) -> None:
    """End what the session was reading; a connection that broke meanwhile must not turn a ready answer into a 500."""
    try:
        db.session.close()
    except DBAPIError:
        db.session().invalidate()


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite durable, strict about foreign keys, and let writers queue instead of failing."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("gezhi_write"):
            _begin_to_write(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """Take the write lock soon after it is let go: SQLite's own waiting sleeps up to 100 ms beside a free lock.

    It would also hold up everybody whom this process serves; ours lets them go on. One of a process asks at a time.
    """
    driver: Any = connection.connection.driver_connection
    until = monotonic() + LOCK_LIMIT_MS / 1000
    driver.execute("PRAGMA busy_timeout=0")
    first = _at_the_lock.acquire(timeout=LOCK_LIMIT_MS / 1000)
    try:
        while _locked(driver) and first and monotonic() < until:
            sleep(HANDOVER_SECONDS)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # tells why not
    finally:
        if first:
            _at_the_lock.release()
        driver.execute(f"PRAGMA busy_timeout={LOCK_LIMIT_MS}")


def _locked(driver: sqlite3.Connection) -> bool:
    """Try to begin; tell whether that failed because another is writing."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False
