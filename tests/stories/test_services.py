"""Every service that we ship walks a case from report to closure; a twenty-first is one file that somebody imports."""

import io
import re
from pathlib import Path
from random import Random

import pytest

from app.catalogue import queries
from app.catalogue.class_forms import faults, left_open, photos_of
from app.catalogue.cli import group
from app.catalogue.lookups import is_complete, route_for
from app.core import clock
from app.demo.answers import Viewpoint, draw
from app.demo.departments import plans
from app.departments.kinds import DepartmentKind
from tests.desk.browser import Desk
from tests.factories.catalogue import import_seed
from tests.factories.departments import department
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import HERE, HOUSING, TOWNSHIP
from tests.support.looks import refused
from workflows.case_terms import GOING_THERE, CheckKind

pytestmark = pytest.mark.one_database  # what is tried here are files
LOCATED = {"lon": HERE[0], "lat": HERE[1]}
NO_ANSWER = {"this": "answers no question"}
BEES = Path(__file__).parents[1] / "factories" / "bees.yaml"
IMPORT = "/admin/catalogue/import"


@pytest.fixture
def town(town):
    """The town with every class that we ship, and every department to which one leads."""
    with town.app.app_context():
        known = {HOUSING, "Q-WATER", "E-COUNTY", "D-LABOUR", TOWNSHIP}
        for plan in plans():
            if plan.code not in known and plan.grid_code is None:
                department(plan.code, plan.name, plan.kind)
        department(f"E-{WEST}", "岳阳镇综合行政执法队", DepartmentKind.ENFORCEMENT_TEAM, grid_code=WEST)
        import_seed()
    town.sensor = town.hire("integrator", "grid", COUNTY)
    town.desks = {HOUSING: town.housing}
    return town


def desk_of(town, code):
    """Whoever sits at the desk of a department; hired when it is first needed."""
    if code not in town.desks:
        town.desks[code] = town.hire("department_desk", "department", code)
    return town.desks[code]


def catalogue_of(town):
    with town.app.app_context():
        return queries.catalogue()


def longest_form(catalogue, service):
    """The class of a service that asks most."""
    classes = [catalogue.get(code) for code in service.classes]
    return max((one for one in classes if one.form and is_complete(one)), key=lambda one: len(one.form))


def walk(town, case_class):
    """Let a case of a class be reported, dispatched by its route, done, checked and closed; return it."""
    code, way = case_class.code, route_for(case_class, level="county", area="C", township=WEST, condition="1")
    answers = draw(case_class.form, Viewpoint(*HERE, clock.local(clock.now()).date()), Random(code))  # noqa: S311
    assert (faults(case_class.form, answers), left_open(case_class.form, answers)) == ({}, []), code
    answered = [photo for photos in photos_of(case_class.form, answers).values() for photo in photos]
    photos = [town.photo() for _ in range(case_class.evidence.report)] + answered
    case = town.worker.report(code, form=answers, attachments=photos).get_json()
    assert (case["state"], case["form"], case["outside_admission"]) == ("reported", answers, False), code
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": code, "condition": "1"})
    desks = [desk_of(town, one) for one in (*way.assist, way.lead)]
    case = town.dispatcher.act(case, "dispatch", lead=way.lead, assist=list(way.assist))
    for desk in desks:
        done = {"attachments": [town.photo()]} if case_class.evidence.finish else {}
        case = desk.act(desk.act(case, "sign"), "finish", result=case_class.condition("1").closure, **done)
    return town.duty.act(checked(town, case, case_class), "close")


def checked(town, case, case_class):
    """Let whoever was named look at a case that is done, if its class asks for that, and its photos come."""
    if case["state"] == "handled":
        holder = next(one["handler_id"] for one in reversed(case["tasks"]) if one["part"] == "check")
        checker = next(one for one in town.people if str(one.id) == holder)
        is_there = case_class.check in GOING_THERE
        unseen = case_class.check == CheckKind.VISIT and case_class.confidential
        is_pictured = (is_there and not unseen) or case_class.evidence.check
        shown = {"attachments": [town.photo()]} if is_pictured else {}
        case = checker.act(case, "pass_check", **(LOCATED if is_there else {}), **shown)
    town.bring_photos(case)
    assert case["state"] == "checked" or case_class.check == CheckKind.NONE, case_class.code
    return case


def test_a_class_of_every_service_is_worked_to_its_end_and_wrong_answers_and_reporters_are_refused(town):
    catalogue = catalogue_of(town)
    assert len(catalogue.services) >= 20
    kept_out = 0
    for service in catalogue.services.values():
        case_class = longest_form(catalogue, service)
        first = case_class.form[0].name
        body = refused(town.worker.report(case_class.code, form={first: NO_ANSWER}), 422)
        assert set(body["fields"]) == {f"form.{first}"}, case_class.code
        if "integrator" not in service.may_report:
            refused(town.sensor.report(case_class.code, source="sensor"), 403)
            kept_out += 1
        assert walk(town, case_class)["state"] == "closed", case_class.code
    assert kept_out >= 5
    cases = town.supervisor.get("cases", limit=200).get_json()["items"]
    assert len(cases) == len(catalogue.services)


def test_a_service_more_is_one_file_that_the_command_or_a_page_imports_and_people_report_under(town, tmp_path):
    services = len(catalogue_of(town).services)
    run = town.app.test_cli_runner().invoke(group, ["import", str(BEES)])
    assert (run.exit_code, "养蜂服务" in run.output) == (0, True), run.output
    whole = town.worker.get("catalogue").get_json()
    assert len(whole["services"]) == services + 1
    assert {one["code"]: one["service"] for one in whole["classes"]}["BEE-01"] == "bees"
    listed = town.client.get("/api/v1/catalogue/admissions").get_json()["items"]
    assert [one["example"] for one in listed if one["service"] == "bees"] == [True]
    assert walk(town, catalogue_of(town).get("BEE-01"))["state"] == "closed"
    admin = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    more = BEES.read_text("utf-8").replace("养蜂服务", "放蜂服务").encode()
    preview = admin.post(IMPORT, {"files": (io.BytesIO(more), "bees.yaml")})
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', preview.text))
    assert admin.post(f"{IMPORT}/confirm", hidden).status_code in (200, 302, 303)
    assert catalogue_of(town).services["bees"].name == "放蜂服务"
