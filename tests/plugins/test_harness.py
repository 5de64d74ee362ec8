"""What every other test leans on."""

import socket
import threading
from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import func, select, text, update

from app.core import clock as core_clock
from app.core import revisions
from app.core.db import db
from app.core.jobs import Heartbeat
from app.core.transaction import transaction
from app.identity import queries
from app.identity.models import Role
from tests.factories.grids import COUNTY
from tests.plugins.application import MONDAY_MORNING
from tests.support.databases import make_engine


def beat(name, then=None):
    with transaction() as session:
        session.add(Heartbeat(name=name, at=core_clock.now()))
        session.flush()  # so that the database has something to undo
        if then:
            raise then


def beats():
    return db.session.scalar(select(func.count()).select_from(Heartbeat))


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_finds_nothing_of_the_one_before(app_context, turn):
    assert beats() == 0
    beat("kept")
    with pytest.raises(RuntimeError):
        beat("undone", then=RuntimeError)
    assert beats() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_a_town_is_ones_own_with_everything_in_it(town, turn):
    assert len(town.people) == 12
    assert not town.supervisor.get("cases").get_json()["items"]
    town.hire("acceptor", "centre", COUNTY)
    with town.app.app_context(), transaction() as session:
        session.execute(update(Role).values(name=f"改过 {turn}"))
        revisions.raise_("roles")
    town.accepted()
    with town.app.app_context():
        assert {role.name for role in db.session.scalars(select(Role))} == {f"改过 {turn}"}
        assert set(queries.roles().names.values()) == {f"改过 {turn}"}


@pytest.mark.own_database
def test_a_town_is_on_a_database_of_its_own_where_that_is_asked_for(town, database):
    town.accepted()
    engine = make_engine(database.url)
    with engine.connect() as another:
        assert another.scalar(text("SELECT count(*) FROM cases")) == 1
    engine.dispose()


@pytest.mark.own_database
def test_threads_write_to_a_database_of_their_own(app):
    def write(name):
        with app.app_context():
            beat(name)

    threads = [threading.Thread(target=write, args=[f"thread {number}"]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert beats() == 4


def test_a_request_has_its_own_session_and_a_test_sees_what_it_wrote(make_app):
    app = make_app()

    @app.get("/beat")
    def write():
        beat("request")
        return {"g": "mark" in g}

    with app.app_context():
        g.mark = True
        assert beats() == 0
        assert app.test_client().get("/beat").json == {"g": False}
        assert beats() == 1


def test_reads_and_writes_are_counted_and_nothing_else(app_context, query_count):
    with query_count() as seen:
        beats()
        beat("one")
    assert [statement.split()[0] for statement in seen] == ["SELECT", "INSERT"]


def test_the_clock_stands_until_it_is_moved(clock):
    assert core_clock.now() == MONDAY_MORNING
    assert clock.tick(hours=2) == MONDAY_MORNING + timedelta(hours=2) == core_clock.now()


def test_valkey_answers_and_is_empty(valkey):
    assert valkey.client.dbsize() == 0
    valkey.client.set("left", "behind")


def test_other_machines_do_not_answer():
    with socket.socket() as outward, pytest.raises(RuntimeError, match="stand-in"):
        outward.connect(("192.0.2.1", 80))
