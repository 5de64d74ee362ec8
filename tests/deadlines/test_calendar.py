"""Which days are worked: the yearly notice, the county's own exceptions, the years nobody knows yet."""

from datetime import date

import pytest

from app.deadlines import limits
from app.deadlines.calendar import CalendarYearUnknown, Override, Season, WorkingCalendar, library_knows
from app.deadlines.calendar_documents import load
from app.deadlines.daytable import Hours
from app.deadlines.limits import Limit
from tests.deadlines.calendars import AFTERNOON, EVERY_DAY, MORNING, OFFICE, WEEKDAYS, H, at, office
from tests.factories.catalogue import seed_content
from workflows.case_terms import LimitKind

# 国务院办公厅关于2026年部分节假日安排的通知 (2025-11-04): Spring Festival 15–23 February, make-up work on Saturday 14
# and Saturday 28 February; National Day 1–7 October, make-up work on Sunday 20 September and Saturday 10 October.
SPRING_FESTIVAL = {
    13: True, 14: True, 15: False, 16: False, 17: False, 18: False, 19: False, 20: False,
    21: False, 22: False, 23: False, 24: True, 27: True, 28: True,
}  # fmt: skip
NATIONAL_DAY = {
    1: False,
    2: False,
    3: False,
    4: False,
    5: False,
    6: False,
    7: False,
    8: True,
    9: True,
    10: True,
    11: False,
}


@pytest.mark.parametrize(("day", "worked"), SPRING_FESTIVAL.items())
def test_spring_festival_2026_is_off_and_its_make_up_saturdays_are_worked(day, worked):
    assert (OFFICE.hours_on(date(2026, 2, day)) is not None) is worked


@pytest.mark.parametrize(("day", "worked"), NATIONAL_DAY.items())
def test_national_day_2026_is_off_and_its_make_up_saturday_is_worked(day, worked):
    assert (OFFICE.hours_on(date(2026, 10, day)) is not None) is worked


def test_the_make_up_sunday_before_national_day_is_worked_in_ordinary_hours():
    assert OFFICE.hours_on(date(2026, 9, 20)) == Hours((MORNING, AFTERNOON))


def test_a_calendar_that_ignores_the_law_works_through_the_festival():
    assert EVERY_DAY.hours_on(date(2026, 2, 17)) is not None


def test_an_override_beats_the_notice_in_both_directions():
    calendar = office(
        overrides={
            date(2026, 2, 16): Override(True, "除雪值守", "example"),
            date(2026, 2, 24): Override(False, "暴雪停工", "example"),
            date(2026, 2, 25): Override(True, "半日", "example", Hours((MORNING,))),
        }
    )
    assert calendar.hours_on(date(2026, 2, 16)) == Hours((MORNING, AFTERNOON))
    assert calendar.hours_on(date(2026, 2, 24)) is None
    assert calendar.hours_on(date(2026, 2, 25)) == Hours((MORNING,))


def test_a_season_holds_until_the_next_and_over_new_year():
    summer = Hours((MORNING, (15 * H, 18 * H + H // 2)))
    week = (summer,) * 5 + (None, None)
    calendar = WorkingCalendar("office", "机关", (Season((10, 1), WEEKDAYS), Season((5, 1), week)), True)
    assert calendar.hours_on(date(2026, 4, 30)) == Hours((MORNING, AFTERNOON))
    assert calendar.hours_on(date(2026, 5, 6)) == summer
    assert calendar.hours_on(date(2026, 9, 30)) == summer
    assert calendar.hours_on(date(2026, 10, 8)) == Hours((MORNING, AFTERNOON))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 17), 1, date(2026, 2, 24)),
        (date(2026, 9, 18), 6, date(2026, 9, 28)),  # 20 September is worked, the 25th off
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, count, expected):
    assert OFFICE.working_day_after(day, count) == expected


def test_an_unknown_year_is_reckoned_by_weekdays_and_said():
    assert not library_knows(2099)
    assert OFFICE.hours_on(date(2099, 10, 1)) is not None  # a Thursday
    unknown = OFFICE.unknown_years(date(2026, 1, 1), date(2026, 12, 31))
    assert unknown == ()
    (unknown,) = OFFICE.unknown_years(date(2099, 3, 1), date(2099, 4, 1))
    assert unknown == CalendarYearUnknown("office", 2099)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2027-01-01", False),  # a Friday
        ("2027-05-03", True),  # a Monday: the notice may let it be off, the regulation does not
        ("2027-10-01", False),  # a Friday
        ("2027-02-08", True),  # a Monday in the days in which 春节 may lie: not known, counted as worked
        ("2029-05-01", False),  # a Tuesday
        ("2029-05-02", False),
        ("2029-10-02", False),
        ("2029-10-03", False),
        ("2029-10-04", True),
    ],
)
def test_days_off_by_regulation_with_fixed_dates_are_off_before_the_notice(day, worked):
    shipped = load(seed_content("calendars", "calendars")).default
    assert (shipped.hours_on(date.fromisoformat(day)) is not None) == worked
    assert limits.due(at("2026-12-31 10:00"), Limit(1, LimitKind.WORK_DAYS), shipped) == at("2027-01-04 10:00")


def test_holidays_that_move_are_unknown_before_the_notice():
    document = seed_content("calendars", "calendars")
    shipped = load(document).default
    unknown = shipped.unknown_holidays(date(2027, 1, 4), date(2027, 4, 4))
    assert [(one.year, one.name, one.since) for one in unknown] == [
        (2027, "春节", date(2027, 1, 20)),
        (2027, "清明节", date(2027, 4, 4)),
    ]
    assert shipped.unknown_holidays(date(2027, 1, 4), date(2027, 1, 19)) == ()
    assert shipped.unknown_holidays(date(2026, 1, 4), date(2026, 12, 31)) == ()  # the notice is known
    older = {name: inner for name, inner in document.items() if name != "regulation"}
    assert load(older).default.regulation == shipped.regulation
    without = {**document, "regulation": {"fixed": [], "moving": [], "source": "县里不用"}}
    assert load(without).default.hours_on(date(2027, 1, 1)) is not None


def test_a_year_before_the_library_begins_is_unknown_too():
    assert OFFICE.unknown_years(date(1999, 1, 1), date(1999, 1, 1)) == (CalendarYearUnknown("office", 1999),)


def test_a_year_settled_by_overrides_or_not_needed_is_not_warned_of():
    settled = office(settled_years=frozenset({2099}))
    day = date(2099, 1, 1)
    assert settled.unknown_years(day, day) == ()
    assert EVERY_DAY.unknown_years(day, day) == ()


def test_a_calendar_that_never_works_is_refused():
    with pytest.raises(ValueError):
        WorkingCalendar("none", "无", (Season((1, 1), (None,) * 7),), False)


@pytest.mark.parametrize("windows", [(), ((12 * H, 8 * H),), (MORNING, (11 * H, 14 * H)), ((8 * H, 25 * H),)])
def test_hours_that_are_empty_backwards_overlapping_or_too_long_are_refused(windows):
    with pytest.raises(ValueError):
        Hours(windows)
