"""The demo county's departments: all that the source names, under codes that the catalogue knows."""

from datetime import date

import pytest

from app.catalogue import files
from app.deadlines.calendar_documents import load
from app.deadlines.limits import Limit, due
from app.demo.county import SEEDS
from app.demo.departments import DepartmentPlan, plans
from app.demo.terrain import facts
from app.departments.kinds import DepartmentKind
from tests.deadlines.calendars import at
from workflows.case_terms import LimitKind

OF_THE_PLACE = {"township", "township_team", "township_centre", "village"}


@pytest.fixture(scope="module")
def planned() -> dict[str, DepartmentPlan]:
    return {plan.code: plan for plan in plans()}


def test_every_department_of_the_source_is_there_with_its_kind_and_aliases(planned):
    named = {plan.name: plan for plan in planned.values()}
    for row in facts()["departments"]:
        plan = named[row["name"]]
        assert (plan.kind, list(plan.aliases)) == (row["kind"], row["aliases"])
    assert len(facts()["departments"]) == 48


def test_whoever_is_not_in_the_source_says_that_he_is_an_example(planned):
    real = {row["name"] for row in facts()["departments"]}
    others = [plan for plan in planned.values() if plan.name not in real]
    assert others
    kinds = {DepartmentKind.CONTRACTOR, DepartmentKind.ENTERPRISE, DepartmentKind.PARTY_ORGAN, DepartmentKind.VILLAGE}
    assert {plan.kind for plan in others} == kinds
    assert all("示例" in plan.name for plan in others)


# who is on duty when offices are closed
OWN_CALENDARS = {
    "D-POLICE": "police", "D-FIRE": "fire", "Q-MEDICAL": "hospital", "Q-POWER": "power", "Q-WATER": "water",
    "Q-GAS": "gas", "Q-HEAT": "heat",
}  # fmt: skip


def test_police_fire_hospital_and_those_who_supply_the_town_work_by_their_own_calendars(planned):
    assert {code: planned[code].calendar for code in OWN_CALENDARS} == OWN_CALENDARS
    (document,) = (each for each in files.read([SEEDS]) if each.kind == "calendars")
    kept = load(document.content)
    assert {plan.calendar for plan in planned.values()} <= kept.by_code.keys()
    sunday, holiday = date(2026, 11, 22), date(2026, 10, 1)
    for code, calendar in OWN_CALENDARS.items():
        hours = [kept.get(calendar).hours_on(day) for day in (sunday, holiday)]
        assert all(hours), code
        assert kept.default.hours_on(sunday) is kept.default.hours_on(holiday) is None
    night = due(at("2026-11-21 23:00"), Limit(60, LimitKind.WORK_MINUTES), kept.get("fire"))
    assert night == at("2026-11-22 00:00")


def test_every_township_has_its_government_and_its_team_on_its_own_ground(planned):
    for township in facts()["townships"]:
        for prefix, kind in (("T", DepartmentKind.TOWNSHIP), ("E", DepartmentKind.ENFORCEMENT_TEAM)):
            plan = planned[f"{prefix}-{township['code']}"]
            assert (plan.kind, plan.grid_code) == (kind, township["code"])


def test_every_department_that_the_catalogue_names_exists(planned):
    documents = files.read([SEEDS])
    words = {word for document in documents for word in departments_in(document.content)}
    assert len(words) > 15
    assert words <= planned.keys() | OF_THE_PLACE


def departments_in(content):
    """The departments that a class sends to, or a service works with."""
    for route in content.get("routes", ()):
        yield from (route["lead"], *route.get("assist", ()))
    yield from content.get("departments", ())
    for grade in content.get("grades", ()):
        yield grade["lead"]
