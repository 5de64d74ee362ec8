"""`gezhi intake import` takes in what a phone has written to a file, once, and says what it did not take."""

import base64
import json
import re
from uuid import uuid4

import pytest
from click.testing import CliRunner

from app.core import clock as now_
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.intake.cli import intake
from tests.attachments.pictures import jpeg
from tests.factories.town import GARBAGE, GRID, HERE, THERE

pytestmark = pytest.mark.one_database
MADE_AT = "2026-11-23T08:30:00+08:00"


@pytest.fixture
def run(app, tmp_path):
    def import_file(operations=(), photos=(), *options, **more):
        file = tmp_path / "queue.json"
        whole = {
            "format": "gezhi-queue", "version": 1, "made_at": MADE_AT, "username": "worker1",
            "operations": list(operations), "photos": list(photos), **more,
        }  # fmt: skip
        file.write_text(json.dumps(whole), encoding="utf-8")
        with app.app_context():
            return CliRunner().invoke(intake, ["import", str(file), *options])

    return import_file


def report(actor, case_id, *photos, **changes):
    body = {"class": GARBAGE, "description": "手机坏了", "lon": HERE[0], "lat": HERE[1], "attachments": list(photos)}
    return {
        "kind": "report", "case_id": case_id, "person_id": str(actor.id), "made_at": MADE_AT, "body": body | changes
    }  # fmt: skip


def act(actor, case_id, action, seen=1, **data):
    return {
        "kind": "act", "case_id": case_id, "person_id": str(actor.id), "made_at": MADE_AT, "op_id": str(uuid4()),
        "action": action, "seen": seen, "data": data,
    }  # fmt: skip


def photo(actor, case_id, photo_id, content=None, **changes):
    return {
        "id": photo_id, "case_id": case_id, "person_id": str(actor.id), "purpose": "before", "type": "image/jpeg",
        "taken_at": MADE_AT, "lon": None, "lat": None, "original_sha256": "0" * 64,
        "base64": base64.b64encode(content or jpeg()).decode(), **changes,
    }  # fmt: skip


def test_reports_acts_and_photos_are_taken_in_under_the_names_of_their_people(town, run):
    case_id, photo_id = str(uuid4()), str(uuid4())
    operations = [report(town.worker, case_id, photo_id), act(town.worker, case_id, "comment", text="已围挡")]
    outcome = run(operations, [photo(town.worker, case_id, photo_id)])
    assert outcome.exit_code == 0, outcome.output
    assert "上报：收下 1，早已收到 0，未收下 0。" in outcome.stdout
    assert "照片：收下 1" in outcome.stdout
    case = {"case_id": case_id}
    assert town.steps(case) == ["report", "comment"]
    assert town.worker.read(case)["reporter_id"] == str(town.worker.id)
    assert town.worker.read(case)["photos_awaited"] == 0


def test_the_hashes_of_the_originals_come_with_reports_and_acts(town, run):
    case_id, photos, sha = str(uuid4()), [str(uuid4()), str(uuid4())], "a" * 64
    operations = [
        report(town.worker, case_id, photos[0], originals={photos[0]: sha}),
        act(town.worker, case_id, "comment", text="已围挡", attachments=[photos[1]], originals={photos[1]: sha}),
    ]
    assert run(operations).exit_code == 0
    steps = town.worker.get(f"cases/{case_id}/steps").get_json()["items"]
    assert [each["data"]["originals"] for each in steps] == [{photo: sha} for photo in photos]


def test_the_same_file_again_changes_nothing(town, run):
    case_id, photo_id = str(uuid4()), str(uuid4())
    whole = [report(town.worker, case_id, photo_id)], [photo(town.worker, case_id, photo_id)]
    run(*whole)
    outcome = run(*whole)
    assert outcome.exit_code == 0
    assert "上报：收下 0，早已收到 1，未收下 0。" in outcome.stdout
    assert "照片：收下 0，早已收到 1，未收下 0。" in outcome.stdout


def test_a_dry_run_writes_nothing(town, run):
    case_id = str(uuid4())
    outcome = run([report(town.worker, case_id)], (), "--dry-run")
    assert (outcome.exit_code, "检查通过，未写入" in outcome.stdout) == (0, True)
    assert town.worker.get(f"cases/{case_id}").status_code == 404


def test_what_is_refused_is_named_and_blocks_nothing_else(town, run):
    good, bad = str(uuid4()), str(uuid4())
    operations = [
        report(town.worker, bad, lon=100.0),
        act(town.worker, good, "close"),
        report(town.worker, good),
        act(town.worker, good, "accept"),
    ]
    no_picture = photo(town.worker, good, str(uuid4()), b"no picture")
    outcome = run(operations, [no_picture, photo(town.worker, good, str(uuid4()), purpose="selfie")])
    assert outcome.exit_code == 1
    assert "上报：收下 1，早已收到 0，未收下 1。" in outcome.stdout
    assert "办理：收下 0，早已收到 0，未收下 2。" in outcome.stdout
    assert "照片：收下 0，早已收到 0，未收下 2。" in outcome.stdout
    assert "第 1 项（上报" in outcome.stderr
    assert town.steps({"case_id": good}) == ["report"]


def test_photos_of_a_case_the_person_does_not_see_are_refused(town, run):
    case_id = town.next_worker.report(at=THERE).get_json()["case_id"]
    outcome = run([], [photo(town.worker, case_id, str(uuid4()))])
    assert outcome.exit_code == 1
    assert "照片：收下 0，早已收到 0，未收下 1。" in outcome.stdout


