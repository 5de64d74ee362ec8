"""A shift runs from its beginning to its end, through midnight where it ends no later than it begins."""

from datetime import date, timedelta

import pytest

from app.deadlines.shifts import Shift, ShiftDay
from workflows.words import Words


@pytest.mark.parametrize(
    ("since", "until", "hours"), [("08:00", "20:00", 12), ("20:00", "08:00", 12), ("08:00", "08:00", 24)]
)
def test_a_shift_that_ends_no_later_runs_into_the_next_day(since, until, hours):
    minutes = [int(text[:2]) * 60 + int(text[3:]) for text in (since, until)]
    turn = ShiftDay(date(2026, 12, 1), Shift("duty", Words("值班", "Duty"), *minutes))
    assert turn.ends - turn.begins == timedelta(hours=hours)
