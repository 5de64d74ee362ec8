"""Limits and routes."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from app.catalogue.documents import LimitFigure, Setting, StageLimit
from app.catalogue.files import DocumentRefused
from app.catalogue.lookups import Catalogue, is_complete, route_for
from tests.factories.catalogue import case_class
from workflows.case_clocks import Stage
from workflows.case_terms import LimitKind


def limit(kind, amount):
    return LimitFigure(LimitKind(kind), amount, "example")


STAGES = MappingProxyType(
    {
        Stage.ACCEPT: StageLimit(
            Stage.ACCEPT,
            {"A": limit("work_minutes", 30), "C": limit("work_days", 1)},
            urgent=limit("urgent_minutes", 10),
        ),
        Stage.HANDLE: StageLimit(Stage.HANDLE, urgent=limit("urgent_minutes", 1440)),
        Stage.CASE: StageLimit(Stage.CASE, allowance=(limit("work_days", 2), limit("urgent_minutes", 60))),
    }
)


@pytest.fixture
def catalogue():
    one = case_class()
    return Catalogue(classes={one.code: one}, stages=STAGES, settings={"reopen_days": Setting(30, "example")})


def asked(catalogue, area, stage, *, urgent=False, of=None, condition="1"):
    found = catalogue.limit_for(of or catalogue.get("T01"), condition, area, stage, urgent)
    return (found.amount, found.kind.value) if found else None


@pytest.mark.parametrize(
    ("area", "expected"),
    [("A", (240, "work_minutes")), ("B", (1, "work_days")), ("C", (3, "calendar_days")), (None, (240, "work_minutes"))],
)
def test_handling_lasts_as_long_as_condition_and_area_class_say(catalogue, area, expected):
    assert asked(catalogue, area, Stage.HANDLE) == expected


def test_handling_has_no_limit_before_a_condition_is_fixed(catalogue):
    assert asked(catalogue, "A", Stage.HANDLE, condition=None) is None
    assert catalogue.limit_for(None, None, "A", "handle") is None


def test_an_urgent_limit_runs_day_and_night_and_replaces_days(catalogue):
    assert asked(catalogue, "A", Stage.HANDLE, urgent=True) == (240, "urgent_minutes")
    assert asked(catalogue, "B", Stage.HANDLE, urgent=True) == (1440, "urgent_minutes")


def test_a_condition_may_say_how_long_its_urgent_cases_take(catalogue):
    own = replace(catalogue.get("T01").conditions[0], urgent=limit("urgent_minutes", 90))
    assert asked(catalogue, "C", Stage.HANDLE, urgent=True, of=case_class_with(own)) == (90, "urgent_minutes")


@pytest.mark.parametrize(
    ("area", "minutes", "expected"),
    [("B", 90, 90), ("C", 90, 90), ("A", 90, 90), ("A", 300, 240)],  # A: 240 working minutes, not made longer
)
def test_a_class_may_say_how_long_its_urgent_cases_take(catalogue, area, minutes, expected):
    own = case_class(urgent_limit={"urgent_minutes": minutes, "source": "example"})
    assert asked(catalogue, area, Stage.HANDLE, urgent=True, of=own) == (expected, "urgent_minutes")
    assert asked(catalogue, area, Stage.HANDLE, of=own) == asked(catalogue, area, Stage.HANDLE)
    assert asked(catalogue, area, Stage.CASE, urgent=True, of=own) == (expected + 60, "urgent_minutes")


def test_the_urgent_limit_of_a_class_runs_day_and_night():
    with pytest.raises(DocumentRefused) as refused:
        case_class(urgent_limit={"work_days": 1, "source": "example"})
    assert "urgent_limit" in str(refused.value.fields)


def case_class_with(condition):
    return replace(case_class(), conditions=(condition,))


def test_a_stage_lasts_as_the_class_says_or_else_as_everywhere(catalogue):
    assert asked(catalogue, "A", Stage.ACCEPT) == (30, "work_minutes")
    assert asked(catalogue, "B", Stage.ACCEPT) == (30, "work_minutes")  # no figure for B: the core's
    assert asked(catalogue, "A", Stage.ACCEPT, urgent=True) == (10, "urgent_minutes")
    own = case_class(stages={"accept": {"work_minutes": 5, "source": "example"}})
    assert asked(catalogue, "C", Stage.ACCEPT, of=own) == (5, "work_minutes")
    assert asked(catalogue, "C", Stage.ACCEPT, of=own, urgent=True) == (5, "urgent_minutes")
    assert catalogue.limit_for(None, None, "C", Stage.ACCEPT).amount == 1


def test_the_whole_case_has_the_handle_limit_and_the_centre_s_allowance(catalogue):
    assert asked(catalogue, "B", Stage.CASE) == (3, "work_days")
    assert asked(catalogue, "B", Stage.CASE, urgent=True) == (1500, "urgent_minutes")
    # the centre does not work at night: what runs day and night alone counts as working time in the whole
    assert asked(catalogue, "C", Stage.CASE) == (5, "work_days")
    assert asked(catalogue, "A", Stage.CASE) == (240, "work_minutes")  # no allowance of that kind
    assert asked(catalogue, "A", Stage.CASE, condition=None) is None


def test_the_first_route_that_fits_names_lead_and_assisting():
    target = route_for(case_class(), area="A", township="141025101")
    assert (target.lead, target.assist) == ("D-ONE", ("T-141025101",))
    assert route_for(case_class(), area="C", township="141025101").lead == "T-141025101"


def test_a_route_to_a_township_that_is_not_known_is_passed_over():
    assert route_for(case_class(), area="C") is None
    assert route_for(case_class(), area="A").assist == ()


def test_the_enforcement_team_of_the_township_may_lead():
    team = case_class(routes=[{"lead": "township_team", "assist": ["township_team", "township"]}])
    target = route_for(team, township="141025200")
    assert (target.lead, target.assist) == ("E-141025200", ("T-141025200",))


def test_a_route_may_depend_on_condition_level_and_township():
    when = {"condition": ["1"], "level": ["township"], "township": ["141025100"]}
    one = case_class(routes=[{"when": when, "lead": "D-ONE"}])
    fits = {"condition": "1", "level": "township", "township": "141025100"}
    assert route_for(one, **fits).lead == "D-ONE"
    for name in fits:
        assert route_for(one, **{**fits, name: "other"}) is None


def test_days_for_reopening_are_the_class_s_or_the_county_s(catalogue):
    own = case_class(reopen={"calendar_days": 90, "source": "example"})
    assert catalogue.reopen_days(own) == 90
    assert catalogue.reopen_days(catalogue.get("T01")) == catalogue.reopen_days(None) == 30


@pytest.mark.parametrize(
    "changes",
    [
        {"conditions": []},
        {"routes": [{"when": {"area": ["A"]}, "lead": "D-ONE"}]},
        {"conditions": [{"condition": "1", "text": "x", "source": "example"}]},
    ],
)
def test_a_class_that_lacks_something_is_not_complete(changes):
    assert is_complete(case_class())
    assert not is_complete(case_class(**changes))
