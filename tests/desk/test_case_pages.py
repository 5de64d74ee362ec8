"""Queues, lists and cases as desks see them, and the acts taken there."""

import re
from uuid import uuid4

import pytest

from app.catalogue.documents import Target
from app.dispatch import routing
from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk, Fields, path_of
from tests.factories.town import HERE, HOUSING, TEAM, WATER
from tests.support.elements import elements, links_of, rows_of, texts_of, value_of

pytestmark = pytest.mark.one_database
LIST = {"list": "queue=to_accept"}


def test_the_whole_loop_by_forms(app, town):
    case = town.worker.report().get_json()
    case_id = case["case_id"]
    acceptor = Desk(app, town.acceptor)
    assert texts_of(acceptor.get("/desk/").text, "a", id="queue-to_accept") == ["待受理 1"]
    listed = acceptor.get("/desk/queues/to_accept")
    assert [row[1] for row in rows_of(listed.text, id="worklist")] == [case["number"]]
    page = acceptor.get(f"/desk/cases/{case_id}?list=queue%3Dto_accept")
    assert page.status_code == 200, page.text
    done = acceptor.act(case, "accept", LIST)
    assert done.status_code == 303, done.text
    assert path_of(done) == "/desk/queues/to_accept"
    done = Desk(app, town.duty).act(case, "file", condition="1")
    assert done.status_code == 303, done.text
    done = Desk(app, town.dispatcher).act(case, "dispatch", lead="县住房和城乡建设局", assist=[WATER])
    assert done.status_code == 303, done.text
    for actor in (town.water, town.housing):
        desk = Desk(app, actor)
        assert desk.act(case, "sign").status_code == 303
        answer = desk.act(case, "finish", result="已清理", attachments=[town.photo()])
        assert answer.status_code == 422, "a page's photos are here before its step"
        answer = desk.act(case, "finish", result="已清理", attachments=[actor.upload(case, jpeg())[0]])
        assert answer.status_code == 303, answer.text
    where = {"lon": str(HERE[0]), "lat": str(HERE[1]), "attachments": [town.worker.upload(case, jpeg())[0]]}
    done = Desk(app, town.worker).act(case, "pass_check", **where)
    assert done.status_code == 303, done.text
    town.bring_photos(case)
    done = Desk(app, town.duty).act(case, "close")
    assert done.status_code == 303, done.text
    assert town.supervisor.read(case)["state"] == "closed"
    assert texts_of(Desk(app, town.duty).get(f"/desk/cases/{case_id}").text, "span", class_="state")[0] == "已结案"


def test_several_cases_are_acted_on_at_once_and_each_has_its_result(app, town):
    cases = [town.worker.report().get_json() for _ in range(3)]
    desk = Desk(app, town.acceptor)
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = desk.get(f"/desk/bulk?{chosen}")
    assert page.status_code == 200
    assert texts_of(page.text, "button", name="action", value="accept") == ["受理 a"]
    assert texts_of(page.text, "button", name="action", value="verify")
    page = desk.get(f"/desk/bulk?{chosen}&action=accept&list=queue%3Dto_accept")
    read = Fields()
    read.feed(page.text)
    town.acceptor.act(cases[2], "refuse", reason="不属网格事项")
    sent = desk.post(read.action, read.values)
    assert sent.status_code == 303, sent.text
    answer = desk.get(sent.headers["Location"])
    assert texts_of(answer.text, "h1") == ["受理 · 办成 2 件，未办成 1 件"]
    assert [town.acceptor.read(each)["state"] for each in cases] == ["accepted", "accepted", "rejected"]
    again = desk.post(read.action, read.values)
    assert texts_of(desk.get(again.headers["Location"]).text, "h1") == ["受理 · 办成 2 件，未办成 1 件"]
    assert town.steps(cases[0]) == ["report", "accept"]


def test_what_not_all_chosen_cases_offer_is_not_offered(app, town):
    cases = [town.worker.report().get_json(), town.accepted()]
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    desk = Desk(app, town.acceptor)
    offered = [
        one.attributes["value"] for one in elements(desk.get(f"/desk/bulk?{chosen}").text, "button", name="action")
    ]
    assert offered
    assert "accept" not in offered
    assert desk.get(f"/desk/bulk?{chosen}&action=accept").status_code == 403


def test_a_photo_shows_when_it_was_taken_and_nothing_where_that_is_unknown(app, town):
    with_time, without = town.photo(), town.photo()
    case = town.worker.report(attachments=[with_time]).get_json()
    other = town.worker.report(attachments=[without]).get_json()
    taken = {"taken_at": "2026-11-23T01:30:00Z", "purpose": "before"}
    town.client.put(
        f"/api/v1/cases/{case['case_id']}/attachments/{with_time}", query_string=taken, data=jpeg(),
        content_type="image/jpeg", headers=town.worker.headers,
    )  # fmt: skip
    town.worker.upload(other, jpeg(), purpose="before", attachment_id=without)
    desk = Desk(app, town.acceptor)
    captions = [texts_of(desk.get(f"/desk/cases/{each['case_id']}").text, "figcaption") for each in (case, other)]
    assert [len(texts) for texts in captions] == [1, 0]


def in_english(page):
    """Where the same page is in English."""
    (link,) = elements(page, "a", lang="en")
    return link.attributes["href"]


