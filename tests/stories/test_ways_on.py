"""No case is ever left with nothing but being closed by force, whoever has gone; who is lacking is told."""

from uuid import uuid4

import pytest

from app.admin import empty_rungs
from app.core.transaction import transaction
from app.departments import service as departments
from app.dispatch import referral
from app.identity import service as identity
from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import GARBAGE, HERE, HOUSING, TEAM, WATER
from tests.stories.test_levels import Centre
from tests.stories.test_take_back import abandon, handed_down_in
from tests.support.elements import texts_of
from workflows.case import OPEN
from workflows.case_terms import CaseAction, CaseState

REPLY = {"reply": "已清理", "outcome": "solved"}  # where the sender wants one
GONE = {"reason_code": "silent", "reason": "单位已撤销"}


def _spot():
    return {"lon": HERE[0], "lat": HERE[1], "attachments": [str(uuid4())]}


def _reported(town):
    return town.acceptor.report(source="hotline").get_json()


def _deferred(town):
    case = town.housing.act(town.handling(), "ask_deferral", review_on="2026-12-21", reason="冬季不宜施工")
    return town.leader.act(case, "grant_deferral")


def _enforcing(town):
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    case = town.housing.act(town.handling(), "refer")
    referral.enforce_with(None)
    return case


REACH = {
    "reported": _reported,
    "verifying": lambda town: town.acceptor.act(_reported(town), "verify"),
    "accepted": lambda town: town.accepted(),
    "filed": lambda town: town.filed(),
    "dispatched": lambda town: town.dispatched(),
    "handling": lambda town: town.handling(),
    "handled": lambda town: town.handled(),
    "checked": lambda town: town.checked(),
    "deferred": _deferred,
    "enforcing": _enforcing,
}
# what leads on from a state, by who is still there: first what ends what the departed department has
NEXT = {
    "reported": (("acceptor", "verify", {}), ("acceptor", "accept", {})),
    "verifying": (("worker", "confirm_true", None),),
    "accepted": (("duty", "file", {"class": GARBAGE, "condition": "1"}),),
    "filed": (("dispatcher", "dispatch", {"lead": WATER}),),
    "dispatched": (("water", "sign", {}), ("dispatcher", "withdraw_dispatch", {"reason": "单位已撤销"})),
    "handling": (("water", "finish", {"result": "已清理", "attachments": None}), ("dispatcher", "recall", GONE)),
    "deferred": (("dispatcher", "recall", GONE),),
    "enforcing": (("leader", "resume", {"reason": "没有案卷答复"}),),
    "handled": (("worker", "pass_check", None),),
    "checked": (("duty", "close", {}),),
}


@pytest.fixture
def town(town):
    """The town with an administrator, in which every role is held."""
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.hire("township_leader", "grid", COUNTY)
    town.hire("inspector", "grid", COUNTY)
    for code in (HOUSING, WATER, TEAM):
        town.hire("department_leader", "department", code)
    return town


def _abandon(town):
    """End the department, close the accounts of its people and that of the centre's only leader."""
    with town.app.app_context(), transaction():
        departments.end(HOUSING)
        for actor in (town.housing, town.leader):
            identity.close_account(actor.id)


def _lacking(town):
    with town.app.app_context():
        status = empty_rungs.part()
    return status.status, status.word, status.figure


def _walk_on(town, case):
    """Take the first step of those that lead on which somebody is offered; return the case."""
    for name, action, data in NEXT[case["state"]]:
        actor = getattr(town, name)
        if actor.get(f"cases/{case['case_id']}").status_code != 200 or action not in actor.actions(case):
            continue
        needs = next(one["needs"] for one in actor.read(case)["actions"] if one["action"] == action)
        form = _spot() if data is None else {**data, **{name: REPLY[name] for name in needs if name in REPLY}}
        if "attachments" in form:
            form["attachments"] = [str(uuid4())]
        if action == "verify" and case["finding"]:
            continue
        case = actor.act(case, action, **form)
        for photo in form.get("attachments", ()):
            actor.upload(case, jpeg(), attachment_id=photo)
        return town.supervisor.read(case)
    raise AssertionError(f"nobody leads on from {case['state']}")


def _walk_to_the_end(town, case):
    began = case["state"]
    for _ in range(20):
        if case["state"] == "closed":
            break
        case = _walk_on(town, case)
    assert case["state"] == "closed", began
    assert CaseAction.FORCE_CLOSE not in town.steps(case)


def test_the_walk_begins_in_every_open_state():
    assert {str(state) for state in OPEN} == set(REACH) == set(NEXT)
    assert CaseState.ENFORCING in OPEN


def test_every_state_is_left_without_force_though_department_people_and_leader_are_gone(town):
    cases = {state: reach(town) for state, reach in REACH.items()}
    for case in cases.values():
        town.bring_photos(case)
    assert {state: case["state"] for state, case in cases.items()} == {state: state for state in REACH}
    assert _lacking(town) == ("ok", "", 0)
    _abandon(town)
    desk = Desk(town.app, town.admin)
    remarks = texts_of(desk.get("/admin/").text, "p", class_="remark")
    # only what was referred waits for a leader, and whoever keeps the people is told of that
    assert [remark for remark in remarks if "恢复处置" in remark and "需要中心领导" in remark]
    assert _lacking(town) == ("degraded", "no_holder", 2), "the centre's leader; the department that still owes"
    for state, began in cases.items():
        case = town.supervisor.read(began)
        if state == "enforcing":
            town.leader = town.hire("centre_leader", "centre", COUNTY)
        _walk_to_the_end(town, case)


def test_every_state_below_is_left_without_force_though_all_people_of_the_centre_there_are_gone(town):
    below = Centre(town)
    cases = {state: handed_down_in(town, below, state) for state in REACH}
    abandon(town, below)
    for state, began in cases.items():
        case = town.supervisor.read(began)
        assert (case["state"], case["centre"]) == (state, WEST)
        own = town.leader.act(case, "take_back", reason="镇中心人员都已离岗")
        _walk_to_the_end(town, town.supervisor.read(own))
