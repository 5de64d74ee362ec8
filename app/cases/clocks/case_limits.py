"""Ask the catalogue which rules and limits hold for a case: an open case keeps the version it was filed under."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.cases.clocks import dates_above, hand_down_dates
from app.cases.models import Case, CaseClock, CaseTask
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import CaseClass
from app.deadlines import limits as arithmetic
from app.deadlines.calendar import WorkingCalendar
from app.deadlines.limits import Limit, Times
from app.deadlines.queries import calendars
from app.deadlines.regulation import UnknownHoliday
from app.departments.queries import directory
from workflows.case_terms import LimitKind


def class_of(case: Any) -> CaseClass | None:
    """Return the case's class in the version it keeps; None while nobody knows the class."""
    if case.class_code is None:
        return None
    return catalogue_queries.class_at(case.class_code, case.catalogue_version)


def times(whole: Whole, start: datetime, limit: Limit, calendar: WorkingCalendar, *, capped: bool) -> Times:
    """Return warning and end of a limit that begins; the dates set from above cap the clock of the whole case."""
    counted = ordinary(start, limit, calendar)
    return within_dates(whole, counted, start) if capped else counted


def ordinary(start: datetime, limit: Limit, calendar: WorkingCalendar) -> Times:
    """Return warning and end of a limit by itself."""
    return arithmetic.times(start, limit, calendars().warn_share, calendar)


def within_dates(whole: Whole, counted: Times, start: datetime) -> Times:
    """Return the times of a limit, or those that the earliest date from above leaves it where that ends before it.

    One that had passed when the limit began leaves no time: it is late at once.
    """
    end = cap_of(whole)
    if end is None or end >= counted.due:
        return counted
    warn = min(start + (end - start) * calendars().warn_share, end) if end > start else end
    return Times(min(counted.warn, warn), end)


def cap_of(whole: Whole) -> datetime | None:
    """Return by when a superior, or a centre that handed the case down, wants this round done: the earlier."""
    dates = (*dates_above.of_senders(whole), _of_hand_downs(whole))
    return min((date for date in dates if date and dates_above.binds(whole, date)), default=None)


def _of_hand_downs(whole: Whole) -> datetime | None:
    """Return the date on the row; where that was of an earlier round, the earliest that still holds, by the steps."""
    date = whole.case.handed_down_due_at
    if date is None or dates_above.binds(whole, date):
        return date
    return hand_down_dates.earliest(hand_down_dates.in_force(whole))


def calendar_of(task: CaseTask | None, centre: str | None = None) -> WorkingCalendar:
    """Return the calendar of the task's department, or of the centre that answers, else the default."""
    if centre is not None:
        return calendars().of_centre(centre)
    department = directory().get(task.department) if task and task.department else None
    return calendar_named(department.calendar if department else None)


def calendar_named(code: str | None) -> WorkingCalendar:
    """Return a calendar; the default where the document no longer has it."""
    known = calendars()
    return known.by_code.get(code, known.default) if code else known.default


def unknown_holidays(clock: CaseClock) -> tuple[UnknownHoliday, ...]:
    """Name the holidays that a running clock goes through and whose days are not known yet."""
    if clock.stopped_at is not None:
        return ()
    calendar = calendar_named(clock.calendar)
    return arithmetic.unknown_holidays(clock.started_at, clock.due_at, LimitKind.of(clock.kind), calendar)


def reopen_days(case: Case) -> int:
    """Return within how many days after its end the case can be taken up again."""
    return catalogue_queries.catalogue().reopen_days(class_of(case))


def reopen_days_of_classes() -> tuple[Mapping[str, int], int | None]:
    """Return these days for the classes that have their own, and for the others; None before there is a catalogue."""
    catalogue = catalogue_queries.catalogue()
    classes = catalogue.classes.items()
    own = {code: catalogue.reopen_days(each) for code, each in classes if each.reopen or each.follow_up}
    general = catalogue.settings.get("reopen_days")
    return own, general.value if general else None


def follow_ups_of_classes() -> Mapping[tuple[int, int], Sequence[str]]:
    """Return the classes that are followed up, by how many days after the end and how many times."""
    by_rule: dict[tuple[int, int], list[str]] = {}
    for code, each in catalogue_queries.catalogue().classes.items():
        if each.follow_up:
            by_rule.setdefault((int(each.follow_up.after.amount), each.follow_up.times), []).append(code)
    return by_rule


def counted_at(now: datetime, phone_at: datetime | None, phone_now: datetime | None, previous: datetime) -> datetime:
    """Return the time by which a step counts.

    A phone's time counts if it lies after the previous step, not in the future, not too far back (setting
    `phone_time_back_minutes`), and the phone's clock, as it told it with the request, drifts little enough
    (`phone_drift_minutes`). Else the server's time counts. Both are kept.
    """
    if phone_at is None or phone_now is None:
        return now
    setting = catalogue_queries.catalogue().setting
    drift = timedelta(minutes=setting("phone_drift_minutes"))
    back = timedelta(minutes=setting("phone_time_back_minutes"))
    believed = abs(phone_now - now) < drift and previous <= phone_at <= now and now - phone_at <= back
    return phone_at if believed else now
