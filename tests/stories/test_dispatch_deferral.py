"""Work that season or conditions forbid: put off with a day of review, and taken up again."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.factories.town import HERE, HOUSING, TEAM, WATER
from tests.support.looks import clocks_of, guarded, refused, running, tasks_of

REVIEW = "2026-12-21"
WINTER = {"review_on": REVIEW, "reason": "冬季不宜路面施工"}


def due(case, stage="handle"):
    """When the latest clock of a stage ends."""
    return datetime.fromisoformat(clocks_of(case, stage)[-1]["due_at"])


def deferred(town, **given):
    """A case that was put off."""
    case = town.housing.act(town.handling(**given), "ask_deferral", **WINTER)
    return town.leader.act(case, "grant_deferral")


def test_a_deferral_is_granted_by_the_centres_leader_and_pauses_the_limits(town, clock, sweep):
    case = town.housing.act(town.handling(), "ask_deferral", **WINTER)
    for other in (town.duty, town.dispatcher, town.housing, town.supervisor):
        refused(other.try_act(case, "grant_deferral"), 403, "act_forbidden")
    case = town.leader.act(case, "grant_deferral")
    assert (case["state"], case["review_at"], case["due_at"]) == ("deferred", "2026-12-21T01:00:00+00:00", None)
    assert all(clocks_of(case, stage)[0]["paused_at"] for stage in ("handle", "case"))
    clock.tick(days=20)
    assert sweep() == (0, 0)
    assert not any(each["overdue"] for each in town.supervisor.read(case)["clocks"])


@pytest.mark.parametrize("by", ["housing", "leader"])
def test_a_case_taken_up_again_has_left_what_was_left(town, clock, by):
    before = town.handling()
    clock.tick(hours=1)
    case = town.housing.act(before, "ask_deferral", **WINTER)
    case = town.leader.act(case, "grant_deferral")
    clock.tick(days=14)  # a Monday again, at the same hour
    for other in (town.duty, town.dispatcher):
        refused(other.try_act(case, "resume"), 403, "act_forbidden")
    case = getattr(town, by).act(case, "resume")
    assert (case["state"], case["review_at"], case["tasks"][0]["ask"]) == ("handling", None, None)
    assert due(case) == due(before) + timedelta(days=14)
    assert clocks_of(case, "handle")[0]["paused_at"] is None
    assert running(case) == {"handle", "case"}
    case = town.housing.act(case, "finish", result="已修复", attachments=[str(uuid4())])
    assert clocks_of(case, "handle")[0]["result"] == "in_time"


def test_a_denied_deferral_lets_the_work_go_on(town):
    case = town.housing.act(town.handling(), "ask_deferral", **WINTER)
    refused(town.leader.try_act(case, "deny_deferral"), 422, "data_missing")
    case = town.leader.act(case, "deny_deferral", reason="可以施工")
    assert (case["state"], case["review_at"], case["tasks"][0]["ask"]) == ("handling", None, None)
    assert "finish" in town.housing.actions(case)


def test_a_deferral_needs_a_day_to_come_and_a_reason(town):
    case = town.handling()
    for body in ({}, {"review_on": REVIEW}, {"reason": "冬季"}):
        refused(town.housing.try_act(case, "ask_deferral", **body), 422, "data_missing")
    for day in ("2026-11-23", "2026-11-22", "1999-01-01", "明年"):
        answer = town.housing.try_act(case, "ask_deferral", review_on=day, reason="冬季")
        assert "data.review_on" in refused(answer, 422)["fields"]


def test_only_the_lead_asks_for_a_deferral_and_never_after_the_limit(town, clock):
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    guarded(town.water.try_act(case, "ask_deferral", **WINTER), "lead_task")
    clock.set(due(case) + timedelta(minutes=1))
    guarded(town.housing.try_act(case, "ask_deferral", **WINTER), "before_due")


def test_a_deferral_nobody_decided_is_denied_by_the_timer(town, clock, sweep):
    case = town.housing.act(town.handling(), "ask_deferral", **WINTER)
    clock.set(due(case))
    assert sweep()[1] == 1
    case = town.supervisor.read(case)
    assert (case["state"], case["tasks"][0]["ask"]) == ("handling", None)
    guarded(town.leader.try_act(case, "grant_deferral"), "deferral_pending")


def test_whoever_asked_for_a_deferral_never_grants_it(town):
    both = town.hire("department_leader", "department", HOUSING)
    town.also(both, "centre_leader", "centre", "141025")
    case = both.act(town.handling(), "ask_deferral", **WINTER)
    guarded(both.try_act(case, "grant_deferral"), "asker_does_not_decide")
    assert town.leader.act(case, "grant_deferral")["state"] == "deferred"


def test_an_assistant_who_had_not_signed_gets_its_time_again(town, clock, sweep):
    case = deferred(town, assist=[WATER])
    assert running(case) == {"handle", "case"}
    clock.tick(days=14)
    assert sweep() == (0, 0)
    refused(town.water.try_act(case, "sign"), 409, "move_not_allowed")
    case = town.housing.act(case, "resume")
    assert [each["result"] for each in clocks_of(case, "sign")] == ["in_time", "none", None]
    assert due(case, "sign") == datetime.fromisoformat("2026-12-07T10:00:00+08:00")
    case = town.water.act(case, "sign")
    assert clocks_of(case, "sign")[-1]["result"] == "in_time"


def test_what_an_assistant_asked_for_stands_still_with_the_case(town, clock, sweep):
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    wanted = (due(case) + timedelta(days=1)).isoformat()
    town.water.act(case, "ask_extension", due_at=wanted, reason="等待停水许可")
    town.housing.act(case, "ask_deferral", **WINTER)
    case = town.leader.act(case, "grant_deferral")
    clock.tick(days=14)
    assert sweep() == (0, 0)
    case = town.housing.act(case, "resume")
    assert tasks_of(case, "assist")[0]["ask"] == "extension"
    clock.set(due(case))
    assert sweep()[1] == 1
    assert tasks_of(town.supervisor.read(case), "assist")[0]["ask"] is None


def test_a_department_that_only_assists_does_not_take_a_deferred_case_up(town):
    case = deferred(town, assist=[WATER])
    guarded(town.water.try_act(case, "resume"), "lead_task")
    assert "resume" not in town.water.actions(case)
    assert town.housing.act(case, "resume")["state"] == "handling"


def test_a_lead_before_this_one_does_not_take_a_deferred_case_up(town):
    case = town.water.act(town.handling(assist=[WATER]), "sign")
    case = town.water.act(case, "finish", result="已关水", attachments=[str(uuid4())])
    case = town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    case = town.worker.act(case, "fail_check", tasks=[2], lon=HERE[0], lat=HERE[1], attachments=[str(uuid4())])
    case = town.dispatcher.act(case, "withdraw_dispatch", reason="派错了")
    case = town.team.act(town.dispatcher.act(case, "dispatch", lead=TEAM), "sign")
    case = town.leader.act(town.team.act(case, "ask_deferral", **WINTER), "grant_deferral")
    refused(town.housing.try_act(case, "resume", task=1), 403, "act_forbidden")
