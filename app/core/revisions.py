"""Reference data kept in each process, valid for the numbers in `revisions`; a number rises with each change."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from flask import current_app
from sqlalchemy import ScalarSelect, String, cast, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import db
from app.core.transaction import PendingWrites, running
from app.core.types import Code

T = TypeVar("T")
WHATS = ("calendars", "catalogue", "departments", "grids", "roles")


class Revision(db.Model):
    """How often a set of reference data has changed."""

    __tablename__ = "revisions"

    what: Mapped[str] = mapped_column(Code(40), primary_key=True)
    number: Mapped[int]


def packed() -> ScalarSelect[str]:
    """Return all numbers as one text column, to be read along with something else."""
    pair = Revision.what + "=" + cast(Revision.number, String)
    return select(func.aggregate_strings(pair, ",")).scalar_subquery()


def unpack(text: str | None) -> dict[str, int]:
    """Read what `packed` made."""
    return {what: int(number) for what, number in (pair.split("=") for pair in (text or "").split(",") if pair)}


class SessionReferences:
    """The numbers a session works with, and which objects it has got for them already."""

    def __init__(self, text: str | None) -> None:
        self.numbers = unpack(text)
        self.objects: dict[Reference[Any], Any] = {}


def note(text: str | None) -> None:
    """Remember for this session the numbers that came along with the person."""
    db.session().info["revisions"] = SessionReferences(text)


def _of_session(session: Session) -> SessionReferences:
    """Return what a session works with; read the numbers if nobody has yet."""
    references: SessionReferences | None = session.info.get("revisions")
    if references is None:
        references = session.info["revisions"] = SessionReferences(session.scalar(select(packed())))
    return references


def numbers(session: Session) -> Mapping[str, int]:
    """Return the numbers a session works with; read them if nobody has yet."""
    return _of_session(session).numbers


def forget() -> None:
    """Let the next look read the numbers again."""
    db.session().info.pop("revisions", None)


def raise_(what: str) -> None:
    """Count a change of a reference set, in the transaction that makes it."""
    session: Session = db.session()
    writing = running()
    changed = update(Revision).where(Revision.what == what).values(number=Revision.number + 1)
    number = session.scalar(changed.returning(Revision.number).execution_options(synchronize_session=False))
    if number is None:
        session.execute(insert(Revision).values(what=what, number=1))
    writing.rows.setdefault("revisions", []).append({"what": what})
    forget()


def _being_changed(session: Session, what: str) -> bool:
    writing: PendingWrites | None = session.info.get("writing")
    return writing is not None and {"what": what} in writing.rows.get("revisions", ())


class Reference(Generic[T]):
    """One frozen object per application, made again when its number has risen.

    Inside the transaction that changes it the object is made afresh and not kept: were the change rolled back,
    another could later bear the same number.
    """

    def __init__(self, what: str, load: Callable[[], T]) -> None:
        self.what = what
        self._load = load

    def get(self) -> T:
        """Return the object that belongs to the number this session works with."""
        session: Session = db.session()
        if _being_changed(session, self.what):
            return self._load()
        references = _of_session(session)
        if self not in references.objects:
            references.objects[self] = self._of(references.numbers.get(self.what, 0))
        value: T = references.objects[self]
        return value

    def _of(self, number: int) -> T:
        held: dict[Reference[T], tuple[int, T]] = current_app.extensions.setdefault("gezhi_references", {})
        value = held.get(self)
        if value is None or value[0] != number:
            value = held[self] = (number, self._load())
        return value[1]

    def number(self) -> int:
        """Return the number, for an ETag."""
        return numbers(db.session()).get(self.what, 0)
