"""`gezhi verify`: a lively county is sound, and whatever is broken behind the door's back is found and named."""

import json
from contextlib import contextmanager
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, func, select, text

from app.attachments.models import Attachment
from app.cases.cli import workflow
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseTask
from app.cases.proof import cli, verify
from app.cases.proof.verify import Tally, VerifyScope
from app.core import outbox
from app.core.db import db
from app.core.storage import here
from app.core.transaction import transaction
from tests.attachments.pictures import jpeg
from tests.cases.proof.older import make_older
from tests.factories.lively import closed, lively

DAMAGES = {
    "a step's words were changed": (
        "UPDATE case_steps SET data = replace(data, '路边', '河边') WHERE case_id = :case AND seq = 1",
        "closed", "case_steps", "seq=1", "Its data does not fit its digest",
    ),
    "a step was done for another department": (
        "UPDATE case_steps SET on_behalf_of = 'Q-WATER' WHERE case_id = :case AND seq = 4",
        "closed", "case_steps", "seq=4", "It does not fit its hash",
    ),
    "a step was deleted": (
        "DELETE FROM case_steps WHERE case_id = :case AND seq = 3",
        "closed", "case_steps", "seq=4", "The steps have a gap",
    ),
    "the last step was deleted": (
        "DELETE FROM case_steps WHERE case_id = :case AND seq = (SELECT seq FROM cases WHERE case_id = :case)",
        "closed", "cases", "case_id=", "is not what its steps say",
    ),
    "a limit was judged kindly": (
        "UPDATE case_clocks SET result = 'in_time' WHERE case_id = :case AND result = 'late'",
        "late", "case_clocks", "stage=handle", "Its result does not fit its limit",
    ),
    "a running limit was moved": (
        "UPDATE case_clocks SET due_at = '2027-06-01 00:00:00.000000+00:00' WHERE case_id = :case AND stage = 'accept'",
        "reported", "case_clocks", "stage=accept", "due_at is not the end of its running clocks",
    ),
    "a clock was stopped": (
        "UPDATE case_clocks SET stopped_at = started_at, result = 'in_time' WHERE case_id = :case AND stage = 'accept'",
        "reported", "case_clocks", "stage=accept", "due_at is not the end of its running clocks",
    ),
    "a clock has stopped without a result": (
        "UPDATE case_clocks SET result = NULL WHERE case_id = :case AND stage = 'close'",
        "closed", "case_clocks", "stage=close", "result without having stopped",
    ),
    "a clock's start was set back": (
        "UPDATE case_clocks SET started_at = '2026-01-01 00:00:00+00:00' WHERE case_id = :case AND stage = 'file'",
        "closed", "case_clocks", "stage=file", "started_at is the time of no step",
    ),
    "a clock was deleted": (
        "DELETE FROM case_clocks WHERE case_id = :case AND clock = 1",
        "closed", "case_clocks", "clock=1", "A number is missing",
    ),
    "a clock stopped before it started": (
        "UPDATE case_clocks SET started_at = (SELECT max(counts_at) FROM case_steps WHERE case_id = :case)"
        " WHERE case_id = :case AND stage = 'sign'",
        "late", "case_clocks", "stage=sign", "Its times are out of order",
    ),
    "somebody is awaited who may not come": (
        "UPDATE case_clocks SET stopped_at = NULL, result = NULL WHERE case_id = :case AND stage = 'arrive'",
        "awaited", "case_clocks", "stage=arrive", "It does not belong to the state of the case",
    ),
    "a paused clock was let go": (
        "UPDATE case_clocks SET paused_at = NULL WHERE case_id = :case AND stage = 'case'",
        "deferred", "case_clocks", "stage=case", "It stands still when it must run",
    ),
    "the row's state was changed": (
        "UPDATE cases SET state = 'checked' WHERE case_id = :case",
        "accepted", "cases", "case_id=", "Column state is not what its steps say",
    ),
    "the row's class was changed": (
        "UPDATE cases SET class_code = 'C0102' WHERE case_id = :case",
        "closed", "cases", "case_id=", "Column class_code is not what its steps say",
    ),
    "the row's place was changed": (
        "UPDATE cases SET lon = lon + 0.001 WHERE case_id = :case",
        "closed", "cases", "case_id=", "Column lon is not what its steps say",
    ),
    "somebody's seen was made fresh again": (
        "UPDATE cases SET turned_seq = 1 WHERE case_id = :case",
        "closed", "cases", "case_id=", "turned_seq is out of range",
    ),
    "a task was taken from its department": (
        "UPDATE case_tasks SET state = 'stopped' WHERE case_id = :case AND part = 'lead'",
        "extended", "case_tasks", "part=lead", "The lead task is missing",
    ),
    "a task was given to another department": (
        "UPDATE case_tasks SET department = 'Q-WATER' WHERE case_id = :case AND part = 'lead'",
        "extended", "case_tasks", "task=1", "The lead is not the one of the case",
    ),
    "a check was forgotten": (
        "UPDATE case_tasks SET state = 'stopped' WHERE case_id = :case AND part = 'check'",
        "late", "case_tasks", "part=check", "The check task does not fit the state of the case",
    ),
    "a merged case lost its link": (
        "DELETE FROM case_links WHERE case_id = :case",
        "merged", "case_links", "kind=merged_into", "does not fit the state of the case",
    ),
    "an attachment's row was deleted": (
        "DELETE FROM attachments WHERE case_id = :case",
        "with_photo", "attachments", "attachment_id=", "It is not the file that its step names",
    ),
    "an attachment's row names other bytes": (
        "UPDATE attachments SET sha256 = '" + "0" * 64 + "' WHERE case_id = :case",
        "with_photo", "attachments", "attachment_id=", "It is not the file that its step names",
    ),
}  # fmt: skip


