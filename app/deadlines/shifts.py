"""Shifts of a centre: which one runs when, also through midnight. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.core import clock
from workflows.words import Words


@dataclass(frozen=True)
class Shift:
    """From when to when somebody is on duty, minutes after midnight; one that ends no later runs into the next day."""

    code: str
    name: Words
    since: int
    until: int

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Return beginning and end of the shift that begins on a day."""
        begin = (clock.midnight(day) + timedelta(minutes=self.since)).astimezone(UTC)
        minutes = self.until - self.since
        return begin, begin + timedelta(minutes=minutes if minutes > 0 else minutes + 1440)


@dataclass(frozen=True)
class ShiftDay:
    """A shift of one day."""

    day: date
    shift: Shift

    @property
    def begins(self) -> datetime:
        """Return when it begins."""
        return self.shift.on(self.day)[0]

    @property
    def ends(self) -> datetime:
        """Return when it ends."""
        return self.shift.on(self.day)[1]


def ended(shifts: Sequence[Shift], now: datetime, within: timedelta) -> list[ShiftDay]:
    """Return the shifts that ended no longer ago than so, the last first; none lasts longer than a day."""
    today = clock.local(now).date()
    days = [today - timedelta(days=number) for number in range(within.days + 3)]
    turns = [ShiftDay(day, shift) for day in days for shift in shifts]
    return sorted((one for one in turns if now - within <= one.ends <= now), key=lambda one: one.ends, reverse=True)


def around(shifts: Sequence[Shift], now: datetime) -> tuple[ShiftDay | None, ShiftDay | None]:
    """Return the shift that runs at a moment (None between two), and the next one to begin."""
    today = clock.local(now).date()
    days = [today + timedelta(days=number) for number in (-1, 0, 1, 2)]
    turns = sorted((ShiftDay(day, shift) for day in days for shift in shifts), key=lambda one: one.begins)
    running = [one for one in turns if one.begins <= now < one.ends]
    coming = next((one for one in turns if one.begins > now), None)
    return (running[-1] if running else None), coming
