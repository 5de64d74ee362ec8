"""Cut a calendar into the windows in which a round is to be done. Pure.

A period (day, week, month, quarter, year) is cut into as many windows as it asks for times, each of whole days, as
equal as they can be; months that are left out are no days of it. Where there are fewer days than times, a day has
several. Holidays are days like any other: rivers and fires know none, and who is off is the roster's matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.catalogue.documents import Frequency

_ONE = timedelta(days=1)


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


def _start(per: str, day: date) -> date:
    if per == "day":
        return day
    if per == "week":
        return day - day.weekday() * _ONE
    months = {"month": 1, "quarter": 3, "year": 12}[per]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next(per: str, start: date) -> date:
    if per in ("day", "week"):
        return start + (7 if per == "week" else 1) * _ONE
    months = start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[per]
    return date(start.year + months // 12, months % 12 + 1, 1)
