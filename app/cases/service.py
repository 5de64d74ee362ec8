"""The one door: `act` is the only way a case begins or changes."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from marshmallow import ValidationError
from sqlalchemy import case as case_
from sqlalchemy.orm import make_transient_to_detached

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.cases import baseline, numbers, timeline
from app.cases.acts import calendar_recount, evidence, set_back, stages, successors
from app.cases.acts.facts import tasks_to_consider
from app.cases.clocks import case_limits, clocks, escalations
from app.cases.errors import (
    STEP_NEEDS,
    ActForbidden,
    CaseNotFound,
    DataMissing,
    MoveNotAllowed,
    OperationDiffers,
    Stale,
)
from app.cases.events import CaseStepped
from app.cases.models import Case
from app.cases.protocol import DEFAULT, procedure_of, rule_of, schema_of, table_of
from app.cases.relations import standing, stands
from app.cases.turn import Turn
from app.cases.visibility import may_see
from app.cases.whole import Whole, lock_case, read_whole
from app.core import clock, events, letters
from app.core.db import db, upsert
from app.core.digests import plain
from app.core.errors import Invalid
from app.core.hints import DROPPED
from app.core.permissions import SYSTEM, Assignment, Person, ScopeKind
from app.core.transaction import running
from app.deadlines import queries as calendars
from app.grids.service import follow_path
from app.identity import queries as identity
from workflows.engine import START, Move, MoveRefused, MoveResult
from workflows.procedure import EngineStep
from workflows.words import Words

ATTACHMENTS = "attachments"
_TABLE = Case.__table__
_BLANK: dict[str, Any] = {
    **dict.fromkeys(column.key for column in _TABLE.columns),
    **dict.fromkeys(("danger_remains", "drill", "missed_by_patrol", "reopen_wanted"), False),
    **dict.fromkeys(("seq", "turned_seq", "round"), 1),
    **dict.fromkeys(("reworks", "wrong_dispatches", "follow_ups"), 0),
    "hash": "",
}


@dataclass(frozen=True)
class Phone:
    """When a phone says that something was done, and what time it had when it sent that."""

    at: datetime | None = None
    now: datetime | None = None
    dropped: tuple[str, ...] = ()  # what it said besides and could not be used; noted in the step
    synchronises: bool = False  # it sends what was done while it had no connection
    is_file: bool = False  # a broken phone's file: what time that phone had nobody knows


@dataclass(frozen=True)
class ActResult:
    """What came of an act: the case, the step, and whether it was new."""

    whole: Whole
    seq: int
    op_id: UUID
    hash: str
    created: bool


def act(
    case_id: UUID,
    action: str,
    person: Person,
    data: Mapping[str, Any],
    op_id: UUID,
    seen: int | None = None,
    phone: Phone = Phone(),
) -> ActResult:
    """Take one step of a case, inside a transaction; the same operation again answers with the step it made.

    Raises CaseNotFound, ActForbidden, Stale, MoveNotAllowed, OperationDiffers, DataMissing, Invalid.
    """
    running()
    case, others = _lock(case_id, data)
    read = partial(load, case.workflow if case else DEFAULT, action, data)
    request = read()
    if case is None:
        raise CaseNotFound
    whole = read_whole(case)
    sees = may_see(whole, person)
    repeated = _repeated(whole, person, sees, op_id, action, read)
    if repeated:
        return repeated
    if phone.synchronises:
        person = _gave_back(whole, person, action, phone)
        sees = may_see(whole, person)
    if not sees:
        raise CaseNotFound
    phone = replace(phone, dropped=(*phone.dropped, *request.pop(DROPPED, ())))
    _check_permission(whole, person, action, request)
    _check_seen(case, person, action, seen)
    _lay_baseline(whole, action)
    if action != set_back.ACTION and set_back.is_needed(whole, clock.now()):
        take(whole, SYSTEM, set_back.ACTION, {}, set_back.op_id(case), last=False)
    _recount(whole, action)
    return take(whole, person, action, request, op_id, phone, others)


def _recount(whole: Whole, action: str) -> None:
    """Let every act find the ends that the calendars in force give, though the job has not come to this case yet."""
    if action != calendar_recount.ACTION and calendars.is_changed():
        with suppress(MoveNotAllowed):  # none of its ends moves
            take(whole, SYSTEM, calendar_recount.ACTION, {}, calendar_recount.op_id(whole.case), last=False)


def _lay_baseline(whole: Whole, action: str) -> None:
    if action != baseline.ACTION and not timeline.is_proven(whole.case):
        take(whole, SYSTEM, baseline.ACTION, {}, baseline.op_id(whole.case), last=False)


def _gave_back(whole: Whole, person: Person, action: str, phone: Phone) -> Person:
    """Give a verification or check back to who had done it before another was named, if nobody has gone on since.

    They act with what they held then. Of a broken phone's file nobody knows what time that phone had: its word of when
    it was says whose task it was, though no limit is judged by it.
    """
    moves = procedure_of(whole.case.workflow).workflow.moves_of(action)
    now = clock.now()
    counts_at = case_limits.counted_at(now, phone.at, now if phone.is_file else phone.now, _previous(whole, now))
    if (data := successors.restored(whole, person.person_id, moves, counts_at)) is None:
        return person
    _lay_baseline(whole, action)
    op_id = uuid5(whole.case.case_id, f"{successors.ACTION}:back:{whole.case.seq}")
    take(whole, SYSTEM, successors.ACTION, data, op_id, last=False)
    held = identity.assignments(person.person_id, counts_at) if person.person_id else ()
    return replace(person, assignments=tuple({*person.assignments, *held}))


def keep_photos(case_id: UUID, action: str, person: Person, data: Mapping[str, Any], op_id: UUID) -> ActResult | None:
    """Keep the photos of a refused act by the operation `attach` instead, for who was named to do it before another.

    They may not see the case any more. None for everybody else, and where there is no photo.
    """
    running()
    case = lock_case(case_id)
    whole = read_whole(case) if case else None
    if case is None or whole is None:
        return None
    procedure, photos = procedure_of(case.workflow), load(case.workflow, action, data).get(ATTACHMENTS)
    if not photos or not successors.was_named(whole, person.person_id, procedure.workflow.moves_of(action)):
        return None
    request = {ATTACHMENTS: photos}
    repeated = _repeated(whole, person, True, op_id, EngineStep.ATTACH, lambda: request)
    if repeated:
        return repeated
    _lay_baseline(whole, EngineStep.ATTACH)
    return take(whole, _for_attaching(whole, person), EngineStep.ATTACH, request, op_id)


def _for_attaching(whole: Whole, person: Person) -> Person:
    """Let somebody attach to this one case what they did for it while they were named, though their post has ended."""
    moves = procedure_of(whole.case.workflow).workflow.moves_of(EngineStep.ATTACH)
    needed = frozenset(move.permission for move in moves if move.permission)
    lent = Assignment("", ScopeKind.GRID, whole.case.grid, whole.case.grid_path, needed)
    return replace(person, assignments=(*person.assignments, lent))


def _previous(whole: Whole, now: datetime) -> datetime:
    """Return by what time the last step counts; a timer or a remark does not come between a phone and its time.

    What was done before a limit was done in time.
    """
    quiet = procedure_of(whole.case.workflow).quiet
    return next((step.counts_at for step in reversed(whole.past) if step.action not in quiet), now)


def _lock(case_id: UUID, data: Mapping[str, Any]) -> tuple[Case | None, dict[UUID, Case]]:
    """Lock the case, and the other case the data names, in the order of their ids: so two never wait for each other."""
    try:
        other = UUID(str(data["into"])) if data.get("into") else None
    except ValueError:
        other = None  # the schema will say so
    cases = {one: lock_case(one) for one in sorted({case_id, other or case_id})}
    case = cases.pop(case_id)
    return case, {one: row for one, row in cases.items() if row is not None}


def begin(values: Mapping[str, Any], person: Person, data: dict[str, Any], phone: Phone) -> ActResult | None:
    """Begin a case with what is known of it, inside a transaction; None when somebody was faster.

    The op_id of its first step is the case's own id.
    """
    procedure, now = procedure_of(values["workflow"]), clock.now()
    case = _insert({**values, "state": procedure.first_state()}, now)
    if case is None:
        return None
    turn = Turn(
        case, [], [], [], person=person, action=procedure.begins, data=data, now=now,
        counts_at=case_limits.counted_at(now, phone.at, phone.now, case.found_at or phone.at or now),
        dropped=phone.dropped,
    )  # fmt: skip
    acted = _step(turn, START, case.case_id, phone)
    _write(turn)
    return acted


def _insert(values: Mapping[str, Any], now: datetime) -> Case | None:
    """Insert the row of a case; what comes of it is known without reading it again. None when somebody was faster."""
    row = {**_BLANK, **values, "number": numbers.take(now), "reported_at": now, "changed_at": now}
    statement = upsert(_TABLE).on_conflict_do_nothing(index_elements=["case_id"]).returning(_TABLE.c.case_id)
    if db.session.execute(statement, row).first() is None:
        return None
    case = Case(**row)
    make_transient_to_detached(case)
    db.session.add(case)
    return case


def then(turn: Turn, action: str, data: Mapping[str, Any], op_id: UUID) -> ActResult:
    """Let another step of the same person follow in the same transaction; permission and machine are asked anew."""
    request = load(turn.case.workflow, action, data)
    request.pop(DROPPED, None)  # noted in the step that this one follows
    _check_permission(turn, turn.person, action, request)
    return take(turn, turn.person, action, request, op_id, last=False)


def follow_grid(old_path: str, new_path: str) -> None:
    """Rewrite the copies of a grid's path, and of those below it, when it has moved in the tree. No case changes.

    Phones read such cases again: who sees them may be others now. The audit says so, or a copy that was changed by
    hand could not be told from one that has followed its grid.
    """
    now = clock.now()
    later = case_((Case.changed_at > now, Case.changed_at), else_=now)
    follow_path(Case, old_path, new_path, changed_at=later)
    code = new_path.rstrip("/").rpartition("/")[2]
    audit.record(Tag.GRID_MOVED, subject=(SubjectKind.GRID, code), old=old_path, new=new_path, changed_at=plain(now))


def load(workflow: str, action: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Check the data of an action by its schema; raise UnknownAction, Invalid with the fields at fault."""
    try:
        loaded: dict[str, Any] = schema_of(workflow, action).load(data)
    except ValidationError as error:
        messages = error.normalized_messages()
        raise Invalid(fields={f"data.{name}": texts for name, texts in messages.items()}) from None
    return loaded


