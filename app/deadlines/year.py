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


class Kind(StrEnum):
    """Why a day is worked, or not."""

    WORK = "work"
    REST = "rest"  # no hours on this day of the week
    HOLIDAY = "holiday"  # by the notice of the State Council
    MAKEUP = "makeup"  # 调休上班
    CLOSED = "closed"  # by the county's own override
    OPENED = "opened"


SIGNS: Mapping[Kind, Words] = {
    Kind.WORK: plain(""),
    Kind.REST: Words("休", "off"),
    Kind.HOLIDAY: Words("假", "hol"),
    Kind.MAKEUP: Words("班", "on"),
    Kind.CLOSED: Words("◆休", "◆off"),
    Kind.OPENED: Words("◆班", "◆on"),
}
CALLED: Mapping[Kind, Words] = {
    Kind.WORK: Words("工作日", "Worked"),
    Kind.REST: Words("休息日", "Day of rest"),
    Kind.HOLIDAY: Words("法定节假日", "Statutory holiday"),
    Kind.MAKEUP: Words("调休上班", "Make-up workday"),
    Kind.CLOSED: Words("本县调整：不上班", "Set by the county: not worked"),
    Kind.OPENED: Words("本县调整：上班", "Set by the county: worked"),
}


@dataclass(frozen=True)
class Day:
    """One day: why it is worked or not, and the holiday or reason behind it."""

    day: date
    kind: Kind
    why: Words


@dataclass(frozen=True)
class Month:
    """One month: its weeks from Monday, None outside the month; how many days are worked."""

    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
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


def _days(rows: Iterable[Iterable[Day | None]]) -> Iterable[Day]:
    return (day for row in rows for day in row if day)


def _day(calendar: WorkingCalendar, day: date) -> Day:
    override = calendar.overrides.get(day)
    if override:
        return Day(day, Kind.OPENED if override.working else Kind.CLOSED, plain(override.reason))
    worked = calendar.hours_on(day) is not None
    if calendar.statutory and library_knows(day.year):
        named = chinese_calendar.workdays.get(day) if worked else chinese_calendar.holidays.get(day)
        if named:
            return Day(day, Kind.MAKEUP if worked else Kind.HOLIDAY, Words(Holiday(named).chinese, str(named)))
    return Day(day, Kind.WORK if worked else Kind.REST, plain(""))


def _clock(moment: int) -> str:
    return f"{moment // MINUTE // 60:02}:{moment // MINUTE % 60:02}"
