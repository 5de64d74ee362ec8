"""A figure stands once; where a script needs one of the server's without having been told, it is the same one."""

import ast
import re
from collections import defaultdict

from app.attachments.images import MOST_PIXELS_OTHERS
from app.cases.schemas.parts import ACCURACY_MOST
from app.config import DEFAULTS
from app.grids.coordinates import EARTH_RADIUS_M
from tests.rules.sources import ROOT, python

LARGE = 1_000_000  # smaller ones are round by chance
ALIKE = {
    1_000_000: "round by chance: numbers of reports, and figures of the catalogue",
    1024**3: "the memory of each kind of process that reads what came from outside",
    365 * 86_400: "a year, of cookies and of what browsers may keep",
}
SCRIPTS = {
    ("phone/static/act.js", "ACCURACY_MOST"): ACCURACY_MOST,
    ("phone/static/photos.js", "ORIGINAL_BYTES"): DEFAULTS["MAX_ATTACHMENT_BYTES"],
    ("phone/static/photos.js", "ORIGINAL_PIXELS"): MOST_PIXELS_OTHERS,
    ("frame/static/geometry.js", "EARTH_RADIUS_M"): EARTH_RADIUS_M,
}


def number(node):
    """The number that an expression of numbers alone is, if it is one."""
    if all(isinstance(part, ast.Constant | ast.BinOp | ast.operator) for part in ast.walk(node)):
        value = eval(compile(ast.Expression(node), "figure", "eval"))  # noqa: S307 - numbers and operators alone
        return value if isinstance(value, int) else None
    return None


def figures():
    """Every large number to which a module gives a name: its name, value and place."""
    for path, tree in python("app", "workflows"):
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                value = number(node.value)
                if value is not None:
                    yield node.targets[0].id, value, f"{path}:{node.lineno}"


def test_no_figure_stands_twice():
    places = defaultdict(set)
    for name, value, place in figures():
        if value >= LARGE and not name.startswith("_"):
            places[value].add(place.partition(":")[0])
    twice = {value: where for value, where in places.items() if len(where) > 1 and value not in ALIKE}
    assert not twice, f"let one of them import it: {twice}"


def test_no_name_of_a_figure_in_workflows_has_another_one_elsewhere():
    values = defaultdict(dict)
    for name, value, place in figures():
        values[name][place.partition("/")[0]] = value
    other = {name: both for name, both in values.items() if "workflows" in both and len(set(both.values())) > 1}
    assert not other, f"say in the name what each counts: {other}"


def test_metres_are_made_of_degrees_in_one_place():
    elsewhere = [
        f"{path}:{node.lineno}"
        for path, tree in python("app")
        if path != "app/grids/coordinates.py"
        for node in ast.walk(tree)
        if getattr(node, "id", None) == "EARTH_RADIUS_M"
        or (isinstance(node, ast.Constant) and isinstance(node.value, int | float) and 110_500 < node.value < 111_700)
    ]
    assert not elsewhere, f"ask app/grids/coordinates.py for the distance: {elsewhere}"


def test_scripts_have_the_figures_of_the_server():
    for (path, name), figure in SCRIPTS.items():
        text = (ROOT / "app" / path).read_text(encoding="utf-8")
        written = re.search(rf"\b{name} = ([\d_*. ]+);", text)
        assert eval(written[1]) == figure, f"{path}: {name}"  # noqa: S307 - digits, points and stars alone
