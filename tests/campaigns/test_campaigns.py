"""A campaign goes to every grid of its ground, is done with its form, counted by grid and township, and closed."""

import io
import re
from uuid import uuid4

from openpyxl import load_workbook
from sqlalchemy import func, select

from app.campaigns.models import Campaign
from app.core.db import db
from app.grids.levels import Duty
from tests.desk.browser import Desk
from tests.factories import campaigns, rounds
from tests.factories.campaigns import BAD, GOOD, REPORT, count
from tests.factories.grids import EAST, GRIDS, WEST
from tests.factories.town import GRID, NEXT_GRID, WAGES
from tests.support.elements import errors_at, texts_of
from tests.support.exports import made, taken
from tests.support.looks import refused


def by_sync(actor, operations=()):
    answer = actor.send("POST", "sync", {"cursor": None, "operations": list(operations), "streams": {"rounds": {}}})
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_a_check_up_is_opened_done_from_phones_counted_and_closed(asked, app, clock):
    town = asked
    campaign_id, answer = campaigns.put(town.duty)
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["stands"] == "进行中"
    assert campaigns.sweep(town) == 4
    rounds.later(app)
    (one,) = by_sync(town.worker)["streams"]["rounds"]["changes"]
    assert one["kind"]["name"] == "普查任务"
    assert (one["origin"]["label"], one["state"], one["last_day"]) == ("2026年城市体检", "due", campaigns.day(10))
    one = rounds.take(town.worker, rounds.read(town.worker, one), "start")
    one = rounds.take(town.worker, one, "visit", stop=1, answers=GOOD)
    case_id = str(uuid4())
    one = rounds.take(town.worker, one, "find", stop=1, case_id=case_id, report=REPORT)
    rounds.take(town.worker, one, "finish")
    campaigns.fill_in(town.next_worker, campaigns.mine(town.next_worker)[0], **BAD)
    now = campaigns.read(town.supervisor, campaign_id)
    assert {name: now["progress"][name] for name in ("rounds", "done", "to_do", "findings", "solved")} == {
        "rounds": 4, "done": 2, "to_do": 2, "findings": 1, "solved": 0,
    }  # fmt: skip
    assert [(one["code"], one["done"], one["rounds"]) for one in now["townships"]] == [(WEST, 2, 2), (EAST, 0, 2)]
    assert [(one["code"], one["done"]) for one in now["townships"][0]["grids"]] == [(GRID, 1), (NEXT_GRID, 1)]
    assert now["results"] == []
    assert campaigns.close(town.duty, campaign_id).status_code == 200
    after = campaigns.read(town.supervisor, campaign_id)
    assert (after["stands"], after["progress"]["cancelled"]) == ("已结束", 2)
    results = {(one["field"], one["answer"]): (one["count"], one["total"], one["mean"]) for one in after["results"]}
    assert results == {
        ("parking", None): (2, 42.0, 21.0), ("access", "true"): (1, None, None), ("access", "false"): (1, None, None),
        ("content", "满意"): (1, None, None), ("content", "不满意"): (1, None, None),
        ("lacks", "车位"): (2, None, None), ("lacks", "路灯"): (1, None, None),
    }  # fmt: skip
    again = campaigns.close(town.duty, campaign_id)
    assert (again.status_code, again.get_json()["closed_at"]) == (200, after["closed_at"]), "again is alike"


