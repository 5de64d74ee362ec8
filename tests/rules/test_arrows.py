"""No arrow of the house points upwards or in a circle, in any of its languages: Python, templates, scripts, styles.

A template points at another one by `extends`, `from`, `include` and `import`, at a route by the name in `url_for`, at a
file by `static`; a script at another by `import`; Python at all of these by the same names.
"""

import ast
import re
from functools import cache
from itertools import chain
from pathlib import PurePosixPath

import pytest
from jinja2 import Environment, nodes

from app.factory import create_app
from app.rooms import ROOMS
from tests.rules.sources import ROOT, imported, parsed

HOUSE = ROOT / "app"
STATIC = re.compile(r"/static/(\w+)/")
ADDRESS = re.compile(
    r"""(?:\b(?:href|action|src|hx-\w+)=|\b(?:call|fetch|assign|register)\([^()\n]*?)["'`](/[\w/.-]*)"""
)
SCRIPT_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^"';]*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']""", re.M)
JINJA = Environment(autoescape=True)


@cache
def templates():
    """The room of each template."""
    found = (path for room in ROOMS for path in (HOUSE / room / "templates").rglob("*") if path.is_file())
    return {"/".join(path.relative_to(HOUSE).parts[2:]): path.relative_to(HOUSE).parts[0] for path in found}


@pytest.fixture(scope="module")
def endpoints(tmp_path_factory):
    """The room of each route, by the name that `url_for` takes and by its address."""
    app = create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})
    views = {name: room for name, view in app.view_functions.items() if (room := room_of(view))}
    pages = {str(rule).rstrip("/"): views[rule.endpoint] for rule in app.url_map.iter_rules() if rule.endpoint in views}
    return {**views, **pages}


def room_of(view):
    """The room in which a route is written; none for the framework's own."""
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    package, _, rest = view.__module__.partition(".")
    return rest.partition(".")[0] if package == "app" else None


def named(text, endpoints):
    """The rooms that a string in a program points at: by a template's name, a route's, or a file's address."""
    yield from (templates()[text] for _ in [0] if text in templates())
    yield from (endpoints[text] for _ in [0] if "." in text and not text.startswith("/") and text in endpoints)
    yield from STATIC.findall(text)


def in_python(source, endpoints):
    """Yield line and room of everything a Python file points at."""
    tree = ast.parse(source)
    yield from ((line, name.split(".")[1]) for line, name in imported(tree) if name.startswith("app."))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, room) for room in named(node.value, endpoints))


def in_template(source, endpoints):
    """Yield line and room of everything a template points at."""
    tree = JINJA.parse(source)
    for node in tree.find_all(nodes.Const):
        if isinstance(node.value, str):
            yield from ((node.lineno, room) for room in named(node.value, endpoints))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "static":
            yield call.lineno, call.args[0].value
    for text in tree.find_all(nodes.TemplateData):
        before = text.lineno
        yield from ((before + text.data.count("\n", 0, at.start()), at[1]) for at in STATIC.finditer(text.data))
        yield from ((before + line - 1, room) for line, room in by_address(text.data, endpoints))


def by_address(source, endpoints):
    """Yield line and room of every page or route that a text points at by the letters of its address, but the front."""
    for at in ADDRESS.finditer(source):
        for room in {endpoints[one] for one in [at[1].rstrip("/")] if one and one in endpoints}:
            yield source.count("\n", 0, at.start(1)) + 1, room


def script_imports(address, source):
    """Yield line and address of every file of the house that a script imports; libraries lie elsewhere."""
    for at in SCRIPT_IMPORT.finditer(source):
        given = at[1] or at[2]
        parts = []
        for part in PurePosixPath(given if given.startswith("/") else f"{address}/../{given}").parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        yield source.count("\n", 0, at.start(at.lastindex)) + 1, "/" + "/".join(parts[1:])


def in_script(address, source, endpoints):
    """Yield line and room of everything a script or style sheet points at."""
    yield from by_address(source, endpoints)
    for line, target in script_imports(address, source):
        yield from ((line, room) for room in STATIC.findall(target))
    yield from ((source.count("\n", 0, at.start()) + 1, at[1]) for at in STATIC.finditer(source))


def pointed(path, endpoints):
    """Yield line and room of everything a file points at."""
    source, inside = path.read_text(encoding="utf-8"), path.relative_to(HOUSE).parts
    if path.suffix == ".py":
        return in_python(source, endpoints)
    if inside[1] == "templates":
        return in_template(source, endpoints)
    return in_script(served_at(path), source, endpoints)


