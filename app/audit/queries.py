"""Read the audit, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.core.db import db

LARGEST_PAGE = 200


@dataclass(frozen=True)
class Page:
    """Some entries, and the cursor of the next page or None."""

    items: Sequence[AuditEntry]
    next_cursor: int | None


def search(
    *,
    tags: Sequence[Tag] = (),
    person_id: UUID | None = None,
    subject: tuple[str, object] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: int | None = None,
    limit: int = 50,
) -> Page:
    """Find entries by any of these; times are `since <= at < until`."""
    entry = AuditEntry
    found = select(entry).order_by(entry.id.desc()).limit(min(limit, LARGEST_PAGE) + 1)
    if tags:
        found = found.where(entry.tag.in_([tag.value for tag in tags]))
    if person_id:
        found = found.where(entry.person_id == person_id)
    if subject:
        found = found.where(entry.subject_kind == subject[0], entry.subject_id == str(subject[1]))
    if since:
        found = found.where(entry.at >= since)
    if until:
        found = found.where(entry.at < until)
    if cursor:
        found = found.where(entry.id < cursor)
    rows = db.session.scalars(found).all()
    items = rows[: min(limit, LARGEST_PAGE)]
    return Page(items, items[-1].id if len(rows) > len(items) else None)
