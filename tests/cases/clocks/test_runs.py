"""When a stage did not run, between its runs."""

from types import SimpleNamespace

import pytest

from app.cases.clocks import runs
from tests.deadlines.calendars import at


def _at(hour):
    return at(f"2026-03-03 {hour:02}:00")


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(9, None)], []),
        ([(9, 10), (11, None)], [(10, 11)]),
        ([(9, 10), (10, None)], []),
        ([(9, 10), (11, 12), (14, None)], [(10, 11), (12, 14)]),
        ([(9, 13), (10, 11), (14, None)], [(13, 14)]),  # two tasks of one department beside each other
    ],
)
def test_a_stage_stood_between_its_runs(spans, expected):
    line = [SimpleNamespace(started_at=_at(begin), stopped_at=end and _at(end)) for begin, end in spans]
    assert runs.gaps(line) == [(_at(begin), _at(end)) for begin, end in expected]


def test_intervals_that_touch_are_one_and_those_from_before_are_none():
    intervals = [(_at(12), _at(14)), (_at(8), _at(9)), (_at(10), _at(12)), (_at(11), _at(13))]
    assert runs.united(intervals, _at(9)) == [(_at(10), _at(14))]
