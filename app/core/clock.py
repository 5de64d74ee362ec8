"""Tell the time. Services ask here and nowhere else, so that tests and the demo can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
DIFFER = timedelta(minutes=1)  # by so much the clocks of several hosts may; our figure
_set: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the time in UTC, with zone."""
    return _set.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return the same moment on the county's wall clock."""
    return moment.astimezone(LOCAL)


def midnight(day: date) -> datetime:
    """Return when a day of the county begins, on its own wall clock."""
    return datetime.combine(day, time(), LOCAL)


def minute(moment: datetime) -> str:
    """Write a moment as the county's wall clock shows it, to the minute."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at a moment inside the block."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