def test_the_report_is_a_workbook_of_progress_and_results(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    campaigns.fill_in(town.worker, campaigns.mine(town.worker)[0], **GOOD)
    campaigns.fill_in(town.next_worker, campaigns.mine(town.next_worker)[0], **BAD)
    campaigns.close(town.duty, campaign_id)
    desk = Desk(app, town.supervisor)
    book = load_workbook(io.BytesIO(made(app, desk, "campaign_report", f"campaign={campaign_id}", kind="xlsx")))
    assert book.sheetnames == ["普查进度", "填报汇总"]
    progress, results = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    days = f"{campaigns.day()}至{campaigns.day(10)}"
    assert {row[:2] for row in (*progress[1:], *results[1:])} == {("2026年城市体检", days)}
    progress, results = ([row[2:] for row in sheet] for sheet in (progress, results))
    lines = {row[:2]: row[2:] for row in progress[1:]}
    assert len(lines) == 4 + 2 + 1, "each grid, each township, all"
    assert lines["合计", ""][:2] == ("4", "2")
    assert [row[:8] for row in results if row[:2] == ("合计", "停车缺口")] == [
        ("合计", "停车缺口", "", "2", "42", "21", "12", "30"),
    ]
    assert ("合计", "通道畅通", "是", "1") in {row[:4] for row in results}
    west = next(row for row in results if row[1] == "停车缺口" and row[0] != "合计")
    assert west[3:5] == ("2", "42")
    own = made(app, Desk(app, town.township), "campaign_report", f"campaign={campaign_id}").decode("utf-8-sig")
    assert own.count("\r\n") == 1 + 2 + 1 + 1, "the heading, two grids, the township, all of its ground"


def test_the_report_of_a_drill_says_so_in_every_line_and_for_what_days(asked, app, clock):
    campaign_id = campaigns.opened(asked.duty, drill=True)
    campaigns.fill_in(asked.worker, campaigns.mine(asked.worker)[0], **GOOD)
    campaigns.close(asked.duty, campaign_id)
    desk = Desk(app, asked.supervisor)
    book = load_workbook(io.BytesIO(made(app, desk, "campaign_report", f"campaign={campaign_id}", kind="xlsx")))
    for sheet in book:
        heading, *rows = sheet.iter_rows(values_only=True)
        assert heading[:2] == ("普查名称", "起止日期")
        assert {row[:2] for row in rows} == {("2026年城市体检（演练）", f"{campaigns.day()}至{campaigns.day(10)}")}, (
            sheet.title
        )


def test_what_is_done_with_open_answers_or_stops_stands_apart_from_what_is_complete(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    campaigns.fill_in(town.worker, campaigns.mine(town.worker)[0], **GOOD)
    (one,) = campaigns.mine(town.next_worker)
    far = town.hire("grid_worker", "grid", GRIDS[2], duty=Duty.FULL_TIME)
    rounds.take(far, rounds.take(far, campaigns.mine(far)[0], "start"), "finish")
    assert [each["code"] for each in campaigns.fill_in(town.next_worker, one)["marks"]] == ["answers_open"]
    now = campaigns.read(town.supervisor, campaign_id)
    kinds = ("rounds", "done", "complete", "answers_open")
    assert [now["progress"][name] for name in kinds] == [4, 3, 1, 2]
    assert [[each[name] for name in kinds] for each in now["townships"]] == [[2, 2, 1, 1], [2, 1, 0, 1]]
    rows = taken(app, Desk(app, town.supervisor), "campaign_report", f"campaign={campaign_id}")
    assert rows[0][5:8] == ["已完成", "填报完整", "有漏填"]
    assert [row[5:8] for row in rows if row[2] == "合计"] == [["3", "1", "2"]]
    shown = Desk(app, town.leader).get(f"/board/campaigns/{campaign_id}").get_data(as_text=True)
    assert "填报完整 1 项，有漏填 2 项" in texts_of(shown, "p", id="total")[0]


def test_the_list_is_taken_away_with_how_far_each_is(asked, app, clock):
    town = asked
    campaigns.opened(town.duty)
    campaigns.opened(town.township, grids=[WEST], title="城关镇防汛演练", kind="census", drill=True)
    campaigns.fill_in(town.worker, campaigns.mine(town.worker)[0], **GOOD)
    rows = taken(app, Desk(app, town.supervisor), "campaigns")
    assert {(row[0], row[1], *row[-2:]) for row in rows[1:]} in (
        {("2026年城市体检", "体检评估", "4", one), ("城关镇防汛演练（演练）", "普查", "2", other)}
        for one, other in (("1", "0"), ("0", "1"))
    )
    assert len(taken(app, Desk(app, town.supervisor), "campaigns", "kind=census")) == 2


def test_the_same_again_is_one_campaign_and_another_under_its_id_is_refused(asked, app, clock):
    town = asked
    campaign_id, _ = campaigns.put(town.duty)
    assert campaigns.put(town.duty, campaign_id)[1].status_code == 200
    refused(campaigns.put(town.duty, campaign_id, title="另一次")[1], 409, "campaign_differs")
    refused(campaigns.put(town.duty, campaign_id, grids=[WEST])[1], 409, "campaign_differs")
    refused(campaigns.put(town.township, campaign_id)[1], 403, "campaign_beyond_ground")
    assert campaigns.sweep(town) == 4
    assert campaigns.sweep(town) == 0
    assert count(app, campaign_id) == 4


def test_what_cannot_be_asked_is_refused_with_the_field_at_fault(asked, app, clock):
    town = asked
    wrong = (
        ({"ends_on": campaigns.day(-1), "begins_on": campaigns.day()}, "ends_on"),
        ({"begins_on": campaigns.day(-1)}, "begins_on"),
        ({"begins_on": campaigns.day(367), "ends_on": campaigns.day(370)}, "begins_on"),
        ({"ends_on": campaigns.day(400)}, "ends_on"),
        ({"round": "nothing"}, "round"),
        ({"service": "nothing"}, "round"),
        ({"grids": ["141025999"]}, "grids"),
        ({"grids": []}, "grids"),
        ({"round": "census"}, "grids"),  # there is no component anywhere
    )
    for changes, field in wrong:
        answer = refused(campaigns.put(town.duty, **changes)[1], 422)
        assert list(answer["fields"]) == [field], changes
    assert campaigns.put(town.township)[1].status_code == 403
    assert campaigns.put(town.township, grids=[WEST])[1].status_code == 201
    assert campaigns.put(town.supervisor)[1].status_code == 403
    assert town.worker.get("campaigns").status_code == 403


def test_a_service_without_a_decision_for_all_of_the_time_is_not_given_to_grids(app, town, clock):
    admission = {"from": "2026-01-01", "until": campaigns.day(5), "decision": "示例", "source": "example"}
    rounds.provide(app, campaigns.check_up(), admission=admission)
    answer = refused(campaigns.put(town.duty)[1], 422)
    assert list(answer["fields"]) == ["service"]
    assert campaigns.put(town.duty, ends_on=campaigns.day(5))[1].status_code == 201


def test_a_round_of_another_kind_is_none_and_frequency_makes_none_of_a_campaign(app, town, clock):
    rounds.provide(app, rounds.plan(), campaigns.check_up())
    refused(campaigns.put(town.duty, round="street")[1], 422)
    rounds.make(app)
    assert {one["round"]["code"] for one in rounds.listed(town.duty)} == {"street"}


def test_a_ground_sees_its_own_part_alone(asked, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    own = campaigns.read(town.township, campaign_id)
    assert ([one["code"] for one in own["townships"]], own["progress"]["rounds"]) == ([WEST], 2)
    east = town.hire("township_leader", "grid", EAST)
    west_only = campaigns.opened(town.township, grids=[WEST], title="城关镇自查")
    assert east.get(f"campaigns/{west_only}").status_code == 404
    assert [one["campaign_id"] for one in east.get("campaigns").get_json()["items"]] == [campaign_id]
    refused(campaigns.close(town.township, campaign_id), 403, "campaign_beyond_ground")


def test_campaigns_are_listed_newest_first_page_by_page(asked, clock):
    town = asked
    ids = [campaigns.put(town.duty, begins_on=campaigns.day(number))[0] for number in (1, 1, 2)]
    first = town.supervisor.get("campaigns", limit=2).get_json()
    rest = town.supervisor.get("campaigns", limit=2, cursor=first["next_cursor"]).get_json()
    assert first["items"][0]["campaign_id"] == ids[2]
    assert {one["campaign_id"] for one in (*first["items"], *rest["items"])} == set(ids)
    assert rest["next_cursor"] is None
    assert {one["stands"] for one in first["items"]} == {"未开始"}
    refused(town.supervisor.get("campaigns", cursor="x"), 422, "cursor_invalid")
    assert town.supervisor.get("campaigns", open="false").get_json()["items"] == []


def test_results_wait_for_whoever_is_on_the_way_and_what_is_over_is_missed(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty, ends_on=campaigns.day(1))
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    campaigns.close(town.duty, campaign_id)
    assert campaigns.read(town.duty, campaign_id)["stands"] == "结束中"
    one = rounds.take(town.worker, one, "visit", stop=1, answers=GOOD)
    rounds.take(town.worker, one, "finish")
    campaigns.sweep(town)
    done = campaigns.read(town.duty, campaign_id)
    assert (done["stands"], done["progress"]["done"], done["progress"]["cancelled"]) == ("已结束", 1, 3)
    assert ("parking", 12.0) in {(line["field"], line["total"]) for line in done["results"]}
    missed_id = campaigns.opened(town.duty, ends_on=campaigns.day(1), title="第二次")
    clock.tick(days=2, hours=1)
    rounds.later(app)
    soon = campaigns.read(town.duty, missed_id)
    assert (soon["progress"]["missed"], soon["progress"]["to_do"]) == (0, 4), "whoever serves sees it first"
    clock.tick(days=1)
    assert campaigns.read(town.duty, missed_id)["progress"]["missed"] == 4
    assert campaigns.read(town.duty, missed_id)["stands"] == "已到期"


def test_findings_show_which_are_solved(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    cases = []
    for _ in range(2):
        case_id = str(uuid4())
        one = rounds.take(town.worker, one, "find", stop=1, case_id=case_id, report=REPORT)
        cases.append({"case_id": case_id})
    town.duty.act(cases[0], "void", reason="重复")
    now = campaigns.read(town.supervisor, campaign_id)["progress"]
    assert (now["findings"], now["solved"]) == (2, 0), "voided is not solved"
    items = town.supervisor.get(f"campaigns/{campaign_id}/findings", limit=1).get_json()
    assert [each["case_id"] for each in items["items"]] == [cases[1]["case_id"]], "what is open stands first"
    rest = town.supervisor.get(f"campaigns/{campaign_id}/findings", cursor=items["next_cursor"]).get_json()
    assert [each["case_id"] for each in rest["items"]] == [cases[0]["case_id"]]
    east = town.hire("township_leader", "grid", EAST)
    assert campaigns.read(east, campaign_id)["progress"]["findings"] == 0
    assert east.get(f"campaigns/{campaign_id}/findings").get_json()["items"] == []


def test_confidential_findings_are_counted_listed_and_taken_away_for_readers_alone(app, town, clock):
    rounds.provide(app, campaigns.check_up(finding_classes=[WAGES]), code="wages")
    campaign_id = campaigns.opened(town.duty, service="wages")
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    case_id = str(uuid4())
    report = {**REPORT, "class": WAGES, "form": {"people_count": 2}}
    one = rounds.take(town.worker, one, "find", stop=1, case_id=case_id, report=report)
    rounds.take(town.worker, one, "finish")
    campaigns.close(town.duty, campaign_id)

    def seen_by(actor):
        listed = actor.get(f"campaigns/{campaign_id}/findings").get_json()["items"]
        years = actor.get("campaigns/comparison", service="wages", round="check_up").get_json()["years"]
        report = taken(app, Desk(app, actor), "campaign_report", f"campaign={campaign_id}")
        page = Desk(app, actor).get(f"/board/campaigns/{campaign_id}").get_data(as_text=True)
        return (
            campaigns.read(actor, campaign_id)["progress"]["findings"], [each["case_id"] for each in listed],
            [each["findings"] for each in years], {row[-2] for row in report[1:] if row[2] == "合计"},
            len(texts_of(page, "table", id="findings-table")),
            len(taken(app, Desk(app, actor), "campaign_findings", f"campaign={campaign_id}")) - 1,
        )  # fmt: skip

    assert seen_by(town.duty) == (1, [case_id], [1], {"1"}, 1, 1)
    assert seen_by(town.township) == (0, [], [0], {"0"}, 0, 0)


def test_the_duty_officer_comes_to_campaigns_and_to_what_was_found_without_the_board(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    one = rounds.take(town.worker, campaigns.mine(town.worker)[0], "start")
    rounds.take(town.worker, one, "find", stop=1, case_id=str(uuid4()), report=REPORT)
    officer, watcher = Desk(app, town.duty), Desk(app, town.supervisor)
    assert officer.get("/board/").status_code == 403
    assert "普查和体检" in texts_of(officer.get("/desk/").get_data(as_text=True), "a")
    page = officer.get(f"/board/campaigns/{campaign_id}").get_data(as_text=True)
    links = set(re.findall(r'href="(/(?:board|desk)/[^"]*)"', page))
    assert any(link.startswith("/desk/cases/") for link in links)
    assert {link: officer.get(link).status_code for link in links if officer.get(link).status_code != 200} == {}
    page = watcher.get(f"/board/campaigns/{campaign_id}").get_data(as_text=True)
    assert re.search(r'href="/board/cases/[0-9a-f-]{36}"', page)
    assert "案件清单" in texts_of(page, "a")


def test_reading_costs_the_same_however_many_grids(asked, app, clock, query_count):
    town = asked
    ids = [campaigns.opened(town.duty, grids=list(grids_), title="一") for grids_ in ((GRID,), GRIDS)]
    town.supervisor.get("me")
    costs = []
    for campaign_id in ids:
        with query_count() as sent:
            campaigns.read(town.supervisor, campaign_id)
        costs.append(len(sent))
    assert costs[0] == costs[1]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Campaign)) == 2


def test_the_board_lists_opens_shows_and_closes_a_campaign(asked, app, clock):
    town = asked
    desk = Desk(app, town.leader)
    page = desk.get("/board/campaigns/").get_data(as_text=True)
    assert texts_of(page, "p", **{"class": "empty-title"}) == ["没有专项普查"]
    form = {
        "campaign_id": str(uuid4()), "title": "城市体检", "round_key": "urban:check_up", "kind": "check_up",
        "grid": [WEST, EAST], "begins_on": campaigns.day(), "ends_on": campaigns.day(-1), "number": "",
    }  # fmt: skip
    wrong = desk.post("/board/campaigns/", form)
    assert wrong.status_code == 422
    assert errors_at(wrong.text, "ends_on") == ["结束日期早于开始日期。"]
    there = [desk.post("/board/campaigns/", {**form, "ends_on": campaigns.day(5)}) for _ in range(2)]
    assert [one.status_code for one in there] == [303, 303]
    assert campaigns.sweep(town) == 4
    address = f"/board/campaigns/{form['campaign_id']}"
    shown = desk.get(f"{address}?township={WEST}").get_data(as_text=True)
    assert texts_of(shown, "p", id="total")[0].startswith("0 / 4 项任务完成")
    assert len(texts_of(shown, "progress")) == 2 + 2, "each township, and each grid of the one that is chosen"
    assert [desk.post(f"{address}/close", {}).status_code for _ in range(2)] == [303, 303]
    assert Desk(app, town.worker).get("/board/campaigns/").status_code == 403
    watcher = Desk(app, town.supervisor)
    assert texts_of(watcher.get("/board/campaigns/").get_data(as_text=True), "h2", id="open") == []
    assert watcher.post("/board/campaigns/", form).status_code == 403