@pytest.fixture
def county(town, clock):
    return town, lively(town, clock)


@pytest.fixture
def quiet(town):
    """A town with two cases that have ended and one that has begun."""
    return town, {"closed": closed(town), "other": closed(town), "accepted": town.accepted()}


def damage(app, case, statement):
    value = case["case_id"] if db.engine.dialect.name == "postgresql" else case["case_id"].replace("-", "")
    with transaction() as session:
        assert session.execute(text(statement), {"case": value}).rowcount > 0


@contextmanager
def undone(case_id):
    """Put everything a case owns back as it was."""
    models = (Case, CaseStep, CaseTask, CaseClock, CaseLink, Attachment)
    tables = [model.__table__ for model in models]
    kept = [db.session.execute(table.select().where(table.c.case_id == case_id)).mappings().all() for table in tables]
    try:
        yield
    finally:
        with transaction() as session:
            for table in reversed(tables):
                session.execute(table.delete().where(table.c.case_id == case_id))
            for table, rows in zip(tables, kept, strict=True):
                if rows:
                    session.execute(table.insert(), [dict(row) for row in rows])


def found(**narrow):
    return list(verify.faults(VerifyScope(**narrow), Tally()))


def run(*arguments):
    return CliRunner().invoke(cli.verify, arguments)


def test_a_lively_county_is_sound(app, county, app_context):
    _, cases = county
    assert [str(fault) for fault in found()] == []
    said = run()
    assert said.exit_code == 0, said.output
    assert "核对无误" in said.output
    assert f"{db.session.scalar(select(func.count()).select_from(Case))} cases" in said.output
    assert len(cases) > 20


def test_damage_is_found_and_named(app, county, app_context, subtests):
    for name, (statement, which, table, *_) in DAMAGES.items():
        case = county[1][which]
        with subtests.test(name), undone(UUID(case["case_id"])):
            damage(app, case, statement)
            faults = found(case_id=UUID(case["case_id"]))
            assert table in {fault.table for fault in faults}, name
            assert all(case["case_id"] in fault.key for fault in faults)
            said = run("--case", case["case_id"])
            assert said.exit_code == 1
            assert str(faults[0].wrong) in said.output
            assert case["case_id"] in said.output
    assert found() == []


def test_damage_to_cases_of_the_version_before_is_found_by_what_the_procedure_says(app, county, app_context, subtests):
    make_older()
    assert found() == []
    for name, (statement, which, table, key, says) in DAMAGES.items():
        case = county[1][which]
        with subtests.test(name), undone(UUID(case["case_id"])):
            damage(app, case, statement)
            faults = found(case_id=UUID(case["case_id"]))
            (first, *_) = faults
            assert (first.table, key in first.key, says in first.wrong.en) == (table, True, True), str(first)
            assert all(case["case_id"] in fault.key for fault in faults)
    assert found() == []


def test_two_steps_that_changed_places_are_found(app, quiet, app_context):
    case = quiet[1]["closed"]
    for change in ("seq = 1002 WHERE seq = 2", "seq = 2 WHERE seq = 3", "seq = 3 WHERE seq = 1002"):
        damage(app, case, f"UPDATE case_steps SET {change} AND case_id = :case")  # noqa: S608 - written above
    wrong = [fault.wrong.en for fault in found()]
    assert wrong[:2] == ["It does not follow the step before", "It does not fit its hash"]


