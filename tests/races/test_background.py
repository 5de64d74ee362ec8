"""Background work done by several processes at once: every effect once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select, text

from app.cases.models import CaseStep
from app.core import doorbell, outbox
from app.core.db import db
from app.core.transaction import transaction
from tests.support import effects
from tests.support.until import until

pytestmark = pytest.mark.own_database
OWED = 300
ROUNDS_MOST = 10
CASES = 30


def owe(town, mark):
    """Owe effects without ringing; return their keys."""
    keys = [f"{mark}:{number}" for number in range(OWED)]
    with town.app.app_context(), transaction():
        for key in keys:
            outbox.put(effects.TOPIC, key, {})
    return keys


def done(town, mark):
    """Return which process did which of these effects."""
    with town.app.app_context():
        wanted = text("SELECT key, pid FROM test_effects WHERE key LIKE :mark")
        return [tuple(row) for row in db.session.execute(wanted, {"mark": f"{mark}:%"})]


def attempts(town, mark):
    with town.app.app_context():
        wanted = select(outbox.OutboxRow.attempts).where(
            outbox.OutboxRow.key.like(f"{mark}:%"), outbox.OutboxRow.done_at.is_not(None)
        )
        return list(db.session.scalars(wanted))


def assert_each_once(town, mark, keys):
    until(lambda: len(done(town, mark)) >= OWED, "all effects are done")
    assert sorted(key for key, _ in done(town, mark)) == sorted(keys)
    assert attempts(town, mark) == [1] * OWED


def test_two_workers_that_claim_at_once_do_every_effect_once(town):
    town.house.start("worker", "worker 2")
    bell = doorbell.Doorbell(town.house.settings["REDIS_URL"])
    queue = Queue(doorbell.QUEUE, connection=bell.redis, serializer=JSONSerializer)
    for turn in range(ROUNDS_MOST):
        mark = f"workers-{turn}"
        keys = owe(town, mark)
        for _ in range(2):  # a job for each, whatever the bell makes of two rings
            queue.enqueue("app.core.jobs.drain_outbox", result_ttl=0)
        assert_each_once(town, mark, keys)
        if len({pid for _, pid in done(town, mark)}) == 2:
            break
    else:
        pytest.fail("the two never worked at the same time: nothing was tried")
    bell.redis.close()


def test_four_drains_that_start_at_the_same_moment_do_every_effect_once(town):
    keys = owe(town, "drains")
    town.house.run_at_once("app.core.outbox:drain", times=4)
    assert_each_once(town, "drains", keys)


def test_two_schedulers_that_sweep_at_once_warn_once_and_tell_of_being_overdue_once(town):
    cases = [town.worker.report().get_json() for _ in range(CASES)]
    clocks = [clock for case in cases for clock in case["clocks"]]
    assert timer_steps(town, cases) == {}
    for name, wanted in (("warn_at", {"warn": CASES}), ("due_at", {"warn": CASES, "overdue": CASES})):
        latest = max(datetime.fromisoformat(clock[name]) for clock in clocks)
        beyond = latest - datetime.fromisoformat(clocks[0]["started_at"]) + timedelta(minutes=1)
        town.house.run_at_once("app.cases.jobs:sweep_clocks", later_seconds=beyond.total_seconds())
        assert timer_steps(town, cases) == wanted


def timer_steps(town, cases):
    """Count the steps of the system on some cases, by action."""
    ids = [UUID(case["case_id"]) for case in cases]
    with town.app.app_context():
        wanted = select(CaseStep.action, func.count()).where(CaseStep.case_id.in_(ids), CaseStep.actor_id.is_(None))
        return {action: count for action, count in db.session.execute(wanted.group_by(CaseStep.action))}
