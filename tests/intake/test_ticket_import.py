"""Tickets come as a file of another system: each row makes a case once, and says by itself what is wrong with it."""

import json

import pytest
from click.testing import CliRunner

from app.frame import sheets
from app.identity import queries as identity
from app.intake.ticket_commands import tickets
from tests.factories.town import GARBAGE, GRID

pytestmark = pytest.mark.one_database
TITLES = ("编号", "来源", "诉求类型", "类别", "描述", "网格", "期限", "保密", "反映人", "电话", "同意保存")
WHOLE = ("12345-1", "热线", "投诉", "暴露垃圾", "路口垃圾成堆", GRID, "2026-12-01", "是", "李小红", "13800001234", "是")


@pytest.fixture
def run(app, town, tmp_path):
    def import_file(content, *options, username=None):
        file = tmp_path / "tickets.xlsx"
        file.write_bytes(content)
        with app.app_context():
            name = username or identity.account(town.acceptor.id).username
            return CliRunner().invoke(tickets, ["import", str(file), "--as", name, *options])

    return import_file


def sheet(*rows, titles=TITLES):
    return sheets.write("工单", [(title, 12) for title in titles], rows)


def cases(town):
    return town.acceptor.get("cases").get_json()["items"]


def test_a_sheet_of_tickets_makes_each_case_once_and_tells_what_is_wrong_by_row(town, run):
    wrong = (
        ("", *WHOLE[1:]),
        ("12345-2", "哪里", *WHOLE[2:]),
        ("12345-3", *WHOLE[1:5], "没有这个网格", *WHOLE[6:]),
        ("12345-4", *WHOLE[1:6], "明天", *WHOLE[7:]),
        ("12345-5", *WHOLE[1:10], ""),  # keeps name and number without consent
    )
    tried = run(sheet(WHOLE, *wrong), "--dry-run")
    assert (tried.exit_code, cases(town)) == (1, [])
    done = run(sheet(WHOLE, *wrong))
    assert done.exit_code == 1
    for row, word in ((3, "编号"), (4, "哪里"), (5, "没有这个网格"), (6, "明天"), (7, "同意")):
        assert any(f"第 {row} 行" in line and word in line for line in done.output.splitlines()), (row, done.output)
    (case,) = cases(town)
    assert (case["source"], case["external_no"], case["ticket_kind"], case["secret"]) == (
        "hotline", "12345-1", "complaint", True,
    )  # fmt: skip
    assert (case["class"]["code"], case["grid"]["code"]) == (GARBAGE, GRID)
    assert case["external_due"] == "2026-12-01T15:59:00+00:00"  # a day alone ends with that day
    citizen = town.acceptor.get(f"cases/{case['case_id']}/citizen").get_json()
    assert citizen["name"] == "李**"
    again = run(sheet(WHOLE))
    assert (again.exit_code, len(cases(town))) == (0, 1)
    other = run(sheet((*WHOLE[:4], "说的是另一件事", *WHOLE[5:])))
    assert (other.exit_code, len(cases(town))) == (1, 1)


def test_json_is_taken_as_the_interface_takes_reports(town, run):
    ticket = {
        "external_no": "督-1",
        "source": "superior",
        "description": "督办件",
        "grid": GRID,
        "ticket_kind": "report",
    }
    done = run(json.dumps([ticket, {"description": "没有编号"}]).encode())
    assert done.exit_code == 1
    assert [case["external_no"] for case in cases(town)] == ["督-1"]
    for content in (b"{}", b"[", sheet(("1",), titles=("号码",)), b"nothing"):
        assert run(content).exit_code != 0
    assert run(json.dumps([ticket]).encode(), username="nobody").exit_code == 1
    worker = identity_name(town, town.worker)
    assert run(json.dumps([{**ticket, "external_no": "督-2"}]).encode(), username=worker).exit_code == 1
    assert len(cases(town)) == 1


def identity_name(town, actor):
    with town.app.app_context():
        return identity.account(actor.id).username
