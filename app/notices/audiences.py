"""Find whom a message is for, from the case as it is now and the step that was taken."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases.clocks import case_limits, escalations
from app.cases.clocks.answerable import Answerable, AnswerableKind
from app.cases.models import Case, CaseClock, CaseLink, CaseTask
from app.cases.own_tables import SUPERVISIONS
from app.cases.protocol import table_of
from app.cases.timeline import CHANGED
from app.cases.whole import PastStep
from app.catalogue.lookups import department_of
from app.core.db import db
from app.core.permissions import SYSTEM, ScopeKind
from app.departments.queries import directory
from app.duty import queries as duty
from app.grids.levels import Level, codes_in
from app.grids.queries import grid_tree
from app.identity import queries as identity
from app.notices import notice_rules
from app.notices.step_context import StepContext
from workflows.case_terms import ClockResult, LinkKind, Relation, TaskState
from workflows.engine import Move
from workflows.notices import Template, To
from workflows.procedure import Ask, EngineStep

_LONGEST_CHAIN = 20  # of cases merged into cases that were merged


@dataclass(frozen=True)
class Recipient:
    """A person, and the case of theirs that the message is about."""

    person_id: UUID
    case: Case


def recipients(context: StepContext, template: Template) -> list[Recipient]:
    """Return whom a message is for; nobody when the case has moved on meanwhile."""
    sets, changed = template.sets, context.data.get(CHANGED, {})
    if (template.into is not None and not context.enters(template.into)) or (sets and changed.get(sets[0]) != sets[1]):
        return []
    if template.to is To.REPORTERS_OF_MERGED:
        return [Recipient(case.reporter_id, case) for case in _carried(context) if case.reporter_id]
    return [Recipient(one, context.case) for one in dict.fromkeys(_FINDERS[template.to](context, template))]


def ask_of(context: StepContext) -> Ask | None:
    """Return what the step asks for or decides; for an expired request, what was asked last for its task."""
    own = context.procedure.ask_of(context.step.action)
    return own or (context.procedure.ask_of(context.asking.action) if context.asking else None)


def _reporter(context: StepContext, _: Template) -> list[UUID]:
    return [context.case.reporter_id] if context.case.reporter_id else []


def _carried(context: StepContext) -> Sequence[Case]:
    """Return the cases that were merged into one that has ended, and those merged into them."""
    if context.case.state not in context.procedure.ends:
        return ()
    merged_cases: list[Case] = []
    carriers = [context.case.case_id]
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


def _answerable(context: StepContext, _: Template) -> list[UUID]:
    named = context.clock()
    has_ended_it = "roles" in context.data and context.step.action != EngineStep.RAISE_LATE
    if "clock" in context.data and not has_ended_it:
        return _of_clocks(context, [named] if named and named.stopped_at is None else [])
    rules = context.procedure.clocks
    return _of_clocks(context, [each for each in context.whole.running() if not rules[each.stage].of_case])


def _of_clocks(context: StepContext, clocks: Iterable[CaseClock]) -> list[UUID]:
    people: list[UUID] = []
    for each in clocks:
        who = Answerable.read(each.answerable)
        task = context.whole.task_numbered(each.task) if each.task else None
        if who.kind is AnswerableKind.PERSON:
            people += _person_or_desk(context, UUID(who.code), task)
        elif who.kind is AnswerableKind.CENTRE:
            rule = context.procedure.clocks[each.stage]
            closing = context.case.handed_down_by if rule.by_closing_centre else None
            people += _at_centre(rule.answers, closing or who.code) if rule.answers else ()
        else:
            people += [*_desk(context, [who.code]), *([task.handler_id] if task and task.handler_id else [])]
    return people


def _person_or_desk(context: StepContext, person_id: UUID, task: CaseTask | None) -> list[UUID]:
    """Return a person; where the account is closed, the desk of the department for which the person did the task."""
    department = task.department if task else None
    return _desk(context, [department]) if department and not identity.people([person_id]) else [person_id]


def _doing_part(context: StepContext, template: Template) -> list[UUID]:
    """Return those who do the part whose limit the step names.

    Its handler, its firm, or, since no list says who belongs to a section, all who do the department's work.
    """
    named = context.clock()
    task = context.whole.task_numbered(named.task) if named and named.task and named.stopped_at is None else None
    if task is None or task.parent is None:
        return []
    if task.handler_id is not None and task.contractor is None:
        return [task.handler_id]
    code = task.contractor or task.department
    people = [one for one, _ in _holders(ScopeKind.DEPARTMENT, [code] if code else [], template.holding)]
    return [*([task.handler_id] if task.handler_id else []), *people]


def _leaders(context: StepContext, template: Template) -> list[UUID]:
    of_centre, of_department = template.holding
    working = {task.department for task in context.whole.live_tasks() if task.department}
    of_departments = _holders(ScopeKind.DEPARTMENT, sorted(working), (of_department,))
    return [*_at_centre(of_centre, context.case.centre), *(one for one, _ in of_departments)]


def _named(context: StepContext, template: Template) -> list[UUID]:
    tasks = context.whole.live_tasks(template.part) if template.part else []
    return [task.handler_id for task in tasks if task.handler_id]


def _former(context: StepContext, _: Template) -> list[UUID]:
    return [UUID(context.data["former"])] if context.data.get("former") else []


def _namers(context: StepContext, template: Template) -> list[UUID]:
    unnamed = template.part and any(task.handler_id is None for task in context.whole.live_tasks(template.part))
    return [one for may in template.holding for one in _at_centre(may, context.case.centre)] if unnamed else []


def _on_duty(context: StepContext, template: Template) -> list[UUID]:
    """Return those on duty at the centre who hold what the message names, else all; nobody once somebody has acted."""
    holders = [one for may in template.holding for one in _at_centre(may, context.case.centre)]
    there = {one.person_id for here in duty.now([context.case.centre]) if here.now for one in here.now.people}
    return [one for one in holders if one in there] or holders if context.case.state == context.step.state_to else []


def _sent(context: StepContext, _: Template) -> list[UUID]:
    sent = [task for task in _put(context, TaskState.SENT) if task.state == TaskState.SENT]
    return _desk(context, sorted({task.department for task in sent if task.department}))


def _put(context: StepContext, state: TaskState) -> list[CaseTask]:
    """Return the tasks that the step has put into a state."""
    numbers = {number for number, values in context.set_rows().items() if values.get("state") == state}
    return [task for task in context.whole.tasks if task.task in numbers]


def _recalled(context: StepContext, template: Template) -> list[UUID]:
    back = _put(context, TaskState.STOPPED)
    contractors = sorted({task.contractor for task in back if task.contractor})
    return [
        *_desk(context, sorted({task.department for task in back if task.department})),
        *(one for one, _ in _holders(ScopeKind.DEPARTMENT, contractors, template.holding)),
        *(task.handler_id for task in back if task.handler_id),
    ]


def _centre_before(context: StepContext, template: Template) -> list[UUID]:
    moved = (data.get(CHANGED, {}).get("centre") for _, data in context.earlier(template.after))
    before = next((code for code in moved if code), context.case.centre)
    return [one for may in template.holding for one in _at_centre(may, before)] if before != context.case.centre else []


def _assigned(context: StepContext, template: Template) -> list[UUID]:
    contractor = directory().find(str(context.data.get("contractor") or ""))
    to_contractor = _holders(ScopeKind.DEPARTMENT, [contractor.code] if contractor else [], template.holding)
    return [
        *([UUID(context.data["handler"])] if context.data.get("handler") else []),
        *(one for one, _ in to_contractor),
    ]


def _graded(context: StepContext, _: Template) -> list[UUID]:
    """Return who holds the roles that the grade of risk names: at the centre, over the grid, in its departments."""
    case = context.case
    rules = case_limits.class_of(case)
    grade = rules.grade(case.colour) if rules else None
    if grade is None:
        return []
    node = grid_tree().at_level(case.grid, Level.TOWNSHIP)
    township = node.code if node else None
    departments = (department_of(word, township) for word in (grade.lead, *grade.assist))
    codes: Mapping[ScopeKind, Sequence[str]] = {
        ScopeKind.DEPARTMENT: [code for code in departments if code],
        ScopeKind.CENTRE: [case.centre],
        ScopeKind.GRID: codes_in(case.grid_path),
    }
    return [one for role in grade.tell for one in identity.holders_of(role, codes)]


def _copied(context: StepContext, _: Template) -> list[UUID]:
    departments = (directory().find(str(word)) for word in context.data.get("to") or ())
    return _desk(context, sorted({department.code for department in departments if department}))


def _deciders(context: StepContext, _: Template) -> list[UUID]:
    ask = ask_of(context)
    asking = {number for number, values in context.set_rows().items() if values.get("ask")}
    pending = [task for task in context.whole.standing_tasks() if task.task in asking and ask and task.ask == ask.kind]
    moves = {move for task in pending for move in _decisions(context, ask, task)} if ask else set()
    return [one for move in sorted(moves, key=str) for one in _who_may(context, move)]


def _decisions(context: StepContext, ask: Ask, task: CaseTask) -> Iterator[Move]:
    """Yield the moves by which what a task asks for could be decided: the machine's table says by whom."""
    table = table_of(context.case.workflow)
    facts = table.facts(context.whole, SYSTEM, task, table.hopeful)
    for decision in ask.decisions:
        yield from context.procedure.workflow.possible(context.step.state_to, facts, decision)


