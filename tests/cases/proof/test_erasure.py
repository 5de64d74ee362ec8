"""Personal data leaves a history, and the history still proves itself; data that is just gone is a fault."""

from uuid import UUID

from click.testing import CliRunner
from sqlalchemy import func, select, text

from app.audit import seals
from app.audit.models import AuditEntry
from app.cases import timeline
from app.cases.cli import verify as verify_command
from app.cases.models import CaseStep
from app.cases.proof import cli, verify
from app.core.db import db
from app.core.transaction import transaction
from tests.cases.proof.older import make_older
from tests.cases.proof.test_tampering import seal_all
from tests.factories.lively import closed
from tests.factories.town import Town


def faults():
    return list(verify.faults(verify.Narrowed(), verify.Seen()))


def test_what_a_step_said_is_erased_with_its_salt_by_a_command_and_the_audit_says_so(app, clock, app_context):
    town = Town(app)
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


def test_the_names_of_those_who_acted_can_be_erased_too(app, app_context):
    town = Town(app)
    case = closed(town)
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--names", "--reason", "x"]).exit_code == 0
    names = db.session.scalars(select(CaseStep.actor_name).order_by(CaseStep.seq)).all()
    assert (names[1], names.count("—")) == ("—", 1)
    assert faults() == []
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--reason", "x"]).exit_code == 1


def test_an_erased_name_stays_in_no_step_that_wrote_it_down_before(app, clock, app_context):
    town = Town(app)
    case = closed(town)
    make_older()
    assert CliRunner().invoke(cli.baseline, []).exit_code == 0
    name = db.session.scalar(select(CaseStep.actor_name).where(CaseStep.seq == 2))
    assert name in laid_names(2)
    assert CliRunner().invoke(cli.erase, [case["case_id"], "2", "--names", "--reason", "x"]).exit_code == 0
    assert laid_names(2) == ["—"]
    assert faults() == []


def laid_names(seq):
    """What steps that wrote down others say of who took one."""
    steps = db.session.scalars(select(CaseStep.data).where(CaseStep.action == "baseline", CaseStep.data.is_not(None)))
    facts = [timeline.said(data).get("changed", {}).get("case_steps", {}) for data in steps]
    return [each[str(seq)]["actor_name"] for each in facts if str(seq) in each]


def test_data_that_is_gone_without_a_sealed_entry_of_the_audit_is_a_fault(app, clock, app_context):
    town = Town(app)
    case = closed(town)
    with transaction() as session:
        session.execute(text("UPDATE case_steps SET data = NULL, salt = NULL WHERE seq = 2"))
    assert [(fault.table, fault.column) for fault in faults()] == [("case_steps", "data, salt")]
    assert f"case_id={case['case_id']} seq=2" in faults()[0].key


def test_an_entry_that_is_never_sealed_is_no_proof(app, clock, app_context):
    town = Town(app)
    case = closed(town)
    CliRunner().invoke(cli.erase, [case["case_id"], "2", "--reason", "x"])
    clock.tick(minutes=6)
    assert [fault.column for fault in faults() if fault.table == "case_steps"] == ["data, salt"]
    seal_all()
    assert [fault for fault in faults() if fault.table == "case_steps"] == []
    sealed = db.session.scalar(select(func.max(AuditEntry.id)))
    assert seals.sealed_to("audit_log") == sealed
    assert UUID(case["case_id"])
