"""An act is checked in one order, so that everybody who errs hears the same, and nobody learns of a hidden case."""

import json
from uuid import uuid4

import pytest

from tests.factories.town import HERE, HOUSING
from tests.support.looks import guarded, refused, without_forms

pytestmark = pytest.mark.one_database


def _send(town, case, body, headers=None):
    case_id = case["case_id"] if isinstance(case, dict) else case
    text = json.dumps(body)  # the client's own writer knows no number so large
    kind = "application/json"
    return town.client.post(f"/api/v1/cases/{case_id}/steps", data=text, content_type=kind, headers=headers or {})


def _body(action, seen=1, **data):
    return {"op_id": str(uuid4()), "action": action, "seen": seen, "data": data}


def test_without_a_token_nothing_else_is_looked_at(town):
    for case in (town.worker.report().get_json(), str(uuid4())):
        refused(_send(town, case, {"nonsense": 1}), 401)
        refused(_send(town, case, _body("accept"), {"Authorization": "Bearer nobody"}), 401)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"op_id": "7"},
        {"action": None},
        {"action": "fly"},
        {"seen": -1},
        {"seen": "1"},
        {"seen": 10**30},
        {"data": []},
        {"data": {"unknown": 1}},
        {"data": {"reason": "x" * 501}},
        {"data": {"reason": "a\x00b"}},
        {"data": {"attachments": ["7"]}},
        {"data": {"task": 10**30}},
        {"more": 1},
    ],
)
def test_a_wrong_body_is_told_before_whether_there_is_such_a_case(town, wrong):
    body = {**_body("refuse", reason="x"), **wrong} if wrong else {}
    for case in (town.worker.report().get_json(), str(uuid4())):
        for actor in (town.acceptor, town.water):  # who may, and who sees nothing of it
            answer = refused(_send(town, case, body, actor.headers), 422)
            assert answer["fields"], answer


def test_a_body_that_is_not_json_is_malformed_and_never_an_error_of_ours(town):
    case = town.worker.report().get_json()
    answer = town.client.post(
        f"/api/v1/cases/{case['case_id']}/steps",
        data=b"{",
        headers=town.acceptor.headers,
        content_type="application/json",
    )
    assert answer.status_code in (400, 422)


def test_a_repeated_operation_is_answered_though_its_sender_no_longer_sees_the_case(town):
    case, op_id = town.dispatched(assist=["Q-WATER"]), uuid4()
    data = {"reason": "不是我们的", "reason_code": "not_ours"}
    first = town.water.try_act(case, "ask_return", op_id=op_id, **data)
    assert first.status_code == 201, first.get_json()
    town.duty.act(case, "grant_return", task=2)
    refused(town.water.get(f"cases/{case['case_id']}"), 404)
    again = town.water.try_act(case, "ask_return", op_id=op_id, seen=0, **data)
    assert again.status_code == 200, again.get_json()
    assert again.get_json()["step"] == first.get_json()["step"]
    refused(town.water.try_act(case, "ask_return", **data), 404, "case_not_found")


def test_what_one_does_not_see_is_as_if_it_were_not_there(town):
    hidden = refused(_send(town, town.filed(), _body("sign", seen=0), town.housing.headers), 404)
    missing = refused(_send(town, str(uuid4()), _body("sign", seen=0), town.housing.headers), 404)
    assert hidden == missing


def test_a_missing_permission_is_told_before_a_stale_view_and_a_wrong_state(town):
    case = town.filed()
    for action in ("accept", "dispatch", "close", "void"):
        refused(_send(town, case, _body(action, seen=0), town.worker.headers), 403, "act_forbidden")


def test_a_stale_view_is_told_before_a_wrong_state_with_the_case_as_it_is_now(town):
    case = town.filed()
    body = refused(_send(town, case, _body("accept", seen=1), town.acceptor.headers), 409, "stale")
    assert body["case"] == without_forms(town.acceptor.read(case))
    assert body["case"]["seq"] == case["seq"]


def test_a_wrong_state_is_told_before_what_is_missing(town):
    case = town.filed()
    body = refused(_send(town, case, _body("refuse", seen=case["seq"]), town.acceptor.headers), 409, "move_not_allowed")
    assert body["case"]["state"] == "filed"
    assert "待派遣" in body["detail"]


def test_what_a_move_needs_is_told_last(town):
    case = town.worker.report().get_json()
    body = refused(_send(town, case, _body("refuse"), town.acceptor.headers), 422, "data_missing")
    assert body["fields"] == {"data.reason": ["这一步必须填写。"]}


def test_a_refused_act_leaves_nothing_behind(town):
    case = town.dispatched()
    before = town.supervisor.read(case)
    refused(town.housing.try_act(case, "finish", result="x"), 409)  # not signed
    refused(town.dispatcher.try_act(case, "add_assist", assist=["没有的部门"]), 422)
    guarded(town.duty.try_act(case, "clear_urgent"), "is_urgent")
    refused(town.worker.try_act(case, "pass_check", lon=HERE[0], lat=HERE[1]), 403)
    assert town.supervisor.read(case) == before


def test_a_timers_step_is_nobodys_to_take(town):
    case = town.dispatched()
    for action, data in (
        ("warn", {"clock": 1}), ("overdue", {"clock": 1}), ("expire_ask", {"task": 1}), ("absent_whistle", {"task": 1}),
        ("baseline", {}), ("lose_file", {"attachments": []}),
        ("enforcement_ended", {"met": True}),
    ):  # fmt: skip
        for actor in town.people:
            answer = _send(town, case, _body(action, seen=case["seq"], **data), actor.headers)
            assert answer.status_code in (403, 404), (actor.name, action, answer.get_json())
    refused(_send(town, case, _body("report", seen=case["seq"]), town.worker.headers), 409)
    assert HOUSING in str(town.supervisor.read(case)["lead"])
