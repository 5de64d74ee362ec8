"""Test the engine on a machine small enough to see whole, and its promise to keep nothing."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from workflows.case import CASE
from workflows.case_facts import CaseFacts
from workflows.case_terms import CaseAction, CaseState
from workflows.engine import START, Guard, Move, MoveRefused, Words, Workflow


@dataclass(frozen=True)
class Door:
    locked: bool = False
    guest: bool = False
    before: str = "open"


def word(text: str) -> Words:
    return Words(text, text)


DOOR: Workflow[Door] = Workflow(
    name="door",
    title=word("门"),
    states={name: word(name) for name in ("open", "shut", "walled")},
    actions={name: word(name) for name in ("build", "shut", "open", "knock", "wall", "unwall")},
    moves=(
        Move("build", (START,), "open", "door:build", None),
        Move("shut", ("open",), "shut", "door:shut", None),
        Move("open", ("shut",), "open", "door:open", "guest", ("guest", "unlocked")),
        Move("open", ("shut",), "open", "door:force", "owner", ("host",)),
        Move("knock", ("shut",), None, "door:knock", None),
        Move("wall", ("open", "shut"), "walled", None, "system"),
        Move("unwall", ("walled",), None, None, "system", target_from="before", targets=("open", "shut")),
    ),
    guards={
        "guest": Guard(lambda f: f.guest, "客人走这里。"),
        "host": Guard(lambda f: not f.guest, "主人走这里。"),
        "unlocked": Guard(lambda f: not f.locked, "门锁着，请按门铃。"),
    },
    relations={name: word(name) for name in ("guest", "owner", "system")},
    groups={"OPEN": frozenset({"open", "shut"}), "ENDS": frozenset({"walled"})},
)


def test_the_first_step_starts_from_nothing() -> None:
    assert DOOR.step(START, "build", Door()) == "open"


def test_a_move_without_target_keeps_the_state() -> None:
    assert DOOR.step("shut", "knock", Door()) == "shut"


@pytest.mark.parametrize("before", ["open", "shut"])
def test_a_move_back_goes_where_the_facts_say(before: str) -> None:
    assert DOOR.step("walled", "unwall", Door(before=before)) == before


def test_a_move_back_goes_nowhere_outside_its_targets() -> None:
    with pytest.raises(MoveRefused, match="move_not_allowed"):
        DOOR.step("walled", "unwall", Door(before="walled"))


def test_an_unknown_state_or_action_is_refused_and_not_an_accident() -> None:
    for state, action in (("ajar", "open"), ("open", "paint")):
        with pytest.raises(MoveRefused, match="move_not_allowed"):
            DOOR.step(state, action, Door())


def test_the_refusal_is_of_the_row_that_came_farthest() -> None:
    with pytest.raises(MoveRefused) as refused:
        DOOR.step("shut", "open", Door(guest=True, locked=True))
    assert (refused.value.code, refused.value.guard) == ("guard_refused", "unlocked")
    assert refused.value.reason == "门锁着，请按门铃。"


def test_a_row_that_the_person_may_not_take_is_passed_over() -> None:
    def may(move: Move) -> bool:
        return move.permission == "door:open"

    assert DOOR.take("shut", "open", Door(guest=True), may).move.permission == "door:open"
    with pytest.raises(MoveRefused) as refused:
        DOOR.take("shut", "open", Door(guest=False), may)
    assert refused.value.guard == "guest"


def test_with_no_row_for_the_person_the_step_is_forbidden() -> None:
    with pytest.raises(MoveRefused, match="move_forbidden"):
        DOOR.take("shut", "open", Door(), lambda _move: False)


def test_the_buttons_are_the_rows_whose_guards_hold() -> None:
    assert [move.action for move in DOOR.possible("shut", Door(guest=True))] == ["open", "knock", "wall"]
    assert [move.action for move in DOOR.possible("shut", Door(guest=True, locked=True))] == ["knock", "wall"]
    assert [move.permission for move in DOOR.possible("shut", Door(), "open")] == ["door:force"]
    assert DOOR.possible("shut", Door(), may=lambda move: not move.by_system)[-1].action == "knock"


def test_enum_members_and_their_values_are_the_same_to_the_machine() -> None:
    by_member = CASE.step(CaseState.REPORTED, CaseAction.ACCEPT, CaseFacts())
    assert by_member == CASE.step("reported", "accept", CaseFacts()) == "accepted"
    assert type(by_member) is str


def test_a_step_leaves_nothing_behind_in_the_machine() -> None:
    facts = Door(guest=True, locked=True)
    seen = weakref.ref(facts)
    DOOR.step("open", "shut", facts)
    with pytest.raises(MoveRefused):
        DOOR.step("shut", "open", facts)
    del facts
    gc.collect()
    assert seen() is None


def test_threads_share_one_machine_without_mixing_their_cases() -> None:
    def walk(number: int) -> str:
        before = ("open", "shut")[number % 2]
        return DOOR.step(DOOR.step(before, "wall", Door()), "unwall", Door(before=before))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(walk, range(400))) == ["open", "shut"] * 200
