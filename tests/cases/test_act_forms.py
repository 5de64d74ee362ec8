"""A form is described once, beside the rule of its act: schema, interface, desk, board and case file draw from it."""

import json
from dataclasses import replace

import pytest

from app.cases import protocol
from app.cases.acts import evidence
from app.cases.schemas.act_data import schema_of
from tests.desk.browser import Desk
from tests.factories.lively import lively
from tests.support.elements import elements, facts_of, texts_of
from tests.support.queries import counted
from workflows.case import CASE
from workflows.case_forms import FORMS, PLAIN
from workflows.case_terms import CaseAction
from workflows.forms import Asked, Field, Kind, Pool, choices
from workflows.words import Words

pytestmark = pytest.mark.one_database
COLOUR = Field("colour", Words("井盖颜色", "Colour of the cover"), most=20)
COVERS = Field("covers", Words("井盖数量", "Covers"), Kind.INTEGER, minimum=1, maximum=9)


def by_people():
    """Every action that people take on a case that is there, with all that its moves may need."""
    for action in CaseAction:
        moves = [move for move in CASE.moves_of(action) if move.permission and "start" not in move.sources]
        if moves:
            yield action, {need for move in moves for need in move.needs}


def test_every_act_of_people_asks_for_what_its_moves_need():
    for action, needs in by_people():
        assert needs <= FORMS[action].needs, action


def test_forms_of_one_name_are_one_and_forms_of_one_data_take_the_same():
    forms = set(FORMS.values())
    assert len({form.name for form in forms}) == len(forms)
    for form in forms:
        alike = [set(schema_of(other).fields) for other in forms if other.data == form.data]
        assert all(fields == alike[0] for fields in alike), form.data
        for field in form.fields:
            assert field.label.en, (form.name, field.name)
            assert field.most or field.kind not in (Kind.TEXT, Kind.LONG, Kind.MANY), (form.name, field.name)


@pytest.fixture
def with_colour(monkeypatch):
    """The act of closing asks two things more."""
    form = replace(PLAIN, name="close", fields=(COLOUR, COVERS, *PLAIN.fields))
    monkeypatch.setitem(FORMS, CaseAction.CLOSE, form)


@pytest.mark.usefixtures("with_colour")
def test_a_field_more_is_seen_and_taken_everywhere_and_nothing_else_was_touched(app, town):
    case = town.checked()
    town.bring_photos(case)
    desk, path = Desk(app, town.duty), f"/desk/cases/{case['case_id']}"
    assert texts_of(desk.part(f"{path}/act/close").text, "label", for_="f-colour") == ["井盖颜色"]
    english = desk.part(f"{path}/act/close?lang=en").text
    assert texts_of(english, "label", for_="f-colour") == ["Colour of the cover"]
    close = next(each for each in town.duty.read(case)["actions"] if each["action"] == "close")
    assert [each["label_en"] for each in close["fields"] if each["field"] == "colour"] == ["Colour of the cover"]
    acts = town.duty.get("catalogue").get_json()["acts"]
    form = next(each for each in acts["forms"] if each["form"] == close["form"])
    assert form["fields"][0] == {
        "field": "colour", "label": "井盖颜色", "label_en": "Colour of the cover", "type": "text", "of": None,
        "asked": "always", "choices": [], "default": None, "most": 20,
    }  # fmt: skip
    assert elements(desk.part(f"{path}/act/close").text, "input", type="number", name="covers")
    assert desk.act(case, "close", colour="红", covers="3").status_code == 303
    data = town.duty.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]["data"]
    assert (data["colour"], data["covers"]) == ("红", 3)
    assert ("Colour of the cover", "红") in facts_of(desk.get(f"{path}/file").text)


def test_without_it_the_field_is_refused_and_the_acts_have_another_version(town):
    case = town.checked()
    town.bring_photos(case)
    assert "data.colour" in town.duty.try_act(case, "close", colour="红").get_json()["fields"]
    acts = town.duty.get("catalogue").get_json()["acts"]
    assert {each["form"] for each in acts["forms"]} == {form.name for form in FORMS.values()}
    assert len(acts["version"]) == 16


def test_a_case_that_is_read_says_what_its_acts_ask(town):
    case = town.handled()
    asked = {each["action"]: each for each in town.worker.read(case)["actions"]}
    passing, failing = asked["pass_check"], asked["fail_check"]
    assert [(each["field"], each["required"], each["asked"]) for each in passing["fields"]] == [
        ("place", True, "always"), ("reason", False, "far"), ("note", False, "always"),
    ]  # fmt: skip
    assert passing["photos"] == {"purpose": "check", "least": 1}
    tasks = next(each for each in failing["fields"] if each["field"] == "tasks")
    assert (tasks["type"], tasks["required"]) == ("many", True)
    assert [each["label"] for each in tasks["choices"]] == ["县住房和城乡建设局（主办）"]
    handling = {each["action"]: each for each in town.housing.read(town.handling())["actions"]}
    assert handling["finish"]["photos"] == {"purpose": "after", "least": 1}
    reason = next(each for each in handling["ask_return"]["fields"] if each["field"] == "reason_code")
    assert [each["value"] for each in reason["choices"]] == ["not_ours", "nothing_there", "other"]
    assert (reason["default"], reason["required"]) == (None, True)