def test_whoever_may_send_no_photos_sends_none_by_file(town, run):
    nobody = town.hire("grid_worker", "grid", "141025")
    town.dismiss(nobody, "grid_worker")
    outcome = run([], [photo(nobody, str(uuid4()), str(uuid4()))])
    assert outcome.exit_code == 1
    assert "没有办理此事项的权限" in outcome.stderr


def test_an_unknown_person_stops_the_import_before_it_begins(town, run):
    case_id = str(uuid4())
    stranger = report(town.worker, str(uuid4())) | {"person_id": str(uuid4())}
    outcome = run([report(town.worker, case_id), stranger])
    assert outcome.exit_code == 1
    assert "不存在或已停用" in outcome.stderr
    assert town.worker.get(f"cases/{case_id}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"format": "other"}, "这不是手机“导出到文件”得到的文件", "A phone has not written this file"),
        ({"version": 2}, "另一版本的手机端", "Another version of the phone page"),
        (
            {"operations": [{"kind": "report", "person_id": "x"}]},
            "第 1 项上报和办理的“case_id”没有填写。第 1 项上报和办理的“person_id”应为 UUID。",
            "The report or act number 1: “case_id” is missing.",
        ),
        ({"operations": [7]}, "文件的“operations”格式不对。", "The file: “operations” has not the right form."),
        ({"photos": [{}]}, "第 1 项照片的“case_id”没有填写。", "The photo number 1: “case_id” is missing."),
        ({"more": 1}, "文件的“more”：没有这个字段，请删除。", "The file, “more”: There is no such field."),
    ],
    ids=["format", "version", "operation", "no operation", "photo", "more"],
)
def test_another_file_is_refused_whole_in_sentences(town, run, changes, zh, en):
    entries = {"operations": (), "photos": ()}
    outcome = run(**{**entries, **changes})
    assert outcome.exit_code == 1
    assert (zh in outcome.stderr, en in outcome.stderr) == (True, True), outcome.stderr
    assert "没有导入任何内容。" in outcome.stderr
    assert "Nothing was imported." in outcome.stderr
    assert not re.search(r"[{}\[\]]|data for|Not a valid|Invalid", outcome.stderr)


def test_no_json_is_refused(app, tmp_path):
    file = tmp_path / "queue.json"
    file.write_text("{", encoding="utf-8")
    with app.app_context():
        outcome = CliRunner().invoke(intake, ["import", str(file)])
    assert (outcome.exit_code, "不完整" in outcome.stderr) == (1, True)


def _named(town, part):
    """A case that waits for the worker to verify or to check it."""
    if part == "check":
        return town.handled()
    return town.acceptor.act(town.acceptor.report(source="hotline").get_json(), "verify")


def _step(town, case, action):
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    return next(one for one in steps if one["action"] == action)


@pytest.mark.parametrize(
    ("part", "action"), [("check", "pass_check"), ("check", "fail_check"), ("verify", "confirm_true")]
)
def test_what_was_looked_at_without_a_connection_is_taken_as_when_the_phone_sends_it(town, run, part, action):
    """The phone writes operations before photos; a place far away cannot be asked for a reason any more."""
    case, photo_id = _named(town, part), str(uuid4())
    more = {"tasks": [1]} if action == "fail_check" else {}
    far = {"lon": THERE[0], "lat": THERE[1], "attachments": [photo_id], **more}
    operation = act(town.worker, case["case_id"], action, case["seq"], **far)
    outcome = run([operation], [photo(town.worker, case["case_id"], photo_id, purpose="check")])
    assert outcome.exit_code == 0, outcome.output
    assert "办理：收下 1" in outcome.stdout
    step = _step(town, case, action)
    assert step["actor"]["person_id"] == str(town.worker.id)
    assert step["data"]["spot"]["marks"] == ["far", "no_reason"]
    assert town.supervisor.read(case)["photos_awaited"] == (1 if part == "check" else 0)  # the department's own
    refused_again = act(town.worker, case["case_id"], action, case["seq"], **far)
    assert run([refused_again]).exit_code == 1, "the case has gone on"


def _lose_worker(town, clock):
    clock.tick(minutes=1)
    with town.app.app_context(), transaction():
        grids.dismiss(GRID, town.worker.id, Duty.FULL_TIME)
    clock.tick(minutes=1)
    town.drain()


@pytest.mark.parametrize("gone_on", [False, True])
def test_what_was_done_before_another_was_named_is_taken_or_its_photos_are_kept(town, run, clock, gone_on):
    case, photo_id = _named(town, "verify"), str(uuid4())
    data = {"lon": HERE[0], "lat": HERE[1], "attachments": [photo_id]}
    operation = act(town.worker, case["case_id"], "confirm_true", case["seq"], **data)
    operation["made_at"] = now_.now().isoformat()
    _lose_worker(town, clock)
    assert town.supervisor.read(case)["tasks"][-1]["handler_id"] == str(town.next_worker.id)
    if gone_on:
        town.next_worker.act(case, "cannot_verify", reason="找不到")
    outcome = run([operation], [photo(town.worker, case["case_id"], photo_id, purpose="check")])
    assert outcome.exit_code == 0, outcome.output
    town.drain()
    case = town.supervisor.read(case)
    assert (case["finding"], case["photos_awaited"]) == ("unknown" if gone_on else "true", 0)
    assert ("第 1 项（办理" in outcome.stdout, "只收下照片" in outcome.stdout) == (gone_on, gone_on)
    assert _step(town, case, "attach" if gone_on else "confirm_true")["data"]["attachments"] == [photo_id]
