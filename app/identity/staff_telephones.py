"""Keep the telephone numbers of staff encrypted, and find people by the end of them.

A number is sealed like a citizen's. Beside it stands a keyed digest of its last four digits: it narrows a search to a
few people, whose numbers are then opened and compared. Numbers that a version before has kept open are read as they
are, until `seal_open_ones` has sealed them.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.core import encryption, telephones
from app.core.db import db, empty_log, overwrite_deleted, owe_rewriting
from app.core.transaction import transaction
from app.identity.models import PersonRow

UNREADABLE = "••••"  # what is shown of a number whose key is missing
_TAIL = 4  # digits
_BATCH = 500
_OPEN_LONGEST = 20  # letters, of the column in which versions before keep it

encryption.holds(PersonRow.phone_key, PersonRow.phone_sealed)


def keep(row: PersonRow, number: str | None) -> None:
    """Let a number be a person's, or none."""
    row.phone_open = None
    row.phone_key = row.phone_sealed = row.phone_tail = None
    if number:
        row.phone_key, (row.phone_sealed,) = encryption.seal(number)
        row.phone_tail = encryption.digest(_subject(telephones.digits(number)))


def of(row: PersonRow) -> str | None:
    """Return a person's number; raise KeyMissing."""
    if row.phone_key is None:
        return row.phone_open
    return encryption.unseal(row.phone_key, row.phone_sealed)[0]


def number_of(row: PersonRow) -> str | None:
    """Return a person's number for a page: a missing key costs the number and not the page."""
    try:
        return of(row)
    except encryption.KeyMissing:
        return UNREADABLE


def ends_with(text: str) -> ColumnElement[bool] | None:
    """Return the condition for numbers that end with what was typed; None where that is fewer than four digits."""
    typed = telephones.digits(text)
    if len(typed) < _TAIL or len(typed) < len(text.strip()) / 2:
        return None
    narrowed = PersonRow.phone_tail.in_(encryption.digests(_subject(typed)))
    rows = db.session.scalars(select(PersonRow).where(narrowed))
    ids: list[UUID] = [row.id for row in rows if telephones.digits(number_of(row) or "").endswith(typed)]
    return or_(PersonRow.id.in_(ids), PersonRow.phone_open.endswith(typed, autoescape=True))


def seal_open_ones() -> int:
    """Seal the numbers that a version before has kept open, some at a time, leaving none in the file; return how many.

    Broken off, it goes on with the next call; the version before may go on meanwhile.
    """
    count = _rewrite(PersonRow.phone_open.is_not(None), lambda row: keep(row, row.phone_open))
    if count:
        empty_log()
    return count


def open_sealed_ones() -> int:
    """Keep all numbers open again, for a version that knows no other way; return how many. Raises KeyMissing."""
    return _rewrite(PersonRow.phone_sealed.is_not(None), _open)


def _open(row: PersonRow) -> None:
    number = of(row)
    keep(row, None)
    row.phone_open = number[:_OPEN_LONGEST] if number else None


def _rewrite(which: ColumnElement[bool], change: Callable[[PersonRow], None]) -> int:
    """Change such rows, some at a time: without any, no room on the disk is asked for."""
    if db.session.scalar(select(PersonRow.id).where(which).limit(1)) is None:
        return 0
    count = 0
    while True:
        with transaction(vital=True):
            overwrite_deleted()
            owe_rewriting()  # what the version before let go of it has overwritten nowhere
            rows = db.session.scalars(select(PersonRow).where(which).limit(_BATCH).with_for_update()).all()
            for row in rows:
                change(row)
        count += len(rows)
        if len(rows) < _BATCH:
            return count


def _subject(digits: str) -> str:
    return f"telephone:{digits[-_TAIL:]}"
