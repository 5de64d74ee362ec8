"""Tests of pages ask for an element: a word that is looked for in all of a page may stand in its menu as well.

What no page is, is asked by its own shape: JSON by its fields, a sheet by its rows, metrics and scripts by their lines.
"""

import ast

import pytest

from tests.rules.sources import python


def anywhere(tree):
    """Yield the lines on which something is looked for in all of an answer: `"…" in answer.text`.

    That a secret stands nowhere is asked of all: `assert password not in page.text`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            given, within = node.left, node.comparators[0]
            is_secret = isinstance(node.ops[0], ast.NotIn) and isinstance(given, ast.Name)
            if not is_secret and isinstance(within, ast.Attribute) and within.attr == "text":
                yield node.lineno


def test_no_test_looks_for_a_word_anywhere_on_a_page():
    places = [f"{path}:{line}" for path, tree in python("tests") for line in anywhere(tree)]
    assert not places, f"ask for its element (tests/support/elements.py): {places}"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ('assert "已办" in answer.text', True),
        ('assert "已办" not in desk.get(path).text', True),
        ('assert f"{count} 件" in answer.text', True),
        ('assert "已办" in texts_of(answer.text, "p")', False),
        ("assert case.number in answer.text", True),
        ("assert (answer.status_code, text in answer.text) == (422, True)", True),
        ("assert password not in answer.text", False),
    ],
)
def test_what_is_looked_for_anywhere_is_seen(written, seen):
    assert bool([*anywhere(ast.parse(written))]) == seen
