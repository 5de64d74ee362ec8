"""Whatever a role may do is said in words."""

import re

from app.core.permissions import Permission
from app.identity.permission_words import CASES, WORDS, grouped
from workflows.diagrams import WORKFLOWS


def every():
    return {*map(str, Permission), *(one for workflow in WORKFLOWS for one in workflow.permissions())}


def test_every_permission_has_words_in_both_languages():
    assert set(WORDS) == every()
    for _, words in WORDS.values():
        assert re.search("[\u4e00-\u9fff]", words)
        assert re.fullmatch("[ -~]+", words.en)


def test_no_two_permissions_are_called_the_same():
    called = [words for _, words in WORDS.values()]
    assert len(set(called)) == len(called)


def test_the_words_of_moves_are_those_of_the_machine():
    group, words = WORDS["case:step:verify"]
    assert (group, str(words), words.en) == (CASES, "派核实、收回核实", "Send to verify, Recall verification")
    assert grouped(frozenset({"case:step:close"})) == [(CASES, ["结案"])]
