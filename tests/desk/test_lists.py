"""Queues and lists: order, filters, pages, empty states, counts asked for now and then; and what they cost."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.cases.case_queues import QUEUES
from app.desk import worklist
from app.desk.countdown import remaining
from tests.desk.browser import Desk
from tests.factories.lively import lively
from tests.factories.town import COVER, GARBAGE, GRID, HOUSING, THERE
from tests.support.elements import alert, elements, empty_title, texts_of, tight

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
FIXED = 2  # session with person and assignments; at most one more for reference data


def numbers(page):
    """The numbers of the cases of a list, in order."""
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', tight(page.text))


@pytest.mark.parametrize(
    ("left", "tone", "zh", "en"),
    [
        (timedelta(days=2, hours=5), "fine", "还剩 2 天", "2 days left"),
        (timedelta(hours=5), "fine", "还剩 5 小时", "5 hours left"),
        (timedelta(hours=1, minutes=59), "soon", "还剩 1 小时", "1 hour left"),
        (timedelta(minutes=40), "soon", "还剩 40 分钟", "40 minutes left"),
        (timedelta(seconds=20), "soon", "还剩 1 分钟", "1 minute left"),
        (timedelta(0), "late", "超时 1 分钟", "1 minute late"),
        (-timedelta(days=2, hours=1), "late", "超时 2 天", "2 days late"),
    ],
)
def test_what_is_left_is_said_in_words(left, tone, zh, en):
    said = remaining(NOW + left, NOW)
    assert (said.tone, said.words, said.words.en) == (tone, zh, en)


def test_where_there_is_no_end_nothing_is_left():
    assert remaining(None, NOW) is None


def test_what_ends_first_stands_first(app, town, clock):
    slow = town.filed()
    clock.tick(minutes=5)
    urgent = town.duty.act(town.filed(), "urgent")
    listed = numbers(Desk(app, town.dispatcher).get("/desk/queues/to_dispatch"))
    due = {each["number"]: town.supervisor.read(each)["due_at"] for each in (slow, urgent)}
    assert listed == sorted(due, key=due.get)


def test_a_list_is_narrowed_by_what_stands_in_its_address(app, town):
    here = town.worker.report(address="胜利街").get_json()
    there = town.next_worker.report(COVER, at=THERE, description="井盖丢了").get_json()
    desk = Desk(app, town.acceptor)
    both = {here["number"], there["number"]}
    for query, wanted in {
        "": both,
        "?text=胜利街": {here["number"]},
        f"?class={COVER}": {there["number"]},
        "?class=C0102 污水井盖": {there["number"]},
        f"?grid={there['grid']['code']}": {there["number"]},
        "?overdue=1": set(),
        "?class=没有的": set(),
        "?grid=没有的": set(),
        f"?department={HOUSING}": set(),
    }.items():
        page = desk.get(f"/desk/queues/to_accept{query}")
        assert set(numbers(page)) == wanted, query
    assert "没有这个网格" in alert(desk.get("/desk/cases?grid=没有的").text)
    assert set(numbers(desk.get("/desk/cases?state=reported"))) == both
    assert numbers(desk.get("/desk/cases?state=closed")) == []


def test_a_list_is_read_page_by_page_and_nothing_twice(app, town, monkeypatch):
    monkeypatch.setattr("app.desk.case_pages.PAGE", 2)
    every = {town.worker.report(text).get_json()["number"] for text in ["0102"] * 3}
    every |= {town.acceptor.act(town.worker.report().get_json(), "refuse", reason="不属网格事项")["number"]}
    desk, seen, address = Desk(app, town.acceptor), [], "/desk/cases"
    while address:
        page = desk.get(address)
        seen += numbers(page)
        found = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = f"/desk/cases{found[1].replace('&amp;', '&')}" if found else None
    assert len(seen) == 4
    assert set(seen) == every
    assert desk.get("/desk/cases?cursor=abc").status_code == 422


def test_an_empty_list_says_what_to_do(app, town):
    desk = Desk(app, town.acceptor)
    assert empty_title(desk.get("/desk/queues/to_accept").text) == "这里都办完了"
    assert "放宽或清除" in texts_of(desk.get("/desk/queues/to_accept?text=没有").text, "div", class_="empty")[0]
    assert empty_title(desk.get("/desk/").text) == "现在没有等您办理的案件"
    assert empty_title(desk.get("/desk/cases").text) == "还没有案件"
    assert empty_title(desk.get("/desk/queues/to_accept?lang=en").text) == "All done here"


def test_a_queue_of_others_is_not_there(app, town):
    answer = Desk(app, town.acceptor).get("/desk/queues/to_file")
    assert answer.status_code == 404
    assert texts_of(answer.text, "h1") == ["未能完成"]


def test_counts_that_have_not_changed_are_not_sent_again(app, town):
    town.worker.report()
    desk = Desk(app, town.acceptor)
    first = desk.part("/desk/counts?here=to_accept")
    assert texts_of(first.text, "a", id="queue-to_accept") == ["待受理 1"]
    assert first.headers["Cache-Control"] == "no-store", "how many cases wait for somebody is about that person"
    known = {"HX-Request": "1", "If-None-Match": first.headers["ETag"]}
    assert desk.get("/desk/counts?here=to_accept", headers=known).status_code == 304
    town.worker.report()
    second = desk.get("/desk/counts?here=to_accept", headers=known).text
    assert texts_of(second, "a", id="queue-to_accept") == ["待受理 2"]


def test_the_desk_begins_with_what_waits_for_a_step_of_ones_own_and_nothing_else(app, town):
    town.also(town.acceptor, "grid_worker", "grid", GRID)
    own = town.acceptor.report().get_json()
    verifying = town.worker.report().get_json()
    town.acceptor.act(verifying, "verify", verifier=str(town.next_worker.id))
    accepted = town.acceptor.act(town.acceptor.report().get_json(), "accept")
    desk = Desk(app, town.acceptor)
    assert numbers(desk.get("/desk/")) == [own["number"]], "what others verify and file is theirs"
    assert {own["number"], accepted["number"]} == set(numbers(desk.get("/desk/queues/my_reports")))
    assert numbers(Desk(app, town.next_worker).get("/desk/")) == [verifying["number"]]
    assert numbers(Desk(app, town.worker).get("/desk/")) == []


WORK = {
    "to_accept", "to_name_verifier", "to_file", "to_dispatch", "to_sign", "to_handle", "sub_to_do", "to_verify",
    "to_check", "to_name_checker", "to_close", "to_call_back", "to_follow_up", "asked_return", "asked_extension",
    "asked_again", "asked_deferral", "asked_deferral_again", "asked_assist", "to_answer", "to_review", "to_reopen",
}  # fmt: skip


def test_every_queue_is_either_work_or_watched():
    assert {one.name for one in QUEUES} == WORK | worklist.WATCHED
    assert not WORK & worklist.WATCHED


def test_what_waits_for_its_sender_waits_for_nobody_at_the_desk(app, town):
    case = town.acceptor.report(source="superior", external_no="督-7", external_due="2026-12-30T18:00+08:00").get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    town.acceptor.act(case, "ask_sender_time", external_due="2027-01-30T18:00:00+08:00", reason="冬季不宜施工")
    desk = Desk(app, town.acceptor)
    assert numbers(desk.get("/desk/")) == []
    assert numbers(desk.get("/desk/queues/sender_asked")) == [case["number"]]


def test_a_deferred_case_comes_back_to_the_leader_on_its_day(app, town, clock):
    case = town.handling()
    town.housing.act(case, "ask_deferral", review_on="2026-12-01", reason="冬季不能施工")
    leader = Desk(app, town.leader)
    assert numbers(leader.get("/desk/")) == [case["number"]], "it waits for an answer"
    town.leader.act(case, "grant_deferral")
    assert numbers(leader.get("/desk/")) == []
    clock.tick(days=9)
    assert numbers(Desk(app, town.leader).get("/desk/")) == [case["number"]]


def test_an_extension_waits_for_whoever_may_decide_it(app, town):
    town.also(town.housing, "department_leader", "department", HOUSING)
    case = town.handling()
    for queue, decider in (("asked_extension", town.duty), ("asked_again", town.leader)):
        due = datetime.fromisoformat(town.housing.read(case)["due_at"]) + timedelta(hours=1)
        town.housing.act(case, "ask_extension", due_at=due.isoformat(), reason="材料未到")
        listed = {actor: numbers(Desk(app, actor).get("/desk/")) for actor in (town.duty, town.leader)}
        assert listed == {actor: [case["number"]] if actor is decider else [] for actor in listed}
        assert numbers(Desk(app, decider).get(f"/desk/queues/{queue}")) == [case["number"]]
        decider.act(case, "grant_extension", reason="情况属实")


def test_what_people_write_is_text_and_nothing_else(app, town):
    case = town.worker.report(description='<script>alert("x")</script>', address='"><img src=x>').get_json()
    desk = Desk(app, town.acceptor)
    for path in ("/desk/", "/desk/queues/to_accept", f"/desk/cases/{case['case_id']}"):
        page = desk.get(path).text
        assert [script for script in texts_of(page, "script") if "alert" in script] == []
        assert elements(page, "img", src="x") == []


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(app):
    answer = app.test_client().get("/desk/queues/to_accept?text=a", headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert "next=" in answer.headers["Location"]


def test_pages_cost_few_statements_however_much_they_show(app, town, clock, query_count):
    cases = lively(town, clock)
    desk = Desk(app, town.acceptor)
    allowed = {
        "/desk/": FIXED + 3,
        "/desk/counts": FIXED + 1,
        "/desk/queues/to_accept": FIXED + 2,
        "/desk/cases": FIXED + 2,
        f"/desk/cases/{cases['reported']['case_id']}": FIXED + 11,
        f"/desk/cases/{cases['closed']['case_id']}": FIXED + 11,
        f"/desk/cases/{cases['reported']['case_id']}/near": FIXED + 6,
    }
    for path, most in allowed.items():
        desk.get(path)  # reference data is loaded once a process
        with query_count() as seen:
            assert desk.get(path).status_code == 200
        assert len(seen) <= most, (path, seen)


def test_what_can_be_chosen_in_a_filter_comes_when_somebody_goes_there(app, town):
    desk = Desk(app, town.acceptor)
    offered = {
        what: [one.attributes["value"] for one in elements(desk.part(f"/desk/choices/{what}").text, "option")]
        for what in ("classes", "departments", "grids")
    }
    assert "0102 暴露垃圾" in offered["classes"]
    assert "县住房和城乡建设局" in offered["departments"]
    assert [one for one in offered["grids"] if GRID[-4:] in one]
    assert desk.part("/desk/choices/people").status_code == 404
