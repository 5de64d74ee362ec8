"""No room falls into parts that nothing in it holds together: its modules, templates, scripts and styles are one.

Looked at are the arrows within the room, whichever way they point: imports, templates by their names, scripts and
styles by their addresses, routes by theirs. What only a later room, or `app/wiring.py`, brings together lies apart.
"""

import ast
import re
from collections import defaultdict
from pathlib import PurePosixPath

import pytest
from jinja2 import nodes

from app.factory import create_app
from app.rooms import ROOMS
from tests.rules.sources import ROOT, imported, parsed
from tests.rules.test_arrows import HOUSE, JINJA, script_imports, served_at

BELOW = ("core", "frame")  # collections on purpose: whoever stands on them holds them together
APART = {  # what is bound to its room on purpose by a table of the house alone
    "app/admin/ended_departments.py": "tells `departments` what leans on one; wiring enters it there",
    "app/cases/cli.py": "draws what lies in `workflows`; a command of the table in `app/rooms.py`",
    "app/dispatch/express.py": "follows the step `urgent` by an event; wiring leads it there",
    "app/dispatch/referral.py": "rules of acts of their own, which the door finds in the table that wiring enters",
    "app/rounds/description.py": "completes the description of the interface; the table in `app/rooms.py` calls it",
    "app/objects/kinds_in_use.py": "tells `catalogue` what uses a kind of objects; wiring enters it there",
    "app/phone/notice_addresses.py": "tells `notices` where messages lead, on any face; wiring enters it there",
    "app/rounds/round_subjects.py": "tells `catalogue` what rounds may be about; wiring enters it there",
    "app/intake/uploads.py": "routes alone, of bytes for cases; `attachments`, which keeps them, knows no cases",
}


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    """The file in which each route is written, by the name that `url_for` takes and by its address."""
    app = create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    files = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        file = f"{view.__module__.replace('.', '/')}.py"
        files[rule.endpoint] = files[str(rule)] = file
    return files


def files_of(room):
    """The files of a room that may point at each other, as paths from the top."""
    kinds = (".py", ".html", ".js", ".css", ".svg", ".xml", ".txt")
    paths = (path for path in (HOUSE / room).rglob("*") if path.suffix in kinds and path.name != "__init__.py")
    return sorted(path.relative_to(ROOT).as_posix() for path in paths if "seed" not in path.parts)


def called(room, file):
    """By what others name a file: a module's dotted name, a template's, an address."""
    parts = PurePosixPath(file).parts[2:]
    if file.endswith(".py"):
        return file.removesuffix(".py").replace("/", ".")
    if parts[0] == "templates":
        return "/".join(parts[1:])
    return served_at(ROOT / file) if parts[0] == "static" else file


def module_of(name, known):
    """The module that `name` (`app.room.module.thing`) lies in, if it is a known one."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return known.get(name)


def pointed(file, known, routes):
    """Yield the files that a file points at."""
    path = ROOT / file
    source = path.read_text(encoding="utf-8")
    if file.endswith(".py"):
        tree = parsed(path)
        yield from (module_of(name, known) for _, name in imported(tree))
        strings = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        words = {value for value in strings if isinstance(value, str)}
    elif "/templates/" in file and file.endswith(".html"):
        tree = JINJA.parse(source)
        words = {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
        words |= set(re.findall(r"/static/[\w/.-]+|(?<=[\"'])/[\w/.-]+", source))
        yield from (
            known.get(f"/static/{call.args[0].value}/{call.args[1].value}")
            for call in tree.find_all(nodes.Call)
            if isinstance(call.node, nodes.Name) and call.node.name == "static" and len(call.args) > 1
        )
    else:
        words = set(re.findall(r"[\"'`](/[\w/.-]+)", source))
        words |= {target for _, target in script_imports(called("", file), source)}
    for word in words:
        yield known.get(word)
        yield routes.get(word)


def parts_of(files, arrows):
    """Put files into the parts that arrows hold together, the largest first."""
    beside = defaultdict(set)
    for one, other in arrows:
        beside[one].add(other)
        beside[other].add(one)
    left, parts = set(files), []
    while left:
        part, edge = set(), {min(left)}
        while edge:
            part |= edge
            edge = {other for one in edge for other in beside[one]} - part
        parts.append(sorted(part))
        left -= part
    return sorted(parts, key=len, reverse=True)


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in BELOW])
def test_a_room_is_one(room, routes):
    files = files_of(room)
    known = {called(room, file): file for file in files}
    arrows = [(file, target) for file in files for target in pointed(file, known, routes) if target in set(files)]
    _, *apart = parts_of(files, arrows)
    apart = [part for part in apart if not set(part) <= {*APART}]
    assert not apart, f"nothing in the room holds them: {apart}"


def test_every_reason_is_of_a_file():
    assert all((ROOT / file).is_file() for file in APART)


def test_parts_are_told_apart():
    assert parts_of("abcde", [("a", "b"), ("c", "b"), ("d", "e")]) == [["a", "b", "c"], ["d", "e"]]
