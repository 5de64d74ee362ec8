"""One year of a calendar as people read it: twelve months, and why each day is worked or not. Pure."""

import calendar as months_of
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import chinese_calendar
from chinese_calendar import Holiday

from app.deadlines.calendar import WorkingCalendar, library_knows
from app.deadlines.daytable import MINUTE, Hours
from workflows.words import Words, plain


class DayKind(StrEnum):
    """Why a day is worked, or not."""

    WORK = "work"
    REST = "rest"  # no hours on this day of the week
    HOLIDAY = "holiday"  # by the notice of the State Council
    MAKEUP = "makeup"  # 调休上班
    CLOSED = "closed"  # by the county's own override
    OPENED = "opened"
    UNKNOWN = "unknown"  # a holiday that moves may lie here; the year's notice is not known


SIGNS: Mapping[DayKind, Words] = {
    DayKind.WORK: plain(""),
    DayKind.REST: Words("休", "off"),
    DayKind.HOLIDAY: Words("假", "hol"),
    DayKind.MAKEUP: Words("班", "on"),
    DayKind.CLOSED: Words("◆休", "◆off"),
    DayKind.OPENED: Words("◆班", "◆on"),
    DayKind.UNKNOWN: Words("？", "?"),
}
CALLED: Mapping[DayKind, Words] = {
    DayKind.WORK: Words("工作日", "Worked"),
    DayKind.REST: Words("休息日", "Day of rest"),
    DayKind.HOLIDAY: Words("法定节假日", "Statutory holiday"),
    DayKind.MAKEUP: Words("调休上班", "Make-up workday"),
    DayKind.CLOSED: Words("本县调整：不上班", "Set by the county: not worked"),
    DayKind.OPENED: Words("本县调整：上班", "Set by the county: worked"),
    DayKind.UNKNOWN: Words("未定：可能放假，暂按工作日计", "Not known: may be off, counted as worked for now"),
}


@dataclass(frozen=True)
class CalendarDay:
    """One day: why it is worked or not, and the holiday or reason behind it."""

    day: date
    kind: DayKind
    why: Words


@dataclass(frozen=True)
class Month:
    """One month: its weeks from Monday, None outside the month; how many days are worked."""

    number: int
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    worked: int


def year_of(calendar: WorkingCalendar, year: int) -> tuple[Month, ...]:
    """Return the twelve months of a year."""
    return tuple(_month(calendar, year, number) for number in range(1, 13))


def hours_text(hours: Hours) -> str:
    """Write the hours of a day, like 08:00-12:00 14:30-18:00."""
    return " ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in hours.windows)


def _month(calendar: WorkingCalendar, year: int, number: int) -> Month:
    weeks = months_of.Calendar().monthdatescalendar(year, number)
    rows = tuple(tuple(_day(calendar, day) if day.month == number else None for day in week) for week in weeks)
    return Month(number, rows, sum(calendar.hours_on(day.day) is not None for day in _days(rows)))


def _days(rows: Iterable[Iterable[CalendarDay | None]]) -> Iterable[CalendarDay]:
    return (day for row in rows for day in row if day)


def _day(calendar: WorkingCalendar, day: date) -> CalendarDay:
    override = calendar.overrides.get(day)
    if override:
        return CalendarDay(day, DayKind.OPENED if override.working else DayKind.CLOSED, plain(override.reason))
    worked = calendar.hours_on(day) is not None
    if calendar.statutory and library_knows(day.year):
        named = chinese_calendar.workdays.get(day) if worked else chinese_calendar.holidays.get(day)
        if named:
            return CalendarDay(
                day, DayKind.MAKEUP if worked else DayKind.HOLIDAY, Words(Holiday(named).chinese, str(named))
            )
    return _day_without_notice(calendar, day, worked)


def _day_without_notice(calendar: WorkingCalendar, day: date, worked: bool) -> CalendarDay:
    if calendar.unknown_years(day, day):
        fixed, moving = calendar.regulation.fixed_on(day), calendar.regulation.moving_on(day)
        if fixed:
            return CalendarDay(day, DayKind.HOLIDAY, fixed)
        if moving and worked:
            return CalendarDay(day, DayKind.UNKNOWN, moving.name)
    return CalendarDay(day, DayKind.WORK if worked else DayKind.REST, plain(""))


def _clock(moment: int) -> str:
    return f"{moment // MINUTE // 60:02}:{moment // MINUTE % 60:02}"
