"""A key belongs to a step: every act that somebody can take has one letter, and none means two things at once."""

from collections import defaultdict

from workflows.case import CASE
from workflows.case_keys import BY_CLICK, KEYS, MOVING
from workflows.case_procedure import CASE_PROCEDURE
from workflows.case_terms import Relation
from workflows.engine import START


def by_hand():
    """The moves that people take, and not the system, on a case that is there."""
    return [move for move in CASE.moves if move.relation != Relation.SYSTEM and START not in move.sources]


def test_every_act_that_people_take_has_a_letter_of_its_own_where_it_can_be_taken():
    acts = {move.action for move in by_hand()}
    assert acts == set(KEYS) | BY_CLICK, "workflows/case_keys.py names the key of each act"
    assert not BY_CLICK & set(KEYS)
    assert all(len(key) == 1 and key.isascii() and key.isalpha() for key in KEYS.values())
    assert not MOVING & set(KEYS.values())
    meant = defaultdict(set)
    for move in by_hand():
        for state in move.sources if move.action in KEYS else ():
            meant[str(state), KEYS[move.action]].add(str(move.action))
    assert not {place: acts for place, acts in meant.items() if len(acts) > 1}, "free letters of a state can be used"


def test_what_is_expected_next_is_something_that_people_can_take():
    acts = {move.action for move in by_hand()}
    assert set(CASE_PROCEDURE.expected) <= acts
