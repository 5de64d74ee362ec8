"""What is cut off, or gone with everything it owned, is found against the last anchor; what lies after it is said."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.audit import seals
from app.cases.proof import anchors, cli
from app.cases.proof.cli import verify as verify_command
from app.core import jobs
from app.core.db import db
from app.core.transaction import transaction
from tests.cases.proof.test_tampering import seal_all
from tests.factories.lively import closed

OWNED = ("case_steps", "case_tasks", "case_clocks", "case_links", "attachments")


def written(**options):
    return anchors.write(**options)


def verified(path):
    return CliRunner().invoke(verify_command, ["--all", "--anchor", str(path)])


def run(case, *statements):
    with transaction() as session:
        for statement in statements:
            value = case["case_id"] if db.engine.dialect.name == "postgresql" else case["case_id"].replace("-", "")
            session.execute(text(statement), {"case": value})


def cut(case, seq):
    """Roll a case back to an earlier step without leaving a trace in its own rows."""
    last = f"FROM case_steps WHERE case_id = :case AND seq = {seq}"
    row = f"hash = (SELECT hash {last}), state = (SELECT state_to {last})"
    run(
        case,
        f"DELETE FROM case_steps WHERE case_id = :case AND seq > {seq}",  # noqa: S608
        f"UPDATE cases SET seq = {seq}, turned_seq = {seq}, {row} WHERE case_id = :case",  # noqa: S608
    )


def test_what_was_anchored_is_there_and_what_came_later_is_said(town, clock, app_context):
    closed(town)
    town.drain()
    clock.tick(hours=1)
    path = written()
    clock.tick(hours=1)
    town.worker.report()
    said = verified(path)
    assert said.exit_code == 0, said.output
    assert "1 files, 1 heads" in said.output
    assert "1 cases have changed since and are unanchored" in said.output


def test_a_case_that_is_gone_with_everything_it_owned_is_found(town, clock, app_context):
    case, _ = town.worker.report().get_json(), closed(town)
    path = written()
    run(case, *(f"DELETE FROM {name} WHERE case_id = :case" for name in (*OWNED, "cases")))  # noqa: S608
    assert CliRunner().invoke(verify_command, ["--all"]).exit_code == 0
    said = verified(path)
    assert said.exit_code == 1
    assert f"cases case_id={case['case_id']}" in said.output
    assert "The case that the anchor knows is gone" in said.output


def test_steps_that_were_cut_off_are_found_and_so_is_a_history_written_anew(town, clock, app_context):
    case = town.accepted()
    path = written()
    cut(case, 1)
    said = verified(path)
    assert (said.exit_code, f"case_steps case_id={case['case_id']} seq=2" in said.output) == (1, True)
    assert "cut off" in said.output
    town.acceptor.act(case, "accept", note="其实是今天")
    assert "written anew" in verified(path).output


def test_a_log_that_was_emptied_with_its_seals_is_found(town, clock, app_context):
    town.worker.report()
    seal_all()
    assert seals.head("audit_log")
    path = written()
    run({"case_id": ""}, "DELETE FROM audit_log", "DELETE FROM audit_seals")
    assert CliRunner().invoke(verify_command, ["--all"]).exit_code == 0
    assert "audit_seals chain=audit_log" in verified(path).output


def test_a_file_holds_what_changed_and_leads_back_to_a_whole_one(town, clock, app_context):
    first, second = town.accepted(), town.accepted()
    clock.tick(hours=1)
    whole = written()
    clock.tick(days=1)
    town.duty.act(second, "decline", reason="不符合")
    path = written()
    assert path.read_text(encoding="utf-8").count("\n") == 3
    run(first, *(f"DELETE FROM {name} WHERE case_id = :case" for name in (*OWNED, "cases")))  # noqa: S608
    assert "is gone" in verified(path).output
    kept = whole.read_text(encoding="utf-8")
    whole.unlink()
    assert f"The file before, {whole.name}, is not in the folder" in verified(path).output
    lines = kept.splitlines()
    whole.write_text("\n".join([lines[0], lines[-1]]) + "\n", encoding="utf-8")
    assert verified(path).exit_code == 1


def test_a_whole_file_is_written_now_and_then(town, clock, app_context):
    def whole(path):
        return previous_of(path) is None

    town.accepted()
    first = written()
    clock.tick(days=1)
    assert (whole(first), whole(written())) == (True, False)
    clock.tick(days=28)
    assert whole(written())


@pytest.mark.own_database
@pytest.mark.parametrize("first_day", [0, 4], ids=["before that time comes", "after it"])
def test_after_a_clock_that_was_ahead_no_file_leaves_out_what_lies_between(town, clock, app_context, first_day):
    first = town.accepted()
    now = clock.tick(hours=1)
    written()
    clock.set(now + timedelta(days=3))
    jobs.keep_latest()
    written()
    clock.set(now)
    cases = [first]
    jobs.keep_latest()
    for days in range(6):
        clock.set(now + timedelta(days=days, minutes=1))
        cases.append(town.worker.report().get_json())
        clock.set(now + timedelta(days=days, hours=1))
        if days < first_day:
            continue
        path = written()
        assert (previous_of(path) is None) == (days == first_day), "what changed since is not told by times"
        assert all(case["case_id"] in "".join(read_back(path)) for case in cases), days
        said = verified(path)
        assert said.exit_code == 0, said.output
    gone = cases[2]
    run(gone, *(f"DELETE FROM {name} WHERE case_id = :case" for name in (*OWNED, "cases")))  # noqa: S608
    assert f"case_id={gone['case_id']}" in verified(path).output


def test_a_file_of_the_version_before_is_followed_by_a_whole_one(town, clock, app_context):
    town.accepted()
    path = written()
    lines = path.read_text(encoding="utf-8").splitlines()
    header = {name: value for name, value in json.loads(lines[0]).items() if name != "set_back"}
    path.unlink()
    (path.parent / "anchor-20270101T000000000000.txt").write_text("\n".join([json.dumps(header), *lines[1:]]) + "\n")
    clock.tick(days=1)
    assert previous_of(written()) is None
    clock.tick(days=1)
    assert previous_of(written()).endswith("-1.txt")


def previous_of(path):
    previous = json.loads(path.read_text(encoding="utf-8").splitlines()[0])["previous"]
    return previous and previous["file"]


def read_back(path):
    """The texts of a file and of those before it, back to a whole one."""
    while path:
        yield path.read_text(encoding="utf-8")
        before = previous_of(path)
        path = before and path.with_name(before)


def test_one_is_written_every_day_and_no_more(town, clock, app_context):
    place = anchors.folder()
    for _ in range(3):
        anchors.daily()
    assert len(list(place.iterdir())) == 1
    clock.tick(days=1)
    anchors.daily()
    assert len(list(place.iterdir())) == 2
    clock.tick(days=-30)
    for _ in range(3):  # after a clock that ran ahead
        anchors.daily()
    assert len(list(place.iterdir())) == 3
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}
    assert CliRunner().invoke(cli.anchor, ["--whole"]).exit_code == 0
    assert "anchors" in {each.name for each in jobs.table()}


def test_a_file_that_is_no_anchor_is_refused_in_a_sentence(town, clock, app_context, tmp_path):
    town.accepted()
    path = written()
    for name, content in (
        ("cut", path.read_bytes()[:-30]),
        ("other", b"{}\n"),
        ("none", b""),
        ("bytes", b"\xff\xfe\n"),
    ):
        wrong = tmp_path / name
        wrong.write_bytes(content)
        said = verified(wrong)
        assert (said.exit_code, isinstance(said.exception, (SystemExit, anchors.AnchorUnread))) == (1, True), name
