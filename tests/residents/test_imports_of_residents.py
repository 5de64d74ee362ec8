"""Residents come from sheets: judged row by row as if entered by hand, sealed while they wait, erased once taken."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.frame import sheets
from app.residents import resident_batches
from app.residents.models import Resident, ResidentField, ResidentImportRow
from tests.desk.browser import Desk
from tests.factories import residents
from tests.factories.residents import ADDRESS, BIRTH, HEALTH, NAME, PHONE
from tests.factories.town import GRID, NEXT_GRID
from tests.support.elements import facts_of, rows_of
from tests.support.looks import refused
from tests.support.workbooks import book, saved

HEAD = (
    "种类",
    "网格编码",
    "关爱种类",
    "姓名或户主",
    "住址",
    "电话",
    "出生日期",
    "健康和行动情况",
    "谁同意",
    "同意日期",
    "鞋码",
)
URL, FRONT = "residents/imports", "/desk/residents/import/"


def line(number=1, **changes):
    cells = {
        "种类": "居民", "网格编码": GRID, "关爱种类": "特殊困难老人", "姓名或户主": f"{NAME}{number}",
        "住址": f"{ADDRESS}{number}", "电话": f"1393570{number:04}", "出生日期": BIRTH, "健康和行动情况": HEALTH,
        "谁同意": "本人", "同意日期": "2026-11-01", "鞋码": "40", **changes,
    }  # fmt: skip
    return [cells.get(name, "") for name in HEAD]


def sheet(*lines, head=HEAD):
    return "\n".join(",".join(row) for row in [head, *lines]).encode()


@pytest.fixture
def bring(app):
    """Bring a sheet by the interface; return what was found in it."""

    def bring_as(actor, content, kind="text/csv"):
        answer = actor.town.client.post(
            f"/api/v1/{URL}?name=s.csv", data=content, headers=actor.headers, content_type=kind
        )
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()

    return bring_as


def take(app):
    with app.app_context():
        while resident_batches.sweep():
            pass


def staged(app):
    with app.app_context():
        return db.session.scalars(select(ResidentImportRow).order_by(ResidentImportRow.place)).all()


def faults(file):
    return {(one["row"], one["column"]) for one in file["faults"]}


def confirm(actor, file):
    answer = actor.send("POST", f"{URL}/{file['import_id']}/confirm", {})
    assert answer.status_code == 200, answer.get_json()


def test_a_sheet_comes_in_whole_and_the_same_again_enters_nobody_twice(app, town, bring):
    content = saved(book([HEAD, line(1), line(2)]))
    file = bring(town.township, content, sheets.XLSX)
    assert (file["stage"], file["rows"], file["faults"]) == ("checked", 2, [])
    assert any("鞋码" in note for note in file["notes"])
    assert residents.listed(town.township) == []
    rows = staged(app)
    assert all(row.sealed and NAME.encode() not in row.sealed for row in rows)
    confirm(town.township, file)
    take(app)
    kept = residents.listed(town.township)
    assert [{one["code"] for one in each["fields"]} for each in kept] == [
        {"name", "address", "phone", "birth", "health"}
    ] * 2
    assert {each["consent"]["on"] for each in kept} == {"2026-11-01"}
    assert staged(app) == []
    (entry,) = residents.audited(app, "residents:imported")
    assert (entry["rows"], entry["created"], entry["person_id"]) == (2, 2, town.township.id)
    assert len(residents.audited(app, "resident:entered")) == 2
    again = bring(town.township, content, sheets.XLSX)
    confirm(town.township, again)
    take(app)
    assert town.township.get(f"{URL}/{again['import_id']}").get_json()["unchanged"] == 2
    assert len(residents.listed(town.township)) == 2


def test_a_sheet_with_faults_enters_nobody_names_row_and_column_and_is_erased(app, town, bring):
    file = bring(
        town.township,
        sheet(
            line(1), line(2, 种类="猫"), line(3, 网格编码="141025"), line(4, 关爱种类="不存在"), line(5, 住址=""),
            line(6, 出生日期="昨天"), line(7, 谁同意="", 同意日期=""), line(8, 同意日期="2099-01-01"),
            line(1), line(9, 网格编码="141025999"),
        ),
    )  # fmt: skip
    assert file["stage"] == "faulty"
    assert faults(file) == {
        (3, "种类"), (4, "网格编码"), (5, "关爱种类"), (6, "住址"), (7, "出生日期"), (8, "谁同意"), (9, "同意日期"),
        (10, "姓名或户主"), (11, "网格编码"),
    }  # fmt: skip
    assert NAME not in str(file["faults"])
    assert [row.sealed for row in staged(app)] == [None] * 10
    refused(town.township.send("POST", f"{URL}/{file['import_id']}/confirm", {}), 409, "resident_import_not_ready")
    assert residents.listed(town.township) == []


def test_a_child_needs_its_guardians_consent_in_a_sheet_too(app, town, bring):
    born = f"{clock.local(clock.now()).year - 10}-01-01"
    child = line(1, 关爱种类="困境儿童", 出生日期=born, 电话="", 健康和行动情况="")
    assert bring(town.township, sheet(child))["stage"] == "faulty"
    head = (*HEAD, "监护人及电话")
    child[HEAD.index("谁同意")] = "监护人"
    assert bring(town.township, sheet([*child, "王大明"], head=head))["stage"] == "checked"


def test_whoever_may_not_enter_there_is_refused_by_row_and_others_see_nothing_of_it(app, town, bring):
    other = town.hire("township_leader", "grid", NEXT_GRID)
    file = bring(other, sheet(line(1), line(2, 网格编码=NEXT_GRID)))
    assert {row for row, _ in faults(file)} == {2}
    refused(town.township.get(f"{URL}/{file['import_id']}"), 404, "resident_import_unknown")
    refused(town.worker.send("POST", URL, {}), 403)
    assert town.township.send("DELETE", f"{URL}/{file['import_id']}").status_code == 404
    assert other.send("DELETE", f"{URL}/{file['import_id']}").status_code == 204


def test_who_is_there_already_is_named_to_whoever_may_see_them_alone(app, town, bring):
    kept = residents.keep(town.township, residents.old_woman())
    row = line(3, 电话=PHONE)
    (doubt,) = bring(town.township, sheet(row))["doubts"]
    assert (doubt["row"], doubt["column"]) == (2, "电话")
    assert kept["number"] in doubt["text"]
    assert PHONE not in str(residents.audited(app, "resident:sought"))
    other = town.hire("township_leader", "grid", NEXT_GRID)
    theirs = line(3, 电话=PHONE, 网格编码=NEXT_GRID)
    told = bring(other, sheet(theirs))
    assert (told["stage"], told["doubts"]) == ("checked", [])


def test_what_was_broken_off_goes_on_where_it_stopped(app, town, bring, monkeypatch):
    monkeypatch.setattr(resident_batches, "STAGING", replace(resident_batches.STAGING, at_once=2))
    file = bring(town.township, sheet(*(line(number) for number in range(1, 6))))
    confirm(town.township, file)
    with app.app_context():
        (import_id,) = resident_batches.STAGING.under_way()
        assert resident_batches.take_batch(import_id) == 2
        db.session.rollback()
    assert len(residents.listed(town.township)) == 2
    assert [row.place for row in staged(app)] == [3, 4, 5]
    take(app)
    assert len(residents.listed(town.township)) == 5
    about = town.township.get(f"{URL}/{file['import_id']}").get_json()
    assert (about["stage"], about["created"], about["settled"]) == ("done", 5, 5)


def test_nobody_is_entered_for_whoever_may_not_any_more_and_old_sheets_are_erased(app, town, bring):
    file = bring(town.township, sheet(line(1)))
    bring(town.township, sheet(line(2)))
    confirm(town.township, file)
    with app.app_context():
        from_now = clock.now()
    town.dismiss(town.township, "township_leader")
    take(app)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Resident)) == 0
        assert db.session.scalar(select(func.count()).select_from(ResidentField)) == 0
        with clock.at(from_now + timedelta(hours=25)):
            assert resident_batches.tidy() == 2
    assert staged(app) == []


def test_at_the_desk_a_sheet_is_checked_confirmed_and_shown(app, town):
    desk = Desk(app, town.township)
    front = desk.get(FRONT).text
    purposes = {row[0]: row[1] for row in rows_of(front) if len(row) == 4}
    assert purposes["电话"]
    answer = desk.post(FRONT, {"file": (io.BytesIO(sheet(line(1))), "s.csv")}, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = answer.headers["Location"]
    assert dict(facts_of(desk.get(page).text))["状态"] == "待确认"
    assert desk.post(page, {}).status_code == 303
    take(app)
    assert dict(facts_of(desk.get(page).text))["新增"] == "1"
    assert len(residents.listed(town.township)) == 1
    assert desk.post(f"{page}/drop", {}).status_code == 303
    none = desk.post(FRONT, {"file": (io.BytesIO(b""), "s.csv")}, content_type="multipart/form-data")
    assert none.status_code == 422
