"""Calendars and times that the tests of deadlines share."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from app.deadlines.calendar import Season, WorkingCalendar
from app.deadlines.daytable import MINUTE, Hours

H = 60 * MINUTE
MORNING = (8 * H, 12 * H)
AFTERNOON = (14 * H + H // 2, 18 * H)
FULL = Hours((MORNING, AFTERNOON))
WEEKDAYS = (FULL,) * 5 + (None, None)
BEIJING = timezone(timedelta(hours=8))


def office(**changes: Any) -> WorkingCalendar:
    """Make the office calendar: Monday to Friday 08:00-12:00, 14:30-18:00, statutory holidays kept."""
    return WorkingCalendar("office", "机关", (Season((1, 1), WEEKDAYS),), True, **changes)


OFFICE = office()
EVERY_DAY = WorkingCalendar("town", "每天", (Season((1, 1), (Hours(((8 * H, 18 * H),)),) * 7),), False)
ROUND_THE_CLOCK = WorkingCalendar("always", "昼夜", (Season((1, 1), (Hours(((0, 24 * H),)),) * 7),), False)
HALF_SATURDAY = WorkingCalendar("half", "周六半天", (Season((1, 1), (FULL,) * 5 + (Hours((MORNING,)), None)),), True)


def at(text: str) -> datetime:
    """Read a Beijing time such as "2026-02-13 09:00" as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)
