"""Find whom a message is for, from the case as it is now and the step that was taken."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseTask
from app.cases.whole import Whole
from app.core.db import db
from app.core.permissions import ScopeKind
from app.departments.queries import directory
from app.grids.levels import codes_in
from app.identity import queries as identity
from app.notices.templates import To
from workflows import case as machine
from workflows.case_clocks import Stage
from workflows.case_terms import AskKind, CaseAction, CaseState, LinkKind, TaskPart, TaskState
from workflows.case_terms import CasePermission as P

_LONGEST_CHAIN = 20  # of cases merged into cases that were merged
# who is answerable in a centre for a stage: whoever may take the step that ends it; its leaders for the whole case
_CENTRE_STEPS: Mapping[str, P] = {
    Stage.ACCEPT: P.ACCEPT,
    Stage.VERIFY: P.VERIFY,
    Stage.FILE: P.FILE,
    Stage.DISPATCH: P.DISPATCH,
    Stage.CHECK: P.ASSIGN_CHECK,
    Stage.CLOSE: P.CLOSE,
    Stage.CASE: P.FORCE_CLOSE,
}
_DESK = (P.SIGN, P.ASSIGN)
_DECIDE: Mapping[AskKind, P] = {
    AskKind.RETURN: P.DECIDE_RETURN,
    AskKind.EXTENSION: P.DECIDE_EXTENSION,
    AskKind.DEFERRAL: P.DECIDE_DEFERRAL,
}
_ASKS: Mapping[str, AskKind] = {
    CaseAction.ASK_RETURN: AskKind.RETURN,
    CaseAction.GRANT_RETURN: AskKind.RETURN,
    CaseAction.DENY_RETURN: AskKind.RETURN,
    CaseAction.ASK_EXTENSION: AskKind.EXTENSION,
    CaseAction.GRANT_EXTENSION: AskKind.EXTENSION,
    CaseAction.DENY_EXTENSION: AskKind.EXTENSION,
    CaseAction.ASK_DEFERRAL: AskKind.DEFERRAL,
    CaseAction.GRANT_DEFERRAL: AskKind.DEFERRAL,
    CaseAction.DENY_DEFERRAL: AskKind.DEFERRAL,
}


@dataclass(frozen=True)
class StepContext:
    """A step that was taken, with the case as it is now and what was said in the step."""

    whole: Whole
    step: CaseStep
    data: Mapping[str, Any]

    @property
    def case(self) -> Case:
        """Return the case."""
        return self.whole.case

    def clock(self) -> CaseClock | None:
        """Return the clock that the step names."""
        return next((each for each in self.whole.clocks if each.clock == self.data.get("clock")), None)


@dataclass(frozen=True)
class Recipient:
    """A person, and the case of theirs that the message is about."""

    person_id: UUID
    case: Case


def recipients(context: StepContext, to: To) -> list[Recipient]:
    """Return whom a message is for; nobody when the case has moved on meanwhile."""
    if to is To.REPORTERS_OF_MERGED:
        return [Recipient(case.reporter_id, case) for case in _carried(context.case) if case.reporter_id]
    return [Recipient(person_id, context.case) for person_id in dict.fromkeys(_FINDERS[to](context))]


def ask_kind(context: StepContext) -> AskKind | None:
    """Return what the step asks for or decides; for an expired request, what was asked last for its task."""
    return _ASKS.get(context.step.action) or _ASKS.get(getattr(_asking_step(context), "action", ""))


def _reporter(context: StepContext) -> list[UUID]:
    ended_otherwise = context.step.action == CaseAction.CLOSE_FIXED and context.step.state_to != CaseState.CLOSED
    return [context.case.reporter_id] if context.case.reporter_id and not ended_otherwise else []


def _carried(case: Case) -> Sequence[Case]:
    """Return the cases that were merged into one that has ended, and those merged into them."""
    if case.state not in machine.ENDS:
        return ()
    merged_cases: list[Case] = []
    carriers = [case.case_id]
    for _ in range(_LONGEST_CHAIN):
        merged = select(CaseLink.case_id).where(
            CaseLink.other.in_(carriers), CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None)
        )
        cases = db.session.scalars(select(Case).where(Case.case_id.in_(merged)).order_by(Case.case_id)).all()
        merged_cases += cases
        carriers = [each.case_id for each in cases]
        if not carriers:
            break
    return merged_cases


def _answerable(context: StepContext) -> list[UUID]:
    named = context.clock()
    if "clock" in context.data:
        return _of_clocks(context, [named] if named and named.stopped_at is None else [])
    return _of_clocks(context, [each for each in context.whole.running() if each.stage != Stage.CASE])


def _of_clocks(context: StepContext, clocks: Iterable[CaseClock]) -> list[UUID]:
    people: list[UUID] = []
    for each in clocks:
        who = Answerable.read(each.answerable)
        if who.kind is AnswerableKind.PERSON:
            people.append(UUID(who.code))
        elif who.kind is AnswerableKind.CENTRE:
            closing = context.case.handed_down_by if each.stage == Stage.CLOSE else None
            people += _at_centre(_CENTRE_STEPS[each.stage], closing or who.code)
        else:
            task = context.whole.task_numbered(each.task) if each.task else None
            people += [*_desk([who.code]), *([task.handler_id] if task and task.handler_id else [])]
    return people


def _leaders(context: StepContext) -> list[UUID]:
    working = {task.department for task in context.whole.live_tasks() if task.department}
    of_departments = identity.holders_in(ScopeKind.DEPARTMENT, sorted(working), P.ASK_SECOND_EXTENSION)
    return [*_at_centre(P.FORCE_CLOSE, context.case.centre), *(one for one, _ in of_departments)]


def _verifier(context: StepContext) -> list[UUID]:
    return [task.handler_id for task in context.whole.live_tasks(TaskPart.VERIFY) if task.handler_id]


def _checker(context: StepContext) -> list[UUID]:
    came = context.step.state_to == CaseState.HANDLED and context.step.state_from != CaseState.HANDLED
    if not came and context.step.action != CaseAction.ASSIGN_CHECK:
        return []
    return [task.handler_id for task in context.whole.live_tasks(TaskPart.CHECK) if task.handler_id]


def _sent(context: StepContext) -> list[UUID]:
    sent = [task for task in context.whole.live_tasks() if _was_sent(task, context.step)]
    return _desk(sorted({task.department for task in sent if task.department}))


def _was_sent(task: CaseTask, step: CaseStep) -> bool:
    return task.state == TaskState.SENT and task.sent_at == step.counts_at


def _assigned(context: StepContext) -> list[UUID]:
    contractor = directory().find(str(context.data.get("contractor") or ""))
    to_contractor = [one for one, _ in _doers([contractor.code])] if contractor else []
    return [*([UUID(context.data["handler"])] if context.data.get("handler") else []), *to_contractor]


def _copied(context: StepContext) -> list[UUID]:
    departments = (directory().find(str(word)) for word in context.data.get("to") or ())
    return _desk(sorted({department.code for department in departments if department}))


def _deciders(context: StepContext) -> list[UUID]:
    kind = ask_kind(context)
    pending = [task for task in context.whole.standing_tasks() if task.ask == kind]
    if not pending or kind is None:
        return []
    again = kind == AskKind.EXTENSION and all(task.extensions for task in pending)
    return _at_centre(P.DECIDE_SECOND_EXTENSION if again else _DECIDE[kind], context.case.centre)


def _asker(context: StepContext) -> list[UUID]:
    step = _asking_step(context)
    return [step.actor_id] if step is not None and step.actor_id else []


def _asking_step(context: StepContext) -> Any:
    """Return the latest request of the kind decided, or of any kind, that was made before the step."""
    kind = _ASKS.get(context.step.action)
    wanted = {action for action in machine.ASK_ACTIONS if kind is None or _ASKS[action] == kind}
    return next(
        (past for past in reversed(context.whole.past) if past.seq < context.step.seq and past.action in wanted), None
    )


def _reopeners(context: StepContext) -> list[UUID]:
    if context.data.get("solved") is not False or not context.case.reopen_wanted:
        return []
    over_the_grid = identity.holders_in(ScopeKind.GRID, codes_in(context.case.grid_path), P.REOPEN)
    closing = context.case.handed_down_by or context.case.centre
    return [*(one for one, _ in over_the_grid), *_at_centre(P.REOPEN, closing)]


def _at_centre(permission: P, code: str) -> list[UUID]:
    return [one for one, _ in identity.holders_in(ScopeKind.CENTRE, [code], permission)]


def _desk(codes: Sequence[str]) -> list[UUID]:
    """Return the people at the desks of departments; where a department has no desk, all who sign for it."""
    at_desks = identity.holders_in(ScopeKind.DEPARTMENT, codes, *_DESK)
    without = sorted(set(codes) - {code for _, code in at_desks})
    return [one for one, _ in (*at_desks, *identity.holders_in(ScopeKind.DEPARTMENT, without, _DESK[0]))]


def _doers(codes: Sequence[str]) -> Sequence[tuple[UUID, str]]:
    return identity.holders_in(ScopeKind.DEPARTMENT, codes, P.FINISH)


_FINDERS: Mapping[To, Callable[[StepContext], list[UUID]]] = {
    To.REPORTER: _reporter,
    To.ANSWERABLE: _answerable,
    To.LEADERS: _leaders,
    To.VERIFIER: _verifier,
    To.CHECKER: _checker,
    To.SENT: _sent,
    To.ASSIGNED: _assigned,
    To.COPIED: _copied,
    To.DECIDERS: _deciders,
    To.ASKER: _asker,
    To.REOPENERS: _reopeners,
}
