"""When limits end, by hand over the festivals of 2026 and by property over all days."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.deadlines import limits
from app.deadlines.calendar import CalendarYearUnknown, Override
from app.deadlines.limits import Limit, Times
from tests.deadlines.calendars import EVERY_DAY, HALF_SATURDAY, OFFICE, ROUND_THE_CLOCK, at, office
from workflows.case_terms import LimitKind

URGENT, MINUTES, DAYS, NATURAL = (
    LimitKind.URGENT_MINUTES,
    LimitKind.WORK_MINUTES,
    LimitKind.WORK_DAYS,
    LimitKind.CALENDAR_DAYS,
)


@pytest.mark.parametrize(
    ("start", "limit", "end"),
    [
        ("2026-03-02 08:00", Limit(240, MINUTES), "2026-03-02 12:00"),  # fills the morning, ends with it
        ("2026-03-02 08:00", Limit(241, MINUTES), "2026-03-02 14:31"),
        ("2026-03-02 13:00", Limit(60, MINUTES), "2026-03-02 15:30"),  # begun at lunch
        ("2026-03-02 17:30", Limit(60, MINUTES), "2026-03-03 08:30"),
        ("2026-03-06 20:00", Limit(60, MINUTES), "2026-03-09 09:00"),  # Friday night
        ("2026-03-02 08:00", Limit(450, MINUTES), "2026-03-02 18:00"),  # a whole day ends with it
        ("2026-12-31 17:00", Limit(60, MINUTES), "2026-12-31 18:00"),  # with the year's last working minute
        ("2026-02-14 17:00", Limit(120, MINUTES), "2026-02-24 09:00"),  # make-up Saturday, then nine days off
        ("2026-02-17 10:00", Limit(30, MINUTES), "2026-02-24 08:30"),  # begun in the festival
        ("2026-09-30 17:50", Limit(20, MINUTES), "2026-10-08 08:10"),
        ("2026-02-13 10:00", Limit(1, DAYS), "2026-02-14 10:00"),  # the make-up Saturday counts
        ("2026-02-13 10:00", Limit(2, DAYS), "2026-02-24 10:00"),
        ("2026-02-13 10:00", Limit(6, DAYS), "2026-02-28 10:00"),
        ("2026-02-16 10:00", Limit(1, DAYS), "2026-02-25 08:00"),  # begun in the festival: from its first morning
        ("2026-09-18 16:00", Limit(1, DAYS), "2026-09-20 16:00"),  # make-up Sunday
        ("2026-09-24 10:00", Limit(5, DAYS), "2026-10-09 10:00"),  # 中秋 and National Day
        ("2026-10-09 10:00", Limit(2, DAYS), "2026-10-12 10:00"),
        ("2026-03-06 20:00", Limit(1, DAYS), "2026-03-10 08:00"),  # Friday night: counts from Monday 08:00
        ("2026-03-02 12:30", Limit(1, DAYS), "2026-03-03 14:30"),  # lunch: counts from 14:30
        ("2025-12-31 15:00", Limit(1, DAYS), "2026-01-04 15:00"),  # over the new year
        ("2026-03-02 08:00", Limit(0.5, DAYS), "2026-03-02 11:45"),  # half of 450 minutes: 225 from 08:00
        ("2026-03-02 17:00", Limit(0.5, DAYS), "2026-03-03 10:45"),  # 60 minutes are left, 165 more on Tuesday
        ("2026-03-06 14:30", Limit(1.5, DAYS), "2026-03-10 08:15"),  # 675 minutes: 210 on Friday, 450, 15 on Tuesday
        (
            "2026-02-14 14:30",
            Limit(0.5, DAYS),
            "2026-02-24 08:15",
        ),  # 210 on the make-up Saturday, 15 more
        ("2026-02-15 23:00", Limit(30, URGENT), "2026-02-15 23:30"),
        ("2026-02-13 10:00", Limit(7, NATURAL), "2026-02-20 10:00"),
    ],
)
def test_limits_end_where_a_clerk_counts_them_to_end(start, limit, end):
    assert limits.due(at(start), limit, OFFICE) == at(end)


def test_a_seven_day_calendar_works_on_saturday_and_through_the_festival():
    assert limits.due(at("2026-02-14 17:00"), Limit(120, MINUTES), EVERY_DAY) == at("2026-02-15 09:00")
    assert limits.due(at("2026-03-06 10:00"), Limit(2, DAYS), EVERY_DAY) == at("2026-03-08 10:00")


def test_a_work_day_over_a_half_saturday_ends_at_the_same_share_of_the_day():
    friday_noon_share = at("2026-03-06 15:00")  # 270 of 450 minutes: three fifths
    assert limits.due(friday_noon_share, Limit(1, DAYS), HALF_SATURDAY) == at("2026-03-07 10:24")
    assert limits.due(friday_noon_share, Limit(2, DAYS), HALF_SATURDAY) == at("2026-03-09 15:00")


def test_half_a_work_day_is_half_of_the_days_hours_whatever_their_length():
    # Friday 16:00: 120 of 450 minutes are left, 4/15 of a day; the other 7/30 of one are 56 of Saturday's 240 minutes
    assert limits.due(at("2026-03-06 16:00"), Limit(0.5, DAYS), HALF_SATURDAY) == at("2026-03-07 08:56")
    assert limits.elapsed(at("2026-03-06 16:00"), at("2026-03-07 08:56"), DAYS, HALF_SATURDAY) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("amount", "kind"), [(0.5, MINUTES), (1.5, NATURAL), (0.5, URGENT), (0.25, DAYS), (0, DAYS), (3660.5, DAYS)]
)
def test_other_fractions_are_no_limits(amount, kind):
    with pytest.raises(ValueError, match="in steps of"):
        Limit(amount, kind)


def test_a_closed_day_moves_the_end():
    snow = office(overrides={date(2026, 3, 3): Override(False, "暴雪停工", "example")})
    assert limits.due(at("2026-03-02 10:00"), Limit(1, DAYS), snow) == at("2026-03-04 10:00")


def test_a_year_wholly_closed_is_stepped_over():
    new_year = date(2026, 1, 1)
    days = (new_year + timedelta(days=n) for n in range(365))
    closed = office(overrides={day: Override(False, "停工", "example") for day in days})
    assert limits.due(at("2025-12-31 17:00"), Limit(120, MINUTES), closed) == at("2027-01-01 09:00")
    assert limits.next_working_moment(at("2026-05-01 09:00"), closed) == at("2027-01-01 08:00")


@pytest.mark.parametrize(
    ("start", "limit", "warn"),
    [
        ("2026-03-02 08:00", Limit(100, MINUTES), "2026-03-02 09:20"),
        ("2026-03-02 08:00", Limit(300, MINUTES), "2026-03-02 14:30"),  # 80 % is the stroke of noon: after lunch
        ("2026-03-02 08:00", Limit(5, DAYS), "2026-03-06 08:00"),
        ("2026-03-02 08:00", Limit(1, DAYS), "2026-03-02 16:30"),  # 360 of 450 minutes, not in the night
        ("2026-03-02 10:00", Limit(7, NATURAL), "2026-03-09 08:00"),  # 80 % is Saturday night: Monday morning
        ("2026-03-06 09:00", Limit(1, NATURAL), "2026-03-07 04:12"),  # no working moment before the end
        ("2026-03-06 20:00", Limit(100, URGENT), "2026-03-06 21:20"),  # urgent ones ring at night
    ],
)
def test_the_warning_comes_at_its_share_and_when_people_work(start, limit, warn):
    assert limits.times(at(start), limit, 0.8, OFFICE).warn == at(warn)


def test_a_pause_keeps_what_was_left():
    running = limits.times(at("2026-03-02 09:00"), Limit(2, DAYS), 0.8, OFFICE)
    resumed = limits.resume(running, at("2026-03-03 09:00"), at("2026-09-30 17:00"), DAYS, OFFICE)
    assert resumed.due == at("2026-10-08 17:00")  # one day was left
    assert limits.elapsed(at("2026-09-30 17:00"), resumed.warn, DAYS, OFFICE) == Fraction(3, 5)


def test_a_pause_moves_neither_a_warning_given_nor_an_end_that_had_passed():
    running = Times(at("2026-03-02 10:00"), at("2026-03-02 11:00"))
    late = limits.resume(running, at("2026-03-02 15:00"), at("2026-03-05 15:00"), MINUTES, OFFICE)
    warned = limits.resume(running, at("2026-03-02 10:30"), at("2026-03-05 15:00"), MINUTES, OFFICE)
    assert late == running
    assert warned == Times(running.warn, at("2026-03-05 15:30"))


def test_a_warning_given_at_night_is_not_given_again_after_a_pause():
    running = limits.times(at("2026-03-06 09:00"), Limit(1, NATURAL), 0.8, OFFICE)
    assert running.warn == at("2026-03-07 04:12")
    resumed = limits.resume(running, at("2026-03-07 05:00"), at("2026-03-10 05:00"), NATURAL, OFFICE)
    assert resumed == Times(running.warn, at("2026-03-10 09:00"))


def test_an_end_at_night_with_no_working_time_left_comes_at_the_next_working_moment_after_a_pause():
    running = Times(at("2026-03-02 10:00"), at("2026-03-02 20:00"))
    resumed = limits.resume(running, at("2026-03-02 19:00"), at("2026-03-05 13:00"), MINUTES, OFFICE)
    assert resumed.due == at("2026-03-05 14:30")


def test_a_warning_at_the_very_start_of_a_limit_begun_on_new_years_day_comes_with_the_first_working_moment():
    end = limits.due(at("2026-01-01 10:00"), Limit(60, MINUTES), OFFICE)
    assert limits.warn_at(at("2026-01-01 10:00"), end, 0, MINUTES, OFFICE) == at("2026-01-04 08:00")


def test_an_extension_moves_the_end_and_keeps_the_distance_of_the_warning():
    running = limits.times(at("2026-03-02 08:00"), Limit(5, DAYS), 0.8, OFFICE)
    new_due = limits.due(running.due, Limit(3, DAYS), OFFICE)
    extended = limits.extend(running, new_due, DAYS, OFFICE)
    assert extended == Times(at("2026-03-11 08:00"), at("2026-03-12 08:00"))


def test_an_extension_that_ends_no_later_and_a_pause_that_ends_before_it_begins_are_refused():
    running = Times(at("2026-03-02 10:00"), at("2026-03-02 11:00"))
    with pytest.raises(ValueError):
        limits.extend(running, running.due, MINUTES, OFFICE)
    with pytest.raises(ValueError):
        limits.resume(running, at("2026-03-02 10:00"), at("2026-03-02 09:00"), MINUTES, OFFICE)


@pytest.mark.parametrize(("amount", "kind"), [(0, DAYS), (-1, URGENT), (3661, DAYS), (3660 * 1440 + 1, MINUTES)])
def test_a_limit_of_nothing_or_of_more_than_ten_years_is_refused(amount, kind):
    with pytest.raises(ValueError, match="lies between"):
        Limit(amount, kind)


def test_a_kind_read_from_a_row_as_text_counts_the_same():
    start = at("2026-02-13 10:00")
    assert limits.due(start, Limit(2, "work_days"), OFFICE) == at("2026-02-24 10:00")


def test_a_share_outside_zero_to_one_is_refused():
    with pytest.raises(ValueError):
        limits.warn_at(at("2026-03-02 10:00"), at("2026-03-03 10:00"), 80, DAYS, OFFICE)


def test_a_time_without_zone_is_refused():
    with pytest.raises(TypeError):
        limits.due(datetime(2026, 3, 2), Limit(1, DAYS), OFFICE)  # noqa: DTZ001


def test_a_limit_that_runs_into_an_unknown_year_says_so_and_one_that_needs_no_calendar_does_not():
    start, end = at("2099-01-05 10:00"), at("2100-01-05 10:00")
    unknown = (CalendarYearUnknown("office", 2099), CalendarYearUnknown("office", 2100))
    assert limits.warnings(start, end, DAYS, OFFICE) == unknown
    assert limits.warnings(start, end, URGENT, OFFICE) == ()
    assert limits.warnings(start, end, NATURAL, OFFICE) == ()
    assert limits.warnings(at("2026-02-13 10:00"), at("2026-02-24 10:00"), DAYS, OFFICE) == ()


# From years that the library knows into years that it does not.
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
EVEN = st.sampled_from([OFFICE, EVERY_DAY, ROUND_THE_CLOCK])
ANY = st.sampled_from([OFFICE, EVERY_DAY, ROUND_THE_CLOCK, HALF_SATURDAY])
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 60 * 24 * 30), st.sampled_from([URGENT, MINUTES])),
    st.builds(Limit, st.integers(1, 90), st.sampled_from([DAYS, NATURAL])),
)


@given(INSTANTS, LIMITS, EVEN)
def test_what_has_run_at_the_end_is_the_limit(start, limit, calendar):
    end = limits.due(start, limit, calendar)
    assert end > start
    assert end.tzinfo is UTC
    assert limits.elapsed(start, end, limit.kind, calendar) == limit.amount


@given(INSTANTS, LIMITS)
def test_what_has_run_at_the_end_is_the_limit_to_a_microsecond_where_days_differ(start, limit):
    end = limits.due(start, limit, HALF_SATURDAY)
    short = limit.amount - limits.elapsed(start, end, limit.kind, HALF_SATURDAY)
    assert 0 <= short < Fraction(1, 4 * 3600 * 10**6)  # 1 µs of the shortest day


@given(INSTANTS, INSTANTS, LIMITS, ANY)
def test_who_begins_later_ends_no_earlier(one, other, limit, calendar):
    one, other = sorted((one, other))
    assert limits.due(one, limit, calendar) <= limits.due(other, limit, calendar)


@given(INSTANTS, LIMITS, st.integers(1, 100), ANY)
def test_a_longer_limit_ends_later(start, limit, more, calendar):
    longer = Limit(limit.amount + more, limit.kind)
    assert limits.due(start, limit, calendar) < limits.due(start, longer, calendar)


@given(INSTANTS, LIMITS, ANY)
def test_two_limits_in_a_row_are_one_limit_of_both(start, limit, calendar):
    once = limits.due(start, Limit(limit.amount * 2, limit.kind), calendar)
    twice = limits.due(limits.due(start, limit, calendar), limit, calendar)
    assert abs(once - twice) <= timedelta(microseconds=2)


@given(INSTANTS, LIMITS, st.floats(0, 1), ANY)
def test_the_warning_lies_between_start_and_end(start, limit, share, calendar):
    times = limits.times(start, limit, share, calendar)
    assert start <= times.warn <= times.due


@given(INSTANTS, LIMITS, st.floats(0, 0.99), st.timedeltas(timedelta(0), timedelta(days=400)), EVEN)
def test_what_was_left_at_a_pause_is_left_at_the_resumption(start, limit, part, away, calendar):
    running = limits.times(start, limit, 0.8, calendar)
    paused = start + (running.due - start) * part
    resumed = limits.resume(running, paused, paused + away, limit.kind, calendar)
    left = limits.elapsed(paused, running.due, limit.kind, calendar)
    assert limits.elapsed(paused + away, resumed.due, limit.kind, calendar) == left
    assert resumed.warn <= resumed.due


@given(INSTANTS, st.integers(1, 10_000))
def test_urgent_minutes_look_at_no_calendar(start, minutes):
    for calendar in (OFFICE, EVERY_DAY):
        assert limits.due(start, Limit(minutes, URGENT), calendar) == start + timedelta(minutes=minutes)


@given(INSTANTS, st.integers(1, 60))
def test_work_days_keep_the_local_time_of_a_start_in_working_hours(start, days):
    begun = limits.next_working_moment(start, OFFICE)
    end = limits.due(begun, Limit(days, DAYS), OFFICE)
    assert (end - begun) % timedelta(days=1) == timedelta(0)
    assert limits.next_working_moment(end, OFFICE) == end
