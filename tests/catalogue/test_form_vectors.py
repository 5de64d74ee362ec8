"""The server and the phone judge a form by the same rules: both are held to the same vectors."""

import json
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest
from marshmallow import ValidationError

from app.catalogue import class_forms
from app.catalogue.schemas.classes import ClassDocument
from app.catalogue.schemas.parts import FormFieldDocument
from app.catalogue.schemas.responses import FormFieldOut, form_field
from app.phone import pages
from tests.factories.catalogue import class_content
from tests.support.node import node
from workflows.forms import in_words

CONTENT = json.loads((Path(__file__).parent / "form_vectors.json").read_text("utf-8"))
FORMS = {name: [FormFieldDocument().load(deepcopy(one)) for one in form] for name, form in CONTENT["forms"].items()}
STATIC = Path(pages.__file__).parent / "static"
CALL = """import { openOf, sentOf, shownOf, wrongOf } from "./form-rules.js";
const { forms, vectors } = JSON.parse(await new Response(process.stdin).text());
const names = (questions) => questions.map((one) => one.field);
console.log(JSON.stringify(vectors.map(({ form, answers }) => ({
  shown: names(shownOf(forms[form], answers)), open: names(openOf(forms[form], answers)),
  wrong: wrongOf(forms[form], answers), sent: Object.keys(sentOf(forms[form], answers)),
}))));"""


def vectors():
    """The vectors with what is to be repeated written out; where nothing is said, all questions are asked."""
    for one in deepcopy(CONTENT["vectors"]):
        for name, times in one["answers"].pop("repeat", {}).items():
            one["answers"][name] *= times
        yield {"shown": [question.name for question in FORMS[one["form"]]], **one}


VECTORS = list(vectors())


def test_the_vectors_hold_every_kind_and_every_outcome():
    kinds = {question.kind for form in FORMS.values() for question in form}
    assert kinds == set(class_forms._JUDGES)
    assert {name for one in VECTORS for name in one["wrong"]} >= {question.name for question in FORMS["every kind"]}
    assert any(one["open"] for one in VECTORS)


def test_the_server_judges_by_them():
    for one in VECTORS:
        form, answers = FORMS[one["form"]], one["answers"]
        assert [question.name for question in class_forms.visible_questions(form, answers)] == one["shown"], one
        assert class_forms.left_open(form, answers) == one["open"], one
        assert list(class_forms.faults(form, answers)) == one["wrong"], one


def test_the_phone_judges_by_them_without_network(tmp_path):
    for name in ("form-rules.js", "terms.js"):
        (tmp_path / name).write_bytes((STATIC / name).read_bytes())
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "call.js").write_text(CALL)
    forms = {name: [form_field(question) for question in form] for name, form in FORMS.items()}
    question = json.dumps({"forms": forms, "vectors": VECTORS})
    done = subprocess.run(
        [*node(), "call.js"], input=question, cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    for one, told in zip(VECTORS, json.loads(done.stdout), strict=True):
        assert {name: told[name] for name in ("shown", "open", "wrong")} == {
            name: one[name] for name in ("shown", "open", "wrong")
        }, one
        assert set(told["sent"]) <= set(one["shown"]) & set(one["answers"]), one


def test_what_phones_get_of_a_question_is_what_is_declared():
    for form in FORMS.values():
        for question in form:
            told = json.loads(json.dumps(form_field(question)))
            assert set(told) <= set(FormFieldOut().fields)
            assert told.get("unit") == (question.unit or None)
    conditions = [form_field(question).get("shown_if") for question in FORMS["conditions"]]
    assert conditions == [None, {"lived_in": [True]}, {"signs": ["裂缝", "倾斜"]},
                          {"lived_in": [True], "signs": ["倾斜"]}, None]  # fmt: skip


def test_answers_are_read_in_words():
    told = {question.name: question for question in FORMS["every kind"]}
    assert str(in_words(told["width"], 2.5)) == "2.5 毫米"
    assert str(in_words(told["signs"], ["裂缝", "渗水"])) == "裂缝、渗水"
    assert (
        str(in_words(told["goods"], [{"name": "水", "amount": 2}, {"name": "帐篷"}])) == "名称 水、数量 2 件；名称 帐篷"
    )
    assert str(in_words(told["spot"], {"lon": 111.95, "lat": 36.26})) == "111.95, 36.26"


RIGHT = {"field": "risk", "label": "危险", "type": "choice", "choices": ["小", "大"]}
WRONG = (
    ({"type": "table"}, "columns"), ({"type": "text", "columns": [RIGHT]}, "columns"), ({"type": "many"}, "choices"),
    ({"type": "text", "unit": "米"}, "unit"), ({"type": "place", "unit": "米"}, "unit"),
    ({"type": "integer", "unit_en": "m"}, "unit_en"),
    ({"type": "choice", "choices": ["左", "右"], "choices_en": ["Left"]}, "choices_en"),
    ({"type": "text", "shown_if": {"later": ["小"]}}, "shown_if"),
    ({"type": "text", "shown_if": {"risk": []}}, "shown_if"),
    ({"type": "text", "required_if": {"risk": ["中"]}}, "required_if"),
    ({"type": "text", "required_if": {"risk": [True]}}, "required_if"),
    ({"type": "text", "required_if": {"risk": ["大"]}, "required": True}, "required_if"),
    ({"type": "table", "columns": [{"field": "a", "label": "甲", "type": "table"}]}, "columns"),
    ({"type": "table", "columns": [{"field": "a", "label": "甲", "type": "object"}]}, "columns"),
    ({"type": "text", "least": 1}, "least"), ({"type": "photo", "most": 10}, "most"),
    ({"type": "photo", "least": 10}, "least"),
    ({"type": "photo", "least": 3, "most": 2}, "most"),
    ({"type": "table", "columns": [{"field": "a", "label": "甲", "type": "photo"}]}, "columns"),
    ({"type": "object"}, "objects"), ({"type": "text", "objects": ["component"]}, "objects"),
)  # fmt: skip


@pytest.mark.parametrize(("question", "at"), WRONG)
def test_a_question_that_makes_no_sense_is_refused_at_its_field(question, at):
    content = class_content(form=[RIGHT, {"field": "second", "label": "乙", **question}, {**RIGHT, "field": "later"}])
    with pytest.raises(ValidationError) as refused:
        ClassDocument().load(content)
    assert list(refused.value.normalized_messages()["form"][1]) == [at]