def take(
    whole: Whole,
    person: Person,
    action: str,
    data: dict[str, Any],
    op_id: UUID,
    phone: Phone = Phone(),
    others: Mapping[UUID, Case] | None = None,
    *,
    last: bool = True,
) -> ActResult:
    """Let the machine decide, apply what follows and append the step. The case is locked and the request checked.

    A step inside another one is not the `last`: it is written with that one.
    """
    now = clock.now()
    turn = Turn(
        whole.case, whole.tasks, whole.clocks, whole.past, whole.photos_awaited, whole.enforcement_open,
        whole.unwritten, whole.ticket, whole.supervisions,
        person=person, action=action, data=data, now=now,
        counts_at=case_limits.counted_at(now, phone.at, phone.now, _previous(whole, now)), others=dict(others or {}),
        dropped=phone.dropped, offline=phone.synchronises,
    )  # fmt: skip
    acted = _step(turn, whole.case.state, op_id, phone)
    if last:
        _write(turn)
    return acted


def _step(turn: Turn, state: str, op_id: UUID, phone: Phone) -> ActResult:
    rule = rule_of(turn.case.workflow, turn.action)
    asked_digest = timeline.asked_digest(turn.person, turn.action, turn.data)
    turn.state_from = "" if state == START else state
    before = timeline.Snapshot() if state == START else timeline.snapshot(turn)
    decision = _decide(turn, state, rule.prepare(turn) if rule.prepare else None)
    _check_needs(decision.move, turn)
    turn.needs = decision.move.needs
    turn.case.state = decision.state
    rule.effect(turn)
    if note := table_of(turn.case.workflow).note:
        note(turn, decision.move)
    evidence.take(turn)
    stages.follow(turn)
    follow = table_of(turn.case.workflow).follow
    if follow is not None:
        follow(turn)
    clocks.set_due(turn)
    escalations.plan(turn, before)
    turn.turned |= any(getattr(turn.case, name) != before.case.get(name) for name in ("state", "class_code", "lead"))
    step = timeline.append(turn, before, op_id, phone.at, asked_digest)
    events.publish(CaseStepped(turn, step.seq, decision.move.event))
    return ActResult(turn, step.seq, op_id, step.hash, created=True)


