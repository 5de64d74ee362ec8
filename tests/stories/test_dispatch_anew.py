"""A case that went back and was sent out again has one lead: what the one before had done stays, and counts no more."""

import pytest

from tests.factories.town import HERE, HOUSING, TEAM, WATER
from tests.support.looks import refused, tasks_of

RETURN = {"reason_code": "not_ours", "reason": "不是我们的"}


def _spot(town):
    return {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}


def _done(town, case, *departments):
    """Let departments finish, the lead last."""
    for department in departments:
        case = department.act(case, "sign")
        case = department.act(case, "finish", result="已完成", attachments=[town.photo()])
    return case


def _assistant_failed(town):
    """A case whose lead (1) did its part well, and whose assistant (2) did not."""
    case = _done(town, town.dispatched(assist=[WATER]), town.water, town.housing)
    return town.worker.act(case, "fail_check", tasks=[2], **_spot(town))


def _withdrawn(town):
    return town.dispatcher.act(_assistant_failed(town), "withdraw_dispatch", reason="派错了")


def _returned(town):
    case = town.water.act(_assistant_failed(town), "ask_return", **RETURN)
    return town.duty.act(case, "grant_return")


def _parts(case):
    return [(task["part"], task["state"], task["department"]["code"]) for task in case["tasks"] if task["department"]]


@pytest.fixture(params=[_withdrawn, _returned], ids=["withdrawn", "returned"])
def sent_anew(town, request):
    """A case that another lead did after the first one had done its part."""
    case = town.dispatcher.act(request.param(town), "dispatch", lead=TEAM)
    return town, _done(town, case, town.team)


def test_work_refused_as_a_whole_goes_back_to_the_lead_in_charge_alone(sent_anew):
    town, case = sent_anew
    case = town.worker.act(case, "pass_check", **_spot(town))
    case = town.duty.act(case, "refuse_close", reason="未清理干净", rework=True)
    assert _parts(case)[0] == ("lead", "done", HOUSING)
    assert _parts(case)[-1] == ("lead", "sent", TEAM)
    refused(town.housing.try_act(case, "sign"), 403, "act_forbidden")
    case = _done(town, case, town.team)
    assert (case["state"], case["lead"]["code"]) == ("handled", TEAM)
    assert not any(state == "sent" for part, state, _ in _parts(case))


def test_a_check_fails_only_tasks_of_the_lead_in_charge_and_of_its_assistants(sent_anew):
    town, case = sent_anew
    first, latest = tasks_of(case, "lead")
    body = refused(town.worker.try_act(case, "fail_check", tasks=[first["task"]], **_spot(town)), 422)
    assert body["fields"] == {"data.tasks": [f"请从本案已完成的任务中选择：{latest['task']}。"]}
    case = town.worker.act(case, "fail_check", tasks=[latest["task"]], **_spot(town))
    assert _parts(case)[-1] == ("lead", "sent", TEAM)


def test_a_department_that_assisted_the_lead_before_may_assist_again(town):
    case = _done(town, town.dispatched(assist=[WATER]), town.water, town.housing)
    case = town.worker.act(case, "fail_check", tasks=[1], **_spot(town))
    case = town.dispatcher.act(case, "withdraw_dispatch", reason="派错了")
    case = town.dispatcher.act(case, "dispatch", lead=TEAM)
    case = town.dispatcher.act(case, "add_assist", assist=[WATER])
    assert _parts(case)[-1] == ("assist", "sent", WATER)
    case = _done(town, case, town.water, town.team)
    case = town.worker.act(case, "pass_check", **_spot(town))
    case = town.duty.act(case, "refuse_close", reason="未清理干净", rework=True)
    assert [state for _, state, _ in _parts(case)] == ["stopped", "done", "sent", "sent"]
