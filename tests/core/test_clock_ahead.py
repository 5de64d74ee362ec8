"""A clock that was ahead and was set back leaves nothing waiting for that time, and it is said by how much it was."""

from datetime import timedelta

import pytest

from app.core import jobs, outbox
from app.core.transaction import transaction

AHEAD = pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=3)], ids=["minutes", "days"])


@AHEAD
@pytest.mark.parametrize("failures", [0, 1, outbox.QUICK_ATTEMPTS - 1])
def test_what_was_claimed_by_a_clock_ahead_is_free_again(app_context, clock, monkeypatch, ahead, failures):
    done = []
    monkeypatch.setitem(outbox._effects, "test.ahead", (lambda owed: done.append(owed.key), False))
    with transaction():
        outbox.put("test.ahead", "1", {"n": 1})
    for _ in range(failures):
        for owed in outbox._claim():
            outbox._put_back(owed)
        clock.tick(hours=1, seconds=1)
    now = clock.tick(seconds=1)
    clock.set(now + ahead)
    assert len(outbox._claim()) == 1
    assert outbox.drain() == 0, "somebody else is at it"
    clock.set(now)
    assert outbox.drain() == 1
    assert done == ["1"]


def test_a_wait_after_many_failures_is_still_a_wait(app_context, clock):
    with transaction():
        outbox.put("test.unknown", "1", {"n": 1})
    for _ in range(12):
        for owed in outbox._claim():
            outbox._put_back(owed)
        clock.tick(hours=1, seconds=1)
    (owed,) = outbox._claim()
    outbox._put_back(owed)
    clock.tick(minutes=59)
    assert outbox._claim() == []


@AHEAD
def test_readyz_says_by_how_much_the_clock_was_ahead_until_that_time_has_come(app, app_context, clock, ahead):
    def part(name):
        return app.test_client().get("/readyz").get_json()["parts"][name]

    now = clock.tick(seconds=0)
    clock.set(now + ahead)
    jobs.beat(jobs.SCHEDULER)
    jobs.keep_latest()
    assert part("time") == {"status": "ok", "word": "", "figure": 0}
    clock.set(now)
    jobs.keep_latest()
    assert part("time") == {"status": "degraded", "word": "ran_ahead", "figure": int(ahead.total_seconds())}
    assert part("scheduler")["status"] == "degraded", "a beat from a time to come shows nothing"
    jobs.beat(jobs.SCHEDULER)
    assert part("scheduler")["status"] == "ok"
    clock.set(now + ahead)
    assert part("time")["status"] == "ok"
