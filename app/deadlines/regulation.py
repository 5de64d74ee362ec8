"""Days off by regulation: those with a fixed date are off in every year, those that move are unknown before a notice.

The dates are data (`regulation` in the document of calendars, with the source). Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from workflows.words import Words

MonthDay = tuple[int, int]


@dataclass(frozen=True)
class MovingHoliday:
    """A holiday of the moon's calendar, or of the sun's height: between which days of the year it can lie."""

    name: Words
    since: MonthDay
    until: MonthDay

    def may_be_on(self, day: date) -> bool:
        """Tell whether a day can belong to it."""
        return self.since <= (day.month, day.day) <= self.until

    def in_year(self, year: int) -> tuple[date, date]:
        """Return the first and the last day that can belong to it in a year."""
        return date(year, *self.since), date(year, *self.until)


@dataclass(frozen=True, order=True)
class UnknownHoliday:
    """Say that the days of a moving holiday are not known for a year."""

    year: int
    since: date
    until: date
    name: Words = field(compare=False)

    @property
    def words(self) -> Words:
        """Name it with its year and the days between which it lies."""
        return Words("{} 年{}（{} 至 {} 之间）", "{} {} (between {} and {})").format(
            self.year, self.name, f"{self.since:%m-%d}", f"{self.until:%m-%d}"
        )


@dataclass(frozen=True)
class Regulation:
    """The days off that a regulation sets for every year: by date, and those that move."""

    fixed: Mapping[MonthDay, Words] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    moving: tuple[MovingHoliday, ...] = ()

    def fixed_on(self, day: date) -> Words | None:
        """Return the holiday that falls on a day in every year."""
        return self.fixed.get((day.month, day.day))

    def moving_on(self, day: date) -> MovingHoliday | None:
        """Return the moving holiday that may fall on a day."""
        return next((each for each in self.moving if each.may_be_on(day)), None)

    def moving_between(self, since: date, until: date, years: set[int]) -> Iterator[UnknownHoliday]:
        """Yield the moving holidays of some years that may touch the days between two, both included."""
        for year in sorted(years):
            for each in self.moving:
                first, last = each.in_year(year)
                if first <= until and last >= since:
                    yield UnknownHoliday(year, first, last, each.name)


NONE = Regulation()
