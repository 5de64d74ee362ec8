"""What fuzzing shares: a lively town per database, made once, and how much of it is asked for."""

import os
from contextlib import contextmanager
from uuid import uuid4

import pytest

from app.core import clock as core_clock
from app.core.db import db
from app.dispatch import referral
from app.factory import create_app
from tests.fuzz.world import World, restoring
from tests.plugins.application import CHEAP, MONDAY_MORNING, Clock
from tests.support.client import Client
from tests.support.databases import patient_engine

SEED = int(os.environ.get("GEZHI_FUZZ_SEED", "20261123"))
EXAMPLES = int(os.environ.get("GEZHI_FUZZ_EXAMPLES", "0"))  # per operation and action; 0: the short form


def pytest_report_header() -> str:
    """Say how to run the same again, or more."""
    return f"fuzz: GEZHI_FUZZ_SEED={SEED} GEZHI_FUZZ_EXAMPLES={EXAMPLES or '0 (short)'}"


@pytest.fixture(scope="session")
def town_at_work(request, database_kind, tmp_path_factory):
    """A town on a database of its own: on PostgreSQL one connection, so that it can be put back."""
    template = request.getfixturevalue(f"{database_kind}_town")
    settings = {"REDIS_URL": None, "DATA_DIR": str(tmp_path_factory.mktemp("fuzz")), **CHEAP}
    with template.fresh() as database, _connection(database) as connection, _enforcement():
        app = create_app({"DATABASE_URL": database.url, **settings})
        app.test_client_class = Client
        with app.app_context():
            engine = db.engine
            if connection is not None:
                db.engines[None] = connection
        clock = Clock(MONDAY_MORNING)
        world = World(database.contents.moved_to(app), clock)
        world.moment = core_clock.now()
        clock.release()
        with restoring(database, connection) as world.restore:
            yield world
        engine.dispose()


@contextmanager
def _connection(database):
    if database.kind == "sqlite":
        yield None
        return
    engine = patient_engine(database.url)
    with engine.connect() as connection, connection.begin() as everything:
        yield connection
        everything.rollback()
    engine.dispose()


@contextmanager
def _enforcement():
    """Let law enforcement take every case, so that some are there."""
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    yield
    referral.enforce_with(None)


@pytest.fixture
def world(town_at_work, clock):
    """A town at work, as it was made; `world.restore()` puts it back again."""
    clock.set(town_at_work.moment)
    town_at_work.restore()
    with _enforcement():
        yield town_at_work
