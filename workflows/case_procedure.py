"""Put the procedure of a case together: its machine, clocks, asks, messages, and what its states mean to the engine."""

from __future__ import annotations

from workflows.case import CASE, ENDS, NOT_STALE_ACTIONS
from workflows.case_clocks import ARRIVAL, CLOCKS, MILESTONE, REVIEW, SUB, SUPERVISED, Stage
from workflows.case_notices import TABLE
from workflows.case_terms import AskKind, CaseAction, CaseState, LinkKind, TaskPart, TaskState
from workflows.case_terms import CasePermission as P
from workflows.procedure import Ask, Procedure
from workflows.ticket_moves import WITH_SENDER_ACTIONS

_SIGNED, _DONE = TaskState.SIGNED, TaskState.DONE  # done, and open still: only assisting tasks were sent back


def _ask(kind: AskKind, step: CaseAction, *decisions: CaseAction, sooner: Stage | None = None) -> Ask:
    return Ask(kind=kind, step=step, decisions=frozenset(decisions), until=Stage.HANDLE, sooner=sooner)


_A = CaseAction
CASE_PROCEDURE = Procedure(
    workflow=CASE,
    begins=_A.REPORT,
    ends=ENDS,
    quiet=NOT_STALE_ACTIONS,
    parts=TaskPart,
    clocks={**CLOCKS, **{rule.stage: rule for rule in (ARRIVAL, MILESTONE, REVIEW, SUB, SUPERVISED)}},
    asks={
        ask.kind: ask
        for ask in (
            _ask(AskKind.RETURN, _A.ASK_RETURN, _A.GRANT_RETURN, _A.DENY_RETURN),
            _ask(AskKind.EXTENSION, _A.ASK_EXTENSION, _A.GRANT_EXTENSION, _A.DENY_EXTENSION),
            _ask(AskKind.ASSIST, _A.ASK_ASSIST, _A.GRANT_ASSIST, _A.DENY_ASSIST),
            _ask(
                AskKind.DEFERRAL, _A.ASK_DEFERRAL, _A.GRANT_DEFERRAL, _A.DENY_DEFERRAL, sooner=Stage.REVIEW
            ),
        )
    },
    desk=(P.SIGN, P.ASSIGN),
    with_sender=WITH_SENDER_ACTIONS,
    notices=TABLE,
    lead_in={
        CaseState.DISPATCHED: frozenset({TaskState.SENT, _DONE}),
        CaseState.HANDLING: frozenset({_SIGNED, _DONE}),
        CaseState.DEFERRED: frozenset({_SIGNED}),
        CaseState.ENFORCING: frozenset({_SIGNED}),
    },
    expected=(
        _A.GRANT_RETURN, _A.GRANT_EXTENSION, _A.GRANT_DEFERRAL, _A.GRANT_ASSIST, _A.CONFIRM_TRUE, _A.CLOSE_FIXED,
        _A.ACCEPT, _A.VERIFY, _A.FILE, _A.DISPATCH, _A.SIGN, _A.ARRIVE, _A.FINISH, _A.PASS_CHECK, _A.CLOSE,
        _A.CALL_BACK, _A.SPOT_CHECK,
    ),
    links={CaseState.ENFORCING: LinkKind.ENFORCEMENT_OF, CaseState.MERGED: LinkKind.MERGED_INTO},
)  # fmt: skip
