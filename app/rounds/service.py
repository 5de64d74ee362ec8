"""The one door of rounds: `act` is the only way in which one changes. What was asked before is answered alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, select

from app.cases.clocks import case_limits
from app.cases.errors import STEP_NEEDS
from app.cases.service import Phone
from app.catalogue import class_forms
from app.catalogue import queries as catalogue
from app.catalogue.documents import Round
from app.core import clock, letters
from app.core.db import db
from app.core.digests import plain
from app.core.errors import Invalid
from app.core.permissions import Permission, Person
from app.core.transaction import running, transaction
from app.grids.service import follow_path
from app.intake import service as intake
from app.objects import queries as objects
from app.rounds import queries, round_acts, round_origins, round_residents, round_sight, round_steps
from app.rounds.models import RoundRow, RoundStep, RoundStop
from app.rounds.round_acts import RoundTurn
from app.rounds.round_data import schema_of_step
from app.rounds.round_errors import (
    RoundDataMissing,
    RoundForbidden,
    RoundMoveRefused,
    RoundNotFound,
    RoundOperationDiffers,
    RoundStale,
)
from app.rounds.round_origins import RoundOrigin
from app.rounds.round_residents import HandedStop
from app.rounds.round_sight import Duties
from workflows.engine import Move, MoveRefused
from workflows.round import ENDS, QUIET, ROUND, RoundFacts
from workflows.round_terms import RoundAction, RoundRelation, RoundState
from workflows.words import Words

NO_SUCH_STEP = Words("没有这样的操作。", "There is no such step.")
_NO_PHONE = Phone()


@dataclass(frozen=True)
class RoundResult:
    """What came of a step: the round, the step, and whether it is new."""

    row: RoundRow
    step: RoundStep
    created: bool
    handed: Sequence[HandedStop] = ()  # what a start brings of the residents at its stops


def act(
    round_id: UUID,
    action: str,
    person: Person,
    data: Mapping[str, Any],
    op_id: UUID,
    seen: int | None = None,
    phone: Phone = _NO_PHONE,
) -> RoundResult:
    """Take one step in a transaction of its own; the same operation again answers with the step it made.

    A finding begins its case first, in intake's own way, a drill on a drill; where that has begun before it is the
    same case.
    Raises RoundNotFound, RoundForbidden, RoundStale, RoundMoveRefused, RoundOperationDiffers, RoundDataMissing and
    Invalid, and for a finding what `intake.service.submit` raises.
    """
    step = action_of(action)
    loaded = load(step, data)
    request_digest = round_steps.asked_digest(person, step, loaded)
    if step is RoundAction.FIND and _may_begin_case(round_id, person, loaded, op_id, seen, phone):
        drill = db.session.get_one(RoundRow, round_id).drill
        report = intake.load({**loaded["report"], "drill": True} if drill else loaded["report"])
        hints = {"phone_at": phone.at, "phone_now": phone.now}
        intake.submit(loaded["case_id"], person, report | hints, on_drill=drill)
    with transaction():
        return _act(round_id, step, person, loaded, op_id, seen, phone, request_digest)


def by_system(
    round_id: UUID, action: RoundAction, system: Person, op_id: UUID, wanted: ColumnElement[bool] | None = None
) -> RoundResult | None:
    """Take a step of the timer inside a transaction; None where the round has gone on, or is not `wanted` any more."""
    running()
    row = _locked(round_id, *([] if wanted is None else [wanted]))
    if row is None or not any(row.state in move.sources for move in ROUND.moves_of(action)):
        return None
    request = RoundTurn(row, system, action, {}, _NO_PHONE, clock.now(), clock.now())
    return _take(request, op_id, round_steps.asked_digest(system, action, {}))


def reveal_stop(round_id: UUID, stop: int, purpose: str, person: Person) -> tuple[Round, dict[str, Any]]:
    """Return what was put down of a resident, with its round, inside a transaction that writes down who looked and why.

    Raises RoundNotFound, RoundStopUnknown, ResidentNotRevealed, KeyMissing.
    """
    running()
    return round_residents.reveal(queries.one(round_id, person), stop, purpose, person)


def action_of(name: str) -> RoundAction:
    """Return the step of this name; raise Invalid."""
    if name not in ROUND.actions:
        raise Invalid.at("action", NO_SUCH_STEP)
    return RoundAction.of(name)


def load(action: RoundAction, data: Mapping[str, Any]) -> dict[str, Any]:
    """Check the data of a step by its schema; raise Invalid with the fields at fault."""
    try:
        loaded: dict[str, Any] = schema_of_step(action).load(data)
    except ValidationError as error:
        faults = error.normalized_messages()
        raise Invalid(fields={f"data.{name}": texts for name, texts in faults.items()}) from None
    return loaded


def _may_begin_case(
    round_id: UUID, person: Person, data: dict[str, Any], op_id: UUID, seen: int | None, phone: Phone
) -> bool:
    """Ask before a case begins whether the round takes the finding; False where it has taken it already."""
    row = db.session.get(RoundRow, round_id, populate_existing=True)
    if row is None or _was_done(row, op_id):
        return False
    _judge(_request(row, RoundAction.FIND, person, data, phone), seen)
    return True


def _act(
    round_id: UUID,
    action: RoundAction,
    person: Person,
    data: dict[str, Any],
    op_id: UUID,
    seen: int | None,
    phone: Phone,
    request_digest: str,
) -> RoundResult:
    row = _locked(round_id)
    if row is None:
        raise RoundNotFound
    before = round_steps.with_op(round_id, op_id)
    if before is not None and (before.actor_id == person.person_id or round_sight.shows(row, person)):
        if not round_residents.is_digest_of(before.asked_digest, request_digest):
            raise RoundOperationDiffers(round_id)
        return _with_residents(RoundResult(row, before, created=False), person)
    request = _request(row, action, person, data, phone)
    _judge(request, seen)
    return _with_residents(_take(request, op_id, request_digest), person)


def _with_residents(result: RoundResult, person: Person) -> RoundResult:
    """Give a start what it brings; the answer may have been lost, so the same start, while it lasts, brings it."""
    row = result.row
    mine = row.state == RoundState.STARTED and row.doer_id == person.person_id
    if result.step.action != RoundAction.START or not mine:
        return result
    now = clock.now()
    request = RoundTurn(row, person, RoundAction.START, {}, _NO_PHONE, now, now)
    if not round_sight.serves(row, round_sight.duties_of(person)) or not _facts(request).admitted:
        return result  # what was theirs when they set out may not be so any more
    return replace(result, handed=round_residents.handed_to(row, person))


def _locked(round_id: UUID, *conditions: ColumnElement[bool]) -> RoundRow | None:
    one = select(RoundRow).where(RoundRow.round_id == round_id, *conditions).with_for_update(of=RoundRow)
    return db.session.scalar(one.execution_options(populate_existing=True))


def _was_done(row: RoundRow, op_id: UUID) -> bool:
    return round_steps.with_op(row.round_id, op_id) is not None


def _request(row: RoundRow, action: RoundAction, person: Person, data: dict[str, Any], phone: Phone) -> RoundTurn:
    now = clock.now()
    previous = round_steps.last_counted(row.round_id) or row.window_from
    counts_at = case_limits.counted_at(now, phone.at, phone.now, previous)
    stop = db.session.get(RoundStop, (row.round_id, data["stop"])) if data.get("stop") else None
    duties = _duties(row, person, now, counts_at)
    if stop is not None and stop.resident_id is not None:
        seen = round_residents.are_seen(row, person, duties) and round_residents.is_there(row, stop)
        stop = stop if seen else None  # it is not there for them, or not any more
    serves = round_sight.serves(row, duties)
    begun = row.started_at is not None
    origin_open = action is not RoundAction.START or round_origins.asks_now(row.origin_id, counts_at, begun=begun)
    return RoundTurn(row, person, action, data, phone, now, counts_at, stop, serves, origin_open)


def _duties(row: RoundRow, person: Person, now: datetime, counts_at: datetime) -> Duties:
    """Return as what a person serves, or served when the step was taken: what was done before a duty ended arrives."""
    duties = round_sight.duties_of(person)
    was_before = counts_at < now and not round_sight.serves(row, duties)
    return round_sight.duties_of(person, counts_at) if was_before else duties


def _judge(request: RoundTurn, seen: int | None) -> None:
    """Refuse what is not to be seen, not allowed, stale, not possible now or not filled in, in this order."""
    row, person = request.row, request.person
    if not (request.serves or round_sight.shows(row, person)):
        raise RoundNotFound
    if not any(_stands(request, move) for move in ROUND.moves_of(request.action)):
        raise RoundForbidden
    _check_seen(request, seen)
    try:
        result = ROUND.take(row.state, request.action, _facts(request), lambda move: _stands(request, move))
    except MoveRefused as refused:
        if refused.code == "move_forbidden":
            raise RoundForbidden(refused.reason) from None
        raise RoundMoveRefused(row.round_id, refused.reason, reason=refused.guard or refused.code) from None
    missing = [name for name in result.move.needs if _is_empty(request.data.get(name))]
    if missing:
        raise RoundDataMissing(fields={f"data.{name}": [STEP_NEEDS] for name in missing})
    if request.action is RoundAction.VISIT:
        _check_answers(request)


def actions_for(
    row: RoundRow, person: Person, duties: Duties, origins: Mapping[UUID, RoundOrigin] | None = None
) -> list[Move]:
    """Return the steps that a person can take now, in the order of the table; of a planned one, once its time begins.

    So a phone that has read it before begins it on its day without network; the step itself is judged by its own time.
    """
    now, serves = clock.now(), round_sight.serves(row, duties)
    at = max(now, row.window_from) if serves and row.state == RoundState.PLANNED else now
    origin_open = round_origins.still_asks(row.origin_id, origins, begun=row.started_at is not None)
    request = RoundTurn(row, person, RoundAction.PLAN, {}, _NO_PHONE, now, at, serves=serves, origin_open=origin_open)
    return ROUND.possible(row.state, _facts(request), may=lambda move: not move.by_system and _stands(request, move))


def _stands(request: RoundTurn, move: Move) -> bool:
    if move.permission is None:
        return request.person.is_system
    if move.relation == RoundRelation.SERVES:  # by the roster, on whatever ground somebody's role is
        return request.serves and request.person.may(move.permission)
    return request.person.reaches(move.permission, request.row.grid_path)


def _facts(request: RoundTurn) -> RoundFacts:
    row, day = request.row, clock.local(request.counts_at).date()
    service = catalogue.catalogue(request.counts_at).services.get(row.service)
    return RoundFacts(
        is_doer=row.doer_id is not None and row.doer_id == request.person.person_id,
        window_open=row.window_from <= request.counts_at,
        admitted=service is not None and service.admission.holds_on(day),
        origin_open=request.origin_open,
        may_report=request.person.may(Permission.CASE_REPORT),
        lifted_later=_is_lifted_later(request),
        stop_known="stop" not in request.data or request.stop is not None,
    )


def _is_lifted_later(request: RoundTurn) -> bool:
    """Tell whether a round was open still when it was begun without network; only a start asks."""
    if request.action is not RoundAction.START or request.row.state != RoundState.CANCELLED:
        return False
    last = round_steps.last_ended(request.row.round_id)
    return last is not None and last.action == RoundAction.LIFT and request.counts_at < last.at


def _check_seen(request: RoundTurn, seen: int | None) -> None:
    row = request.row
    if request.action in QUIET:
        return
    if seen is None:
        text = Words("请给出您所看到的巡查步序 seq。", "Say which state of the round you have seen (seq).")
        raise RoundDataMissing.at("seen", text)
    if seen > row.seq:
        text = Words(
            "这次巡查还没有这一步，请按所看到的填写 seq。", "The round has no such step yet: give its seq as seen."
        )
        raise Invalid.at("seen", text)
    if seen < row.turned_seq and not _own_since(request, seen):
        raise RoundStale(row.round_id)


def _own_since(request: RoundTurn, seen: int) -> bool:
    """Tell whether all that turned the round since is the person's own: a phone sends one step after the other."""
    others = select(RoundStep.seq).where(
        RoundStep.round_id == request.row.round_id,
        RoundStep.seq > seen,
        RoundStep.action.not_in(QUIET),
        RoundStep.actor_id.is_distinct_from(request.person.person_id),
    )
    return db.session.scalar(others.limit(1)) is None


