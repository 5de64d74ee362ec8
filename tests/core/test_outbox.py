"""What is owed is done: once for each row, in spite of two workers, lost leases and effects that fail."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core import clock as core_clock
from app.core import jobs, outbox
from app.core.db import db
from app.core.jobs import Heartbeat
from app.core.outbox import LEASE, OutboxRow
from app.core.transaction import transaction

TOPIC = "test.done"


@pytest.fixture
def done():
    """What the effect of the topic was called with."""
    return []


@pytest.fixture
def _effect(done, monkeypatch):
    monkeypatch.setitem(outbox._effects, TOPIC, (lambda owed: done.append(owed.payload["n"]), False))


pytestmark = pytest.mark.usefixtures("_effect")


def owe(*numbers, topic=TOPIC):
    with transaction():
        for number in numbers:
            outbox.put(topic, str(number), {"n": number})


def row():
    found = db.session.scalars(select(OutboxRow).execution_options(populate_existing=True)).one()
    db.session.rollback()
    return found


def test_what_is_owed_is_done_in_order_and_once(app_context, done):
    owe(1, 2, 3)
    assert outbox.owed() == 3
    assert outbox.drain() == 3
    assert (outbox.drain(), done, outbox.owed()) == (0, [1, 2, 3], 0)


def test_nothing_is_owed_by_a_transaction_that_failed(app_context):
    def failing():
        with transaction():
            outbox.put(TOPIC, "1", {"n": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert outbox.owed() == 0


def test_all_rows_of_a_transaction_are_written_in_one_statement(app_context, query_count):
    with query_count() as seen:
        owe(*range(10))
    assert [statement.split()[0] for statement in seen] == ["INSERT"]


def test_more_than_a_batch_is_drained_at_once(app_context, done):
    owe(*range(outbox.BATCH + 7))
    assert outbox.drain() == outbox.BATCH + 7
    assert len(done) == outbox.BATCH + 7


@pytest.mark.own_database
@pytest.mark.parametrize("outside", [False, True])
def test_workers_at_once_do_each_effect_once(app, done, monkeypatch, outside):
    monkeypatch.setitem(outbox._effects, TOPIC, (lambda owed: done.append(owed.payload["n"]), outside))
    with app.app_context():
        owe(*range(120))
    start = threading.Barrier(4)

    def work():
        with app.app_context():
            start.wait(30)
            while outbox.owed():
                outbox.drain()
                db.session.rollback()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(done) == Counter(range(120))


def test_a_row_claimed_by_a_worker_that_died_is_free_when_its_lease_ends(app_context, done, clock):
    owe(1)
    assert len(outbox._claim()) == 1  # and then the worker is killed
    assert outbox.drain() == 0
    clock.tick(seconds=LEASE.total_seconds() + 1)
    assert (outbox.drain(), done) == (1, [1])
    assert row().attempts == 2


def test_a_worker_that_comes_back_after_its_lease_does_not_do_it_again(app_context, done, clock):
    owe(1)
    [late] = outbox._claim()
    clock.tick(seconds=LEASE.total_seconds() + 1)
    outbox.drain()
    outbox._settle(late)
    assert done == [1]


def test_an_effect_that_fails_is_tried_later_and_later_and_blocks_nobody(app_context, done, clock, monkeypatch):
    def fail(owed):
        db.session.add(Heartbeat(name="half", at=core_clock.now()))
        db.session.flush()
        raise ValueError("not today")

    monkeypatch.setitem(outbox._effects, "test.fails", (fail, False))
    with transaction():
        outbox.put("test.fails", "1", {"n": 1})
        outbox.put(TOPIC, "2", {"n": 2})
    assert (outbox.drain(), done, outbox.owed()) == (1, [2], 1)
    assert db.session.get(Heartbeat, "half") is None, "what a failed effect wrote is undone"
    waits = []
    for _ in range(4):
        found = db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).one()
        waits.append(found.claimed_until - core_clock.now())
        db.session.rollback()
        assert outbox.drain() == 0, "not before its time"
        clock.set(found.claimed_until + timedelta(seconds=1))
        outbox.drain()
    assert waits == sorted(set(waits))
    monkeypatch.setitem(outbox._effects, "test.fails", (lambda owed: done.append("at last"), False))
    clock.tick(seconds=3_601)
    assert (outbox.drain(), done[-1], outbox.owed()) == (1, "at last", 0)


def test_no_wait_is_longer_than_an_hour(app_context, clock, monkeypatch):
    def fail(owed):
        raise ValueError

    monkeypatch.setitem(outbox._effects, TOPIC, (fail, False))
    owe(1)
    with transaction() as session:
        session.execute(update(OutboxRow).values(attempts=500))
    outbox.drain()
    assert row().claimed_until - core_clock.now() <= timedelta(hours=1)


def test_an_outside_effect_runs_with_no_transaction_open(app_context, monkeypatch):
    seen = []
    monkeypatch.setitem(outbox._effects, TOPIC, (lambda owed: seen.append(db.session().info.get("writing")), True))
    owe(1)
    assert (outbox.drain(), seen, outbox.owed()) == (1, [None], 0)


def test_an_effect_may_owe_another_one(app_context, done, monkeypatch):
    monkeypatch.setitem(outbox._effects, "test.first", (lambda owed: outbox.put(TOPIC, "2", {"n": 2}), False))
    owe(1, topic="test.first")
    outbox.drain()
    outbox.drain()
    assert done == [2]


def test_without_redis_the_sweep_does_the_work(app_context, done):
    owe(1)  # there is no address of Redis here, so nobody is rung for
    [sweep] = [each for each in jobs.table() if each.name == "outbox sweep"]
    assert jobs.run_once(sweep)
    assert done == [1]


def test_what_was_done_long_ago_can_be_dropped_and_what_is_owed_stays(app_context, clock):
    owe(1)
    outbox.drain()
    clock.tick(days=31)
    owe(2)
    outbox.tidy()
    assert row().payload == {"n": 2}


def test_a_topic_that_this_process_does_not_know_waits_and_holds_nobody_up(app_context, done):
    owe(1, topic="of.a.newer.version")
    owe(2)
    assert outbox.drain() == 1
    assert (done, outbox.owed()) == ([2], 1)


def test_effects_that_share_a_transaction_happen_once_and_one_that_fails_leaves_the_others_done(
    app_context, done, monkeypatch
):
    def effect(owed):
        if owed.payload["n"] == 13:
            raise ZeroDivisionError
        done.append(owed.payload["n"])

    monkeypatch.setitem(outbox._effects, "test.shared", (effect, False))
    monkeypatch.setattr(outbox, "_together", {"test.shared"})
    owe(*range(25), topic="test.shared")
    assert outbox.drain() == 24
    assert sorted(set(done)) == [n for n in range(25) if n != 13]
    assert outbox.owed() == 1
