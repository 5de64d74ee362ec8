"""Who judges what became of a case is of no department that handled it, and has done none of it: on every way."""

import pytest

from tests.factories.grids import COUNTY, WEST
from tests.factories.town import HERE, HOUSING, WATER
from tests.stories.test_self_fixed import _fixed
from tests.support.looks import guarded, tasks_of


def closed(town, **given):
    case = town.checked(**given)
    town.bring_photos(case)
    return town.duty.act(case, "close")


@pytest.mark.parametrize(
    ("role", "scope_kind", "action", "data"),
    [
        ("acceptor", "centre", "call_back", {"solved": True}),
        ("centre_leader", "centre", "decline_reopen", {"reason": "已解决"}),
        ("supervisor", "grid", "decline_reopen", {"reason": "已解决"}),
        ("supervisor", "grid", "spot_check", {"solved": True}),
    ],
)
def test_nobody_of_a_department_judges_what_became_of_its_closing(town, role, scope_kind, action, data):
    case = town.acceptor.act(closed(town), "call_back", solved=False, why="又堆满了")
    both = town.hire("department_desk", "department", HOUSING)
    town.also(both, role, scope_kind, COUNTY)
    guarded(both.try_act(case, action, **data), "department_does_not_close")
    assert action not in both.actions(case)
    another = town.hire(role, scope_kind, COUNTY)
    another.act(case, action, **data)


def test_who_checked_or_closed_does_not_spot_check(town):
    for actor, guard in ((town.worker, "auditor_did_not_decide"), (town.duty, "auditor_did_not_decide")):
        town.also(actor, "supervisor", "grid", COUNTY)
        guarded(actor.try_act(closed(town), "spot_check", solved=True), guard)


def test_nobody_rates_how_his_own_department_came(town):
    case = town.township.act(town.handling(), "whistle", called=[WATER])
    both = town.hire("department_desk", "department", WATER)
    town.also(both, "township_leader", "grid", WEST)
    number = tasks_of(both.act(case, "arrive"), "called")[0]["task"]
    guarded(both.try_act(case, "rate_whistle", task=number, rating="good"), "called_does_not_rate")
    town.dismiss(both, "department_desk")
    guarded(both.try_act(case, "rate_whistle", task=number, rating="good"), "called_does_not_rate")
    town.township.act(case, "rate_whistle", task=number, rating="good")


def test_who_did_some_of_the_work_judges_it_no_more_when_he_has_left_the_department(town):
    """The department's rule looks at what somebody holds now; the same-person rule at what he has ever done here."""
    both = town.hire("department_desk", "department", HOUSING)
    for role in ("duty_officer", "centre_leader", "acceptor", "dispatcher"):
        town.also(both, role, "centre", COUNTY)
    town.also(both, "supervisor", "grid", COUNTY)
    case = town.dispatched()
    both.act(case, "sign")
    town.dismiss(both, "department_desk")
    case = town.housing.act(case, "ask_return", reason_code="not_ours", reason="不属本单位")
    for action in ("grant_return", "deny_return"):
        guarded(both.try_act(case, action, reason="属本单位"), "handler_does_not_decide")
    case = town.duty.act(case, "deny_return", reason="属本单位")
    case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    paper = {"reason": "再看", "attachments": [town.photo()]}
    for action, data in (("close", {}), ("refuse_close", {"reason": "再看"}), ("force_close", paper)):
        guarded(both.try_act(case, action, **data), "handler_does_not_close")
    case = town.acceptor.act(town.duty.act(case, "close"), "call_back", solved=False, why="又堆满了")
    for action, data in (
        ("call_back", {"solved": True}),
        ("decline_reopen", {"reason": "已解决"}),
        ("spot_check", {"solved": True}),
    ):
        guarded(both.try_act(case, action, **data), "handler_does_not_close")


def test_who_fixed_it_himself_does_not_close_what_another_has_checked(town):
    town.also(town.worker, "duty_officer", "centre", COUNTY)
    case = town.acceptor.act(_fixed(town, sampled=True), "close_fixed")
    checker = next(one for one in town.people if str(one.id) == tasks_of(case, "check")[0]["handler_id"])
    case = checker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    guarded(town.worker.try_act(case, "close"), "handler_does_not_close")
    town.duty.act(case, "close")