def form_for(desk, cases, action):
    """The form of an act on several cases: the page, and what it would send if nobody typed anything."""
    chosen = "&".join(f"case={each['case_id']}" for each in cases)
    page = desk.get(f"/desk/bulk?{chosen}&action={action}")
    assert page.status_code == 200, page.text
    read = Fields()
    read.feed(page.text)
    return page.text, read


def test_what_the_chosen_cases_suggest_alike_is_filled_in_and_what_differs_is_left_empty(app, town, monkeypatch):
    first, second, third = (town.filed() for _ in range(3))
    routes = {
        first["case_id"]: Target(HOUSING, (WATER,)),
        second["case_id"]: Target(HOUSING, (WATER, TEAM)),
        third["case_id"]: Target(WATER),
    }
    monkeypatch.setattr(routing, "target_of", lambda case: routes[str(case.case_id)])
    desk = Desk(app, town.dispatcher)
    page, form = form_for(desk, [first, second], "dispatch")
    assert form.values["lead"] == ["县住房和城乡建设局"]
    assert "assist" not in form.values
    assert texts_of(page, id="unlike")[0].startswith("协办单位：所选案件的建议不同，没有预填")
    page, form = form_for(desk, [first, second, third], "dispatch")
    assert form.values["lead"] == [""]
    assert texts_of(page, id="unlike")[0].startswith("主办单位、协办单位：所选案件的建议不同")
    page, form = form_for(desk, [first], "dispatch")
    assert (form.values["lead"], form.values["assist"]) == (["县住房和城乡建设局"], [WATER])
    assert texts_of(page, id="unlike") == []


def refused_in_part(app, town):
    """An act on three cases of which one had gone on: who did it, the cases, the answer."""
    cases = [town.worker.report().get_json() for _ in range(3)]
    desk = Desk(app, town.acceptor)
    _, form = form_for(desk, cases, "accept")
    town.acceptor.act(cases[2], "refuse", reason="不属网格事项")
    return desk, cases, desk.post(form.action, form.values)


def test_results_stay_when_the_page_is_loaded_again_and_in_the_other_language(app, town):
    desk, cases, sent = refused_in_part(app, town)
    assert sent.status_code == 303, "a page that answers a form is lost by loading it again"
    page = desk.get(sent.headers["Location"]).text
    assert page == desk.get(sent.headers["Location"]).text
    english = desk.get(in_english(page))
    assert english.status_code == 200
    assert texts_of(english.text, "h1") == ["Accept · 2 done, 1 not"]
    results = rows_of(english.text)
    assert cases[2]["number"] in [number for number, _ in results]
    assert not [result for _, result in results if re.search("[一-鿿]", result)]
    assert Desk(app, town.duty).get(sent.headers["Location"]).status_code == 404, "they are for who did it"
    assert desk.get("/desk/bulk/done?of=WyJ4Il0.x").status_code == 404


def test_what_was_not_done_is_done_again_from_the_results(app, town):
    desk, cases, sent = refused_in_part(app, town)
    page = desk.get(sent.headers["Location"]).text
    (again,) = [address for address, text in links_of(page).items() if text.startswith("再办未办成的 1 件")]
    chosen = desk.get(again)
    assert chosen.status_code == 200, chosen.text
    assert texts_of(chosen.text, "h1") == ["批量办理 1 件"]
    assert [row[0] for row in rows_of(chosen.text, id="worklist")] == [cases[2]["number"]]


def test_where_all_was_done_nothing_is_to_do_again_and_the_unseen_are_counted(app, town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    desk = Desk(app, town.acceptor)
    _, form = form_for(desk, cases, "accept")
    form.values["case"].append(str(uuid4()))
    page = desk.get(desk.post(form.action, form.values).headers["Location"]).text
    assert texts_of(page, "h1") == ["受理 · 办成 2 件，未办成 0 件"]
    assert not [text for text in links_of(page).values() if text.startswith("再办未办成的")]
    assert [text for text in texts_of(page, "p") if text.startswith("另有 1 件已不在您的查看范围内")]


def test_the_way_to_the_other_language_keeps_all_that_was_asked_for(app, town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    desk = Desk(app, town.acceptor)
    page, _ = form_for(desk, cases, "accept")
    assert texts_of(desk.get(in_english(page)).text, "h1") == ["Act on 2 cases"]


def test_from_a_refused_act_the_other_language_leads_to_a_page_that_can_be_got(app, town):
    case = town.worker.report().get_json()
    for action, status in (("refuse", 422), ("file", 403)):
        desk = Desk(app, town.acceptor)
        answer = desk.post(f"/desk/cases/{case['case_id']}/act/{action}?list=queue%3Dto_accept", {"seen": "1"})
        assert answer.status_code == status
        other = in_english(answer.text)
        got = desk.get(other)
        assert got.status_code == 200, other
        assert texts_of(got.text, "a", id="back", href="/desk/queues/to_accept"), "the list is kept too"


def test_the_sign_in_page_changes_language_after_a_refusal_and_still_leads_on(app):
    client = app.test_client()
    sent = {"username": "x", "password": "y", "next": "/desk/cases?text=a"}
    headers = {"Accept": "text/html", "Origin": "http://localhost"}
    answer = client.post("/sign-in", data=sent, headers=headers)
    assert answer.status_code == 401
    got = client.get(in_english(answer.text), headers={"Accept": "text/html"})
    assert got.status_code == 200
    assert value_of(got.text, "next") == "/desk/cases?text=a"
