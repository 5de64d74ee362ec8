"""Whistling departments to the spot (吹哨报到): who comes, who does not, and how it is judged."""

from uuid import uuid4

import pytest

from tests.factories.town import HERE, HOUSING, SIGN_FIRST, TEAM, WATER
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of


def whistled(town, called=(WATER, TEAM), **given):
    """A case in handling to whose spot departments were called."""
    return town.township.act(town.handling(**given), "whistle", called=list(called))


def test_the_township_calls_departments_within_a_limit(town):
    case = town.handling()
    for other in (town.dispatcher, town.duty, town.leader, town.housing, town.worker):
        refused(other.try_act(case, "whistle", called=[WATER]), 403, "act_forbidden")
    case = town.township.act(case, "whistle", called=[WATER, TEAM])
    assert case["state"] == "handling"
    assert [task["department"]["code"] for task in tasks_of(case, "called")] == [WATER, TEAM]
    limits = {(each["limit"], each["limit_kind"], each["due_at"]) for each in clocks_of(case, "arrive")}
    assert limits == {(120, "work_minutes", "2026-11-23T03:00:00+00:00")}
    refused(town.township.try_act(case, "whistle", called=[WATER]), 422)


def test_an_urgent_call_runs_day_and_night(town):
    case = town.duty.act(town.handling(), "urgent")
    case = town.township.act(case, "whistle", called=[WATER])
    assert clocks_of(case, "arrive")[0]["limit_kind"] == "urgent_minutes"


def test_a_called_department_arrives_says_what_it_did_and_is_rated(town):
    case = whistled(town)
    assert {"arrive", "finish"} & town.water.actions(case) == {"arrive"}
    guarded(town.water.try_act(case, "finish", result="到场处置"), "task_arrived")
    case = town.water.act(case, "arrive")
    assert (tasks_of(case, "called")[0]["state"], clocks_of(case, "arrive")[0]["result"]) == ("arrived", "in_time")
    guarded(town.water.try_act(case, "arrive"), "task_not_arrived")
    case = town.water.act(case, "finish", result="已关闭阀门")
    assert (case["state"], tasks_of(case, "called")[0]["state"]) == ("handling", "done")
    number = tasks_of(case, "called")[0]["task"]
    for other in (town.water, town.dispatcher, town.leader):
        refused(other.try_act(case, "rate_whistle", task=number, rating="good"), 403, "act_forbidden")
    assert "data.task" in refused(town.township.try_act(case, "rate_whistle", rating="good"), 422)["fields"]
    case = town.township.act(case, "rate_whistle", task=number, rating="good")
    assert tasks_of(case, "called")[0]["note"] == "good"


def test_an_absentee_is_noted_by_the_timer_and_blocks_nobody(town, clock, sweep):
    case = whistled(town)
    town.water.act(case, "arrive")
    clock.tick(hours=2)
    sweep()
    case = town.supervisor.read(case)
    assert [task["state"] for task in tasks_of(case, "called")] == ["arrived", "absent"]
    assert [each["overdue"] for each in clocks_of(case, "arrive")] == [False, True]
    before = len(town.steps(case))
    sweep()
    assert len(town.steps(case)) == before
    case = town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    assert case["state"] == "handled"
    number = tasks_of(case, "called")[1]["task"]
    assert tasks_of(town.township.act(case, "rate_whistle", task=number, rating="poor"), "called")[1]["note"] == "poor"


def test_that_the_time_is_over_and_that_nobody_came_is_one_change(town, clock, sweep):
    case = whistled(town, called=[TEAM])
    number = clocks_of(case, "arrive")[0]["clock"]
    clock.tick(hours=2)
    sweep()
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    over = next(step for step in steps if step["action"] == "overdue" and step["data"]["clock"] == number)
    follows = next(step for step in steps if step["seq"] == over["seq"] + 1)
    assert (follows["action"], follows["at"]) == ("absent_whistle", over["at"])


def test_late_is_better_than_never(town, clock, sweep):
    case = whistled(town, called=[TEAM])
    clock.tick(hours=3)
    sweep()
    case = town.team.act(case, "arrive")
    assert (tasks_of(case, "called")[0]["state"], clocks_of(case, "arrive")[0]["result"]) == ("arrived", "late")
    assert tasks_of(town.team.act(case, "finish", result="到场"), "called")[0]["state"] == "done"


@pytest.mark.parametrize("state", ["filed", "dispatched"])
def test_departments_are_called_before_anybody_signs(town, state):
    case = town.township.act(getattr(town, state)(), "whistle", called=[WATER])
    assert (case["state"], tasks_of(case, "called")[0]["state"]) == (state, "sent")
    assert town.water.act(case, "arrive")["state"] == state


def test_a_called_department_has_no_other_part_in_the_case(town):
    case = whistled(town, called=[WATER])
    refused(town.water.try_act(case, "sign"), 403, "act_forbidden")
    refused(town.water.try_act(case, "ask_return", reason_code="other", reason="不归我们管"), 403, "act_forbidden")
    refused(town.water.try_act(case, "assign", handler=str(town.water.id)), 403, "act_forbidden")


