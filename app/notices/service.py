"""Write messages, mark them as read, and keep which kinds somebody goes without."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update

from app.core import clock
from app.core.db import db, upsert
from app.core.errors import Invalid, NotFound
from app.core.permissions import Person
from app.notices import notice_rules, queries
from app.notices.models import ID_MOST, Notice, NoticeChoice
from app.notices.queries import NoticeFilter
from workflows.notices import Channel
from workflows.words import Words, listed


@dataclass(frozen=True)
class Message:
    """What one person is told; of a case, or of none."""

    person_id: UUID
    case_id: UUID | None
    kind: str
    text: Words
    urgent: bool = False
    subject_id: UUID | None = None


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


def mark_read(
    person: Person,
    ids: Collection[int] | None = None,
    until: datetime | None = None,
    which: NoticeFilter = queries.EVERY,
) -> None:
    """Mark one's own messages as read: those named, or all that were there at a time; of those that a filter shows."""
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
        .where(Notice.person_id == person.person_id, Notice.read_at.is_(None), wanted, *which.conditions())
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def open_notice(person: Person, notice_id: int) -> Notice:
    """Mark one message of a person's own as read and return it; raise NotFound."""
    notice = queries.one(person, notice_id) if 0 < notice_id <= ID_MOST else None
    if notice is None:
        raise NotFound(Words("没有这条消息，或它不是发给您的。", "There is no such message, or it is not yours."))
    mark_read(person, [notice_id])
    return notice


def choose(person: Person, off: Collection[str]) -> None:
    """Go without these kinds in the application, and with all others; raise Invalid for what nobody may go without."""
    known = notice_rules.rules()
    fixed = [code for code in off if code not in known or not known[code].optional]
    if fixed:
        names = listed(known[code].name if code in known else code for code in fixed)
        raise Invalid.at("off", Words("不能关闭：{}。", "These cannot be switched off: {}.").format(names))
    own = (NoticeChoice.person_id == person.person_id, NoticeChoice.channel == Channel.APP)
    db.session.execute(delete(NoticeChoice).where(*own, NoticeChoice.kind.not_in(off)))
    now = clock.now()
    rows = [
        {"person_id": person.person_id, "channel": Channel.APP.value, "kind": kind, "made_at": now}
        for kind in sorted(set(off))
    ]
    if rows:
        db.session.execute(upsert(NoticeChoice).values(rows).on_conflict_do_nothing())
