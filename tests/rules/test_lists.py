"""Every list leaves the house: a template that turns pages offers what it lists as a file, or says here why not."""

import ast
import re

import pytest
import yaml

from app.core.permissions import Permission
from app.factory import create_app
from app.frame.exports import registry
from tests.rules.sources import ROOT, python, texts

ROLES = ROOT / "app" / "identity" / "seed" / "roles.yaml"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app({"DATA_DIR": str(tmp_path_factory.mktemp("data"))})


NOT_TAKEN_AWAY = {"app/frame/templates/macros.html": "describes the pager"}


def test_every_template_that_turns_pages_offers_a_file():
    ours = {path: text for path, text in texts() if re.match(r"app/.*\.html$", path) and "pager(" in text}
    kept = {path for path, text in ours.items() if "{{ take_away(" not in text}
    assert len(ours) > 10
    assert kept == NOT_TAKEN_AWAY.keys(), "enter an ExportTable (app/frame/exports/registry.py), or say why not"


ONE, PREVIEW, SUMS = "about one thing alone", "of a file being brought, which its sender has", "sums of what is a file"
BESIDE = {  # tables that are no list of the county's data: how many a template has, and why they stay
    "app/board/templates/board/audit.html": (1, "the county's rules, a document that is exported as it is"),
    "app/board/templates/board/board.html": (1, SUMS),
    "app/board/templates/board/campaign.html": (2, "grids of a township and answers: both in the report"),
    "app/catalogue/templates/catalogue/document.html": (2, "a document, exported as it is, and its versions"),
    "app/catalogue/templates/catalogue/figures_of.html": (1, ONE),
    "app/catalogue/templates/catalogue/parts.html": (1, PREVIEW),
    "app/deadlines/templates/deadlines/calendar.html": (1, "a calendar, exported as a document"),
    "app/deadlines/templates/deadlines/parts.html": (1, "a calendar, exported as a document"),
    "app/desk/templates/desk/bulk_done.html": (1, "what came of an act, once"),
    "app/desk/templates/desk/case.html": (1, ONE),
    "app/desk/templates/desk/dossier.html": (1, ONE),
    "app/desk/templates/desk/object_card.html": (1, ONE),
    "app/desk/templates/desk/object_map.html": (1, "what lies in the map as it is moved; the list is administration's"),
    "app/desk/templates/desk/order.html": (1, ONE),
    "app/desk/templates/desk/parts.html": (2, "drawn by templates that offer the file"),
    "app/desk/templates/desk/phrases.html": (1, "phrases of a desk, for its forms"),
    "app/desk/templates/desk/resident.html": (2, ONE),
    "app/desk/templates/desk/resident_import.html": (2, PREVIEW),
    "app/desk/templates/desk/resident_statement.html": (2, "what is kept of one person, printed for them alone"),
    "app/desk/templates/desk/round.html": (1, ONE),
    "app/desk/templates/desk/tickets_rows.html": (1, PREVIEW),
    "app/duty/templates/duty/preview.html": (1, PREVIEW),
    "app/frame/templates/exports_list.html": (1, "the files themselves"),
    "app/frame/templates/staged.html": (2, PREVIEW),
    "app/grids/templates/grids/coverage.html": (1, SUMS),
    "app/grids/templates/grids/import.html": (1, PREVIEW),
    "app/grids/templates/grids/roster_grid.html": (1, ONE),
    "app/identity/templates/people/import.html": (1, PREVIEW),
    "app/identity/templates/people/preview.html": (1, PREVIEW),
    "app/objects/templates/objects/import.html": (1, PREVIEW),
    "app/objects/templates/objects/object.html": (2, ONE),
}


def test_every_table_of_rows_leaves_the_house_or_says_why_not():
    ours = {path: text for path, text in texts() if re.match(r"app/.*\.html$", path)}
    left = {path: text.count("{% call table(") - text.count("{{ take_away(") for path, text in ours.items()}
    kept = {path: number for path, number in left.items() if number > 0}
    assert len(ours) > 50
    assert kept == {path: number for path, (number, _) in BESIDE.items()}, "enter an ExportTable, or say why"


@pytest.mark.usefixtures("app")
def test_whoever_comes_to_a_page_may_take_away_the_file_it_offers():
    """Else the page offers a button that answers: no such table."""
    roles = [set(role["permissions"]) for role in yaml.safe_load(ROLES.read_text(encoding="utf-8"))["roles"]]
    offers, faults = 0, []
    for template, permission in pages_of():
        for name in re.findall(r'\{\{ take_away\("(\w+)"', (ROOT / template).read_text(encoding="utf-8")):
            offers += 1
            asked = registry.tables()[name].permission
            if any(permission in role and asked not in role for role in roles):
                faults.append(f"{template}: the page asks {permission}, its file {name} {asked}")
    assert offers > 15
    assert faults == []


def pages_of():
    """Yield each template with each permission that a route asks which renders it, itself or by a helper beside it."""
    rooms = {path.split("/templates/")[1]: path for path, _ in texts() if re.match(r"app/.*/templates/.*\.html$", path)}
    for _, tree in python("app"):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        calls = {one.name: {ast.unparse(each.func) for each in ast.walk(one) if isinstance(each, ast.Call)}
                 for one in functions}  # fmt: skip
        for one in functions:
            for template in re.findall(r"render\(\s*'([\w/.]+\.html)'", ast.unparse(one)):
                views = [each for each in functions if each is one or one.name in calls[each.name]]
                for said in (ast.unparse(each) for view in views for each in view.decorator_list):
                    if found := re.match(r"needs\(Permission\.(\w+)", said):
                        yield rooms[template], Permission[found[1]]
