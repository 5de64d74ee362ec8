"""Tests of pages ask for an element: a word that is looked for in all of a page may stand in its menu as well.

What no page is, is asked by its own shape: JSON by its fields, a sheet by its rows, metrics and scripts by their lines.
"""

import ast

import pytest

from tests.rules.sources import python


def anywhere(tree):
    """Return the lines on which something is looked for in all of an answer: `"…" in answer.text`, `page.count("…")`.

    What is named within the function is followed: `page = answer.text`. That a secret stands nowhere is asked of all:
    `assert password not in page.text`. Bytes (`answer.get_data()`) are of what no page is.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return sorted({*_lines(tree, ()), *(line for one in functions for line in _lines(one, _named(one)))})


def _lines(scope, named):
    for node in ast.walk(scope):
        match node:
            case ast.Compare(left=given, ops=[ast.In() | ast.NotIn() as way], comparators=[within]):
                is_secret = isinstance(way, ast.NotIn) and isinstance(given, ast.Name)
                if not is_secret and _is_all(within, named):
                    yield node.lineno
            case ast.Call(func=ast.Attribute(value=within, attr="count")) if _is_all(within, named):
                yield node.lineno


def _named(function):
    """Return the names that are bound to all of an answer."""
    bound = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and _is_all(node.value, ())]
    return {target.id for node in bound for target in node.targets if isinstance(target, ast.Name)}


def _is_all(node, named):
    match node:
        case ast.Attribute(attr="text"):
            return True
        case ast.Call(func=ast.Attribute(attr="get_data"), keywords=[ast.keyword(arg="as_text")]):
            return True
        case ast.Subscript(value=ast.Call(func=ast.Attribute(value=whole, attr="split" | "partition"))):
            return _is_all(whole, named)  # cut by hand, whatever follows is in it still
        case ast.Name(id=name):
            return name in named
    return False


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
        ('assert "已办" in answer.get_data(as_text=True)', True),
        ('assert "已办" in answer.text.split("<table")[1]', True),
        ('assert b"PK" in answer.get_data()', False),
        ('assert answer.text.count("<img") == 2', True),
        ('assert texts_of(answer.text, "p").count("已办") == 2', False),
        ('def test():\n    page = answer.text\n    assert "已办" in page', True),
        ('def test():\n    page = answer.get_data(as_text=True)\n    assert page.count("已办") == 2', True),
        ("def test():\n    page = answer.text\n    assert [word for word in words if word in page] == []", True),
        ("def test():\n    page = answer.text\n    assert password not in page", False),
        ('def test():\n    page = answer.text\n\ndef test_other(page):\n    assert "已办" in page', False),
        ('def test():\n    said = texts_of(answer.text, "p")\n    assert "已办" in said', False),
    ],
)
def test_what_is_looked_for_anywhere_is_seen(written, seen):
    assert bool(anywhere(ast.parse(written))) == seen