def _write(turn: Turn) -> None:
    timeline.write(turn)
    db.session.flush()  # the rows of this turn, before another turn of the same transaction looks at them


def _decide(turn: Turn, state: str, prepared: object) -> MoveResult:
    """Try the tasks the step may be about, in order; the first refusal is told if none fits."""
    table, refusal = table_of(turn.case.workflow), None
    for task in tasks_to_consider(turn, turn.person, turn.data):
        turn.task = task
        facts = table.facts(turn, turn.person, task, prepared)
        try:
            return table.procedure.workflow.take(state, turn.action, facts, standing(turn, turn.person, task))
        except MoveRefused as refused:
            refusal = refusal or refused
    assert refusal is not None  # noqa: S101 - there is always at least one candidate
    if refusal.code == "move_forbidden":
        raise ActForbidden(refusal.reason)
    reason = refusal.guard or refusal.code
    raise MoveNotAllowed(turn.case.case_id, refusal.reason, reason=reason)


def _repeated(
    whole: Whole, person: Person, sees: bool, op_id: UUID, action: str, ask: Callable[[], dict[str, Any]]
) -> ActResult | None:
    """Return what came of an operation the first time; whoever does not see the case knows of their own alone."""
    step = next((step for step in whole.past if step.op_id == op_id), None)
    if step is None or (step.actor_id != person.person_id and not sees):
        return None
    request = timeline.as_first_loaded(step, ask)
    if request is None or not timeline.is_same(step, person, action, request):
        raise OperationDiffers(whole.case.case_id)
    return ActResult(whole, step.seq, op_id, step.hash, created=False)


