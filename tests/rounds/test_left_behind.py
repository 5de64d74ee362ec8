"""Duties end, plans go and grids are merged: what was done before arrives, and nobody waits for what has gone."""

from datetime import timedelta

import pytest

from app.core import clock as time
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.identity import service as accounts
from tests.factories import rounds
from tests.factories.town import GRID
from tests.rounds.test_round_sync import exchange, operation


@pytest.fixture
def street(app, town):
    """A town whose grids are patrolled every day."""
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    return town


def leave(town):
    with town.app.app_context(), transaction():
        grids.dismiss(GRID, town.worker.id, Duty.FULL_TIME)


def test_what_was_done_before_a_duty_ended_still_arrives(street, clock):
    one = rounds.today(street.worker)
    done = [
        operation(one, "start", one["seq"]),
        operation(one, "visit", stop=1, answers={"clean": True}),
        operation(one, "finish", one["seq"]),
    ]
    mate = street.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    clock.tick(minutes=20)
    leave(street)
    clock.tick(minutes=20)
    late = operation(one, "start", one["seq"])
    results, _ = exchange(street.worker, None, [late, *done])
    assert [each["status"] for each in results] == [404, 201, 201, 201], "what was done after it ended is not taken"
    after = rounds.read(mate, one)
    assert (after["state"], after["stops_done"]) == ("done", 1)


def test_a_round_whose_doer_has_left_goes_to_whoever_serves_now(street, clock):
    one = rounds.today(street.worker)
    one = rounds.take(street.worker, one, "start")
    rounds.take(street.worker, one, "visit", stop=1, answers={"clean": True})
    mate = street.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    leave(street)
    clock.tick(hours=11)
    rounds.make(street.app)
    assert rounds.read(mate, one)["state"] == "started", "their phone may still send"
    clock.tick(hours=2)
    for _ in range(2):
        rounds.make(street.app)
    one = rounds.read(mate, one)
    assert (one["state"], one["stops_done"], one["doer"]) == ("due", 1, None)
    said = [each["action"] for each in mate.get(f"rounds/{one['round_id']}/steps").get_json()["items"]]
    assert said == ["plan", "fall_due", "start", "visit", "release"]
    assert rounds.take(mate, rounds.take(mate, one, "start"), "finish")["marks"] == []


@pytest.mark.parametrize("gone", ["plan", "admission"])
def test_what_nothing_asks_for_any_more_falls_due_for_nobody_and_is_lifted_at_its_end(street, gone):
    past = {"from": "2026-01-01", "until": "2026-11-23", "decision": "示例", "source": "example"}
    changes = {"admission": past} if gone == "admission" else {}
    plans = [rounds.plan(), rounds.plan("other")] if gone == "admission" else [rounds.plan("other")]
    rounds.provide(street.app, *plans, **changes)
    yesterday = "missed" if gone == "admission" else "cancelled"  # on its last day it was still asked for
    for days, expected in ((1, [yesterday, "planned", "planned"]), (2, [yesterday, "cancelled", "planned"])):
        assert states_after(street, days)[:3] == expected
    rounds.provide(street.app, rounds.plan())  # it was a mistake: what has not passed is asked for again
    assert states_after(street, 2)[2] == "due"


def states_after(town, days):
    """How the rounds of the street stand some days from now, by their first day."""
    with time.at(time.now() + timedelta(days=days)):
        rounds.make(town.app)
        listed = rounds.listed(town.worker, mine="true", round="street")
    return [one["state"] for one in sorted(listed, key=lambda one: one["first_day"])]


def test_nobody_whose_account_is_closed_keeps_a_round(street, clock):
    one = rounds.take(street.worker, rounds.today(street.worker), "start")
    mate = street.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    with street.app.app_context(), transaction():
        accounts.close_account(street.worker.id)
    rounds.make(street.app)
    fresh = rounds.read(mate, one)
    assert (fresh["state"], fresh["doer"], fresh["minutes"]) == ("due", None, None)
