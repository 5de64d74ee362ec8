"""What the phone makes of the forms of acts, and of a catalogue that it kept from before there were any."""

import json
import subprocess

import pytest

from app.phone import pages
from tests.support.node import node
from workflows.case_forms import ADDRESS, CLASS, EXTERNAL_DUE, EXTERNAL_NO, GRID

STUBS = {  # what acts.js and words.js ask of the rest of the phone
    "state.js": """export const catalogue = { value: JSON.parse(process.argv[2]) };
        export const me = { value: { assignments: [{ scope: { kind: "department", code: "C-SWEEP" } }] } };""",
    "settings.js": "export const settings = { value: { language: process.argv[3] } };",
    "package.json": '{"type": "module"}',
}
ACTION = {"action": "rate_whistle", "form": "rating", "needs": [], "tasks": []}
CASE = {
    "round": 1,
    "tasks": [
        {"task": number, "round": 1, "part": part, "state": "done", "department": {"name": "住建局"}}
        for number, part in enumerate(("lead", "assist"), 1)
    ],
}


@pytest.fixture
def phone(tmp_path, town):
    """What a call of a function of acts.js gives, with the catalogue as the server answers it now, or another."""
    for name in ("acts.js", "terms.js", "words.js"):
        (tmp_path / name).write_bytes((pages.STATIC / name).read_bytes())
    for name, text in STUBS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    whole = {"acts": town.duty.get("catalogue").get_json()["acts"]}

    def phone(call, *values, catalogue=None, language="zh"):
        script = f'import * as acts from "./acts.js"; import * as words from "./words.js";\
            const values = JSON.parse(process.argv[4]); console.log(JSON.stringify({call}(...values)));'
        (tmp_path / "call.js").write_text(script, encoding="utf-8")
        known = json.dumps(whole if catalogue is None else catalogue)
        command = [*node(), tmp_path / "call.js", known, language, json.dumps(values)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)

    return phone


def test_a_catalogue_kept_from_before_shows_what_people_wrote_and_no_codes(phone):
    step = {"action": "ask_return", "data": {"code": "not_ours", "reason": "不归我们管", "note": "请转交通局"}}
    assert phone("acts.remarksIn", step, catalogue={"classes": []}) == "不归我们管 请转交通局"
    assert phone("acts.remarksIn", step).endswith("不归我们管 请转交通局")
    assert "not_ours" not in phone("acts.remarksIn", step)
    assert phone("acts.remarksIn", {"action": "erase", "data": None}, catalogue={"classes": []}) == ""
    assert phone("acts.knowsForms", catalogue={"classes": []}) is False


def test_photos_kept_from_before_have_a_head_in_words(phone):
    for language, words in (("zh", "案件"), ("en", "Case")):
        assert phone("words.purposeName", {"purpose": "before"}, language=language) == words
    assert phone("words.purposeName", {"purpose": "before", "purpose_label": "处置前"}) == "处置前"


@pytest.mark.parametrize("field", [ADDRESS, CLASS, EXTERNAL_DUE, EXTERNAL_NO, GRID], ids=lambda field: field.name)
def test_a_fact_of_a_case_is_called_as_the_forms_call_it(phone, field):
    assert phone("acts.factName", field.name) == str(field.label)
    assert phone("acts.factName", field.name, language="en") == field.label.en
    assert phone("acts.factName", field.name, catalogue={"classes": []}) == "", "kept from before there were forms"


@pytest.mark.parametrize("action", ["fail_check", "finish"])
def test_which_task_is_asked_with_the_part_of_each(phone, action):
    asked = {"action": action, "needs": ["tasks"], "tasks": [1, 2]}
    field = next(each for each in phone("acts.fieldsOf", CASE, asked) if each["of"] in ("task", "done_task"))
    assert [(one["value"], one["label"], one["label_en"]) for one in field["choices"]] == [
        (1, "住建局（主办）", "住建局 (Lead)"),
        (2, "住建局（协办）", "住建局 (Assisting)"),
    ]


def test_a_step_that_needs_more_than_the_phone_can_ask_is_left_to_the_desk(phone):
    assert phone("acts.canAsk", ACTION) is False, "which of those called came is chosen at a desk"
    assert phone("acts.canAsk", {**ACTION, "action": "comment", "form": "comment"}) is True
    assert phone("acts.canAsk", ACTION, catalogue={"classes": []}) is False


def test_whoever_does_a_part_within_a_department_says_so_on_the_phone(phone):
    action = {"action": "sub_finish", "form": "sub_finish", "needs": ["sub", "result"], "tasks": []}
    bureau, own, other = ({"code": code, "name": code} for code in ("D-HOUSING", "C-SWEEP", "C-OTHER"))
    parts = (("signed", own, None), ("done", own, None), ("signed", other, None), ("signed", own, "北片班组"))
    tasks = [
        {"task": number, "part": "sub", "state": state, "department": bureau, "contractor": firm, "unit": unit}
        for number, (state, firm, unit) in enumerate(parts, 2)
    ]
    assert phone("acts.canAsk", action) is True
    (field,) = [one for one in phone("acts.fieldsOf", {"round": 1, "tasks": tasks}, action) if one["field"] == "sub"]
    assert [(one["value"], one["label"]) for one in field["choices"]] == [(2, "2 C-SWEEP"), (5, "5 北片班组")]
    assert field["required"] is True


def test_what_a_step_of_a_round_asks_comes_with_the_catalogue(phone):
    leaving = {"action": "break_off", "needs": ["reason"]}
    (reason,) = phone("acts.roundFieldsOf", leaving)
    assert (reason["field"], reason["type"], reason["required"], reason["label_en"]) == (
        "reason", "long", True, "Reason",
    )  # fmt: skip
    assert phone("acts.canAskRound", leaving) is True
    at_a_stop = phone("acts.roundFieldsOf", {"action": "visit", "needs": ["stop"]}, ["stop"])
    assert [(field["field"], field["required"]) for field in at_a_stop] == [("note", False)]
    assert phone("acts.roundFieldsOf", {"action": "start", "needs": []}) == []


def test_a_catalogue_kept_from_before_rounds_had_forms_asks_nothing_and_says_so(phone):
    kept = {"acts": {"forms": [], "parts": []}}
    assert phone("acts.canAskRound", {"action": "start", "needs": []}, catalogue=kept) is True
    assert phone("acts.canAskRound", {"action": "break_off", "needs": ["reason"]}, catalogue=kept) is False
