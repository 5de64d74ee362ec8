"""Forms are described and read in one place each: no face lists fields of acts, no page reads a form by itself."""

import re

from tests.rules.sources import ROOT, texts
from workflows.case_forms import CARRIED, FORMS

READER = "app/frame/forms.py"
FACES = ("app/desk/", "app/board/", "app/phone/", "app/admin/")
# what forms share with reports and filters, which have pages of their own, and with the protocol of a step
SHARED = {field.name for field in CARRIED} | {"text", "to", "place", "tasks", "note", "called"}
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


def test_the_rule_sees_a_table():
    assert named_in('LABELS = {"verifier": 1, "result": 2}\n  solved: 3,', {"verifier", "result", "solved"}) == {
        "verifier", "result", "solved",
    }  # fmt: skip


def test_the_forms_of_acts_and_of_classes_are_of_one_type():
    assert "tuple[Field, ...]" in (ROOT / "app/catalogue/documents.py").read_text(encoding="utf-8")
