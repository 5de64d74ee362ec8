"""Whatever counts cases leaves drills out: the board asks for what is counted, and figures for what is in earnest."""

import ast

from tests.rules.sources import python

SEES = {"visible_to", "visible_among_few", "in_visible_case", "visible_at_all"}


def names(tree):
    """What a module imports of who sees which case."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "app.cases.visibility":
            yield from (each.name for each in node.names)


def test_the_board_counts_what_is_counted():
    board = {path: set(names(tree)) for path, tree in python("app/board")}
    assert {path for path, used in board.items() if used & SEES} == set(), "ask for `counted_for`"
    assert sum("counted_for" in used for used in board.values()) >= 2


def test_what_counts_plans_of_rounds_leaves_drills_out():
    (plans,) = [
        node
        for path, tree in python("app/rounds")
        if path.endswith("rounds/queries.py")
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "plan_counts"
    ]
    assert "counted" in {node.attr for node in ast.walk(plans) if isinstance(node, ast.Attribute)}


def test_every_statement_about_cases_that_is_measured_is_of_those_in_earnest():
    ((_, tree),) = python("app/cases/measures.py")
    measured = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert len(measured) >= 2
    for function in measured:
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        assert "IN_EARNEST" in used, function.name
