"""Clocks warn and end once, whoever sweeps and however often; they begin, pause and move as the procedure says."""

import threading
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.cases import jobs, service
from app.cases.errors import MoveNotAllowed
from app.core import clock as time
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from tests.factories.town import GARBAGE, HOUSING
from tests.support.looks import clocks_of

ROAD = "0110"  # a class whose time to handle begins with the signature


def _moment(text):
    return datetime.fromisoformat(text)


def _sweep(town):
    with town.app.app_context():
        return jobs.sweep_clocks()


def _refused(town, case, action):
    """A sweep that looked before is refused under the lock, whatever its op_id."""
    with town.app.app_context(), pytest.raises(MoveNotAllowed), transaction():
        service.act(UUID(case["case_id"]), action, SYSTEM, {"clock": 1}, uuid4())


def _one(case, stage):
    return clocks_of(case, stage)[-1]


def test_a_clock_warns_once_and_ends_once(town, clock):
    case = town.worker.report().get_json()
    accept = _one(case, "accept")
    assert _sweep(town) == 0
    clock.set(_moment(accept["warn_at"]))
    assert (_sweep(town), _sweep(town)) == (1, 0)
    clock.set(_moment(accept["due_at"]))
    assert (_sweep(town), _sweep(town)) == (1, 0)
    clock.tick(days=3)
    assert _sweep(town) == 0
    assert town.steps(case) == ["report", "warn", "overdue"]
    assert _one(town.acceptor.read(case), "accept")["overdue"]


def test_a_clock_that_ended_while_nobody_looked_is_not_warned_of_afterwards(town, clock):
    case = town.worker.report().get_json()
    clock.tick(days=3)
    assert (_sweep(town), _sweep(town)) == (1, 0)
    assert town.steps(case) == ["report", "overdue"]


def test_an_overdue_case_is_counted_so_in_its_queue(town, clock):
    town.worker.report()
    clock.tick(days=3)
    _sweep(town)
    (queue,) = [each for each in town.acceptor.get("queues").get_json()["items"] if each["queue"] == "to_accept"]
    assert (queue["count"], queue["overdue"]) == (1, 1)


def test_a_stopped_clock_neither_warns_nor_ends(town, clock):
    case = town.worker.act(town.worker.report().get_json(), "withdraw")
    clock.tick(days=30)
    assert _sweep(town) == 0
    assert town.steps(case) == ["report", "withdraw"]


def test_a_timer_for_a_clock_that_was_moved_meanwhile_does_nothing(town, clock):
    case = town.worker.report().get_json()
    for action in ("warn", "overdue"):
        _refused(town, case, action)
    assert town.steps(case) == ["report"]


def test_a_timer_that_has_said_it_says_it_once(town, clock):
    case = town.worker.report().get_json()
    clock.set(_moment(_one(case, "accept")["warn_at"]))
    _sweep(town)
    _refused(town, case, "warn")
    clock.set(_moment(_one(case, "accept")["due_at"]))
    _sweep(town)
    _refused(town, case, "overdue")
    assert town.steps(case) == ["report", "warn", "overdue"]


@pytest.mark.parametrize(("end", "action"), [("warn_at", "warn"), ("due_at", "overdue")])
def test_an_end_that_was_corrected_away_and_back_is_a_new_one(town, clock, end, action):
    case = town.handling()
    clock.set(_moment(_one(case, "handle")[end]) + timedelta(minutes=1))
    assert _sweep(town) == 1
    case = town.duty.act(case, "correct", **{"class": ROAD, "condition": "1"})
    assert not _one(case, "handle")["overdue"]
    assert _sweep(town) == 0
    case = town.duty.act(case, "correct", **{"class": GARBAGE, "condition": "1"})
    assert (_sweep(town), _sweep(town)) == (1, 0)
    assert [step for step in town.steps(case) if step in ("warn", "overdue")] == [action] * 2
    assert _one(town.duty.read(case), "handle")["overdue"] == (action == "overdue")


@pytest.mark.own_database
def test_two_sweeps_at_once_make_one_step(app, town, clock):
    case = town.worker.report().get_json()
    late, made, errors = clock.tick(days=3), [], []

    def sweep():
        try:
            with app.app_context(), time.at(late):
                start.wait()
                made.append(jobs.sweep_clocks())
        except Exception as error:
            errors.append(error)

    start = threading.Barrier(4)
    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, sum(made)) == ([], 1)
    assert town.steps(case) == ["report", "overdue"]


