"""Say when things happen in the demo county: reports by hour, day and weather; work in office hours. Pure.

All shares here are examples. The level is that of `VOLUME_PER_DAY`: tens of cases a day in a county of this size.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from app.core.clock import LOCAL, local, midnight
from app.deadlines.calendar import WorkingCalendar

VOLUME_PER_DAY = 26.0  # cases, on the average of all days
WEEKEND, HOLIDAY, STORM = 0.55, 0.4, 2.6  # times an ordinary working day
STORM_EVERY_DAYS = 24  # about so often it pours
_HOURS = (  # shares of a day's reports by the hour in which they are made
    (0, 0.6), (1, 0.4), (2, 0.3), (3, 0.3), (4, 0.3), (5, 0.6), (6, 1.5),
    (7, 3), (8, 9), (9, 14), (10, 14), (11, 9), (12, 4), (13, 4),
    (14, 8), (15, 12), (16, 10), (17, 7), (18, 4), (19, 3),
    (20, 2.5), (21, 2), (22, 1.5), (23, 1),
)  # fmt: skip
TIMERS_BY_DAY, TIMERS_BY_NIGHT = timedelta(minutes=40), timedelta(hours=3)
_DAY_FROM, _DAY_UNTIL = time(7), time(21)  # when timers are worked as by day
FIELD_FROM, FIELD_UNTIL = time(7, 30), time(20, 0)  # when people in the field go and look


@dataclass(frozen=True)
class Arrival:
    """One report to come."""

    at: datetime
    storm: bool

    @property
    def by_night(self) -> bool:
        """Tell whether nobody is in the field: it comes by telephone, and what cannot wait comes first."""
        return not FIELD_FROM <= local(self.at).time() < FIELD_UNTIL


def arrivals(start: datetime, end: datetime, calendar: WorkingCalendar, chance: Random) -> Iterator[Arrival]:
    """Yield the reports between two moments, in order."""
    days = [local(start).date() + timedelta(days=one) for one in range((local(end) - local(start)).days + 2)]
    storms = {day for day in days if chance.random() < 1 / STORM_EVERY_DAYS}
    weights = {day: _weight(day, calendar) * (STORM if day in storms else 1.0) for day in days}
    level = VOLUME_PER_DAY * len(days) / sum(weights.values())
    hours, shares = zip(*_HOURS, strict=True)
    for day in days:
        count = int(level * weights[day] + chance.random())
        moments = sorted(_moment(day, hour, chance) for hour in chance.choices(hours, shares, k=count))
        yield from (Arrival(moment, day in storms) for moment in moments if start <= moment < end)


def next_open(moment: datetime, calendar: WorkingCalendar, chance: Random) -> datetime:
    """Return the moment itself in office hours, else a little after they begin again."""
    day = local(moment).date()
    while True:
        for opens, closes in _windows(day, calendar):
            if moment < opens:
                return opens + timedelta(minutes=chance.uniform(2, 40))
            if moment < closes:
                return moment
        day += timedelta(days=1)


def last_open(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the last moment of office hours not after this one."""
    day = local(moment).date()
    while True:
        for opens, closes in reversed(_windows(day, calendar)):
            if moment > opens:
                return min(moment, closes)
        day -= timedelta(days=1)


def next_daylight(moment: datetime, chance: Random) -> datetime:
    """Return the moment itself by day, else a little after the next morning begins."""
    here = local(moment)
    if FIELD_FROM <= here.time() < FIELD_UNTIL:
        return moment
    day = here.date() + timedelta(days=here.time() >= FIELD_UNTIL)
    return datetime.combine(day, FIELD_FROM, LOCAL) + timedelta(minutes=chance.uniform(1, 60))


def next_timers(moment: datetime) -> datetime:
    """Return when the timers are worked next: seldom by night, but no day begins without them.

    What one case owes another is there before somebody goes on with it, at whatever hour a play begins.
    """
    here = local(moment)
    if _DAY_FROM <= here.time() < _DAY_UNTIL:
        return moment + TIMERS_BY_DAY
    morning = datetime.combine(here.date() + timedelta(days=here.time() >= _DAY_UNTIL), _DAY_FROM, LOCAL)
    return min(moment + TIMERS_BY_NIGHT, morning)


def _weight(day: date, calendar: WorkingCalendar) -> float:
    if calendar.hours_on(day):
        return 1.0
    return WEEKEND if day.weekday() >= 5 else HOLIDAY


def _moment(day: date, hour: int, chance: Random) -> datetime:
    return datetime.combine(day, time(hour), LOCAL) + timedelta(seconds=chance.uniform(0, 3600))


def _windows(day: date, calendar: WorkingCalendar) -> list[tuple[datetime, datetime]]:
    hours = calendar.hours_on(day)
    begins = midnight(day)
    edges = hours.windows if hours else ()
    return [
        (begins + timedelta(microseconds=opens), begins + timedelta(microseconds=closes)) for opens, closes in edges
    ]