def test_a_step_rewritten_with_its_own_hash_still_breaks_the_next_one(app, quiet, app_context):
    case = quiet[1]["closed"]
    damage(app, case, "UPDATE case_steps SET hash = 'sha256:" + "a" * 64 + "' WHERE case_id = :case AND seq = 5")
    assert [(fault.key[-5:], fault.wrong.en) for fault in found()][:2] == [
        ("seq=5", "It does not fit its hash"),
        ("seq=6", "It does not follow the step before"),
    ]


def test_a_photo_that_was_refused_and_sent_again_is_named_by_its_good_bytes_only(app, quiet, app_context):
    town, cases = quiet
    photo, refused = town.worker.upload(cases["accepted"], b"no picture", purpose="before")
    assert refused.status_code == 422
    town.worker.act(cases["accepted"], "attach", attachments=[photo])
    _, stored = town.worker.upload(cases["accepted"], jpeg(), purpose="before", attachment_id=photo)
    assert stored.status_code == 201
    outbox.drain()
    assert [str(fault) for fault in found()] == []


def test_a_lost_or_changed_file_is_found(app, quiet, app_context):
    paths = sorted(path for path in here().root.glob("original/*/*/*"))
    paths[0].unlink()
    paths[1].chmod(0o600)
    content = bytearray(paths[1].read_bytes())
    content[-1] ^= 1
    paths[1].write_bytes(content)
    by_file = {fault.actual for fault in found()}
    assert by_file == {"missing", "changed"}
    assert all(fault.table == "attachments" for fault in found())


def test_an_effect_that_was_never_done_is_found_once_it_is_old(app, quiet, app_context, clock):
    outbox.drain()
    clock.tick(minutes=10)
    assert found() == []
    with transaction() as session:
        session.execute(text("UPDATE outbox SET done_at = NULL WHERE id = (SELECT min(id) FROM outbox)"))
    owed = found()[0]
    assert (owed.table, "1 effects are owed" in owed.wrong.en) == ("outbox", True)


def test_an_effect_owed_since_a_moment_is_nothing_to_report(app, quiet, app_context):
    town, _ = quiet
    town.acceptor.act(town.worker.report().get_json(), "refuse", reason="不在受理范围")
    assert found() == []


def test_all_names_every_fault_and_a_case_narrows_it(app, quiet, app_context):
    first, second = sorted((quiet[1]["closed"]["case_id"], quiet[1]["accepted"]["case_id"]))
    for case_id in (first, second):
        damage(app, {"case_id": case_id}, "UPDATE cases SET lon = lon + 0.001 WHERE case_id = :case")
    assert second not in run().output
    assert second in run("--all").output
    assert first not in run("--case", second).output
    assert run("--case", quiet[1]["other"]["case_id"]).exit_code == 0
    assert run("--since", "2099-01-01").exit_code == 0


def test_texts_that_people_wrote_are_not_printed(app, quiet, app_context):
    damage(app, quiet[1]["closed"], "UPDATE cases SET description = '张三住在这里' WHERE case_id = :case")
    said = run("--all").output
    assert "description" in said
    assert "张三" not in said
    assert "路边" not in said


def test_a_case_that_is_not_there_is_said(app, quiet, app_context):
    assert run("--case", "00000000-0000-4000-8000-000000000000").exit_code == 1


def test_without_a_database_it_says_so_in_one_sentence(make_app, tmp_path):
    for url, says in (
        (tmp_path / "no-such-folder" / "x.sqlite3", "无法打开数据库"),
        (tmp_path / "x.sqlite3", "是空的"),
    ):
        with make_app(DATABASE_URL=f"sqlite:///{url}").app_context():
            db.engines[None] = create_engine(
                f"sqlite:///{url}"
            )  # the application's own, wherever the test's database is
            said = run()
            db.engine.dispose()
        assert (said.exit_code, says in said.output) == (1, True)


def test_the_diagrams_can_be_written_anew(app, tmp_path):
    assert CliRunner().invoke(workflow, ["diagram", "--into", str(tmp_path)]).exit_code == 0
    assert "stateDiagram-v2" in (tmp_path / "docs/workflows/case.md").read_text(encoding="utf-8")
    assert json.dumps(sorted(path.name for path in tmp_path.rglob("*.md"))) == '["case.md", "round.md"]'
