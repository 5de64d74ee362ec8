"""Compare the machine of a round with the procedure, pair by pair, and roles with actions, written out again."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from workflows.engine import START, MoveRefused
from workflows.round import ENDS, GUARDS, OPEN, ROUND, RoundFacts
from workflows.round_terms import RoundAction, RoundState

FINE = RoundFacts(
    is_doer=True, window_open=True, admitted=True, stop_known=True, origin_open=True, may_report=True,
    lifted_later=True,
)  # fmt: skip
SHORT = {
    "new": START, "pla": "planned", "due": "due", "sta": "started", "mis": "missed", "don": "done", "can": "cancelled",
}  # fmt: skip
GRID = """
action     new pla due sta mis don can
plan       pla .   .   .   .   .   pla
fall_due   .   due .   .   .   .   .
start      .   sta sta .   sta .   sta
visit      .   .   .   =   .   .   .
find       .   .   .   =   .   .   .
break_off  .   .   .   due .   .   .
release    .   .   .   due .   .   .
finish     .   .   .   don .   .   .
miss       .   mis mis mis .   .   .
explain    .   .   .   .   =   .   .
lift       .   can can can can .   .
cancel     .   can can can can .   .
"""
GUARDED = {
    "start": ("window_open", "admitted", "origin_open"),
    "visit": ("is_doer", "stop_known"), "find": ("is_doer", "stop_known", "may_report"),
    "break_off": ("is_doer",), "finish": ("is_doer",),
}  # fmt: skip
MORE = {("start", "can"): ("lifted_later",)}  # from one state alone
ROLES = """
action     grid_worker auxiliary inspector duty_officer centre_leader township_leader
start      x           x         x         .            .             .
visit      x           x         x         .            .             .
find       x           x         x         .            .             .
break_off  x           x         x         .            .             .
finish     x           x         x         .            .             .
explain    x           x         x         .            .             .
cancel     .           .         .         x            x             x
plan       .           .         .         .            .             .
fall_due   .           .         .         .            .             .
release    .           .         .         .            .             .
lift       .           .         .         .            .             .
miss       .           .         .         .            .             .
"""


def rows(grid):
    """The lines of a grid: the first column, and the others by their heads."""
    head, *lines = (line.split() for line in grid.strip().splitlines())
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in lines}


TABLE = rows(GRID)


def test_the_grid_has_every_action_and_every_state():
    assert set(TABLE) == set(RoundAction)
    heads = {SHORT[head] for head in next(iter(TABLE.values()))}
    assert heads == {START, *RoundState}
    assert set(RoundState) == OPEN | ENDS


@pytest.mark.parametrize("action", TABLE)
def test_an_action_leads_where_the_grid_says(action):
    for short, cell in TABLE[action].items():
        state = SHORT[short]
        if cell == ".":
            with pytest.raises(MoveRefused) as refused:
                ROUND.step(state, action, FINE)
            assert refused.value.code == "move_not_allowed"
        else:
            assert ROUND.step(state, action, FINE) == (state if cell == "=" else SHORT[cell])


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_stops_the_actions_that_it_guards_and_no_others(guard):
    facts = replace(FINE, **{guard: False})
    for action, cells in TABLE.items():
        for short, cell in cells.items():
            if cell == ".":
                continue
            if guard in (*GUARDED.get(action, ()), *MORE.get((action, short), ())):
                with pytest.raises(MoveRefused) as refused:
                    ROUND.step(SHORT[short], action, facts)
                assert refused.value.guard == guard
            else:
                assert ROUND.step(SHORT[short], action, facts)


def test_roles_hold_what_the_grid_says_and_nobody_else_does():
    path = Path(__file__).parents[2] / "app/identity/seed/roles.yaml"
    held = {role["code"]: set(role["permissions"]) for role in yaml.safe_load(path.read_text("utf-8"))["roles"]}
    for action, cells in rows(ROLES).items():
        needed = {move.permission for move in ROUND.moves_of(action) if move.permission}
        may = {code for code, permissions in held.items() if needed & permissions}
        assert may == {code for code, cell in cells.items() if cell == "x"}, action


def test_nothing_that_is_measured_holds_anybody_up():
    named = {"is_doer", "window_open", "admitted", "origin_open", "stop_known", "may_report", "lifted_later"}
    assert set(GUARDS) == named
