"""A centre that works every day has its stages counted so; departments and the whole case keep their own calendars."""

from datetime import UTC, datetime

import pytest

from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.factories.grids import COUNTY
from tests.support.looks import clocks_of

FRIDAY_EVENING = datetime(2026, 11, 27, 11, tzinfo=UTC)  # 19:00


def _give_calendar(town):
    """Let the county's centre work by the calendar of centres: every day, 08:00 to 20:00."""

    def named(document):
        row = next(row for row in document["calendars"] if row["code"] == "centre")
        row["centres"] = [COUNTY]
        return document

    with town.app.app_context():
        compared = catalogue.change("calendars", "calendars", named, note="中心每天上班")
        with transaction():
            catalogue.carry_out(compared, by="test")


@pytest.mark.parametrize("own", [True, False])
def test_the_stages_of_a_centre_run_by_its_calendar(town, clock, own):
    clock.set(FRIDAY_EVENING)
    if own:
        _give_calendar(town)
    case = town.worker.report().get_json()
    (accept,) = clocks_of(case, "accept")
    assert accept["limit_kind"] == "work_minutes"
    # 19:00 on a Friday: the centre is open until 20:00, and on Saturday; the offices on Monday at 08:00
    assert (accept["due_at"] < "2026-11-29") == own
    assert (accept["due_at"] > "2026-11-30") != own
    town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    (dispatch,) = clocks_of(case, "dispatch")
    assert (dispatch["due_at"] < "2026-11-29") == own
    assert clocks_of(case, "case")[-1]["due_at"] >= "2026-11-30", "the whole case is counted as its handling is"
