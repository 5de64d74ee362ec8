"""How files look: short, spoken for, free of what belongs to one machine."""

import ast
import hashlib
import re

from app.core.errors import Problem
from app.factory import create_app
from app.rooms import ROOMS
from tests.rules.sources import ROOT, parsed, python, texts

LINES, FUNCTION_LINES = 400, 60
LONGER = {"tests/intake/test_uploads.py": "one protocol, read from top to bottom"}
OURS = ("app", "workflows", "worker.py", "migrations", "tests")
# words that mean nothing to a reader of this project; as digests, so that this file does not hold them either
FOREIGN = {"c857d09db23e6822", "3ea125d0bff386e6", "c70eca6b0f88f44d", "487b91042c7cf27a", "d4f0bc5a29de06b5"}
GENERATED = (".lock", ".json", ".geojson")
HOSTS = re.compile(r"https?://[^\s/\"')]*(?:pypi|pythonhosted|npmjs|registry|mirror|artifactory|nexus)", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.:])/(?:home|Users|work)/\w")


def test_rooms_begin_with_one_docstring_and_nothing_else():
    for room in ROOMS:
        body = parsed(ROOT / "app" / room / "__init__.py").body
        assert len(body) == 1, room
        assert isinstance(body[0], ast.Expr), room
        assert isinstance(body[0].value, ast.Constant), room


def test_every_file_says_what_it_is_for():
    missing = [path for path, tree in python("app", "workflows", "worker.py", "migrations/versions") if not _said(tree)]
    assert missing == ["app/__init__.py"]


def _said(tree):
    return ast.get_docstring(tree)


def test_files_can_be_read_at_once():
    long = {path: lines for path, lines in _lengths() if lines > LINES and path not in LONGER}
    assert not long, f"make a package of the same name out of it, of styles a file for each matter: {long}"


def _lengths():
    ours = [path for path, _ in python(*OURS)] + [path for path, _ in texts() if path.endswith(".css")]
    return ((path, len((ROOT / path).read_text(encoding="utf-8").splitlines())) for path in ours)


def test_functions_can_be_read_at_once():
    long = [f"{path} {name}: {lines}" for path, name, lines in _functions() if lines > FUNCTION_LINES]
    assert not long, long


def _functions():
    for path, tree in python("app", "workflows", "worker.py", "tests"):
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
                yield path, node.name, node.end_lineno - node.lineno + 1


def test_files_speak_of_the_trade():
    found = {path for path, text in texts() if not path.endswith(GENERATED) and _words(text) & FOREIGN}
    assert not found, found


def _words(text):
    words = set(re.findall(r"[a-z]+", text.lower().replace("user-agent", "")))
    return {hashlib.sha256(word.removesuffix("s").encode()).hexdigest()[:16] for word in words}


def test_files_name_no_package_host_and_no_place_on_one_machine():
    lines = ((path, number, line) for path, text in texts() for number, line in enumerate(text.splitlines(), 1))
    found = [f"{path}:{number}" for path, number, line in lines if HOSTS.search(line) or MACHINE.search(line)]
    assert not found, found


def problems(of=Problem):
    """All kinds of problems."""
    return [of, *(deeper for kind in of.__subclasses__() for deeper in problems(kind))]


def test_every_problem_tells_people_in_chinese_what_to_do(tmp_path):
    create_app({"DATA_DIR": str(tmp_path)})  # imports every room
    for kind in problems():
        said = str(kind.text)
        assert said.endswith("。"), kind
        assert re.search(r"[\u4e00-\u9fff]{4}", said), kind
        assert "\n" not in said, kind


def test_every_problem_has_a_code_of_its_own_or_its_parents(tmp_path):
    create_app({"DATA_DIR": str(tmp_path)})
    owners = {}
    for kind in (one for one in problems() if one.__module__.startswith("app.")):
        assert re.fullmatch(r"[a-z][a-z_]*[a-z]", kind.code), kind
        assert 400 <= kind.status < 600, kind
        if "code" in vars(kind):
            assert owners.setdefault(kind.code, kind) is kind, f"{kind} and {owners[kind.code]} share a code"
