"""Deferrals (挂账): work that season or conditions forbid, the day on which it is looked at again, and its clock."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import uuid5

from app.cases import service as cases
from app.cases.acts import ask_bounds
from app.cases.clocks import case_limits, clocks
from app.cases.clocks.answerable import Answerable
from app.cases.errors import MoveNotAllowed
from app.cases.events import CaseStepped
from app.cases.models import CaseTask
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.core import clock
from app.core.errors import Invalid
from app.deadlines import limits as arithmetic
from app.deadlines.limits import Limit
from app.dispatch import asks, consents
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import AskKind, CaseAction, CaseState, LimitKind
from workflows.procedure import EngineStep
from workflows.words import Words

_NOT_AFTER = Words("复查日期应在今天之后。", "The day of review must lie after today.")
_TOO_LONG = Words(
    "挂账累计不得超过 {} 天，最迟可挂到 {}。", "All deferrals together last {} days at most: {} is the last day left."
)
_NOT_DUE = Words("未到挂账复查时间，或已提醒过。", "It is not yet to be looked at again, or was found due before.")
_USED_UP = Words(
    "挂账累计已满 {} 天，不能再挂：请恢复处置，或由派遣员收回改派、中心领导决定。",
    "It was deferred for {} days, and no more is left: go on with it, or let the dispatcher or the leader decide.",
)


def ask_deferral(turn: Turn) -> None:
    """Ask to put the case off until a day of review, or to put it off again."""
    hour = time(ask_bounds.setting("deferral_review_hour"))
    review_at = datetime.combine(turn.data["review_on"], hour, clock.LOCAL).astimezone(UTC)
    if review_at <= turn.now or (turn.case.review_at is not None and review_at <= turn.case.review_at):
        raise Invalid.at("data.review_on", _NOT_AFTER)
    _within_the_most(turn, review_at)
    asks.ask(turn, AskKind.DEFERRAL, {"review_at": review_at.isoformat(), "reason": turn.data["reason"]})


def _within_the_most(turn: Turn, review_at: datetime) -> None:
    most = ask_bounds.setting("deferral_days_most")
    left = timedelta(days=most) - ask_bounds.deferred_for(turn, turn.now)
    if review_at - turn.now > left:
        last = clock.local(turn.now + left).date()
        used_up = last <= clock.local(turn.now).date()
        raise Invalid.at("data.review_on", _USED_UP.format(most) if used_up else _TOO_LONG.format(most, last))


def grant_deferral(turn: Turn) -> None:
    """Put the case off, or off again; its clocks pause with the state, and the clock of its review runs."""
    task = asks.decided(turn)
    review_at = ask_bounds.end_of_ask(task)
    if review_at is None:  # the guard has seen to it
        return
    consents.take(turn, review_at)
    turn.case.review_at = review_at
    clocks.stop(turn, Stage.REVIEW)  # it was looked at again
    asks.settled(turn, task)
    _start_review(turn, task, review_at)


def _start_review(turn: Turn, task: CaseTask, review_at: datetime) -> None:
    """Let the clock warn on the day of review, and end the county's work days after it."""
    limit = Limit(max(1, ask_bounds.setting("deferral_review_days")), LimitKind.WORK_DAYS)
    running = clocks.start(turn, Stage.REVIEW, Answerable.department(task.department or ""), task=task, limit=limit)
    if running is not None:
        running.warn_at = review_at
        running.due_at = arithmetic.due(review_at, limit, case_limits.calendar_named(running.calendar))


def prepare_review(turn: Turn) -> None:
    """Refuse the sweep's step where the deferral has come to its day before, or not yet."""
    if turn.case.review_at is None or turn.case.review_at > turn.now or _has_come(turn):
        raise MoveNotAllowed(turn.case.case_id, _NOT_DUE, reason="review_not_due")


def review_due(turn: Turn) -> None:
    """Start the clock of a review that an older version has left without one: no other would ever end it."""
    task = turn.lead_task()
    if not turn.running(Stage.REVIEW) and task is not None:
        _start_review(turn, task, turn.counts_at)
        for running in turn.running(Stage.REVIEW):
            running.warned = True  # by this very step


def due_for_review(stepped: CaseStepped) -> None:
    """Let the step follow by which a deferral is to be looked at again, in the transaction that finds its day come.

    With the end of the time for that it ends: what was granted has run out, and who is silent gets no more than that.
    """
    turn = stepped.turn
    if turn.action not in (EngineStep.WARN, EngineStep.OVERDUE) or turn.case.state != CaseState.DEFERRED:
        return
    timed = next((each for each in turn.clocks if each.clock == turn.data.get("clock")), None)
    if timed is None or timed.stage != Stage.REVIEW:
        return
    op_id = turn.past[-1].op_id
    if not _has_come(turn):
        cases.then(turn, CaseAction.REVIEW_DUE, {}, uuid5(op_id, CaseAction.REVIEW_DUE))
    if timed.overdue:
        task = turn.lead_task()
        if task is not None and task.ask == AskKind.DEFERRAL:
            cases.then(turn, CaseAction.EXPIRE_ASK, {"task": task.task}, uuid5(op_id, CaseAction.EXPIRE_ASK))
        cases.then(turn, CaseAction.RESUME, {}, uuid5(op_id, CaseAction.RESUME))


def _has_come(turn: Turn) -> bool:
    """Tell whether this deferral has come to its day before: its warning said so already."""
    of_both = (CaseAction.GRANT_DEFERRAL, CaseAction.REVIEW_DUE)
    last = next((step.action for step in reversed(turn.past) if step.action in of_both), None)
    return last == CaseAction.REVIEW_DUE


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.ASK_DEFERRAL: Rule(ask_deferral),
    CaseAction.GRANT_DEFERRAL: Rule(grant_deferral, choices=consents.CHOICES),
    CaseAction.REVIEW_DUE: Rule(review_due, prepare_review),
}
