"""The description says in two languages what every call does, and what it answers in full."""

import json
import re
from functools import reduce
from operator import getitem
from pathlib import Path

import jsonschema_rs
import pytest

from app.core.openapi import METHODS
from app.factory import create_app
from tests.support.node import run
from workflows.case_terms import CaseAction

ROOT = Path(__file__).parents[2]
COMMITTED = ROOT / "docs" / "openapi.json"
PROMISE = ROOT / "tests" / "rules" / "promise.json"  # the interface as it was first committed, without its texts
_NONE_IS_SOME = "more is taken than was promised: an empty list counts as none"
_AMOUNT = "a limit may be half an hour"
BROKEN = {  # what is otherwise than it was promised, and why
    "/components/schemas/CasesClockOut/properties/limit/type": _AMOUNT,
    "/components/schemas/CatalogueConditionOut/properties/limit/type": _AMOUNT,
    "/components/schemas/CatalogueLimitOut/properties/limit/type": _AMOUNT,
    "/components/schemas/CasesCopyDataIn/properties/to/minItems": _NONE_IS_SOME,
    "/components/schemas/CasesUrgentDataIn/properties/assist/minItems": _NONE_IS_SOME,
    "/components/schemas/DispatchAssistDataIn/properties/assist/minItems": _NONE_IS_SOME,
    "/components/schemas/DispatchDispatchDataIn/properties/assist/minItems": _NONE_IS_SOME,
    "/components/schemas/DispatchWhistleDataIn/properties/called/minItems": _NONE_IS_SOME,
    "/components/schemas/CasesStepIn/oneOf": "grouped anew: acts that took the same data have fields of their own now",
    "/components/schemas/DispatchReturnDataIn/properties/reason_code/default": "which reason is said, never guessed",
    "/components/schemas/IntakeSyncIn/properties/operations/items/$ref": "rounds are sent, too: one of several shapes",
    "/components/schemas/NoticesReadIn/properties/ids/minItems": _NONE_IS_SOME,
    "/components/schemas/NoticesNoticeOut/properties/case_id/type": "some notices are of no case",
}
FREE = {
    "attributes",
    "form",
    "data",
    "ask_data",
    "coordinates",
    "body",
    "fields",
}  # what classes, actions, places decide


@pytest.fixture(scope="module")
def description(tmp_path_factory):
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))}).test_client().get("/openapi.json").get_json()


@pytest.fixture(scope="module")
def operations(description):
    """The operations: `method path` -> operation."""
    items = description["paths"].items()
    return {f"{each} {path}": item[each] for path, item in items for each in METHODS & item.keys()}


def is_said_twice(text):
    """Tell whether a text is Chinese, and short English after it."""
    return any("一" <= letter <= "鿿" for letter in text) and any(
        letter.isascii() and letter.isalpha() for letter in text
    )


def empty_places(schema, where=""):
    """Yield where a schema says nothing, but for what is free on purpose."""
    if isinstance(schema, dict):
        if not schema:
            yield where
        for name, inner in schema.items():
            if name not in FREE:
                yield from empty_places(inner, f"{where}/{name}")
    elif isinstance(schema, list):
        for inner in schema:
            yield from empty_places(inner, where)


def test_the_rule_sees_a_schema_that_says_nothing():
    assert list(empty_places({"properties": {"a": {"type": "string"}, "b": {}, "form": {}}})) == ["/properties/b"]
    assert not is_said_twice("Only English.")


def test_every_call_and_every_answer_is_said_in_chinese_and_english(operations, description):
    texts = {name: operation["summary"] for name, operation in operations.items()}
    texts |= {tag["name"]: tag["description"] for tag in description["tags"]}
    for name, operation in operations.items():
        texts |= {
            f"{name} {status}": answer["description"]
            for status, answer in operation["responses"].items()
            if "description" in answer
        }
    assert [name for name, text in texts.items() if not is_said_twice(text)] == []


def test_every_answer_with_a_body_has_a_schema(operations, description):
    for name, operation in operations.items():
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                assert content.get("schema"), f"{name} {status}"
    assert list(empty_places(description["components"]["schemas"])) == []


def test_every_call_has_a_name_of_its_own(operations):
    names = [operation["operationId"] for operation in operations.values()]
    assert len(set(names)) == len(names)


def test_a_call_is_public_by_its_method_and_not_by_its_path(operations):
    assert operations["options /api/v1/uploads"]["security"] == []
    assert operations["post /api/v1/uploads"]["security"] == [{"bearer": []}]


