"""Read one's own messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.db import db
from app.core.permissions import Person
from app.notices.models import Notice


@dataclass(frozen=True)
class NoticePage:
    """Some messages, and where the next page begins."""

    items: Sequence[Notice]
    next: int | None


def page(person: Person, *, unread: bool, before: int | None, limit: int) -> NoticePage:
    """Return a person's messages, the newest first; only the unread ones if asked."""
    statement = select(Notice).where(Notice.person_id == person.person_id)
    if unread:
        statement = statement.where(Notice.read_at.is_(None))
    if before is not None:
        statement = statement.where(Notice.id < before)
    ordered = statement.order_by(Notice.id.desc()).limit(limit + 1).execution_options(populate_existing=True)
    rows = db.session.scalars(ordered).all()
    return NoticePage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def unread(person: Person) -> int:
    """Count a person's unread messages."""
    count = select(func.count()).where(Notice.person_id == person.person_id, Notice.read_at.is_(None))
    return db.session.scalar(count) or 0
