"""Administrators import people from a sheet in the browser: they look first, and confirm what they have seen."""

import base64
import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.audit import queries as audit
from app.audit.tags import Tag
from app.core.db import db
from app.identity import people_upload
from app.identity.models import PersonRow
from app.identity.people_file import COLUMNS
from tests.desk.browser import Desk, path_of
from tests.factories.grids import COUNTY, GRIDS
from tests.factories.identity import person
from tests.factories.town import GRID, HOUSING
from tests.support.elements import alert, elements, outcome, rows_of, texts_of

pytestmark = pytest.mark.one_database
IMPORT, CONFIRM = "/admin/people/import", "/admin/people/import/confirm"
WANG = ("王小明", "wang", "13800000000", "网格员", "网格", GRID, "", "")
WANG_TOO = ("王小明", "wang", "13800000000", "部门经办台", "部门", HOUSING, "2026-12-01", "2026-12-31")
LI = ("李雷", "li", "", "受理员", "中心", COUNTY, "", "")


def sheet(*rows, header=COLUMNS):
    book = Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def look(desk, content, query=""):
    file = (BytesIO(content), "人员.xlsx")
    return desk.post(IMPORT + query, {"file": file}, content_type="multipart/form-data")


def confirm(desk, said):
    """Confirm, and read the answer to its end."""
    return desk.post(CONFIRM, said, buffered=True)


def sealed(answer):
    return {name: re.search(f'name="{name}" value="([^"]+)"', answer.text)[1] for name in ("packed", "seal")}


def summary(answer):
    """What a page says would come of a sheet."""
    (text,) = texts_of(answer.text, "p", role="status")
    return text


def passwords_of(answer):
    written = base64.b64decode(re.search(r"sheet;base64,([^\"]+)\"", answer.text)[1])
    return list(load_workbook(BytesIO(written)).active.iter_rows(values_only=True))


def people(town):
    with town.app.app_context():
        return db.session.scalar(select(func.count()).select_from(PersonRow))


def test_looking_shows_what_would_happen_and_changes_nothing(town, desk):
    before = people(town)
    answer = look(desk, sheet(WANG, WANG_TOO, LI))
    assert answer.status_code == 200
    assert summary(answer).startswith("人员.xlsx：新建账号 2 个，补充任职 0 项，")
    first, *others = rows_of(answer.text, class_="people")
    assert "部门经办台 · 县住房和城乡建设局" in [row[3] for row in others]
    assert "2026-12-01 至 2026-12-31" in [row[4] for row in (first, *others)]
    assert people(town) == before


def test_what_was_looked_at_is_imported_with_first_passwords(town, desk, capfd):
    answer = confirm(desk, sealed(look(desk, sheet(WANG, WANG_TOO, LI))))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert outcome(answer.text).startswith("导入完成：新建账号 2 个")
    header, *rows = passwords_of(answer)
    assert [header, *(row[:2] for row in rows)] == [("姓名", "账号", "初始密码"), ("王小明", "wang"), ("李雷", "li")]
    said = {"username": "wang", "password": rows[0][2]}
    signed_in = town.client.post("/api/v1/auth/login", json=said).get_json()["person"]
    assert (signed_in["roles"], signed_in["must_change_password"]) == (["grid_worker"], True)
    with town.app.app_context():
        kept = audit.search(tags=[Tag.EXPORT_MADE, Tag.PEOPLE_IMPORTED]).items
        assert [entry.data for entry in kept] == [
            {"what": "first_passwords", "rows": 2},
            {"accounts": 2, "roles": 3},
        ]
    assert not any(row[2] in "".join(capfd.readouterr()) for row in rows)


def test_an_import_tells_how_far_it_is(town, desk):
    rows = [(f"某{number}", f"mou{number}", "", "网格员", "网格", GRID, "", "") for number in range(25)]
    answer = confirm(desk, sealed(look(desk, sheet(*rows))))
    assert re.findall(r"已生成密码 (\d+) / 25", answer.text) == ["10", "20"]
    assert len(passwords_of(answer)) == 26


def test_confirmed_twice_it_is_imported_once(town, desk):
    given = sealed(look(desk, sheet(WANG)))
    confirm(desk, given)
    before = people(town)
    answer = confirm(desk, given)
    assert outcome(answer.text) == "导入完成：新建账号 0 个，补充任职 0 项。"
    assert not elements(answer.text, "a", download="初始密码.xlsx")
    assert people(town) == before


def test_who_is_known_receives_what_is_missing(town, desk):
    with town.app.app_context():
        person(username="wang", name="王小明")
    looked = look(desk, sheet(WANG))
    assert "新建账号 0 个，补充任职 1 项" in summary(looked)
    assert outcome(confirm(desk, sealed(looked)).text) == "导入完成：新建账号 0 个，补充任职 1 项。"
    again = look(desk, sheet(WANG))
    assert "新建账号 0 个，补充任职 0 项，已有任职 1 项（不变）" in summary(again)
    assert not elements(again.text, "input", name="seal")


def test_a_row_written_twice_is_one_role(town, desk):
    assert outcome(confirm(desk, sealed(look(desk, sheet(WANG, WANG)))).text).startswith("导入完成：新建账号 1 个")
    assert "已有任职 1 项" in summary(look(desk, sheet(WANG, WANG)))


def test_faults_are_told_by_row_and_column_in_both_languages(town, desk):
    content = sheet(("", *WANG[1:]), ("李四", "王", "x", "县长", "网格", "999", "", ""))
    answer = look(desk, content)
    assert answer.status_code == 422
    assert alert(answer.text).startswith("表格有 3 处错误")
    assert rows_of(answer.text, class_="faults")[0] == ["2", "姓名", "必填。"]
    english = look(desk, content, "?lang=en").text
    assert alert(english).startswith("The sheet has 3 faults")
    assert [
        fault for _, _, fault in rows_of(english, class_="faults") if fault.startswith("Read “x”: A telephone number")
    ]
    assert "读取的是工作表「Sheet」第 2—3 行。" in texts_of(answer.text, "p", class_="about")
    assert "Read: the sheet “Sheet” rows 2–3." in texts_of(english, "p", class_="about")


