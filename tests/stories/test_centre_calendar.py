"""A centre that works every day has its stages counted so; departments and the whole case keep their own calendars."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases import recounts
from app.cases.acts import calendar_recount
from app.cases.models import CaseClock
from app.cases.proof import verify
from app.cases.whole import look
from app.catalogue import service as catalogue
from app.core.db import db
from app.core.transaction import transaction
from app.identity import service as identity
from tests.factories.grids import COUNTY, GRIDS, WEST
from tests.factories.town import GRID, SIGN_FIRST
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


def _stays(town, duty, case):
    """An act that has nothing to do with limits, and a look at all calendars, leave every end of a case as it is."""
    before = _ends(town, case)
    duty.act(case, "correct", address=f"路口东侧（{duty.read(case)['seq']}）")
    assert _ends(town, case) == before
    with town.app.app_context():
        whole = look(UUID(case["case_id"]))
        assert not calendar_recount.is_due(calendar_recount.trial(whole)), before
    return before


def test_no_end_waits_for_an_act_that_has_nothing_to_do_with_it(town, clock):
    """The township works every day, the county's centre by office hours: a case goes from one to the other and back."""
    clock.set(FRIDAY_EVENING)
    town.open_centre(WEST)
    _give_calendar(town, WEST)
    _sweep(town)
    below, duty = town.hire("acceptor", "centre", WEST), town.hire("duty_officer", "centre", WEST)
    case = town.worker.report(SIGN_FIRST).get_json()
    _stays(town, town.duty, case)
    case = town.acceptor.act(case, "accept")
    _stays(town, town.duty, case)
    clock.tick(minutes=5)
    case = town.leader.act(case, "hand_down", centre=WEST)
    assert _stays(town, duty, case)["file"] < "2026-11-29", "the township's Saturday counts"
    clock.tick(minutes=5)
    case = duty.act(case, "correct", grid=GRIDS[2])  # on ground that has no centre of its own: the county's
    assert case["centre"] == COUNTY
    assert _stays(town, town.duty, case)["file"] > "2026-11-30", "from the same step on the county's hours count"
    case = town.duty.act(case, "correct", grid=GRID)
    case = town.leader.act(case, "hand_down", centre=WEST)
    _stays(town, duty, case)
    case = duty.act(case, "escalate", reason="超出职权")
    _stays(town, town.duty, case)
    case = town.duty.act(case, "file", **{"class": SIGN_FIRST, "condition": "1"})
    _stays(town, town.duty, case)
    case = town.duty.act(case, "urgent", reason="有危险")
    _stays(town, town.duty, case)
    case = town.duty.act(case, "clear_urgent")
    _stays(town, town.duty, case)
    case = town.leader.act(case, "hand_down", centre=WEST)
    _stays(town, duty, case)
    assert below.read(case)["centre"] == WEST


def test_whoever_verifies_next_runs_by_his_own_time_from_the_step_that_names_him(town, clock):
    clock.set(FRIDAY_EVENING)
    _give_calendar(town, COUNTY)
    _sweep(town)
    case = town.acceptor.act(town.acceptor.report(source="hotline").get_json(), "verify")
    of_person = _stays(town, town.duty, case)["verify"]
    for actor in (town.worker, town.next_worker):
        with town.app.app_context(), transaction():
            identity.close_account(actor.id)
    town.drain()
    case = town.duty.read(case)
    assert clocks_of(case, "verify")[-1]["answerable"] == f"centre:{COUNTY}"
    of_centre = _stays(town, town.duty, case)["verify"]
    assert of_centre < "2026-11-29" < of_person
    inspector = town.hire("inspector", "grid", COUNTY)
    case = town.acceptor.act(case, "verify", verifier=str(inspector.id))
    assert _stays(town, town.duty, case)["verify"] == of_person
