"""Say which step or state starts, pauses and stops each clock of a case; how long a clock runs is the catalogue's."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.case import AT_DEPARTMENTS, CASE, OPEN, PAUSED
from workflows.case_terms import CaseAction as A
from workflows.case_terms import CaseState as S
from workflows.words import Term, Words


class Stage(Term):
    """Name what a clock counts."""

    ACCEPT = "accept", "受理", "Acceptance"  # until the acceptors decide
    VERIFY = "verify", "核实", "Verification"  # until there is a finding
    FILE = "file", "立案", "Filing"  # until the duty officers decide
    DISPATCH = "dispatch", "派遣", "Dispatch"  # until the dispatchers send it
    SIGN = "sign", "签收", "Signature"  # until a department has it
    HANDLE = "handle", "处置", "Handling"  # until a department is done
    CHECK = "check", "核查", "Check"  # until the checker has looked
    CLOSE = "close", "结案", "Closing"  # until the duty officers close
    CASE = "case", "全案", "Whole case"  # from filing to the end
    ARRIVE = "arrive", "报到", "Arrival"  # until a called department is on the spot


class ClockResult(Term):
    """Say how a clock ended."""

    IN_TIME = "in_time", "按时", "In time"
    LATE = "late", "超时", "Late"
    NONE = "none", "不计", "Not counted"  # it only urged, or the case took another way


@dataclass(frozen=True)
class ClockRule:
    """State one clock. Whatever the cause, it stops without result once the case is in no state of `lives_in`."""

    stage: Stage
    answerable: Words
    lives_in: frozenset[S]
    starts: frozenset[A] | None  # None: on coming into `lives_in`, whatever the step
    stops: frozenset[A] | None  # with a result; None: on leaving `lives_in`
    no_result: frozenset[A] = frozenset()  # steps that stop it without one
    pauses_in: frozenset[S] = frozenset()
    per_task: bool = False


_SENT = frozenset({A.DISPATCH, A.ADD_ASSIST, A.FAIL_CHECK, A.REFUSE_CLOSE})  # for the tasks these steps name
_CENTRE, _DEPARTMENT = Words("中心", "the centre"), Words("责任部门", "department")
_ACCEPTORS, _DUTY = Words("受理员", "acceptors"), Words("值班长", "duty officers")
_DISPATCHERS = Words("派遣员", "dispatchers")
_VERIFIER, _CHECKER = Words("核实人", "named verifier"), Words("核查人", "named checker")


def _stage(stage: Stage, answerable: Words, state: S) -> ClockRule:
    return ClockRule(stage, answerable, frozenset({state}), None, None)


# The stages whose limits the catalogue sets; the county's minutes for arriving start and stop with the whistle's steps.
CLOCKS: dict[Stage, ClockRule] = {
    rule.stage: rule
    for rule in (
        _stage(Stage.ACCEPT, _ACCEPTORS, S.REPORTED),
        _stage(Stage.VERIFY, _VERIFIER, S.VERIFYING),
        _stage(Stage.FILE, _DUTY, S.ACCEPTED),
        _stage(Stage.DISPATCH, _DISPATCHERS, S.FILED),
        ClockRule(Stage.SIGN, _DEPARTMENT, AT_DEPARTMENTS, _SENT, frozenset({A.SIGN, A.GRANT_RETURN}), per_task=True),
        # A class may let it start with the signature, at latest when the sign limit ends (the step `overdue`).
        # A rework's clock urges only: in time is judged by the first one of the round.
        ClockRule(
            Stage.HANDLE,
            _DEPARTMENT,
            AT_DEPARTMENTS | PAUSED,
            _SENT,
            frozenset({A.FINISH, A.ENFORCEMENT_ENDED}),  # the latter unless it leads back to handling
            no_result=frozenset({A.GRANT_RETURN}),
            pauses_in=PAUSED,
            per_task=True,
        ),
        _stage(Stage.CHECK, _CHECKER, S.HANDLED),
        _stage(Stage.CLOSE, _DUTY, S.CHECKED),
        # From the first filing, through returns and higher levels; anew at each reopening.
        ClockRule(
            Stage.CASE,
            _CENTRE,
            OPEN,
            frozenset({A.FILE, A.REOPEN}),
            frozenset({A.CLOSE, A.CLOSE_FIXED}),
            no_result=frozenset({A.FORCE_CLOSE, A.VOID}),
            pauses_in=PAUSED,
        ),
    )
}

# Where nobody may arrive, nobody is late.
ARRIVING = frozenset(state for state in S if CASE.rows(state, A.ARRIVE))

# The steps with which a case begins to stand still, and with which it goes on or ends.
PAUSING_STEPS = frozenset(move.action for move in CASE.moves if PAUSED & set(move.ends()))
RESUMING_STEPS = frozenset(
    move.action for move in CASE.moves if PAUSED & set(move.sources) and set(move.ends()) - PAUSED - {None}
)