def test_the_time_to_handle_begins_with_the_dispatch(town, clock):
    begun = clock.tick(minutes=5)
    case = town.dispatched()
    assert _moment(_one(case, "handle")["started_at"]) == begun


def test_the_time_to_handle_begins_with_the_signature_where_the_class_says_so(town, clock):
    case = town.dispatched(class_code=ROAD)
    assert clocks_of(case, "handle") == []
    signed = clock.tick(minutes=30)
    case = town.housing.act(case, "sign")
    assert _moment(_one(case, "handle")["started_at"]) == signed


def test_it_begins_when_the_time_to_sign_ends_though_nobody_signed(town, clock):
    case = town.dispatched(class_code=ROAD)
    end = _moment(_one(case, "sign")["due_at"])
    clock.set(end + timedelta(minutes=7))  # the sweep comes a little later
    _sweep(town)
    handle = _one(town.duty.read(case), "handle")
    assert _moment(handle["started_at"]) == end
    town.housing.act(case, "sign")
    assert len(clocks_of(town.duty.read(case), "handle")) == 1


def test_whoever_signs_late_gains_no_time_though_no_sweep_has_come(town, clock):
    case = town.dispatched(class_code=ROAD)
    end = _moment(_one(case, "sign")["due_at"])
    clock.set(end + timedelta(hours=30))
    case = town.housing.act(case, "sign")
    assert _moment(_one(case, "handle")["started_at"]) == end
    assert _one(case, "sign")["result"] == "late"


def test_an_extension_moves_the_tasks_clock_and_the_cases(town, clock):
    case = town.handling()
    before, whole = _one(case, "handle"), _one(case, "case")
    wanted = _moment(before["due_at"]) + timedelta(days=1)
    town.housing.act(case, "ask_extension", due_at=wanted.isoformat(), reason="雨天")
    clock.set(_moment(before["warn_at"]))
    case = town.duty.act(case, "grant_extension")
    after = _one(case, "handle")
    assert _moment(after["due_at"]) == wanted
    assert _moment(after["warn_at"]) > _moment(before["warn_at"])
    # the end of the case lies as much working time after the new end of the work as it lay after the old one
    assert _moment(_one(case, "case")["due_at"]) - _moment(whole["due_at"]) == timedelta(days=1)
    assert _sweep(town) == 0  # the old warning is not owed any more
    clock.set(wanted)
    assert _sweep(town)
    assert town.steps(case)[-1] == "overdue"


def test_a_deferred_case_stands_still_and_then_has_what_was_left(town, clock):
    case = town.handling()
    before = {stage: _moment(_one(case, stage)["due_at"]) for stage in ("handle", "case")}
    town.housing.act(case, "ask_deferral", review_on="2027-03-01", reason="冬季无法施工")
    case = town.leader.act(case, "grant_deferral")
    paused = time.now()
    assert (case["state"], case["due_at"]) == ("deferred", "2027-03-02T01:00:00+00:00")
    assert {_moment(_one(case, stage)["paused_at"]) for stage in before} == {paused}
    clock.tick(days=14)  # the same hour of a working day
    assert _sweep(town) == 0
    case = town.housing.act(case, "resume")
    assert case["state"] == "handling"
    for stage, due in before.items():
        assert _one(case, stage)["paused_at"] is None
        assert _moment(_one(case, stage)["due_at"]) == due + timedelta(days=14), stage


def test_every_clock_of_a_case_warns_and_ends_by_itself(town, clock):
    case = town.dispatched()
    end = _moment(case["case_due_at"])
    while time.now() < end:
        clock.tick(hours=3)
        _sweep(town)
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    fired = [(step["action"], step["data"]["clock"]) for step in steps if step["action"] in ("warn", "overdue")]
    assert len(fired) == len(set(fired))
    stages = {clock["clock"]: clock["stage"] for clock in case["clocks"]}
    assert {stages[number] for action, number in fired if action == "overdue"} == {"sign", "handle", "case"}
    assert town.housing.act(case, "sign")["lead"]["code"] == HOUSING
