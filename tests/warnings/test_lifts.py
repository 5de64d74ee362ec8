"""What an ended warning lifts is lifted some rounds at a time, goes on after a kill, and cannot be begun meanwhile."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.core import clock as time
from app.core.db import db
from app.core.transaction import transaction
from app.rounds.models import RoundRow
from app.warnings import lifts
from app.warnings.models import WarningRow
from tests.factories import rounds
from tests.support.looks import refused
from tests.warnings.test_warnings import give, mine


def counted(app, warning_id, state):
    with app.app_context():
        own = (RoundRow.origin_id == UUID(warning_id), RoundRow.state == state)
        return db.session.scalar(select(func.count()).select_from(RoundRow).where(*own))


def lifted_at(app, warning_id):
    with app.app_context():
        return db.session.get(WarningRow, UUID(warning_id)).lifted_at


@pytest.fixture
def broken_off(warned, app, monkeypatch):
    """A warning whose end was written, and whose lifting broke off after its first batch."""
    warning_id, _ = give(warned.duty)
    monkeypatch.setattr(lifts, "ROUNDS_AT_ONCE", 1)
    real, calls = lifts.rounds.by_system, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise ConnectionError
        return real(*args)

    monkeypatch.setattr(lifts.rounds, "by_system", dies)
    assert warned.duty.send("POST", f"warnings/{warning_id}/end", {}).status_code == 500
    monkeypatch.setattr(lifts.rounds, "by_system", real)
    return warning_id


def test_what_broke_off_is_gone_on_with_by_the_sweep(warned, app, broken_off):
    every = counted(app, broken_off, "due") + 1
    assert counted(app, broken_off, "cancelled") == 1
    assert lifted_at(app, broken_off) is None
    with app.app_context():
        assert lifts.sweep() == every - 1
        assert lifts.sweep() == 0
    assert (counted(app, broken_off, "due"), counted(app, broken_off, "cancelled")) == (0, every)
    assert lifted_at(app, broken_off) is not None


def test_nobody_sets_out_for_what_has_ended_and_is_not_lifted_yet(warned, app):
    warning_id, _ = give(warned.duty)
    one = mine(warned.worker)[0]
    with app.app_context(), transaction():
        row = db.session.get_one(WarningRow, UUID(warning_id))
        row.ended_at = time.now()
    refused(rounds.step(warned.worker, one, "start"), 409)
