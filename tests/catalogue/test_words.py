"""Every document we ship is said in words: no English code stands in what people read."""

import re
from copy import deepcopy

import pytest

from app.catalogue import document_kinds
from app.catalogue.differences import lines
from app.catalogue.document_text import blocks
from app.catalogue.words import FREE, KINDS, NAMES
from tests.factories.catalogue import seed_documents
from workflows.words import Words, plain

CODE = re.compile(r"[a-z]{2,}|_|D-|Q-|[（(]?示例[^，]")
NOT_CHINESE = re.compile("[\u4e00-\u9fff]")
KEYS = ("code", "field", "condition")  # by which parts are told apart
CONDITIONS = ("shown_if", "required_if")  # whose names are of questions, and whose values are words of these
UNLIKE = {str: "甲", int: 7, float: 0.5, bool: None}


def both(texts):
    """Texts in Chinese and in English."""
    return [(str(text), text.en) for text in texts]


def called(kind, code):
    """Call everything by a name."""
    return Words(f"某{kind.upper()[0]}", f"some {kind}")


def without_texts(value, field=""):
    """The document with every text that people write themselves put into one Chinese word."""
    if isinstance(value, dict):
        own = "choices" if field in CONDITIONS else ""
        return {name: without_texts(inner, own or name) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_texts(inner, field) for inner in value]
    return "文" if field in FREE and isinstance(value, str) and value != "example" else value


def names_in(value):
    """The names of all fields."""
    if isinstance(value, dict):
        return set(value).union(*(names_in(inner) for name, inner in value.items() if name not in CONDITIONS))
    if isinstance(value, list):
        return set().union(*(names_in(inner) for inner in value))
    return set()


DOCUMENTS = [(each.kind, each.code, without_texts(each.content)) for each in seed_documents()]


def test_every_kind_of_document_has_words():
    assert set(KINDS) == set(document_kinds.KINDS)


def test_every_field_has_words_in_both_languages():
    fields = set().union(*(names_in(content) for _, _, content in DOCUMENTS))
    assert sorted(fields - set(NAMES)) == []
    assert all(zh and en and not NOT_CHINESE.search(en) for zh, en in both(NAMES.values()))


@pytest.mark.parametrize("language", [0, 1])
def test_the_content_of_no_document_shows_a_code(language):
    for kind, code, content in DOCUMENTS:
        for block in blocks(content, called):
            for row in block.rows:
                for words in (block.title, row.label, row.value, row.source or plain("")):
                    check(both([words])[0][language], language, f"{kind} {code} {row.path}")


def check(said, language, where):
    if language == 0:
        assert not CODE.search(said), (where, said)
    else:
        assert not NOT_CHINESE.search(said.replace("文", "")), (where, said)
        assert "_" not in said, (where, said)


def changed(value):
    """The same document with every value another."""
    if isinstance(value, dict):
        return {name: inner if name in KEYS else changed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [changed(inner) for inner in value] if value and isinstance(value[0], dict) else []
    return not value if isinstance(value, bool) else UNLIKE.get(type(value))


@pytest.mark.parametrize("language", [0, 1])
def test_no_difference_shows_a_code(language):
    for kind, code, content in DOCUMENTS:
        for other in (changed(content), {"code": content.get("code")}):
            for line in lines(deepcopy(content), other, called):
                check(both([line])[0][language].replace("甲", ""), language, f"{kind} {code}")
