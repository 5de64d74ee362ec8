"""Count the running limits of a case anew by the calendars in force, by a quiet step; see `app/cases/recounts.py`.

Only limits in working time move, by their own amounts from their own starts, through pauses and what was granted. Those
of a centre's stages follow the centre to another calendar. The limit of the whole case, in whatever time, ends by the
dates from above: rows of an older version may not have kept to them.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from app.cases.clocks import case_limits, clocks, escalations, recount
from app.cases.clocks.clock_states import limit_of
from app.cases.errors import MoveNotAllowed
from app.cases.models import Case, CaseClock
from app.cases.protocol import procedure_of
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core import clock
from app.core.permissions import SYSTEM
from app.deadlines import queries as calendars
from app.deadlines.limits import Limit, Times
from workflows.case_terms import LimitKind
from workflows.procedure import EngineStep
from workflows.words import Words

ACTION = EngineStep.RECOUNT
IN_WORKING_TIME = (LimitKind.WORK_MINUTES, LimitKind.WORK_DAYS)
_LEAST = timedelta(seconds=1)  # less is the rounding of shares of days that have other lengths now


def op_id(case: Case) -> UUID:
    """Return the id of the step that counts anew what the steps so far have counted."""
    return uuid5(case.case_id, f"{ACTION}:{case.seq}")


def trial(whole: Whole) -> Turn:
    """Return the step in the making, to see what it would do; nothing is written."""
    now = clock.now()
    return Turn(
        whole.case, whole.tasks, whole.clocks, whole.past, ticket=whole.ticket,
        person=SYSTEM, action=ACTION, data={}, now=now, counts_at=now,
    )  # fmt: skip


def count(turn: Turn) -> int:
    """Return how many limits of a case end at another time."""
    return sum(1 for limit, times in _changing(turn) if _moves(limit, times))


def is_due(turn: Turn) -> bool:
    """Tell whether a limit ends at another time, or counts by another calendar from now on."""
    return any(True for _ in _changing(turn))


def prepare(turn: Turn) -> None:
    """Refuse a step that moves no limit, nor when its lateness is told higher: another was quicker."""
    if not is_due(turn) and not escalations.is_misplanned(turn):
        text = Words("没有需要重算的时限。", "No limit has another end by the calendars in force.")
        raise MoveNotAllowed(turn.case.case_id, text, reason="nothing_moves")


def move(turn: Turn) -> None:
    """Let each limit end when it ends by the calendars in force; say the old end and the new one.

    When the lateness of each is told higher is planned anew after the step, as `escalations` says.
    """
    rows = []
    for limit, times in list(_changing(turn)):
        rows.append({"clock": limit.clock, "stage": limit.stage, "old": limit.due_at, "new": times.due})
        limit.calendar = recount.calendar_of(turn.case.workflow, limit).code
        clocks.move(turn, limit, times)
    turn.data = {"calendar_version": calendars.version(), "limits": rows}


def _changing(turn: Turn) -> Iterator[tuple[CaseClock, Times]]:
    clock_rules = procedure_of(turn.case.workflow).clocks
    for limit in turn.running():
        kind = LimitKind.of(limit.kind)
        in_working_time = kind in IN_WORKING_TIME or limit.ordinary_limit  # of an urgent one that may end first
        if in_working_time or clock_rules[limit.stage].of_case:  # an older version may have missed a date from above
            times = recount.times(turn, limit, Limit(limit_of(limit), kind))
            if _moves(limit, times) or recount.calendar_of(turn.case.workflow, limit).code != _code(limit):
                yield limit, times


def differs(end: datetime, other: datetime) -> bool:
    """Tell whether two ends of a limit are two."""
    return abs(end - other) >= _LEAST


def _moves(limit: CaseClock, times: Times) -> bool:
    return differs(times.due, limit.due_at)


def _code(limit: CaseClock) -> str:
    return case_limits.calendar_named(limit.calendar).code