def _is_empty(value: Any) -> bool:
    return letters.is_blank(value) if isinstance(value, str) else value in (None, [])


def _check_answers(request: RoundTurn) -> None:
    plan, answers = round_residents.plan_of(request.row), request.data["answers"]
    form = round_residents.form_of(plan, request.stop)
    wrong = class_forms.faults(form, answers) or objects.faults(form, answers, request.person) if plan else {}
    if wrong:
        raise Invalid(fields={f"data.answers.{name}": texts for name, texts in wrong.items()})


def _take(request: RoundTurn, op_id: UUID, request_digest: str) -> RoundResult:
    row, action = request.row, request.action
    before = row.state
    result = ROUND.take(before, action, _facts(request), lambda move: _stands(request, move))
    row.state = result.state
    if row.state in ENDS:
        row.ended_at = request.counts_at
    effect = round_acts.EFFECTS.get(action)
    step_data = plain(effect(request) if effect else request.data)
    step = round_steps.append(
        row, request.person, action, step_data, op_id=op_id, state_from=before, at=max(request.now, row.changed_at),
        counts_at=request.counts_at, phone_at=request.phone.at,
        digest_of_request=round_residents.kept_digest(request.stop, request_digest),
        turns=action not in QUIET,
    )  # fmt: skip
    db.session.flush()  # the step and its rows, before the answer reads them
    return RoundResult(row, step, created=True)


def follow_grid(old_path: str, new_path: str) -> None:
    """Rewrite the copies of a grid's path, and of those below it, when it has moved in the tree. No round changes."""
    follow_path(RoundRow, old_path, new_path, changed_at=clock.now())
