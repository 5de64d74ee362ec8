"""Supervision orders stand in a list of the board, filtered, by pages and as a file; each is printed by itself."""

import pytest

from app.board import pages
from tests.board.boards import page
from tests.desk.browser import Desk
from tests.support.elements import elements, rows_of, texts_of
from tests.support.exports import taken

pytestmark = pytest.mark.one_database
DUE = "2026-11-23T11:00:00+08:00"


def test_orders_are_listed_filtered_taken_away_and_printed(app, town, clock, monkeypatch):
    case = town.supervisor.act(town.handling(), "supervise", grade="red", order="限期办结", due_at=DUE)
    answered = town.supervisor.act(town.handling(), "supervise", grade="yellow", number="古督5号")
    town.housing.act(answered, "reply_supervision", answer="已办结")
    number = f"DB{case['number']}-1"

    def listed(**query):
        return sorted(row[0] for row in rows_of(page(town, town.supervisor, "/board/supervisions", **query).text))

    assert listed() == [number, "古督5号"]
    assert (listed(show="waiting"), listed(show="answered"), listed(show="late")) == ([number], ["古督5号"], [])
    clock.tick(hours=3)
    assert listed(show="late") == [number]
    town.supervisor.act(answered, "lift_supervision")
    assert (listed(show="lifted"), listed(show="answered")) == (["古督5号"], [])
    assert page(town, town.supervisor, "/board/supervisions", show="all").status_code == 422
    assert page(town, town.supervisor, "/board/supervisions", cursor="W10").status_code == 422
    monkeypatch.setattr(pages, "PAGE_OF_CASES", 1)
    first = page(town, town.supervisor, "/board/supervisions").text
    assert len(rows_of(first, id="orders")) == 1
    assert elements(first, "a", rel="next")
    desk = Desk(app, town.supervisor)
    rows = taken(app, desk, "board_supervisions", "show=late")
    assert [row[0] for row in rows[1:]] == [number]
    sheet = desk.get(f"/desk/cases/{case['case_id']}/orders/1").text
    assert texts_of(sheet, "h1") == [f"督办单 {number}"]
    printed = dict(rows_of(sheet))
    assert (printed["督办等级"], printed["督办要求"]) == ("红牌", "限期办结")
    assert desk.get(f"/desk/cases/{case['case_id']}/orders/2").status_code == 404
    for path in (f"/desk/cases/{answered['case_id']}", f"/desk/cases/{answered['case_id']}/file"):
        (order,) = texts_of(Desk(app, town.housing).get(path).text, "div", class_="order")
        assert order.startswith("古督5号"), path
        assert "已办结" in order, path


def test_an_order_whose_case_ended_in_time_waits_and_is_not_late(app, town, clock):
    case = town.supervisor.act(town.filed(), "supervise", grade="red", number="古督6号", due_at=DUE)
    clock.tick(minutes=1)  # the newest stands first
    late = town.supervisor.act(town.filed(), "supervise", grade="red", number="古督7号", due_at=DUE)
    town.duty.act(case, "void", reason="重复登记")
    clock.tick(hours=3)
    town.duty.act(late, "void", reason="重复登记")

    def listed(show):
        shown = page(town, town.supervisor, "/board/supervisions", show=show).text
        return [row[0] for row in rows_of(shown, id="orders")], texts_of(shown, "span", class_="flag").count("超期")

    assert listed("late") == (["古督7号"], 1)
    assert listed("waiting") == (["古督7号", "古督6号"], 1)
    assert [row[0] for row in taken(app, Desk(app, town.supervisor), "board_supervisions", "show=late")[1:]] == [
        "古督7号"
    ]
    town.duty.act(case, "reply_supervision", answer="系重复登记")
    town.supervisor.act(late, "lift_supervision")
    assert (listed("waiting"), listed("answered"), listed("lifted")) == (([], 0), (["古督6号"], 0), (["古督7号"], 1))
