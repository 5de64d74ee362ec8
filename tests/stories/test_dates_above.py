"""A date from above binds the whole case, whatever has passed when its clock begins."""

from datetime import datetime, timedelta

import pytest

from app.core import clock as now_
from tests.factories.grids import WEST
from tests.factories.town import GARBAGE, HOUSING
from tests.support.looks import clocks_of, refused


@pytest.mark.parametrize("above", ["superior", "hand_down"])
def test_a_date_that_has_passed_before_filing_makes_the_whole_case_late_at_once(town, clock, sweep, above):
    date = (now_.now() + timedelta(hours=2)).isoformat()
    below = town.duty
    if above == "superior":
        case = town.acceptor.report(source="superior", external_no="督9", external_due=date).get_json()
        case = town.acceptor.act(case, "accept")
    else:
        town.open_centre(WEST)
        below = town.hire("duty_officer", "centre", WEST)
        town.also(below, "dispatcher", "centre", WEST)
        case = town.leader.act(town.accepted(), "hand_down", centre=WEST, due_at=date)
    clock.tick(hours=3)
    case = below.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    assert datetime.fromisoformat(case["case_due_at"]) == datetime.fromisoformat(date)
    sweep()
    sweep()
    case = below.act(below.read(case), "correct", address="路口东侧")
    (whole,) = clocks_of(case, "case")
    assert (datetime.fromisoformat(whole["due_at"]), whole["overdue"]) == (datetime.fromisoformat(date), True)
    who = town.dispatcher if above == "superior" else below
    case = town.housing.act(who.act(case, "dispatch", lead=HOUSING), "sign")
    later = datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"]) + timedelta(hours=1)
    case = town.housing.act(case, "ask_extension", due_at=later.isoformat(), reason="等待材料")
    body = refused(below.try_act(case, "grant_extension"), 422, "data_missing")
    assert set(body["fields"]) == {"data.consent", "data.consent_due_at"}
