"""Effects outside the transaction: rows written in it, drained by jobs, swept when a job was lost."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import Any

from sqlalchemy import JSON, Index, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.dml import ReturningUpdate

from app.core import clock, doorbell, space
from app.core.db import db
from app.core.logs import log
from app.core.transaction import after_commit, put_off, transaction
from app.core.types import BigId, Code, UtcDateTime

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)  # how long what is done can still be looked up
BATCH = 50
TOGETHER = 10  # so many effects share a transaction: the write lock is held for some ten milliseconds
LONGEST_WAIT = timedelta(hours=1)
QUICK_ATTEMPTS = 6  # so often the wait after a failure is no longer than a lease


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
class ClaimedEffect:
    """A claimed row as its effect sees it."""

    id: int
    topic: str
    key: str
    payload: dict[str, Any]
    attempts: int


Effect = Callable[[ClaimedEffect], None]
_effects: dict[str, tuple[Effect, bool]] = {}
_together: set[str] = set()


def on(topic: str, effect: Effect, *, outside: bool = False, together: bool = False) -> None:
    """Say what follows a topic. An outside effect runs with no transaction open and may happen more than once.

    Effects that lock nothing others wait for may share a transaction (`together`).
    """
    _effects[topic] = (effect, outside)
    _together.discard(topic)
    if together:
        _together.add(topic)


def put(topic: str, key: str, payload: dict[str, Any]) -> None:
    """Owe an effect; written with the transaction, in one statement with its like. Payload: ids only."""
    row = {"topic": topic, "key": key, "payload": payload, "attempts": 0, "created_at": clock.now()}
    put_off("outbox", row, _write)
    after_commit(doorbell.ring)


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    session.execute(insert(OutboxRow), rows)


def drain() -> int:
    """Do all effects that are owed and free; return how many were done. On a full disk they stay owed."""
    done = 0
    if space.is_short():
        return done
    while claimed := _claim():
        for shared, alike in groupby(claimed, key=lambda owed: owed.topic in _together):
            rows = list(alike)
            done += sum(map(_settle_together, _batched(rows, TOGETHER)) if shared else map(_settle, rows))
        if len(claimed) < BATCH:
            break
    return done


def owed(older_than: timedelta = timedelta(0)) -> int:
    """Count rows not done, made before so long ago."""
    count = select(func.count()).where(OutboxRow.done_at.is_(None), OutboxRow.created_at <= clock.now() - older_than)
    return db.session.scalar(count) or 0


def tidy() -> None:
    """Drop what was done long ago."""
    with transaction(vital=True) as session:
        session.execute(delete(OutboxRow).where(OutboxRow.done_at < clock.now() - KEPT))


def _claim() -> list[ClaimedEffect]:
    now = clock.now()
    later = now + clock.DIFFER
    longest = case((OutboxRow.attempts <= QUICK_ATTEMPTS, later + LEASE), else_=later + LONGEST_WAIT)
    claim_ended = or_(
        OutboxRow.claimed_until.is_(None),
        OutboxRow.claimed_until < now,
        OutboxRow.claimed_until > longest,  # nobody claims for so long: the clock was ahead then
    )
    free = OutboxRow.done_at.is_(None) & claim_ended
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
        return sorted((ClaimedEffect(*row) for row in session.execute(claim)), key=lambda owed: owed.id)


def _settle_together(rows: list[ClaimedEffect]) -> int:
    """Settle some rows in one transaction; if any fails, each on its own."""
    try:
        with transaction() as session:
            claimed_ids = set(session.scalars(_mark_done([owed.id for owed in rows])))
            for owed in rows:
                if owed.id in claimed_ids:
                    _effects[owed.topic][0](owed)
    except Exception as error:  # told for the one that failed, when it is settled alone
        log.info("outbox.settled_singly", rows=len(rows), reason=type(error).__name__)
        return sum(map(_settle, rows))
    return len(rows)


def _mark_done(ids: list[int]) -> ReturningUpdate[int]:
    return (
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.done_at.is_(None))
        .values(done_at=clock.now())
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    )


def _settle(owed: ClaimedEffect) -> bool:
    try:
        effect, outside = _effects[owed.topic]  # a topic of a newer version waits for a newer process
        if outside:
            effect(owed)
        with transaction() as session:
            claimed_id = session.scalar(_mark_done([owed.id]))
            if claimed_id is not None and not outside:
                effect(owed)
    except Exception as error:  # whatever one effect does, the others must go on; the row stays owed and is counted
        log.error("outbox.effect_failed", outbox_id=owed.id, topic=owed.topic, attempts=owed.attempts, exc_info=error)
        _put_back(owed)
        return False
    return True


def _batched(rows: Iterable[ClaimedEffect], size: int) -> Iterator[list[ClaimedEffect]]:
    """Cut rows into lists of at most `size`."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


def _put_back(owed: ClaimedEffect) -> None:
    wait = min(timedelta(seconds=2 ** min(owed.attempts, 20)), LONGEST_WAIT)
    with transaction(vital=True) as session:
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == owed.id, OutboxRow.done_at.is_(None))
            .values(claimed_until=clock.now() + wait)
        )