def test_sheets_that_are_hidden_are_named_with_faults_and_without(town, desk):
    for rows in ((WANG,), (("", *WANG[1:]),)):
        book = load_workbook(BytesIO(sheet(*rows)))
        book.create_sheet("离任").sheet_state = "hidden"
        book.save(stream := BytesIO())
        for lang, said in (("zh", "隐藏的工作表没有读取：离任。"), ("en", "Hidden sheets were not read: 离任.")):
            page = look(desk, stream.getvalue(), f"?lang={lang}").text
            beside = texts_of(page, "p", class_="about") + texts_of(page, "p", role="note")
            assert [text for text in beside if said in text], rows


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "请先选择"),
        (b"PK not a workbook", "文件无法读取"),
        ("姓名,账号".encode(), "表头缺少：手机、角色"),
        (b"x" * 30_001, "文件过大"),
    ],
)
def test_what_is_no_sheet_is_refused(town, desk, monkeypatch, content, text):
    monkeypatch.setattr(people_upload, "MOST_BYTES", 30_000)
    answer = look(desk, content)
    assert answer.status_code == 422
    assert text in alert(answer.text)


def test_a_form_without_a_file_is_refused(town, desk):
    assert desk.post(IMPORT, {}).status_code == 422


def test_columns_that_are_missing_are_named(town, desk):
    assert "表头缺少：止" in alert(look(desk, sheet(WANG[:-1], header=COLUMNS[:-1])).text)


def test_a_file_that_unpacks_to_too_much_is_refused(town, desk):
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as made:
        made.writestr("xl/sharedStrings.xml", b"0" * 60_000_000)
    assert "文件展开后过大" in alert(look(desk, packed.getvalue()).text)


def test_no_broken_workbook_breaks_the_page(town, desk):
    whole = ZipFile(BytesIO(sheet(WANG)))
    for name in whole.namelist():
        for spoil in (lambda text: b"", lambda text: text[: len(text) // 2], lambda text: text.replace(b"sheet", b"x")):
            packed = BytesIO()
            with ZipFile(packed, "w") as made:
                for each in whole.namelist():
                    made.writestr(each, spoil(whole.read(each)) if each == name else whole.read(each))
            assert look(desk, packed.getvalue()).status_code in (200, 422), name


def test_only_what_was_looked_at_in_this_session_is_imported(town, desk):
    given, before = sealed(look(desk, sheet(WANG))), people(town)
    other = sealed(look(desk, sheet(LI)))
    another = Desk(town.app, town.admin)
    for who, said in (
        (desk, {**given, "packed": other["packed"]}),
        (desk, {**given, "seal": "x"}),
        (desk, {**given, "packed": "ü"}),
        (desk, {}),
        (another, given),
    ):
        answer = confirm(who, said)
        assert answer.status_code == 409
        assert "请重新选择文件" in alert(answer.text)
    assert people(town) == before


def test_what_changed_since_the_look_stops_the_import(town, desk):
    given = sealed(look(desk, sheet(WANG, LI)))
    with town.app.app_context():
        person(username="wang", name="另一人")
    before = people(town)
    answer = confirm(desk, given)
    assert "没有导入任何人员" in alert(answer.text)
    assert texts_of(answer.text, class_="outcome") == []
    assert people(town) == before


@pytest.mark.both_databases
def test_an_administrator_of_a_township_imports_into_it_alone(town, local):
    with town.app.app_context():
        person(username="zhang", name="张三")
    beyond = ("赵六", "zhao", "", "网格员", "网格", GRIDS[2], "", "")
    known = ("张三", "zhang", "", "网格员", "网格", GRID, "", "")
    answer = look(local, sheet(WANG, beyond, LI, known))
    assert rows_of(answer.text, class_="faults") == [
        ["3", "范围代码", "读到“141…01”：超出您的管理范围。"],
        ["4", "范围代码", "读到“141025”：超出您的管理范围。"],
        ["5", "账号", "读到“zhang”：“zhang”已有人使用，不归您管理。"],
    ]
    assert outcome(confirm(local, sealed(look(local, sheet(WANG)))).text).startswith("导入完成")


def test_the_empty_sheet_offers_roles_and_places_and_can_be_filled_in(town, desk):
    answer = desk.get(f"{IMPORT}/template")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(answer.data))
    assert tuple(cell.value for cell in book["人员"][1]) == COLUMNS
    assert ("网格员", "网格") in list(book["角色"].iter_rows(values_only=True))
    assert ("部门", HOUSING, "县住房和城乡建设局") in list(book["范围代码"].iter_rows(values_only=True))
    for place, value in enumerate(WANG, start=1):
        book["人员"].cell(2, place).value = value
    filled = BytesIO()
    book.save(filled)
    assert "新建账号 1 个" in summary(look(desk, filled.getvalue()))


def test_the_empty_sheet_of_a_township_names_its_own_places(town, local):
    book = load_workbook(BytesIO(local.get(f"{IMPORT}/template").data))
    codes = [row[1] for row in book["范围代码"].iter_rows(min_row=2, values_only=True)]
    assert GRID in codes
    assert not {GRIDS[2], HOUSING, COUNTY} & set(codes)


def test_the_answer_to_an_import_can_be_reloaded(town, desk):
    assert path_of(desk.get(CONFIRM)) == IMPORT
