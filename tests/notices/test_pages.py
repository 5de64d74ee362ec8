"""Messages where people sit: a bell in every header, a list, one click to the case, and what people go without."""

import re
from copy import deepcopy
from uuid import uuid4

import pytest
from marshmallow import ValidationError

from app.core import outbox
from app.notices import notice_rules as rules
from app.notices import pages as notice_pages
from tests.board.boards import put_in_force
from tests.desk.browser import Desk, path_of
from tests.factories.catalogue import seed_documents
from tests.factories.grids import COUNTY
from tests.factories.town import HOUSING, TEAM
from tests.support.elements import elements, empty_title, links_of, texts_of
from workflows.notices import To

BELL, LIST, CHOICES = "/notices/bell", "/notices/", "/notices/choices"
OPEN = re.compile(r'action="(/notices/\d+/open)">.*?<button[^>]*>\s*([^<]*)', re.S)
READ = re.compile(r'name="id" value="(\d+)"')
WHOLE = re.compile(r'name="until" value="([^"]+)"')


def drain(town):
    with town.app.app_context():
        while outbox.drain():
            pass


def shown(desk, path=LIST):
    """The messages on a page, the newest first: where each is opened, and its text."""
    answer = desk.get(path)
    assert answer.status_code == 200
    return OPEN.findall(answer.text)


def unread(desk):
    """The count in the bell of a page, and in the part that pages ask for again and again."""
    in_page, asked = (
        re.findall(r'data-unread="([^"]+)"', text) for text in (desk.get(LIST).text, desk.part(BELL).text)
    )
    assert in_page == asked
    return in_page[0] if in_page else None


def test_the_bell_counts_the_list_sorts_and_one_click_leads_to_the_case(app, town):
    desk, stranger = Desk(app, town.housing), Desk(app, town.water)
    assert unread(desk) is None
    first, second = town.dispatched(), town.handling()
    town.dispatcher.act(first, "urge")
    town.acceptor.act(second, "copy", to=[HOUSING])
    town.supervisor.act(second, "supervise", grade="red")
    drain(town)
    assert unread(desk) == "4"
    texts = [text[:5] for _, text in shown(desk)]
    assert texts == ["红牌：请尽", "抄送：案件", "催办：请尽", f"案件{first['number'][:3]}"]
    for about, count in (("tasks", 1), ("supervision", 2), ("copies", 1), ("limits", 0), ("nonsense", 4)):
        assert len(shown(desk, f"{LIST}?about={about}")) == count
    kinds = links_of(desk.get(f"{LIST}?about=supervision").text)
    assert kinds[f"{LIST}?about=supervision&kind=urged"] == "被催办"
    for kind, count in (("urged", 1), ("supervised", 1), ("to_sign", 0), ("nonsense", 2)):
        assert len(shown(desk, f"{LIST}?about=supervision&kind={kind}")) == count, kind
    assert (
        desk.post("/notices/read?about=supervision&kind=to_sign", {"until": "2030-01-01T00:00:00Z"}).status_code == 303
    )
    assert unread(desk) == "4", "what a list of one kind does not show is not marked in it"
    [(copy, _)] = shown(desk, f"{LIST}?about=copies")
    assert stranger.post(copy, {}).status_code == 404, "another's message"
    assert path_of(desk.post(copy, {})) == f"/desk/cases/{second['case_id']}"
    assert unread(desk) == "3"
    assert len(shown(desk, f"{LIST}?unread=1")) == 3
    one = READ.search(desk.get(LIST).text)[1]
    assert stranger.post("/notices/read", {"id": one}).status_code == 303, "changes nothing"
    assert unread(desk) == "3"
    assert path_of(desk.post("/notices/read?about=tasks", {"id": one})) == LIST
    assert unread(desk) == "2"
    assert desk.post("/notices/read", {"id": "x"}).status_code == 422
    assert desk.post("/notices/read", {"until": WHOLE.search(desk.get(LIST).text)[1]}).status_code == 303
    assert unread(desk) is None
    assert desk.post(f"/notices/{2**70}/open", {}).status_code == 404
    assert empty_title(stranger.get(f"{LIST}?lang=en").text) == "No messages"


