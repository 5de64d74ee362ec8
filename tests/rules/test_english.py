"""Who reads English is told everything in English: a text carries both languages from where it is said."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli import main
from app.core import errors
from app.core.errors import Problem
from app.core.schemas import Schema
from app.factory import create_app
from app.rooms import commands
from workflows.case_facts import GUARDS
from workflows.words import Words

ROOT = Path(errors.__file__).parents[2]
IN_BOTH = {  # what holds Chinese in an f-string, and why nobody misses its English
    "app/core/hints.py": "descriptions have both languages in one text",
    "app/core/storage/__init__.py": "what ends a start has both languages in one text",
    "app/frame/docs.py": "the page of the interface is Chinese, with English behind it",
    "app/grids/geojson.py": "the key of a member in a file",
    "app/identity/cli.py": "the name of a file",
    "app/identity/people_file.py": "the Chinese half of a text",
    "app/identity/people_template.py": "the name of a sheet, which is read again",
    "workflows/diagrams.py": "pages for whoever develops, Chinese",
}
CHINESE = re.compile("[一-鿿]")
PRINTING = ("echo", "ClickException", "progressbar")
BY_CHECKS = ("error", "default_message", "message_all")  # of a check of marshmallow: the first is said


@pytest.fixture(scope="module", autouse=True)
def _every_room(tmp_path_factory):
    create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    assert commands()


def nodes(kind):
    """Every node of a kind in our own code, with where it stands."""
    for path in (*(ROOT / "app").rglob("*.py"), *(ROOT / "workflows").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, kind):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def called(node):
    """The name of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def test_texts_are_written_as_they_are_and_their_gaps_are_filled_by_format():
    made = [(where, node) for where, node in nodes(ast.Call) if not where.startswith("workflows/words.py")]
    texts = [(where, node.args) for where, node in made if called(node) == "Words" and len(node.args) == 2]
    assert len(texts) > 1_000
    patched = [where for where, args in texts if any(isinstance(one, (ast.JoinedStr, ast.BinOp)) for one in args)]
    assert not patched, f"write the sentence with gaps, `Words(…).format(…)`: {patched}"
    written = [(where, one.value) for where, args in texts for one in args[1:] if isinstance(one, ast.Constant)]
    assert not [one for one in written if CHINESE.search(one[1])]


def test_no_sentence_is_put_together_from_chinese_alone():
    loose = {
        where.partition(":")[0]: ast.unparse(node)
        for where, node in nodes(ast.JoinedStr)
        if any(isinstance(part, ast.Constant) and CHINESE.search(str(part.value)) for part in node.values)
    }
    alone = {path: text for path, text in loose.items() if path not in IN_BOTH and not path.startswith("app/demo/")}
    assert not alone, f"write the sentence with gaps, `Words(…).format(…)`: {alone}"
    assert set(IN_BOTH) <= set(loose)
    pairs = [where for where, node in nodes(ast.Call) if called(node) == "t" and len(node.args) > 1]
    assert not pairs, f"a text is `Words(…)`, whoever shows it: {pairs}"


def test_fields_are_refused_by_what_asks_for_both_languages():
    loose = [
        where
        for where, node in nodes(ast.Raise)
        if isinstance(node.exc, ast.Call) and called(node.exc) == "ValidationError"
    ]
    assert not loose, f"raise `InvalidField`, whose text mypy knows: {loose}"


def test_what_a_command_prints_is_said_by_what_says_both_languages():
    printed = [(where, node) for where, node in nodes(ast.Call) if called(node) in PRINTING]
    by_click = [(where, ast.unparse(node)) for where, node in printed if ast.unparse(node.func).startswith("click.")]
    loose = [where for where, text in by_click if CHINESE.search(text)]
    assert len(printed) > 50
    assert not loose, f"say it by `echo` and `CommandError` of core.commands: {loose}"


def helps(command, path):
    """Every command and option below one, and what its help says."""
    yield path, command.help or ""
    yield from ((f"{path} {one.opts[0]}", one.help or "") for one in command.params if isinstance(one, click.Option))
    for name in command.list_commands(click.Context(command)) if isinstance(command, click.Group) else ():
        yield from helps(command.get_command(click.Context(command), name), f"{path} {name}")


def test_the_help_of_every_command_and_option_is_said_in_both_languages():
    loose = [path for path, text in helps(main, "gezhi") if not re.search(r"[一-鿿].*[A-Z][a-z ]", text, re.DOTALL)]
    assert not loose, f"中文。Then the same in English: {loose}"


def test_no_text_is_a_key():
    keys = [
        where
        for where, node in nodes(ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Call) and called(key) == "Words"
    ]
    assert not keys, f"keys are for programs, plain strings: {keys}"


def every(problem):
    """A class of problems and all that are made from it."""
    return [problem, *(below for each in problem.__subclasses__() for below in every(each))]


def test_every_problem_and_every_guard_has_its_own_text_in_english():
    said = [each.text for each in every(Problem)] + [guard.refusal for guard in GUARDS.values()]
    assert len(said) > 120
    assert not [text for text in said if not CHINESE.search(text) or not text.en or CHINESE.search(text.en)]


def test_what_the_framework_refuses_is_said_in_both_languages():
    assert all(isinstance(text, Words) for _, text in errors.OF_THE_FRAMEWORK.values())


def said_by_schemas():
    """Every text that a schema of what comes in may say, and where."""
    for schema in every(Schema):
        for name, field in () if schema.__name__.endswith("Out") else schema().load_fields.items():
            for text in (*said_by(field), *schema.error_messages.values()):
                yield f"{schema.__qualname__}.{name}", text


def said_by(field):
    """The texts of a field, of its checks, and of what it holds."""
    yield from (text for text in field.error_messages.values() if isinstance(text, str))
    for check in field.validators:
        yield from [text for text in (getattr(check, name, None) for name in BY_CHECKS) if text][:1]
    for inner in (getattr(field, name, None) for name in ("inner", "key_field", "value_field")):
        if inner is not None:
            yield from said_by(inner)


def test_whatever_is_wrong_with_a_field_is_said_in_both_languages():
    said = [*said_by_schemas()]
    assert len(said) > 1_000
    lacking = {(where, text) for where, text in said if not isinstance(text, Words)}
    assert not lacking, f"say these by `Words`: {sorted(lacking)}"
    assert not [text for _, text in said if not CHINESE.search(text) or CHINESE.search(text.en)]


REFUSED = """
from workflows.words import Words
import click
from app.core.errors import Forbidden, InvalidField
text = Words("有 {} 个", "{} of them")
f"{text}"
"{}".format(text)
"、".join([text])
"a" + text
text + "a"
click.echo(text)
raise Forbidden("没有权限。")
raise InvalidField("没有这个网格。")
"""
TAKEN = """
from workflows.words import Words, listed
from app.core.errors import Forbidden
text = Words("有 {} 个", "{} of them").format(3)
f"{text!s}"
listed([text, "甲"])
text + text
raise Forbidden(text)
"""


def test_mypy_refuses_what_has_no_english_or_would_lose_it(tmp_path):
    files = [tmp_path / "refused.py", tmp_path / "taken.py"]
    for file, code in zip(files, (REFUSED, TAKEN), strict=True):
        file.write_text(code.replace("\nraise", "\nif text: raise"), encoding="utf-8")
    mypy = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "setup.cfg", *map(str, files)],
        cwd=ROOT, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    complaints = re.findall(r"(\w+)\.py:(\d+): error:", mypy.stdout)
    assert {(name, int(line)) for name, line in complaints} == {("refused", line) for line in range(6, 14)}, mypy.stdout