def test_every_action_that_people_take_is_described_with_its_data(description):
    step = description["components"]["schemas"]["CasesStepIn"]
    shapes = [shape["properties"] for shape in step["oneOf"]]
    described = [action for shape in shapes for action in shape["action"]["enum"]]
    assert sorted(described) == sorted(step["properties"]["action"]["enum"])
    assert len(set(described)) == len(described)
    assert set(CaseAction) - set(described) == {
        "report",
        "hand_on",
        "raise_late",
        "review_due",
        "enforcement_ended",
        "warn",
        "overdue",
        "expire_ask",
        "absent_whistle",
        "name_anew",
        "lose_file",
        "baseline",
        "set_back",
        "recount",
        "carry",
        "release",
    }
    for shape in shapes:
        assert shape["data"]["$ref"].rsplit("/", 1)[1] in description["components"]["schemas"]


def test_answers_may_gain_fields_and_requests_may_not(description):
    for name, schema in description["components"]["schemas"].items():
        assert (schema.get("additionalProperties") is False) == name.endswith("In"), name


def lost(kept, described, where=""):
    """Yield what a description says that is missing or otherwise in a newer one; additions are none."""
    if isinstance(kept, dict) and isinstance(described, dict):
        for name, inner in kept.items():
            if name in described:
                yield from lost(inner, described[name], f"{where}/{name}")
            else:
                yield f"{where}/{name}"
    elif isinstance(kept, list) and isinstance(described, list):
        yield from (f"{where}: {each}" for each in kept if each not in described)
    elif kept != described:
        yield f"{where}: {kept!r}"


def bare(part):
    """A part of a description without the texts for people, which may be said better."""
    if isinstance(part, dict):
        texts = [name for name in ("description", "summary") if isinstance(part.get(name), str)]
        return {name: bare(inner) for name, inner in part.items() if name not in texts}
    return [*map(bare, part)] if isinstance(part, list) else part


def test_the_rule_sees_what_is_lost_or_changed_and_lets_additions_be():
    before = {"a": {"type": "string", "enum": ["x"]}, "b": 1}
    assert list(lost(before, {"a": {"type": "string", "enum": ["x", "y"]}, "b": 1, "c": 2})) == []
    assert list(lost(before, {"a": {"type": "integer", "enum": []}})) == ["/a/type: 'string'", "/a/enum: x", "/b"]


def test_the_interface_is_the_committed_one(description):
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert list(lost(committed, description)) == [], "clients in use rely on these"
    assert committed == description, f"what was added is kept by ./gezhi openapi > {COMMITTED.relative_to(ROOT)}"


def test_what_was_promised_first_holds_or_is_listed_with_its_reason(description):
    """The committed description moves with the code; this one does not, so that nothing is lost over two commits."""
    promise = json.loads(PROMISE.read_text(encoding="utf-8"))
    gone = {each.partition(":")[0] for each in lost(promise, bare(description))}
    assert gone == set(BROKEN), "clients of the first days rely on these: keep them, or say why not"


def lint(path):
    """Whether redocly finds no error in a description, and what it writes; warnings are none. It asks no network."""
    ended, text = run(
        "@redocly/cli/bin/cli.js", "lint", "--extends=recommended", "--format=summary", str(path),
        REDOCLY_TELEMETRY="off", REDOCLY_SUPPRESS_UPDATE_NOTICE="true",
    )  # fmt: skip
    return ended == 0, text


def test_a_linter_of_descriptions_finds_no_error_in_it(tmp_path):
    fits, text = lint(COMMITTED)
    assert fits, text
    broken = json.loads(COMMITTED.read_text(encoding="utf-8"))
    broken["components"]["schemas"]["CasesStepIn"]["oneOf"][0] = {"$ref": "#/components/schemas/Nowhere"}
    (tmp_path / "openapi.json").write_text(json.dumps(broken), encoding="utf-8")
    fits, text = lint(tmp_path / "openapi.json")
    assert not fits
    assert "no-unresolved-refs" in text


def test_every_schema_is_one_for_a_strict_library(description):
    for name in description["components"]["schemas"]:
        schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
        strict = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, ignore_unknown_formats=False)
        assert not strict.is_valid(7), f"{name} takes anything"  # what it refers to is looked up here


def test_every_pattern_and_every_reference_means_the_same_to_everybody(description):
    patterns, references = set(), set()

    def walk(part):
        for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
            if name in ("pattern", "$ref") and isinstance(inner, str):
                (patterns if name == "pattern" else references).add(inner)
            elif isinstance(inner, dict | list):
                walk(inner)

    walk(description)
    assert not [each for each in patterns if re.search(r"\\[AZz]|\(\?P", each)], "Python's own"
    for each in references:
        reduce(getitem, each.removeprefix("#/").split("/"), description)
