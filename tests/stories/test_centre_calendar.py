"""A centre that works every day has its stages counted so; departments and the whole case keep their own calendars."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases import recounts
from app.cases.models import CaseClock
from app.cases.proof import verify
from app.catalogue import service as catalogue
from app.core.db import db
from app.core.transaction import transaction
from tests.factories.grids import COUNTY
from tests.support.looks import clocks_of

FRIDAY_EVENING = datetime(2026, 11, 27, 11, tzinfo=UTC)  # 19:00


def _give_calendar(town, *centres):
    """Let the county's centre work by the calendar of centres: every day, 08:00 to 20:00; return what was foreseen."""

    def named(document):
        row = next(row for row in document["calendars"] if row["code"] == "centre")
        row["centres"] = list(centres)
        return document

    with town.app.app_context():
        compared = catalogue.change("calendars", "calendars", named, note="中心每天上班")
        foreseen = " ".join(map(str, catalogue.with_foreseen(compared).remarks))
        with transaction():
            catalogue.carry_out(compared, by="test")
        return foreseen


def _sweep(town):
    with town.app.app_context():
        return recounts.sweep()


def _ends(town, case):
    return {one["stage"]: one["due_at"] for one in town.duty.read(case)["clocks"] if not one["stopped_at"]}


def _faults(town):
    with town.app.app_context():
        return [str(fault) for fault in verify.faults(verify.VerifyScope(None), verify.Tally())]


def test_running_stages_follow_their_centre_to_another_calendar_and_back(town, clock):
    clock.set(FRIDAY_EVENING)
    _sweep(town)
    waiting = town.worker.report().get_json()
    sent = town.handling(class_code="0102")  # only the department's clock and that of the whole case run
    before, of_department = _ends(town, waiting), _ends(town, sent)
    clock.tick(minutes=10)
    assert "1 个在计时的时限（1 件案件）" in _give_calendar(town, COUNTY)
    assert (_sweep(town), _sweep(town)) == (1, 0)
    after = _ends(town, waiting)
    assert (before["accept"] > "2026-11-30", after["accept"] < "2026-11-29") == (True, True)
    assert _ends(town, sent) == of_department
    with town.app.app_context():
        kept = select(CaseClock.calendar).where(CaseClock.case_id == UUID(waiting["case_id"]))
        assert db.session.scalars(kept).all() == ["centre"]
    clock.tick(minutes=10)
    assert "1 个在计时的时限（1 件案件）" in _give_calendar(town)
    town.duty.act(waiting, "comment", text="日历改了")  # an act finds it counted, before the job
    assert _ends(town, waiting) == before
    assert _sweep(town) == 0
    while town.drain():
        pass
    assert _faults(town) == []


@pytest.mark.parametrize("own", [True, False])
def test_the_stages_of_a_centre_run_by_its_calendar(town, clock, own):
    clock.set(FRIDAY_EVENING)
    if own:
        _give_calendar(town, COUNTY)
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
