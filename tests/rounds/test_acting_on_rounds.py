"""A round is planned, done by whoever the roster names, and what was found on it becomes a case that knows of it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import clock
from app.grids.levels import Duty
from tests.desk.browser import Desk
from tests.factories import rounds
from tests.factories.grids import COUNTY, WEST
from tests.factories.objects import change, component, keep
from tests.factories.town import GARBAGE, GRID, HERE, THERE, WAGES
from tests.support.elements import part_of

REPORT = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}


@pytest.fixture
def street(app, town):
    """A town whose grids are patrolled every day."""
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    return town


def test_a_round_is_done_with_a_finding_that_becomes_a_case(street):
    one = rounds.today(street.worker)
    assert (one["state"], one["round"]["name"], one["grid"]["code"]) == ("due", "街面巡查", GRID)
    assert [each["action"] for each in one["actions"]] == ["start"]
    one = rounds.take(street.worker, one, "start")
    (stop,) = one["stop_list"]
    assert (stop["object_id"], stop["visited_at"]) == (None, None)
    one = rounds.take(street.worker, one, "visit", stop=1, answers={"clean": False, "fault": "堆放"})
    case_id = str(uuid4())
    one = rounds.take(street.worker, one, "find", stop=1, case_id=case_id, report=REPORT)
    (finding,) = one["finding_list"]
    assert (finding["case_id"], finding["stop"]) == (case_id, 1)
    case = street.worker.read({"case_id": case_id})
    assert (case["class"]["code"], case["state"]) == (GARBAGE, "reported")
    (linked,) = rounds.listed(street.duty, case=case_id)
    assert linked["round_id"] == one["round_id"]
    one = rounds.take(street.worker, one, "finish", note="无其他问题")
    assert (one["state"], one["stops_done"], one["findings"], one["marks"]) == ("done", 1, 1, [])
    said = [each["action"] for each in street.worker.get(f"rounds/{one['round_id']}/steps").get_json()["items"]]
    assert said == ["plan", "fall_due", "start", "visit", "find", "finish"]


def test_the_same_again_answers_alike_and_other_content_is_refused(street):
    one, op_id = rounds.today(street.worker), uuid4()
    first = rounds.step(street.worker, one, "start", op_id=op_id)
    again = rounds.step(street.worker, one, "start", op_id=op_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["step"] == first.get_json()["step"]
    other = rounds.step(street.worker, one, "finish", op_id=op_id)
    assert (other.status_code, other.get_json()["code"]) == (409, "round_operation_differs")
    assert other.get_json()["round"]["state"] == "started"


def test_a_finding_that_is_sent_again_is_one_case(street):
    one = rounds.take(street.worker, rounds.today(street.worker), "start")
    data = {"case_id": str(uuid4()), "report": REPORT}
    op_id = uuid4()
    first = rounds.step(street.worker, one, "find", op_id=op_id, **data)
    again = rounds.step(street.worker, one, "find", op_id=op_id, **data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["findings"] == 1
    refused = rounds.step(street.worker, one, "find", case_id=str(uuid4()), report={"class": GARBAGE})
    assert (refused.status_code, "description" in refused.get_json()["fields"]) == (422, True)


def test_a_round_tells_nobody_of_a_finding_that_became_a_case_hidden_from_them(app, street):
    one, case_id = rounds.take(street.worker, rounds.today(street.worker), "start"), str(uuid4())
    report = {**REPORT, "class": WAGES, "form": {"people_count": 3}}
    one = rounds.take(street.worker, one, "find", stop=1, case_id=case_id, report=report)

    def told(actor, case_id):
        address = f"rounds/{one['round_id']}"
        answers = [actor.get("rounds"), actor.get(address), actor.get(f"{address}/steps")]
        own = next(each for each in answers[0].get_json()["items"] if each["round_id"] == one["round_id"])
        texts = " ".join(answer.get_data(as_text=True) for answer in answers)
        desk = Desk(app, actor)
        pages = [f"/desk/rounds/{one['round_id']}", f"/desk/rounds/of/{case_id}"]
        texts += " ".join(desk.get(page).get_data(as_text=True) for page in pages).replace(f"of/{case_id}", "")
        counts = (own["findings"], answers[1].get_json()["findings"], len(answers[1].get_json()["finding_list"]))
        said = [each["action"] for each in answers[2].get_json()["items"]]
        return case_id in texts, counts, len(rounds.listed(actor, case=case_id)), "find" in said

    assert one["finding_list"], "who reported it"
    assert told(street.duty, case_id) == (True, (1, 1, 1), 1, True)
    assert told(street.township, case_id) == told(street.township, str(uuid4())) == (False, (0, 0, 0), 0, False)


def test_whoever_begins_no_cases_does_rounds_and_is_offered_no_finding(street):
    inspector = street.hire("inspector", "grid", GRID, duty=Duty.FULL_TIME)
    one = rounds.today(inspector)
    assert "find" not in [each["action"] for each in one["then"]["start"]]
    one = rounds.take(inspector, one, "start")
    assert one["actions"] == one["then"]["start"]
    case_id = str(uuid4())
    refused = rounds.step(inspector, one, "find", case_id=case_id, report=REPORT)
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "may_report")
    assert rounds.take(inspector, one, "finish")["state"] == "done"


def test_no_case_begins_where_the_round_takes_no_finding(street):
    one, case_id = rounds.today(street.worker), str(uuid4())
    refused = rounds.step(street.worker, one, "find", case_id=case_id, report=REPORT)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "round_move_not_allowed")
    assert street.worker.get(f"cases/{case_id}").status_code == 404


def test_what_somebody_else_has_done_meanwhile_makes_stale(street):
    mate = street.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    one = rounds.today(street.worker)
    rounds.take(street.worker, one, "start")
    stale = rounds.step(mate, one, "start")
    assert (stale.status_code, stale.get_json()["code"]) == (409, "round_stale")
    fresh = stale.get_json()["round"]
    theirs = rounds.step(mate, fresh, "finish")
    assert (theirs.status_code, theirs.get_json()["code"]) == (409, "round_move_not_allowed")
    missing = street.worker.send(
        "POST", f"rounds/{one['round_id']}/steps", {"op_id": str(uuid4()), "action": "finish", "data": {}}
    )
    assert (missing.status_code, set(missing.get_json()["fields"])) == (422, {"seen"})


def test_steps_of_ones_own_come_after_each_other_without_network(street):
    one = rounds.today(street.worker)
    for action in ("start", "finish"):
        assert rounds.step(street.worker, one, action, seen=one["seq"]).status_code == 201


def test_answers_are_judged_by_the_form_and_stops_are_known(street):
    one = rounds.take(street.worker, rounds.today(street.worker), "start")
    wrong = rounds.step(street.worker, one, "visit", stop=1, answers={"clean": "maybe", "colour": "red"})
    assert (wrong.status_code, set(wrong.get_json()["fields"])) == (422, {"data.answers.clean", "data.answers.colour"})
    nowhere = rounds.step(street.worker, one, "visit", stop=9, answers={})
    assert (nowhere.status_code, nowhere.get_json()["code"]) == (409, "round_move_not_allowed")
    assert rounds.step(street.worker, one, "visit").get_json()["code"] == "round_data_missing"


def test_who_is_not_named_by_the_roster_neither_sees_nor_does_it(street):
    one = rounds.today(street.worker)
    assert street.next_worker.get(f"rounds/{one['round_id']}").status_code == 404
    assert rounds.step(street.next_worker, one, "start").status_code == 404
    assert rounds.step(street.duty, one, "start").status_code == 403
    assert rounds.step(street.housing, one, "start").status_code == 403


def test_a_missed_round_is_seen_by_the_person_first_and_by_the_desk_later(app, street):
    one = rounds.today(street.worker)
    with clock.at(clock.now() + timedelta(days=1)):
        rounds.make(app)
        assert rounds.read(street.worker, one)["state"] == "missed"
        assert street.duty.get(f"rounds/{one['round_id']}").status_code == 404
        assert not rounds.listed(street.duty, state="missed")
        explained = rounds.take(street.worker, rounds.read(street.worker, one), "explain", reason="大雪封路")
        assert explained["reason"] == "大雪封路"
    with clock.at(clock.now() + timedelta(days=2)):
        rounds.make(app)
        seen = rounds.read(street.duty, one)
        assert (seen["state"], seen["reason"]) == ("missed", "大雪封路")
        made_up = rounds.take(street.worker, rounds.read(street.worker, one), "start")
        done = rounds.take(street.worker, made_up, "finish")
        assert {mark["code"] for mark in done["marks"]} == {"late", "stops_open"}


def test_a_missed_round_that_is_made_up_for_later_is_not_missed_again_meanwhile(app, street):
    one = rounds.today(street.worker)
    with clock.at(clock.now() + timedelta(days=3)):
        rounds.make(app)
        made_up = rounds.take(street.worker, rounds.read(street.worker, one), "start")
        rounds.make(app)
        assert rounds.read(street.worker, one)["state"] == "started"
        rounds.later(app, hours=25)
        assert rounds.read(street.worker, one)["state"] == "missed", "it was left lying"
        made_up = rounds.take(street.worker, rounds.read(street.worker, one), "start")
        assert rounds.take(street.worker, made_up, "finish")["state"] == "done"


def test_a_planned_round_says_what_can_be_done_on_its_day_and_is_refused_before(app, street):
    today = clock.local(clock.now()).date()
    one = next(each for each in rounds.listed(street.worker, mine="true") if each["state"] == "planned")
    assert one["first_day"] > today.isoformat()
    planned = rounds.read(street.worker, one)
    assert [each["action"] for each in planned["actions"]] == ["start"]
    refused = rounds.step(street.worker, planned, "start")
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "window_open")
    assert [each["action"] for each in rounds.read(street.township, one)["actions"]] == ["cancel"]


def test_a_round_is_cancelled_with_a_reason_by_whoever_manages_the_ground(street):
    one = rounds.today(street.worker)
    assert rounds.step(street.worker, one, "cancel", reason="不需要").status_code == 403
    assert rounds.step(street.duty, one, "cancel").get_json()["code"] == "round_data_missing"
    assert rounds.take(street.township, one, "cancel", reason="节日调整")["state"] == "cancelled"


def test_a_round_that_is_broken_off_is_gone_on_with(street):
    one = rounds.take(street.worker, rounds.today(street.worker), "start")
    one = rounds.take(street.worker, one, "break_off", reason="暴雨")
    assert (one["state"], one["doer"], one["reason"]) == ("due", None, "暴雨")
    assert rounds.take(street.worker, one, "start")["state"] == "started"


def test_every_object_of_the_ground_is_a_stop(app, town):
    for number in (1, 2, 3):
        keep(town.worker, component(number))
    rounds.provide(app, rounds.covers())
    rounds.make(app)
    one = rounds.today(town.worker, "covers")
    assert [stop["name"] for stop in one["stop_list"]].count("井盖1") == 1
    assert (one["stops"], len(one["stop_list"])) == (3, 3)
    assert not rounds.listed(town.next_worker, mine="true"), "there is no such object in that grid"


def test_what_was_removed_or_entered_twice_need_not_be_visited(app, town):
    keeper = town.hire("administrator", "grid", COUNTY)
    known = [keep(keeper, component(number)) for number in range(1, 5)]
    rounds.provide(app, rounds.covers())
    rounds.make(app)
    late = keep(keeper, component(5))
    one = rounds.take(town.worker, rounds.today(town.worker, "covers"), "start")
    stops = {each["object_id"]: each["stop"] for each in one["stop_list"]}
    first, elsewhere = stops[known[0]["object_id"]], stops[known[2]["object_id"]]
    for loser, winner in ((known[1], known[0]), (known[2], late)):
        body = {"op_id": str(uuid4()), "seen": loser["version"], "into": winner["object_id"]}
        assert keeper.send("POST", f"objects/{loser['object_id']}/merge", body).status_code == 201
    assert change(keeper, known[3], state="removed").status_code == 201
    one = rounds.read(town.worker, one)
    assert {each["stop"]: each["name"] for each in one["stop_list"]} == {first: "井盖1", elsewhere: "井盖5"}
    ids = {each["object_id"] for each in one["stop_list"]}
    assert (one["stops"], ids) == (2, {known[0]["object_id"], late["object_id"]})
    for stop in (first, elsewhere):
        one = rounds.take(town.worker, one, "visit", stop=stop, answers={"clean": True})
    one = rounds.take(town.worker, one, "finish")
    assert (one["marks"], one["stops_done"], one["stops"]) == ([], 2, 2)


def test_a_service_that_is_not_admitted_gives_the_grids_nothing_to_do(app, street):
    one = rounds.today(street.worker)
    ended = {"from": "2026-01-01", "until": "2026-01-31", "decision": "示例", "source": "example"}
    rounds.provide(app, rounds.plan(), admission=ended)
    refused = rounds.step(street.worker, one, "start")
    assert (refused.status_code, refused.get_json()["reason"]) == (409, "admitted")
    before = len(rounds.listed(street.worker))
    with clock.at(clock.now() + timedelta(days=1)):
        assert rounds.make(app) == 0
    assert len(rounds.listed(street.worker)) == before


def test_an_auxiliary_officer_does_the_rounds_of_the_village(app, town):
    officer = town.hire("auxiliary", "grid", GRID[:12], duty=Duty.AUXILIARY_OFFICER)
    rounds.provide(app, rounds.plan("talk", name="治安走访", kind="visit", duty="auxiliary_officer"))
    rounds.make(app)
    one = rounds.today(officer, "talk")
    assert one["grid"]["code"] == GRID[:12]
    assert rounds.take(officer, one, "start")["state"] == "started"


def test_a_chief_of_rivers_in_the_township_has_its_round_and_does_it_or_misses_it(app, town):
    keep(town.worker, component(1))
    rounds.provide(app, rounds.covers(duty="river_chief", level="township"))
    chief = town.hire("inspector", "grid", WEST, duty=Duty.RIVER_CHIEF)
    rounds.make(app)
    one = rounds.today(chief, "covers")
    assert (one["grid"]["code"], [stop["stop"] for stop in one["stop_list"]]) == (WEST, [1])
    one = rounds.take(chief, one, "start")
    one = rounds.take(chief, one, "visit", stop=1, answers={"clean": True})
    assert rounds.take(chief, one, "finish")["state"] == "done"
    rounds.later(app, days=2)
    missed = rounds.listed(chief, mine="true", state="missed")
    assert {each["grid"]["code"] for each in missed} == {WEST}
    assert rounds.listed(town.worker, mine="true") == []
    assert rounds.listed(town.duty, state="missed") == []
    with clock.at(clock.now() + timedelta(days=4)):
        assert {each["round_id"] for each in rounds.listed(town.duty, state="missed")} >= {missed[0]["round_id"]}


def test_what_must_be_answered_and_was_left_open_is_taken_and_marked_until_it_is_answered(street):
    one = rounds.take(street.worker, rounds.today(street.worker), "start")
    for answers, lacking in (({}, True), ({"clean": False}, True), ({"clean": True}, False), ({"clean": False}, True)):
        one = rounds.take(street.worker, one, "visit", stop=1, answers=answers)
        assert (one["stop_list"][0]["answers_open"], one["answers_open"]) == (lacking, int(lacking)), answers
    (listed,) = [each for each in rounds.listed(street.duty, state="started")]
    assert listed["answers_open"] == 1
    done = rounds.take(street.worker, one, "finish")
    assert (done["state"], [mark["code"] for mark in done["marks"]]) == ("done", ["answers_open"])
    for lang, said in (("zh", "漏填：问题"), ("en", "Left open: 问题")):  # the town's form has no English
        page = Desk(street.app, street.duty).get(f"/desk/rounds/{one['round_id']}?lang={lang}").text
        assert [said in cell.says for cell in part_of(page, "stops").all("th") if "1 · " in cell.says] == [True]


def test_an_answer_that_names_an_object_is_judged_by_what_its_doer_sees(app, town):
    asking = {"field": "cover", "label": "井盖", "type": "object", "objects": ["component"]}
    rounds.provide(app, rounds.plan(form=[asking]))
    rounds.make(app)
    mine, elsewhere = keep(town.worker, component(1)), keep(town.next_worker, component(2, at=THERE))
    one = rounds.take(town.worker, rounds.today(town.worker), "start")
    for named in (str(uuid4()), elsewhere["object_id"], "井盖", 7):
        refused = rounds.step(town.worker, one, "visit", stop=1, answers={"cover": named})
        assert (refused.status_code, set(refused.get_json()["fields"])) == (422, {"data.answers.cover"}), named
    one = rounds.take(town.worker, one, "visit", stop=1, answers={"cover": mine["object_id"]})
    assert one["stops_done"] == 1
