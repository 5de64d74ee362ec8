"""Working calendars (工作日历): which days are worked, and in which hours, Asia/Shanghai.

A day is judged in this order: an override of the county; if the calendar keeps statutory holidays, those and the
make-up workdays (调休) of the State Council as the library chinesecalendar has them, or, in a year that it does not
know, the days off that the regulation fixes by date; the hours of its weekday.
A make-up workday on a weekday without hours is worked in the hours of the season's first weekday that has some.

Covered: seasons (summer and winter hours), half days, calendars that work through weekends and holidays.
Not covered: a change that next year's notice makes to the last days of a year already known (it has happened on
31 December); write it as an override. In a year the library does not know, holidays that move with the moon and
make-up workdays are reckoned by weekdays, and said: `unknown_years` and `unknown_holidays` name them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import chinese_calendar

from app.deadlines import regulation as regulations
from app.deadlines.daytable import Hours, YearTable
from app.deadlines.regulation import Regulation, UnknownHoliday
from app.deadlines.shifts import Shift


@dataclass(frozen=True)
class Season:
    """Hold a week's hours, Monday first (None: off), in force from a day of the year until the next season."""

    since: tuple[int, int]  # month, day
    week: tuple[Hours | None, ...]


@dataclass(frozen=True)
class Override:
    """Say that one day is worked or off whatever the law's calendar says; hours None: those of an ordinary day."""

    working: bool
    reason: str
    source: str
    hours: Hours | None = None


@dataclass(frozen=True, order=True)
class CalendarYearUnknown:
    """Warn that a calendar counts a year by weekdays and fixed holidays, because its notice is not known."""

    calendar: str
    year: int


def library_knows(year: int) -> bool:
    """Tell whether chinesecalendar holds the year's notice: by National Day, as January can stand in an earlier one."""
    return date(year, 10, 1) in chinese_calendar.holidays


@dataclass(frozen=True)
class WorkingCalendar:
    """Hold one calendar; immutable, so that the table of a year is made once and kept with it."""

    code: str
    name: str
    seasons: tuple[Season, ...]
    statutory: bool  # keeps statutory holidays and make-up workdays
    overrides: Mapping[date, Override] = field(default_factory=dict, hash=False)
    settled_years: frozenset[int] = frozenset()  # the overrides hold the whole notice of these years
    regulation: Regulation = regulations.NONE
    shifts: tuple[Shift, ...] = ()  # of a centre that works by it
    day_units: int = field(init=False, repr=False)
    _tables: dict[int, YearTable] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.seasons or any(len(s.week) != 7 or not any(s.week) for s in self.seasons):
            raise ValueError("every season needs seven weekdays, at least one of them worked")
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))
        object.__setattr__(self, "seasons", tuple(sorted(self.seasons, key=lambda season: season.since)))
        shapes = [hours for season in self.seasons for hours in season.week if hours]
        shapes += [override.hours for override in self.overrides.values() if override.hours]
        # A day of any length divides this many units evenly: shares of unequal days add up without rounding.
        object.__setattr__(self, "day_units", math.lcm(*(hours.total for hours in shapes)))

    def hours_on(self, day: date) -> Hours | None:
        """Return the day's working hours, None when it is off."""
        week = self._season(day).week
        ordinary = week[day.weekday()]
        override = self.overrides.get(day)
        if override is not None:
            working, hours = override.working, override.hours or ordinary
        else:
            working, hours = self._worked_by_rule(day, ordinary is not None), ordinary
        if not working:
            return None
        return hours or next(hours for hours in week if hours)

    def working_day_after(self, day: date, count: int) -> date:
        """Return the `count`-th (≥ 1) working day after a day that is itself not counted, as laws count days."""
        if count < 1:
            raise ValueError("count from 1")
        year = day.year
        table = self.table(year)
        index = table.before[day.toordinal() - table.first] + (self.hours_on(day) is not None) + count - 1
        while index >= len(table.days):
            index -= len(table.days)
            year += 1
            table = self.table(year)
        return date.fromordinal(table.days[index][0])

    def unknown_years(self, since: date, until: date) -> tuple[CalendarYearUnknown, ...]:
        """Name the years between two days (both included) whose statutory holidays this calendar needs and lacks."""
        if not self.statutory:
            return ()
        return tuple(
            CalendarYearUnknown(self.code, year)
            for year in range(since.year, until.year + 1)
            if year not in self.settled_years and not library_knows(year)
        )

    def unknown_holidays(self, since: date, until: date) -> tuple[UnknownHoliday, ...]:
        """Name the moving holidays that may lie between two days (both included) and are not known yet."""
        years = {each.year for each in self.unknown_years(since, until)}
        return tuple(self.regulation.moving_between(since, until, years)) if years else ()

    def table(self, year: int) -> YearTable:
        """Return the year's table, made on first use."""
        table = self._tables.get(year)
        if table is None:
            first = date(year, 1, 1).toordinal()
            ordinals = range(first, date(year, 12, 31).toordinal() + 1)
            table = YearTable.of(first, [self.hours_on(date.fromordinal(ordinal)) for ordinal in ordinals])
            self._tables[year] = table
        return table

    def _season(self, day: date) -> Season:
        begun = [season for season in self.seasons if season.since <= (day.month, day.day)]
        return begun[-1] if begun else self.seasons[-1]

    def _worked_by_rule(self, day: date, ordinary: bool) -> bool:
        if not self.statutory:
            return ordinary
        if not library_knows(day.year):
            return ordinary and (day.year in self.settled_years or self.regulation.fixed_on(day) is None)
        if day in chinese_calendar.workdays:
            return True
        return ordinary and day not in chinese_calendar.holidays
