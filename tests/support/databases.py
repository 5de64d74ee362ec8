"""Databases for tests: a template, migrated or with more in it, and a fresh copy of it for whoever asks."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask_migrate
from sqlalchemy import URL, Engine, NullPool, create_engine, event, make_url, text

from app.core.db import db, engine_options, prepare_sqlite
from app.factory import MIGRATIONS, create_app


@dataclass(frozen=True)
class Database:
    """Where a test keeps its rows.

    `contents` is what the preparing of its template returned: the objects that stand for its rows. `bind` is what
    sessions work on where tests take turns; a database of one's own has none.
    """

    kind: str
    url: str
    contents: Any = None
    bind: Any = None


def migrate(url: str) -> None:
    """Bring an empty database to the newest migration, the way an installation does."""
    app = create_app({"DATABASE_URL": url, "REDIS_URL": None})
    with app.app_context():
        try:
            flask_migrate.upgrade(directory=str(MIGRATIONS))
        finally:
            db.engine.dispose()


class SqliteTemplate:
    """A file prepared once, copied per test: the driver's savepoints do not isolate."""

    def __init__(self, folder: Path, prepare: Callable[[str], Any] = migrate, before: Path | None = None) -> None:
        self.folder = folder
        self.file = folder / f"template-{uuid4().hex}.sqlite3"
        if before:
            shutil.copyfile(before, self.file)
        self.contents = prepare(f"sqlite:///{self.file}")
        self.engine = _led_engine()

    def further(self, prepare: Callable[[str], Any]) -> "SqliteTemplate":
        """Make another template that begins with what is in this one."""
        return SqliteTemplate(self.folder, prepare, self.file)

    def close(self) -> None:
        """Delete the file."""
        self.file.unlink()

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """Give a copy that nobody else uses."""
        file = self.folder / f"{uuid4().hex}.sqlite3"
        shutil.copyfile(self.file, file)
        try:
            yield Database("sqlite", f"sqlite:///{file}", self.contents)
        finally:
            for rest in self.folder.glob(f"{file.name}*"):
                rest.unlink()

    @contextmanager
    def in_turn(self) -> Iterator[Database]:
        """Give a copy by the engine of all such tests: it has compiled most of their statements already."""
        with self.fresh() as made:
            self.engine.url = make_url(made.url)
            try:
                yield replace(made, bind=self.engine)
            finally:
                self.engine.dispose()


class PostgresTemplate:
    """A database prepared once, and one copy of it in which ordinary tests are rolled back."""

    def __init__(self, server: URL, prepare: Callable[[str], Any] = migrate, before: str = "template0") -> None:
        self.server = server
        self.admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.template = self._create(before)
        self.contents = prepare(self._address(self.template))

    @cached_property
    def shared(self) -> str:
        """The name of the copy in which tests are rolled back, made when the first one comes."""
        return self._create(self.template)

    @cached_property
    def engine(self) -> Engine:
        """What connects to the shared copy."""
        return patient_engine(self._address(self.shared))

    def further(self, prepare: Callable[[str], Any]) -> "PostgresTemplate":
        """Make another template that begins with what is in this one."""
        return PostgresTemplate(self.server, prepare, self.template)

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """Give a database that any number of connections, processes and threads may use."""
        name = self._create(self.template)
        try:
            yield Database("postgres", self._address(name), self.contents)
        finally:
            self._drop(name)

    @contextmanager
    def in_turn(self) -> Iterator[Database]:
        """Give one connection of the shared copy, whose single transaction is undone afterwards."""
        with self.engine.connect() as connection, connection.begin() as everything:
            yield Database("postgres", self._address(self.shared), self.contents, connection)
            if everything.is_active:
                everything.rollback()

    def close(self) -> None:
        """Drop what was made."""
        if "engine" in vars(self):
            self.engine.dispose()
            self._drop(self.shared)
        self._drop(self.template)

    def _create(self, template: str = "template0") -> str:
        name = f"gezhi_test_{uuid4().hex}"
        with self.admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'"))
        return name

    def _drop(self, name: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def _address(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)


def make_engine(url: str) -> Engine:
    """Make an engine as the application does."""
    engine = create_engine(url, **engine_options(url))
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    return engine


def _led_engine() -> Engine:
    """Make an engine for SQLite that connects to whatever file its `url` names by then."""
    engine = make_engine("sqlite:///none")

    @event.listens_for(engine, "do_connect")
    def lead(dialect: Any, record: Any, arguments: list[Any], named: Any) -> None:
        arguments[:] = dialect.create_connect_args(engine.url)[0]

    return engine


def patient_engine(url: str) -> Engine:
    """Make a PostgreSQL engine whose connections may keep a transaction idle as long as other tests take."""
    options = engine_options(url)
    options["connect_args"]["options"] += " -c idle_in_transaction_session_timeout=0"
    return create_engine(url, **options)


@contextmanager
def careless(engine: Engine) -> Iterator[None]:
    """Let SQLite leave the bytes of what is deleted, as it does where it was not built to overwrite them."""

    def leave(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA secure_delete=OFF")

    event.listen(engine, "connect", leave)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", leave)
        engine.dispose()
