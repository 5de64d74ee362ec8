"""The database hangs: who needs nothing of it is answered all the same, and when it goes on everybody goes on."""

from contextlib import contextmanager
from functools import partial

import pytest

from app.core import clock
from app.core.db import db
from tests.plugins.application import MONDAY_MORNING
from tests.support import postgres
from tests.support.house import inhabited
from tests.support.processes import standing_still
from tests.support.until import at_once

pytestmark = pytest.mark.own_database
AT_ONCE = 12
WITHOUT_DATABASE = ("/healthz", "/static/frame/base.css", "/openapi.json")
LATER = {200, 201, 503}  # what waited is done, or is told to come again


@contextmanager
def locked(town):
    """Hold the lock that every report needs: SQLite's only one, or that on the table of cases."""
    with town.app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execution_options(gezhi_write=True).begin()
        else:
            connection.exec_driver_sql("LOCK TABLE cases IN ACCESS EXCLUSIVE MODE")
        yield connection.rollback


def stopped(town):
    """Stop every process of the database's server, as a disk that hangs does."""
    return standing_still([town.house.pids["database"], *town.house.children_of("database")])


def others_are_served_and_all_go_on(town, hung):
    """Begin what needs the database while it hangs; see others answered; let it go on, and see everybody answered."""

    def let_go_after_others(go_on):
        reads = [partial(town.client.get, path) for path in WITHOUT_DATABASE * AT_ONCE]
        answers = at_once(reads)
        go_on()
        return {answer.status_code for answer in answers}

    at_once([town.worker.report] * AT_ONCE)  # both processes have their connections
    with hung(town) as go_on:
        waiting = [town.worker.report, partial(town.acceptor.get, "cases", limit=1)] * AT_ONCE
        others, *waited = at_once([partial(let_go_after_others, go_on), *waiting])
    assert others == {200}
    assert {answer.status_code for answer in waited} <= LATER
    assert all("Retry-After" in answer.headers for answer in waited if answer.status_code == 503)
    assert {answer.status_code for answer in at_once([town.worker.report] * AT_ONCE)} == {201}


def test_beside_a_lock_that_is_held(town):
    others_are_served_and_all_go_on(town, locked)


@pytest.fixture
def on_a_server_of_its_own(zygote, database_kind):
    """A town on a PostgreSQL that may be stopped without anybody else noticing."""
    if database_kind == "sqlite":
        pytest.skip("SQLite has no server")
    with postgres.prepared() as prepared:
        url = prepared.address.render_as_string(hide_password=False)
        with inhabited(zygote, url, prepared) as town, clock.at(MONDAY_MORNING):
            town.house.start("valkey", "web")
            yield town


def test_beside_a_server_that_is_stopped(on_a_server_of_its_own):
    others_are_served_and_all_go_on(on_a_server_of_its_own, stopped)
