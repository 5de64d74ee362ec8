"""What is written once is sealed within a minute; what is changed, taken away or slipped in afterwards is found."""

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, text

from app.audit import seals, service
from app.audit.models import AuditEntry, AuditSeal
from app.audit.tags import Tag
from app.cases.proof.cli import verify as verify_command
from app.core import clock, jobs
from app.core.db import db
from app.core.transaction import WRITE_LIMIT_SECONDS, transaction

AUDIT = "audit_log"


@pytest.fixture(autouse=True)
def _nothing_noted():
    seals._noted.clear()


def entries(number):
    for _ in range(number):
        with transaction():
            service.record(Tag.SIGN_IN_SUCCEEDED, address="10.0.0.1")


def broken():
    return [(one.table, one.key, one.kind, one.column) for one in seals.check(AUDIT) if one]


def test_a_row_is_sealed_once_no_write_can_still_come_in_below_it(app, app_context):
    entries(3)
    assert seals.sweep(100.0) == 0
    assert seals.sweep(100.0 + WRITE_LIMIT_SECONDS) == 0
    entries(2)
    assert seals.sweep(100.0 + seals.SETTLED_SECONDS) == 3
    assert seals.unsealed(seals.chains()[AUDIT]) == 2
    assert seals.sweep(200.0) == 2
    assert seals.sweep(300.0) == 0
    assert db.session.execute(select(AuditSeal.n, AuditSeal.count).order_by(AuditSeal.n)).all() == [(1, 3), (2, 2)]
    assert broken() == []


def test_within_a_minute_everything_is_sealed():
    pace = {each.name: each.every_seconds for each in jobs.table()}
    assert pace["seals"] + seals.SETTLED_SECONDS <= 60


def test_verify_says_how_many_rows_are_not_sealed_yet(app, app_context):
    entries(4)
    said = CliRunner().invoke(verify_command, [])
    assert "not sealed yet: audit_log 4, notices 0" in said.output


def test_a_row_that_comes_in_below_what_is_sealed_is_found(app, app_context):
    entries(4)
    with transaction() as session:
        session.execute(text("DELETE FROM audit_log WHERE id = (SELECT max(id) - 1 FROM audit_log)"))
    first = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).first()
    seals.sweep(0.0)
    seals.sweep(100.0)
    with transaction() as session:
        row = {"id": first + 2, "at": clock.now(), "tag": "sign_in:succeeded", "data": {}}
        session.execute(insert(AuditEntry).values(row))
    assert broken() == [(AUDIT, f"id={first + 2}", "added", "")]


def test_an_old_installation_is_sealed_in_some_runs(app, app_context, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 2)
    monkeypatch.setattr(seals, "AT_ONCE", 2)
    entries(9)
    seals.sweep(0.0)
    assert [seals.sweep(100.0 + n) for n in range(4)] == [4, 4, 1, 0]
    assert broken() == []


def test_the_whole_log_emptied_is_found_row_by_row(app, app_context):
    entries(3)
    seals.sweep(0.0)
    seals.sweep(100.0)
    with transaction() as session:
        session.execute(text("DELETE FROM audit_log"))
    assert {kind for _, _, kind, _ in broken()} == {"missing"}
    assert len(broken()) == 3


def test_seals_hold_across_databases_and_methods(app, app_context):
    app.config["HASH"] = "sm3"
    entries(1)
    seals.sweep(0.0)
    seals.sweep(100.0)
    app.config["HASH"] = "sha256"
    entries(1)
    seals.sweep(200.0)
    seals.sweep(300.0)
    assert broken() == []
    digests = db.session.scalars(select(AuditSeal.digest).order_by(AuditSeal.n)).all()
    assert [digest.partition(":")[0] for digest in digests] == ["sm3", "sha256"]
