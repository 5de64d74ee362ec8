"""Append steps. A step's text holds what was given, who acted, and every column that it set in the case and its rows.

So replay is exact: `gezhi verify` compares each row with the last value that a step wrote down.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, insert, select, update

from app.cases import chain, own_tables
from app.cases.models import Case, CaseStep
from app.cases.turn import Turn
from app.cases.whole import PastStep, Whole
from app.core import load_version
from app.core.db import db
from app.core.digests import canonical, parsed
from app.core.errors import Invalid
from app.core.hints import DROPPED
from app.core.permissions import Person

CHANGED, ACTOR = "changed", "actor_name"  # beside `hints.DROPPED` the reserved names in a step's data
# what the door itself keeps: `gezhi verify` compares it with the last step
KEPT_BY_DOOR = frozenset({"case_id", "seq", "hash", "changed_at"})
_STEP = insert(CaseStep.__table__)
COLUMNS = tuple(column.key for column in Case.__table__.columns if column.key not in KEPT_BY_DOOR)


def asked_digest(person: Person, action: str, data: Mapping[str, Any]) -> str:
    """Return the digest by which the same request is known again."""
    return chain.asked_digest(person.person_id, action, _without_dropped(data), load_version.CURRENT)


def as_first_loaded(step: PastStep, load: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Load a request as the version has loaded it that took the step; None where that would not have taken it."""
    with load_version.as_of(chain.asked_version(step.asked_digest)):
        try:
            return load()
        except Invalid:
            return None


def is_same(step: PastStep, person: Person, action: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a step was asked for by this person with these data, loaded as they were then."""
    version = chain.asked_version(step.asked_digest)
    digest = chain.asked_digest(person.person_id, action, _without_dropped(data), version)
    return step.actor_id == person.person_id and step.asked_digest == digest


def _without_dropped(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != DROPPED}


class Snapshot(NamedTuple):
    """What stood in the case and its rows before a step."""

    case: Mapping[str, Any] = {}
    rows: own_tables.Rows = {}  # noqa: RUF012 - never written to


def snapshot(whole: Whole) -> Snapshot:
    """Return what a step may change."""
    return Snapshot(_columns(whole.case), _held(whole))


def _held(whole: Whole) -> own_tables.Rows:
    return own_tables.held(whole.tasks, whole.clocks, whole.ticket, whole.supervisions)


def _columns(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in COLUMNS}


def step_data(text: str | None) -> dict[str, Any]:
    """Return what a step's text says; nothing where it was erased, or is no longer what a step wrote."""
    try:
        data = parsed(text or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def is_readable(text: str | None) -> bool:
    """Tell whether a step's text is what a step may have written: one object, with one object of what changed."""
    try:
        data = parsed(text or "")
    except ValueError:
        return False
    return isinstance(data, dict) and isinstance(data.get(CHANGED, {}), dict)


def public_data(text: str | None) -> dict[str, Any] | None:
    """Return what a step says to people: what was given, and what became of the case; None where it was erased."""
    if not text:
        return None
    data = step_data(text)
    data.pop(ACTOR, None)
    of_case = {name: value for name, value in (data.pop(CHANGED, None) or {}).items() if name in COLUMNS}
    return data | ({CHANGED: of_case} if of_case else {})


def data_of(case: Case, seq: int) -> dict[str, Any]:
    """Return what a written step says; nothing once that was erased."""
    return step_data(
        db.session.scalar(select(CaseStep.data).where(CaseStep.case_id == case.case_id, CaseStep.seq == seq))
    )


def erase(case_id: UUID, seqs: Sequence[int]) -> Sequence[int]:
    """Take away what steps say, with their salt; return which said something."""
    return _rewrite(case_id, seqs, CaseStep.data.is_not(None), data=None, salt=None)


def rename(case_id: UUID, seqs: Sequence[int], name: str) -> Sequence[int]:
    """Put another name for who took steps that say nothing any more; return which had another."""
    return _rewrite(case_id, seqs, CaseStep.data.is_(None) & (CaseStep.actor_name != name), actor_name=name)


def _rewrite(case_id: UUID, seqs: Sequence[int], wanted: ColumnElement[bool], **values: Any) -> Sequence[int]:
    chosen = update(CaseStep).where(CaseStep.case_id == case_id, CaseStep.seq.in_(seqs), wanted)
    gone = chosen.values(values).returning(CaseStep.seq).execution_options(synchronize_session=False)
    return db.session.scalars(gone).all()


def is_proven(case: Case) -> bool:
    """Tell whether the steps say all that stands in the rows: those of older versions said it of the case alone."""
    return chain.version_of(case.hash) == chain.NEWEST


def append(turn: Turn, before: Snapshot, op_id: UUID, phone_at: datetime | None, data_digest: str) -> PastStep:
    """Make the step, to be written with the rest of the turn, and move the case's counters on."""
    case, method = turn.case, current_app.config["HASH"]
    seq = turn.past[-1].seq + 1 if turn.past else 1
    if turn.turned:
        case.turned_seq = seq
    beside = {CHANGED: _changed(turn, before), DROPPED: sorted(set(turn.dropped))}
    data = canonical({**turn.data, ACTOR: turn.person.name, **{name: one for name, one in beside.items() if one}})
    salt = chain.new_salt()
    digest = chain.data_digest(salt, data, method)
    # a clock that was ahead and was set back puts no step before the last one
    at = max(turn.now, turn.past[-1].at) if turn.past else turn.now
    link = chain.Link(
        case.case_id, seq, op_id, turn.action, turn.state_from or None, case.state, case.round,
        turn.person.person_id, turn.on_behalf_of, at, phone_at, turn.counts_at, data_digest, digest,
    )  # fmt: skip
    previous = case.hash if turn.past else chain.START
    step = PastStep(
        seq, op_id, turn.action, case.round, turn.person.person_id, link.on_behalf_of, data_digest, turn.counts_at, at,
        chain.step_hash(previous, link, method),
    )  # fmt: skip
    written = {
        **step._asdict(), "case_id": case.case_id, "state_from": link.state_from, "state_to": link.state_to,
        "actor_name": turn.person.name, "phone_at": phone_at,
        "data": data, "salt": salt, "data_digest": digest, "previous_hash": previous,
    }  # fmt: skip
    turn.unwritten.append(written)
    case.seq, case.hash = seq, step.hash
    if turn.baseline_values is None:
        case.changed_at = at
    turn.past.append(step)
    return step


def _changed(turn: Turn, before: Snapshot) -> dict[str, Any]:
    """Return what the step has set: of the case, tasks and clocks what differs, other rows as they were written."""
    if turn.baseline_values is not None:
        before = Snapshot(before.case)
    changed = {name: value for name, value in _columns(turn.case).items() if before.case.get(name) != value}
    rows = dict(own_tables.differences(before.rows, _held(turn)))
    return changed | (turn.baseline_values or {}) | rows | turn.written


def write(turn: Turn) -> None:
    """Insert the steps that are not written yet. As plain rows: nobody looks at them as objects, at half the time."""
    db.session.execute(_STEP, turn.unwritten)
    turn.unwritten.clear()
