"""Write messages and mark them as read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from app.core import clock
from app.core.db import db, upsert
from app.core.errors import Invalid
from app.core.permissions import Person
from app.notices.models import Notice
from workflows.words import Words


@dataclass(frozen=True)
class Message:
    """What one person is told."""

    person_id: UUID
    case_id: UUID
    kind: str
    text: Words


def write(outbox_id: int, messages: Sequence[Message]) -> None:
    """Write the messages of one effect, in one statement; those written before are left as they are."""
    if not messages:
        return
    now = clock.now()
    rows = [
        vars(message)
        | {"text": str(message.text), "text_en": message.text.en, "outbox_id": outbox_id, "created_at": now}
        for message in messages
    ]
    statement = upsert(Notice).values(rows).on_conflict_do_nothing(index_elements=["outbox_id", "person_id"])
    db.session.execute(statement)


def mark_read(person: Person, ids: Collection[int] | None = None, until: datetime | None = None) -> None:
    """Mark one's own messages as read: those named, or all that were there at a time. Others' are left alone."""
    if (ids is None) == (until is None):
        raise Invalid.at(
            "ids",
            Words(
                "请给出要标为已读的消息 ids，或给出截止时间 until，两者只能选一。",
                "Name the messages that were read, `ids`, or a time, `until`: one of the two.",
            ),
        )
    wanted = Notice.id.in_(ids) if ids is not None else Notice.created_at <= until
    db.session.execute(
        update(Notice)
        .where(Notice.person_id == person.person_id, Notice.read_at.is_(None), wanted)
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )
