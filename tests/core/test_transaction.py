"""One transaction: all or nothing, never inside another, and honest about a lock it could not have."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app.core import clock, doorbell
from app.core.db import db
from app.core.errors import Busy
from app.core.jobs import Heartbeat
from app.core.transaction import after_commit, is_busy, put_off, running, transaction


def beat(name):
    db.session.add(Heartbeat(name=name, at=clock.now()))


def _failing(change):
    with transaction():
        change()
        raise ZeroDivisionError


def beats():
    found = set(db.session.scalars(select(Heartbeat.name)))
    db.session.rollback()
    return found


def test_a_transaction_inside_another_is_refused_and_the_outer_one_is_undone(app_context):
    def nested():
        with transaction():
            beat("outer")
            with transaction():
                beat("inner")

    with pytest.raises(RuntimeError, match="inside"):
        nested()
    assert beats() == set()
    with transaction():
        beat("afterwards")
    assert beats() == {"afterwards"}


def test_rows_changed_before_it_begins_are_refused(app_context):
    beat("early")
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    db.session.rollback()


def test_nothing_can_be_put_off_outside_of_it(app_context):
    for call in (running, lambda: after_commit(print), lambda: put_off("x", {}, print)):
        with pytest.raises(RuntimeError, match="outside"):
            call()


def test_calls_come_after_the_commit_once_and_only_then(app_context):
    seen = []

    def look():
        seen.append(beats())

    with transaction():
        beat("one")
        after_commit(look)
        after_commit(look)
        assert seen == []
    assert seen == [{"one"}]
    with pytest.raises(ZeroDivisionError):
        _failing(lambda: (after_commit(look), beat("two")))
    assert (seen, beats()) == ([{"one"}], {"one"})


def test_rows_put_off_are_written_together_before_the_commit_and_not_at_all_when_it_fails(app_context):
    written = []

    def flush(session, rows):
        written.append([row["n"] for row in rows])

    with transaction():
        put_off("numbers", {"n": 1}, flush)
        put_off("numbers", {"n": 2}, flush)
        assert written == []
    assert written == [[1, 2]]
    with pytest.raises(ZeroDivisionError):
        _failing(lambda: put_off("numbers", {"n": 3}, flush))
    assert written == [[1, 2]]


@pytest.mark.own_database
def test_writers_that_read_first_wait_for_each_other_instead_of_failing(app):
    """The driver's own BEGIN loses most of these to "database is locked"."""

    def write(number):
        with app.app_context(), transaction():
            db.session.scalar(select(func.count()).select_from(Heartbeat))
            beat(f"beat {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    with app.app_context():
        assert len(beats()) == 80


@pytest.mark.own_database
def test_a_lock_that_cannot_be_had_in_time_is_busy_to_callers_and_nothing_is_written(make_app, database_kind):
    app = make_app()
    app.add_url_rule("/write", view_func=_write, methods=["POST"])
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with app.app_context(), transaction() as session:
            if database_kind == "postgres":
                session.execute(text("LOCK TABLE heartbeats IN ACCESS EXCLUSIVE MODE"))
            held.set()
            let_go.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(30)
        answer = app.test_client().post("/write")
    finally:
        let_go.set()
        holder.join()
    assert (answer.status_code, answer.get_json()["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) >= 1
    with app.app_context():
        assert beats() == set()


def _write():
    db.session.execute(text(_SHORT_WAIT[db.engine.dialect.name]))
    with transaction() as session:
        if db.engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL lock_timeout = 50"))
        beat("late")
    return {}


_SHORT_WAIT = {"sqlite": "PRAGMA busy_timeout = 50", "postgresql": "SELECT 1"}


@pytest.mark.parametrize(
    ("cause", "busy"),
    [
        (sqlite3.OperationalError("database is locked"), True),
        (sqlite3.OperationalError("disk I/O error"), False),
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.QueryCanceled(), True),
        (psycopg.OperationalError("the connection is lost"), False),
    ],
)
def test_waiting_in_vain_is_told_from_what_is_broken(cause, busy):
    assert is_busy(OperationalError("…", {}, cause)) is busy


def test_a_database_that_fails_otherwise_is_not_called_busy(make_app):
    app = make_app()

    def broken():
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    app.add_url_rule("/broken", view_func=broken)
    answer = app.test_client().get("/broken")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert [text for text in answer.get_json().values() if "disk" in str(text)] == []


def test_busy_is_what_the_transaction_raises(app_context):
    with pytest.raises(Busy), transaction():
        raise OperationalError("…", {}, sqlite3.OperationalError("database is locked"))
    assert doorbell.bell() is None
