"""The working calendars in force."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import version as version_of
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.catalogue import queries as catalogue
from app.catalogue.document_terms import DocumentKind
from app.catalogue.foresight import Foresight
from app.core import clock
from app.core.db import db
from app.core.revisions import Reference
from app.deadlines.calendar import CalendarYearUnknown, WorkingCalendar
from app.deadlines.calendar_documents import Calendars, load
from app.deadlines.models import CalendarRecount
from workflows.words import Words

KIND = DocumentKind.CALENDARS
RULES = 2  # of this room: raise it when the same document comes to count otherwise
_AHEAD, _BEHIND = timedelta(days=1200), timedelta(days=1200)  # how far from now a changed day is looked for
_besides: list[Callable[[], str]] = []
_supposed: ContextVar[Calendars | None] = ContextVar("supposed", default=None)


@dataclass(frozen=True)
class MovedLimits:
    """How many running limits move, and of how many cases, as far as was counted: some cases at a time."""

    limits: int = 0
    cases: int = 0
    done: int = 0  # so many cases
    total: int = 0  # whose limits go through days that change
    after: UUID | None = None  # the last one looked at, where others are left

    @property
    def is_whole(self) -> bool:
        """Tell whether all cases were looked at."""
        return self.after is None

    def mark(self) -> str:
        """Write how far it is, for a page to carry along until it is asked to go on; "" where all is counted."""
        return "" if self.after is None else f"{self.limits}:{self.cases}:{self.done}:{self.total}:{self.after}"

    @classmethod
    def from_mark(cls, mark: str) -> "MovedLimits":
        """Read what `mark` has written; what nobody has written so begins anew."""
        parts = re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,9}):([0-9]{1,9}):([0-9a-f-]{36})", mark)
        try:
            after = UUID(parts[5]) if parts else None
        except ValueError:
            after = None
        if parts is None or after is None:
            return cls()
        limits, cases, done, total = (int(part) for part in parts.groups()[:-1])
        return cls(limits, cases, done, total, after)


COUNTING = Words(
    "正在逐件计算有多少在计时的时限会改变：已看 {} / {} 件。",
    "Counting how many running limits move, case by case: {} of {} so far.",
)
Preview = Callable[[Calendars, MovedLimits], MovedLimits]
_previews: list[Preview] = []


def preview_with(preview: Preview) -> None:
    """Let a later room say how many running limits other calendars would move."""
    _previews[:] = [preview]


def count_by(part: Callable[[], str]) -> None:
    """Let limits be gone through anew when something of a later room changes too; it gives "" where it never has."""
    _besides[:] = [part]


def moved_by(content: Mapping[str, Any], so_far: MovedLimits) -> MovedLimits:
    """Count on how many running limits a document of calendars would move; none before there are calendars."""
    try:
        calendars()
    except KeyError:
        return MovedLimits()
    return _previews[0](load(content), so_far) if _previews else MovedLimits()


def foresee(content: Mapping[str, Any], mark: str) -> Foresight:
    """Say how many running limits a document of calendars would move, if any; or how far the counting is."""
    moved = moved_by(content, MovedLimits.from_mark(mark))
    if not moved.is_whole:
        return Foresight((COUNTING.format(moved.done, moved.total),), moved.mark())
    text = Words(
        "工作日历的改动会使 {} 个在计时的时限（{} 件案件）的到期时间改变，生效后由系统逐件重算。",
        "The change of the calendars moves the ends of {} running limits (of {} cases); the system recounts them.",
    )
    return Foresight((text.format(moved.limits, moved.cases),) if moved.limits else ())


@contextmanager
def supposing(other: Calendars) -> Iterator[None]:
    """Let other calendars be in force within a block."""
    token = _supposed.set(other)
    try:
        yield
    finally:
        _supposed.reset(token)


def changed_span(before: WorkingCalendar, after: WorkingCalendar) -> tuple[datetime, datetime] | None:
    """Return from when to when lie the days that two calendars have otherwise; None where nothing differs."""
    today = clock.local(clock.now()).date()
    days = (today - _BEHIND + timedelta(days=number) for number in range((_BEHIND + _AHEAD).days))
    changed = [day for day in days if before.hours_on(day) != after.hours_on(day)]
    if not changed:
        return None
    return clock.midnight(changed[0]), clock.midnight(changed[-1] + timedelta(days=1))


HORIZON = timedelta(days=60)  # longer than ordinary limits reach


def calendars() -> Calendars:
    """Return the county's calendars; KeyError before a catalogue with calendars was imported."""
    supposed = _supposed.get()
    return catalogue.made_of(KIND, _calendars) if supposed is None else supposed


def _calendars(document: Mapping[str, Any] | None) -> Calendars:
    if document is None:
        raise KeyError(KIND)
    return load(document)


def shift_name(code: str) -> Words | None:
    """Return the name of a shift, whichever calendar has it; None where none does any more."""
    try:
        known = calendars()
    except KeyError:
        return None
    named = (shift.name for each in known.by_code.values() for shift in known.shifts_in(each) if shift.code == code)
    return next(named, None)


def unknown_years() -> tuple[CalendarYearUnknown, ...]:
    """Name the calendars and years that come near and are counted without their statutory holidays."""
    today = clock.local(clock.now()).date()
    return calendars().warnings(today, today + HORIZON)


def version() -> int:
    """Return which version of the document of calendars holds."""
    return catalogue.version_of(KIND, KIND)


def basis() -> str:
    """Return what is the same as long as the calendars count alike: the document, the known notices, our rules.

    And what else is counted by them: see `count_by`.
    """
    return _digest(catalogue.made_of(KIND, _written), "".join(part() for part in _besides))


def _written(document: Mapping[str, Any] | None) -> str:
    if document is None:
        raise KeyError(KIND)
    return json.dumps(dict(document), sort_keys=True, default=str)


@lru_cache(maxsize=4)
def _digest(document: str, besides: str) -> str:
    counts_by = f"{document} {version_of('chinesecalendar')} {RULES}{besides}"
    return hashlib.sha256(counts_by.encode()).hexdigest()


def last_recounts(most: int = 5) -> Sequence[CalendarRecount]:
    """Return the newest goings through all open cases, the newest first."""
    return db.session.scalars(select(CalendarRecount).order_by(CalendarRecount.id.desc()).limit(most)).all()


def counted_by() -> str | None:
    """Return by what the limits of all open cases were last counted; None if they never were."""
    done = select(CalendarRecount.basis).where(CalendarRecount.done_at.is_not(None))
    return db.session.scalar(done.order_by(CalendarRecount.id.desc()).limit(1))


_last_basis: Reference[str | None] = Reference("calendars", counted_by)


def is_changed() -> bool:
    """Tell whether limits that run may have been counted by other calendars than those in force.

    Not before the first going through all cases: what older versions counted they have counted rightly.
    """
    last = _last_basis.get()
    return last is not None and last != basis()


def names() -> Mapping[str, str]:
    """Return what the calendars are called, by code; none before a catalogue with calendars was imported."""
    try:
        return {code: each.name for code, each in calendars().by_code.items()}
    except KeyError:
        return {}
