"""Say which step or state starts, pauses and stops each clock of a case; how long a clock runs is the catalogue's."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.case import AT_DEPARTMENTS, CASE, OPEN, PAUSED
from workflows.case_terms import CaseAction as A
from workflows.case_terms import CasePermission as P
from workflows.case_terms import CaseState as S
from workflows.case_terms import TaskPart, TaskState
from workflows.procedure import ClockRule
from workflows.words import Term


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
    SUB = "sub", "内部办理", "Within the department"  # until who was sent within a department has done a part
    REVIEW = "review", "挂账复查", "Review"  # until a deferral is looked at again
    ARRIVE = "arrive", "报到", "Arrival"  # until a called department is on the spot
    SUPERVISION = "supervision", "督办", "Supervision"  # until a supervision order is answered
    MILESTONE = "milestone", "节点", "Milestone"  # until something on the way is reached


# for the tasks that these steps send
_SENT = frozenset({A.DISPATCH, A.HAND_ON, A.ADD_ASSIST, A.GRANT_ASSIST, A.FAIL_CHECK, A.REFUSE_CLOSE})
_FORCED = frozenset({A.FORCE_CLOSE})


def _stage(
    stage: Stage, state: S, answers: P, *, part: TaskPart | None = None, by_closing_centre: bool = False
) -> ClockRule:
    return ClockRule(
        stage=stage,
        lives_in=frozenset({state}),
        no_result=_FORCED,
        answers=answers,
        part=part,
        by_closing_centre=by_closing_centre,
    )


# The stages whose limits the catalogue sets.
CLOCKS: Mapping[str, ClockRule] = {
    rule.stage: rule
    for rule in (
        _stage(Stage.ACCEPT, S.REPORTED, P.ACCEPT),
        _stage(Stage.VERIFY, S.VERIFYING, P.VERIFY, part=TaskPart.VERIFY),
        _stage(Stage.FILE, S.ACCEPTED, P.FILE),
        _stage(Stage.DISPATCH, S.FILED, P.DISPATCH),
        ClockRule(
            stage=Stage.SIGN,
            lives_in=AT_DEPARTMENTS,
            starts=_SENT,
            stops=frozenset({A.SIGN, A.GRANT_RETURN}),
            task_in=frozenset({TaskState.SENT}),
            waits=True,
        ),
        # A class may let it start with the signature, at latest when the sign limit ends (the step `overdue`).
        # A rework's clock urges only: in time is judged by the first one of the round.
        ClockRule(
            stage=Stage.HANDLE,
            lives_in=AT_DEPARTMENTS | PAUSED,
            starts=_SENT,
            stops=frozenset({A.FINISH, A.ENFORCEMENT_ENDED}),  # the latter unless it leads back to handling
            no_result=frozenset({A.GRANT_RETURN}),
            pauses_in=PAUSED,
            task_in=frozenset({TaskState.SENT, TaskState.SIGNED}),
            may_follow=Stage.SIGN,
        ),
        _stage(Stage.CHECK, S.HANDLED, P.ASSIGN_CHECK, part=TaskPart.CHECK),
        _stage(Stage.CLOSE, S.CHECKED, P.CLOSE, by_closing_centre=True),
        # From the first filing, through returns and higher levels; anew at each reopening.
        ClockRule(
            stage=Stage.CASE,
            lives_in=OPEN,
            starts=frozenset({A.FILE, A.REOPEN, A.SECOND_ORDER}),
            stops=frozenset({A.CLOSE, A.CLOSE_FIXED}),
            no_result=frozenset({A.FORCE_CLOSE, A.VOID}),
            pauses_in=PAUSED,
            answers=P.FORCE_CLOSE,
            by_closing_centre=True,  # whoever handed it down answers for the whole, as they close it
            of_case=True,
        ),
    )
}

# Whistled departments: the county's minutes. Where nobody may arrive, nobody is late.
ARRIVAL = ClockRule(
    stage=Stage.ARRIVE,
    lives_in=frozenset(state for state in S if CASE.rows(state, A.ARRIVE)),
    starts=frozenset({A.WHISTLE}),
    stops=frozenset({A.ARRIVE}),
    task_in=frozenset({TaskState.SENT, TaskState.ABSENT}),
    beside=True,
    waits=True,
    late_as=TaskState.ABSENT,
)

# A deferral is looked at again from the day that was granted with it: the day is its warning, the county's figure after
# it the end, which other calendars alone move.
REVIEW = ClockRule(
    stage=Stage.REVIEW,
    lives_in=frozenset({S.DEFERRED}),
    no_result=_FORCED,
    fixed=True,
    after_warning=True,
)

# Supervision orders (督办单): by when whoever looks on wants an answer. Judged apart; nobody's work waits for it. The
# order stands until it is lifted, so its time goes on where an ended case is taken up again.
SUPERVISED = ClockRule(
    stage=Stage.SUPERVISION,
    lives_in=OPEN,
    starts=frozenset({A.SUPERVISE}),
    stops=frozenset({A.REPLY_SUPERVISION}),
    no_result=frozenset({A.LIFT_SUPERVISION}),
    answers=P.REPLY_SUPERVISION,
    beside=True,
    fixed=True,
    stays_late=True,
)

# What the filing condition wants reached on the way (停工, 处罚, 拆除), beside the handle clock with which it begins.
MILESTONE = ClockRule(
    stage=Stage.MILESTONE,
    lives_in=AT_DEPARTMENTS | PAUSED,
    starts=_SENT,
    stops=frozenset({A.MILESTONE}),
    pauses_in=PAUSED,
    task_in=frozenset({TaskState.SENT, TaskState.SIGNED}),
    may_follow=Stage.SIGN,
    beside=True,
    stays_late=True,
)

# What a department lets a section or contractor do by a day of its choice: warned of and judged apart, never in place
# of the handle clock.
SUB = ClockRule(
    stage=Stage.SUB,
    lives_in=AT_DEPARTMENTS | PAUSED,
    starts=frozenset({A.SUB_ASSIGN}),
    stops=frozenset({A.SUB_FINISH}),
    no_result=frozenset({A.SUB_DROP}),
    pauses_in=PAUSED,
    task_in=frozenset({TaskState.SIGNED}),
    beside=True,
    fixed=True,
)