def test_everybody_has_it_in_every_header_and_is_led_to_where_they_look_at_cases(app, town):
    case = town.leader.act(town.accepted(), "force_close", reason="无法解决", attachments=[str(uuid4())])
    town.acceptor.act(case, "call_back", solved=False, why="仍有垃圾")
    drain(town)
    board, admin = Desk(app, town.supervisor), Desk(app, town.hire("administrator", "grid", COUNTY))
    for desk, page in (
        (board, "/board/"),
        (Desk(app, town.acceptor), "/desk/"),
        (admin, "/admin/"),
        (admin, "/exports/"),
    ):
        assert [one.says for one in elements(desk.get(page).text, "span", hx_get=BELL)], page
    [(notice, _)] = shown(board)
    assert path_of(board.post(notice, {})) == f"/board/cases/{case['case_id']}"


def test_asking_again_costs_one_statement_and_few_bytes(app, town, query_count):
    desk = Desk(app, town.housing)
    town.dispatched()
    drain(town)
    first = desk.part(BELL)
    with query_count() as seen:
        again = desk.get(BELL, headers={"HX-Request": "true", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.text, first.headers["Cache-Control"]) == (304, "", "private, no-cache")
    assert len(first.text) < 250
    assert len([one for one in seen if "notices" in str(one)]) == 1, seen
    for path in ("notices", "notices/unread"):
        tag = town.housing.get(path).headers["ETag"]
        headers = {**town.housing.headers, "If-None-Match": tag}
        assert town.client.get(f"/api/v1/{path}", headers=headers).status_code == 304
        town.dispatched()
        drain(town)
        assert town.client.get(f"/api/v1/{path}", headers=headers).status_code == 200


def test_programs_filter_their_list_by_what_it_is_about(town):
    case = town.dispatched()
    town.dispatcher.act(case, "urge")
    town.dispatched()
    drain(town)

    def kinds(**query):
        return [one["kind"] for one in town.housing.get("notices", **query).get_json()["items"]]

    assert kinds(about="tasks") == ["to_sign", "to_sign"]
    assert kinds(case_id=case["case_id"]) == ["urged", "to_sign"]
    assert (kinds(kind="urged"), kinds(kind="urged", about="tasks"), kinds(kind="nothing")) == (["urged"], [], [])
    for wrong in ({"about": "x"}, {"case_id": "x"}, {"kind": ""}):
        assert town.housing.get("notices", **wrong).status_code == 422
    assert town.housing.get("notices/unread").get_json() == {"unread": 3, "urgent": None}


def test_all_that_a_heading_shows_is_marked_and_neither_the_rest_nor_what_came_since(app, town, clock):
    desk, case = Desk(app, town.housing), town.dispatched()
    for _ in range(notice_pages.PAGE):
        town.acceptor.act(case, "copy", to=[HOUSING])
    drain(town)
    clock.tick(minutes=1)
    town.dispatcher.act(case, "urge")
    drain(town)
    copies = f"{LIST}?about=copies"
    until = WHOLE.search(desk.get(copies).text)[1]
    clock.tick(minutes=1)
    town.acceptor.act(case, "copy", to=[HOUSING])
    drain(town)
    older = re.search(r'href="(/notices/[^"]*cursor=[^"]*)"', desk.get(copies).text)[1].replace("&amp;", "&")
    assert len(shown(desk, older)) == 1
    assert not WHOLE.search(desk.get(older).text), "it would mark what stands on the page before"
    assert desk.post("/notices/read?about=copies", {"until": until}).status_code == 303
    left = town.housing.get("notices", unread="true").get_json()["items"]
    assert [one["kind"] for one in left] == ["copied", "urged", "to_sign"]
    assert desk.post("/notices/read", {"until": WHOLE.search(desk.get(LIST).text)[1]}).status_code == 303
    assert unread(desk) is None


@pytest.mark.parametrize("ways", [{}, {"about"}, {"kind"}, {"case_id"}, {"about", "case_id"}, {"about", "kind"}])
def test_what_a_filtered_list_shows_is_what_is_marked_in_it(town, clock, ways):
    case = town.dispatched()
    for each in (case, town.handling()):
        town.dispatcher.act(each, "urge")
        town.acceptor.act(each, "copy", to=[HOUSING])
    drain(town)
    every = {"about": "supervision", "kind": "urged", "case_id": case["case_id"]}
    query = {way: every[way] for way in ways}

    def ids(**more):
        return [one["id"] for one in town.housing.get("notices", unread="true", **more).get_json()["items"]]

    listed, before = ids(**query), ids()
    assert 0 < len(listed) <= len(before)
    answer = town.housing.send("POST", "notices/read", {"until": clock.tick(minutes=1).isoformat(), **query})
    assert answer.get_json() == {"unread": len(before) - len(listed)}
    assert ids() == [one for one in before if one not in listed]


def test_people_go_without_what_they_choose_but_not_without_what_is_theirs_to_do(app, town):
    desk = Desk(app, town.housing)
    assert desk.post(CHOICES, {"on": ["limit_near"]}).headers["Location"].endswith("?done=1")
    listed = {one["kind"]: one for one in town.housing.get("notices/choices").get_json()["items"]}
    assert (listed["copied"]["off"], listed["limit_near"]["off"], listed["to_sign"]["optional"]) == (True, False, False)
    case = town.dispatched()
    town.acceptor.act(case, "copy", to=[HOUSING, TEAM])
    drain(town)
    assert [one["kind"] for one in town.housing.get("notices").get_json()["items"]] == ["to_sign"]
    assert [one["kind"] for one in town.team.get("notices").get_json()["items"]] == ["copied"]
    copied = Desk(app, town.team)
    [(notice, _)] = shown(copied)
    led = copied.post(notice, {}, follow_redirects=True)
    assert (led.status_code, unread(copied)) == (200, None)
    assert ["您现在不能查看" in text for text in texts_of(led.text, "div", class_="alert-info")] == [True], (
        "told, not shown"
    )
    refused = town.housing.send("PUT", "notices/choices", {"off": ["to_sign", "no_such"]})
    assert (refused.status_code, refused.get_json()["fields"]["off"]) == (422, ["不能关闭：请签收、no_such。"])
    answer = town.housing.send("PUT", "notices/choices", {"off": ["limit_near"]})
    assert [one["kind"] for one in answer.get_json()["items"] if one["off"]] == ["limit_near"]
    town.acceptor.act(case, "copy", to=[HOUSING])
    drain(town)
    assert len(shown(desk, f"{LIST}?about=copies")) == 1, "it comes again"


def test_urgent_messages_to_whoever_acts_come_whatever_was_chosen(town, clock):
    case = town.dispatched()
    town.housing.send("PUT", "notices/choices", {"off": ["limit_near"]})
    ordinary = town.dispatched()
    town.acceptor.act(case, "urgent")
    clock.tick(days=30)
    with town.app.app_context():
        from app.cases import jobs as case_jobs

        case_jobs.sweep_clocks()
    drain(town)
    items = town.housing.get("notices", limit=200).get_json()["items"]
    urgent = {(one["case_id"], one["urgent"]) for one in items if one["kind"] == "limit_passed"}
    assert urgent == {(case["case_id"], True), (ordinary["case_id"], False)}
    newest = max(one["id"] for one in items if one["urgent"])
    assert town.housing.get("notices/unread").get_json()["urgent"] == newest
    rule = rules.shipped()["limit_near"]
    assert rule.may_be_off(To.ANSWERABLE, urgent=False)
    assert not rule.may_be_off(To.ANSWERABLE, urgent=True)


def county(**changes):
    """The shipped rules with other values for some kinds."""
    [document] = [deepcopy(dict(each.content)) for each in seed_documents() if each.kind == "messages"]
    for row in document["messages"]:
        row.update(changes.get(row["code"], {}))
    return document


def test_the_countys_data_say_which_audiences_are_told_and_what_is_optional(town, tmp_path):
    (tmp_path / "data").mkdir(exist_ok=True)
    case = town.handling()
    document = county(supervised={"to": ["answerable"]}, closed={"optional": False})
    document["messages"] = [row for row in document["messages"] if row["code"] != "urged"]
    put_in_force(town, document, "messages")
    town.supervisor.act(case, "supervise", grade="yellow")
    town.dispatcher.act(case, "urge")
    drain(town)
    assert [one["kind"] for one in town.housing.get("notices").get_json()["items"]][:2] == ["urged", "supervised"]
    assert town.leader.get("notices").get_json()["items"] == [], "the leaders are left out here"
    assert town.worker.send("PUT", "notices/choices", {"off": ["closed"]}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"about": "x"}, "about"),
        ({"to": []}, "to"),
        ({"to": ["somebody"]}, "to"),
        ({"channels": ["sms"]}, "channels"),
        ({"optional": "perhaps"}, "optional"),
        ({"zh": ""}, "zh"),
        ({"more": 1}, "more"),
    ],
)
def test_what_rules_of_messages_cannot_say_is_refused_by_its_field(changes, at):
    with pytest.raises(ValidationError) as refused:
        rules.load(county(urged=changes))
    [faults] = refused.value.messages["messages"].values()
    assert list(faults) == [at]


def test_two_rules_of_one_kind_are_refused():
    with pytest.raises(ValidationError):
        rules.load(county(urged={"code": "copied"}))
