"""Compare the machine of a case with the procedure, pair by pair, written out a second time by hand."""

from typing import Any

import pytest

from workflows.case import CASE, ENDS, OPEN, is_handling
from workflows.case_facts import CaseFacts
from workflows.case_terms import CaseAction, CaseState, Relation
from workflows.engine import START, MoveRefused

SHORT = {
    "new": START, "rep": "reported", "ver": "verifying", "acc": "accepted", "fil": "filed", "dis": "dispatched",
    "han": "handling", "hed": "handled", "chk": "checked", "def": "deferred", "enf": "enforcing", "clo": "closed",
    "rej": "rejected", "voi": "voided", "mer": "merged",
}  # fmt: skip

# A cell says where the action leads from the state of its column: "=" stays, "." is refused, "/" parts several ends.
GRID = """
action            new rep     ver acc fil dis   han        hed     chk         def enf         clo     rej voi mer
report            rep .       .   .   .   .     .          .       .           .   .           .       .   .   .
withdraw          .   voi     voi voi .   .     .          .       .           .   .           .       .   .   .
keep              .   =       =   =   .   .     .          .       .           .   .           .       .   .   .
verify            .   ver     =   .   .   .     .          .       .           .   .           .       .   .   .
recall_verify     .   .       rep .   .   .     .          .       .           .   .           .       .   .   .
confirm_true      .   .       rep .   .   .     .          .       .           .   .           .       .   .   .
confirm_false     .   .       rep .   .   .     .          .       .           .   .           .       .   .   .
cannot_verify     .   .       rep .   .   .     .          .       .           .   .           .       .   .   .
accept            .   acc     .   .   .   .     .          .       .           .   .           .       .   .   .
refuse            .   rej     .   .   .   .     .          .       .           .   .           .       .   .   .
close_fixed       .   clo/hed .   .   .   .     .          .       .           .   .           .       .   .   .
reconsider        .   .       .   .   .   .     .          .       .           .   .           .       rep .   .
merge             .   mer     mer mer .   .     .          .       .           .   .           .       .   .   .
unmerge           .   .       .   .   .   .     .          .       .           .   .           .       .   .   rep/ver/acc
file              .   .       .   fil .   .     .          .       .           .   .           .       .   .   .
decline           .   .       .   rej .   .     .          .       .           .   .           .       .   .   .
dispatch          .   .       .   .   dis .     .          .       .           .   .           .       .   .   .
withdraw_dispatch .   .       .   .   .   fil   .          .       .           .   .           .       .   .   .
recall            .   .       .   .   .   .     fil        .       .           fil .           .       .   .   .
hand_on           .   .       .   .   .   =     dis        .       .           .   .           .       .   .   .
add_assist        .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
drop_assist       .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
sign              .   .       .   .   .   han/= =          .       .           .   .           .       .   .   .
assign            .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
sub_assign        .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
sub_finish        .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
sub_drop          .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
ask_return        .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
grant_return      .   .       .   .   .   fil/= fil/=      .       .           .   .           .       .   .   .
deny_return       .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
ask_extension     .   .       .   .   .   .     =          .       .           .   .           .       .   .   .
grant_extension   .   .       .   .   .   .     =          .       .           .   .           .       .   .   .
deny_extension    .   .       .   .   .   .     =          .       .           .   .           .       .   .   .
ask_deferral      .   .       .   .   .   .     =          .       .           =   .           .       .   .   .
grant_deferral    .   .       .   .   .   .     def        .       .           def .           .       .   .   .
deny_deferral     .   .       .   .   .   .     =          .       .           =   .           .       .   .   .
ask_assist        .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
grant_assist      .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
deny_assist       .   .       .   .   .   =     =          .       .           .   .           .       .   .   .
withdraw_ask      .   .       .   .   .   =     =          .       .           =   .           .       .   .   .
resume            .   .       .   .   .   .     .          .       .           han han         .       .   .   .
milestone         .   .       .   .   .   .     =          .       .           .   .           .       .   .   .
finish            .   .       .   .   =   =     hed/chk/=  .       .           .   .           .       .   .   .
refer             .   .       .   .   .   .     enf        .       .           .   .           .       .   .   .
enforcement_ended .   .       .   .   .   .     .          .       .           .   hed/chk/han .       .   .   .
whistle           .   .       .   .   =   =     =          .       .           .   .           .       .   .   .
arrive            .   .       .   .   =   =     =          .       .           .   .           .       .   .   .
rate_whistle      .   .       .   .   =   =     =          =       =           =   =           .       .   .   .
assign_check      .   .       .   .   .   .     .          =       .           .   .           .       .   .   .
pass_check        .   .       .   .   .   .     .          chk     .           .   .           .       .   .   .
fail_check        .   .       .   .   .   .     .          dis/acc .           .   .           .       .   .   .
close             .   .       .   .   .   .     .          .       clo         .   .           .       .   .   .
refuse_close      .   .       .   .   .   .     .          .       hed/dis/acc .   .           .       .   .   .
reopen            .   .       .   .   .   .     .          .       .           .   .           fil/acc .   .   .
call_back         .   .       .   .   .   .     .          .       .           .   .           =       .   .   .
spot_check        .   .       .   .   .   .     .          .       .           .   .           =       .   .   .
force_close       .   clo     clo clo clo clo   clo        clo     clo         clo clo         .       .   .   .
void              .   voi     voi voi voi voi   .          .       .           .   .           .       .   .   .
correct           .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
urgent            .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
clear_urgent      .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
escalate          .   =       .   =   acc acc   acc        .       .           .   .           .       .   .   .
hand_down         .   .       .   =   acc .     .          .       .           .   .           .       .   .   .
take_back         .   =       =   =   acc acc   acc        =       =           =   =           .       .   .   .
urge              .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
supervise         .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
comment           .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
copy              .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
attach            .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
warn              .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
overdue           .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
raise_late        .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
review_due        .   .       .   .   .   .     .          .       .           =   .           .       .   .   .
expire_ask        .   .       .   .   .   =     =          .       .           =   .           .       .   .   .
absent_whistle    .   .       .   .   =   =     =          .       .           .   .           .       .   .   .
name_anew         .   .       =   .   .   .     .          =       .           .   .           .       .   .   .
lose_file         .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
baseline          .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
set_back          .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
recount           .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
note_ticket       .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
ask_sender        .   =       =   =   =   =     .          .       .           .   .           .       .   .   .
sender_took_back  .   rej     rej rej rej rej   rej        rej     rej         rej rej         .       .   .   .
sender_refused    .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
ask_sender_time   .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
sender_gave_time  .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
sender_kept_date  .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
second_order      .   .       .   .   .   .     .          .       .           .   .           fil/acc rep rep .
reply             .   =       =   =   =   =     =          =       =           =   =           .       .   .   .
decline_reopen    .   .       .   .   .   .     .          .       .           .   .           =       .   .   .
carry             .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
release           .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
reply_supervision .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
lift_supervision  .   =       =   =   =   =     =          =       =           =   =           =       =   =   =
"""  # noqa: E501 - a grid is as wide as its columns

