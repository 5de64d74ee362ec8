"""Find the earlier runs of a stage that is entered again: it goes on with what was left of its time.

A stage has its time once per round and per whoever answers: a centre, or a department that leads or assists; a new one
has its own. Of what a person was named for the centre answers, which names another as it likes. What is done again
after a failed check has a time of its own, which only urges. What has a number of its own has its time once, whatever
the round and whoever answers.
"""

from datetime import datetime
from itertools import pairwise

from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.models import CaseClock
from app.cases.protocol import procedure_of
from app.cases.whole import Whole
from workflows.procedure import ClockRule

Interval = tuple[datetime, datetime]
_WHOLE = "case"  # the time of the whole case is nobody's: it runs on through every centre
_NUMBERED = "own:"


def numbered(name: str, n: int) -> str:
    """Return the owner of the time of something that has a number of its own."""
    return f"{_NUMBERED}{name}:{n}"


def _is_numbered(clock: CaseClock) -> bool:
    return clock.owner is not None and clock.owner.startswith(_NUMBERED)


def owner(whole: Whole, rule: ClockRule, answerable: Answerable, task: int | None) -> str:
    """Return whose time a clock counts; of those who are called beside the work each call has its own."""
    if rule.of_case:
        return _WHOLE
    if rule.beside and task is not None:
        return f"task:{task}"
    if answerable.kind is AnswerableKind.PERSON:
        return str(Answerable.centre(whole.case.centre))
    owed = whole.task_numbered(task) if task is not None else None
    return f"{answerable}/{owed.part}" if owed else str(answerable)


def earlier(whole: Whole, clock: CaseClock) -> list[CaseClock]:
    """Return the runs whose time a clock goes on with, the first one first; none for those of an older version."""
    number, stage = clock.clock, clock.stage
    before = [one for one in whole.clocks if one.clock < number and one.stage == stage]
    if not before or clock.urging_only or clock.owner is None:
        return []
    if procedure_of(whole.case.workflow).clocks[stage].fixed and not _is_numbered(clock):
        return []
    return [one for one in before if _is_run_of(whole, one, clock)]


def _is_run_of(whole: Whole, one: CaseClock, clock: CaseClock) -> bool:
    if one.urging_only or (one.round != clock.round and not _is_numbered(clock)):
        return False
    if one.stopped_at is None or one.stopped_at > clock.started_at:
        return False
    if one.owner is not None:
        return one.owner == clock.owner
    rule, answerable = procedure_of(whole.case.workflow).clocks[one.stage], Answerable.read(one.answerable)
    if answerable.kind is AnswerableKind.PERSON:  # an older version did not say of which centre
        return clock.owner != _WHOLE
    return owner(whole, rule, answerable, one.task) == clock.owner


def gaps(line: list[CaseClock]) -> list[Interval]:
    """Return when, between its runs, a stage did not run; runs may have lain beside each other."""
    between: list[Interval] = []
    ran_until = line[0].started_at
    for one, then in pairwise(line):
        ran_until = max(ran_until, one.stopped_at or ran_until)
        if ran_until < then.started_at:
            between.append((ran_until, then.started_at))
    return between


def united(intervals: list[Interval], since: datetime) -> list[Interval]:
    """Return intervals from some moment on, in order, those that touch as one."""
    apart: list[Interval] = []
    for begin, end in sorted(each for each in intervals if each[0] >= since):
        if apart and begin <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((begin, end))
    return apart