def test_where_a_check_needs_a_photo_the_form_asks_for_one_whatever_the_class_says(town, monkeypatch):
    case = town.handled()
    monkeypatch.setattr(evidence, "figures", lambda case_class: {"report": 0, "finish": 0, "check": 0})
    asked = {each["action"]: each for each in town.worker.read(case)["actions"]}
    assert "attachments" in asked["pass_check"]["needs"]
    assert asked["pass_check"]["photos"] == {"purpose": "check", "least": 1}


def test_people_and_cases_to_choose_come_when_they_are_asked_for(town):
    case, other = (town.worker.report().get_json() for _ in range(2))
    path = f"cases/{case['case_id']}"

    def found(answer):
        acts = {each["action"]: each for each in answer.get_json()["actions"]}
        verifier = next(each for each in acts["verify"]["fields"] if each["field"] == "verifier")
        into = next(each for each in acts["merge"]["fields"] if each["field"] == "into")
        return verifier["choices"], into["choices"]

    assert found(town.acceptor.get(path)) == (None, None)
    people, cases = found(town.acceptor.get(path, choices="all"))
    assert str(town.worker.id) in {each["value"] for each in people}
    assert [each["value"] for each in cases] == [other["case_id"]]
    assert town.acceptor.get(path, choices="some").status_code == 422


def test_in_a_synchronisation_an_act_names_its_form_alone_and_grows_little(town, clock):
    lively(town, clock)
    for person in (town.acceptor, town.duty, town.dispatcher, town.worker, town.housing):
        with counted() as seen:
            answer = town.client.post("/api/v1/sync", json={"cursor": None, "operations": []}, headers=person.headers)
        changes = answer.get_json()["changes"]
        acts = [each for case in changes for each in case["actions"]]
        assert acts
        assert all(each.keys() == {"action", "form", "label", "label_en", "needs", "tasks"} for each in acts)
        assert {each["form"] for each in acts} <= {form.name for form in FORMS.values()}
        with_names = len(answer.get_data())
        for each in acts:
            del each["form"]
        without = len(json.dumps(answer.get_json() | {"changes": changes}, ensure_ascii=False, separators=(",", ":"))
                      .encode())  # fmt: skip
        assert with_names <= 1.1 * without, person.name
        assert len(seen) < len(changes), "forms are described once, and not for each case"


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (Field("a", COLOUR.label, Kind.INTEGER, minimum=1, maximum=5), 3, 6),
        (Field("a", COLOUR.label, Kind.DATE), "2026-11-28", "gestern"),
        (Field("a", COLOUR.label, Kind.YES_NO), True, "vielleicht"),
        (Field("a", COLOUR.label, Kind.CHOICE, choices(CaseAction)), "close", "dance"),
        (Field("a", COLOUR.label, Kind.LONG, least=1, most=5), "红", " "),
        (Field("a", COLOUR.label, Kind.CHOICE, pool=Pool.TASK), 3, 501),
        (Field("a", COLOUR.label, Kind.CHOICE, pool=Pool.TASK), "3", "0"),  # as it is offered
        (Field("a", COLOUR.label, Kind.MANY, pool=Pool.DONE_TASK, most=9), ["1", 2], ["1", 1]),
    ],
)
def test_every_kind_of_field_becomes_a_schema(field, right, wrong):
    schema = schema_of(replace(PLAIN, fields=(field,)))
    assert not schema.validate({"a": right})
    assert set(schema.validate({"a": wrong})) == {"a"}


def test_a_field_is_asked_for_when_it_says():
    fields = [replace(COLOUR, name=str(asked), asked=asked) for asked in Asked]
    form = replace(PLAIN, fields=tuple(fields))

    def names(needs=(), offered=()):
        return [(field.name, must) for field, must in form.questions(needs, offered)]

    far = ("far", False)  # who sends the step may have to answer it: where they are says that
    assert names() == [("always", False), far]
    assert names(["needed", "always"]) == [("always", True), ("needed", True), far]
    assert names(offered=["offered"]) == [("always", False), ("offered", True), far]


def test_the_system_s_own_steps_have_schemas_beside_their_rules(app):
    with app.app_context():
        for action in protocol.table_of("case").rules:
            assert protocol.schema_of("case", action) is not None