def _who_may(context: StepContext, move: Move) -> list[UUID]:
    if move.permission is None:
        return []
    if move.relation == Relation.CENTRE:
        return _at_centre(move.permission, context.case.centre)
    return [one for one, _ in _holders(ScopeKind.GRID, codes_in(context.case.grid_path), (move.permission,))]


def _asker(context: StepContext, _: Template) -> list[UUID]:
    return [context.asking.actor_id] if context.asking and context.asking.actor_id else []


def _earlier(context: StepContext, template: Template) -> list[UUID]:
    past = (one for one in reversed(context.whole.past) if one.seq < context.step.seq)
    if template.only_if is not None:
        steps = _since_last(context, template.after, template.only_if)
    elif template.of_task:
        steps = context.began(template.after, "part")
    else:
        steps = list(islice((one for one in past if one.action in template.after), 1))
    return [one.actor_id for one in steps if one.actor_id]


def _since_last(context: StepContext, actions: Collection[str], only_if: tuple[str, Any]) -> list[PastStep]:
    """Return the steps that say so, of those since a step like this one was last taken, and of this round."""
    name, wanted = only_if
    alike = (one.seq for one in context.whole.past if one.action == context.step.action)
    before = (one.seq for one in context.whole.past if one.round < context.step.round)
    begins = max((seq for seq in (*alike, *before) if seq < context.step.seq), default=0)
    return [one for one, data in context.earlier(actions) if data.get(name) == wanted and one.seq > begins]


