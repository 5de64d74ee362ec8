"""The queues of the workflow `case`: where a case stands, and whom it waits for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.cases.acts import ask_bounds
from app.cases.clocks import case_limits
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseSupervision, CaseTask, CaseTicket
from app.cases.protocol import QueueRule
from app.cases.whole import LIVE
from app.catalogue import queries as catalogue_queries
from app.core import clock
from app.core.permissions import Person, ScopeKind
from app.grids.levels import subtree_range
from workflows import case as machine
from workflows.case_terms import AskKind, CaseAction, CasePermission, CaseState, LinkKind, TaskPart, TaskState
from workflows.queue_terms import CaseQueue

FOLLOWED_UP_FOR = timedelta(days=30)  # so long after each of its days a closing waits to be followed up; our figure
# where a queue's permission is held; None for nowhere
_Scope = Callable[[Person, CasePermission], ColumnElement[bool] | None]


def _tasks(*conditions: ColumnElement[bool]) -> Select[UUID]:
    return select(CaseTask.case_id).where(*conditions)


def _centres(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    codes = sorted(person.centres(permission))
    return Case.centre.in_(codes) if codes else None


def _closing_centres(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    codes = sorted(person.centres(permission))
    return func.coalesce(Case.handed_down_by, Case.centre).in_(codes) if codes else None


def _grounds(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    paths = (held.scope_path for held in person.holding(permission) if held.scope_kind == ScopeKind.GRID)
    ranges = [subtree_range(path) for path in paths]
    inside = [and_(Case.grid_path >= low, Case.grid_path < high) for low, high in ranges]
    return or_(*inside) if inside else None


def _grounds_or_closing(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    ways = [way for way in (_grounds(person, permission), _closing_centres(person, permission)) if way is not None]
    return or_(*ways) if ways else None


def _to_reopen(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    ways = _grounds_or_closing(person, permission)
    return None if ways is None else and_(ways, reopenable())


def reopenable() -> ColumnElement[bool]:
    """Return the condition that the days for reopening have not passed, as the guard of the move counts them.

    By the classes as they are now: it matters little here that an ended case keeps an older version.
    """
    own, otherwise = case_limits.reopen_days_of_classes()
    now = clock.now()
    by_days = {days: [code for code in own if own[code] == days] for days in sorted(set(own.values()))}
    ways = [
        (Case.class_code.in_(codes), Case.closed_at >= now - timedelta(days=days)) for days, codes in by_days.items()
    ]
    general = true() if otherwise is None else Case.closed_at >= now - timedelta(days=otherwise)
    return case(*ways, else_=general) if ways else general


def _has_ticket(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(CaseTicket.case_id == Case.case_id, *conditions)


WithNumber = Callable[[InstrumentedAttribute[UUID | None]], Select[UUID]]  # the citizens of a column who have a number
_with_number: list[WithNumber] = []


def find_numbers_with(with_number: WithNumber) -> None:
    """Let the later room that keeps the citizens say which of them can be called."""
    _with_number[:] = [with_number]


def _somebody_to_call() -> ColumnElement[bool]:
    """Return the condition that whoever stands behind a case, or behind one merged into it, has a number.

    Asked as one value, which keeps the index (`OR EXISTS` does not).
    """
    merged, (with_number,) = aliased(Case), _with_number
    own = with_number(Case.citizen_id).correlate(Case).scalar_subquery()
    of_merged = (
        select(merged.citizen_id)
        .join(CaseLink, CaseLink.case_id == merged.case_id)
        .where(CaseLink.other == Case.case_id, CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None))
        .where(with_number(merged.citizen_id).correlate(merged).exists())
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
    return func.coalesce(own, of_merged).is_not(None)


def _to_call_back(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    """Return the condition that a citizen with a number stands behind a closing of the last days, and is to be called.

    That is until they are reached in its round, or were called in vain as often as the county lets it. Whom no number
    of ours reaches (anonymous, or known to the hotline alone) cannot be called.
    """
    mine = _centres(person, permission)
    if mine is None:
        return None
    since = clock.now() - timedelta(days=catalogue_queries.catalogue().setting("call_back_days"))
    lately = and_(Case.closed_at >= since, Case.changed_at >= since)  # the latter for the index
    called = or_(CaseTicket.called_round == Case.round, CaseTicket.calls >= ask_bounds.setting("call_back_times"))
    return and_(mine, lately, _somebody_to_call(), ~_has_ticket(called))


def _to_follow_up(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    """Return the condition that a day has come on which a closing is followed up, as its class wants it.

    Who could not be reached for so long is looked for no more, until the next of its days: those are counted from the
    end, by the classes as they are now, whether the earlier ones were missed or not.
    """
    mine, now = _centres(person, permission), clock.now()
    if mine is None:
        return None
    ways, longest = [Case.follow_up_at > now - FOLLOWED_UP_FOR], timedelta()
    for (after, times), codes in case_limits.follow_ups_of_classes().items():
        days = [(number, number * timedelta(days=after)) for number in range(2, times + 1)]
        due = [
            and_(Case.follow_ups < number, Case.closed_at <= now - day, Case.closed_at > now - day - FOLLOWED_UP_FOR)
            for number, day in days
        ]
        ways += [and_(Case.class_code.in_(codes), or_(*due))] if due else []
        longest = max([longest, *(day for _, day in days)])
    reached = (Case.follow_up_at <= now, Case.follow_up_at > now - longest - FOLLOWED_UP_FOR)  # for the index
    return and_(mine, *reached, or_(*ways))


def _department_tasks(*states: TaskState) -> _Scope:
    def tasks(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
        codes = sorted(person.departments(permission))
        if not codes:
            return None
        mine = or_(CaseTask.department.in_(codes), CaseTask.contractor.in_(codes))
        return Case.case_id.in_(_tasks(mine, CaseTask.part != TaskPart.SUB, CaseTask.state.in_(states)))

    return tasks


def _own_parts(person: Person, permission: CasePermission) -> ColumnElement[bool]:
    """Return the condition that a part within a department is this person's to do.

    It names the person or their firm. One that names a section alone, of which nobody knows who belongs to it, waits
    for all who do the department's work; not for its desk, which has given it away.
    """
    firms = sorted(person.departments(permission))
    sections = sorted(person.departments(permission) - person.departments(CasePermission.ASSIGN))
    named = or_(CaseTask.handler_id == person.person_id, CaseTask.contractor.in_(firms))
    nobody = and_(CaseTask.handler_id.is_(None), CaseTask.contractor.is_(None))
    return or_(named, and_(nobody, CaseTask.department.in_(sections)))


def _given_parts(person: Person, permission: CasePermission) -> ColumnElement[bool]:
    return CaseTask.department.in_(sorted(person.departments(permission)))


_OPEN_ORDER = (CaseSupervision.replied_at.is_(None), CaseSupervision.lifted_at.is_(None))


def has_open_order() -> ColumnElement[bool]:
    """Return the condition that a supervision order of a case waits for its answer."""
    return Case.case_id.in_(select(CaseSupervision.case_id).where(*_OPEN_ORDER))


def _answering(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    """Return where orders wait: with the lead while it has the case, else at the centre, as their clocks say."""
    codes, centres = sorted(person.departments(permission)), _centres(person, permission)
    leads = (CaseTask.part == TaskPart.LEAD, CaseTask.state.in_(LIVE), CaseTask.department.is_not(None))
    ways: list[ColumnElement[bool]] = []
    if codes:
        ways.append(Case.case_id.in_(_tasks(*leads, CaseTask.department.in_(codes))))
    if centres is not None:
        ways.append(and_(centres, ~exists().where(CaseTask.case_id == Case.case_id, *leads)))
    return or_(*ways) if ways else None


def _order_ends(person: Person, permission: CasePermission) -> ColumnElement[Any]:
    """Return by when the first of the orders of a case is to be answered."""
    first = select(func.min(CaseSupervision.due_at)).where(CaseSupervision.case_id == Case.case_id, *_OPEN_ORDER)
    return first.correlate(Case).scalar_subquery()


_Parts = Callable[[Person, CasePermission], ColumnElement[bool]]
_LIVE_PART = (CaseTask.part == TaskPart.SUB, CaseTask.state.in_(LIVE))


def _parts(mine: _Parts) -> _Scope:
    def parts(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
        if not person.departments(permission):
            return None
        return Case.case_id.in_(_tasks(mine(person, permission), *_LIVE_PART))

    return parts


def _part_ends(mine: _Parts) -> Callable[[Person, CasePermission], ColumnElement[Any]]:
    def ends(person: Person, permission: CasePermission) -> ColumnElement[Any]:
        """Return when the first of these parts of a case ends."""
        of_task = and_(CaseClock.case_id == CaseTask.case_id, CaseClock.task == CaseTask.task)
        running = (CaseClock.stopped_at.is_(None), CaseTask.case_id == Case.case_id)  # a part has no other clock
        first = select(func.min(CaseClock.due_at)).select_from(CaseTask).join(CaseClock, of_task)
        return first.where(*running, mine(person, permission), *_LIVE_PART).correlate(Case).scalar_subquery()

    return ends


def _named(part: TaskPart, *or_by: CasePermission) -> _Scope:
    def tasks(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
        if person.person_id is None or not any(person.may(one) for one in (permission, *or_by)):
            return None
        mine = (CaseTask.handler_id == person.person_id, CaseTask.part == part, CaseTask.state.in_(LIVE))
        return Case.case_id.in_(_tasks(*mine))

    return tasks


def _unnamed(part: TaskPart) -> ColumnElement[bool]:
    nobody = (CaseTask.part == part, CaseTask.handler_id.is_(None), CaseTask.state.in_(LIVE))
    return Case.case_id.in_(_tasks(*nobody))


def _has_ask(kind: AskKind, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return Case.case_id.in_(_tasks(CaseTask.ask == kind, *conditions))


def _own(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    return Case.reporter_id == person.person_id if person.may(permission) else None


def _before(*actions: CaseAction) -> ColumnElement[bool]:
    """Return the condition that a case stands where one of these steps can be taken: the machine's table knows."""
    moves = (move for action in actions for move in machine.CASE.moves_of(action))
    return Case.state.in_(sorted({str(state) for move in moves for state in move.sources}))


