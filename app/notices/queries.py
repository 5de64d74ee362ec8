"""Read one's own messages, and who goes without which."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from app.core.db import db
from app.core.permissions import Person
from app.notices import notice_rules
from app.notices.models import Notice, NoticeChoice
from workflows.notices import Channel, NoticeAbout

COUNTED_MOST = 100  # of unread ones a bell counts no further


@dataclass(frozen=True)
class NoticeFilter:
    """Which messages are meant: of what a list shows, and so of what is marked in it as read."""

    about: NoticeAbout | None = None
    kind: str | None = None
    case_id: UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what is true of a message that is meant."""
        own: list[ColumnElement[bool]] = []
        if self.about is not None:
            own.append(Notice.kind.in_(_kinds_about(self.about)))
        if self.kind is not None:
            own.append(Notice.kind == self.kind)
        if self.case_id is not None:
            own.append(Notice.case_id == self.case_id)
        return own


EVERY = NoticeFilter()


@dataclass(frozen=True)
class NoticePage:
    """Some messages, and where the next page begins."""

    items: Sequence[Notice]
    next: int | None


@dataclass(frozen=True)
class Bell:
    """How many messages wait, up to COUNTED_MOST, and the newest of the urgent ones among them."""

    unread: int
    urgent: int | None

    @property
    def text(self) -> str:
        """Return the count as a bell shows it."""
        return f"{COUNTED_MOST - 1}+" if self.unread >= COUNTED_MOST else str(self.unread)


def page(person: Person, *, unread: bool, before: int | None, limit: int, which: NoticeFilter = EVERY) -> NoticePage:
    """Return a person's messages, the newest first; only the unread ones, or some, if asked."""
    statement = select(Notice).where(Notice.person_id == person.person_id, *which.conditions())
    if unread:
        statement = statement.where(Notice.read_at.is_(None))
    if before is not None:
        statement = statement.where(Notice.id < before)
    ordered = statement.order_by(Notice.id.desc()).limit(limit + 1).execution_options(populate_existing=True)
    rows = db.session.scalars(ordered).all()
    return NoticePage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None)


def one(person: Person, notice_id: int) -> Notice | None:
    """Return a message of a person's own."""
    own = select(Notice).where(Notice.id == notice_id, Notice.person_id == person.person_id)
    notice: Notice | None = db.session.scalar(own)
    return notice


def some(person: Person, ids: Sequence[int]) -> Iterator[Notice]:
    """Yield those of some messages that are a person's own, in the order given."""
    own = select(Notice).where(Notice.id.in_(ids), Notice.person_id == person.person_id)
    by_id = {one.id: one for one in db.session.scalars(own)}
    return (by_id[one] for one in ids if one in by_id)


def _kinds_about(about: NoticeAbout) -> list[str]:
    """Return the kinds under a heading."""
    return [code for code, rule in notice_rules.rules().items() if rule.about is about]


def unread(person: Person) -> int:
    """Count a person's unread messages."""
    count = select(func.count()).where(Notice.person_id == person.person_id, Notice.read_at.is_(None))
    return db.session.scalar(count) or 0


def bell(person: Person) -> Bell:
    """Return what a bell shows: one statement on the index of what is unread, bounded however much is left unread."""
    waiting = (
        select(Notice.id, Notice.urgent)
        .where(Notice.person_id == person.person_id, Notice.read_at.is_(None))
        .order_by(Notice.id.desc())
        .limit(COUNTED_MOST)
        .subquery()
    )
    newest = func.max(case((waiting.c.urgent, waiting.c.id)))
    count, urgent = db.session.execute(select(func.count(), newest).select_from(waiting)).one()
    return Bell(count, urgent)


def off(person: Person) -> frozenset[str]:
    """Return the kinds that a person goes without in the application."""
    own = (NoticeChoice.person_id == person.person_id, NoticeChoice.channel == Channel.APP)
    return frozenset(db.session.scalars(select(NoticeChoice.kind).where(*own)))


def going_without(people: Collection[UUID], kinds: Collection[str]) -> frozenset[tuple[UUID, str]]:
    """Return which of these people go without which of these kinds in the application."""
    columns = (NoticeChoice.person_id, NoticeChoice.kind)
    theirs = select(*columns).where(
        NoticeChoice.person_id.in_(people), NoticeChoice.channel == Channel.APP, NoticeChoice.kind.in_(kinds)
    )
    return frozenset((row.person_id, row.kind) for row in db.session.execute(theirs))
