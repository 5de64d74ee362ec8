"""Limits (时限): when they end, when to warn, how much has run, what a pause or an extension does to them.

Kinds
- `urgent_minutes` (紧急工作时): runs through nights, weekends and holidays; the calendar is not looked at.
- `calendar_days` (自然日): runs likewise, 24 hours a day; ends at the same local time N days later.
- `work_minutes` (工作时): only the calendar's working hours run. A limit that fills a window ends as the window closes
  (four hours from 08:00 end at 12:00, not at 14:30).
- `work_days` (工作日): ends at the same local time N working days later. A start outside working hours counts from the
  next working moment (Friday 20:00 with one day ends on Tuesday at opening). Running time within a day is its share of
  that day's working hours, so where the day of the end has other hours than the day of the start (half a Saturday,
  summer hours) "the same local time" is the same share of the day; nights and lunch breaks do not run. Half days
  (0.5, 1.5) are amounts of this kind alone: half a day is half of the day's working hours.

Everything is measured in exact integers; `elapsed(start, due(start, limit)) == limit.amount`, up to 1 µs where days of
unequal length meet. All instants are aware; results are UTC. Periods of law that leave out the first day and end with
the last one (行政处罚法 art. 85 with 民法典 arts. 201, 203) begin from `WorkingCalendar.working_day_after`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

from app.deadlines.calendar import CalendarYearUnknown, WorkingCalendar
from app.deadlines.daytable import DAY, MICROSECOND, MINUTE, instant, local_parts
from app.deadlines.regulation import UnknownHoliday
from workflows.case_terms import LimitKind

# Ten years: a longer limit is a slip of the keyboard, and must not send us looking through centuries.
_MOST = {
    LimitKind.URGENT_MINUTES: 3660 * 1440,
    LimitKind.WORK_MINUTES: 3660 * 1440,
    LimitKind.WORK_DAYS: 3660,
    LimitKind.CALENDAR_DAYS: 3660,
}
_STRAIGHT = {LimitKind.URGENT_MINUTES: MINUTE, LimitKind.CALENDAR_DAYS: DAY}


@dataclass(frozen=True)
class Limit:
    """Hold an amount, in minutes or days as its kind says; ValueError unless 1 … ten years, or half a working day."""

    amount: int | float
    kind: LimitKind

    def __post_init__(self) -> None:
        least = LimitKind.of(self.kind).step
        if not least <= self.amount <= _MOST[self.kind] or self.amount % least:
            raise ValueError(f"a limit in {self.kind} lies between {least} and {_MOST[self.kind]}, in steps of {least}")

    @property
    def whole(self) -> int:
        """Return the whole minutes or days of the amount."""
        return int(self.amount)

    @property
    def half(self) -> bool:
        """Tell whether half a working day comes on top of the whole ones."""
        return self.amount != self.whole


@dataclass(frozen=True)
class Times:
    """Hold when a running limit is warned of and when it ends, UTC."""

    warn: datetime
    due: datetime


def due(start: datetime, limit: Limit, calendar: WorkingCalendar) -> datetime:
    """Return the instant at which a limit begun at `start` ends."""
    units = limit.whole * _unit(limit.kind, calendar) + limit.half * _unit(limit.kind, calendar) // 2
    return _advance(start, units, limit.kind, calendar)


def elapsed(start: datetime, end: datetime, kind: LimitKind, calendar: WorkingCalendar) -> Fraction:
    """Return how many minutes or days of the kind lie between two instants; 0 if `end` is not after `start`."""
    return Fraction(_measure(start, end, kind, calendar), _unit(kind, calendar))


def warn_at(start: datetime, due: datetime, share: float, kind: LimitKind, calendar: WorkingCalendar) -> datetime:
    """Return when `share` (0 … 1) of the time from start to due has run.

    Except for urgent minutes, a warning is for people at work: one that falls outside working hours waits for the next
    working moment, if that still lies before the end.
    """
    if not 0 <= share <= 1:
        raise ValueError("share lies between 0 and 1")
    units = round(_measure(start, due, kind, calendar) * share)
    return _to_work(_advance(start, units, kind, calendar), due, kind, calendar)


def times(start: datetime, limit: Limit, share: float, calendar: WorkingCalendar) -> Times:
    """Return warning and end of a limit begun at `start`."""
    end = due(start, limit, calendar)
    return Times(warn_at(start, end, share, limit.kind, calendar), end)


def resume(
    running: Times, paused_at: datetime, resumed_at: datetime, kind: LimitKind, calendar: WorkingCalendar
) -> Times:
    """Return the times after a pause: what was left of warning and end at `paused_at` is left at `resumed_at`.

    What had already passed at the pause stays where it was. ValueError if the pause ends before it begins.
    """
    if resumed_at < paused_at:
        raise ValueError("a pause ends after it begins")
    end = _carry(running.due, paused_at, resumed_at, kind, calendar)
    if running.warn <= paused_at:
        return Times(running.warn, end)
    warn = _carry(running.warn, paused_at, resumed_at, kind, calendar)
    return Times(_to_work(warn, end, kind, calendar), end)


def extend(running: Times, new_due: datetime, kind: LimitKind, calendar: WorkingCalendar) -> Times:
    """Return the times after an extension to `new_due`: the warning keeps its distance to the end.

    `new_due` may come from `due(running.due, more, calendar)`. ValueError if it is not later than the present end.
    """
    if new_due <= running.due:
        raise ValueError("an extension ends later than the limit it extends")
    moved = _advance(running.warn, _measure(running.due, new_due, kind, calendar), kind, calendar)
    return Times(_to_work(moved, new_due, kind, calendar), new_due)


def next_working_moment(at: datetime, calendar: WorkingCalendar) -> datetime:
    """Return `at` if it lies in working hours (closing time does not), else the next opening."""
    return _advance(at, 0, LimitKind.WORK_DAYS, calendar)


def warnings(
    start: datetime, end: datetime, kind: LimitKind, calendar: WorkingCalendar
) -> tuple[CalendarYearUnknown, ...]:
    """Name the years in which the time between two instants was counted without knowing the statutory holidays."""
    if kind in _STRAIGHT:
        return ()
    return calendar.unknown_years(*(date.fromordinal(local_parts(at)[0]) for at in (start, end)))


def unknown_holidays(
    start: datetime, end: datetime, kind: LimitKind, calendar: WorkingCalendar
) -> tuple[UnknownHoliday, ...]:
    """Name the holidays between two instants whose days are not known yet: the end may come to lie elsewhere."""
    if kind in _STRAIGHT:
        return ()
    return calendar.unknown_holidays(*(date.fromordinal(local_parts(at)[0]) for at in (start, end)))


def _unit(kind: LimitKind, calendar: WorkingCalendar) -> int:
    """Return how many measuring units make one minute or day of the kind; µs, or shares of a working day."""
    if kind == LimitKind.WORK_DAYS:
        return calendar.day_units
    return _STRAIGHT.get(kind, MINUTE)


def _advance(at: datetime, units: int, kind: LimitKind, calendar: WorkingCalendar) -> datetime:
    """Return the instant that many units after `at`; in working kinds 0 units lead to the next working moment."""
    if kind in _STRAIGHT:
        return at.astimezone(UTC) + units * MICROSECOND
    if units == 0:
        kind = LimitKind.WORK_DAYS
    year, position = _position(at, kind, calendar)
    return _locate(year, position + units, kind, calendar)


def _measure(start: datetime, end: datetime, kind: LimitKind, calendar: WorkingCalendar) -> int:
    """Count the units between two instants, 0 if they are not in order."""
    if end <= start:
        return 0
    if kind in _STRAIGHT:
        return (end - start) // MICROSECOND
    first, begin = _position(start, kind, calendar)
    last, finish = _position(end, kind, calendar)
    return finish - begin + sum(_length(year, kind, calendar) for year in range(first, last))


def _carry(moment: datetime, old: datetime, new: datetime, kind: LimitKind, calendar: WorkingCalendar) -> datetime:
    """Return the moment that lies as far after `new` as `moment` lay after `old`; unchanged if it lay before."""
    if moment <= old:
        return moment
    return _advance(new, _measure(old, moment, kind, calendar), kind, calendar)


def _to_work(moment: datetime, end: datetime, kind: LimitKind, calendar: WorkingCalendar) -> datetime:
    """Move a warning to the next working moment if that lies before the end; never past the end."""
    if kind != LimitKind.URGENT_MINUTES:
        awake = next_working_moment(moment, calendar)
        if awake < end:
            return awake
    return min(moment, end)


def _position(at: datetime, kind: LimitKind, calendar: WorkingCalendar) -> tuple[int, int]:
    """Return (local year, units run since its beginning)."""
    ordinal, time_of_day = local_parts(at)
    year = date.fromordinal(ordinal).year
    table = calendar.table(year)
    index, worked = table.place(ordinal, time_of_day)
    if kind == LimitKind.WORK_MINUTES:
        return year, table.worked[index] + worked
    units = calendar.day_units
    return year, index * units + (worked * (units // table.days[index][1].total) if worked else 0)


def _length(year: int, kind: LimitKind, calendar: WorkingCalendar) -> int:
    """Return the units of a whole year."""
    table = calendar.table(year)
    return table.worked[-1] if kind == LimitKind.WORK_MINUTES else len(table.days) * calendar.day_units


def _locate(year: int, position: int, kind: LimitKind, calendar: WorkingCalendar) -> datetime:
    """Return the instant at a position: the first such for minutes (closing), the working one for days (opening)."""
    last = 1 if kind == LimitKind.WORK_MINUTES else 0
    while position - last >= (length := _length(year, kind, calendar)):
        position -= length
        year += 1
    table = calendar.table(year)
    if kind == LimitKind.WORK_MINUTES:
        return table.after_work(position)
    units = calendar.day_units
    index, share = divmod(position, units)
    ordinal, hours = table.days[index]
    return instant(ordinal, hours.latest(share * hours.total // units))
