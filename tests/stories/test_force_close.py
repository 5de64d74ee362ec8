"""What cannot be solved is ended by the leader's name and paper, and nobody is judged by it."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from app.cases import service as cases
from app.cases.models import CaseLink
from app.core import clock
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.dispatch import referral
from tests.factories.grids import COUNTY
from tests.factories.town import HOUSING, WATER
from tests.support.looks import guarded, refused, results, running, tasks_of


@pytest.fixture
def referred(app):
    """A case with an open enforcement file; `end(case)` ends the file, with the order not met."""
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    yield lambda town: town.housing.act(town.handling(), "refer", reason="涉嫌违法")
    referral.enforce_with(None)


def end(app, case):
    with app.app_context(), transaction() as session:
        session.execute(update(CaseLink).values(ended_at=clock.now()))
        cases.act(UUID(case["case_id"]), "enforcement_ended", SYSTEM, {"met": False}, uuid4())


def test_a_leader_ends_an_open_case_with_reason_and_document(town):
    case = town.handling(assist=[WATER])
    for other in (town.duty, town.acceptor, town.supervisor, town.housing):
        refused(other.try_act(case, "force_close", reason="无法解决", attachments=[town.photo()]), 403, "act_forbidden")
    for given, missing in (
        ({}, {"data.reason", "data.attachments"}),
        ({"reason": "无法解决"}, {"data.attachments"}),
        ({"attachments": [town.photo()]}, {"data.reason"}),
    ):
        body = refused(town.leader.try_act(case, "force_close", **given), 422, "data_missing")
        assert set(body["fields"]) == missing
    case = town.leader.act(case, "force_close", reason="权属不清，县政府会议纪要", attachments=[town.photo()])
    assert (case["state"], case["ended_how"], running(case)) == ("closed", "force_close", set())
    assert [task["state"] for task in case["tasks"]] == ["stopped", "stopped"]
    assert dict(results(case, "case", "handle")) == {"case": "none", "handle": "none"}
    for department in (town.housing, town.water):
        refused(department.get(f"cases/{case['case_id']}"), 404)


def test_no_clock_of_a_case_is_judged_by_its_forced_end(town, clock):
    for case, stage in (
        (town.worker.report().get_json(), "accept"),
        (town.filed(), "dispatch"),
        (town.handled(), "check"),
        (town.checked(), "close"),
    ):
        closed = town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])
        assert results(closed, stage)[-1] == (stage, "none"), stage
    assert tasks_of(closed, "lead")[0]["state"] == "done"  # what was done stays done


def test_a_case_with_an_open_enforcement_file_is_not_forced_to_an_end(town, referred):
    case = referred(town)
    guarded(
        town.leader.try_act(case, "force_close", reason="无法解决", attachments=[town.photo()]), "enforcement_ended"
    )
    assert "force_close" not in town.leader.actions(case)


def test_a_case_whose_enforcement_file_has_ended_may_be_forced_to_an_end(app, town, referred):
    case = referred(town)
    end(app, case)
    case = town.leader.act(case, "force_close", reason="无法解决", attachments=[town.photo()])
    assert (case["state"], case["ended_how"]) == ("closed", "force_close")


def test_a_forced_end_can_be_taken_back_by_reopening(town):
    case = town.leader.act(town.handling(), "force_close", reason="无法解决", attachments=[town.photo()])
    case = town.supervisor.act(case, "reopen", reason="已有解决办法")
    assert (case["state"], case["round"], case["ended_how"]) == ("filed", 2, None)
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert [task["round"] for task in tasks_of(case, "lead")] == [1, 2]


def test_a_leader_who_checked_the_case_does_not_end_it(town):
    town.also(town.worker, "centre_leader", "centre", COUNTY)
    case = town.checked()
    paper = {"reason": "无法解决", "attachments": [town.photo()]}
    guarded(town.worker.try_act(case, "force_close", **paper), "checker_does_not_close")
    assert "force_close" not in town.worker.actions(case)
    assert town.leader.act(case, "force_close", **paper)["state"] == "closed"


def test_a_leader_who_ended_the_case_does_not_check_it_afterwards(town):
    town.also(town.worker, "centre_leader", "centre", COUNTY)
    case = town.worker.act(town.handling(), "force_close", reason="无法解决", attachments=[town.photo()])
    case = town.supervisor.act(case, "reopen", reason="已有解决办法")
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    assert tasks_of(case, "check")[-1]["handler_id"] == str(town.next_worker.id)
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(town.worker.id)), "candidate_did_not_close")
