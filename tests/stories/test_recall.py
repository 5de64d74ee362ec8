"""What a department has signed for and does not do, or what is not theirs, is taken back and goes to another."""

from uuid import uuid4

import pytest

from app.core import outbox
from app.dispatch import referral
from tests.factories.town import HOUSING, LEAFLET, TEAM, WATER
from tests.stories.test_levels import Centre
from tests.support.looks import clocks_of, refused, results, running, tasks_of

SILENT = {"reason_code": "silent", "reason": "三次催办没有回音"}


def _states(case):
    return [(task["part"], task["state"]) for task in case["tasks"]]


def test_a_dispatcher_takes_work_back_from_all_departments_and_sends_it_to_another(town):
    case = town.handling(assist=[WATER])
    town.housing.act(case, "ask_return", reason_code="not_ours", reason="不属本单位")
    body = refused(town.dispatcher.try_act(case, "recall"), 422, "data_missing")
    assert set(body["fields"]) == {"data.reason_code", "data.reason"}
    refused(town.duty.try_act(case, "recall", **SILENT), 403, "act_forbidden")
    case = town.dispatcher.act(case, "recall", **SILENT)
    assert (case["state"], case["lead"], case["wrong_dispatches"]) == ("filed", None, 0)
    assert _states(case) == [("lead", "stopped"), ("assist", "stopped")]
    assert [task["ask"] for task in case["tasks"]] == [None, None]
    assert running(case) == {"dispatch", "case"}
    assert results(case, "handle") == [("handle", "none"), ("handle", "none")]
    refused(town.housing.try_act(case, "finish", result="已清理", attachments=[town.photo()]), 404)
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    assert (case["state"], case["lead"]["code"]) == ("dispatched", WATER)


def test_what_is_not_theirs_counts_as_a_wrong_dispatch(town):
    case = town.dispatcher.act(town.handling(), "recall", reason_code="not_ours", reason="应由水务处置")
    assert case["wrong_dispatches"] == 1


def test_a_rework_taken_back_is_no_wrong_dispatch(town):
    case = town.handled()
    spot = {"lon": case["lon"], "lat": case["lat"], "attachments": [town.photo()]}
    case = town.worker.act(case, "fail_check", tasks=[1], **spot)
    case = town.dispatcher.act(case, "withdraw_dispatch", reason="换一家")
    assert (case["wrong_dispatches"], case["reworks"]) == (0, 1)


def test_who_was_late_stays_late_and_who_was_called_still_comes(town, clock):
    case = town.handling()
    case = town.township.act(case, "whistle", called=[TEAM])
    clock.tick(days=30)
    case = town.dispatcher.act(town.supervisor.read(case), "recall", **SILENT)
    assert results(case, "handle") == [("handle", "late")]
    assert [task["state"] for task in tasks_of(case, "called")] in (["sent"], ["absent"])
    assert town.team.act(case, "arrive")["state"] == "filed"


@pytest.mark.parametrize("way", ["drop_assist", "escalate"])
def test_who_was_late_stays_late_whatever_the_way_out(town, clock, way):
    below = Centre(town)
    case = below.acceptor.act(town.worker.report(LEAFLET).get_json(), "accept")
    case = below.duty.act(case, "file", **{"class": LEAFLET, "condition": "1"})
    case = below.dispatcher.act(case, "dispatch", lead=HOUSING, assist=[WATER])
    for department in (town.housing, town.water):
        case = department.act(case, "sign")
    clock.tick(days=60)
    who, data = (
        (below.dispatcher, {"assist": [WATER]}) if way == "drop_assist" else (below.duty, {"reason": "超出职权"})
    )
    case = who.act(town.supervisor.read(case), way, **data)
    assert ("handle", "late") in results(case, "handle")


def test_a_return_granted_after_the_limit_leaves_whoever_returns_it_late(town, clock):
    case = town.handling()
    clock.tick(days=2)
    case = town.housing.act(town.supervisor.read(case), "ask_return", reason_code="not_ours", reason="不属本单位")
    case = town.duty.act(case, "grant_return")
    assert results(case, "handle") == [("handle", "late")]


def test_a_deferred_case_is_taken_back_too_and_its_clocks_run_on(town):
    case = town.handling()
    town.housing.act(case, "ask_deferral", review_on="2027-03-01", reason="冬季不能施工")
    case = town.leader.act(case, "grant_deferral")
    case = town.dispatcher.act(case, "recall", **SILENT)
    assert (case["state"], case["review_at"]) == ("filed", None)
    assert [each["paused_at"] for each in clocks_of(case, "case")] == [None]


def test_the_department_is_told_though_it_sees_the_case_no_more(app, town):
    town.dispatcher.act(town.handling(), "recall", **SILENT)
    with app.app_context():
        outbox.drain()
    assert town.housing.get("notices").get_json()["items"][0]["kind"] == "recalled"


def test_a_referred_case_that_no_file_answers_is_taken_up_again_by_the_centres_leader(town):
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    case = town.housing.act(town.handling(), "refer", reason="涉嫌违法")
    referral.enforce_with(None)
    refused(town.housing.try_act(case, "resume"), 403, "act_forbidden")
    refused(town.leader.try_act(case, "resume"), 422, "data_missing")
    case = town.leader.act(case, "resume", reason="执法队未立案")
    assert (case["state"], running(case)) == ("handling", {"handle", "case"})
    paper = {"reason": "无法解决", "attachments": [town.photo()]}
    assert town.leader.act(case, "force_close", **paper)["state"] == "closed"  # no file holds it any more
