"""Cases of the version before get one quiet step that writes down what stands in their rows."""

from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update

from app.attachments import jobs as attachment_jobs
from app.attachments.models import Attachment
from app.cases import jobs, service
from app.cases.models import Case, CaseStep
from app.cases.proof import cli, erasure, verify
from app.cases.proof.cli import verify as verify_command
from app.core import outbox
from app.core.db import db
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.notices.models import Notice
from tests.cases.proof.older import make_older
from tests.factories.lively import closed, lively


def faults(**narrow):
    return [str(fault) for fault in verify.faults(verify.VerifyScope(**narrow), verify.Tally())]


def actions(case_id):
    steps = select(CaseStep.action).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)
    return list(db.session.scalars(steps))


def test_every_older_case_in_whatever_state_gets_one_and_is_proved_from_then_on(town, clock, app_context):
    lively(town, clock)
    make_older()
    before = {row.case_id: row for row in db.session.execute(select(Case.case_id, Case.turned_seq, Case.changed_at))}
    said = CliRunner().invoke(verify_command, [])
    assert (said.exit_code, f"{len(before)} older cases have no baseline yet" in said.output) == (0, True), said.output
    clock.tick(hours=1)
    notices = db.session.query(Notice).count()
    assert CliRunner().invoke(cli.baseline, []).exit_code == 0
    outbox.drain()
    assert jobs.sweep_baselines() == 0
    for row in db.session.execute(select(Case.case_id, Case.turned_seq, Case.changed_at)).all():
        assert actions(row.case_id).count("baseline") == 1
        assert row == before[row.case_id]  # nobody's `seen` is stale, no list and no phone takes notice
    assert db.session.query(Notice).count() == notices
    said = CliRunner().invoke(verify_command, [])
    assert (said.exit_code, "baseline" in said.output) == (0, False), said.output
    for statement in (
        "UPDATE case_clocks SET due_at = warn_at WHERE stopped_at IS NOT NULL",
        "UPDATE case_steps SET actor_name = 'x' WHERE seq = 1",
        "UPDATE case_steps SET round = 2 WHERE seq = 1",
        "UPDATE attachments SET lon = 1, lat = 1",
    ):
        with transaction() as session:
            kept = session.execute(text("SELECT count(*) FROM cases")).scalar()
            session.execute(text(statement))
        assert kept
        assert faults(), statement


def test_an_act_on_an_older_case_writes_down_first_what_stands(town, app_context):
    case = town.accepted()
    make_older()
    town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    assert actions(UUID(case["case_id"])) == ["report", "accept", "baseline", "file"]
    assert town.supervisor.read(case)["seq"] == 4
    assert faults() == []


def test_a_row_that_was_broken_by_hand_holds_up_no_other(town, app_context):
    first, second = sorted(town.worker.report().get_json()["case_id"] for _ in range(2))
    make_older()
    row = update(Case).where(Case.case_id == UUID(first)).values(workflow="unknown")
    with transaction() as session:
        session.execute(row)
    assert jobs.sweep_baselines() == 1
    assert actions(UUID(second)) == ["report", "baseline"]


@pytest.mark.parametrize("why", ["refused", "never came"])
def test_what_becomes_of_a_named_photo_without_a_step_is_a_quiet_step_of_its_own(town, clock, app_context, why):
    photo = town.photo()
    case = town.worker.report(attachments=[photo]).get_json()
    if why == "refused":
        assert town.worker.upload(case, b"no picture", attachment_id=photo)[1].status_code == 422
    else:
        clock.tick(days=8)
        attachment_jobs.sweep()
    outbox.drain()
    assert actions(UUID(case["case_id"]))[-1] == "lose_file"
    assert faults() == []
    with transaction() as session:
        session.execute(text("UPDATE attachments SET created_at = :at"), {"at": "2020-01-01 00:00:00.000000+00:00"})
    assert "attachments" in faults()[0]
    assert db.session.scalars(select(Attachment.state)).one() == "refused"


def test_the_answer_of_a_timeline_keeps_its_shape(town, app_context):
    case = closed(town)
    for step in town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]:
        assert not {"actor_name", "case_tasks", "case_clocks", "attachments"} & set(step["data"].get("changed", {}))
        assert "actor_name" not in step["data"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE case_clocks SET due_at = warn_at",
        "UPDATE case_tasks SET reworks = 7",
        "UPDATE cases SET round = round, description = 'x'",
        "DELETE FROM case_tasks",
    ],
)
def test_no_step_that_writes_down_what_stands_makes_rows_true_that_steps_had_proven(town, app_context, change):
    case = closed(town)
    for _ in range(2):
        _lay(case)
        assert faults() == []
    with transaction() as session:
        session.execute(text(change))
    _lay(case)
    assert faults()


@pytest.mark.parametrize("name", ["actor_name", "asked_digest"])
def test_what_one_baseline_says_of_older_steps_no_second_one_says_otherwise(town, app_context, name):
    case = closed(town)
    make_older()
    for _ in range(2):
        _lay(case)
        assert faults() == []
    with transaction() as session:
        kept = session.scalar(text(f"SELECT {name} FROM case_steps WHERE seq = 2"))  # noqa: S608
        session.execute(text(f"UPDATE case_steps SET {name} = 'x' WHERE seq = 2"))  # noqa: S608
    _lay(case)
    assert any(f"seq=2 [{name}]" in fault for fault in faults())
    with transaction() as session:
        session.execute(text(f"UPDATE case_steps SET {name} = :kept WHERE seq = 2"), {"kept": kept})  # noqa: S608
    assert any("seq=11" in fault for fault in faults()), "what the second one said stays wrong"


@pytest.mark.parametrize("older", [False, True])
def test_no_baseline_after_an_erasure_makes_rows_true_that_steps_since_had_proven(town, app_context, older):
    case = closed(town)
    if older:
        make_older()
        _lay(case)
    with transaction() as session:
        session.execute(text("UPDATE case_tasks SET state = 'sent' WHERE part = 'lead'"))
        session.execute(text("UPDATE cases SET ended_how = 'force_close'"))
    with transaction():
        erasure.erase(UUID(case["case_id"]), [1], SYSTEM, "x", unsound=True)
    named = [fault for fault in faults() if "It says of" in fault]
    assert any("case_tasks" in fault for fault in named)
    assert any("ended_how" in fault for fault in named)


def _lay(case):
    with transaction():
        service.act(UUID(case["case_id"]), "baseline", SYSTEM, {}, uuid4())
