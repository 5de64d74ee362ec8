"""The application under test, its client, its clock."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Undefined
from jinja2.utils import missing

from app import config
from app.core import clock as core_clock
from app.core import storage
from app.core.db import db
from app.factory import create_app
from tests.support.client import Client
from tests.support.databases import Database, make_engine
from tests.support.queries import counted

MONDAY_MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 on the county's wall clock, a working day
CHEAP = {"ARGON2_MEMORY_KIB": 8, "ARGON2_ROUNDS": 1, "SECOND_FACTOR": "off"}


class Clock:
    """The clock of the application, standing still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self._held: AbstractContextManager[None] | None = None
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Move the clock to a moment."""
        self.release()
        self._held = core_clock.at(moment)
        self._held.__enter__()

    def tick(self, **amount: float) -> datetime:
        """Let time pass: `tick(hours=2)`; return the new time."""
        self.set(core_clock.now() + timedelta(**amount))
        return core_clock.now()

    def release(self) -> None:
        """Let the machine's own time show again."""
        if self._held:
            self._held.__exit__(None, None, None)
            self._held = None


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A set clock: Monday 2026-11-23, 09:00 in the county. Threads and processes see the machine's time."""
    held = Clock(MONDAY_MORNING)
    yield held
    held.release()


class Unpassed(Undefined):
    """What a template names and nobody passes: it may be asked for, and never be written."""

    def __str__(self) -> str:
        if self._undefined_obj is missing:
            self._fail_with_undefined_error()
        return ""


@pytest.fixture
def make_app(database: Database, clock: Clock, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make applications on the test's database: `make_app(REDIS_URL=…)`. May be given routes of the test's own."""
    with ExitStack() as end:

        def make(**overrides: Any) -> Flask:
            app = create_app({**_settings(database, tmp_path), **overrides})
            app.jinja_env.undefined = Unpassed
            app.test_client_class = Client
            with app.app_context():
                end.callback(db.engine.dispose)
                if database.bind is not None:
                    db.engines[None] = database.bind  # type: ignore[index] # a session takes an engine or a connection
            return app

        yield make


@pytest.fixture(scope="session")
def lasting_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application that serves one test after another: most take less time than making one."""
    app = create_app({"REDIS_URL": None, "DATA_DIR": str(tmp_path_factory.mktemp("unused")), **CHEAP})
    app.jinja_env.undefined = Unpassed
    app.test_client_class = Client
    return app


@pytest.fixture
def app(lasting_app: Flask, database: Database, clock: Clock, tmp_path: Path) -> Iterator[Flask]:
    """The application with a migrated database, empty or with a town, its own storage, no Redis and a set clock."""
    before = dict(lasting_app.config), dict(lasting_app.extensions)
    lasting_app.config.update(config.load(_settings(database, tmp_path)))
    storage.init(lasting_app)
    engine = database.bind or make_engine(database.url)
    with lasting_app.app_context():
        db.engines[None] = engine  # type: ignore[index] # a session takes an engine or a connection
    yield lasting_app
    if database.bind is None:
        engine.dispose()
    for kept, was in zip((lasting_app.config, lasting_app.extensions), before, strict=True):
        kept.clear()
        kept.update(was)


def _settings(database: Database, folder: Path) -> dict[str, Any]:
    return {"DATABASE_URL": database.url, "REDIS_URL": None, "DATA_DIR": str(folder / "data"), **CHEAP}


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    """Run the test inside the application, for calling services and queries without a request."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client over HTTP without a session."""
    return app.test_client()


@pytest.fixture
def query_count() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with query_count() as seen:` lists the SELECT, INSERT, UPDATE and DELETE of a block."""
    return counted


@pytest.fixture(scope="session", autouse=True)
def _rolled_back_inside() -> None:
    """Let a rollback in the application end its own savepoint and not the test's outer transaction."""
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
