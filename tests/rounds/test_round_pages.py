"""The desk looks at the rounds of its ground and cancels one; administrators see the plans; a case knows its round."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import clock
from tests.desk.browser import Desk
from tests.factories import rounds
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, HERE
from tests.support.elements import elements, facts_of, links_of, part_of, rows_of

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


def test_a_case_names_the_round_on_which_it_was_found(app, street):
    one, case_id = rounds.take(street.worker, rounds.today(street.worker), "start"), str(uuid4())
    rounds.take(street.worker, one, "find", case_id=case_id, report=REPORT)
    desk = Desk(app, street.duty)
    assert [*links_of(desk.get(f"/desk/rounds/of/{case_id}").text)] == [f"/desk/rounds/{one['round_id']}"]
    assert f"/desk/cases/{case_id}" in links_of(desk.get(f"/desk/rounds/{one['round_id']}").text)
    assert Desk(app, street.acceptor).get(f"/desk/rounds/of/{case_id}").text.strip() == ""


def test_administrators_see_the_plans(app, street):
    admin = Desk(app, street.hire("administrator", "grid", COUNTY))
    ((_, called, _, _, often, *_),) = rows_of(admin.get("/admin/rounds/").text)
    assert called == "街面巡查"
    assert often.endswith("示例")


def test_the_plans_say_where_those_serve_who_do_not_serve_a_grid(app, street):
    rounds.provide(app, rounds.plan(), rounds.plan("chief", duty="river_chief", level="township"))
    admin = Desk(app, street.hire("system_administrator", "grid", COUNTY))
    for lang, said in (
        ("zh", ["专职网格员", "河长（乡镇级）"]),
        ("en", ["full-time worker", "river chief (township level)"]),
    ):
        assert [row[3] for row in rows_of(admin.get(f"/admin/rounds/?lang={lang}").text)] == said