def _issuer(context: StepContext, _: Template) -> list[UUID]:
    answered = {number for number, values in context.set_rows(SUPERVISIONS).items() if values.get("replied_at")}
    return [one.issued_by for one in context.whole.supervisions if one.n in answered and one.issued_by]


def _reopeners(context: StepContext, template: Template) -> list[UUID]:
    if context.data.get("solved") is not False or not context.case.reopen_wanted:
        return []
    over_the_grid = _holders(ScopeKind.GRID, codes_in(context.case.grid_path), template.holding)
    closing = context.case.handed_down_by or context.case.centre
    at_centre = _holders(ScopeKind.CENTRE, [closing], template.holding)
    return [one for one, _ in (*over_the_grid, *at_centre)]


def _at_centre(may: StrEnum, code: str) -> list[UUID]:
    return [one for one, _ in _holders(ScopeKind.CENTRE, [code], (may,))]


def _holders(kind: ScopeKind, codes: Sequence[str], permissions: tuple[StrEnum, ...]) -> list[tuple[UUID, str]]:
    """Return who holds these permissions there; where none is named, nobody is meant."""
    return identity.holders_in(kind, codes, *permissions) if permissions else []


def _desk(context: StepContext, codes: Sequence[str]) -> list[UUID]:
    """Return the people at the desks of departments; where a department has no desk, all who sign for it."""
    held = context.procedure.desk
    at_desks = _holders(ScopeKind.DEPARTMENT, codes, held)
    without = sorted(set(codes) - {code for _, code in at_desks})
    return [one for one, _ in (*at_desks, *_holders(ScopeKind.DEPARTMENT, without, held[:1]))]