LEAD = {"task_part": "lead", "task_state": "signed"}
ASSIST = {"task_part": "assist", "task_state": "signed"}
CALLED = {"task_part": "called", "task_state": "sent"}
SENT = {"from_sender": True}
LAST = {**ASSIST, "lead_done": True, "assisting_open": 1}

# The facts under which an action leads to an end; an action not named here needs none beyond an ordinary case.
FACTS: dict[tuple[str, str], dict[str, Any]] = {
    ("close_fixed", "closed"): {"self_fixed": True},
    ("close_fixed", "handled"): {"self_fixed": True, "sampled": True},
    ("merge", "merged"): {"target_is_open": True},
    ("unmerge", "reported"): {"merged_from": "reported"},
    ("unmerge", "verifying"): {"merged_from": "verifying"},
    ("unmerge", "accepted"): {"merged_from": "accepted"},
    ("drop_assist", "="): {"assisting_open": 1},
    ("sign", "handling"): {**LEAD, "task_state": "sent"},
    ("sign", "="): {**ASSIST, "task_state": "sent"},
    ("assign", "="): LEAD,
    ("sub_assign", "="): LEAD,
    ("sub_finish", "="): {**LEAD, "sub_open": True},
    ("sub_drop", "="): {**LEAD, "sub_open": True},
    ("ask_return", "="): LEAD,
    ("grant_return", "filed"): {**LEAD, "pending_ask": "return"},
    ("grant_return", "="): {**ASSIST, "pending_ask": "return"},
    ("deny_return", "="): {**LEAD, "pending_ask": "return"},
    ("ask_extension", "="): LEAD,
    ("grant_extension", "="): {**LEAD, "pending_ask": "extension"},
    ("deny_extension", "="): {**LEAD, "pending_ask": "extension"},
    ("ask_deferral", "="): LEAD,
    ("grant_deferral", "deferred"): {**LEAD, "pending_ask": "deferral"},
    ("deny_deferral", "="): {**LEAD, "pending_ask": "deferral"},
    ("ask_assist", "="): LEAD,
    ("grant_assist", "="): {**LEAD, "pending_ask": "assist"},
    ("deny_assist", "="): {**LEAD, "pending_ask": "assist"},
    ("withdraw_ask", "="): {**LEAD, "pending_ask": "extension"},
    ("milestone", "="): {**LEAD, "milestones_open": 1},
    ("finish", "handled"): LEAD,
    ("finish", "checked"): {**LEAD, "check_kind": "none"},
    ("finish", "="): {**CALLED, "task_state": "arrived"},
    ("refer", "enforcing"): {**LEAD, "power_in_force": True},
    ("enforcement_ended", "handled"): {"correction_met": True},
    ("enforcement_ended", "checked"): {"correction_met": True, "check_kind": "none"},
    ("arrive", "="): CALLED,
    ("rate_whistle", "="): {"was_whistled": True},
    ("fail_check", "dispatched"): {"ever_filed": True},
    ("refuse_close", "dispatched"): {"ever_filed": True, "rework_asked": True},
    ("refuse_close", "accepted"): {"rework_asked": True},
    ("reopen", "filed"): {"ever_filed": True},
    ("clear_urgent", "="): {"urgent": True},
    ("escalate", "accepted"): {"upper_centre_exists": True},
    ("escalate", "="): {"upper_centre_exists": True, "handed_down": True},
    ("hand_down", "accepted"): {"lower_centre_exists": True},
    ("hand_down", "="): {"lower_centre_exists": True},
    ("take_back", "accepted"): {"handed_down": True},
    ("take_back", "="): {"handed_down": True},
    ("expire_ask", "="): {"pending_ask": "return"},
    ("absent_whistle", "="): CALLED,
    ("note_ticket", "="): {"for_another": True},
    ("reply", "="): {"for_another": True},
    ("ask_sender", "="): SENT,
    ("sender_took_back", "rejected"): {**SENT, "sender_asked": "return"},
    ("sender_refused", "="): {**SENT, "sender_asked": "return"},
    ("ask_sender_time", "="): {"any_sender": True},
    ("sender_gave_time", "="): {**SENT, "sender_asked": "time"},
    ("sender_kept_date", "="): {**SENT, "sender_asked": "time"},
    ("second_order", "filed"): {"any_sender": True, "ever_filed": True},
    ("second_order", "accepted"): {"any_sender": True},
    ("second_order", "reported"): {"any_sender": True},
    ("decline_reopen", "="): {"reopening_wanted": True},
    ("reply_supervision", "="): {**LEAD, "supervision_unanswered": True},
    ("lift_supervision", "="): {"supervision_open": True},
}  # fmt: skip


