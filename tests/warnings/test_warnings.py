"""A warning goes to every grid of its area, is confirmed or called after, counts who was moved, and ends."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.core import clock as time
from app.core import events, revisions
from app.core.db import db
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.events import PathChanged
from app.grids.levels import Duty
from app.grids.models import Grid
from app.identity import accounts
from app.identity import queries as identity
from app.warnings import jobs
from app.warnings.models import WarningRow
from tests.desk.browser import Desk
from tests.factories import rounds
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST
from tests.factories.town import GARBAGE, GRID, HERE, NEXT_GRID
from tests.rounds.test_round_sync import exchange, operation
from tests.support.elements import texts_of, value_of
from tests.support.exports import taken
from tests.support.looks import refused
from tests.warnings.conftest import YEARLY

STORM = {
    "kind": "forest_fire", "level": "red", "grid": COUNTY, "issuer": "县气象台", "number": "2026-8",
    "text": "未来六小时有大风。",
}  # fmt: skip


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
    township, _ = (town.hire("township_leader", "grid", code) for code in (WEST, EAST))
    county = town.hire("county_leader", "grid", COUNTY)
    with town.app.app_context(), transaction():
        for grid in GRIDS:
            grids.appoint(grid, chief.id, Duty.CHIEF)
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
    assert kinds(chief).count("warning_silent") == len(GRIDS) - 1, "of each silent grid, once"
    assert len(picture(town.duty, warning_id)["townships"][0]["silent"]) == 1
    late = rounds.take(town.worker, mine(town.worker)[0], "start")
    assert late["state"] == "started", "a receipt that comes late is taken"


def test_where_a_rung_has_nobody_the_one_above_is_called_in_its_place(warned, clock):
    town = warned
    chief = town.hire("grid_worker", "grid", GRID)
    county = town.hire("county_leader", "grid", COUNTY)
    with town.app.app_context(), transaction():
        grids.appoint(GRID, chief.id, Duty.CHIEF)
    give(town.duty)
    clock.tick(minutes=31)
    sweep(town)
    town.drain()
    told = [one for one in county.get("notices").get_json()["items"] if one["kind"] == "warning_silent"]
    assert (kinds(chief).count("warning_silent"), len(told)) == (1, 1), "no heads elsewhere, nobody in one township"
    assert told[0]["text"].startswith("森林火险红色预警仍有 2 个网格没有签收")


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
    after = picture(town.duty, warning_id)
    assert (after["confirmed"], after["total"]) == (1, 4)
    silent = {each["grid"] for township in after["townships"] for each in township["silent"]}
    assert (len(silent), GRID in silent, NEXT_GRID in silent) == (3, False, True)


def test_what_was_done_without_network_before_the_end_is_heard_after_it(warned, clock):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.read(town.worker, mine(town.worker)[0])
    other = rounds.read(town.next_worker, mine(town.next_worker)[0])
    clock.tick(minutes=5)
    case_id, report = str(uuid4()), {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
    done = [
        operation(one, "start", one["seq"]),
        operation(one, "visit", stop=1, answers={"moved": 40}),
        operation(one, "find", stop=1, case_id=case_id, report=report),
    ]
    clock.tick(minutes=25)
    town.duty.send("POST", f"warnings/{warning_id}/end", {})
    clock.tick(minutes=30)
    late = [operation(other, "start", other["seq"]), operation(one, "start", rounds.read(town.worker, one)["seq"])]
    results, _ = exchange(town.next_worker, None, late[:1])
    assert [(each["status"], each["body"]["reason"]) for each in results] == [(409, "lifted_later")]
    assert exchange(town.worker, None, late[1:])[0][0]["status"] == 409, "it was lifted when they set out"
    results, _ = exchange(town.worker, None, done)
    assert [each["status"] for each in results] == [201] * 3, results
    assert town.worker.get(f"cases/{case_id}").status_code == 200
    after = picture(town.duty, warning_id)
    assert [after[name] for name in ("confirmed", "moved")] == [1, 40]
    assert GRID not in {each["grid"] for township in after["townships"] for each in township["silent"]}
    rounds.make(town.app)
    one = rounds.read(town.worker, one)
    assert (one["state"], one["ended_at"]) == ("started", None)
    assert rounds.take(town.worker, one, "finish")["state"] == "done"


def test_what_a_person_has_cancelled_is_asked_of_nobody(warned, clock):
    town = warned
    warning_id, _ = give(town.duty)
    rounds.take(town.township, mine(town.next_worker)[0], "cancel", reason="无人居住")
    for _ in range(2):
        now = picture(town.duty, warning_id)
        assert now["total"] == 3
        assert NEXT_GRID not in {each["grid"] for township in now["townships"] for each in township["silent"]}
        town.duty.send("POST", f"warnings/{warning_id}/end", {})


def test_a_confirmed_warning_is_neither_missed_nor_called_about_while_it_runs(warned, app, clock):
    town = warned
    chief = town.hire("grid_worker", "grid", GRID)
    with town.app.app_context(), transaction():
        grids.appoint(GRID, chief.id, Duty.CHIEF)
    give(town.duty)
    one = rounds.take(town.worker, mine(town.worker)[0], "start")
    confirmed = one["started_at"]
    clock.tick(days=3)
    rounds.later(app)
    one = rounds.read(town.worker, one)
    assert one["state"] == "started", "people are still away from home"
    one = rounds.take(town.worker, one, "break_off", reason="交接")
    clock.tick(minutes=1)
    rounds.later(app)
    sweep(town)
    town.drain()
    assert "warning_silent" not in kinds(chief)
    one = rounds.take(town.worker, rounds.read(town.worker, one), "start")
    assert one["started_at"] == confirmed
    assert rounds.take(town.worker, one, "finish")["minutes"] == 3 * 24 * 60 + 1


def test_who_is_on_leave_is_not_called_where_somebody_else_is_there(warned, clock):
    town = warned
    away, here, alone = (town.hire("grid_worker", "grid", GRID) for _ in range(3))
    with town.app.app_context(), transaction():
        for code, actor in ((GRID, away), (GRID, here), (NEXT_GRID, alone)):
            grids.appoint(code, actor.id, Duty.CHIEF)
        for actor in (away, alone):
            person, now = identity.person(actor.id), time.now()
            accounts.enter_absence(actor.id, now, now + timedelta(days=3), by=person)
    give(town.duty)
    clock.tick(minutes=31)
    sweep(town)
    town.drain()
    assert [["warning_silent" in kinds(one)] for one in (away, here, alone)] == [[False], [True], [True]]


def test_a_warning_for_a_part_of_a_village_is_confirmed_by_whoever_serves_the_village(warned, app):
    town = warned
    officer = town.hire("auxiliary", "grid", VILLAGES[0], duty=Duty.AUXILIARY_OFFICER)
    receipt = rounds.plan("receipt", name="预警签收", kind="warning", duty="auxiliary_officer", frequency=YEARLY,
                          form=[], finding_classes=[])  # fmt: skip
    rounds.provide(app, receipt, code="forest")
    assert give(town.duty, grid=GRID)[1].status_code == 201
    (one,) = mine(officer)
    said = [each["action"] for each in officer.get(f"rounds/{one['round_id']}/steps").get_json()["items"]]
    assert (one["state"], said) == ("due", ["plan", "fall_due"])
    rounds.provide(app, {**receipt, "subject": "component"}, code="forest")
    assert "grid" in refused(give(town.duty, grid=GRID)[1], 422)["fields"], "there is none: nobody would confirm"


def test_a_warning_ends_where_its_grid_has_ended_and_follows_one_that_moves(warned, app):
    town = warned
    warning_id, _ = give(town.duty, grid=GRID)
    moved = f"{COUNTY}/{GRID}/"
    with app.app_context(), transaction():
        before = db.session.get(WarningRow, UUID(warning_id)).grid_path
        events.publish(PathChanged(GRID, before, moved))
        db.session.expire_all()
        assert db.session.get(WarningRow, UUID(warning_id)).grid_path == moved
        revisions.raise_("grids")
        db.session.execute(db.update(Grid).where(Grid.code == GRID).values(valid_to=time.now()))
    assert give(town.duty, warning_id, grid=GRID)[1].status_code == 200, "it was given before"
    refused(give(town.duty, grid=GRID)[1], 422)
    assert town.duty.send("POST", f"warnings/{warning_id}/end", {}).status_code == 200


def test_a_warning_is_given_on_ones_own_ground_and_of_what_there_is(warned):
    town = warned
    west = town.hire("duty_officer", "centre", WEST) if town.app else None
    refused(give(west)[1], 403, "warning_beyond_ground")
    refused(give(town.worker)[1], 403)
    long = {"text": "雨" * 301}  # a message holds it no more
    for wrong in ({"kind": "hail"}, {"level": "blue"}, {"grid": "nowhere"}, {"level": "purple"}, {"text": ""}, long):
        assert next(iter(wrong)) in refused(give(town.duty, **wrong)[1], 422)["fields"]
    assert town.duty.get("warnings").get_json()["items"] == []


def test_the_desk_gives_shows_and_ends_one(warned, app):
    town = warned
    desk = Desk(app, town.duty)
    page = desk.get("/desk/warnings/").text
    assert texts_of(page, "h2", id="give") == ["发布预警"]
    form = {**STORM, "warning_id": str(uuid4())}
    assert desk.post("/desk/warnings/", {**form, "level": "blue"}).status_code == 422
    given = desk.post("/desk/warnings/", form)
    assert given.status_code == 303
    used = desk.post("/desk/warnings/", {**form, "text": "另一条"})
    assert used.status_code == 422
    assert value_of(used.text, "warning_id") != form["warning_id"]
    address = f"/desk/warnings/{form['warning_id']}"
    assert "0 / 4" in texts_of(desk.get(address).text, "strong")
    now = {"href": address}
    shown = desk.get("/desk/warnings/now").text
    assert texts_of(shown, "a", **now) == ["森林火险红色预警"]
    assert "已签收 0 / 4" in texts_of(shown, "p", **{"class": "duty"})[0]
    assert desk.post(f"{address}/end", {}).status_code == 303
    assert texts_of(desk.get("/desk/warnings/now").text, "a", **now) == []


def test_the_list_goes_on_beyond_its_first_page_and_is_taken_away(warned, app, clock):
    town = warned
    given = []
    for number in range(5):
        clock.tick(minutes=1)
        given.append(give(town.duty, number=str(number))[0])
    for one in given[1:4]:
        town.duty.send("POST", f"warnings/{one}/end", {})
    seen, cursor = [], {}
    while cursor is not None:
        page = town.duty.get("warnings", limit=2, **cursor).get_json()
        seen += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"] and {"cursor": page["next_cursor"]}
    assert seen == ["4", "0", "3", "2", "1"], "those that hold first, each the newest first"
    assert town.duty.get("warnings", cursor="x").status_code == 422
    assert [one["number"] for one in town.duty.get("warnings", open="true").get_json()["items"]] == ["4", "0"]
    desk = Desk(app, town.duty)
    assert value_of(desk.get("/desk/warnings/").text, "table") == "warnings"
    assert [row[3] for row in taken(app, desk, "warnings")[1:]] == seen
    west = Desk(app, town.hire("township_leader", "grid", WEST))
    assert len(taken(app, west, "warnings")) == 6, "what concerns one's own ground in part"


def test_receipts_are_taken_away_as_the_page_shows_them(warned, app):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.take(town.worker, mine(town.worker)[0], "start")
    rounds.take(town.worker, one, "visit", stop=1, answers={"moved": 12})
    desk = Desk(app, town.duty)
    page = desk.get(f"/desk/warnings/{warning_id}").text
    query = value_of(page, "query")
    assert (value_of(page, "table"), query) == ("warning_receipts", f"warning={warning_id}")
    rows = taken(app, desk, "warning_receipts", query)[1:]
    assert [(row[3], row[7]) for row in rows].count(("已签收", "12")) == 1
    assert [row[3] for row in rows].count("未签收") == 3
    west = Desk(app, town.hire("township_leader", "grid", WEST))
    assert 0 < len(taken(app, west, "warning_receipts", query)) - 1 < 4, "of one's own ground"


@pytest.mark.parametrize("left", ["started", "due"])
def test_what_was_confirmed_is_never_missed_and_ends_some_time_after_its_warning(warned, clock, left):
    town = warned
    warning_id, _ = give(town.duty)
    one = rounds.take(town.worker, mine(town.worker)[0], "start")
    one = rounds.take(town.worker, one, "visit", stop=1, answers={"moved": 7})
    clock.tick(days=40)
    rounds.make(town.app)
    assert rounds.read(town.worker, one)["state"] == "started"
    town.duty.send("POST", f"warnings/{warning_id}/end", {})
    if left == "due":
        rounds.take(town.worker, one, "break_off", reason="换班")
    for hours, expected in ((23, left), (2, "cancelled"), (1, "cancelled")):
        clock.tick(hours=hours)
        rounds.make(town.app)
        with town.app.app_context():
            jobs.sweep_receipts()
        assert rounds.read(town.worker, one)["state"] == expected
    after = picture(town.duty, warning_id)
    assert [after[name] for name in ("confirmed", "moved")] == [1, 7]
