"""Name another to verify or check when whoever was named can do it no longer, by a step of the system.

An account was closed, a role or a duty on the roster ended, an absence has begun; or another class is looked at in
another way, or read by others. An act that the former had taken on a
phone before that counts, as long as nobody has gone on from there: the task goes back to them first.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.cases import timeline
from app.cases.acts import nominees, tasks
from app.cases.errors import MoveNotAllowed
from app.cases.models import CaseTask
from app.cases.turn import Turn
from app.cases.whole import PastStep, Whole
from app.identity import queries as identity
from workflows.case_terms import CaseAction, Relation, SuccessionReason, TaskPart, TaskState
from workflows.engine import Move
from workflows.words import Words

ACTION = CaseAction.NAME_ANEW
PARTS: Mapping[str, TaskPart] = {
    Relation.NAMED_VERIFIER: TaskPart.VERIFY,
    Relation.NAMED_CHECKER: TaskPart.CHECK,
}
_STILL_NAMED = Words("指定的人员仍可办理，无需改派。", "Whoever was named can still do it.")


def prepare(turn: Turn) -> None:
    """Find out why, and who instead; refuse when whoever was named can still do it, or is found again."""
    part = TaskPart.of(turn.data["part"])
    task = next((one for one in turn.live_tasks(part) if one.handler_id), None)
    if "person" in turn.data:  # it goes back to whoever did it in time
        turn.data |= {"former": task.handler_id if task else None}
        return
    by_class = turn.data.get("why") == SuccessionReason.CLASS_CHANGED
    why = (_unfit_for_class(turn, task) if by_class else reason(turn, task)) if task else None
    successor = nominees.name(turn, part) if why else None
    if task is None or why is None or successor == task.handler_id:
        raise MoveNotAllowed(turn.case.case_id, _STILL_NAMED, reason="still_named")
    turn.data |= {"person": successor, "former": task.handler_id, "why": why}


def name(turn: Turn) -> None:
    """Name the successor; nobody else's view of the case is made stale by that."""
    before = turn.turned
    tasks.name_instead(turn, TaskPart.of(turn.data["part"]), turn.data["person"])
    turn.turned = before


def reason(whole: Whole, task: CaseTask) -> SuccessionReason | None:
    """Tell why whoever is named in a task can do it no longer; None while they can."""
    person_id, part = task.handler_id, TaskPart.of(task.part)
    if person_id is None:
        return None
    known = identity.people([person_id])
    if not known:
        return SuccessionReason.ACCOUNT_CLOSED
    if not identity.present([person_id]):
        return SuccessionReason.ABSENT
    then = task.sent_at
    if not nominees.holds(whole, known[0], part):
        corrected = any(step.action == CaseAction.CORRECT and step.counts_at >= then for step in whole.past)
        return SuccessionReason.CLASS_CHANGED if corrected else SuccessionReason.ROLE_ENDED
    if _left(person_id, nominees.roster_order(whole, part, then), nominees.roster_order(whole, part)):
        return SuccessionReason.DUTY_ENDED
    left = _left(person_id, nominees.order(whole, part, then), nominees.order(whole, part))
    return SuccessionReason.ROLE_ENDED if left else None


def unfit_for_class(turn: Turn) -> Iterator[TaskPart]:
    """Yield for which parts whoever is named may not be so any more, under the class that a case has now."""
    for task in turn.live_tasks(TaskPart.VERIFY, TaskPart.CHECK):
        if _unfit_for_class(turn, task):
            yield TaskPart.of(task.part)


def _unfit_for_class(whole: Whole, task: CaseTask) -> SuccessionReason | None:
    people = identity.people([task.handler_id]) if task.handler_id else []
    part = TaskPart.of(task.part)
    fits = all(nominees.holds(whole, one, part) and nominees.may_read(whole, one) for one in people)
    return None if fits else SuccessionReason.CLASS_CHANGED


def _left(person_id: UUID, then: Collection[UUID], now: Collection[UUID]) -> bool:
    return person_id in then and person_id not in now


def restored(
    whole: Whole, person_id: UUID | None, moves: Collection[Move], counts_at: datetime
) -> dict[str, Any] | None:
    """Return the data of the step that gives a task back to a former who acted before another was named; else None.

    An act counts by a time that lies before only where nobody has gone on since.
    """
    parts = _parts(moves)
    for step in reversed(whole.past if parts else ()):
        data = _succession(whole, step, person_id, parts) if counts_at < step.counts_at else None
        if data:
            return {"part": data["part"], "person": person_id, "why": SuccessionReason.DONE_BEFORE}
    return None


def was_named(whole: Whole, person_id: UUID | None, moves: Collection[Move]) -> bool:
    """Tell whether another was named in the place of this person for what these moves do, or they were called back.

    Whoever does so by hand names nobody anew: that their task was stopped says it.
    """
    parts = _parts(moves)
    if not parts or any(task.handler_id == person_id for task in whole.live_tasks(*parts)):
        return False
    stopped = (task for task in whole.tasks if task.part in parts and task.state == TaskState.STOPPED)
    return any(task.handler_id == person_id for task in stopped) or any(
        _succession(whole, step, person_id, parts) for step in whole.past
    )


def _parts(moves: Collection[Move]) -> set[TaskPart]:
    return {PARTS[move.relation] for move in moves if move.relation and move.relation in PARTS}


def _succession(
    whole: Whole, step: PastStep, person_id: UUID | None, parts: Collection[TaskPart]
) -> dict[str, Any] | None:
    if step.action != ACTION:
        return None
    data = timeline.data_of(whole.case, step.seq)
    return data if data.get("former") == str(person_id) and data.get("part") in parts else None
