"""Old messages are deleted, read or not, but for those of open urgent cases; `verify` knows that they went by rule."""

from uuid import UUID

import pytest
from sqlalchemy import delete, func, select

from app.audit import queries as audit
from app.audit import seals
from app.audit.tags import Tag
from app.catalogue.defaults import settings
from app.core import outbox
from app.core.db import db
from app.core.transaction import transaction
from app.notices import old_messages
from app.notices.models import Notice

NOTICES = "notices"


@pytest.fixture(autouse=True)
def _nothing_noted():
    seals._noted.clear()


def sealed(town):
    """Let all that is owed be said, and be sealed."""
    with town.app.app_context():
        while outbox.drain():
            pass
        seals.sweep(0.0)
        seals.sweep(100.0)
        seals._noted.clear()


def tidy(town):
    with town.app.app_context():
        return old_messages.tidy()


def left(town, case):
    with town.app.app_context():
        return db.session.scalar(select(func.count()).where(Notice.case_id == UUID(case["case_id"])))


def broken(town):
    with town.app.app_context():
        return [(one.key, one.kind, one.column) for one in seals.check(NOTICES) if one]


def test_messages_go_when_they_are_old_and_open_urgent_cases_keep_theirs(town, clock):
    days = settings()["notice_days"]["value"]
    plain, urgent, ended = (town.filed() for _ in range(3))
    for case in (urgent, ended):
        town.duty.act(case, "urgent")
    for case in (plain, urgent, ended):
        town.dispatcher.act(case, "dispatch", lead="D-HOUSING")
    town.leader.act(ended, "force_close", reason="无法解决", attachments=[town.photo()])
    with town.app.app_context():
        outbox.drain()
    town.dispatched()  # of which the newest message is: that stays
    sealed(town)
    counts = [left(town, case) for case in (plain, urgent, ended)]
    assert all(counts), counts
    read = [one["id"] for one in town.housing.get("notices", case_id=plain["case_id"]).get_json()["items"]]
    assert town.housing.send("POST", "notices/read", {"ids": read}).status_code == 200
    clock.tick(days=days - 1)
    assert tidy(town) == 0
    clock.tick(days=1, minutes=1)
    fresh = town.filed()
    assert tidy(town) >= counts[0] + counts[2]
    assert [left(town, case) for case in (plain, urgent, ended)] == [0, counts[1], 0]
    assert broken(town) == []
    with town.app.app_context():
        kept = audit.search(tags=[Tag.NOTICES_DELETED]).items
        assert sum(entry.data["rows"] for entry in kept) >= counts[0] + counts[2]
    assert tidy(town) == 0
    # what somebody takes away beside that is found all the same
    town.leader.act(urgent, "force_close", reason="无法解决", attachments=[town.photo()])
    town.dispatcher.act(fresh, "dispatch", lead="D-HOUSING")
    sealed(town)
    with town.app.app_context(), transaction() as session:
        session.execute(delete(Notice).where(Notice.case_id == UUID(fresh["case_id"])))
    assert {kind for _, kind, _ in broken(town)} == {"missing"}, broken(town)
    assert tidy(town) >= counts[1]
    assert {kind for _, kind, _ in broken(town)} == {"missing"}


def test_a_message_that_was_changed_under_an_old_seal_is_still_found(town, clock):
    cases = [town.dispatched() for _ in range(3)]
    town.duty.act(cases[0], "urgent")
    sealed(town)
    clock.tick(days=settings()["notice_days"]["value"], minutes=1)
    assert tidy(town)
    with town.app.app_context(), transaction() as session:
        session.execute(Notice.__table__.update().values(text="别的"))
    assert {kind for _, kind, _ in broken(town)} == {"changed"}


def test_each_transaction_deletes_a_few_and_a_run_ends(town, clock, monkeypatch):
    monkeypatch.setattr(old_messages, "BATCH", 2)
    monkeypatch.setattr(old_messages, "BATCHES_MOST", 2)
    for _ in range(6):
        town.dispatched()
    sealed(town)
    clock.tick(days=settings()["notice_days"]["value"], minutes=1)
    with town.app.app_context():
        waiting = db.session.scalar(select(func.count()).select_from(Notice))
    assert waiting > 5
    assert (tidy(town), tidy(town)) == (4, min(4, waiting - 5))
    tidy(town)
    with town.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Notice)) == 1, "the newest keeps its number"
    assert broken(town) == []
