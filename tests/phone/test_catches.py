"""No script of the phone takes whatever went wrong for the one thing it thought of."""

import re

import pytest

from app.phone import pages

CATCHES = re.compile(r"\bcatch\s*(?:\((\w+)\)\s*)?\{|\.catch\(")
LOOKS = re.compile(  # what is looked at before it is told: which error it is, by itself or by those who tell it
    r"\binstanceof\b|\b(?:isAnswer|isFull|isVerdict|excuse|refusalOf|whyFailed)\(|\banswered\(one, error\)"
)
WHATEVER = re.compile(r"//.*\S")  # or a comment says why it does not matter what it was
SCRIPTS = sorted(pages.STATIC.glob("*.js"))


def handlers(text):
    """The parts of a script that take what was thrown, each with the line it begins on."""
    for found in CATCHES.finditer(text):
        opening = text[found.end() - 1]
        closing, depth, at = {"{": "}", "(": ")"}[opening], 0, found.end() - 1
        while True:
            depth += {opening: 1, closing: -1}.get(text[at], 0)
            at += 1
            if depth == 0:
                break
        yield text.count("\n", 0, found.start()) + 1, text[found.start() : text.find("\n", at)]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_what_is_caught_is_looked_at_before_it_is_told(script):
    text = script.read_text(encoding="utf-8")
    blind = [
        f"{script.name}:{line}"
        for line, handler in handlers(text)
        if not (LOOKS.search(handler) or WHATEVER.search(handler))
    ]
    assert blind == [], "look which error it is, raise what you do not know, or say in a comment why anything may come"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('try { a(); } catch { warn("take it again"); }\n', 0),
        ("try { a(); } catch (error) { if (!isFull(error)) throw error; }\n", 1),
        ("a().catch(() => null);\n", 0),
        ("a().catch(() => null); // there may be none\n", 1),
    ],
)
def test_the_look_at_catches_sees_them(text, count):
    found = [handler for _, handler in handlers(text)]
    assert len(found) == 1
    assert sum(bool(LOOKS.search(one) or WHATEVER.search(one)) for one in found) == count
