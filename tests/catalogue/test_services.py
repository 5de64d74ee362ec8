"""The twenty services that we ship: each whole, each with words of its own; a fault in one is named with its place."""

import json
from dataclasses import asdict

import pytest

from app.catalogue import service
from app.catalogue.documents import EXAMPLE
from app.catalogue.files import DocumentRefused
from app.catalogue.lookups import is_complete
from app.demo.departments import plans
from app.demo.people import plans as people
from app.demo.world import USUAL
from app.grids.levels import Duty, Level
from app.warnings import warning_kinds
from tests.factories.catalogue import SEED, import_seed, seed_catalogue
from workflows.forms import Kind

SERVICES = {
    "agency", "care", "disputes", "ecology", "elderly", "fire", "flood", "food", "forest", "gas", "heritage", "houses",
    "police", "property", "river", "rural", "safety", "shelter", "urban", "wages",
}  # fmt: skip
UNLISTED = {"person", "household"}  # kept encrypted: such a round has one stop a grid
OF_TOWNSHIP = {"township", "township_team", "township_centre", "village"}
# 城市管理 alone may leave its national classes without a form: what the standard asks of a component (owner, manager,
# maintainer, state) lies with the component, and what it asks of an event is place, photo and description
WITHOUT_FORM = {"urban": ("national", "unnumbered", "component")}
NO_PLACEHOLDER = {"0199", "0399", "0599", "SC-07"}  # of no other class: their words are the county's to write
BROKEN = (
    ("police.yaml", "duty: auxiliary_officer", "duty: captain", "service.rounds[0].duty"),
    ("shelter.yaml", "finding_classes: [GX-3501", "finding_classes: [GX-9999",
     "service.rounds[shelter_check].finding_classes"),
    ("heritage.yaml", "  classes: [GX-4001", "  classes: [GX-9999", "service.classes"),
    ("food.yaml", "type: date, required: true", "type: moon, required: true", "classes[GX-3802].form[0].type"),
    ("gas.yaml", "until: '2027-12-31'", "until: '2020-12-31'", "service.admission.until"),
    ("wages.yaml", "on_late: tell", "on_late: hand_on", "classes[GX-3902].levels[1].on_late"),
    ("flood.yaml", "shown_if: {signs: [水位超限]}", "shown_if: {signs: [没有]}", "classes[GX-3401].form[2].shown_if"),
    ("fire.yaml", "    closure: 搬离", "    ending: 搬离", "classes[GX-3102].conditions[0].ending"),
    ("property.yaml", "A: {work_days: 30, source: example}", "A: {work_days: 30}",
     "classes[GX-4101].conditions[0].limits.A.source"),
    ("elderly.yaml", "source: PLAN", "source: NOWHERE", "classes[GX-3601].source"),
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    return seed_catalogue()


def own_classes(catalogue, code):
    return [catalogue.get(one) for one in catalogue.services[code].classes]


def may_lack_form(service, case_class):
    """Whether it is a class of 城市管理 that is national, or of a component."""
    return bool({case_class.code_system, case_class.kind} & set(WITHOUT_FORM.get(service, ())))


def test_every_service_of_the_list_is_there_and_stands_in_a_file_of_its_name(catalogue):
    assert set(catalogue.services) == SERVICES == {path.stem for path in (SEED / "services").glob("*.yaml")}
    assert len({one.name for one in catalogue.services.values()}) == len(SERVICES)


@pytest.mark.parametrize("code", sorted(SERVICES))
def test_a_service_is_whole(catalogue, code):
    one = catalogue.services[code]
    departments = {plan.code for plan in plans()}
    assert set(one.departments) <= departments
    assert (one.admission.source, "示例" in one.admission.decision) == (EXAMPLE, True)
    assert one.rounds
    assert all(each.frequency.source and each.duty in set(Duty) and each.finding_classes for each in one.rounds)
    assert [each.code for each in one.rounds if not each.form] == []
    classes = [each for each in own_classes(catalogue, code) if each.code not in NO_PLACEHOLDER]
    assert [each.code for each in classes if not is_complete(each)] == []
    assert [each.code for each in own_classes(catalogue, code) if not (each.form or may_lack_form(code, each))] == []
    words = {word for each in classes for route in each.routes for word in (route.lead, *route.assist)}
    assert words <= departments | OF_TOWNSHIP


def test_a_round_of_people_or_households_asks_for_counts_and_never_about_one(catalogue):
    rounds = [each for one in catalogue.services.values() for each in one.rounds]
    of_people = [each for each in rounds if each.subject in UNLISTED]
    assert {each.code for each in of_people} > {"elderly_visit", "gas_household"}
    for each in of_people:
        assert {field.kind for field in each.form} <= {Kind.INTEGER, Kind.MANY}, each.code
        assert {"visited", "unmet"} <= {field.name for field in each.form}, each.code


def test_rivers_and_forests_are_walked_by_their_chiefs(catalogue):
    rounds = [each for one in catalogue.services.values() for each in one.rounds]
    chiefs = {(each.subject, each.duty, each.level, each.frequency.times)
              for each in rounds if each.subject in ("river_section", "forest_section")}  # fmt: skip
    assert chiefs == {
        ("river_section", Duty.RIVER_CHIEF, Level.GRID, 2), ("river_section", Duty.RIVER_CHIEF, Level.TOWNSHIP, 1),
        ("forest_section", Duty.FOREST_CHIEF, Level.GRID, 4), ("forest_section", Duty.FOREST_CHIEF, Level.TOWNSHIP, 1),
    }  # fmt: skip


def test_rounds_on_warning_are_of_services_that_a_kind_of_warning_names(catalogue):
    warned = {kind.service for kind in warning_kinds.shipped().values()}
    asking = {one.code for one in catalogue.services.values() if any(each.frequency.on_warning for each in one.rounds)}
    assert asking == warned


def test_no_two_services_and_no_two_classes_with_a_form_share_both_form_and_conditions(catalogue):
    def said(case_class):
        return json.dumps([[asdict(one) for one in case_class.form], [one.text for one in case_class.conditions]],
                          ensure_ascii=False, default=str)  # fmt: skip

    services = {code: {said(one) for one in own_classes(catalogue, code)} for code in SERVICES}
    for code, mine in services.items():
        assert not any(mine & other for name, other in services.items() if name != code), code
    asking = [json.dumps([asdict(field) for field in one.form], default=str) for one in catalogue.classes.values()
              if one.form and one.code.startswith(("GX-", "CY-", "SC-"))]  # fmt: skip
    assert len(asking) == len(set(asking)) > 100


def test_a_matter_of_life_and_death_asks_what_helps_and_holds_nobody_up(catalogue):
    urgent = [one for one in catalogue.classes.values() if one.call_now and one.code.startswith(("GX-28", "SC-"))]
    assert len(urgent) == 18
    for one in urgent:
        assert one.form, one.code
        assert not any(field.required or field.required_if for field in one.form), one.code


@pytest.mark.parametrize("code", ["CY-900303", "CY-90171501", "CY-901201", "CY-901202"])
def test_what_one_person_is_entitled_to_is_read_by_named_roles_alone(catalogue, code):
    assert catalogue.get(code).confidential


def test_every_kind_of_question_is_asked_somewhere_and_conditions_too(catalogue):
    form = [field for one in catalogue.classes.values() for field in one.form]
    asked = {
        Kind.TEXT,
        Kind.CHOICE,
        Kind.INTEGER,
        Kind.NUMBER,
        Kind.MANY,
        Kind.YES_NO,
        Kind.DATE,
        Kind.PLACE,
        Kind.TABLE,
        Kind.PHOTO,
        Kind.PERSON,
    }
    assert {field.kind for field in form} >= asked
    assert any(field.shown_if for field in form)
    assert any(field.required_if for field in form)
    assert any(field.unit for field in form)


def test_an_auxiliary_officer_has_eight_duties_and_none_of_them_enforces(catalogue):
    police = catalogue.services["police"]
    assert [one.duty for one in police.rounds] == [Duty.AUXILIARY_OFFICER] * 8
    leads = {route.lead for one in own_classes(catalogue, "police") for route in one.routes}
    assert leads <= {"D-POLICE", "D-TRAFFIC", "township"}


def test_the_demo_reports_under_every_service_and_has_a_desk_wherever_that_leads(catalogue):
    assert {catalogue.service_of(code).code for code in USUAL} == SERVICES
    held = [role for one in people((), plans()) for role in one.roles]
    desks = {code for role, _, code in held if role in ("department_desk", "contractor")}
    used = {route.lead for code in USUAL for route in catalogue.get(code).routes}
    helping = {word for code in USUAL for route in catalogue.get(code).routes for word in route.assist[:1]}
    assert (used | helping) - OF_TOWNSHIP - desks == set()


@pytest.mark.one_database
def test_whatever_is_broken_in_a_service_is_named_with_file_line_and_field(app_context, tmp_path):
    import_seed()
    for name, old, new, place in BROKEN:
        text = (SEED / "services" / name).read_text("utf-8")
        assert old in text, (name, old)
        path = tmp_path / name
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(DocumentRefused) as refused:
            service.import_files([path], by="test", dry_run=True)
        line = next(number for number, each in enumerate(text.splitlines(), 1) if old in each)
        (first, *_) = refused.value.fields[f"{name}: {place}"]
        assert str(first).startswith(f"第 {line} 行："), (name, place, first)


@pytest.mark.one_database
@pytest.mark.parametrize(("gone", "missed"), [("county.yaml", "GX-2501"), ("chaoyang.yaml", "CY-900301")])
def test_a_file_of_classes_that_is_taken_away_is_missed_by_the_services_that_name_them(app_context, gone, missed):
    kept = [path for path in SEED.rglob("*.yaml") if path.name != gone]
    with pytest.raises(DocumentRefused) as refused:
        service.import_files(kept, by="test", dry_run=True)
    texts = [str(text) for texts in refused.value.fields.values() for text in texts]
    assert any(missed in text and text.startswith("第 ") for text in texts)
