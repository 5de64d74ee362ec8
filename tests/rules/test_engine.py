"""What runs every workflow names no state, stage or end of one: it asks the procedure, or the next workflow trips."""

import ast
import re

import pytest

from tests.rules.sources import imported, python
from workflows.case import CASE
from workflows.case_clocks import Stage

# the door, sweeps, visibility, clocks, proofs, notices and sync: all of `cases` but what is the workflow's own
ENGINE = re.compile(
    r"workflows/(engine|procedure|notices|forms|words)\.py"
    r"|app/cases/(?!acts/|schemas/|case_)[\w/]+\.py"
    r"|app/cases/acts/(stages|engine_steps|set_back|tasks|evidence)\.py"
    r"|app/(core|audit|attachments|notices)/[\w/]+\.py"
    r"|app/intake/sync(_table)?\.py"
)
OF_CASE = re.compile(
    r"workflows\.case(_(clocks|facts|forms|notices|procedure))?(\.|$)|workflows\.case_terms\.Case(State|Action)$"
)
ALLOWED = {
    "app/cases/acts/tasks.py": {"workflows.case_clocks.Stage"},  # beside tasks of whatever workflow: a case's own way
    "app/cases/export_rows.py": {  # what columns of a file are called
        f"workflows.case_forms.{field}"
        for field in ("ADDRESS", "CLASS", "EXTERNAL_DUE", "EXTERNAL_NO", "GRID", "SOURCE")
    },
    "app/cases/clocks/case_chains.py": {"workflows.case_clocks.Stage"},  # the levels of a class of cases
    "app/cases/clocks/hand_down_dates.py": {"workflows.case_terms.CaseAction"},  # cases alone are handed down
}
COMPARED = {"state", "state_from", "state_to", "stage"}
CODES = frozenset([*map(str, CASE.states), *map(str, Stage)])


def named(path, tree):
    """Lines that name something of the case machine, or compare with a code of it, with what that is."""
    for line, name in imported(tree):
        if OF_CASE.match(name) and name not in ALLOWED.get(path, ()):
            yield f"{path}:{line} {name}"
    for node in ast.walk(tree):
        inside = list(ast.walk(node)) if isinstance(node, ast.Compare) else []
        if {getattr(one, "attr", getattr(one, "id", "")) for one in inside} & COMPARED:
            constants = (one.value for one in inside if isinstance(one, ast.Constant))
            yield from (f"{path}:{node.lineno} {value}" for value in constants if value in CODES)


@pytest.mark.parametrize(
    "breach",
    [
        "from workflows.case import OPEN",
        "from workflows import case as machine",
        "from workflows.case_clocks import CLOCKS",
        "from workflows.case_terms import CaseState",
        "from workflows.case_procedure import CASE_PROCEDURE",
        "from workflows.case_terms import CaseAction",
        "late = case.state == 'handling'",
        "over = case.state in ('closed', 'voided')",
    ],
)
def test_the_rule_sees_who_names_something_of_the_case_machine(breach):
    assert list(named("app/cases/service.py", ast.parse(breach)))


@pytest.mark.parametrize("fine", ["from workflows.case_terms import TaskState", "ended = state in procedure.ends"])
def test_the_rule_lets_common_words_and_the_procedure_be(fine):
    assert list(named("app/cases/service.py", ast.parse(fine))) == []


def test_what_runs_every_workflow_names_nothing_of_the_case_machine():
    engine = [(path, tree) for path, tree in python("app", "workflows") if ENGINE.fullmatch(path)]
    assert len(engine) > 50
    found = [each for path, tree in engine for each in named(path, tree)]
    assert not found, f"ask procedure_of(case.workflow), or say it in the case's own rules (case_*.py, acts): {found}"
