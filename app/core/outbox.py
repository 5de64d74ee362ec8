"""Effects outside the transaction: rows written in it, drained by jobs, swept when a job was lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock, doorbell
from app.core.db import db
from app.core.logs import log
from app.core.transaction import after_commit, put_off, transaction
from app.core.types import BigId, Code, UtcDateTime

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)  # how long what is done can still be looked up
BATCH = 50
LONGEST_WAIT = timedelta(hours=1)


class OutboxRow(db.Model):
    """One effect owed: its payload holds ids only."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    topic: Mapped[str] = mapped_column(Code(60))
    key: Mapped[str] = mapped_column(Code(120))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_outbox_owed", "id", sqlite_where=done_at.is_(None), postgresql_where=done_at.is_(None)),
        {"sqlite_autoincrement": True},  # ids are never used again: effects are unique by them
    )


@dataclass(frozen=True)
class Owed:
    """A claimed row as its effect sees it."""

    id: int
    topic: str
    key: str
    payload: dict[str, Any]
    attempts: int


Effect = Callable[[Owed], None]
_effects: dict[str, tuple[Effect, bool]] = {}


def on(topic: str, effect: Effect, *, outside: bool = False) -> None:
    """Say what follows a topic. An outside effect runs with no transaction open and may happen more than once."""
    _effects[topic] = (effect, outside)


def put(topic: str, key: str, payload: dict[str, Any]) -> None:
    """Owe an effect; written with the transaction, in one statement with its like. Payload: ids only."""
    row = {"topic": topic, "key": key, "payload": payload, "attempts": 0, "created_at": clock.now()}
    put_off("outbox", row, _write)
    after_commit(doorbell.ring)


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(OutboxRow), rows)


def drain() -> int:
    """Do all effects that are owed and free; return how many were done."""
    done = 0
    while claimed := _claim():
        done += sum(_settle(owed) for owed in claimed)
        if len(claimed) < BATCH:
            break
    return done


def owed(older_than: timedelta = timedelta(0)) -> int:
    """Count rows not done, made before so long ago."""
    count = select(func.count()).where(OutboxRow.done_at.is_(None), OutboxRow.created_at <= clock.now() - older_than)
    return db.session.scalar(count) or 0


def tidy() -> None:
    """Drop what was done long ago."""
    with transaction() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.done_at < clock.now() - KEPT))


def _claim() -> list[Owed]:
    now = clock.now()
    free = (OutboxRow.done_at.is_(None)) & (OutboxRow.claimed_until.is_(None) | (OutboxRow.claimed_until < now))
    with transaction() as session:
        ids = select(OutboxRow.id).where(free).order_by(OutboxRow.id).limit(BATCH)
        # the condition stands twice: on PostgreSQL the outer one is looked at again after waiting for another claimer
        claim = (
            update(OutboxRow)
            .where(OutboxRow.id.in_(ids), free)
            .values(claimed_until=now + LEASE, attempts=OutboxRow.attempts + 1)
            .returning(OutboxRow.id, OutboxRow.topic, OutboxRow.key, OutboxRow.payload, OutboxRow.attempts)
            .execution_options(synchronize_session=False)
        )
        return sorted((Owed(*row) for row in session.execute(claim)), key=lambda owed: owed.id)


def _settle(owed: Owed) -> bool:
    try:
        effect, outside = _effects[owed.topic]  # a topic of a newer version waits for a newer process
        if outside:
            effect(owed)
        with transaction() as session:
            taken = session.scalar(
                update(OutboxRow)
                .where(OutboxRow.id == owed.id, OutboxRow.done_at.is_(None))
                .values(done_at=clock.now())
                .returning(OutboxRow.id)
                .execution_options(synchronize_session=False)
            )
            if taken is not None and not outside:
                effect(owed)
    except Exception as error:  # whatever one effect does, the others must go on; the row stays owed and is counted
        log.error("outbox.effect_failed", outbox_id=owed.id, topic=owed.topic, attempts=owed.attempts, exc_info=error)
        _put_back(owed)
        return False
    return True


def _put_back(owed: Owed) -> None:
    wait = min(timedelta(seconds=2 ** min(owed.attempts, 20)), LONGEST_WAIT)
    with transaction() as session:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == owed.id, OutboxRow.done_at.is_(None))
            .values(claimed_until=clock.now() + wait)
        )
