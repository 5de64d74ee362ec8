"""Whether a date from above is of this round, at the very moment in which the round begins too."""

from datetime import timedelta
from types import SimpleNamespace

from app.cases.clocks import dates_above
from app.cases.whole import Whole
from tests.deadlines.calendars import at

SINCE = at("2026-12-01 10:00")
A_SECOND = timedelta(seconds=1)


def _round(number, **carried):
    """A case in some round that began at SINCE, with what it carries: by when, and since when."""
    steps = [SimpleNamespace(round=number, counts_at=SINCE)]
    held = {key: {"due_at": due.isoformat(), "at": came.isoformat()} for key, (due, came) in carried.items()}
    ticket = SimpleNamespace(due_at=None, carried=held)
    return Whole(SimpleNamespace(round=number, reported_at=SINCE), [], [], steps, ticket=ticket)


def test_what_ended_when_a_round_begins_was_of_the_round_before():
    moments = (SINCE - A_SECOND, SINCE, SINCE + A_SECOND)
    assert [dates_above.binds(_round(2), date) for date in moments] == [False, False, True]
    assert all(dates_above.binds(_round(1), date) for date in moments), "the first round has none before it"


def test_a_ticket_that_came_with_the_beginning_of_a_round_is_of_it_and_one_that_came_before_is_not():
    date = SINCE - timedelta(days=3)
    came = [dates_above.binds(_round(2, one=(date, SINCE + by)), date) for by in (-A_SECOND, A_SECOND * 0, A_SECOND)]
    assert came == [False, True, True]
