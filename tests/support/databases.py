"""Databases for tests: a migrated template, and a fresh copy of it for whoever asks."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import flask_migrate
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text

from app.core.db import db, engine_options
from app.factory import MIGRATIONS, create_app


@dataclass(frozen=True)
class Database:
    """Where a test keeps its rows; `connection` is set when everything in it happens inside one transaction."""

    kind: str
    url: str
    connection: Connection | None = None


class SqliteTemplate:
    """A migrated file, copied per test: the driver's savepoints do not isolate."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "template.sqlite3"
        migrate(f"sqlite:///{self.file}")

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """Give a copy that nobody else uses."""
        file = self.folder / f"{uuid4().hex}.sqlite3"
        shutil.copyfile(self.file, file)
        try:
            yield Database("sqlite", f"sqlite:///{file}")
        finally:
            for rest in self.folder.glob(f"{file.name}*"):
                rest.unlink()


class PostgresTemplate:
    """A migrated database, and one copy of it in which ordinary tests are rolled back."""

    def __init__(self, server: URL) -> None:
        self.server = server
        self.admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self.template = self._create()
        migrate(self._address(self.template))
        self.shared = self._create(self.template)
        shared_url = self._address(self.shared)
        self.engine = patient_engine(shared_url)

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """Give a database that any number of connections, processes and threads may use."""
        name = self._create(self.template)
        try:
            yield Database("postgres", self._address(name))
        finally:
            self._drop(name)

    @contextmanager
    def rolled_back(self) -> Iterator[Database]:
        """Give one connection of the shared copy, whose single transaction is undone afterwards."""
        with self.engine.connect() as connection, connection.begin() as everything:
            # what is kept per database and revision must not outlive the test that made it
            connection.url = self.server.set(database=uuid4().hex)  # type: ignore[attr-defined]
            yield Database("postgres", self._address(self.shared), connection)
            if everything.is_active:
                everything.rollback()

    def close(self) -> None:
        """Drop both databases."""
        self.engine.dispose()
        for name in (self.shared, self.template):
            self._drop(name)

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


def patient_engine(url: str) -> Engine:
    """Make a PostgreSQL engine whose connections may keep a transaction idle as long as other tests take."""
    options = engine_options(url)
    options["connect_args"]["options"] += " -c idle_in_transaction_session_timeout=0"
    return create_engine(url, **options)


def migrate(url: str) -> None:
    """Bring an empty database to the newest migration, the way an installation does."""
    app = create_app({"DATABASE_URL": url, "REDIS_URL": None})
    with app.app_context():
        try:
            flask_migrate.upgrade(directory=str(MIGRATIONS))
        finally:
            db.engine.dispose()
