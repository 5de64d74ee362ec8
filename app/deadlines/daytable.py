"""Tables of working time: the hours of one day, the working days of one year.

Pure arithmetic on integers: a day is an ordinal (`date.toordinal`), a time of day is microseconds after local midnight.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
DAY = 86_400_000_000

# China has kept UTC+8 without summer time since 1991, so a local day is always 24 hours and needs no zone database.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC) - timedelta(hours=8)
_EPOCH_ORDINAL = 719_163  # of 1970-01-01


def local_parts(at: datetime) -> tuple[int, int]:
    """Split an aware instant into its Beijing day (ordinal) and time of day (µs); TypeError for a naive one."""
    passed = at - _EPOCH
    return passed.days + _EPOCH_ORDINAL, passed.seconds * 1_000_000 + passed.microseconds


def instant(ordinal: int, time_of_day: int) -> datetime:
    """Join a Beijing day (ordinal) and time of day (µs) into an instant in UTC."""
    return _EPOCH + timedelta(days=ordinal - _EPOCH_ORDINAL, microseconds=time_of_day)


@dataclass(frozen=True)
class Hours:
    """Hold the working windows of one day, `(open, close)` in µs after midnight, in order and apart."""

    windows: tuple[tuple[int, int], ...]
    total: int = field(init=False)

    def __post_init__(self) -> None:
        edges = [edge for window in self.windows for edge in window]
        if not edges or edges[0] < 0 or edges[-1] > DAY or any(a >= b for a, b in pairwise(edges)):
            raise ValueError(f"windows must be ordered, apart and within one day: {self.windows}")
        object.__setattr__(self, "total", sum(close - open_ for open_, close in self.windows))

    def worked_by(self, time_of_day: int) -> int:
        """Return the working time (µs) that has passed by a time of day."""
        worked = 0
        for open_, close in self.windows:
            if time_of_day <= open_:
                break
            worked += min(time_of_day, close) - open_
        return worked

    def earliest(self, worked: int) -> int:
        """Return the first time of day by which `worked` µs have passed: noon, not the afternoon's start."""
        for open_, close in self.windows:
            if worked <= close - open_:
                return open_ + worked
            worked -= close - open_
        raise ValueError("the day is shorter than that")

    def latest(self, worked: int) -> int:
        """Return the moment at which work goes on after `worked` µs (< total): the afternoon's start, not noon."""
        for open_, close in self.windows:
            if worked < close - open_:
                return open_ + worked
            worked -= close - open_
        raise ValueError("the day is over by then")


@dataclass(frozen=True)
class YearTable:
    """Hold the working days of one year with running totals, so that a limit is found by looking up, not by walking."""

    first: int  # ordinal of 1 January
    before: tuple[int, ...]  # for each day of the year: working days earlier in the year
    days: tuple[tuple[int, Hours], ...]  # the working days: ordinal, hours
    worked: tuple[int, ...]  # µs worked before each working day; one more entry at the end: the year's total

    @classmethod
    def of(cls, first: int, hours: list[Hours | None]) -> "YearTable":
        """Build the table from the hours of every day of the year, None for a day off."""
        before: list[int] = []
        days: list[tuple[int, Hours]] = []
        worked = [0]
        for offset, day in enumerate(hours):
            before.append(len(days))
            if day is not None:
                days.append((first + offset, day))
                worked.append(worked[-1] + day.total)
        return cls(first, tuple(before), tuple(days), tuple(worked))

    def place(self, ordinal: int, time_of_day: int) -> tuple[int, int]:
        """Return (index of the working day on or after the day, µs worked in it by the time of day)."""
        index = self.before[ordinal - self.first]
        if index < len(self.days) and self.days[index][0] == ordinal:
            return index, self.days[index][1].worked_by(time_of_day)
        return index, 0

    def after_work(self, worked: int) -> datetime:
        """Return the first instant by which `worked` µs (1 … the year's total) of the year have been worked."""
        index = bisect_left(self.worked, worked) - 1
        ordinal, hours = self.days[index]
        return instant(ordinal, hours.earliest(worked - self.worked[index]))
