"""Rooms stand in one order and are entered by few doors."""

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from app.rooms import ROOMS
from tests.rules.sources import ROOT, imported, parsed, python

BELOW = ("core", "frame")  # what every room stands on: open to all
DOORS = {"service", "queries", "events", "models", "schemas"}
# Files beside the doors that later rooms may use: calculations and terms without rows of their own, or parts of the
# protocol by which later rooms take part in the one door. A new line needs a reason.
OPEN = {
    "audit.seals": "rows that are written once, sealed in batches: which rooms have such, and whether the seals hold",
    "audit.tags": "the one list of what is audited",
    "catalogue.admissions": "whether a service is admitted today; no rows of its own",
    "catalogue.document_terms": "what kinds of documents there are; pure",
    "catalogue.documents": "the frozen shapes of classes and services; pure",
    "catalogue.foresight": "what documents bring about beside what they say, a part at a time; no rows of its own",
    "catalogue.class_forms": "what the answers to a form may be; pure",
    "catalogue.lookups": "lookups in these shapes; pure",
    "catalogue.object_terms": "what kinds of objects are made of; pure",
    "catalogue.rights": "who may change what holds for the whole county",
    "catalogue.yaml_reader": "reads YAML into plain data; pure",
    "catalogue.words": "what the fields of documents are called; pure",
    "campaigns.campaign_views": "a campaign as every face shows it",
    "cases.acts": "what the rules of acts have in common, in this room and in later ones: part of the protocol",
    "cases.clocks": "which limits hold; start and stop clocks inside a turn: part of the protocol",
    "cases.errors": "what an act may be refused with",
    "cases.proof": "prove cases: for whoever looks at one, after a restore",
    "cases.case_objects": "the object that a case is about and its other cases, the same at every face",
    "cases.case_secrecy": "from whom it is kept who sent a case, the same at every face",
    "cases.case_standards": "by what a case is judged, in words, the same at every face",
    "cases.case_tickets": "what the sender of a case wants and was told",
    "cases.centres": "which centre a case belongs to",
    "cases.export_rows": "cases as rows of a file, the same from every list",
    "cases.jobs": "how time alone brings a step about, once: timers of later rooms",
    "cases.own_tables": "which rows of a case its steps write down: part of the protocol",
    "cases.case_queues": "the names of queues, and which cases may be reopened, for every page",
    "cases.case_visibility": "what a phone may have seen of cases, and what decides that: sync",
    "cases.confidentiality": "which cases are confidential, for whoever tells of one",
    "cases.protocol": "the protocol itself",
    "cases.timeline": "the digest by which the same request is known again",
    "cases.turn": "a step in the making: what the protocol is about",
    "cases.whole": "a case with all it owns: what the protocol is about",
    "cases.views": "a case as a person sees it and as lists show it, the same from every route",
    "cases.visibility": "who sees which case, the same in every list",
    "deadlines.calendar": "working days; pure",
    "deadlines.regulation": "holidays by regulation, fixed and moving; pure",
    "deadlines.calendar_documents": "the calendars of a county, as a document has them; pure",
    "deadlines.shifts": "shifts of a day; pure",
    "deadlines.limits": "arithmetic of limits; pure",
    "departments.kinds": "names of kinds of departments; pure",
    "cases.choices": "what can be chosen in a form, for the interface and for every page",
    "desk.act_forms": "the form of an act, opened and taken, for every face that has one",
    "desk.dossier_words": "what steps carried, in words: on paper, at the desk and in an audit",
    "desk.maps": "a case on its map, the same at every face",
    "desk.countdown": "what is left of a limit, the same at every face",
    "desk.ticket_views": "what a sender wants and what those who look on have asked, in words, at every face",
    "desk.standards": "by what a case is judged, the same at every face",
    "desk.words": "what the parts of a case are called at every face",
    "dispatch.routing": "which departments the rules name for a case",
    "grids.coverage": "where somebody is lacking, as every face counts it",
    "grids.coordinates": "conversion between coordinate systems; pure",
    "grids.levels": "names of levels and duties, paths; pure",
    "grids.systems": "which coordinate system a file of a map program states; pure",
    "grids.tree": "the tree of grids in memory; pure",
    "identity.accounts": "absences, which the roster enters beside who stands in",
    "identity.people_forms": "days as fields of forms: from the morning, to the evening",
    "identity.register": "the absences of a person",
    "identity.bounds": "the ground on which somebody manages people, the same in every list",
    "identity.permission_words": "what a permission allows, in words",
    "identity.scopes": "where roles are held: what the rooms that own the places are asked for",
    "objects.object_views": "an object as answers show it, the same from every route",
    "objects.sight": "who sees which objects, the same in every list",
    "residents.hand_outs": "what a started round brings of residents, and who may know of whom",
    "warnings.lifts": "what an ended warning lifts, some at a time, after its end was written",
    "residents.resident_batches": "sheets of residents on their way in, the same for the interface and the desk",
    "residents.statements": "what is told to whom it is about, the same from the interface and at the desk",
    "residents.resident_sheets": "which columns a sheet of residents has, for whom",
    "residents.resident_rules": "which kinds of care and fields there are, as a document has them",
    "residents.resident_views": "a resident as answers show them, the same from every route",
    "residents.resident_errors": "what reading a resident may be refused with, whoever asks",
    "intake.citizens": "reveal who reported, and enter it in the audit log",
    "intake.ticket_file": "what a file of tickets says, for the command and for the desk's page",
    "intake.ticket_import": "take in what a file of tickets says, row by row, the same from everywhere",
    "rounds.plan_lines": "the plans of rounds with their counts, the same at the desk, in administration and as a file",
    "rounds.round_origins": "what a later room has made rounds for, in words",
    "rounds.round_plans": "make rounds of a plan for something that has happened",
    "warnings.warning_kinds": "the kinds of warnings that can be given",
    "warnings.warning_views": "a warning as every face shows it",
    "rounds.round_views": "a round as lists show it, the same at every face",
    "intake.sync_table": "what phones send and follow: rooms enter their own",
    "objects.object_kinds": "which kinds of objects there are, as a document has them",
    "intake.duplicates": "how far apart two places lie, measured in one way",
}


