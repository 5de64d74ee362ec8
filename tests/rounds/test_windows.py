"""A calendar is cut into windows of whole days: none is missing, none lies over another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.document_terms import RoundPeriod
from app.catalogue.documents import Frequency
from app.rounds.windows import Window, is_worth, windows

MONDAY = date(2026, 11, 23)


def spans(per, times, day=MONDAY, ahead=7, **more):
    """The windows, each as first and last day."""
    return [
        (one.first, one.last, one.n)
        for one in windows(Frequency(RoundPeriod(per), times, "example", **more), day, ahead)
    ]


def test_a_week_of_three_times_is_cut_into_three_windows():
    assert spans("week", 3, ahead=0) == [
        (date(2026, 11, 23), date(2026, 11, 24), 1),
    ]
    assert spans("week", 3, ahead=6) == [
        (date(2026, 11, 23), date(2026, 11, 24), 1), (date(2026, 11, 25), date(2026, 11, 26), 1),
        (date(2026, 11, 27), date(2026, 11, 29), 1),
    ]  # fmt: skip


def test_two_times_a_day_are_two_rounds_of_the_same_day():
    assert spans("day", 2, ahead=0) == [(MONDAY, MONDAY, 1), (MONDAY, MONDAY, 2)]


def test_months_that_are_left_out_have_none():
    assert spans("day", 1, date(2026, 11, 29), months=(11,)) == [
        (date(2026, 11, 29), date(2026, 11, 29), 1), (date(2026, 11, 30), date(2026, 11, 30), 1),
    ]  # fmt: skip
    assert spans("month", 1, months=(1, 2)) == []


@pytest.mark.parametrize(("per", "last"), [("month", date(2026, 11, 30)), ("quarter", date(2026, 12, 31)),
                                            ("year", date(2026, 12, 31))])  # fmt: skip
def test_one_a_period_lasts_through_it(per, last):
    assert spans(per, 1, ahead=0)[0][1] == last


def test_what_runs_out_is_not_asked_of_anybody():
    window = Window(date(2026, 11, 1), date(2026, 11, 30))
    assert is_worth(window, date(2026, 11, 16))
    assert not is_worth(window, date(2026, 11, 17))
    assert is_worth(Window(MONDAY, MONDAY), MONDAY)


@given(
    st.sampled_from(["week", "month", "quarter", "year"]), st.integers(1, 7),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)  # fmt: skip
def test_every_day_lies_in_exactly_one_window_whenever_one_looks(per, times, day):
    frequency = Frequency(RoundPeriod(per), times, "example")
    every = {(one.first, one.last) for number in range(3) for one in windows(frequency, day + timedelta(number), 0)}
    for number in range(3):
        here = day + timedelta(number)
        assert sum(first <= here <= last for first, last in every) == 1
