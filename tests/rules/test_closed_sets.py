"""A closed set is an enum: nobody writes the word of a part, stage, scope, source or permission by hand.

mypy holds what is typed (a function that takes a part takes no string); here is what it cannot see: a row's column
compared with a word, a word in JSON, a list of such words, a permission anywhere.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum

import pytest

from app.audit.seals import SealFaultKind
from app.audit.tags import SubjectKind
from app.cases.clocks.answerable import AnswerableKind
from app.cases.models import PlaceKind
from app.catalogue.document_terms import DocumentKind, NamedKind, OnLate
from app.core.permissions import Permission, ScopeKind
from app.demo.terrain import VillageKind
from app.departments.kinds import DepartmentKind
from app.desk.form_questions import QuestionKind
from app.grids.levels import GridKind, Level
from app.intake.cli import QueuedKind
from app.intake.sync_table import OperationType
from tests.rules.sources import ROOT, python
from workflows.case_clocks import Stage
from workflows.case_terms import (
    AskKind,
    CasePermission,
    CaseSource,
    ClockResult,
    LimitKind,
    LinkKind,
    Placement,
    TaskPart,
)
from workflows.forms import Kind, Purpose
from workflows.queue_terms import CaseQueue

HOUSE = ("app", "workflows", "bench")
HOMES = {  # where the permissions are
    "app/core/permissions.py",
    "workflows/case_terms.py",
    "workflows/round_terms.py",
    "workflows/warning_terms.py",
}
OF_KINDS: tuple[type[StrEnum], ...] = (  # whose members are what something is called a kind of
    *(
        DepartmentKind,
        DocumentKind,
        GridKind,
        Kind,
        LimitKind,
        LinkKind,
        NamedKind,
        PlaceKind,
        QuestionKind,
        QueuedKind,
    ),
    *(SealFaultKind, VillageKind),
)
SETS: dict[str, tuple[type[StrEnum], ...]] = {  # what bears this name holds a word of one of these sets
    "ask": (AskKind,),
    "first_level": (Level,),
    "kind": OF_KINDS,
    "on_late": (OnLate,),
    "part": (TaskPart,),
    "placed": (Placement,),
    "purpose": (Purpose,),
    "queue": (CaseQueue,),
    "result": (ClockResult,),
    "scope_kind": (ScopeKind,),
    "source": (CaseSource,),
    "stage": (Stage,),
    "subject_kind": (SubjectKind,),
}
NAMED = {of: frozenset(str(member) for each in sets for member in each) for of, sets in SETS.items()}
# so many of them side by side are a list of the set; `lead` and `assist`, `grid` and `centre` are fields of acts, too
LISTED: dict[type[StrEnum], int] = {
    **dict.fromkeys((CaseQueue, CaseSource, ClockResult, LinkKind, OnLate, OperationType, Stage), 2),
    **dict.fromkeys((DocumentKind, Kind, QuestionKind, ScopeKind), 3),
}
PERMISSIONS = {*map(str, Permission), *map(str, CasePermission)}
PARTS = {"case:step:", *(f"{kind}:" for kind in AnswerableKind)}  # of which such a word would be put together
IN_TEMPLATE = re.compile(rf"(?<!for )\b({'|'.join(NAMED)})\s*(?:==|!=|(?:not )?in)\s*([\"'(\[][^%}}]*)")


# what is given or kept under one of these names is a member of its set; free texts of such a name lie in other rooms
TAKEN = {
    **dict.fromkeys(("ask", "duty", "first_level", "on_late", "part", "placed", "scope_kind", "stage"), ("",)),
    "purpose": ("app/attachments/", "app/cases/", "app/demo/", "app/intake/"),
    "source": ("app/dispatch/", "app/intake/", "workflows/case_facts.py"),
}
# of a packed file, of a key
OTHERS = {("app/frame/sheet_reader.py", "part"), ("app/identity/attempts.py", "parts")}
AS_STRINGS = re.compile(
    r"(?:(?:Collection|Iterable|Sequence|frozenset|set|tuple)\[)?str(?:, \.\.\.)?\]?(?: \| None)?\Z"
)

REFUSED = """
from app.audit import service as audit
from app.audit.tags import Tag
from app.cases.acts import tasks
from app.cases.clocks import clocks
from app.cases.turn import Turn
from app.core.permissions import Assignment, Person
from workflows.case_facts import Prepared
from workflows.forms import Photos, Purpose
def rule(turn: Turn, person: Person) -> None:
    turn.running("case")
    turn.live_tasks("lead")
    clocks.stop(turn, "sign")
    tasks.send(turn, "lead", "D-1")
    person.may("case:row:read")
    person.holding("case:step:sign")
    Assignment("worker", "grid", "1", "1/")
    Prepared(target_open=True)
    Photos("document")
    Photos(Purpose.DOCUMENT, "finish")
    audit.record(Tag.SIGNED_OUT, subject=("session", 1))
