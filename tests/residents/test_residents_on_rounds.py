"""Residents are stops of rounds by number; who sets out is handed what is granted, once, and it is audited."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.identity.queries import account
from app.rounds import round_residents
from app.rounds.models import RoundRow
from tests.desk.browser import Desk
from tests.factories import residents, rounds
from tests.factories.residents import ADDRESS, HEALTH, NAME, PHONE
from tests.factories.town import GRID, NEXT_GRID
from tests.support.elements import texts_of
from tests.support.looks import refused


@pytest.fixture
def visited(app, town):
    """A town where one old woman is entered who is visited every day."""
    town.resident = residents.keep(town.township, residents.old_woman())
    rounds.provide(app, residents.visits(), code="elderly")
    rounds.make(app)
    return town


def of_round(actor):
    """The visit of today."""
    return rounds.today(actor, "elderly_visit")


def test_stops_name_numbers_and_a_start_hands_out_what_is_granted(app, visited):
    worker, number = visited.worker, visited.resident["number"]
    one = of_round(worker)
    assert [(stop["name"] == number, stop["resident"]) for stop in one["stop_list"]] == [(False, False), (True, True)]
    assert ([each["field"] for each in one["person_form"]], one["stops"]) == (["met"], 2)
    started = rounds.take(worker, one, "start")
    (handed,) = started["residents"]
    known = {each["code"]: each["answer"] for each in handed["fields"]}
    assert (handed["stop"], handed["number"]) == (2, number)
    assert known == {"name": NAME, "address": ADDRESS, "phone": PHONE, "health": HEALTH}
    (entry,) = residents.audited(app, "resident:handed_out", visited.resident["resident_id"])
    assert (entry["person_id"], entry["service"]) == (worker.id, "elderly")
    assert entry["of_fields"] == ["name", "address", "phone", "health"]
    read_again = rounds.read(worker, one)
    assert "residents" not in read_again
    assert NAME not in str(read_again)


def test_a_grant_makes_nobody_a_reader(app, visited):
    def for_the_township_alone(rules):
        health = next(one for one in rules["fields"] if one["field"] == "health")
        health["readers"] = ["township_leader"]
        assert health["services"] == ["elderly"]

    residents.rule(app, for_the_township_alone)
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    assert [each["code"] for each in started["residents"][0]["fields"]] == ["name", "address", "phone"]


def test_a_start_whose_answer_was_lost_is_answered_again_and_audited_again(app, visited):
    one, op_id = of_round(visited.worker), uuid4()
    assert rounds.step(visited.worker, one, "start", op_id=op_id).status_code == 201
    again = rounds.step(visited.worker, one, "start", op_id=op_id)
    assert (again.status_code, len(again.get_json()["residents"])) == (200, 1)
    assert len(residents.audited(app, "resident:handed_out")) == 2
    rounds.take(visited.worker, again.get_json(), "finish")
    assert "residents" not in rounds.step(visited.worker, one, "start", op_id=op_id).get_json()


def test_an_exchange_brings_them_with_the_start_alone(app, visited):
    one = of_round(visited.worker)
    start = {
        "type": "round", "round_id": one["round_id"], "op_id": str(uuid4()), "action": "start", "seen": one["seq"],
        "data": {}, "phone_at": clock.now().isoformat(),
    }  # fmt: skip
    body = {"cursor": None, "operations": [start], "streams": {"rounds": {"cursor": None}, "objects": {"cursor": None}}}
    answer = visited.worker.send("POST", "sync", body).get_json()
    assert [each["number"] for each in answer["results"][0]["body"]["residents"]] == [visited.resident["number"]]
    assert NAME not in str(answer["streams"]) + str(answer["changes"])
    assert answer["streams"]["objects"]["changes"] == []


def test_what_was_left_open_of_a_resident_is_a_mark_for_readers_alone(app, visited):
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    rounds.take(visited.worker, started, "visit", stop=1, answers={"visited": 1})
    after = rounds.take(visited.worker, started, "visit", stop=2, answers={})
    assert ([each["answers_open"] for each in after["stop_list"]], after["answers_open"]) == ([False, True], 1)
    done = rounds.take(visited.worker, after, "finish")
    assert [mark["code"] for mark in done["marks"]] == ["answers_open"]
    with app.app_context():
        row = db.session.get(RoundRow, UUID(done["round_id"]))
        assert (row.marks, row.answers_open) == ([], 0), "nobody else can tell"


def test_what_is_put_down_of_a_resident_lies_sealed_and_is_revealed_for_a_purpose(app, visited):
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    refused(rounds.step(visited.worker, started, "visit", stop=2, answers={"visited": 3}), 422)
    note = "老人说膝盖疼"
    after = rounds.take(visited.worker, started, "visit", stop=2, answers={"met": True}, note=note)
    stop = after["stop_list"][1]
    assert (bool(stop["visited_at"]), stop["answers"], stop["note"], after["stops_done"]) == (True, None, None, 1)
    with app.app_context():
        kept = [
            str(tuple(row))
            for table in ("round_stops", "round_steps")
            for row in db.session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    assert not [row for row in kept if note in row or '"met"' in row]
    path = f"rounds/{after['round_id']}/reveal"
    refused(visited.worker.send("POST", path, {"stop": 2, "purpose": "看看"}), 403)
    shown = visited.township.send("POST", path, {"stop": 2, "purpose": "安排就医"}).get_json()
    assert (shown["answers"], shown["note"], shown["text"]) == ({"met": True}, note, "已见到本人：是")
    refused(visited.township.send("POST", path, {"stop": 1, "purpose": "安排就医"}), 404)
    desk = Desk(app, visited.township)
    page = f"/desk/rounds/{after['round_id']}"
    assert note not in texts_of(desk.get(page).text, "td")
    answer = desk.post(f"{page}/reveal", {"stop": "2", "purpose": "回访"})
    assert texts_of(answer.text, "td", role="status") == ["已见到本人：是"]
    assert note in texts_of(answer.text, "td")
    assert desk.post(f"{page}/reveal", {"stop": "2", "purpose": ""}).status_code == 422
    assert [one["reason"] for one in residents.audited(app, "resident:revealed")] == ["安排就医", "回访"]
    asked = {"asked_by": "self", "identity_checked": True, "purpose": "本人到窗口查阅"}
    told = visited.township.send("POST", f"residents/{visited.resident['resident_id']}/statement", asked).get_json()
    shown = [(one["fields"], one["purpose"]) for one in told["readings"] if one["how_en"] == "Read"]
    assert shown == [("走访时的填报", "回访"), ("走访时的填报", "安排就医")]


def test_a_repeat_is_the_same_step_and_another_answer_is_not(visited):
    started, op_id = rounds.take(visited.worker, of_round(visited.worker), "start"), uuid4()

    def visit(met):
        return rounds.step(visited.worker, started, "visit", op_id=op_id, stop=2, answers={"met": met}).status_code

    assert [visit(True), visit(True), visit(False)] == [201, 200, 409]


def test_whoever_is_no_reader_sees_and_does_the_round_of_the_ground_alone(app, visited):
    seen_by_duty = rounds.read(visited.duty, of_round(visited.worker))
    assert ([stop["resident"] for stop in seen_by_duty["stop_list"]], seen_by_duty["stops"]) == ([False], 1)
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    rounds.take(visited.worker, started, "visit", stop=2, answers={"met": True})
    steps = visited.duty.get(f"rounds/{started['round_id']}/steps").get_json()["items"]
    assert [one["action"] for one in steps] == ["plan", "fall_due", "start"]
    inspector = visited.hire("inspector", "grid", NEXT_GRID, duty=Duty.FULL_TIME)
    with app.app_context(), transaction():
        grids.appoint(GRID, inspector.id, Duty.FULL_TIME)
    visited.also(inspector, "inspector", "grid", GRID)
    theirs = rounds.read(inspector, started)
    assert [stop["resident"] for stop in theirs["stop_list"]] == [False]
    left = rounds.take(visited.worker, started, "break_off", reason="下雨")
    begun = rounds.take(inspector, rounds.read(inspector, left), "start")
    assert "residents" not in begun
    refused(rounds.step(inspector, begun, "visit", stop=2, answers={"met": True}), 409)


def test_who_is_not_cared_for_any_more_is_no_stop_and_what_was_put_down_is_erased(app, visited):
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    rounds.take(visited.worker, started, "visit", stop=2, answers={"met": True})
    assert residents.end(visited.township, visited.resident, "mistake").status_code == 201
    after = rounds.read(visited.worker, started)
    assert [stop["resident"] for stop in after["stop_list"]] == [False]
    with app.app_context():
        assert db.session.execute(text("SELECT count(*) FROM round_stops WHERE sealed IS NOT NULL")).scalar() == 0


def test_grids_without_residents_are_counted_as_before(app, visited):
    theirs = of_round(visited.next_worker)
    assert [stop["resident"] for stop in theirs["stop_list"]] == [False]
    started = rounds.take(visited.next_worker, theirs, "start")
    assert "residents" not in started
    done = rounds.take(visited.next_worker, started, "visit", stop=1, answers={"visited": 3})
    assert done["stop_list"][0]["answers"] == {"visited": 3}


def stand_in(visited):
    """Let the worker of the next grid stand in for the worker."""
    today = clock.local(clock.now()).date().isoformat()
    with visited.app.app_context():
        substitute = account(visited.next_worker.id).username
    body = {"since": today, "until": today, "substitute": substitute}
    assert visited.worker.send("POST", "roster/leaves", body).status_code == 201
    return visited.next_worker


def test_who_stands_in_is_handed_them_and_nobody_elses(visited):
    one = of_round(visited.worker)
    refused(visited.next_worker.get(f"rounds/{one['round_id']}"), 404)
    other = stand_in(visited)
    started = rounds.take(other, rounds.read(other, one), "start")
    assert [each["number"] for each in started["residents"]] == [visited.resident["number"]]
    (entry,) = residents.audited(visited.app, "resident:handed_out")
    assert entry["person_id"] == other.id


def test_standing_in_brings_only_what_the_role_that_does_rounds_may_read(app, visited):
    other = stand_in(visited)
    visited.dismiss(other, "grid_worker")
    visited.also(other, "inspector", "grid", NEXT_GRID)
    visited.also(other, "township_leader", "grid", NEXT_GRID)
    one = rounds.read(other, of_round(visited.worker))
    assert [stop["resident"] for stop in one["stop_list"]] == [False]
    assert "residents" not in rounds.take(other, one, "start")


def test_a_reader_elsewhere_is_none_where_they_serve_as_something_else(app, visited):
    inspector = visited.hire("inspector", "grid", GRID)
    visited.also(inspector, "grid_worker", "grid", NEXT_GRID)
    with app.app_context(), transaction():
        grids.appoint(GRID, inspector.id, Duty.FULL_TIME)
    one = rounds.read(inspector, of_round(visited.worker))
    assert ([stop["resident"] for stop in one["stop_list"]], one["stops"]) == ([False], 1)
    assert "residents" not in rounds.take(inspector, one, "start")


def test_who_has_moved_away_since_is_no_stop_and_is_handed_to_nobody(app, visited):
    planned = of_round(visited.worker)
    assert residents.change(visited.township, visited.resident, grid=NEXT_GRID).status_code == 201
    assert [stop["resident"] for stop in rounds.read(visited.worker, planned)["stop_list"]] == [False]
    started = rounds.take(visited.worker, planned, "start")
    assert "residents" not in started
    refused(rounds.step(visited.worker, started, "visit", stop=2, answers={"met": True}), 409)
    assert residents.audited(app, "resident:handed_out") == []


def test_who_is_cared_for_otherwise_alone_is_no_stop_any_more(visited):
    planned = of_round(visited.worker)
    more = residents.change(visited.township, visited.resident, cares=["disabled"]).get_json()
    assert residents.end(visited.township, more, cares=["elderly_alone"]).status_code == 201
    assert [stop["resident"] for stop in rounds.read(visited.worker, planned)["stop_list"]] == [False]
    started = rounds.take(visited.worker, planned, "start")
    assert "residents" not in started
    refused(rounds.step(visited.worker, started, "visit", stop=2, answers={"met": True}), 409)


def test_withdrawn_consent_takes_what_was_put_down_for_the_care_that_ends_with_it(app, visited):
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    rounds.take(visited.worker, started, "visit", stop=2, answers={"met": True})
    more = residents.change(visited.township, visited.resident, cares=["disabled"]).get_json()
    ended = residents.end(visited.township, more, "withdrawn", cares=["elderly_alone"])
    assert ended.status_code == 201
    assert sealed_stops(app) == 0
    left = residents.read(visited.township, visited.resident)
    assert {one["code"] for one in left["fields"]} == {"name", "address", "birth"}
    assert (left["consent"], left["history"][0]["edit"]) == (None, "erased")
    (entry,) = residents.audited(app, "resident:erased")
    assert entry["of_fields"] == ["health", "phone"]


def test_a_lost_key_keeps_nobody_from_going_there(app, visited):
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE resident_fields SET key_id = 'lost' WHERE field = 'phone'"))
    (handed,) = rounds.take(visited.worker, of_round(visited.worker), "start")["residents"]
    assert {each["code"] for each in handed["fields"]} == {"name", "address", "health"}
    fresh = residents.change(visited.township, visited.resident, fields={"health": "好转"})
    assert fresh.status_code == 201, fresh.get_json()
    again = residents.change(visited.township, fresh.get_json(), fields={"phone": "13935700022"})
    assert again.status_code == 201, again.get_json()
    assert residents.reveal(visited.township, visited.resident).get_json()["answer"] == "13935700022"


@pytest.mark.parametrize("lost", ["duty", "admission"])
def test_the_same_start_brings_nobody_once_the_round_is_not_theirs_to_do(app, visited, lost):
    one, op_id = of_round(visited.worker), uuid4()
    assert rounds.step(visited.worker, one, "start", op_id=op_id).status_code == 201
    if lost == "duty":
        with app.app_context(), transaction():
            grids.dismiss(GRID, visited.worker.id, Duty.FULL_TIME)
    else:
        ended = {"from": "2026-01-01", "until": "2026-01-31", "decision": "示例", "source": "example"}
        rounds.provide(app, residents.visits(), code="elderly", admission=ended)
    again = rounds.step(visited.worker, one, "start", op_id=op_id)
    assert (again.status_code, "residents" in again.get_json()) == (200, False)
    assert len(residents.audited(app, "resident:handed_out")) == 1


def test_what_was_put_down_is_kept_for_its_time_and_not_shown_once_the_care_has_ended(app, visited):
    started = rounds.take(visited.worker, of_round(visited.worker), "start")
    after = rounds.take(visited.worker, started, "visit", stop=2, answers={"met": True})
    asked = {"stop": 2, "purpose": "安排就医"}
    path = f"rounds/{after['round_id']}/reveal"
    assert visited.township.send("POST", path, asked).status_code == 200
    assert (tidied(app, days=179), sealed_stops(app), tidied(app, days=181), sealed_stops(app)) == (0, 1, 1, 0)
    assert visited.township.send("POST", path, asked).get_json()["answers"] == {}
    assert residents.end(visited.township, visited.resident).status_code == 201
    refused(visited.township.send("POST", path, asked), 404)


def tidied(app, **passed):
    """Let the job that erases old answers run after some time."""
    with app.app_context(), clock.at(clock.now() + timedelta(**passed)):
        return round_residents.tidy()


def sealed_stops(app):
    """At how many stops something of residents is kept."""
    with app.app_context():
        return db.session.execute(text("SELECT count(*) FROM round_stops WHERE sealed IS NOT NULL")).scalar()
