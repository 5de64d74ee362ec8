"""A warning goes to every grid of its area, is confirmed or called after, counts who was moved, and ends."""

from uuid import uuid4

import pytest

from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.warnings import jobs
from tests.desk.browser import Desk
from tests.factories import rounds
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import GRID
from tests.support.elements import texts_of
from tests.support.looks import refused

RECEIPT_FORM = [
    {"field": "moved", "label": "转移人数", "type": "integer", "minimum": 0, "maximum": 100000},
    {"field": "returned", "label": "返回人数", "type": "integer", "minimum": 0, "maximum": 100000},
]
YEARLY = {"per": "year", "times": 1, "source": "example"}
STORM = {
    "kind": "forest_fire", "level": "red", "grid": COUNTY, "issuer": "县气象台", "number": "2026-8",
    "text": "未来六小时有大风。",
}  # fmt: skip


@pytest.fixture
def warned(app, town):
    """A town whose service answers to warnings: a receipt for each grid, and a patrol beside it."""
    patrol = rounds.plan("look", name="火情巡查", frequency={**YEARLY, "on_warning": True})
    receipt = rounds.plan("receipt", name="预警签收", kind="warning", frequency=YEARLY, form=RECEIPT_FORM,
                          finding_classes=[])  # fmt: skip
    rounds.provide(app, receipt, patrol, code="forest")
    return town


def give(actor, warning_id=None, **more):
    warning_id = warning_id or str(uuid4())
    return warning_id, actor.send("PUT", f"warnings/{warning_id}", {**STORM, **more})


def mine(actor, code="receipt"):
    items = actor.get("rounds", mine="true").get_json()["items"]
    return [one for one in items if one["round"]["code"] == code]


def picture(actor, warning_id):
    return actor.get(f"warnings/{warning_id}").get_json()


def sweep(town):
    with town.app.app_context():
        return jobs.sweep_calls()


def kinds(actor):
    return [one["kind"] for one in actor.get("notices").get_json()["items"]]


def test_each_grid_confirms_and_says_how_many_were_moved(warned, clock):
    town = warned
    warning_id, answer = give(town.duty)
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["label"] == "森林火险红色预警"
    assert give(town.duty, warning_id)[1].status_code == 200
    refused(give(town.duty, warning_id, text="另一条")[1], 409, "warning_differs")
    for _ in range(2):  # the messages that the first effect owes
        town.drain()
    assert "warning_given" in kinds(town.worker)
    (receipt,) = mine(town.worker)
    (patrol,) = mine(town.worker, "look")
    assert (receipt["state"], receipt["kind"]["code"], patrol["state"]) == ("due", "warning", "due")
    one = town.worker.get(f"rounds/{receipt['round_id']}").get_json()
    assert one["origin"]["label"] == "森林火险红色预警"
    assert [each["label"] for each in one["actions"] if each["action"] == "start"] == ["签收"]
    before = picture(town.duty, warning_id)
    assert (before["confirmed"], before["total"]) == (0, 4)
    one = rounds.take(town.worker, one, "start")
    rounds.take(town.worker, one, "visit", stop=1, answers={"moved": 12})
    assert [picture(town.duty, warning_id)[name] for name in ("confirmed", "moved", "returned")] == [1, 12, 0]
    rounds.take(town.worker, one, "visit", stop=1, answers={"moved": 12, "returned": 12})
    after = picture(town.duty, warning_id)
    assert [after[name] for name in ("confirmed", "moved", "returned")] == [1, 12, 12]
    assert GRID not in {each["grid"] for township in after["townships"] for each in township["silent"]}


def test_who_is_silent_is_called_about_rung_by_rung_each_once(warned, clock):
    town = warned
    chief = town.hire("grid_worker", "grid", GRID)
    township = town.hire("township_leader", "grid", WEST)
    county = town.hire("county_leader", "grid", COUNTY)
    with town.app.app_context(), transaction():
        grids.appoint(GRID, chief.id, Duty.CHIEF)
    warning_id, _ = give(town.duty)
    (receipt,) = mine(town.next_worker)
    rounds.take(town.next_worker, receipt, "start")
    told = []
    for minutes in (29, 2, 15, 15):
        clock.tick(minutes=minutes)
        sweep(town)
        assert sweep(town) == 0
        town.drain()
        told.append(["warning_silent" in kinds(one) for one in (chief, township, county)])
    assert told == [[False] * 3, [True, False, False], [True, True, False], [True, True, True]]
    assert kinds(chief).count("warning_silent") == 1
    assert len(picture(town.duty, warning_id)["townships"][0]["silent"]) == 1
    late = rounds.take(town.worker, mine(town.worker)[0], "start")
    assert late["state"] == "started", "a receipt that comes late is taken"


def test_the_end_lifts_what_nobody_has_begun_and_calls_nobody(warned, clock):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.take(town.worker, mine(town.worker)[0], "start")
    refused(town.worker.send("POST", f"warnings/{warning_id}/end", {}), 403)
    for _ in range(2):
        assert town.duty.send("POST", f"warnings/{warning_id}/end", {}).status_code == 200
    assert [each["state"] for each in mine(town.next_worker)] == ["cancelled"]
    assert rounds.take(town.worker, one, "finish")["state"] == "done"
    clock.tick(hours=2)
    assert sweep(town) == 0
    town.drain()
    assert "warning_silent" not in kinds(town.next_worker)


def test_a_warning_is_given_on_ones_own_ground_and_of_what_there_is(warned):
    town = warned
    west = town.hire("duty_officer", "centre", WEST) if town.app else None
    refused(give(west)[1], 403, "warning_beyond_ground")
    refused(give(town.worker)[1], 403)
    for wrong in ({"kind": "hail"}, {"level": "blue"}, {"grid": "nowhere"}, {"level": "purple"}, {"text": ""}):
        assert next(iter(wrong)) in refused(give(town.duty, **wrong)[1], 422)["fields"]
    assert town.duty.get("warnings").get_json()["items"] == []


def test_the_desk_gives_shows_and_ends_one(warned, app):
    town = warned
    desk = Desk(app, town.duty)
    page = desk.get("/desk/warnings/").text
    assert "发布预警" in page
    form = {**STORM, "warning_id": str(uuid4())}
    assert desk.post("/desk/warnings/", {**form, "level": "blue"}).status_code == 422
    given = desk.post("/desk/warnings/", form)
    assert given.status_code == 303
    address = f"/desk/warnings/{form['warning_id']}"
    assert "0 / 4" in texts_of(desk.get(address).text, "strong")
    now = {"href": address}
    assert texts_of(desk.get("/desk/warnings/now").text, "a", **now) == ["森林火险红色预警"]
    assert desk.post(f"{address}/end", {}).status_code == 303
    assert texts_of(desk.get("/desk/warnings/now").text, "a", **now) == []
