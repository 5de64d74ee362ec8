"""Whoever registers tickets takes in a file of them at the desk: looks at what would come of each row, and confirms."""

import base64
import json
from io import BytesIO

import pytest

from app.desk import ticket_pages
from app.frame import sheets
from app.intake import ticket_file
from tests.desk.browser import Desk, path_of
from tests.factories.town import GRID
from tests.support.elements import alert, elements, errors_at, links_of, outcome, rows_of, texts_of, value_of

pytestmark = pytest.mark.one_database
PAGE, CONFIRM = "/desk/tickets", "/desk/tickets/confirm"
TITLES = ("编号", "描述", "网格", "来源", "事项", "理由", "期限")
FIRST = ("督-1", "路口垃圾成堆", GRID, "上级交办", "", "", "")
ASKED = ("督-1", "", "", "上级交办", "申请退回来源", "地点在邻县", "")
WRONG = ("督-2", "路口垃圾成堆", "没有这个网格", "上级交办", "", "", "")
UNKNOWN = ("督-3", "", "", "上级交办", "二次派单", "仍有", "")


@pytest.fixture
def desk(town):
    return Desk(town.app, town.acceptor)


def sheet(*rows):
    return sheets.write("工单", [(title, 12) for title in TITLES], rows)


def look(desk, content, name="工单.xlsx"):
    return desk.post(PAGE, {"file": (BytesIO(content), name)}, content_type="multipart/form-data")


def counted(answer):
    """How many rows of a file could be taken in, as the page says it."""
    (text,) = [one for one in texts_of(answer.text, "p") if one.startswith("可以收下")]
    return text


def packed(answer):
    return value_of(answer.text, "packed")


def results(answer):
    """The rows of the table as texts: row, number, what, result."""
    return [tuple(row) for row in rows_of(answer.text)]


def cases(town):
    return town.acceptor.get("cases").get_json()["items"]


def test_each_row_says_what_would_come_of_it_and_nothing_is_written(town, desk):
    answer = look(desk, sheet(FIRST, ASKED, WRONG, UNKNOWN))
    assert (answer.status_code, cases(town)) == (200, [])
    assert counted(answer).startswith("可以收下 2 行，早已收到 0 行，不能收下 2 行")
    first, asked, wrong, unknown = results(answer)
    assert (first, asked) == (("2", "督-1", "上报", "可以收下"), ("3", "督-1", "申请退回来源", "可以收下"))
    assert ("“网格”" in wrong[3], "没有这个网格" in wrong[3]) == (True, True)
    assert unknown[2:] == ("二次派单", "✗ 没有收到过这个编号的工单，或有几个案件用这个编号。")


def test_what_was_looked_at_is_taken_in_and_a_second_time_brings_nothing(town, desk):
    content = sheet(FIRST, ASKED, WRONG)
    answer = desk.post(CONFIRM, {"packed": packed(look(desk, content))})
    assert outcome(answer.text).startswith("收下 2 行，早已收到 0 行，没有收下 1 行")
    (case,) = cases(town)
    assert (case["external_no"], town.steps(case)) == ("督-1", ["report", "ask_sender"])
    assert f"/desk/cases/{case['case_id']}" in links_of(answer.text)
    again = look(desk, content)
    assert counted(again).startswith("可以收下 0 行，早已收到 2 行，不能收下 1 行")
    assert not elements(again.text, "input", name="packed")
    once_more = desk.post(CONFIRM, {"packed": base64.b64encode(content).decode()})
    assert outcome(once_more.text).startswith("收下 0 行，早已收到 2 行，没有收下 1 行")
    assert (len(cases(town)), town.steps(case)) == (1, ["report", "ask_sender"])
    assert path_of(desk.get(CONFIRM)) == PAGE


def test_json_is_taken_as_the_command_takes_it(town, desk):
    ticket = {"external_no": "12345-1", "description": "路口垃圾成堆", "grid": GRID}
    answer = look(desk, json.dumps([ticket]).encode(), "tickets.json")
    assert counted(answer).startswith("可以收下 1 行，早已收到 0 行，不能收下 0 行")
    desk.post(CONFIRM, {"packed": packed(answer)})
    assert [one["source"] for one in cases(town)] == ["hotline"]


def test_files_that_hold_no_tickets_or_too_many_are_refused(town, desk, monkeypatch):
    monkeypatch.setattr(ticket_pages, "MOST_ROWS", 2)
    monkeypatch.setattr(ticket_pages, "MOST_BYTES", 30_000)
    for content, text in (
        (b"", "请选择工单文件"),
        (b"PK not a workbook", "文件无法读取"),
        ("号码,描述\n1,2".encode(), "没有找到表头"),
        (sheet(FIRST, ASKED, WRONG), "一次最多"),
        (b"x" * (ticket_pages.MOST_BYTES + 1), "一次最多"),
    ):
        answer = look(desk, content)
        assert answer.status_code == 422, text
        assert text in " ".join([alert(answer.text), *errors_at(answer.text, "file")]), text
    assert desk.post(PAGE, {}).status_code == 422
    for wrong in ("", "?", "ü"):
        assert desk.post(CONFIRM, {"packed": wrong}).status_code == 422
    assert cases(town) == []


def test_only_whoever_registers_for_others_has_the_page(town):
    for actor, status in ((town.worker, 403), (town.housing, 403), (town.acceptor, 200)):
        desk = Desk(town.app, actor)
        assert desk.get(PAGE).status_code == status
        assert look(desk, sheet(FIRST)).status_code == status
        assert (PAGE in links_of(desk.get("/desk/").text)) == (status == 200)


def test_the_empty_sheet_has_the_columns_that_are_read(town, desk):
    answer = desk.get(f"{PAGE}/template")
    (page,) = sheets.read(answer.data).sheets
    assert page.rows[0].cells == ticket_file.COLUMNS
