"""The desk looks at the rounds of its ground and cancels one; administrators see the plans; a case knows its round."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.rounds.models import RoundRow
from tests.desk.browser import Desk
from tests.factories import rounds
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, GRID, HERE
from tests.support.elements import elements, facts_of, links_of, part_of, rows_of, value_of
from tests.support.exports import links, order, status, taken, write

REPORT = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}


@pytest.fixture
def street(app, town):
    """A town whose grids are patrolled every day."""
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    return town


def test_the_desk_lists_rounds_and_cancels_one(app, street):
    desk = Desk(app, street.duty)
    page = desk.get("/desk/rounds/?state=due").text
    assert "街面巡查" in [row[0] for row in rows_of(page, class_="listing")]
    assert [row.all("th")[0].says for row in part_of(page, "by-plan").all("tr")[1:]] == ["街面巡查"]
    one = rounds.today(street.worker)
    address = f"/desk/rounds/{one['round_id']}"
    assert elements(desk.get(address).text, "form", action=address)
    assert desk.post(address, {"seen": one["seq"], "reason": ""}).status_code == 422
    refused = desk.post(address, {"seen": one["seq"], "reason": "长" * 501})
    assert refused.status_code == 422
    (box,) = elements(refused.text, "textarea", id="f-reason")
    assert box.says == "长" * 501, "what was typed stays"
    assert [each.says for each in elements(refused.text, "div", id="about-f-reason")]
    assert desk.post(address, {"seen": one["seq"], "reason": "节日调整"}).status_code == 303
    page = desk.get(address).text
    assert ("原因", "节日调整") in facts_of(page)
    assert not elements(page, "form", action=address)
    assert Desk(app, street.worker).get("/desk/rounds/").status_code == 403


def test_a_step_that_nobody_took_is_the_systems_in_both_languages(app, street):
    one = rounds.take(street.worker, rounds.today(street.worker), "start")
    steps = street.worker.get(f"rounds/{one['round_id']}/steps").get_json()["items"]
    worker = steps[-1]["actor"]
    actors = [(step["actor"], step["actor_en"]) for step in steps]
    assert actors == [*[("系统", "System")] * (len(steps) - 1), (worker, worker)]
    desk, address = Desk(app, street.duty), f"/desk/rounds/{one['round_id']}"
    for lang, system in (("en", "System"), ("zh", "系统")):
        items = [item.says for item in part_of(desk.get(f"{address}?lang={lang}").text, "steps").all("li")]
        assert [item.rpartition(" · ")[2] for item in items] == [*[system] * (len(steps) - 1), worker]


def test_unasked_the_desk_lists_what_is_open_or_missed_of_late(app, street):
    one = rounds.today(street.worker)
    rounds.take(street.worker, rounds.take(street.worker, one, "start"), "finish")
    (missed,) = [each for each in rounds.listed(street.next_worker, mine="true") if each["state"] == "due"]

    def shown(query=""):
        answer = Desk(app, street.duty).get(f"/desk/rounds/{query}")
        assert answer.status_code == 200
        return [f"/desk/rounds/{each['round_id']}" in links_of(answer.text) for each in (one, missed)]

    assert shown() == [False, True]
    assert shown("?state=done") == [True, False]
    with clock.at(clock.now() + timedelta(days=3)):
        rounds.make(app)
        assert shown() == [False, True], "missed"
    with clock.at(clock.now() + timedelta(days=40)):
        assert shown() == [False, False]
        assert shown("?state=missed") == [False, True]


def test_the_file_of_rounds_is_the_list_that_is_shown(app, street):
    one = rounds.today(street.worker)
    rounds.take(street.worker, rounds.take(street.worker, one, "start"), "finish")
    desk = Desk(app, street.duty)
    today = clock.local(clock.now()).date()
    for query in ("", "?state=done", f"?first={today}&last={today}", f"?first={today}&last={today}&is_open=true"):
        page = desk.get(f"/desk/rounds/{query}").text
        shown = [row[1:4] for row in rows_of(page, class_="listing")]
        heading, *rows = taken(app, desk, "rounds", elements(page, "input", name="query")[-1].attributes["value"])
        assert [[row[3], row[6], row[7]] for row in rows] == shown, query
        assert shown
    assert "原因" not in heading, "what somebody has written stays in the house"


def test_a_file_is_not_given_to_whom_the_roster_gives_other_rounds_since(app, street):
    person = street.hire("township_leader", "grid", COUNTY)
    street.also(person, "grid_worker", "grid", GRID)
    with app.app_context(), transaction():
        grids.appoint(GRID, person.id, Duty.FULL_TIME)
    desk = Desk(app, person)
    order(desk, "rounds")
    write(app)
    (link,) = links(desk)
    assert status(desk, link) == 200
    with app.app_context(), transaction():
        grids.dismiss(GRID, person.id, Duty.FULL_TIME)
    assert status(desk, link) in (403, 404, 409)


def test_a_case_names_the_round_on_which_it_was_found(app, street):
    one, case_id = rounds.take(street.worker, rounds.today(street.worker), "start"), str(uuid4())
    rounds.take(street.worker, one, "find", case_id=case_id, report=REPORT)
    desk = Desk(app, street.duty)
    assert [*links_of(desk.get(f"/desk/rounds/of/{case_id}").text)] == [f"/desk/rounds/{one['round_id']}"]
    assert f"/desk/cases/{case_id}" in links_of(desk.get(f"/desk/rounds/{one['round_id']}").text)
    assert Desk(app, street.acceptor).get(f"/desk/rounds/of/{case_id}").text.strip() == ""


def test_administrators_see_the_plans(app, street):
    admin = Desk(app, street.hire("administrator", "grid", COUNTY))
    page = admin.get("/admin/rounds/").text
    ((_, called, _, _, often, *_),) = rows_of(page)
    assert called == "街面巡查"
    assert often.endswith("示例")
    (row,) = [row for row in taken(app, admin, value_of(page, "table")) if row[1] == called]
    assert often == f"{row[4]} 示例"
    assert (row[5], row[6:]) == ("是", rows_of(page)[0][5:])


def test_the_plans_of_a_ground_are_taken_away_from_the_desk(app, street):
    rounds.take(street.worker, rounds.today(street.worker), "start")
    desk = Desk(app, street.duty)
    assert "round_plans" in [
        one.attributes["value"] for one in elements(desk.get("/desk/rounds/").text, "input", name="table")
    ]
    assert len(taken(app, desk, "round_plans")) == 2
    (row,) = taken(app, desk, "round_plans", "grid=no-such-grid")[1:]
    assert set(row[6:]) == {"0"}


def test_the_plans_say_where_those_serve_who_do_not_serve_a_grid(app, street):
    rounds.provide(app, rounds.plan(), rounds.plan("chief", duty="river_chief", level="township"))
    admin = Desk(app, street.hire("system_administrator", "grid", COUNTY))
    for lang, said in (
        ("zh", ["专职网格员", "河长（乡镇级）"]),
        ("en", ["full-time worker", "river chief (township level)"]),
    ):
        assert [row[3] for row in rows_of(admin.get(f"/admin/rounds/?lang={lang}").text)] == said


def test_the_plans_at_the_desk_are_those_of_its_file(app, street):
    rounds.provide(
        app, rounds.plan(), rounds.plan("unmade", name="暂无任务", frequency={**rounds.DAILY, "months": [2]})
    )
    desk = Desk(app, street.duty)
    for query in ("", f"grid={GRID}"):
        page = desk.get(f"/desk/rounds/?{query}").text
        shown = [(row[1], row[0], *row[2:]) for row in rows_of(page)[:2]]
        assert [row[1] for row in shown] == ["街面巡查", "暂无任务"]
        rows = taken(app, desk, "round_plans", query)[1:]
        assert [(row[0], row[1], *row[6:]) for row in rows] == shown


def test_all_rounds_are_listed_where_all_are_asked_for(app, street):
    one = rounds.today(street.worker)
    rounds.take(street.worker, rounds.take(street.worker, one, "start"), "finish")
    desk = Desk(app, street.duty)
    page = desk.get("/desk/rounds/?state=done").text
    (every_one,) = [href for href, text in links_of(page).items() if text == "全部"]
    page = desk.get(every_one).text
    with app.app_context():
        count = db.session.scalar(db.select(db.func.count()).select_from(RoundRow))
    assert len(rows_of(page, class_="listing")) == min(count, 50)
    assert f"/desk/rounds/{one['round_id']}" in links_of(page)
    query = elements(page, "input", name="query")[-1].attributes["value"]
    assert len(taken(app, desk, "rounds", query)) == count + 1
