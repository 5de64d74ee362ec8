"""What was handed down to a centre that nobody is left in is taken back by its giver, whatever state it is in."""

from uuid import uuid4

import pytest

from app.core.transaction import transaction
from app.dispatch import referral
from app.identity import service as identity
from tests.factories.grids import COUNTY, EAST, WEST
from tests.factories.town import GRID, HERE, HOUSING
from tests.stories.test_levels import FILING, Centre, _in, _same
from tests.support.looks import clocks_of, guarded, refused, running, tasks_of
from workflows.case import OPEN

WHY = {"reason": "镇中心人员都已离岗"}
BELOW, HERE_NOW = f"centre:{WEST}", f"centre:{COUNTY}"
# where the case stands afterwards; what is not named stays where it is
ANEW = dict.fromkeys(("accepted", "filed", "dispatched", "handling"), "accepted")
STAGE = {"reported": "accept", "accepted": "file"}


def _spot(town):
    return {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}


def _ordered_again(town):
    """A petition that went down, was taken back by its sender and ordered a second time: it waits below."""
    case = town.acceptor.report(source="petition", external_no=str(uuid4())[:8]).get_json()
    case = town.worker.act(town.acceptor.act(case, "verify"), "confirm_true", **_spot(town))
    case = town.leader.act(town.acceptor.act(case, "accept"), "hand_down", centre=WEST)
    case = town.acceptor.act(case, "ask_sender", reason="不属本县")
    case = town.acceptor.act(case, "sender_took_back")
    return town.acceptor.act(case, "second_order", reason="仍由你县办理")


def _referred(town, below, case):
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    case = town.housing.act(case, "refer")
    referral.enforce_with(None)
    return case


def _deferred(town, below, case):
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-21", reason="冬季不宜施工")
    return below.leader.act(case, "grant_deferral")


def _finished(town, below, case):
    return town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])


_ON = {
    "accepted": lambda town, below, case: below.duty.act(case, "file", **FILING),
    "filed": lambda town, below, case: below.dispatcher.act(case, "dispatch", lead=HOUSING),
    "dispatched": lambda town, below, case: town.housing.act(case, "sign"),
    "handling": _finished,
    "handled": lambda town, below, case: town.worker.act(case, "pass_check", **_spot(town)),
}
_ASIDE = {"deferred": _deferred, "enforcing": _referred}


def handed_down_in(town, below, state, **limit):
    """A case that the county has handed down to WEST, in a state that it came to below."""
    if state in ("reported", "verifying"):
        case = _ordered_again(town)
        return below.acceptor.act(case, "verify") if state == "verifying" else case
    case = town.leader.act(town.accepted(), "hand_down", centre=WEST, **limit)
    until = "handling" if state in _ASIDE else state
    while case["state"] != until:
        case = _ON[case["state"]](town, below, case)
    case = _ASIDE[state](town, below, case) if state in _ASIDE else case
    town.bring_photos(case)
    return case


def abandon(town, below):
    """Close the accounts of all who work at a centre."""
    with town.app.app_context(), transaction():
        for actor in (below.acceptor, below.duty, below.dispatcher, below.leader):
            identity.close_account(actor.id)


def _answering(case):
    """Who answers for the clocks that run, by their stages."""
    return {one["stage"]: one["answerable"] for one in case["clocks"] if one["stopped_at"] is None}


@pytest.mark.one_database
def test_whatever_its_state_the_giver_takes_back_what_nobody_is_left_to_see_to(town, clock):
    below = Centre(town)
    cases = {str(state): handed_down_in(town, below, state) for state in OPEN}
    assert {state: (case["state"], case["centre"]) for state, case in cases.items()} == {
        state: (state, WEST) for state in cases
    }
    abandon(town, below)
    clock.tick(minutes=5)
    for state, began in cases.items():
        before = town.supervisor.read(began)
        assert {"take_back"} <= town.leader.actions(before) & town.duty.actions(before), state
        case = town.duty.act(before, "take_back", **WHY)
        assert (case["state"], case["centre"], case["level"]) == (ANEW.get(state, state), COUNTY, "county")
        answering = _answering(case)
        assert BELOW not in answering.values(), state
        if case["state"] in STAGE:  # a stage of the centre's: it ends for the one, and the other has its own time
            stage = STAGE[case["state"]]
            assert answering[stage] == HERE_NOW, state
            assert clocks_of(case, stage)[-1]["started_at"] == case["changed_at"], state
            assert not [one for one in case["tasks"] if one["state"] in ("sent", "signed")], state
        else:  # nobody's work is undone, and what others owe is still owed in the same time
            assert [one["state"] for one in case["tasks"]] == [one["state"] for one in before["tasks"]], state
            assert answering == _answering(before) | {one: HERE_NOW for one in ("case",) if one in answering}, state
            assert case["due_at"] == before["due_at"], state
        assert "take_back" not in town.duty.actions(case), state


