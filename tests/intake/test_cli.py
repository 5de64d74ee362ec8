"""`gezhi intake import` takes in what a phone has written to a file, once, and says what it did not take."""

import base64
import json
import re
from uuid import uuid4

import pytest
from click.testing import CliRunner

from app.intake.cli import intake
from tests.attachments.pictures import jpeg
from tests.factories.town import GARBAGE, HERE, THERE

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