def _to_review(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    """Return where deferred cases whose day of review has come wait: at the centre, and with their lead."""
    ways = _deferred(person, permission)
    return None if ways is None else and_(ways, Case.review_at <= clock.now())


def _departments_put_off(
    person: Person, permission: CasePermission = CasePermission.ASK_DEFERRAL
) -> ColumnElement[bool] | None:
    codes = sorted(person.departments(permission))
    return Case.lead.in_(codes) if codes else None


def _deferred(person: Person, permission: CasePermission) -> ColumnElement[bool] | None:
    ways = [way for way in (_centres(person, permission), _departments_put_off(person)) if way is not None]
    return or_(*ways) if ways else None


_deferred_before = exists().where(
    CaseStep.case_id == Case.case_id, CaseStep.action == CaseAction.GRANT_DEFERRAL, CaseStep.round == Case.round
)
_DEFERRED = Case.state == CaseState.DEFERRED
_OPEN_ONLY = Case.state.in_(sorted(machine.OPEN))
_AT_DEPARTMENTS = _before(CaseAction.SIGN, CaseAction.FINISH)
_LONG = func.coalesce(CaseTask.ask_data[ask_bounds.LONG].as_boolean(), false())
_FIRST_TIME = and_(CaseTask.extensions == 0, ~_LONG)  # beyond bounds, and another time, the leader decides
# fmt: off
# a table is read in rows
QUEUES: tuple[QueueRule, ...] = tuple(QueueRule(*row) for row in (
    (CaseQueue.TO_ACCEPT, CasePermission.ACCEPT, _centres, _before(CaseAction.ACCEPT)),
    (CaseQueue.VERIFYING, CasePermission.VERIFY, _centres, _before(CaseAction.RECALL_VERIFY)),
    (CaseQueue.TO_NAME_VERIFIER, CasePermission.VERIFY,
     _centres, and_(_before(CaseAction.RECALL_VERIFY), _unnamed(TaskPart.VERIFY))),
    (CaseQueue.TO_FILE, CasePermission.FILE, _centres, _before(CaseAction.FILE)),
    (CaseQueue.TO_DISPATCH, CasePermission.DISPATCH, _centres, _before(CaseAction.DISPATCH)),
    (CaseQueue.TO_SIGN, CasePermission.SIGN,
     _department_tasks(TaskState.SENT), _AT_DEPARTMENTS),
    (CaseQueue.TO_HANDLE, CasePermission.FINISH,
     _department_tasks(TaskState.SIGNED, TaskState.ARRIVED, TaskState.ABSENT), _AT_DEPARTMENTS),
    (CaseQueue.SUB_TO_DO, CasePermission.FINISH,
     _parts(_own_parts), _before(CaseAction.SUB_FINISH), _part_ends(_own_parts)),
    (CaseQueue.SUB_GIVEN, CasePermission.ASSIGN,
     _parts(_given_parts), _before(CaseAction.SUB_FINISH), _part_ends(_given_parts)),
    (CaseQueue.TO_VERIFY, CasePermission.FIND,
     _named(TaskPart.VERIFY), _before(CaseAction.CONFIRM_TRUE)),
    (CaseQueue.TO_CHECK, CasePermission.CHECK,
     _named(TaskPart.CHECK, CasePermission.CALL_BACK), _before(CaseAction.PASS_CHECK)),
    (CaseQueue.TO_NAME_CHECKER, CasePermission.ASSIGN_CHECK,
     _centres, and_(_before(CaseAction.ASSIGN_CHECK), _unnamed(TaskPart.CHECK))),
    (CaseQueue.TO_CLOSE, CasePermission.CLOSE, _closing_centres, _before(CaseAction.CLOSE)),
    (CaseQueue.TO_CALL_BACK, CasePermission.CALL_BACK, _to_call_back, _before(CaseAction.CALL_BACK), None, True),
    (CaseQueue.TO_FOLLOW_UP, CasePermission.CALL_BACK, _to_follow_up, _before(CaseAction.CALL_BACK), None, True),
    (CaseQueue.SENDER_ASKED, CasePermission.SENDER, _closing_centres,
     and_(_OPEN_ONLY, _has_ticket(CaseTicket.asked.is_not(None)))),
    (CaseQueue.TO_ANSWER, CasePermission.REPLY_SUPERVISION,
     _answering, and_(_OPEN_ONLY, has_open_order()), _order_ends),
    (CaseQueue.ASKED_RETURN, CasePermission.DECIDE_RETURN,
     _centres, and_(_has_ask(AskKind.RETURN), _before(CaseAction.GRANT_RETURN))),
    (CaseQueue.ASKED_EXTENSION, CasePermission.DECIDE_EXTENSION,
     _centres, and_(_has_ask(AskKind.EXTENSION, _FIRST_TIME), _before(CaseAction.GRANT_EXTENSION))),
    (CaseQueue.ASKED_AGAIN, CasePermission.DECIDE_SECOND_EXTENSION,
     _centres, and_(_has_ask(AskKind.EXTENSION, ~_FIRST_TIME), _before(CaseAction.GRANT_EXTENSION))),
    (CaseQueue.ASKED_DEFERRAL, CasePermission.DECIDE_DEFERRAL,
     _centres, and_(_has_ask(AskKind.DEFERRAL), ~_deferred_before, _before(CaseAction.GRANT_DEFERRAL))),
    (CaseQueue.ASKED_DEFERRAL_AGAIN, CasePermission.DECIDE_FURTHER_DEFERRAL,
     _grounds, and_(_has_ask(AskKind.DEFERRAL), _deferred_before, _before(CaseAction.GRANT_DEFERRAL))),
    (CaseQueue.ASKED_ASSIST, CasePermission.ASSIST,
     _centres, and_(_has_ask(AskKind.ASSIST), _before(CaseAction.GRANT_ASSIST))),
    (CaseQueue.TO_REVIEW, CasePermission.RESUME, _to_review, _DEFERRED),
    (CaseQueue.DEFERRED, CasePermission.RESUME, _deferred, _DEFERRED),
    (CaseQueue.TO_REOPEN, CasePermission.REOPEN,
     _to_reopen, and_(_before(CaseAction.REOPEN), Case.reopen_wanted), None, True),
    (CaseQueue.MY_REPORTS, CasePermission.REPORT, _own, _OPEN_ONLY),
))
# fmt: on