"""


def word(node: ast.AST | None) -> str | None:
    """The string that stands here, if one does."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def name(node: ast.AST) -> str | None:
    """What an expression is called: `task.part`, `part`, `PART` and `row["part"]` alike."""
    if isinstance(node, ast.Subscript):
        return word(node.slice)
    called = getattr(node, "attr", None) or getattr(node, "id", None)
    return called.lower() if called else None


def elements(node: ast.AST) -> list[ast.expr | None]:
    """What a list, set or tuple holds, and the keys of a dict."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return list(node.elts)
    return list(node.keys) if isinstance(node, ast.Dict) else []


def said(node: ast.AST) -> list[tuple[str | None, str | None]]:
    """The words that a node gives to something with a name: by comparison, as argument, in a dict."""
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        return [(name(side), word(one)) for side in sides for other in sides for one in (other, *elements(other))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # a column: `scope_kind.in_(…)`
        return [(name(node.func.value), word(one)) for given in node.args for one in elements(given)]
    if isinstance(node, ast.keyword):
        return [(node.arg, word(node.value))]
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        return [(name(node.targets[0]), word(node.value))]
    if isinstance(node, ast.Dict):
        return [(word(key), word(value)) for key, value in zip(node.keys, node.values, strict=True)]
    return []


def aliases(function: ast.FunctionDef) -> dict[str | None, frozenset[str]]:
    """What a function calls a word of a set for itself: `kind, of = entry.subject_kind, entry.subject_id`."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            sides = node.targets[0], node.value
            both = all(isinstance(side, ast.Tuple) for side in sides) and len(elements(sides[0])) == len(
                elements(sides[1])
            )
            pairs += zip(*map(elements, sides), strict=True) if both else [sides]  # type: ignore[arg-type]
    return {
        name(to): NAMED[of] for to, value in pairs for of in [name(value)] if isinstance(to, ast.Name) and of in NAMED
    }


def by_alias(tree: ast.AST) -> set[int]:
    """The lines on which what a function calls otherwise is compared with a word."""
    return {
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for named in [aliases(function)]
        for node in (ast.walk(function) if named else ())
        if isinstance(node, ast.Compare)
        if any(of in named and given in named[of] for of, given in said(node) if given)
    }


def faults(tree: ast.AST, *, home: bool = False) -> set[int]:
    """The lines on which a word of a closed set is written by hand."""
    found = by_alias(tree)
    for node in ast.walk(tree):
        by_name = any(given in NAMED[of] for of, given in said(node) if of in NAMED and given)
        listed = {word(one) for one in elements(node)}
        by_list = any(len(listed) >= least and listed <= {*map(str, closed)} for closed, least in LISTED.items())
        text = word(node) or ""
        if by_name or by_list or (not home and (text in PERMISSIONS or text in PARTS)):
            found.add(getattr(node, "lineno", 0))
    return found


