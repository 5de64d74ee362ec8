"""How far what departments ask for may go: extensions, deferrals, returns, by figures of county and class.

Covered: by how much a duty officer may extend a limit; which date from above an ask would pass; how long a case has
been deferred in its round, and how often; how often and how long after signing a department may ask to be rid of it.
"""

from datetime import datetime, timedelta
from typing import Any

from app.cases.clocks import case_limits, clocks
from app.cases.clocks.clock_states import limit_of
from app.cases.models import CaseClock, CaseTask
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import LimitFigure
from app.deadlines import limits as arithmetic
from app.deadlines.limits import Limit
from workflows.case_clocks import Stage
from workflows.case_terms import AskKind, CaseAction, LimitKind

LONG = "long"  # in what an extension asks for: it lies beyond what the duty officer may grant


def setting(name: str) -> int:
    """Return a figure of the county."""
    return catalogue_queries.catalogue().setting(name)


def extension_end(whole: Whole, running: CaseClock) -> datetime:
    """Return until when a duty officer may extend a limit: by what the class presets, else by the county's share."""
    rules, limit = case_limits.class_of(whole.case), LimitFigure(LimitKind.of(running.kind), limit_of(running), "")
    figure = catalogue_queries.catalogue().extension(rules, limit, whole.case.urgent)
    return arithmetic.due(
        running.due_at, Limit(figure.amount, figure.kind), case_limits.calendar_named(running.calendar)
    )


def is_long(whole: Whole, task: CaseTask) -> bool:
    """Tell whether an extension that is asked for was too long for the duty officer when it was asked.

    Of one that was asked under an older version, whether it is now.
    """
    data = task.ask_data or {}
    if task.ask != AskKind.EXTENSION or LONG in data:
        return task.ask == AskKind.EXTENSION and bool(data[LONG])
    until, running = end_of_ask(task), clocks.of_task(whole, Stage.HANDLE, task)
    return until is not None and running is not None and until > extension_end(whole, running)


def end_of_ask(task: CaseTask) -> datetime | None:
    """Return until when a task asks for time, None where it asks for something else."""
    data: dict[str, Any] = task.ask_data or {}
    text = data.get("due_at") if task.ask == AskKind.EXTENSION else data.get("review_at")
    return datetime.fromisoformat(text) if text and task.ask else None


def passes_date_above(whole: Whole, task: CaseTask) -> bool:
    """Tell whether what a task asks for lies after a date that a superior, or a hand-down, has set."""
    until, ceiling = end_of_ask(task), case_limits.cap_of(whole)
    return until is not None and ceiling is not None and until > ceiling


def deferrals(whole: Whole) -> int:
    """Return how often the case was deferred in this round."""
    return sum(step.action == CaseAction.GRANT_DEFERRAL and step.round == whole.case.round for step in whole.past)


def deferred_for(whole: Whole, now: datetime) -> timedelta:
    """Return how long the case has stood deferred in this round, until now."""
    resuming, since, total = procedure_of(whole.case.workflow).resuming_steps, None, timedelta()
    for step in whole.past:
        if step.round != whole.case.round:
            continue
        if step.action == CaseAction.GRANT_DEFERRAL:
            since = since or step.counts_at
        elif since is not None and step.action in resuming:
            total, since = total + max(step.counts_at - since, timedelta()), None
    return total + (max(now - since, timedelta()) if since else timedelta())


def returns_left(whole: Whole, task: CaseTask) -> bool:
    """Tell whether the department of a task may ask once more to be rid of this case."""
    own = {task.department, task.contractor} - {None}
    times = sum(step.action == CaseAction.ASK_RETURN and step.on_behalf_of in own for step in whole.past)
    return times < setting("returns_most")


def signed_long_ago(task: CaseTask, now: datetime) -> bool:
    """Tell whether more hours have passed since a task was signed for than the county lets pass before a return."""
    return task.signed_at is not None and now - task.signed_at > timedelta(hours=setting("return_hours"))
