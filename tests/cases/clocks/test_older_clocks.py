"""Clocks of an older version do not say whose time they count, nor what held before a case was urgent."""

from datetime import datetime, timedelta

import pytest

from app.cases.models import Case, CaseClock
from app.catalogue import service as catalogue
from app.core.db import db
from app.core.transaction import transaction
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.town import HOUSING, SIGN_FIRST, WATER
from tests.support.looks import clocks_of


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
