"""Append steps. A step's text holds what was given and every column of the case it changed, so that replay is exact."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import insert, select

from app.cases import chain
from app.cases.models import Case, CaseStep
from app.cases.turn import PastStep, Turn
from app.core import loading
from app.core.db import db
from app.core.errors import Invalid
from app.core.hints import DROPPED
from app.core.permissions import Person

CHANGED = "changed"  # beside `hints.DROPPED` the one reserved name in a step's data
# what the door itself keeps, and what `gezhi verify` checks in other ways
KEPT_BY_DOOR = frozenset({"case_id", "seq", "turned_seq", "hash", "changed_at"})
_STEP = insert(CaseStep.__table__)
COLUMNS = tuple(column.key for column in Case.__table__.columns if column.key not in KEPT_BY_DOOR)


def asked_digest(person: Person, action: str, data: Mapping[str, Any]) -> str:
    """Return the digest by which the same request is known again."""
    return chain.asked_digest(person.person_id, action, _without_dropped(data), loading.CURRENT)


def as_taken(step: PastStep, load: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """Load a request as the version has loaded it that took the step; None where that would not have taken it."""
    with loading.as_of(chain.asked_version(step.asked_digest)):
        try:
            return load()
        except Invalid:
            return None


def is_same(step: PastStep, person: Person, action: str, data: Mapping[str, Any]) -> bool:
    """Tell whether a step was asked for by this person with these data, loaded as they were then."""
    version = chain.asked_version(step.asked_digest)
    asked = chain.asked_digest(person.person_id, action, _without_dropped(data), version)
    return step.actor_id == person.person_id and step.asked_digest == asked


def _without_dropped(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != DROPPED}


def snapshot(case: Case) -> dict[str, Any]:
    """Return the columns that a step may change."""
    return {name: getattr(case, name) for name in COLUMNS}


def data_of(case: Case, seq: int) -> dict[str, Any]:
    """Return what a written step says; nothing once that was erased."""
    said = db.session.scalar(select(CaseStep.data).where(CaseStep.case_id == case.case_id, CaseStep.seq == seq))
    return json.loads(said) if said else {}


def append(turn: Turn, before: Mapping[str, Any], op_id: UUID, phone_at: datetime | None, asked: str) -> PastStep:
    """Make the step, to be written with the rest of the turn, and move the case's counters on."""
    case, method = turn.case, current_app.config["HASH"]
    changed = {name: value for name, value in snapshot(case).items() if before.get(name) != value}
    beside = {name: value for name, value in ((CHANGED, changed), (DROPPED, sorted(set(turn.dropped)))) if value}
    data = chain.canonical({**turn.data, **beside})
    salt = chain.new_salt()
    digest = chain.data_digest(salt, data, method)
    seq = turn.past[-1].seq + 1 if turn.past else 1
    link = chain.Link(
        case.case_id, seq, op_id, turn.action, turn.state_from or None, case.state,
        turn.person.person_id, turn.on_behalf_of, turn.now, phone_at, digest,
    )  # fmt: skip
    previous = case.hash if turn.past else chain.START
    step = PastStep(
        seq, op_id, turn.action, case.round, turn.person.person_id, asked, turn.counts_at,
        chain.step_hash(previous, link, method),
    )  # fmt: skip
    written = {
        **step._asdict(), "case_id": case.case_id, "state_from": link.state_from, "state_to": link.state_to,
        "actor_name": turn.person.name, "on_behalf_of": link.on_behalf_of, "at": link.at, "phone_at": phone_at,
        "data": data, "salt": salt, "data_digest": digest, "previous_hash": previous,
    }  # fmt: skip
    turn.unwritten.append(written)
    case.seq, case.hash, case.changed_at = seq, step.hash, turn.now
    if turn.turned:
        case.turned_seq = seq
    turn.past.append(step)
    return step


def write(turn: Turn) -> None:
    """Insert the steps that are not written yet. As plain rows: nobody looks at them as objects, at half the time."""
    db.session.execute(_STEP, turn.unwritten)
    turn.unwritten.clear()
