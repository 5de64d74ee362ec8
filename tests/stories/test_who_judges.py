"""Who judges what became of a case is of no department that handled it, and has done none of it: on every way."""

import pytest

from tests.factories.grids import COUNTY, WEST
from tests.factories.town import HOUSING, WATER
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