def expected() -> dict[tuple[str, str], tuple[str, ...]]:
    """Read the grid: (state, action) to the ends written in the cell."""
    head, *lines = (line.split() for line in GRID.strip().splitlines())
    return {
        (SHORT[column], line[0]): () if cell == "." else tuple(cell.split("/"))
        for line in lines
        for column, cell in zip(head[1:], line[1:], strict=True)
    }


PAIRS = expected()


def test_the_grid_speaks_of_every_state_and_every_action() -> None:
    assert set(PAIRS) == {(state, action) for state in (START, *CaseState) for action in CaseAction}


def test_what_the_grid_refuses_the_machine_refuses() -> None:
    for state, action in (pair for pair, ends in PAIRS.items() if not ends):
        assert CASE.rows(state, action) == (), (state, action)
        with pytest.raises(MoveRefused) as refused:
            CASE.step(state, action, CaseFacts())
        assert (refused.value.code, refused.value.guard) == ("move_not_allowed", None), (state, action)


def test_what_the_grid_allows_can_be_reached() -> None:
    for (state, action), ends in PAIRS.items():
        for end in ends:
            target = state if end == "=" else SHORT[end]
            facts = CaseFacts(**FACTS.get((action, "=" if end == "=" else target), {}))
            assert CASE.step(state, action, facts) == target, (state, action, end)


def test_the_machine_leads_nowhere_the_grid_does_not() -> None:
    for (state, action), drawn in PAIRS.items():
        ends = {end or state for move in CASE.rows(state, action) for end in move.ends()}
        assert ends == {state if end == "=" else SHORT[end] for end in drawn}, (state, action)


def test_open_states_and_ends_part_all_states() -> None:
    assert {"closed", "rejected", "voided", "merged"} == ENDS
    assert set(CaseState) - ENDS == OPEN


def test_every_move_says_who_what_is_told_and_why() -> None:
    for move in CASE.moves:
        assert move.event, move
        assert move.why.endswith("."), move
        assert (move.permission is None) == (move.relation == "system"), move
        assert set(move.guards) <= set(CASE.guards), move


def test_no_centre_below_ends_what_was_handed_down() -> None:
    closing = {Relation.CLOSING_CENTRE, Relation.SYSTEM}  # who handed it down; nobody
    for move in CASE.moves:
        if move.relation not in closing and not ENDS.isdisjoint(move.ends()) and ENDS.isdisjoint(move.sources):
            assert "not_handed_down" in move.guards, move


def test_every_step_for_a_department_is_work_on_it_and_asks_whether_it_may_be_theirs() -> None:
    for move in CASE.moves:
        if move.relation in (Relation.DEPARTMENT, Relation.CALLED_DEPARTMENT, Relation.SUB_CONTRACTOR):
            assert {"checker_does_not_handle", "dispatcher_does_not_handle"} <= set(move.guards), move
            assert is_handling(move.action, "D-ANY"), move
    assert not any(is_handling(action, None) for action in ("resume", "reply_supervision"))  # may be the centre's
    assert not any(is_handling(action, "D-ANY") for action in ("comment", "attach", "pass_check", "grant_return"))


def test_every_guard_is_used_and_says_in_chinese_what_to_do() -> None:
    assert {guard for move in CASE.moves for guard in move.guards} == set(CASE.guards)
    for name, guard in CASE.guards.items():
        assert guard.refusal.endswith("。"), name