def served_at(path):
    """The address of a file that lies in a room's folder `static`."""
    room, _, *rest = path.relative_to(HOUSE).parts
    return "/".join(["/static", room, *rest])


def files(*suffixes):
    """The files of the rooms."""
    found = chain.from_iterable((HOUSE / room).rglob("*") for room in ROOMS)
    return sorted(path for path in found if path.suffix in suffixes)


def test_nothing_points_at_a_later_room(endpoints):
    upwards = {
        f"{path.relative_to(ROOT)}:{line} {own} -> {room}"
        for path in files(".py", ".html", ".js", ".css")
        for own in [path.relative_to(HOUSE).parts[0]]
        for line, room in pointed(path, endpoints)
        if room in ROOMS and ROOMS.index(room) > ROOMS.index(own)
    }
    assert not upwards, "\n".join(["let the later room register with the earlier one, or move it:", *sorted(upwards)])


@pytest.mark.parametrize(
    ("kind", "source", "line", "room"),
    [
        ("py", "from app.desk import words", 1, "desk"),
        ("py", "x = 1\nreturn_to = url_for('desk.home')", 2, "desk"),
        ("py", "render('desk/list.html')", 1, "desk"),
        ("html", "{% extends 'part.html' if fragment\n else 'desk/work.html' %}", 2, "desk"),
        ("html", "{% from 'desk/parts.html' import x %}", 1, "desk"),
        ("html", "\n{% include 'desk/side.html' %}", 2, "desk"),
        ("html", "{% for a in [('desk.home', 1)] %}{{ url_for(a[0]) }}{% endfor %}", 1, "desk"),
        ("html", "{{ static('desk', 'form.js') }}", 1, "desk"),
        ("html", "<p>\n<script src='/static/desk/form.js'>", 2, "desk"),
        ("js", "import { a,\n  b } from \"../desk/form.js\";", 2, "desk"),
        ("js", "export { a } from './../desk/form.js';", 1, "desk"),
        ("js", "await import('/static/desk/form.js')", 1, "desk"),
        ("html", "<p>\n<a href='/m/'>", 2, "phone"),
        ("html", "<a class='btn'\n href=\"/desk/cases\">", 2, "desk"),
        ("js", "window.location.assign('/desk/cases')", 1, "desk"),
        ("js", "p { background: url(/static/desk/form.png) }", 1, "desk"),
    ],
)  # fmt: skip
def test_the_rule_sees_an_arrow_of_every_kind(endpoints, kind, source, line, room):
    readers = {
        "py": lambda: in_python(source, endpoints),
        "html": lambda: in_template(source, endpoints),
        "js": lambda: in_script("/static/grids/own.js", source, endpoints),
    }
    assert (line, room) in set(readers[kind]())


def circles(arrows):
    """The groups of files that reach each other: each file with what it points at, which is there too."""
    reached = {each: set(after) for each, after in arrows.items()}
    for middle in arrows:
        for each in arrows:
            if middle in reached[each]:
                reached[each] |= reached[middle]
    return sorted({tuple(sorted(one for one in reached[each] if each in reached[one])) for each in arrows} - {()})


def test_the_rule_sees_a_circle():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}}) == [("b", "c"), ("d",)]


def test_no_scripts_stand_in_a_circle():
    scripts = {served_at(path): path for path in files(".js") if "static" in path.parts}
    arrows = {
        own: {to for _, to in script_imports(own, path.read_text(encoding="utf-8")) if to in scripts}
        for own, path in scripts.items()
    }
    assert sum(map(len, arrows.values())) > 100
    assert not circles(arrows), "let the one that needs less stand below"


def module(path):
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("room", ROOMS)
def test_no_files_or_packages_of_a_room_stand_in_a_circle(room):
    known = {module(path): path for path in (HOUSE / room).rglob("*.py")}
    arrows = {
        name: {to for _, full in imported(parsed(path)) for to in (full, full.rpartition(".")[0]) if to in known}
        for name, path in known.items()
    }
    packages = {package(name): set() for name in known}
    for name, to in arrows.items():
        packages[package(name)] |= {package(each) for each in to} - {package(name)}
    for drawn in ({name: to - {name} for name, to in arrows.items()}, packages):
        assert not circles(drawn), "let the one that needs less stand below"


def package(name):
    """The part of its room in which a file lies: a package, or the file itself."""
    return ".".join(name.split(".")[:3])
