"""Change the calendars: each change is a new version of their document, carried out by the catalogue's own door."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.catalogue import service as catalogue
from app.catalogue.service import Comparison
from app.core import clock, revisions
from app.core.db import db
from app.core.errors import Invalid, NotFound
from app.deadlines import queries
from app.deadlines.daytable import Hours
from app.deadlines.models import CalendarRecount
from app.deadlines.queries import KIND
from app.deadlines.year import hours_text
from workflows.words import Words, plain

Row = dict[str, Any]


class CalendarUnknown(NotFound):
    """没有这个工作日历。"""

    code = "calendar_unknown"
    en = "There is no such calendar."


class OverrideUnknown(NotFound):
    """没有这个调整日，可能已被他人删除。"""

    code = "override_unknown"
    en = "That day is not set; somebody else may have removed it."


class DayTaken(Invalid):
    """这一天已有调整，请先删除原来的调整日。"""

    code = "day_taken"
    en = "This day is set already: remove that first."


class YearTaken(Invalid):
    """该年份已登记。"""

    code = "year_taken"
    en = "This year is named already."


def add_override(
    code: str,
    day: date,
    until: date | None,
    *,
    working: bool,
    reason: str,
    source: str,
    windows: Hours | None = None,
) -> Comparison:
    """Let the days from one to another (by default the one) be worked or not; raise DayTaken, CalendarUnknown."""
    last = until or day
    days = [day + timedelta(days=one) for one in range((last - day).days + 1)]
    rows = [_row(each, working, reason, source, windows) for each in days]

    def add(calendar: Row) -> None:
        taken_days = {row["date"] for row in calendar.get("overrides", ())} & {row["date"] for row in rows}
        if taken_days:
            raise DayTaken.at(
                "day",
                Words("已有调整：{}，请先删除。", "Already set: {}. Remove that first.").format(
                    "、".join(sorted(taken_days))
                ),
            )
        calendar["overrides"] = sorted([*calendar.get("overrides", ()), *rows], key=lambda row: str(row["date"]))

    span = plain(day) if last == day else Words("{} 至 {}", "{} to {}").format(day, last)
    text = Words("调整日 {} 上班", "{} worked") if working else Words("调整日 {} 不上班", "{} off")
    return _change(code, add, catalogue.note_of(text.format(span), reason))


def remove_override(code: str, day: date) -> Comparison:
    """Let a day be as the rest of the calendar has it; raise OverrideUnknown, CalendarUnknown."""

    def remove(calendar: Row) -> None:
        rest = [row for row in calendar.get("overrides", ()) if row["date"] != day.isoformat()]
        if len(rest) == len(calendar.get("overrides", ())):
            raise OverrideUnknown
        calendar["overrides"] = rest

    return _change(code, remove, catalogue.note_of(Words("删除调整日 {}", "{} set no more").format(day)))


def settle_year(code: str, year: int, source: str) -> Comparison:
    """Say that the overrides hold the whole notice of a year; raise YearTaken, CalendarUnknown."""

    def settle(calendar: Row) -> None:
        rows = calendar.get("settled_years", [])
        if any(row["year"] == year for row in rows):
            raise YearTaken.at("year", YearTaken.text)
        calendar["settled_years"] = sorted([*rows, {"year": year, "source": source}], key=lambda row: int(row["year"]))

    text = Words("登记 {} 年放假和调休安排已录全", "{} entered whole").format(year)
    return _change(code, settle, catalogue.note_of(text, source))


def unsettle_year(code: str, year: int) -> Comparison:
    """Say that a year is not entered whole after all; raise OverrideUnknown, CalendarUnknown."""

    def unsettle(calendar: Row) -> None:
        rows = calendar.get("settled_years", [])
        calendar["settled_years"] = [row for row in rows if row["year"] != year]
        if len(calendar["settled_years"]) == len(rows):
            raise OverrideUnknown

    return _change(code, unsettle, catalogue.note_of(Words("撤销 {} 年的登记", "{} not entered whole").format(year)))


def current_recount(total: Callable[[], int]) -> CalendarRecount | None:
    """Return the going through all cases that has to go on, begun here if one has; None where all is counted.

    Where the calendars change again meanwhile, it begins anew.
    """
    try:
        basis = queries.basis()
    except KeyError:
        return None
    current = db.session.scalar(
        select(CalendarRecount)
        .where(CalendarRecount.done_at.is_(None))
        .order_by(CalendarRecount.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if current is None:
        if queries.counted_by() == basis:
            return None
        current = CalendarRecount(basis="", version=0, total=0, progress=0, moved=0, started_at=clock.now())
        db.session.add(current)
    if current.basis != basis:
        current.basis, current.version, current.total = basis, queries.version(), total()
        current.progress, current.after = 0, None
    db.session.flush()  # a new row gets its number
    return current


def note_progress(current: CalendarRecount, case_ids: Sequence[UUID], moved: int) -> None:
    """Keep which cases have been looked at; none: all have. Nothing where another was quicker."""
    same = update(CalendarRecount).where(
        CalendarRecount.id == current.id,
        CalendarRecount.done_at.is_(None),
        CalendarRecount.basis == current.basis,
        CalendarRecount.after.is_not_distinct_from(current.after),
    )
    if case_ids:
        noted = same.values(
            after=case_ids[-1],
            progress=CalendarRecount.progress + len(case_ids),
            moved=CalendarRecount.moved + moved,
        )
        db.session.execute(noted.execution_options(synchronize_session=False))
        return
    done = same.values(done_at=clock.now()).returning(CalendarRecount.id)
    if db.session.scalar(done.execution_options(synchronize_session=False)) is not None:
        revisions.raise_(queries.KIND)


def _row(day: date, working: bool, reason: str, source: str, windows: Hours | None) -> Row:
    row: Row = {"date": day.isoformat(), "working": working, "reason": reason, "source": source}
    return {**row, "windows": hours_text(windows).split()} if windows else row


def _change(code: str, make: Callable[[Row], None], note: str) -> Comparison:
    def changed(document: Row) -> Row:
        calendar = next((row for row in document["calendars"] if row["code"] == code), None)
        if calendar is None:
            raise CalendarUnknown
        make(calendar)
        return document

    return catalogue.change(KIND, KIND, changed, note=note)
