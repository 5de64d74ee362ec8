"""The demo county's departments: all that the source names, under codes that the catalogue knows."""

import pytest

from app.catalogue import files
from app.demo.county import SEEDS
from app.demo.departments import DepartmentPlan, plans
from app.demo.terrain import facts
from app.departments.kinds import DepartmentKind

OF_THE_PLACE = {"township", "township_team"}


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
    assert all(plan.kind is DepartmentKind.CONTRACTOR and "示例" in plan.name for plan in others)


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
