"""Personal data leaves a history, and the history still proves itself; data that is just gone is a fault."""

from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import func, insert, select, text

from app.audit import seals
from app.audit.models import AuditEntry
from app.cases import timeline
from app.cases.models import CaseStep
from app.cases.proof import cli, verify
from app.cases.proof.cli import verify as verify_command
from app.core.clock import now
from app.core.db import db, empty_log
from app.core.transaction import transaction
from tests.cases.proof.older import make_older
from tests.cases.proof.test_tampering import seal_all
from tests.factories.lively import closed
from tests.support.databases import careless


def faults():
    return list(verify.faults(verify.VerifyScope(), verify.Tally()))


def test_what_a_step_said_is_erased_with_its_salt_by_a_command_and_the_audit_says_so(town, clock, app_context):
    case = closed(town)
    said = CliRunner().invoke(cli.erase, [case["case_id"], "1", "3", "--reason", "本人申请"])
    assert said.exit_code == 0, said.output
    erased = db.session.execute(select(CaseStep.seq, CaseStep.salt).where(CaseStep.data.is_(None))).all()
    assert sorted(erased) == [(1, None), (3, None)]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "step:erased")).all()
    assert sorted((entry.data["seq"], entry.data["reason"]) for entry in entries) == [(1, "本人申请"), (3, "本人申请")]
    assert faults() == []
    assert "已抹除个人信息 2 步" in CliRunner().invoke(verify_command, []).output
    assert town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][0]["data"] is None
    for statement in (  # the rows are proved by the step that wrote them down
        "UPDATE case_steps SET actor_name = 'x' WHERE seq = 1",
        "UPDATE cases SET address = 'x'",
        "UPDATE case_tasks SET handler_id = NULL, reworks = 7",
    ):
        with transaction() as session:
            session.execute(text(statement))
        assert faults(), statement


def test_the_names_of_those_who_acted_can_be_erased_too(town, app_context):
    case = closed(town)
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--names", "--reason", "x"]).exit_code == 0
    names = db.session.scalars(select(CaseStep.actor_name).order_by(CaseStep.seq)).all()
    assert (names[1], names.count("—")) == ("—", 1)
    assert faults() == []
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--reason", "x"]).exit_code == 1


def test_an_erased_name_stays_in_no_step_that_wrote_it_down_before(town, clock, app_context):
    case = closed(town)
    make_older()
    assert CliRunner().invoke(cli.baseline, []).exit_code == 0
    name = db.session.scalar(select(CaseStep.actor_name).where(CaseStep.seq == 2))
    assert name in laid_names(2)
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--names", "--reason", "x"]).exit_code == 0
    assert laid_names(2) == ["—"]
    assert faults() == []


@pytest.mark.own_database
def test_no_byte_of_what_was_erased_is_left_in_the_file(app, town):
    said = "住在东街十二号的老人" * 20
    case = town.accepted()
    town.duty.act(case, "decline", reason=said)
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("what PostgreSQL leaves in its files is its own VACUUM's")
        empty_log()
        files = [Path(db.engine.url.database + end) for end in ("", "-wal")]
        with careless(db.engine):
            assert CliRunner().invoke(cli.erase, [case["case_id"], "3", "--reason", "x"]).exit_code == 0
        assert "东街十二号".encode() not in b"".join(file.read_bytes() for file in files if file.exists())


def test_a_name_may_go_later_than_what_its_step_said(town, clock, app_context):
    case = closed(town)
    for more in ([], ["--names"]):
        clock.tick(hours=1)
        said = CliRunner().invoke(cli.erase, [case["case_id"], "2", *more, "--reason", "x"])
        assert said.exit_code == 0, said.output
        town.drain()
        seal_all()
        assert faults() == []
    assert laid_names(2) == ["—"]
    assert db.session.scalar(select(CaseStep.actor_name).where(CaseStep.seq == 2)) == "—"
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "step:erased").order_by(AuditEntry.id))
    assert [(entry.data["seq"], entry.data["names"]) for entry in entries] == [(2, False), (2, True), (9, True)]
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--names", "--reason", "x"]).exit_code == 1
    with transaction() as session:
        session.execute(text("UPDATE case_steps SET actor_name = 'x' WHERE seq = 2"))
    assert [fault.column for fault in faults()] == ["actor_name"]