def test_the_lead_itself_may_be_called_to_the_spot(town):
    case = whistled(town, called=[HOUSING])
    case = town.housing.act(case, "arrive")
    assert tasks_of(case, "called")[0]["state"] == "arrived"
    case = town.housing.act(case, "finish", result="到场指挥", task=tasks_of(case, "called")[0]["task"])
    assert (case["state"], tasks_of(case, "called")[0]["state"]) == ("handling", "done")
    assert town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])["state"] == "handled"


def test_nobody_rates_a_call_that_was_never_made(town):
    guarded(town.township.try_act(town.handling(), "rate_whistle", task=1, rating="good"), "was_whistled")


def test_a_called_department_owes_nothing_once_the_case_is_closed(town):
    case = town.township.act(town.dispatched(), "whistle", called=[WATER])
    town.housing.act(case, "sign")
    case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    called = next(task for task in case["tasks"] if task["part"] == "called")
    assert called["state"] == "stopped"
    assert town.water.get(f"cases/{case['case_id']}").status_code == 404
    assert all(clock["stopped_at"] for clock in case["clocks"])


def _finished(town, case):
    return town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])


def _failed(town, case):
    lead = tasks_of(case, "lead")[0]["task"]
    return town.worker.act(
        case, "fail_check", tasks=[lead], lon=HERE[0], lat=HERE[1], attachments=[town.photo()], note="未清理"
    )


def test_nobody_is_late_where_nobody_may_arrive(town, clock, sweep):
    case = _finished(town, whistled(town, called=[WATER]))
    assert (running(case), results(case, "arrive")) == ({"check", "case"}, [("arrive", "none")])
    assert "arrive" not in town.water.actions(case)
    clock.tick(hours=3)
    sweep()
    case = town.supervisor.read(case)
    assert tasks_of(case, "called")[0]["state"] == "sent"
    assert not any(each["overdue"] for each in clocks_of(case, "arrive"))


def test_a_called_department_has_its_time_again_when_the_case_comes_back(town, clock, sweep):
    case = _finished(town, whistled(town, called=[WATER, TEAM]))
    clock.tick(hours=24)
    case = _failed(town, case)
    assert running(case) >= {"arrive", "sign"}
    assert {each["due_at"] for each in clocks_of(case, "arrive")[2:]} == {"2026-11-24T03:00:00+00:00"}
    case = town.water.act(case, "arrive")
    clock.tick(hours=2)
    sweep()
    case = town.supervisor.read(case)
    assert [task["state"] for task in tasks_of(case, "called")] == ["arrived", "absent"]
    assert results(case, "arrive")[2:] == [("arrive", "in_time"), ("arrive", None)]


def test_a_called_department_has_the_time_of_an_urgent_case_when_it_has_become_one(town, clock):
    case = _finished(town, whistled(town, called=[WATER]))
    town.duty.act(case, "urgent")
    assert clocks_of(_failed(town, case), "arrive")[-1]["limit_kind"] == "urgent_minutes"


def test_whoever_did_not_come_in_time_is_late_and_absent_though_no_sweep_has_seen_it(town, clock, sweep):
    case = whistled(town, called=[WATER])
    clock.tick(hours=2, minutes=1)
    case = _finished(town, case)
    assert (results(case, "arrive"), tasks_of(case, "called")[0]["state"]) == ([("arrive", "late")], "absent")
    case = _failed(town, case)
    assert len(clocks_of(case, "arrive")) == 1  # its time is over; it may still come
    assert tasks_of(town.water.act(case, "arrive"), "called")[0]["state"] == "arrived"


def test_an_absentee_makes_nobody_else_late(town, clock, sweep):
    case = town.township.act(town.handling(class_code=SIGN_FIRST), "whistle", called=[WATER])
    due = clocks_of(case, "handle")[0]["due_at"]
    assert case["due_at"] == due
    clock.tick(hours=3)
    sweep()
    assert town.supervisor.read(case)["due_at"] == due
    for actor, queue in ((town.housing, "to_handle"), (town.worker, "to_check"), (town.duty, "to_close")):
        waiting = {each["queue"]: each for each in actor.get("queues").get_json()["items"]}[queue]
        assert (waiting["count"], waiting["overdue"]) == (1, 0), queue
        case = _next(town, case)


def _next(town, case):
    """Take the case from its handling to its check, and from there to its closing."""
    if case["state"] == "handling":
        return _finished(town, case)
    if case["state"] == "handled":
        return town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    return case


def test_an_absentee_whose_limit_was_moved_is_absent_once(town, clock, sweep):
    case = town.duty.act(town.handling(), "urgent")
    clock.tick(hours=8)
    case = town.township.act(case, "whistle", called=[WATER])
    clock.tick(hours=2)
    sweep()
    town.duty.act(case, "clear_urgent")
    clock.tick(days=1)
    sweep()
    case = town.supervisor.read(case)
    assert clocks_of(case, "arrive")[0]["overdue"]
    assert town.steps(case).count("absent_whistle") == 1
