"""Timelines worked out by hand agree with the door to the minute: one town, and every row of the tables in it."""

from collections import Counter

import pytest

from app.cases.proof import verify
from tests.deadlines.timelines import again, calendars, offices, pauses, play, urgency

ROWS = [*offices.ROWS, *pauses.ROWS, *urgency.ROWS, *again.ROWS]
CHANGING = calendars.ROWS  # in a town of their own: what they change is changed for all


def test_there_are_enough_of_them_and_each_says_its_arithmetic():
    every = [*ROWS, *CHANGING]
    assert len(every) >= 60
    assert all(row.why.strip() and row.steps.strip() and row.ends.strip() for row in every)
    assert not [name for name, count in Counter(row.name for row in every).items() if count > 1]


@pytest.mark.parametrize("rows", [ROWS, CHANGING], ids=["same_calendar", "calendar_changes"])
def test_every_clock_ends_where_it_was_worked_out(app, clock, rows):
    stage = play.Stage(app, clock)
    wrong = [f"{row.name}: {each}" for row in rows for each in stage.play(row)]
    assert not wrong, "\n".join(wrong)
    with app.app_context():
        faults = [each for each in verify.faults(verify.VerifyScope(), verify.Tally()) if each.table != "outbox"]
    assert not faults, "\n".join(map(str, faults))
