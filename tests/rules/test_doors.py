"""One door changes a case, one file commits. Each rule is shown to see a breach before it looks at our files."""

import ast
import re

import pytest

from tests.rules.sources import python

MAY_STATE = {"app/cases/service.py", "app/rounds/service.py"}  # each the one door of its machine
MAY_WRITE = {
    "Case": {"app/cases/service.py"},  # the one INSERT; and the copies of a path that follow their grid
    "CaseStep": {"app/cases/timeline.py"},  # the one INSERT, of a step
}
MAY_COMMIT = {"app/core/transaction.py"}
WRITERS = {"insert", "update", "delete", "upsert"}
IN_SQL = re.compile(r"(?i)\b(?:update|insert\s+into|delete\s+from)\s+case(?:s|_steps)\b")


def state_writes(tree):
    """Lines that assign `.state` of anything but a task."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, (ast.Store, ast.Del)):
            if not _is_task(node.value):
                yield node.lineno
        elif isinstance(node, ast.Call) and _name(node.func) == "setattr" and _second(node) == "state":
            yield node.lineno


def _is_task(node):
    """`task.state = …` and `task_of(turn).state = …`."""
    return _name(node) == "task" or (isinstance(node, ast.Call) and _name(node.func) == "task_of")


def _second(call):
    return call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else None


def _name(node):
    return getattr(node, "id", None) or getattr(node, "attr", None)


def row_writes(tree):
    """Lines that write rows of cases or steps, as (line, model)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            first = _name(node.args[0]) if node.args else None
            if _name(node.func) in WRITERS and first in MAY_WRITE:
                yield node.lineno, first
            elif isinstance(node.func, ast.Name) and node.func.id in MAY_WRITE:
                yield node.lineno, node.func.id
        elif isinstance(node, ast.Attribute) and node.attr == "__table__" and _name(node.value) in MAY_WRITE:
            yield node.lineno, _name(node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and IN_SQL.search(node.value):
            yield node.lineno, "Case"


def commits(tree):
    """Lines that commit."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return (node.lineno for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "commit")


@pytest.mark.parametrize(
    "breach",
    [
        "case.state = 'closed'",
        "turn.case.state, turn.case.round = 'closed', 2",
        "whole.case.state: str = 'closed'",
        "row.state += 'x'",
        "setattr(case, 'state', 'closed')",
        "for case.state in states: pass",
        "del case.state",
    ],
)
def test_the_rule_sees_who_assigns_the_state(breach):
    assert list(state_writes(ast.parse(breach))) == [1]


@pytest.mark.parametrize("fine", ["task.state = 'sent'", "task_of(turn).state = 'absent'", "known = case.state"])
def test_the_rule_lets_tasks_and_readers_be(fine):
    assert list(state_writes(ast.parse(fine))) == []


@pytest.mark.parametrize(
    "breach",
    [
        "session.execute(update(Case).values(state='closed'))",
        "session.execute(upsert(models.Case).values(x))",
        "session.execute(delete(CaseStep))",
        "session.add(Case(case_id=x))",
        "table = CaseStep.__table__",
        "session.execute(text('UPDATE cases SET state = 1'))",
    ],
)
def test_the_rule_sees_who_writes_past_the_door(breach):
    assert list(row_writes(ast.parse(breach)))


def test_nobody_but_the_door_assigns_the_state_of_a_case():
    found = [f"{path}:{line}" for path, tree in python("app") if path not in MAY_STATE for line in state_writes(tree)]
    assert not found, f"only cases.service changes a state, by a move of the machine: {found}"


def test_rows_of_cases_and_steps_are_written_where_they_begin_and_nowhere_else():
    reading = {  # they name the table's columns
        *("app/cases/timeline.py", "app/cases/whole.py", "app/cases/models.py", "app/cases/baseline.py"),
        *("app/cases/proof/anchors.py", "app/cases/proof/case_checks.py", "app/cases/proof/verify.py"),
    }
    found = [
        f"{path}:{line} {model}"
        for path, tree in python("app")
        for line, model in row_writes(tree)
        if path not in MAY_WRITE[model] | reading
    ]
    assert not found, f"take a step through cases.service.act instead: {found}"


def test_the_rule_sees_who_commits():
    assert list(commits(ast.parse("db.session.commit()\nconnection.commit()"))) == [1, 2]


def test_nobody_commits_but_the_transaction():
    found = [f"{path}:{line}" for path, tree in python() if path not in MAY_COMMIT for line in commits(tree)]
    assert not found, f"use `with transaction():` around the whole change: {found}"


def test_only_the_engine_knows_the_library_transitions():
    found = [path for path, tree in python("app", "workflows", "worker.py") if _uses(tree, "transitions")]
    assert found == ["workflows/engine.py"]


def _uses(tree, library):
    imports = (node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)))
    names = (name for node in imports for name in [getattr(node, "module", None), *(a.name for a in node.names)])
    return any(name and name.split(".")[0] == library for name in names)
