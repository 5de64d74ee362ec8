"""The clock was ahead for a while: steps stay, and what ended only in that time has not ended."""

from datetime import datetime, timedelta

import pytest

from app.cases import jobs
from tests.stories.test_dispatch_extensions import asked, due
from tests.support.looks import clocks_of

AHEAD = pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=3)], ids=["minutes", "days"])


def set_back(town):
    """What the scheduler does about it; return in how many cases it did something."""
    with town.app.app_context():
        return jobs.sweep_set_back()


def running(case):
    return {each["stage"]: each["overdue"] for each in case["clocks"] if each["stopped_at"] is None}


@AHEAD
def test_a_limit_that_passed_only_by_that_clock_runs_on_and_can_pass_again(town, clock, sweep, ahead):
    case = town.handling()
    right = due(case) - timedelta(minutes=5)
    clock.set(right + ahead)
    overdue = sweep()[0]
    assert overdue
    assert running(town.housing.read(case))["handle"] is True
    clock.set(right)
    assert set_back(town) == 1
    assert set_back(town) == 0, "once"
    case = town.housing.read(case)
    assert running(case)["handle"] is False
    assert town.steps(case)[-1] == "set_back"
    clock.set(due(case) + timedelta(minutes=1))
    assert sweep()[0]
    assert running(town.housing.read(case))["handle"] is True


@AHEAD
def test_whoever_acts_before_the_timer_finds_it_put_right_and_is_in_time(town, clock, sweep, ahead):
    case = town.handling()
    right = due(case) - timedelta(minutes=5)
    clock.set(right + ahead)
    sweep()
    town.duty.act(case, "comment", text="已经超时")
    clock.set(right)
    case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    assert case["state"] == "handled"
    assert town.steps(case)[-2:] == ["set_back", "finish"]
    assert [one["result"] for one in clocks_of(case, "handle")] == ["in_time"]


@AHEAD
def test_an_ask_that_was_denied_by_that_clock_is_open_again(town, clock, sweep, ahead):
    case = asked(town)
    right = due(case) - timedelta(minutes=5)
    clock.set(right + ahead)
    assert sweep()[1] == 1
    assert town.duty.read(case)["tasks"][0]["ask"] is None
    clock.set(right)
    assert set_back(town) == 1
    case = town.duty.read(case)
    assert case["tasks"][0]["ask"] == "extension"
    before = due(case)
    case = town.duty.act(case, "grant_extension")
    assert due(case) == before + timedelta(days=1)


def test_what_somebody_did_after_the_denial_stands(town, clock, sweep):
    case = asked(town)
    right = due(case) - timedelta(minutes=5)
    clock.set(right + timedelta(minutes=10))
    assert sweep()[1] == 1
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    clock.set(right)
    set_back(town)
    assert town.housing.read(case)["tasks"][0]["ask"] is None


@AHEAD
def test_no_step_bears_a_time_before_the_last_one(town, clock, ahead):
    case = town.worker.report().get_json()
    right = clock.tick(minutes=1)
    clock.set(right + ahead)
    town.acceptor.act(case, "accept")
    clock.set(right)
    case = town.acceptor.act(case, "comment", text="时钟已校正")
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    times = [datetime.fromisoformat(step["at"]) for step in steps]
    assert times == sorted(times)
    assert times[-1] == right + ahead


def test_a_clock_that_was_never_ahead_makes_no_step(town, clock, sweep):
    case = town.handling()
    clock.set(due(case) + timedelta(minutes=1))
    assert sweep()[0]
    assert set_back(town) == 0
    town.duty.act(case, "comment", text="请抓紧")
    assert "set_back" not in town.steps(case)
