"""What an ended warning lifts is lifted some rounds at a time, goes on after a kill, and cannot be begun meanwhile."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.core import clock as time
from app.core.db import db
from app.core.transaction import transaction
from app.rounds.models import RoundRow
from app.warnings import jobs, lifts
from app.warnings.models import WarningRow
from tests.factories import rounds
from tests.rounds.test_round_sync import exchange, operation
from tests.support.looks import refused
from tests.warnings.test_warnings import give, mine, picture


def counted(app, warning_id, state):
    with app.app_context():
        own = (RoundRow.origin_id == UUID(warning_id), RoundRow.state == state)
        return db.session.scalar(select(func.count()).select_from(RoundRow).where(*own))


def counted_all(app, warning_id):
    with app.app_context():
        own = RoundRow.origin_id == UUID(warning_id)
        return db.session.scalar(select(func.count()).select_from(RoundRow).where(own))


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


def test_what_somebody_sets_out_on_while_it_is_being_lifted_is_theirs(warned, app, clock, monkeypatch):
    """The end is written, and a start that was made before it arrives between the reading of a batch and its steps."""
    warning_id, _ = give(warned.duty)
    one = rounds.read(warned.worker, mine(warned.worker)[0])
    begun = [operation(one, "start", one["seq"])]
    clock.tick(minutes=5)
    every = counted(app, warning_id, "due")
    real = lifts._open_rounds

    def slowly(warning_id):
        ids = real(warning_id)
        if begun:
            results, _ = exchange(warned.worker, None, [begun.pop()])
            assert [each["status"] for each in results] == [201]
        return ids

    monkeypatch.setattr(lifts, "_open_rounds", slowly)
    assert warned.duty.send("POST", f"warnings/{warning_id}/end", {}).status_code == 200
    assert (counted(app, warning_id, "started"), counted(app, warning_id, "cancelled")) == (1, every - 1)
    assert rounds.take(warned.worker, rounds.read(warned.worker, one), "finish")["state"] == "done"


@pytest.mark.parametrize("code", ["receipt", "look"])
def test_what_was_broken_off_before_the_end_is_gone_on_with_after_it(warned, app, clock, code):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.take(town.worker, mine(town.worker, code)[0], "start")
    rounds.take(town.worker, one, "break_off", reason="换班")
    town.duty.send("POST", f"warnings/{warning_id}/end", {})
    clock.tick(hours=20)
    with app.app_context():
        lifts.sweep()
        jobs.sweep_receipts()
    one = rounds.read(town.worker, one)
    assert (one["state"], [each["action"] for each in one["actions"]]) == ("due", ["start"])
    one = rounds.take(town.worker, one, "start")
    if code == "receipt":
        rounds.take(town.worker, one, "visit", stop=1, answers={"moved": 9, "returned": 9})
        assert picture(town.duty, warning_id)["returned"] == 9
    assert rounds.take(town.worker, one, "finish")["state"] == "done"
    refused(rounds.step(town.next_worker, mine(town.next_worker, code)[0], "start"), 409)


def test_what_was_lifted_begun_without_network_and_left_is_lifted_again(warned, app, clock):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.read(town.worker, mine(town.worker)[0])
    begun = operation(one, "start", one["seq"])
    clock.tick(minutes=5)
    town.duty.send("POST", f"warnings/{warning_id}/end", {})
    results, _ = exchange(town.worker, None, [begun])
    assert [each["status"] for each in results] == [201]
    rounds.take(town.worker, rounds.read(town.worker, one), "break_off", reason="换班")
    with app.app_context():
        lifts.sweep()
        assert rounds.read(town.worker, one)["state"] == "due"
        with time.at(time.now() + jobs.RECEIPT_GRACE):
            assert (jobs.sweep_receipts(), jobs.sweep_receipts()) == (1, 0)
    assert counted(app, warning_id, "cancelled") == counted_all(app, warning_id)


def test_the_refusal_names_a_warning_too(warned, app):
    warning_id, _ = give(warned.duty)
    one = mine(warned.worker)[0]
    with app.app_context(), transaction():
        db.session.get_one(WarningRow, UUID(warning_id)).ended_at = time.now()
    assert "预警" in refused(rounds.step(warned.worker, one, "start"), 409)["detail"]


def test_a_confirmed_receipt_stays_on_the_phone_as_long_as_its_warning_lasts(warned, app, clock):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.take(town.worker, mine(town.worker)[0], "start")
    clock.tick(days=70)
    rounds.make(app)
    _, stream = exchange(town.worker)
    assert (one["round_id"], "started") in [(each["round_id"], each["state"]) for each in stream["changes"]]
    town.duty.send("POST", f"warnings/{warning_id}/end", {})
    clock.tick(hours=25)
    with app.app_context():
        assert jobs.sweep_receipts() == 1
    _, stream = exchange(town.worker, stream["cursor"])
    assert one["round_id"] in stream["gone"]