def test_a_case_that_does_not_verify_is_erased_only_if_that_is_meant_and_the_audit_says_so(town, app_context):
    case = closed(town)
    with transaction() as session:
        session.execute(text("UPDATE case_tasks SET reworks = 7"))
    said = CliRunner().invoke(cli.erase, [case["case_id"], "2", "--reason", "x"])
    assert (said.exit_code, "gezhi verify --case" in str(said.exception)) == (1, True)
    assert db.session.scalar(select(func.count()).where(CaseStep.data.is_(None))) == 0
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--unsound", "--reason", "x"]).exit_code == 0
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "step:erased")).one()
    assert entry.data["unsound"] > 0


def test_no_row_slipped_into_the_audit_proves_anything_to_whoever_looks_at_one_case(town, clock, app_context):
    case = closed(town)
    of_case = verify.VerifyScope(UUID(case["case_id"]))

    def found():
        return [(fault.table, fault.column) for fault in verify.faults(of_case, verify.Tally())]

    with transaction() as session:  # room below what is sealed
        session.execute(text("DELETE FROM audit_log WHERE id = (SELECT max(id) - 1 FROM audit_log)"))
    free = db.session.scalar(select(func.max(AuditEntry.id))) - 1
    seal_all()
    with transaction() as session:
        session.execute(text("UPDATE case_steps SET data = NULL, salt = NULL WHERE seq = 2"))
        row = {"id": free, "at": now(), "tag": "step:erased", "subject_kind": "case", "subject_id": case["case_id"]}
        session.execute(insert(AuditEntry).values(**row, data={"seq": 2, "reason": "x"}))
    assert found() == [("case_steps", "data, salt")]
    with transaction() as session:
        session.execute(text("DELETE FROM audit_log WHERE id = :free"), {"free": free})
        session.execute(text("UPDATE case_steps SET data = 'x', salt = 'x' WHERE seq = 2"))
    assert found()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_log SET data = '{\"seq\": 3}' WHERE tag = 'step:erased'",
        "UPDATE audit_seals SET digest = 'sha256:00' WHERE chain = 'audit_log'",
        "DELETE FROM audit_seals WHERE chain = 'audit_log'",
    ],
)
def test_an_entry_that_is_not_as_it_was_sealed_proves_nothing_of_a_case(town, clock, app_context, change):
    case = closed(town)
    CliRunner().invoke(cli.erase, [case["case_id"], "2", "--reason", "x"])
    town.drain()
    seal_all()
    clock.tick(minutes=6)
    of_case = verify.VerifyScope(UUID(case["case_id"]))
    assert list(verify.faults(of_case, verify.Tally())) == []
    with transaction() as session:
        session.execute(text(change))
    assert [fault.column for fault in verify.faults(of_case, verify.Tally())] == ["data, salt"]


def laid_names(seq):
    """What steps that wrote down others say of who took one."""
    steps = db.session.scalars(select(CaseStep.data).where(CaseStep.action == "baseline", CaseStep.data.is_not(None)))
    facts = [timeline.step_data(data).get("changed", {}).get("case_steps", {}) for data in steps]
    return [each[str(seq)]["actor_name"] for each in facts if str(seq) in each]


def test_data_that_is_gone_without_a_sealed_entry_of_the_audit_is_a_fault(town, clock, app_context):
    case = closed(town)
    with transaction() as session:
        session.execute(text("UPDATE case_steps SET data = NULL, salt = NULL WHERE seq = 2"))
    assert [(fault.table, fault.column) for fault in faults()] == [("case_steps", "data, salt")]
    assert f"case_id={case['case_id']} seq=2" in faults()[0].key


def test_an_entry_that_is_never_sealed_is_no_proof(town, clock, app_context):
    case = closed(town)
    CliRunner().invoke(cli.erase, [case["case_id"], "2", "--reason", "x"])
    clock.tick(minutes=6)
    assert [fault.column for fault in faults() if fault.table == "case_steps"] == ["data, salt"]
    seal_all()
    assert [fault for fault in faults() if fault.table == "case_steps"] == []
    sealed = db.session.scalar(select(func.max(AuditEntry.id)))
    assert seals.sealed_to("audit_log") == sealed
    assert UUID(case["case_id"])
