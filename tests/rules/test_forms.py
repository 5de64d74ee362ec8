"""Forms are described and read in one place each: no face lists fields of acts, no page reads a form by itself."""

import ast
import re

import pytest

from app.rounds.round_data import schema_of_step
from tests.rules.sources import ROOT, python, texts
from workflows.case_forms import CARRIED, FORMS
from workflows.forms import Kind
from workflows.round import ROUND

READER = "app/frame/forms.py"
FACES = ("app/desk/", "app/board/", "app/phone/", "app/admin/")
# what forms share with reports and filters, which have pages of their own, and with the protocol of a step
SHARED = {field.name for field in CARRIED} | {"text", "to", "place", "tasks", "note", "called"}
OF_ROUNDS = re.compile(r"app/(desk|phone|board|admin)/.*\bround[^/]*$")  # where a face shows rounds
MOST = 2  # a suggestion or an excerpt names a field; a list of them is a second description


def test_a_form_of_a_browser_is_read_in_one_place():
    found = [
        path for path, text in texts() if path.startswith("app/") and re.search(r"\brequest\.(form|values)\b", text)
    ]
    assert found == [READER], "take `forms.read(schema)` or `forms.form_data()` of app/frame/forms.py"


def named_in(text, names):
    """The fields of acts that a source names, as a word in quotes or as a key."""
    return {name for name in names if re.search(rf"[\"'`]{name}[\"'`]|[{{,\s]{name}:\s", text)}


def test_no_face_has_a_table_of_fields_of_acts():
    names = {field.name for form in FORMS.values() for field in form.fields} - SHARED
    assert len(names) > 12
    for path, text in texts():
        if path.startswith(FACES) and path.endswith((".py", ".js", ".html")):
            listed = named_in(text, names)
            assert len(listed) <= MOST, f"{path} names {sorted(listed)}: draw them from workflows/case_forms.py"


def test_no_face_asks_by_itself_what_the_forms_of_rounds_ask():
    written = {
        field.name for form in ROUND.forms.values() for field in form.fields if field.kind in (Kind.TEXT, Kind.LONG)
    }
    assert written == {"reason", "note"}
    faces = [(path, text) for path, text in texts() if OF_ROUNDS.match(path)]
    assert {"app/desk/round_pages.py", "app/desk/templates/desk/round.html", "app/phone/static/rounds.js"} <= {
        path for path, _ in faces
    }
    for path, text in faces:
        listed = named_in(text, written)
        assert not listed, f"{path} names {sorted(listed)}: draw them from workflows/round.py"


def by_hand(tree, names):
    """The lines on which a schema takes something that a form asks."""
    return [
        node.lineno
        for schema in ast.walk(tree)
        if isinstance(schema, ast.ClassDef)
        for node in schema.body
        if isinstance(node, ast.Assign)
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "Text"
        if getattr(node.targets[0], "id", "") in names
    ]


def test_the_schemas_of_rounds_are_made_from_their_forms():
    names = {field.name for form in ROUND.forms.values() for field in form.fields}
    assert by_hand(ast.parse("class ReasonIn(Schema):\n    reason = Text(500)"), names)
    wrong = [f"{path}:{line}" for path, tree in python("app/rounds") for line in by_hand(tree, names)]
    assert not wrong, f"the form of the step says it (workflows/round.py): {wrong}"


@pytest.mark.parametrize("action", [action for action, form in ROUND.forms.items() if form.fields])
def test_a_step_of_a_round_takes_what_its_form_asks(action):
    taken = schema_of_step(action).fields
    for field in ROUND.forms[action].fields:
        (bounds,) = taken[field.name].validators
        assert getattr(bounds, "max", None) == (field.most or field.maximum)


def test_the_rule_sees_a_table():
    assert named_in('LABELS = {"verifier": 1, "result": 2}\n  solved: 3,', {"verifier", "result", "solved"}) == {
        "verifier", "result", "solved",
    }  # fmt: skip


def test_the_forms_of_acts_and_of_classes_are_of_one_type():
    assert "tuple[Field, ...]" in (ROOT / "app/catalogue/documents.py").read_text(encoding="utf-8")
