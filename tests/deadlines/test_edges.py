"""What lies exactly on an edge (a warning at opening, a pause that begins with an end) is counted one way alone."""

from datetime import date

from app.deadlines import limits
from app.deadlines.calendar import Season, WorkingCalendar
from app.deadlines.limits import Limit, Times
from app.deadlines.regulation import MovingHoliday
from tests.deadlines.calendars import FULL, MORNING, OFFICE, WEEKDAYS, Hours, at
from workflows.case_terms import LimitKind
from workflows.words import plain

NATURAL = LimitKind.CALENDAR_DAYS


def test_a_warning_that_could_only_wait_for_the_very_end_does_not_wait():
    """Seven days from Monday 08:00: four fifths have run on Saturday, and the next opening is the end itself."""
    times = limits.times(at("2026-03-02 08:00"), Limit(7, NATURAL), 0.8, OFFICE)
    assert (times.warn, times.due) == (at("2026-03-07 22:24"), at("2026-03-09 08:00"))


def test_what_is_past_when_a_pause_begins_does_not_move_with_it():
    """Not the warning of that very moment, on a Saturday, nor an end with which the pause begins."""
    paused, resumed = at("2026-03-07 12:00"), at("2026-03-14 12:00")
    warned = limits.resume(Times(paused, at("2026-03-09 12:00")), paused, resumed, NATURAL, OFFICE)
    assert warned == Times(paused, at("2026-03-16 12:00"))
    ended = limits.resume(Times(at("2026-03-06 12:00"), paused), paused, resumed, LimitKind.WORK_MINUTES, OFFICE)
    assert ended == Times(at("2026-03-06 12:00"), paused)


def test_a_season_begins_with_its_day_and_a_moving_holiday_lasts_through_its_last():
    mornings = (Hours((MORNING,)),) * 5 + (None, None)
    summer = WorkingCalendar("summer", "夏季", (Season((1, 1), WEEKDAYS), Season((6, 1), mornings)), False)
    assert [summer.hours_on(date(2027, *day)) for day in ((5, 31), (6, 1))] == [FULL, mornings[0]]
    holiday = MovingHoliday(plain("端午节"), (5, 28), (6, 30))
    assert [holiday.may_be_on(date(2027, *day)) for day in ((5, 27), (5, 28), (6, 30), (7, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