def rooms_imports():
    """Yield (path, line, room, file entered) for what rooms import of each other."""
    for path, tree in python(*(f"app/{room}" for room in ROOMS)):
        own = path.split("/")[1]
        for line, name in imported(tree):
            parts = name.split(".")
            if parts[0] == "app" and len(parts) > 2 and parts[1] in ROOMS and parts[1] not in (own, *BELOW):
                yield path, line, parts[1], f"{parts[1]}.{parts[2]}"


def test_a_room_is_entered_by_its_doors_or_by_files_open_to_all():
    found = [
        f"{path}:{line} {entered}"
        for path, line, _, entered in rooms_imports()
        if entered.split(".")[1] not in DOORS and entered not in OPEN
    ]
    assert not found, f"ask service or queries of that room, or say in OPEN why this file is open: {found}"


def test_every_open_file_is_there_and_used_by_another_room():
    used = {entered for *_, entered in rooms_imports()}
    assert set(OPEN) <= used, f"close again what nobody enters: {sorted(set(OPEN) - used)}"


def contracts():
    """The import contracts of setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return config


def test_the_layers_are_the_rooms_in_their_order():
    layers = contracts()["importlinter:contract:rooms"]["layers"].split()
    assert [layer for layer in layers if layer in ROOMS] == list(reversed(ROOMS))


def test_everything_under_app_has_its_place_in_the_layers():
    layers = set(contracts()["importlinter:contract:rooms"]["layers"].replace("|", " ").split())
    found = {path.stem for path in (ROOT / "app").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == layers


def test_imports_keep_to_the_contracts():
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def inner_imports(tree):
    """Lines on which something is imported inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            inside = (each for each in ast.walk(node) if isinstance(each, (ast.Import, ast.ImportFrom)))
            yield from (each.lineno for each in inside)


def test_the_rule_sees_an_import_inside_a_function():
    assert list(inner_imports(ast.parse("def f():\n    if x:\n        from a import b"))) == [3]


@pytest.mark.parametrize("folder", ["app", "workflows", "worker.py", "migrations"])
def test_nothing_is_imported_inside_a_function(folder):
    found = [f"{path}:{line}" for path, tree in python(folder) for line in inner_imports(tree)]
    assert not found, f"import at the top; a circle means that something is in the wrong room: {found}"


def test_migrations_know_nothing_of_the_application():
    found = [f"{path}:{line}" for path, tree in python("migrations/versions") for line, name in imported(tree)
             if name.split(".")[0] in ("app", "workflows")]  # fmt: skip
    assert not found, f"a migration must do the same years from now: {found}"


def file_of(module):
    """The file of one of our modules; None for what is none."""
    path = ROOT.joinpath(*module.split("."))
    return next((each for each in (path.with_suffix(".py"), path / "__init__.py") if each.is_file()), None)


def is_there(name):
    """Whether a full name is a module of ours, or a function, class or value at the top of one."""
    module, _, own = name.rpartition(".")
    return bool(file_of(name) or ROOT.joinpath(*name.split(".")).is_dir()) or own in tops(file_of(module))


def tops(path):
    """What a file defines and imports at its top."""
    for node in parsed(path).body if path else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        else:
            yield from (
                one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            )
            yield from ((one.asname or one.name) for one in ast.walk(node) if isinstance(one, ast.alias))


def test_whatever_is_imported_of_our_own_is_there():
    """mypy passes over modules that it does not find, and does not read tests."""
    files = python("app", "workflows", "tests", "bench", "migrations", "worker.py")
    own = [
        (path, line, name)
        for path, tree in files
        for line, name in imported(tree)
        if name.split(".")[0] in ("app", "workflows", "tests", "bench", "worker") and not name.endswith(".*")
    ]
    assert len(own) > 3_000
    assert not [f"{path}:{line}: {name}" for path, line, name in own if not is_there(name)]
    assert is_there("app.core.commands.echo")
    assert not is_there("app.core.commands.tell")
    assert not is_there("app.nowhere.commands.echo")
