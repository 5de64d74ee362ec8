"""Work that season or conditions forbid: put off with a day of review, and taken up again."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete

from app.cases import case_reviews
from app.cases.models import CaseClock
from app.catalogue.files import DocumentRefused
from app.core.transaction import transaction
from app.dispatch import deferrals
from tests.board.boards import put_in_force
from tests.factories.catalogue import seed_content
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
    # a Monday at nine; a work day later it is overdue
    assert (case["state"], case["review_at"]) == ("deferred", "2026-12-21T01:00:00+00:00")
    assert case["due_at"] == "2026-12-22T01:00:00+00:00"
    assert clocks_of(case, "review")[-1]["warn_at"] == case["review_at"]
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
    assert running(case) == {"handle", "case", "review"}
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


def _count(actor, queue):
    items = {one["queue"]: one["count"] for one in actor.get("queues").get_json()["items"]}
    return items.get(queue)


def _told(town, actor):
    town.drain()
    return [one["kind"] for one in actor.get("notices").get_json()["items"]]


def test_on_its_day_a_deferral_is_put_before_who_has_to_look_at_it_again(town, clock, sweep):
    head = town.hire("department_leader", "department", HOUSING)
    case = deferred(town)
    clock.set(datetime.fromisoformat("2026-12-21T00:59:59+00:00"))
    assert sweep() == (0, 0)
    assert (_count(town.leader, "deferred"), _count(town.leader, "to_review")) == (1, 0)
    assert (_count(town.housing, "deferred"), _count(town.housing, "to_review")) == (1, 0)
    clock.set(datetime.fromisoformat("2026-12-21T01:00:00+00:00"))
    assert sweep() == (1, 0)
    assert sweep() == (0, 0)
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert [(step["action"], step["actor"]["person_id"]) for step in steps[-2:]] == [
        ("warn", None),
        ("review_due", None),
    ]
    assert (_count(town.leader, "to_review"), _count(town.housing, "to_review")) == (1, 1)
    for actor, kind in ((town.leader, "review_due"), (head, "review_due"), (town.housing, "limit_near")):
        assert kind in _told(town, actor)
    case = town.supervisor.read(case)
    assert "resume" in town.housing.actions(case)  # and what they have seen before is not stale
    clock.set(datetime.fromisoformat("2026-12-22T01:00:01+00:00"))
    assert sweep() == (1, 0)
    assert town.steps(case)[-2:] == ["overdue", "resume"]
    case = town.supervisor.read(case)
    assert (case["state"], clocks_of(case, "review")[0]["result"]) == ("handling", "late")
    assert clocks_of(case, "handle")[0]["result"] is None
    assert _count(town.leader, "to_review") == 0


def test_a_deferral_nobody_looks_at_ends_with_what_was_granted(town, clock, sweep):
    """Put off on 23 November until 21 December, to be looked at until the 22nd at nine: from then on its time runs."""
    before = town.handling()
    case = town.leader.act(town.housing.act(before, "ask_deferral", **WINTER), "grant_deferral")
    for moment in ("2026-12-21T01:00:00+00:00", "2026-12-22T01:00:01+00:00"):
        clock.set(datetime.fromisoformat(moment))
        sweep()
    case = town.supervisor.read(case)
    assert (case["state"], case["review_at"]) == ("handling", None)
    assert due(case) == due(before) + timedelta(days=29, seconds=1)
    for actor, kind in ((town.leader, "raised"), (town.county, "raised"), (town.housing, "resumed")):
        assert kind in _told(town, actor)
    clock.set(datetime.fromisoformat("2027-11-30T01:00:00+00:00"))
    sweep()
    case = town.supervisor.read(case)
    assert all(clocks_of(case, stage)[0]["overdue"] for stage in ("handle", "case"))
    town.housing.act(case, "finish", result="已修复", attachments=[str(uuid4())])
    assert clocks_of(town.supervisor.read(case), "handle")[0]["result"] == "late"


def test_a_deferral_that_an_older_version_left_standing_goes_on_too(town, clock, sweep, monkeypatch):
    case = deferred(town)
    clock.set(datetime.fromisoformat("2026-12-22T01:00:00+00:00"))
    with monkeypatch.context() as older:
        older.setattr(deferrals, "due_for_review", lambda _stepped: None)
        assert sweep() == (1, 0)
    assert town.supervisor.read(case)["state"] == "deferred"
    assert (_sweep_reviews(town), _sweep_reviews(town)) == (1, 0)
    assert town.supervisor.read(case)["state"] == "handling"


def test_a_deferral_whose_clock_an_older_version_did_not_start_comes_to_its_day_too(town, clock, sweep):
    """Found on Monday the 21st at 10:00; it is to be looked at within a work day, until Tuesday at 10:00."""
    case = deferred(town)
    with town.app.app_context(), transaction() as session:
        session.execute(delete(CaseClock).where(CaseClock.stage == "review"))
    assert _sweep_reviews(town) == 0
    clock.set(datetime.fromisoformat("2026-12-21T02:00:00+00:00"))
    assert (_sweep_reviews(town), _sweep_reviews(town)) == (1, 0)
    assert sweep() == (0, 0)
    assert town.steps(case)[-1] == "review_due"
    assert (_count(town.leader, "to_review"), "review_due" in _told(town, town.leader)) == (1, True)
    case = town.housing.act(case, "ask_deferral", review_on="2027-03-01", reason="仍未解冻")
    clock.set(datetime.fromisoformat("2026-12-22T02:00:00+00:00"))
    assert sweep() == (1, 0)
    case = town.supervisor.read(case)
    assert (case["state"], case["tasks"][0]["ask"]) == ("handling", None), "nobody has decided by then"


def _sweep_reviews(town):
    with town.app.app_context():
        return case_reviews.sweep_reviews()


def test_each_further_deferral_is_granted_one_signature_higher(town, clock, sweep):
    case = deferred(town)
    clock.set(datetime.fromisoformat("2026-12-21T02:00:00+00:00"))
    sweep()
    again = {"review_on": "2027-03-01", "reason": "仍未解冻"}
    earlier = town.housing.try_act(case, "ask_deferral", review_on="2026-12-21", reason="仍未解冻")
    assert "data.review_on" in refused(earlier, 422)["fields"]
    case = town.housing.act(case, "ask_deferral", **again)
    assert (case["state"], case["tasks"][0]["ask"]) == ("deferred", "deferral")
    assert (_count(town.leader, "asked_deferral"), _count(town.county, "asked_deferral_again")) == (0, 1)
    assert "to_decide" in _told(town, town.county)
    for action in ("grant_deferral", "deny_deferral"):
        guarded(town.leader.try_act(case, action, reason="理由"), "first_deferral")
    for other in (town.duty, town.supervisor, town.township):
        refused(other.try_act(case, "grant_deferral"), 403, "act_forbidden")
    before = clocks_of(case, "handle")[0]
    case = town.county.act(case, "grant_deferral")
    assert (case["state"], case["review_at"], case["tasks"][0]["ask"]) == (
        "deferred",
        "2027-03-01T01:00:00+00:00",
        None,
    )
    assert [one["result"] for one in clocks_of(case, "review")] == ["in_time", None]
    assert clocks_of(case, "handle")[0]["paused_at"] == before["paused_at"]  # it stands still since the first time
    case = town.housing.act(case, "resume")
    case = town.housing.act(case, "ask_deferral", review_on="2027-01-10", reason="又降雪")  # of the same round
    guarded(town.leader.try_act(case, "grant_deferral"), "first_deferral")
    assert town.county.act(case, "deny_deferral", reason="可以施工")["state"] == "handling"


def test_what_nobody_decides_of_a_further_deferral_is_denied_with_its_review(town, clock, sweep):
    case = deferred(town)
    clock.set(datetime.fromisoformat("2026-12-21T02:00:00+00:00"))
    sweep()
    case = town.housing.act(case, "ask_deferral", review_on="2027-03-01", reason="仍未解冻")
    case = town.housing.act(town.housing.act(case, "withdraw_ask"), "ask_deferral", review_on="2027-02-01", reason="冰")
    clock.set(datetime.fromisoformat("2026-12-22T01:00:00+00:00"))
    assert sweep() == (1, 0)
    assert town.steps(case)[-3:] == ["overdue", "expire_ask", "resume"]
    assert "ask_denied" in _told(town, town.housing)
    case = town.supervisor.read(case)
    assert (case["state"], case["tasks"][0]["ask"]) == ("handling", None)
    case = town.housing.act(case, "ask_deferral", review_on="2027-02-01", reason="冰")
    assert case["tasks"][0]["ask"] == "deferral"


def test_deferrals_of_a_round_last_no_longer_together_than_the_county_lets_them(town, clock):
    """180 days in all: from 23 November at 09:00 the last day is 22 May; 28 days of them used, 152 are left."""
    case = town.handling()
    answer = town.housing.try_act(case, "ask_deferral", review_on="2027-05-23", reason="冬季")
    assert "2027-05-22" in str(refused(answer, 422)["fields"]["data.review_on"])
    case = town.leader.act(town.housing.act(case, "ask_deferral", **WINTER), "grant_deferral")
    clock.tick(days=28)
    case = town.housing.act(case, "resume")
    clock.tick(hours=1)
    late = town.housing.try_act(case, "ask_deferral", review_on="2027-05-24", reason="冬季")
    assert "data.review_on" in refused(late, 422)["fields"]
    assert (
        town.housing.act(case, "ask_deferral", review_on="2027-05-22", reason="冬季")["tasks"][0]["ask"] == "deferral"
    )


def test_a_superiors_date_is_not_passed_by_a_deferral_without_its_consent(town):
    case = town.acceptor.report(source="superior", external_no="S-1", external_due="2026-12-01T00:00:00Z").get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": "0102", "condition": "1"})
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    case = town.housing.act(case, "ask_deferral", **WINTER)
    asked = refused(town.leader.try_act(case, "grant_deferral"), 422, "data_missing")["fields"]
    assert set(asked) == {"data.consent", "data.consent_due_at"}
    paper = {"consent": "市局复函 2026-18 号", "consent_due_at": "2027-01-15T00:00:00Z"}
    assert town.leader.act(case, "grant_deferral", **paper)["state"] == "deferred"


def test_the_hour_of_the_day_of_review_is_the_countys(town):
    settings = seed_content("settings", "settings")
    with pytest.raises(DocumentRefused):
        put_in_force(town, _with_hour(settings, 24), kind="settings")
    put_in_force(town, _with_hour(settings, 14), kind="settings")
    case = deferred(town)
    assert case["review_at"] == "2026-12-21T06:00:00+00:00"


def _with_hour(content, hour):
    figure = {"value": hour, "source": "县发〔2026〕9号"}
    return {**content, "settings": {**content["settings"], "deferral_review_hour": figure}}
