"""What `docs/developing.md` says of its changes is so: the files are there, and what it calls for lies in them."""

import re
from dataclasses import fields
from enum import Enum
from functools import cache

import pytest

from app.audit.tags import Tag
from app.core.permissions import Permission
from app.rooms import ROOMS
from tests.rules.sources import ROOT
from workflows.case_facts import GUARDS, CaseFacts
from workflows.forms import Purpose

FILE = re.compile(r"`((?:app|workflows)/[\w./*-]+\.\w+)`(?: \(`(\w+)`\))?")
EXAMPLE = re.compile(r"`([^`]+)`")
SOURCES = (".py", ".html", ".js", ".yaml")
MOST_ROOMS = 3
QUOTED = re.compile(r"[\"'](?=([\w:.-]+)[\"'])")
WORD = re.compile(r"\w+")
MANY = 10  # whoever writes so many guards or facts writes rows of them
LISTED = 0.6  # whoever names more of a closed set than this has a list of it


def rows():
    """The rows of the table: the change, its files with the name in each, examples."""
    lines = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [(change, FILE.findall(files), EXAMPLE.findall(examples)) for change, files, examples in cells[1:]]


def named(files):
    """The files of a row as they lie here."""
    return {path.relative_to(ROOT).as_posix() for pattern, _ in files for path in ROOT.glob(pattern)}


@cache
def house():
    """Every file of the house in which a change may lie; the demo county plays through the interface."""
    found = (path for folder in ("app", "workflows") for path in (ROOT / folder).rglob("*") if path.suffix in SOURCES)
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found
            if "app/demo/" not in path.as_posix()}  # fmt: skip


def test_there_are_fifteen_and_each_keeps_to_three_rooms():
    assert len(rows()) == 15
    for change, files, _ in rows():
        rooms = {pattern.split("/")[1 if pattern.startswith("app/") else 0] for pattern, _ in files}
        assert len(rooms & {*ROOMS, "workflows"}) <= MOST_ROOMS, f"{change} lies in {sorted(rooms)}"


def test_every_file_of_the_text_is_there():
    text = (ROOT / "docs" / "developing.md").read_text(encoding="utf-8")
    missing = [pattern for pattern, _ in FILE.findall(text) if not [*ROOT.glob(pattern)]]
    assert not missing


def test_every_file_is_there_and_holds_the_name_that_is_looked_for():
    for change, files, _ in rows():
        for pattern, name in files:
            found = [path.read_text(encoding="utf-8") for path in ROOT.glob(pattern)]
            assert found, f"{change}: there is no {pattern}"
            assert not name or any(re.search(rf"\b{name}\b", text) for text in found), f"{change}: {pattern} {name}"


def test_an_example_lies_in_the_files_of_its_change_and_nowhere_else():
    everything = house()
    for change, files, examples in rows():
        for example in examples:
            pattern = rf"\b{example}|{example}\b|\b{example.upper()}\b"  # a value, and the member that has it
            holding = {path for path, text in everything.items() if re.search(pattern, text)}
            assert holding, f"{change}: there is no {example} any more"
            assert not holding - named(files), f"{change}: {example} lies elsewhere, too"


@pytest.mark.parametrize("closed", [Purpose, Tag, Permission])
def test_whoever_lists_a_closed_set_is_named_beside_it(closed: type[Enum]):
    (change, files, _), = [row for row in rows() if any(name == closed.__name__ for _, name in row[1])]  # fmt: skip
    member = re.compile(rf"\b{closed.__name__}\.(\w+)")
    for path, text in house().items():
        names, values = {*member.findall(text)}, {*QUOTED.findall(text)}
        told = sum(one.name in names or one.value in values for one in closed)
        assert path in named(files) or told <= LISTED * len(closed), f"{change}: {path} lists it, too"


def test_whoever_writes_rows_of_guards_or_fills_their_facts_is_named_beside_them():
    (files,) = [files for change, files, _ in rows() if change == "a guard"]
    words = {*GUARDS, *(fact.name for fact in fields(CaseFacts))}
    modules = {path: text for path, text in house().items() if path.endswith(".py")}
    writers = {path for path, text in modules.items() if len(words & set(WORD.findall(text))) >= MANY}
    assert not writers - named(files), "the row of a guard omits them"
