"""Walk at random through the machine of a case: whatever the facts, its promises hold."""

from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.case import CASE, ENDS, NOT_STALE_ACTIONS, OPEN, TIMER_ACTIONS
from workflows.case_clocks import CLOCKS, Stage
from workflows.case_facts import CaseFacts
from workflows.case_terms import AskKind, CaseAction, CaseSource, CaseState, CheckKind, Finding, TaskPart, TaskState
from workflows.engine import START, MoveRefused

WORDS = {
    "source": tuple(CaseSource),
    "finding": ("", *Finding),
    "check_kind": tuple(CheckKind),
    "merged_from": ("", *CaseState),
    "task_part": ("", *TaskPart),
    "task_state": ("", *TaskState),
    "pending_ask": ("", *AskKind),
}
WAYS_BACK = {
    "closed": {"reopen", "second_order"},
    "rejected": {"reconsider", "second_order"},
    "merged": {"unmerge"},
    "voided": {"second_order"},
}


def _values(name: str, kind: str) -> st.SearchStrategy[object]:
    if name in WORDS:
        return st.sampled_from(WORDS[name])
    return st.booleans() if kind == "bool" else st.integers(0, 2)


FACTS = st.builds(CaseFacts, **{field.name: _values(field.name, str(field.type)) for field in fields(CaseFacts)})
STEPS = st.lists(st.tuples(st.sampled_from(list(CaseAction)), FACTS), max_size=60)


@given(STEPS)
@settings(max_examples=150)
def test_no_walk_leaves_the_states_or_an_end_by_a_side_door(steps: list[tuple[CaseAction, CaseFacts]]) -> None:
    state = CASE.step(START, "report", CaseFacts())
    for action, facts in steps:
        try:
            after = CASE.step(state, action, facts)
        except MoveRefused:
            continue
        assert after in set(CaseState)
        if state in ENDS and after != state:
            assert action in WAYS_BACK[state]
            assert after in OPEN
        state = after


@given(st.sampled_from(list(CaseState)), FACTS)
@settings(max_examples=150)
def test_a_button_works_and_what_works_has_a_button(state: CaseState, facts: CaseFacts) -> None:
    offered = {move.action for move in CASE.possible(state, facts)}
    for action in CaseAction:
        try:
            taken = CASE.take(state, action, facts).move
        except MoveRefused:
            assert action not in offered
        else:
            assert taken in CASE.possible(state, facts, action)


def test_every_state_can_be_reached_and_every_open_state_can_be_left() -> None:
    reached: set[str] = set()
    ahead = [START]
    while ahead:
        state = ahead.pop()
        nexts = {str(end) for move in CASE.moves if state in move.sources for end in move.ends() if end}
        ahead += nexts - reached
        reached |= nexts
        assert state in ENDS or nexts - {state}
    assert reached == set(CaseState)


def test_timer_steps_are_the_systems_alone_and_make_nothing_stale() -> None:
    assert TIMER_ACTIONS <= NOT_STALE_ACTIONS
    for action in NOT_STALE_ACTIONS:
        for move in CASE.moves_of(action):
            assert move.target is None
            assert action not in TIMER_ACTIONS or move.by_system


def test_every_open_state_has_a_clock_that_says_who_is_answerable() -> None:
    for state in OPEN:
        assert any(state in rule.lives_in and rule.stage != Stage.CASE for rule in CLOCKS.values()), state
    assert CLOCKS[Stage.CASE].lives_in == OPEN
    for rule in CLOCKS.values():
        assert rule.pauses_in <= rule.lives_in
