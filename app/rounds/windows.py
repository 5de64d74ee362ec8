"""Cut a calendar into the windows in which a round is to be done. Pure.

A period (day, week, month, quarter, year) is cut into as many windows as it asks for times, each of whole days, as
equal as they can be; months that are left out are no days of it. Where there are fewer days than times, a day has
several. Holidays are days like any other: rivers and fires know none, and who is off is the roster's matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.catalogue.document_terms import RoundPeriod
from app.catalogue.documents import Frequency

_ONE = timedelta(days=1)
_DAYS = {RoundPeriod.DAY: 1, RoundPeriod.WEEK: 7}
_MONTHS = {RoundPeriod.MONTH: 1, RoundPeriod.QUARTER: 3, RoundPeriod.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Window:
    """From the morning of one day to the evening of another; `n` counts those that begin and end alike."""

    first: date
    last: date
    n: int = 1


def windows(frequency: Frequency, today: date, ahead: int) -> list[Window]:
    """Return the windows that run today or begin within so many days."""
    horizon, every = today + ahead * _ONE, list[Window]()
    start = _start(frequency.per, today)
    while start <= horizon:
        end = _next(frequency.per, start)
        every += [one for one in _cut(frequency, start, end) if one.last >= today and one.first <= horizon]
        start = end
    return every


def is_worth(window: Window, today: date) -> bool:
    """Tell whether a window that runs leaves at least half of its days: what nobody could plan for is not asked."""
    return (window.last - max(today, window.first)).days + 1 >= ((window.last - window.first).days + 1) / 2


def _cut(frequency: Frequency, start: date, end: date) -> Iterator[Window]:
    days = [start + number * _ONE for number in range((end - start).days)]
    days = [day for day in days if not frequency.months or day.month in frequency.months]
    alike: dict[tuple[date, date], int] = {}
    for number in range(frequency.times if days else 0):
        low, high = (each * len(days) // frequency.times for each in (number, number + 1))
        first = days[min(low, len(days) - 1)]
        bounds = first, max(first, days[max(high - 1, 0)])
        alike[bounds] = alike.get(bounds, 0) + 1
        yield Window(*bounds, alike[bounds])


def _start(per: RoundPeriod, day: date) -> date:
    if per is RoundPeriod.DAY:
        return day
    if per is RoundPeriod.WEEK:
        return day - day.weekday() * _ONE
    months = _MONTHS[per]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next(per: RoundPeriod, start: date) -> date:
    if per in _DAYS:
        return start + _DAYS[per] * _ONE
    months = start.month - 1 + _MONTHS[per]
    return date(start.year + months // 12, months % 12 + 1, 1)