def annotated(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """What functions take and classes keep: its name, its type, its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and node.annotation:
            yield node.arg, ast.unparse(node.annotation), node.lineno
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, ast.unparse(node.annotation), node.lineno


def taken_as_strings(path: str, tree: ast.AST) -> list[int]:
    """The lines on which a word of a closed set is taken as any string."""
    return [
        line
        for called, of, line in annotated(tree)
        if (path, called) not in OTHERS and AS_STRINGS.match(of)
        if path.startswith(TAKEN.get(called, TAKEN.get(called.removesuffix("s"), ("-",))))
    ]


def in_template(text: str) -> Iterator[str]:
    """The words of closed sets with which a template compares something."""
    for at in IN_TEMPLATE.finditer(text):
        yield from (given for given in re.findall(r"[\"'](\w+)[\"']", at[2]) if given in NAMED[at[1]])


def test_nobody_writes_the_word_of_a_closed_set():
    wrong = [f"{path}:{line}" for path, tree in python(*HOUSE) for line in faults(tree, home=path in HOMES)]
    assert not wrong, f"say it by the member of its enum: {wrong}"


def test_functions_and_rows_take_members_of_closed_sets():
    wrong = [f"{path}:{line}" for path, tree in python(*HOUSE) for line in taken_as_strings(path, tree)]
    assert not wrong, f"type it by its enum, or by StrEnum where a second machine brings its own: {wrong}"


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("def limit(stage: str): ...", True),
        ("def limit(stage: Stage): ...", False),
        ("def limit(stage: StrEnum): ...", False),
        ("class Row:\n    part: str | None", True),
        ("class Row:\n    part: Mapped[str]", False),  # a column
        ("def live(*parts: str): ...", True),
        ("def live(stages: Collection[str]): ...", True),
    ],
)
def test_the_rule_sees_what_is_taken_as_a_string(written, wrong):
    assert bool(taken_as_strings("app/cases/x.py", ast.parse(written))) == wrong


def test_templates_ask_objects_and_name_permissions_by_their_enum():
    for path in sorted((ROOT / "app").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not [one for one in re.findall(r"[\"']([a-z:_]+)[\"']", text) if one in PERMISSIONS], path
        assert not [*in_template(text)], path
        assert {*re.findall(r"\bPermission\.(\w+)", text)} <= {*Permission.__members__}, path


def test_mypy_refuses_a_word_where_a_member_is_taken_and_a_fact_that_there_is_not(tmp_path):
    file = tmp_path / "refused.py"
    file.write_text(REFUSED, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "setup.cfg", str(file)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False).stdout
    assert {int(line) for line in re.findall(r"refused\.py:(\d+): error:", answer)} == set(range(11, 22)), answer


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ('task.part == "lead"', True),
        ('"check" != row["part"]', True),
        ('held.scope_kind in ("grid", "centre")', True),
        ('row.scope_kind.in_(("grid", "centre"))', True),
        ('clock.stage not in {"case", ARRIVE}', True),
        ('start(stage="sign")', True),
        ('{"source": "hotline"}', True),
        ('KINDS = ("grid", "department", "centre")', True),
        ('holders("case:step:sign")', True),
        ('f"case:step:{verb}"', True),
        ('f"centre:{code}"', True),
        ('answerable.startswith("person:")', True),
        ('check.placed == "chosen"', True),
        ('file.purpose in ("before", "after")', True),
        ('entry.subject_kind == "case"', True),
        ('def f(entry):\n    kind, of = entry.subject_kind, entry.of\n    return kind == "case"', True),
        ('def f(entry):\n    of = entry.kind\n    return of == "case"', False),
        ("task.part == TaskPart.LEAD", False),
        ('kind == "class"', True),
        ('KIND = "audit"', True),
        ('Question(kind="photos")', True),
        ('if level.on_late in ("hand_on", "next"): pass', True),
        ('WATCHED = frozenset({"my_reports", "verifying"})', True),
        ('filters["queue"] == "to_sign"', True),
        ('kind == "yes_or_no"', False),
        ('dict.fromkeys(("lead", "assist"))', False),  # fields of an act
        ('dict.fromkeys(("grid", "centre"))', False),
        ('{"source": "example"}', False),
        ('data["lead"] == "D-1"', False),
    ],
)
def test_the_rule_sees_what_it_should_and_nothing_else(written, seen):
    assert bool(faults(ast.parse(written))) == seen
