"""What was seen before the state, class, tasks or lead changed is stale; remarks and timers change nothing."""

from datetime import timedelta

import pytest

from app.cases import jobs
from tests.attachments.pictures import jpeg
from tests.factories.town import HOUSING, THERE, WATER
from tests.support.looks import refused


def _quiet_acts(town, case):
    photo = town.photo()
    return (
        (town.supervisor, "comment", {"text": "请尽快"}),
        (town.duty, "urge", {}),
        (town.supervisor, "copy", {"to": [WATER]}),
        (town.worker, "attach", {"attachments": [photo]}),
    )


def test_remarks_need_not_say_what_was_seen(town):
    case = town.filed()
    for actor, action, data in _quiet_acts(town, case):
        body = {"op_id": town.photo(), "action": action, "data": data}
        answer = actor.send("POST", f"cases/{case['case_id']}/steps", body)
        assert answer.status_code == 201, (action, answer.get_json())


def test_every_other_act_says_what_was_seen(town):
    case = town.filed()
    body = {"op_id": town.photo(), "action": "dispatch", "data": {"lead": HOUSING}}
    answer = refused(town.dispatcher.send("POST", f"cases/{case['case_id']}/steps", body), 422, "data_missing")
    assert set(answer["fields"]) == {"seen"}


def test_remarks_do_not_make_stale_what_others_have_seen(town):
    case = town.filed()
    for actor, action, data in _quiet_acts(town, case):
        actor.act(case, action, **data)
    later = town.dispatcher.act(case, "dispatch", seen=case["seq"], lead=HOUSING)
    assert later["seq"] == case["seq"] + 5


def test_a_timer_does_not_make_stale_what_others_have_seen(town, clock):
    case = town.filed()
    clock.set(clock.tick() + timedelta(days=2))
    with town.app.app_context():
        assert jobs.sweep_clocks()
    assert town.steps(case)[-1] == "overdue"
    town.dispatcher.act(case, "dispatch", seen=case["seq"], lead=HOUSING)


def test_a_photo_that_arrives_does_not_make_stale_what_others_have_seen(town):
    photo = town.photo()
    case = town.worker.report(attachments=[photo]).get_json()
    town.worker.upload(case, jpeg(), purpose="before", attachment_id=photo)
    town.drain()
    assert town.steps(case) == ["report", "attach"]
    assert town.acceptor.act(case, "accept", seen=1)["state"] == "accepted"


@pytest.mark.parametrize(
    ("actor", "action", "data"),
    [
        ("dispatcher", "add_assist", {"assist": [WATER]}),
        ("housing", "sign", {}),
        ("housing", "ask_return", {"reason": "不是我们的", "reason_code": "not_ours"}),
        ("duty", "correct", {"condition": "2"}),
        ("dispatcher", "withdraw_dispatch", {"reason": "派错了"}),
        ("duty", "void", {"reason": "测试"}),
    ],
)
def test_whatever_changes_state_class_tasks_or_lead_makes_earlier_views_stale(town, actor, action, data):
    case = town.dispatched()
    getattr(town, actor).act(case, action, **data)
    body = refused(town.duty.try_act(case, "void", seen=case["seq"], reason="测试"), 409, "stale")
    assert body["case"]["seq"] == case["seq"] + 1


def test_of_two_who_act_on_the_same_view_the_second_is_told_so(town):
    case = town.worker.report().get_json()
    first = town.acceptor.try_act(case, "accept", seen=1)
    second = town.acceptor.try_act(case, "refuse", seen=1, reason="不受理")
    assert first.status_code == 201
    assert refused(second, 409, "stale")["case"]["state"] == "accepted"


@pytest.mark.parametrize(
    "data", [{"address": "永安路东头"}, {"description": "两立方米"}, {"lon": THERE[0], "lat": THERE[1]}]
)
def test_a_correction_of_where_or_what_it_looks_like_makes_nothing_stale(town, data):
    case = town.filed()
    town.duty.act(case, "correct", **data)
    assert town.dispatcher.act(case, "dispatch", seen=case["seq"], lead=HOUSING)["state"] == "dispatched"


def test_nobody_has_seen_a_step_that_is_still_to_come(town):
    case = town.filed()
    body = refused(town.dispatcher.try_act(case, "dispatch", seen=case["seq"] + 1, lead=HOUSING), 422, "invalid")
    assert body["fields"] == {"seen": ["案件还没有这一步，请按您所看到的案件填写 seq。"]}
    town.dispatcher.act(case, "dispatch", seen=case["seq"], lead=HOUSING)
