"""An effect that can be counted: every step of a case owes one row, and whoever pays twice leaves two."""

import os
import signal
import zlib

from sqlalchemy import Engine, insert, text

from app.cases.events import CaseStepped
from app.core import clock, events, outbox
from app.core.db import db
from app.core.transaction import after_commit, transaction

TOPIC = "test.step"
INSIDE, INSIDE_DYING, OUTSIDE_DYING = "inside", "inside, dying", "outside, dying"
DEATHS_IN = 7  # one put in so many is followed by death
_keep = outbox.put


def make_table(engine: Engine) -> None:
    """Make the table in which the effects leave their rows: without any key, so that nothing hides a second one."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE test_effects (key VARCHAR(80), pid INTEGER)"))


def enter(way: str) -> None:
    """Let every step owe an effect in this process, and say how the outbox is written.

    `inside` is the product's way. `inside, dying` kills the process right after some commits. `outside, dying` writes
    the outbox in a transaction of its own after the commit, and kills the process between the two.
    """
    outbox.on(TOPIC, _do)
    events.follow(CaseStepped, _owe)
    outbox.put = {INSIDE: _keep, INSIDE_DYING: _put_and_die, OUTSIDE_DYING: _put_outside}[way]


def _owe(stepped: CaseStepped) -> None:
    case_id = stepped.turn.case.case_id
    outbox.put(TOPIC, f"{case_id}:{stepped.seq}", {"case_id": str(case_id), "seq": stepped.seq})


def _do(owed: outbox.ClaimedEffect) -> None:
    row = {"key": owed.key, "pid": os.getpid()}
    db.session.execute(text("INSERT INTO test_effects (key, pid) VALUES (:key, :pid)"), row)


def _put_and_die(topic: str, key: str, payload: dict[str, object]) -> None:
    after_commit(lambda: _die(topic, key))
    _keep(topic, key, payload)


def _put_outside(topic: str, key: str, payload: dict[str, object]) -> None:
    def write() -> None:
        _die(topic, key)
        row = {"topic": topic, "key": key, "payload": payload, "attempts": 0, "created_at": clock.now()}
        with transaction() as session:
            session.execute(insert(outbox.OutboxRow), [row])

    after_commit(write)


def _die(topic: str, key: str) -> None:
    """End this process if the key says so: which ones is the same in every run with the same ids."""
    if topic == TOPIC and zlib.crc32(key.encode()) % DEATHS_IN == 0:
        os.kill(os.getpid(), signal.SIGKILL)