def _above(context: StepContext, _: Template) -> list[UUID]:
    """Return who holds the roles that the step names: in the department that is late, at the centre, over the grid.

    Nobody of what somebody has seen to meanwhile; what the system alone has ended, late as it was, is still undone.
    """
    clock = context.clock()
    if clock is None or _seen_to(context, clock):
        return []
    late, case = Answerable.read(clock.answerable), context.case
    rule = context.procedure.clocks[clock.stage]
    task = context.whole.task_numbered(clock.task) if clock.task else None  # a part may be a person's: its department
    within = late.code if late.kind is AnswerableKind.DEPARTMENT else task.department if task else None
    codes: Mapping[ScopeKind, Sequence[str]] = {
        ScopeKind.DEPARTMENT: [within] if within else [],
        ScopeKind.CENTRE: [(rule.by_closing_centre and case.handed_down_by) or case.centre],
        ScopeKind.GRID: codes_in(case.grid_path),
    }
    roles = {role: identity.holders_of(str(role), codes) for role in context.data.get("roles", ())}
    at_end, hear_of_end = escalations.roles_at_end(clock), _hear_of_end(context)
    return [one for role, people in roles.items() for one in people if role not in at_end or one not in hear_of_end]


def _hear_of_end(context: StepContext) -> set[UUID]:
    """Return who is told by a message of its own that the limit has ended: the ladder need not say it again then."""
    ends = (
        one for one in context.procedure.notices.get(EngineStep.OVERDUE, ()) if notice_rules.goes_out(one.kind, one.to)
    )
    return {person_id for template in ends for person_id in _FINDERS[template.to](context, template)}


def _seen_to(context: StepContext, clock: CaseClock) -> bool:
    """Tell whether a clock was stopped by what somebody has done, or by an end that leaves nothing to do."""
    if clock.stopped_at is None:
        return False
    by_system = all(step.actor_id is None for step in context.whole.past if step.counts_at == clock.stopped_at)
    return not (by_system and clock.result == ClockResult.LATE and context.case.state in context.procedure.open)


_FINDERS: Mapping[To, Callable[[StepContext, Template], list[UUID]]] = {
    To.REPORTER: _reporter,
    To.ANSWERABLE: _answerable,
    To.PART: _doing_part,
    To.LEADERS: _leaders,
    To.NAMED: _named,
    To.FORMER: _former,
    To.NAMERS: _namers,
    To.ON_DUTY: _on_duty,
    To.SENT: _sent,
    To.RECALLED: _recalled,
    To.CENTRE_BEFORE: _centre_before,
    To.ASSIGNED: _assigned,
    To.GRADED: _graded,
    To.COPIED: _copied,
    To.DECIDERS: _deciders,
    To.ASKER: _asker,
    To.EARLIER: _earlier,
    To.ISSUER: _issuer,
    To.REOPENERS: _reopeners,
    To.ABOVE: _above,
}
