"""Turn a case and whoever acts on it into the plain facts that the machine's guards look at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.cases import case_tickets, centres
from app.cases.acts import ask_bounds, milestones, separation
from app.cases.clocks import case_limits, clocks
from app.cases.confidentiality import is_confidential
from app.cases.models import CaseTask
from app.cases.whole import Whole
from app.core.permissions import Permission, Person
from app.grids import queries as grids
from workflows import case as machine
from workflows.case_clocks import Stage
from workflows.case_facts import (
    OPEN_TASK_STATES,
    OWN_SOURCES,
    ActorFacts,
    CandidateFault,
    CaseFacts,
    ClassFacts,
    CourseFacts,
    HandlerFault,
    Prepared,
)
from workflows.case_terms import (
    AskKind,
    CaseAction,
    CasePermission,
    CaseSource,
    CaseState,
    CheckKind,
    Finding,
    TaskPart,
    TaskState,
)
from workflows.task_facts import TaskFacts

_NOTHING = Prepared()
_OF_GRIDS = frozenset({Permission.CASE_REPORT_AS_AUXILIARY, Permission.CASE_REPORT_AS_WORKER})


def facts(whole: Whole, person: Person, task: CaseTask | None, prepared: Prepared | None) -> CaseFacts:
    """Return what guards may know about this person, this case, the task acted on and what the rule has prepared."""
    of_case = (_course(whole), _class(whole), case_tickets.facts(whole))
    actor = replace(_actor(whole, person), serves_grids=_serves_grids(person, prepared or _NOTHING))
    known = (actor, *of_case, _task(whole, person, task), prepared or _NOTHING)
    return CaseFacts(**{name: fact for each in known for name, fact in vars(each).items()})


def _actor(whole: Whole, person: Person) -> ActorFacts:
    mine = {step.action for step in whole.past if step.actor_id == person.person_id and not person.is_system}
    return ActorFacts(
        actor_fixed=_fixed_by(whole, person.person_id),
        actor_sent_himself=registered_for_another(whole, person.person_id) and sender_of(whole) == person.person_id,
        actor_refused=not mine.isdisjoint(machine.REFUSE_ACTIONS),
        actor_handled=separation.took_part(whole, person),
        actor_in_task_department=separation.barred_from_round(whole, person),
        actor_checked=not mine.isdisjoint(machine.CHECK_ACTIONS),
        actor_closed=not mine.isdisjoint(machine.CLOSE_ACTIONS),
        actor_asked=not mine.isdisjoint(machine.ASK_ACTIONS),
        actor_decided=not mine.isdisjoint(machine.DECIDE_ACTIONS),
    )


def _serves_grids(person: Person, prepared: Prepared) -> bool:
    """Tell whether the person is of the grids: by a role, or by the roster, asked where all else lets them enforce."""
    if not _OF_GRIDS.isdisjoint(person.permissions):
        return True
    return prepared.power_in_force and person.person_id is not None and grids.bars_enforcing(person.person_id)


def _fixed_by(whole: Whole, person_id: UUID | None) -> bool:
    return whole.case.self_fixed and person_id is not None and whole.case.reporter_id == person_id


def registered_for_another(whole: Whole, person_id: UUID | None) -> bool:
    """Tell whether the person registered the case for another: who then verifies it is somebody else."""
    case = whole.case
    return person_id is not None and case.reporter_id == person_id and case.source not in OWN_SOURCES


def sender_of(whole: Whole) -> UUID | None:
    """Return who sent whoever verifies now, himself or another."""
    return next((step.actor_id for step in reversed(whole.past) if step.action == CaseAction.VERIFY), None)


def handled_for(whole: Whole, person: Person) -> set[str | None]:
    """Return the departments for which, or for whose contractors, the person took a handling step in this case."""
    served = {
        step.on_behalf_of
        for step in whole.past
        if step.actor_id == person.person_id and machine.is_handling(step.action, step.on_behalf_of)
    }
    return served | {task.department for task in whole.tasks if task.contractor in served - {None}}


def _sent_to(whole: Whole, person: Person, department: str | None) -> bool:
    """Tell whether the person ever sent this department a task of this case, in whatever round and part.

    Who was called to the spot was sent nothing to handle.
    """
    theirs = (task for task in whole.tasks if task.department == department and task.part != TaskPart.CALLED)
    return person.person_id is not None and any(_sent_by(whole, task) == person.person_id for task in theirs)


def _sent_by(whole: Whole, task: CaseTask) -> UUID | None:
    """Return who dispatched a task; of one that an older version has sent, the steps know."""
    sending = (CaseAction.DISPATCH, CaseAction.ADD_ASSIST, CaseAction.GRANT_ASSIST)
    older = (step.actor_id for step in whole.past if step.action in sending and step.counts_at == task.sent_at)
    return task.sent_by or next(older, None)


def _course(whole: Whole) -> CourseFacts:
    case = whole.case
    return CourseFacts(
        source=CaseSource.of(case.source),
        self_fixed=case.self_fixed,
        danger_kept=case.danger_remains,
        finding=Finding.of(case.finding) if case.finding else None,
        ever_filed=case.filed_at is not None,
        urgent=case.urgent,
        merged_from=CaseState.of(case.merged_from) if case.merged_from else None,
        photos_awaited=whole.photos_awaited,
        enforcement_open=whole.enforcement_open,
        upper_centre_exists=centres.upper_centre(case) is not None,
        lower_centre_exists=bool(centres.lower_centres(case)),
        handed_down=case.handed_down_by is not None,
        sub_open=bool(whole.live_tasks(TaskPart.SUB)),
        was_whistled=any(task.part == TaskPart.CALLED for task in whole.tasks),
        verifier_named=any(task.handler_id for task in whole.live_tasks(TaskPart.VERIFY)),
    )


def _class(whole: Whole) -> ClassFacts:
    case = whole.case
    rules = case_limits.class_of(case)
    return ClassFacts(
        class_allows_self_fix=bool(rules and rules.self_fix),
        class_asks_verify=bool(rules and rules.verify),
        class_auto_dispatches=bool(rules and rules.auto_dispatch),
        check_kind=check_kind(whole),
        confidential=is_confidential(case),
        reopen_window_open=case.closed_at is None
        or whole.moment() - case.closed_at <= timedelta(days=case_limits.reopen_days(case)),
    )


def _task(whole: Whole, person: Person, task: CaseTask | None) -> TaskFacts:
    standing = whole.standing_tasks()
    lead_done = any(each.state == TaskState.DONE for each in standing if each.part == TaskPart.LEAD)
    assisting_open = sum(each.state in OPEN_TASK_STATES for each in standing if each.part == TaskPart.ASSIST)
    if task is None or task.department is None:
        return TaskFacts(lead_done=lead_done, assisting_open=assisting_open)
    running = clocks.of_task(whole, Stage.HANDLE, task)
    return TaskFacts(
        lead_done=lead_done,
        assisting_open=assisting_open,
        milestones_open=len(milestones.unreached(whole, task.task)),
        task_part=TaskPart.of(task.part),
        task_state=TaskState.of(task.state),
        pending_ask=None if _lapsed(whole, task) and not person.is_system else _ask_of(task),
        extensions_granted=task.extensions,
        extension_is_long=ask_bounds.is_long(whole, task),
        deferrals_granted=ask_bounds.deferrals(whole),
        date_above_passed=ask_bounds.passes_date_above(whole, task),
        returns_left=ask_bounds.returns_left(whole, task),
        return_too_late=ask_bounds.signed_long_ago(task, whole.moment()),
        actor_sent_task=task.part != TaskPart.CALLED and _sent_to(whole, person, task.department),
        actor_in_this_department=separation.barred_from_task(whole, person, task),
        actor_handled_task=not handled_for(whole, person).isdisjoint({task.department, task.contractor} - {None}),
        after_due=running is not None and running.paused_at is None and running.due_at < whole.moment(),
    )


def _ask_of(task: CaseTask) -> AskKind | None:
    return AskKind.of(task.ask) if task.ask else None


def _lapsed(whole: Whole, task: CaseTask) -> bool:
    """Tell whether an ask is denied by the time that has passed, though the timer has not said so yet."""
    return task.ask_until is not None and task.ask_until <= whole.moment()


def tasks_to_consider(whole: Whole, person: Person, data: Mapping[str, Any]) -> list[CaseTask | None]:
    """Return the tasks a step may be about: the one named, else the person's departments' and those with an ask."""
    if data.get("task") is not None:
        return [whole.task_numbered(data["task"])]
    standing, codes = whole.standing_tasks(), person.departments()
    part = whole.task_numbered(data["sub"]) if data.get("sub") is not None else None
    if part is not None and part.parent is not None and codes & {part.department, part.contractor}:
        return [whole.task_numbered(part.parent)]  # whoever does a part of it works on that task
    own: list[CaseTask | None] = [task for task in standing if codes & {task.department, task.contractor}]
    return own + [task for task in standing if task.ask and task not in own] or [None]


def checker_fault(whole: Whole, person: Person) -> CandidateFault | None:
    """Tell why somebody may not check: took a handling step, holds a handling role, or decided on the closing."""
    known = _actor(whole, person)
    if known.actor_handled or known.actor_fixed:
        return CandidateFault.HANDLED
    if known.actor_in_task_department:
        return CandidateFault.DEPARTMENT
    return CandidateFault.CLOSED if known.actor_closed else None


def handler_fault(whole: Whole, person: Person, task: CaseTask) -> HandlerFault | None:
    """Tell why somebody may not do a task: cannot finish it, has checked the case, or ever sent its department one."""
    if not {task.department, task.contractor} & person.departments(CasePermission.FINISH):
        return HandlerFault.NO_FINISH
    if _actor(whole, person).actor_checked:
        return HandlerFault.CHECKED
    return HandlerFault.DISPATCHED if _sent_to(whole, person, task.department) else None


def check_kind(whole: Whole) -> CheckKind:
    """Return how the class of a case wants its result checked."""
    rules = case_limits.class_of(whole.case)
    return rules.check if rules else CheckKind.ON_SPOT


def named_checker(whole: Whole) -> UUID | None:
    """Return whoever is named to check now."""
    return next((task.handler_id for task in whole.live_tasks(TaskPart.CHECK)), None)
