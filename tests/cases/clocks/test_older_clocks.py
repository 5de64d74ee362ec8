"""Clocks of an older version do not say whose time they count, nor what held before a case was urgent."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.cases import recounts
from app.cases.models import Case, CaseClock
from app.catalogue import service as catalogue
from app.core.db import db
from app.core.transaction import transaction
from app.deadlines.models import CalendarRecount
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import HOUSING, SIGN_FIRST, WATER
from tests.stories.test_earlier_rounds import NEXT_WEEK, TUESDAY, _again, _at_work, _closed, _extend
from tests.support.looks import clocks_of, refused


def _older(town):
    """Make the rows as an older version has left them."""
    with town.app.app_context(), transaction():
        older = {"owner": None, "ordinary_limit": None, "ordinary_extended_to": None}
        db.session.execute(db.update(CaseClock).values(older))
        db.session.execute(db.update(Case).values(urgent_since=None))


def _due(case, stage):
    return datetime.fromisoformat(clocks_of(case, stage)[-1]["due_at"])


@pytest.mark.parametrize("again", [HOUSING, WATER])
def test_a_department_goes_on_with_what_it_has_used_of_an_older_clock(town, clock, again):
    begun = clock.tick(minutes=30)  # 09:30
    case = town.dispatched()
    _older(town)
    clock.tick(minutes=20)
    case = town.dispatcher.act(case, "withdraw_dispatch")
    sent = clock.tick(minutes=10)
    case = town.dispatcher.act(case, "dispatch", lead=again)
    left = 40 if again == HOUSING else 60
    assert _due(case, "sign") == sent + timedelta(minutes=left)
    first, second = clocks_of(case, "sign")
    assert second["continues"] == (first["clock"] if again == HOUSING else None)
    assert clocks_of(case, "dispatch")[0]["started_at"] == begun.isoformat()


def test_the_verification_of_an_older_version_counts_for_the_centre_now(town, clock):
    case = town.acceptor.report(source="citizen").get_json()
    case = town.acceptor.act(case, "verify", verifier=str(town.worker.id))
    _older(town)
    clock.tick(minutes=100)
    case = town.acceptor.act(case, "recall_verify")
    case = town.acceptor.act(case, "verify", verifier=str(town.next_worker.id))
    assert _due(case, "verify") == datetime.fromisoformat(clocks_of(case, "verify")[0]["due_at"])


def test_an_older_clock_that_runs_keeps_its_end(town, clock):
    case = town.acceptor.report(source="citizen").get_json()
    clock.tick(minutes=50)
    case = town.acceptor.act(case, "verify", verifier=str(town.worker.id))
    case = town.acceptor.act(case, "recall_verify")
    end = clock.tick(minutes=0) + timedelta(minutes=120)
    with town.app.app_context(), transaction():  # the older version gave it its time whole
        running = db.update(CaseClock).where(CaseClock.clock == 3)
        db.session.execute(running.values(owner=None, due_at=end, warn_at=end - timedelta(minutes=24)))
    case = town.duty.act(case, "correct", address="胜利街口")
    assert _due(case, "accept") == end


def test_a_case_that_an_older_version_marked_has_its_ordinary_end_again(town, clock):
    ordinary = town.handling(class_code=SIGN_FIRST)
    clock.tick(hours=1)
    case = town.duty.act(ordinary, "urgent")
    _older(town)
    assert case["urgent"]
    clock.tick(hours=1)
    case = town.duty.act(case, "clear_urgent")
    assert {_due(case, stage) for stage in ("handle", "case")} == {
        _due(ordinary, stage) for stage in ("handle", "case")
    }  # fmt: skip


def test_a_correction_of_what_no_limit_depends_on_leaves_limits_of_older_figures_alone(town, clock, tmp_path):
    ordinary = town.handling(class_code=SIGN_FIRST)
    with town.app.app_context(), transaction():
        stages = seed_content("stages", "stages")
        stages["stages"]["case"]["allowance"] = [{"work_days": 9, "source": "example"}]
        documents = [documents_file(tmp_path, ("stages", "stages", stages))]
        catalogue.import_files(documents, by="test")
    assert _due(town.duty.act(ordinary, "correct", address="胜利街口"), "case") == _due(ordinary, "case")
    assert _due(town.duty.act(ordinary, "correct", condition="2"), "case") > _due(ordinary, "case")


def _with_old_dates(town, case, *, ends):
    """Leave the rows as a version left them that kept, for a new round too, the earliest date that had ever been."""
    with town.app.app_context(), transaction():
        of_case = {"case_id": UUID(case["case_id"])}
        date = datetime.fromisoformat(TUESDAY)
        db.session.execute(db.update(Case).filter_by(**of_case).values(external_due_at=date, handed_down_due_at=date))
        running = db.update(CaseClock).filter_by(**of_case, stage="case", stopped_at=None)
        end = datetime.fromisoformat(ends)
        db.session.execute(running.values(due_at=end, warn_at=end - timedelta(hours=1)))
        db.session.execute(db.delete(CalendarRecount))


def test_a_later_date_binds_the_round_in_rows_of_an_older_version_too(town, clock):
    """The row names an end of the round before, and another sender's ticket, or hand-down, has one that lies ahead."""
    other = town.acceptor.report(source="superior", external_no="督〔2026〕8号", external_due=NEXT_WEEK).get_json()
    case = _closed(town)
    clock.set(datetime.fromisoformat("2026-12-01T10:00:00+08:00"))
    case = _at_work(town, _again(town, case, "reopen"))
    town.acceptor.act(other, "merge", into=case["case_id"])
    _with_old_dates(town, case, ends="2026-12-20T09:00:00+08:00")
    with town.app.app_context():
        recounts.sweep()
    case = town.duty.read(case)
    assert datetime.fromisoformat(clocks_of(case, "case")[-1]["due_at"]) == datetime.fromisoformat(NEXT_WEEK)
    assert town.steps(case)[-1] == "recount"
    _with_old_dates(town, case, ends=NEXT_WEEK)
    assert set(refused(_extend(town, case), 422, "data_missing")["fields"]) == {"data.consent", "data.consent_due_at"}
