"""A dispute on four levels within seven days (四级七天): who is late hands on, and the last is told of.

The class as we ship it, with the departments of the demo county that stand for the levels. Monday 23 November 2026,
9:00: a neighbours' quarrel. How the seven days are shared is an example: one day for the grid worker who tries first,
two for the village, two for the township's centre, two for the township's leaders; they run through the weekend.
"""

from datetime import datetime, timedelta

import pytest

from app.cases import jobs
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.core import outbox
from app.demo.departments import plans
from app.departments.kinds import DepartmentKind
from tests.factories.departments import department
from tests.factories.grids import VILLAGES, WEST
from tests.factories.town import DISPUTE, HERE, TOWNSHIP
from tests.support.looks import clocks_of

VILLAGE, CENTRE = f"V-{VILLAGES[0]}", f"M-{WEST}"
FORM = {"people_count": 2, "kind": "邻里"}
A_DAY = timedelta(days=1)


@pytest.fixture
def town(town):
    """The town with a desk on each level: `mediators` of the village, `centre` and `leaders` of the township."""
    with town.app.app_context():
        department(VILLAGE, "格一村（示例）", DepartmentKind.VILLAGE)
        department(CENTRE, "岳阳镇综治中心（示例）", DepartmentKind.PARTY_ORGAN)
        department("D-JUSTICE", "县司法局", DepartmentKind.COUNTY_BUREAU)
    desks = {"mediators": VILLAGE, "centre": CENTRE, "leaders": TOWNSHIP, "justice": "D-JUSTICE"}
    for name, code in desks.items():
        setattr(town, name, town.hire("department_desk", "department", code))
    return town


def sweep(town):
    with town.app.app_context():
        jobs.sweep_clocks()
        jobs.sweep_raises()
        while outbox.drain():
            pass


def day(number, hour=9, minute=0):
    """The day that is so many days after the report, on the county's clock."""
    monday = datetime.fromisoformat("2026-11-23 00:00+08:00")
    return monday + timedelta(days=number - 1, hours=hour, minutes=minute)


def handle(case):
    """On which day each handle clock ends, and how it stands."""
    ends = [(datetime.fromisoformat(one["due_at"]) - day(1), one["result"]) for one in clocks_of(case, "handle")]
    return [(round(after / A_DAY, 1), result) for after, result in ends]


def kinds(actor):
    return [one["kind"] for one in actor.get("notices").get_json()["items"]]


def filed(town):
    case = town.worker.report(DISPUTE, form=FORM).get_json()
    return town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": DISPUTE, "condition": "1"})


def test_each_late_level_hands_on_until_the_leaders_have_it_on_the_seventh_day(town, clock):
    case = filed(town)
    clock.set(day(2))  # the first level, the grid worker, tried for a day
    route = town.dispatcher.get(f"cases/{case['case_id']}/route").get_json()
    assert (route["lead"]["code"], [one["code"] for one in route["assist"]]) == (VILLAGE, ["D-JUSTICE"])
    case = town.mediators.act(town.dispatcher.act(case, "dispatch", lead=VILLAGE), "sign")
    whole = clocks_of(case, "case")[0]["due_at"]
    assert handle(case) == [(3, None)]

    clock.set(day(4, minute=1))  # Thursday: three days have gone, and the village has not settled it
    sweep(town)
    case = town.dispatcher.read(case)
    assert (case["lead"]["code"], handle(case)) == (CENTRE, [(3, "late"), (5, None)])
    assert town.steps(case)[-2:] == ["overdue", "hand_on"]
    assert (kinds(town.centre)[0], kinds(town.mediators)[0]) == ("to_sign", "handed_on")
    assert town.mediators.try_act(case, "finish", result="已调解").status_code == 404

    case = town.centre.act(case, "sign")
    clock.set(day(6, minute=2))  # Saturday: the days are calendar days
    sweep(town)
    case = town.dispatcher.read(case)
    assert (case["lead"]["code"], handle(case)) == (TOWNSHIP, [(3, "late"), (5, "late"), (7, None)])

    clock.set(day(8, hour=8))  # the Monday after, an hour before the seven days have gone
    sweep(town)
    assert handle(town.dispatcher.read(case))[-1] == (7, None)
    clock.set(day(8, minute=3))
    sweep(town)
    case = town.dispatcher.read(case)
    assert case["lead"]["code"] == TOWNSHIP, "nobody is above the last level: it keeps the case"
    assert town.steps(case).count("hand_on") == 2
    assert clocks_of(case, "handle")[-1]["overdue"]
    assert clocks_of(case, "case")[0]["due_at"] == whole, "through all levels the case has one end"


def test_after_the_seventh_day_the_centre_hears_of_it_and_the_case_goes_on_to_its_end(town, clock):
    case = filed(town)
    clock.set(day(2))
    case = town.dispatcher.act(case, "dispatch", lead=VILLAGE)
    for moment in (day(4, minute=1), day(6, minute=2), day(8, minute=3), day(12)):
        clock.set(moment)
        sweep(town)
    assert "raised" in kinds(town.duty)
    assert "raised" in kinds(town.leader), "the centre's leader a working day later"
    assert kinds(town.county) == [], "the county's leader is no reader of a confidential class"
    case = town.leaders.act(town.dispatcher.read(case), "sign")
    case = town.leaders.act(case, "finish", result="达成协议并签字")
    assert [result for _, result in handle(case)] == ["late", "late", "late"]
    case = town.acceptor.act(case, "assign_check", checker=str(town.next_worker.id))
    case = town.next_worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], note="双方确认")
    case = town.duty.act(case, "close")
    assert case["state"] == "closed"
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_who_settles_it_in_time_is_not_handed_on(town, clock):
    case = filed(town)
    clock.set(day(2))
    case = town.mediators.act(town.dispatcher.act(case, "dispatch", lead=VILLAGE), "sign")
    clock.set(day(4, hour=8))
    case = town.mediators.act(case, "finish", result="达成协议并签字")
    clock.set(day(9))
    sweep(town)
    assert handle(town.dispatcher.read(case)) == [(3, "in_time")]
    assert "hand_on" not in town.steps(case)


def test_a_level_that_the_county_has_not_is_passed_over(town, clock):
    town.dismiss(town.centre, "department_desk")
    case = filed(town)
    clock.set(day(2))
    case = town.dispatcher.act(case, "dispatch", lead=VILLAGE)
    clock.set(day(4, minute=1))
    sweep(town)
    assert town.dispatcher.read(case)["lead"]["code"] == TOWNSHIP


def test_the_demo_county_has_a_department_for_each_level_above_the_grid_worker_in_its_seat():
    codes = {plan.code: plan.kind for plan in plans()}
    assert codes["V-141025100005"] is DepartmentKind.VILLAGE
    assert codes["M-141025100"] is DepartmentKind.PARTY_ORGAN
    assert codes["T-141025100"] is DepartmentKind.TOWNSHIP
