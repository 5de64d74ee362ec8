"""Who reads English is told why something is refused in English: every problem, and every text that is raised."""

import ast
import re
from pathlib import Path

import pytest

from app.core import english, errors, http
from app.core.english_texts import PATTERNS, TEXTS
from app.core.errors import Problem
from app.core.schemas import Schema
from app.factory import create_app
from app.identity import fault_words
from workflows.case_facts import GUARDS

APP = Path(errors.__file__).parent.parent
CHINESE = re.compile("[一-鿿]")
# These rooms' texts go to commands and files (in both languages there), or have a table of their own.
ELSEWHERE = ("backup", "up", "demo", "catalogue", "deadlines", "departments", "grids", "identity")
BY_CHECKS = ("error", "default_message", "message_all")  # of a check of marshmallow: the first is said
TO_PROGRAMS = ("cli.py", "health.py", "rules.py")  # never shown by a page


@pytest.fixture(scope="module", autouse=True)
def _every_room(tmp_path_factory):
    create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})


def texts(node):
    """The Chinese texts within a node; gaps of a text stand as 1."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "1" for part in inner.values)
            yield "".join(parts)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def raised():
    """Every whole Chinese text that is raised, or that a schema says, in rooms whose pages show it."""
    for path in sorted(APP.rglob("*.py")):
        if path.relative_to(APP).parts[0] in ELSEWHERE or path.name in TO_PROGRAMS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            inside = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(node, ast.keyword) and node.arg in ("error", "error_messages"):
                inside = node.value
            for text in texts(inside) if inside is not None else ():
                if CHINESE.search(text) and text.endswith("。") and text[0] not in " ，；”":
                    yield f"{path.relative_to(APP)}: {text}"


def test_every_problem_has_its_own_text_in_english():
    lacking = [each.__qualname__ for each in english.every(Problem) if not vars(each).get("en")]
    assert not lacking, f"give these an `en` beside their Chinese docstring: {lacking}"
    assert not [each for each in english.every(Problem) if CHINESE.search(each.en)]


def test_what_the_framework_refuses_is_said_in_english():
    assert {code for code, _ in http.OF_THE_FRAMEWORK.values()} == set(english.OF_THE_FRAMEWORK_EN)


def test_every_guard_refuses_in_english_too():
    lacking = [guard.refusal for guard in GUARDS.values() if guard.refusal not in TEXTS]
    assert not lacking, f"put these into app/core/english_texts.py: {lacking}"


def test_every_text_that_is_raised_has_its_english():
    known = [*raised()]
    assert len(known) > 40
    lacking = [one for one in known if english.in_english(one.partition(": ")[2]) == one.partition(": ")[2]]
    assert not lacking, f"put these into app/core/english_texts.py: {lacking}"


def said_by_schemas():
    """Every text that a schema of what comes in may say, and where."""
    for schema in every_schema(Schema):
        for name, field in () if schema.__name__.endswith("Out") else schema().load_fields.items():
            for text in said_by(field):
                yield f"{schema.__qualname__}.{name}: {text}"


def said_by(field):
    """The texts of a field, of its checks, and of what it holds."""
    yield from (text for text in field.error_messages.values() if isinstance(text, str))
    for check in field.validators:
        yield from [text for text in (getattr(check, name, None) for name in BY_CHECKS) if text][:1]
    for inner in (getattr(field, name, None) for name in ("inner", "key_field", "value_field")):
        if inner is not None:
            yield from said_by(inner)


def every_schema(schema):
    """A schema of our own and all that are made from it."""
    return [schema, *(below for each in schema.__subclasses__() for below in every_schema(each))]


def test_whatever_is_wrong_with_a_field_is_said_in_chinese_and_in_english():
    said = {*said_by_schemas()}
    assert len(said) > 1_000
    foreign = sorted(one for one in said if not CHINESE.search(one))
    assert not foreign, f"put these into app/core/chinese.py, or give the check an `error`: {foreign}"
    lacking = {text for text in (one.partition(": ")[2] for one in said) if english.in_english(text) == text}
    assert not lacking, f"put these into app/core/english_texts.py: {lacking}"


def test_the_table_holds_english():
    said = [*TEXTS.values(), *(text for _, text in PATTERNS)]
    assert not [text for text in said if CHINESE.search(text)]
    assert fault_words.both("原密码不正确。")[0] in TEXTS
