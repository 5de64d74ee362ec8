"""Redis is a doorbell: rung when it answers, given up quickly when it does not, and then left alone for a while."""

import signal
import time

import pytest

from app.core import doorbell, jobs, outbox
from app.core.doorbell import SILENCE_SECONDS, Doorbell
from app.core.transaction import transaction
from tests.support import valkey as support

GIVEN_UP_SECONDS = 20.0  # far above our limits of 0.2 s on any machine, far below the 59 s of the library's own


@pytest.fixture
def server():
    """A server of the test's own, to be killed or stopped."""
    with support.running() as found:
        yield found
        for wake in (signal.SIGCONT,):
            try:
                found.send(wake)
            except ProcessLookupError:
                return


def timed(call):
    """What a call returned, and how many seconds it took."""
    began = time.monotonic()
    return call(), time.monotonic() - began


def test_many_rings_within_a_moment_make_one_job(valkey):
    bell = Doorbell(valkey.url)
    assert all(bell.ring() for _ in range(20))
    assert len(bell.queue) == 1
    bell.answer()
    assert bell.ring()
    assert len(bell.queue) == 2


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGSTOP])
def test_a_bell_that_is_killed_or_hangs_is_given_up_quickly_and_then_not_tried(server, way, monkeypatch):
    bell = Doorbell(server.url)
    assert bell.ring()
    server.send(way)
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waits before it tries again"))
    rang, seconds = timed(bell.ring)
    assert (rang, seconds < GIVEN_UP_SECONDS) == (False, True)
    monkeypatch.setattr(bell.redis, "set", lambda *_, **__: pytest.fail("tried again too soon"))
    assert not bell.ring()
    assert not bell.alive()


def test_after_its_silence_it_is_tried_again(server, monkeypatch):
    bell = Doorbell(server.url)
    now = time.monotonic()
    monkeypatch.setattr(doorbell.time, "monotonic", lambda: now)
    server.send(signal.SIGSTOP)
    assert not bell.ring()
    server.send(signal.SIGCONT)
    assert not bell.ring(), "still silent"
    now += SILENCE_SECONDS + 0.1
    assert bell.ring()


@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGSTOP])
def test_what_is_owed_while_the_bell_is_out_of_order_is_done_all_the_same(make_app, server, way, monkeypatch):
    done = []
    monkeypatch.setitem(outbox._effects, "test.done", (lambda owed: done.append(owed.key), False))
    app = make_app(REDIS_URL=server.url)
    server.send(way)

    def owe():
        with transaction():
            outbox.put("test.done", "1", {"n": 1})

    with app.app_context():
        _, seconds = timed(owe)
        assert seconds < GIVEN_UP_SECONDS
        outbox.drain()
    assert done == ["1"]


def test_the_job_of_a_ring_lets_the_next_ring_make_another(make_app, valkey):
    app = make_app(REDIS_URL=valkey.url)
    with app.app_context():
        doorbell.ring()
        assert jobs.drain_outbox() == 0
        doorbell.ring()
        assert len(doorbell.bell().queue) == 2


def test_there_is_no_bell_without_an_address(app_context):
    assert doorbell.bell() is None
    doorbell.ring()
