"""Carry out the milestones (节点) of a filing condition: clocks of the lead's task beside its handle clock.

They begin with the handling, urge, and are judged apart. Whatever stops those that were not reached, they are late if
their time was over, else without a result. What a department has reached in a round it need not reach again when the
case comes back to it.
"""

from collections.abc import Mapping

from app.cases.clocks import case_limits, clocks, urgency
from app.cases.clocks.answerable import Answerable
from app.cases.models import CaseClock, CaseTask
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.errors import Invalid
from app.deadlines.limits import Limit
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction, ClockResult, LimitKind, TaskPart
from workflows.words import Words

_ORDER = (ClockResult.IN_TIME, ClockResult.LATE, ClockResult.NONE)


def start(turn: Turn, task: CaseTask, handling: CaseClock | None) -> None:
    """Start the milestones of the case's condition from the start of handling; of the lead's first work alone."""
    rules = case_limits.class_of(turn.case)
    condition = rules.condition(turn.case.condition) if rules else None
    if condition is None or task.part != TaskPart.LEAD or task.reworks or handling is None:
        return
    for number, milestone in enumerate(condition.milestones, 1):
        who = Answerable.department(task.department or "")
        owner = f"{who}#{number}"
        before = [one for one in turn.clocks if one.owner == owner and one.round == turn.case.round]
        if any(is_reached(turn, one) and one.text == milestone.text for one in before):  # and not what it was before
            continue
        limit = ordinary = Limit(milestone.limit.amount, LimitKind.of(milestone.limit.kind))
        if turn.case.urgent and limit.kind is LimitKind.WORK_MINUTES:
            limit = Limit(limit.amount, LimitKind.URGENT_MINUTES)
        clock = clocks.start(turn, Stage.MILESTONE, who, task=task, limit=limit, at=handling.started_at, owner=owner)
        if clock is not None:
            clock.milestone, clock.text, clock.paused_at = number, milestone.text, handling.paused_at
            if limit != ordinary and clock.ordinary_limit is None:
                urgency.keep(clock, ordinary)  # no stage says it: it has to be there when the case is urgent no more
            clocks.compute_anew(turn, Stage.MILESTONE)  # of one that begins anew, through the pauses since


def is_reached(whole: Whole, clock: CaseClock) -> bool:
    """Tell whether somebody said that a milestone was reached, in time or late: its row says so.

    Rows that an older version stopped do not: there a step of that moment stopped the clock. Late are also those that a
    department leaves behind, or had not reached when it finished. Where that was at the very moment of such a step, it
    is not counted for more clocks than there were steps, those with a better result first.
    """
    if clock.milestone is None or clock.stopped_at is None:
        return False
    if clock.reached is not None:
        return clock.reached
    at = clock.stopped_at
    steps = sum(one.action == CaseAction.MILESTONE and one.counts_at == at for one in whole.past)
    stopped = [one for one in whole.clocks if one.milestone is not None and one.stopped_at == at]
    return clock in sorted(stopped, key=lambda one: (_ORDER.index(ClockResult.of(one.result or "")), one.clock))[:steps]


def unreached(whole: Whole, *tasks: int) -> list[CaseClock]:
    """Return the milestones that run or stand still, of these tasks or all."""
    running = whole.running(Stage.MILESTONE)
    return [clock for clock in running if not tasks or clock.task in tasks]


def stop(turn: Turn, task: CaseTask) -> None:
    """Stop what was not reached when the work is done."""
    for clock in unreached(turn, task.task):
        clocks.halt(turn, clock, judged=False)


def follow(turn: Turn, class_code: str | None, condition: str | None) -> None:
    """Put the milestones of the class and condition as corrected in the place of those before, if they are others."""
    if (class_code, condition) == (turn.case.class_code, turn.case.condition):
        return
    former = unreached(turn)
    lead = turn.lead_task()
    handling = clocks.of_task(turn, Stage.HANDLE, lead) if lead is not None else None
    for clock in former:
        clocks.halt(turn, clock, judged=False)
    if lead is not None:
        start(turn, lead, handling)


def reach(turn: Turn) -> None:
    """Say that a milestone was reached: its clock stops, in time or late."""
    task = turn.task.task if turn.task else 0
    clock = next((one for one in unreached(turn, task) if one.milestone == turn.data["n"]), None)
    if clock is None:
        raise Invalid.at(
            "data.n", Words("请选择一个还没有完成的节点。", "Choose a milestone that has not been reached yet.")
        )
    clocks.halt(turn, clock)
    clock.reached = True


RULES: Mapping[CaseAction, Rule[Prepared]] = {CaseAction.MILESTONE: Rule(reach)}
