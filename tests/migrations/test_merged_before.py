"""Cases that were merged before tickets were kept bring their numbers and dates after the upgrade, by steps."""

from uuid import UUID

import flask_migrate
import pytest
from sqlalchemy import text

from app.cases.proof import verify
from app.core.db import db
from app.core.transaction import transaction
from app.factory import MIGRATIONS

BEFORE_TICKETS = "0036"
DUE = "2026-11-23T15:00:00+08:00"


def _go(command, revision):
    db.session.remove()
    command(directory=str(MIGRATIONS), revision=revision)


def _without_carrying():
    """Leave rows as a version left them that merged without carrying: its last step was the one before."""
    with transaction() as session:
        session.execute(text("DELETE FROM case_steps WHERE action = 'carry'"))
        last = "(SELECT {} FROM case_steps s WHERE s.case_id = cases.case_id ORDER BY s.seq DESC LIMIT 1)"
        session.execute(text(f"UPDATE cases SET seq = {last.format('seq')}, hash = {last.format('hash')}"))  # noqa: S608
        session.execute(text("UPDATE cases SET external_due_at = NULL WHERE source = 'worker'"))
        session.execute(text("DELETE FROM outbox"))


def _ticket(town, number, **body):
    return town.acceptor.report(source="superior", external_no=number, external_due=DUE, **body).get_json()


@pytest.mark.own_database
def test_what_was_merged_before_tickets_were_kept_is_carried_after_the_upgrade(app, town):
    carrier, middle, closed = town.accepted(), town.accepted(), town.accepted()
    first, second, third, alone = (_ticket(town, f"督-{number}") for number in (1, 2, 3, 4))
    town.acceptor.act(first, "merge", into=middle["case_id"])
    town.acceptor.act(middle, "merge", into=carrier["case_id"])
    town.acceptor.act(second, "merge", into=carrier["case_id"])
    town.acceptor.act(third, "merge", into=closed["case_id"])
    town.acceptor.act(alone, "merge", into=carrier["case_id"])
    town.acceptor.act(alone, "unmerge", reason="不是同一处")
    with app.app_context():
        _go(flask_migrate.downgrade, BEFORE_TICKETS)
        _without_carrying()
        _go(flask_migrate.upgrade, "head")
    before = town.acceptor.read(carrier)
    assert (before["ticket"], before["external_due"]) == (None, None)
    town.leader.act(closed, "force_close", reason="无法解决", attachments=[town.photo()])
    assert town.drain() >= 4
    town.drain()
    after = town.acceptor.read(carrier)
    assert sorted(after["ticket"]["numbers"]) == ["督-1", "督-2"]
    assert (after["external_due"], after["ticket"]["reply_owed"]) == ("2026-11-23T07:00:00+00:00", True)
    assert town.acceptor.read(closed)["ticket"]["numbers"] == ["督-3"]
    for case in (first, second, third, alone, carrier, closed):  # the middle one was cut within its steps
        with app.app_context():
            assert verify.now(UUID(case["case_id"])) == [], case["external_no"]
    steps = town.steps(carrier)
    # owed once more, nothing is done twice; and what stands alone again takes its number along
    with app.app_context():
        _go(flask_migrate.downgrade, "0041")
        _go(flask_migrate.upgrade, "head")
    town.drain()
    assert town.steps(carrier) == steps
    town.acceptor.act(second, "unmerge", reason="不是同一处")
    town.drain()
    assert town.acceptor.read(carrier)["ticket"]["numbers"] == ["督-1"]
