"""A danger does not wait for office hours, nor for three people where one may do all three things."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.town import COVER, GARBAGE, HOUSING, SIGN_FIRST, WATER
from tests.support.elements import texts_of
from tests.support.looks import clocks_of, guarded, refused, running, tasks_of

EVENING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # Monday 22:00 in the county


def _moment(text):
    return datetime.fromisoformat(text)


def _limit(case, stage):
    clock = clocks_of(case, stage)[-1]
    return clock["limit"], clock["limit_kind"], _moment(clock["due_at"]) - _moment(clock["started_at"])


def _everything(town):
    """One person who accepts, files and dispatches by night."""
    one = town.hire("acceptor", "centre", COUNTY)
    for role in ("duty_officer", "dispatcher"):
        town.also(one, role, "centre", COUNTY)
    return one


def test_limits_of_an_urgent_case_run_through_the_night(town, clock):
    clock.set(EVENING - timedelta(minutes=5))
    case = town.accepted()
    clock.set(EVENING)
    assert _limit(case, "file")[:2] == (30, "work_minutes")
    refused(town.dispatcher.try_act(case, "urgent"), 403, "act_forbidden")
    case = town.acceptor.act(case, "urgent", reason="有人可能跌落")
    assert case["urgent"]
    # counted from the marking, not from the acceptance five minutes before
    assert _limit(case, "file") == (10, "urgent_minutes", timedelta(minutes=15))
    assert clocks_of(case, "accept")[0]["limit_kind"] == "work_minutes"  # what has stopped stays as it was
    guarded(town.duty.try_act(case, "urgent"), "not_urgent")
    case = town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    assert _limit(case, "dispatch") == (10, "urgent_minutes", timedelta(minutes=10))
    assert _limit(case, "case")[1:] == ("urgent_minutes", timedelta(minutes=480 + 480))
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert _limit(case, "handle") == (480, "urgent_minutes", timedelta(hours=8))
    assert _moment(case["case_due_at"]) == EVENING + timedelta(hours=16)


def test_an_urgent_case_becomes_ordinary_again_when_the_danger_is_past(town, clock):
    ordinary = town.dispatched()
    case = town.duty.act(ordinary, "urgent")
    assert _limit(case, "handle")[1] == "urgent_minutes"
    refused(town.housing.try_act(case, "clear_urgent"), 403, "act_forbidden")
    case = town.acceptor.act(case, "clear_urgent", reason="已设围挡")
    assert not case["urgent"]
    for stage in ("sign", "handle", "case"):
        assert clocks_of(case, stage)[0]["due_at"] == clocks_of(ordinary, stage)[0]["due_at"], stage
    guarded(town.acceptor.try_act(case, "clear_urgent"), "is_urgent")


def test_a_marking_gives_nobody_time_and_makes_nobody_late(town, clock, sweep):
    case = town.handling(class_code=SIGN_FIRST)
    ordinary = {stage: clocks_of(case, stage)[0]["due_at"] for stage in ("handle", "case")}
    marked = clock.tick(days=1, hours=2)
    case = town.duty.act(case, "urgent")
    assert _moment(clocks_of(case, "handle")[0]["due_at"]) == marked + timedelta(hours=4)  # of its class, from now on
    assert case["urgent_since"] == marked.isoformat()
    page = Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text
    said = "急要件：4 小时（昼夜连续），自标记之时 11-24 11:00 起；不晚于原时限"
    assert [text for text in texts_of(page, "p", class_="about") if said in text]
    assert sweep() == (0, 0)
    case = town.acceptor.act(case, "clear_urgent", reason="已设围挡")
    assert ({stage: clocks_of(case, stage)[0]["due_at"] for stage in ordinary}, case["urgent_since"]) == (
        ordinary,
        None,
    )
    late = clock.tick(days=40)
    case = town.duty.act(case, "urgent")
    assert {stage: clocks_of(case, stage)[0]["due_at"] for stage in ordinary} == ordinary  # what is over stays so
    assert late > _moment(ordinary["case"])


def test_an_extension_from_before_the_marking_waits_and_holds_again(town, clock):
    case = town.handling(class_code=SIGN_FIRST)
    before = _moment(clocks_of(case, "handle")[0]["due_at"])
    town.housing.act(case, "ask_extension", due_at=(before + timedelta(days=1)).isoformat(), reason="连日大雨")
    town.duty.act(case, "grant_extension")
    marked = clock.tick(hours=1)
    case = town.duty.act(case, "urgent")
    assert _moment(clocks_of(case, "handle")[0]["due_at"]) == marked + timedelta(hours=4)
    case = town.acceptor.act(case, "clear_urgent", reason="已设围挡")
    assert _moment(clocks_of(case, "handle")[0]["due_at"]) == before + timedelta(days=1)


def test_one_person_accepts_files_and_dispatches_in_one_call_as_three_more_steps(town):
    one = _everything(town)
    case = town.worker.report().get_json()
    case = one.act(case, "urgent", **{"class": "0102", "condition": "1", "lead": HOUSING, "assist": [WATER]})
    assert (case["state"], case["lead"]["code"], case["seq"]) == ("dispatched", HOUSING, 5)
    assert case["step"]["seq"] == 2
    assert [task["part"] for task in case["tasks"]] == ["lead", "assist"]
    assert running(case) == {"sign", "handle", "case"}
    assert town.steps(case) == ["report", "urgent", "accept", "file", "dispatch"]
    steps = one.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert {step["actor"]["person_id"] for step in steps[1:]} == {str(one.id)}
    assert len({step["op_id"] for step in steps}) == 5


def test_the_one_call_sent_again_is_the_same_call(town):
    one, case, op_id = _everything(town), town.worker.report().get_json(), uuid4()
    data = {"class": "0102", "condition": "1", "lead": HOUSING}
    first = one.try_act(case, "urgent", op_id=op_id, **data)
    again = one.try_act(case, "urgent", op_id=op_id, **data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["step"] == first.get_json()["step"]
    assert len(town.steps(case)) == 5


def test_the_one_call_is_refused_as_a_whole_when_a_permission_is_missing(town):
    case = town.worker.report().get_json()
    data = {"class": "0102", "condition": "1", "lead": HOUSING}
    also_dispatches = town.hire("acceptor", "centre", COUNTY)
    town.also(also_dispatches, "dispatcher", "centre", COUNTY)
    for someone, step, role in ((town.acceptor, "立案", "值班长"), (town.duty, "受理", "受理员"),
                                (also_dispatches, "立案", "值班长")):  # fmt: skip
        body = refused(someone.try_act(case, "urgent", **data), 403, "act_forbidden")
        assert step in body["detail"], body
        assert role in body["detail"], body
    unchanged = town.acceptor.read(case)
    assert (unchanged["state"], unchanged["urgent"], unchanged["seq"]) == ("reported", False, 1)


def test_the_one_call_is_refused_as_a_whole_when_something_is_wrong_in_it(town):
    one, case = _everything(town), town.worker.report().get_json()
    body = refused(one.try_act(case, "urgent", **{"class": "0102", "lead": HOUSING}), 422, "data_missing")
    assert set(body["fields"]) == {"data.condition"}
    refused(one.try_act(case, "urgent", **{"class": "0102", "condition": "1", "lead": "不存在的部门"}), 422)
    assert town.acceptor.read(case)["seq"] == 1


def test_a_case_that_its_class_makes_urgent_goes_in_one_call_too(town):
    one = _everything(town)
    case = town.worker.report(COVER, form={"risk": "缺失"}).get_json()
    assert case["urgent"]
    assert _limit(case, "accept") == (30, "urgent_minutes", timedelta(minutes=30))
    guarded(one.try_act(case, "urgent"), "not_urgent")
    case = one.act(case, "urgent", **{"class": COVER, "condition": "1", "lead": HOUSING})
    assert (case["state"], _limit(case, "handle")) == ("dispatched", (360, "urgent_minutes", timedelta(hours=6)))


def test_the_one_call_marks_nothing_anew_that_its_class_has_made_urgent(town, clock):
    one = _everything(town)
    case = town.filed(class_code=COVER, form={"risk": "缺失"})
    clock.tick(minutes=5)
    case = one.act(case, "urgent", lead=HOUSING)
    assert (case["urgent_since"], _limit(case, "case")[0]) == (None, 360 + 480)
    calm = town.acceptor.act(case, "clear_urgent")
    assert _limit(calm, "case")[:2] == (360 + 960, "work_minutes")


def test_one_call_takes_only_the_steps_that_are_left(town):
    one = _everything(town)
    case = one.act(town.filed(), "urgent", lead=HOUSING)
    assert (case["state"], tasks_of(case, "lead")[0]["department"]["code"]) == ("dispatched", HOUSING)
    assert town.steps(case)[-2:] == ["urgent", "dispatch"]


_FILE, _SEND = {"class": "0102", "condition": "1"}, {"lead": HOUSING}


@pytest.mark.parametrize(
    ("state", "asked", "missing", "words"),
    [
        ("reported", _SEND, {"data.class", "data.condition"}, "尚未立案"),
        ("accepted", _SEND, {"data.class", "data.condition"}, "尚未立案"),
        ("reported", {"class": "0102"}, {"data.condition"}, ""),
        ("reported", {"condition": "1"}, {"data.class"}, ""),
        ("filed", {"assist": [WATER]}, {"data.lead"}, ""),
        ("reported", {**_FILE, "assist": [WATER]}, {"data.lead"}, ""),
        ("verifying", {**_FILE, **_SEND}, None, "核实中”，不能“立案"),
        ("verifying", _SEND, None, "核实中”，不能“派遣"),
        ("filed", {**_FILE, **_SEND}, None, "待派遣”，不能“立案"),
        ("dispatched", _SEND, None, "待签收”，不能“派遣"),
        ("handling", {**_FILE, **_SEND}, None, "处置中”，不能“立案"),
        ("handling", _FILE, None, "处置中”，不能“立案"),
    ],
)
def test_the_one_call_is_refused_as_a_whole_where_a_part_of_it_cannot_follow(town, state, asked, missing, words):
    one, case = _everything(town), _in_state(town, state)
    for before in (lambda: one.read(case), lambda: town.acceptor.act(case, "urgent")):  # and where it is urgent already
        seen = before()
        answer = one.try_act(case, "urgent", **asked)
        body = refused(answer, 422, "data_missing") if missing else refused(answer, 409, "move_not_allowed")
        assert set(body.get("fields") or ()) == (missing or set())
        assert words in body["detail"] + json.dumps(body.get("fields"), ensure_ascii=False)
        after = one.read(case)
        assert (after["seq"], after["state"], after["urgent"]) == (seen["seq"], seen["state"], seen["urgent"])


def test_an_empty_choice_of_departments_asks_for_nothing_more(town):
    case = town.acceptor.act(town.handling(), "urgent", assist=[])
    assert (case["state"], case["urgent"], town.steps(case)[-1]) == ("handling", True, "urgent")
    guarded(town.acceptor.try_act(case, "urgent", assist=[]), "not_urgent")


def _in_state(town, state):
    """A case that stands in a state."""
    if state in ("reported", "verifying"):
        case = town.worker.report().get_json()
        return town.acceptor.act(case, "verify") if state == "verifying" else case
    return getattr(town, state)()


def test_a_citizens_urgent_report_still_has_to_be_found_true(town):
    one = _everything(town)
    case = town.acceptor.report(source="citizen").get_json()
    data = {"class": "0102", "condition": "1", "lead": HOUSING}
    guarded(one.try_act(case, "urgent", **data), "verified_where_needed")
    assert not town.acceptor.read(case)["urgent"]


def test_a_case_is_urgent_when_it_is_filed_under_a_class_that_is(town, clock):
    case = town.acceptor.act(town.worker.report(None).get_json(), "accept")
    clock.tick(minutes=20)
    case = town.duty.act(case, "file", **{"class": COVER, "condition": "1"})
    assert case["urgent"]
    assert _limit(case, "dispatch")[:2] == (10, "urgent_minutes")
    assert _limit(case, "case")[1] == "urgent_minutes"
    filed = clocks_of(case, "file")[0]
    assert (filed["limit_kind"], filed["result"]) == ("work_minutes", "in_time")  # nobody could know before


def test_a_case_is_urgent_while_it_is_corrected_to_a_class_that_is(town):
    ordinary = town.handling()
    case = town.duty.act(ordinary, "correct", **{"class": COVER, "condition": "1"})
    assert (case["urgent"], _limit(case, "handle")[:2]) == (True, (360, "urgent_minutes"))
    case = town.duty.act(case, "correct", **{"class": GARBAGE, "condition": "1"})
    assert (case["urgent"], clocks_of(case, "handle")[0]["due_at"]) == (
        False,
        clocks_of(ordinary, "handle")[0]["due_at"],
    )


def test_what_somebody_said_of_the_urgency_outlives_a_change_of_class(town):
    calm = town.acceptor.act(town.worker.report(COVER, form={"risk": "缺失"}).get_json(), "clear_urgent")
    calm = town.acceptor.act(calm, "accept")
    assert not town.duty.act(calm, "file", **{"class": COVER, "condition": "1"})["urgent"]
    marked = town.acceptor.act(town.filed(), "urgent")
    assert town.duty.act(marked, "correct", **{"class": SIGN_FIRST, "condition": "1"})["urgent"]
