"""Steps of rounds: append one, and know the same request again. They bear no chain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.db import db
from app.core.digests import canonical, digest
from app.core.permissions import Person
from app.rounds.models import RoundRow, RoundStep
from workflows.engine import START
from workflows.round_terms import RoundState

_METHOD = "sha256"


def asked_digest(person: Person, action: str, data: Mapping[str, Any]) -> str:
    """Return the digest by which the same request is known again."""
    return digest(canonical([person.person_id, action, data]), _METHOD)


def with_op(round_id: UUID, op_id: UUID) -> RoundStep | None:
    """Return the step of a round that an operation has made."""
    return db.session.scalar(select(RoundStep).where(RoundStep.round_id == round_id, RoundStep.op_id == op_id))


def last_counted(round_id: UUID) -> datetime | None:
    """Return by what time the last step of a person counts."""
    own = select(RoundStep.counts_at).where(RoundStep.round_id == round_id, RoundStep.actor_id.is_not(None))
    return db.session.scalar(own.order_by(RoundStep.seq.desc()).limit(1))


def last_ended(round_id: UUID) -> RoundStep | None:
    """Return the step by which a round came to be cancelled last."""
    ended = select(RoundStep).where(RoundStep.round_id == round_id, RoundStep.state_to == RoundState.CANCELLED)
    return db.session.scalar(ended.order_by(RoundStep.seq.desc()).limit(1))


def append(
    row: RoundRow,
    person: Person,
    action: str,
    data: Mapping[str, Any],
    *,
    op_id: UUID,
    state_from: str,
    at: datetime,
    counts_at: datetime,
    phone_at: datetime | None = None,
    digest_of_request: str,
    turns: bool,
) -> RoundStep:
    """Append the step that a round has just taken, and move its counters on; `turns`: what was seen before is stale."""
    row.seq += 1
    row.changed_at = at
    if turns:
        row.turned_seq = row.seq
    step = RoundStep(
        round_id=row.round_id,
        seq=row.seq,
        op_id=op_id,
        action=action,
        state_from=None if state_from == START else state_from,
        state_to=row.state,
        actor_id=person.person_id,
        actor_name=person.name,
        at=at,
        phone_at=phone_at,
        counts_at=counts_at,
        data=canonical(data),
        asked_digest=digest_of_request,
    )
    db.session.add(step)
    return step