def _check_permission(whole: Whole, person: Person, action: str, data: dict[str, Any]) -> None:
    """Ask whether the person may ever do this here; what the state allows comes later."""
    table = table_of(whole.case.workflow)
    if not person.is_system and not person.may(table.acts_with):
        raise ActForbidden
    moves = table.procedure.workflow.moves_of(action)
    candidates = tasks_to_consider(whole, person, data)
    if not any(stands(whole, person, move, task) for move in moves for task in candidates):
        raise ActForbidden


def _check_seen(case: Case, person: Person, action: str, seen: int | None) -> None:
    if person.is_system or action in procedure_of(case.workflow).quiet:
        return
    if seen is None:
        raise DataMissing.at(
            "seen", Words("请给出您所看到的案件步序 seq。", "Say which state of the case you have seen (seq).")
        )
    if seen > case.seq:
        raise Invalid.at(
            "seen",
            Words(
                "案件还没有这一步，请按您所看到的案件填写 seq。",
                "The case has no such step yet: give its seq as you saw it.",
            ),
        )
    if seen < case.turned_seq:
        raise Stale(case.case_id)


def _check_needs(move: Move, turn: Turn) -> None:
    needs = (name for name in move.needs if name not in turn.satisfied)
    missing = [name for name in needs if _is_empty(turn.data.get(name))]
    if missing:
        raise DataMissing(fields={f"data.{name}": [STEP_NEEDS] for name in missing})


def _is_empty(value: Any) -> bool:
    return letters.is_blank(value) if isinstance(value, str) else value in (None, [])