@pytest.mark.one_database
def test_nobody_but_the_giver_takes_back_and_it_says_why(town):
    below, east = Centre(town), Centre(town, EAST)
    case = handed_down_in(town, below, "handling")
    refused(town.duty.try_act(case, "take_back"), 422, "data_missing")
    refused(town.duty.try_act(case, "take_back", reason=" "), 422)
    others = (below.acceptor, below.duty, below.leader, town.acceptor, town.dispatcher, town.supervisor, town.housing)
    for actor in others:
        refused(actor.try_act(case, "take_back", **WHY), 403, "act_forbidden")
    refused(east.leader.try_act(case, "take_back", **WHY), 404)
    case = town.leader.act(case, "take_back", **WHY)
    guarded(town.duty.try_act(case, "take_back", **WHY), "handed_down")
    refused(below.duty.try_act(case, "file", **FILING), 403, "act_forbidden")
    guarded(town.duty.try_act(town.filed(), "take_back", **WHY), "handed_down")
    # and it is the county's own again: who was given it has no say in how it ends
    assert town.duty.act(case, "decline", reason="已由公司自行清理")["state"] == "rejected"


@pytest.mark.one_database
def test_what_went_down_twice_comes_back_to_who_gave_it_first_and_no_date_of_theirs_binds_it(town, clock):
    middle, lowest = Centre(town), Centre(town, GRID[:12])
    case = town.filed()
    own = case["case_due_at"]
    case = town.duty.act(case, "hand_down", centre=WEST, due_at=_in(hours=6))
    case = middle.duty.act(case, "hand_down", centre=GRID[:12], due_at=_in(hours=2))
    refused(middle.duty.try_act(case, "take_back", **WHY), 403, "act_forbidden")
    case = lowest.dispatcher.act(lowest.duty.act(case, "file", **FILING), "dispatch", lead=HOUSING)
    case = town.duty.act(town.housing.act(case, "sign"), "take_back", **WHY)
    assert (case["centre"], _same(case["case_due_at"], own)) == (COUNTY, True)
    assert tasks_of(case, "lead")[0]["state"] == "stopped"
    assert running(case) == {"file", "case"}
    # what is handed down anew is bound by the new word alone
    case = town.duty.act(case, "hand_down", centre=WEST)
    assert _same(case["case_due_at"], own)


@pytest.mark.one_database
def test_a_date_is_gone_too_where_the_work_is_done_and_a_check_without_a_checker_is_the_givers_to_name(town):
    below = Centre(town)
    case = handed_down_in(town, below, "handled", due_at=_in(hours=3))
    assert _same(case["case_due_at"], _in(hours=3))
    with town.app.app_context(), transaction():
        for actor in (town.worker, town.next_worker):
            identity.close_account(actor.id)
    town.drain()
    case = town.supervisor.read(case)
    assert _answering(case)["check"] == BELOW, "nobody is left to check, so the centre answers"
    first = clocks_of(case, "check")[-1]
    case = town.duty.act(case, "take_back", **WHY)
    assert _answering(case) == {"check": HERE_NOW, "case": HERE_NOW}
    assert clocks_of(case, "check")[-1]["clock"] > first["clock"]
    assert not _same(case["case_due_at"], _in(hours=3))
    checker = town.hire("inspector", "grid", COUNTY)
    assert town.acceptor.act(case, "assign_check", checker=str(checker.id))["state"] == "handled"


@pytest.mark.one_database
def test_the_centre_below_and_departments_at_work_are_told(town):
    below = Centre(town)
    case = handed_down_in(town, below, "handling")
    town.drain()
    town.duty.act(case, "take_back", **WHY)
    town.drain()

    def heard(actor):
        return [one["kind"] for one in actor.get("notices").get_json()["items"]]

    assert "taken_back" in heard(below.duty)
    assert "taken_back" in heard(below.leader)
    assert "task_ended" in heard(town.housing)
    assert not {"taken_back"} & {*heard(town.duty), *heard(town.leader), *heard(below.acceptor)}
