"""Whoever no longer holds a post no longer sees, counts or does anything there, from the very next request."""

from uuid import uuid4

from tests.factories.grids import GRIDS
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.looks import refused
from tests.support.phone import Phone, act_of, report_of

BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}


def _counts(actor):
    return {each["queue"]: each["count"] for each in actor.get("queues").get_json()["items"]}


def _ids(actor):
    return {each["case_id"] for each in actor.get("cases").get_json()["items"]}


def test_a_transferred_desk_loses_its_cases_everywhere_and_at_once(town):
    case = town.handling()
    assert (_counts(town.housing)["to_handle"], _ids(town.housing)) == (1, {case["case_id"]})
    synced = town.housing.send("POST", "sync", {"cursor": None}).get_json()
    town.also(town.housing, "department_desk", "department", "Q-WATER")
    town.dismiss(town.housing, "department_desk", HOUSING)
    assert _counts(town.housing)["to_handle"] == 0
    assert _ids(town.housing) == set()
    for path in (f"cases/{case['case_id']}", f"cases/{case['case_id']}/steps"):
        refused(town.housing.get(path), 404)
    refused(town.housing.try_act(case, "finish", result="已清理", attachments=[town.photo()]), 404)
    again = town.housing.send("POST", "sync", {"cursor": synced["cursor"]}).get_json()
    assert (again["reset"], again["changes"]) == (True, [])


def test_whoever_holds_nothing_any_more_is_let_in_nowhere(town):
    case = town.worker.report().get_json()
    town.dismiss(town.acceptor, "acceptor")
    refused(town.acceptor.get(f"cases/{case['case_id']}"), 403)
    refused(town.acceptor.get("cases"), 403)
    refused(town.acceptor.get("queues"), 403)
    refused(town.acceptor.try_act(case, "accept"), 404)
    refused(town.acceptor.report(source="hotline"), 403)


def test_what_was_done_before_is_answered_to_whoever_holds_nothing_any_more(town):
    worker, phone, case_id, op_id = town.worker, Phone(town.worker), str(uuid4()), str(uuid4())
    case = worker.report(case_id=case_id).get_json()
    body = {"op_id": op_id, "action": "comment", "seen": None, "data": {"text": "已拍照"}}
    step = worker.send("POST", f"cases/{case_id}/steps", body).get_json()["step"]
    phone.sync()
    town.dismiss(worker, "grid_worker")
    assert worker.report(case_id=case_id).get_json()["step"] == case["step"]
    again = worker.send("POST", f"cases/{case_id}/steps", body)
    assert (again.status_code, again.get_json()["step"]) == (200, step)
    again = [report_of(case_id, BODY), act_of(case_id, "comment", None, op_id, text="已拍照")]
    said = phone.exchange([*again, report_of(str(uuid4()), BODY)])
    assert [each["status"] for each in said["results"]] == [200, 200, 403]
    assert (said["changes"], said["gone"], said["reset"]) == ([], [], True)
    assert phone.exchange()["changes"] == []


def test_a_worker_of_another_grid_sees_that_grid_and_his_own_reports(town):
    own, others = town.worker.report().get_json(), town.acceptor.report(at=HERE, source="hotline").get_json()
    assert _ids(town.worker) == {own["case_id"], others["case_id"]}
    town.also(town.worker, "grid_worker", "grid", GRIDS[2])
    town.dismiss(town.worker, "grid_worker", GRIDS[0])
    assert _ids(town.worker) == {own["case_id"]}
    assert _counts(town.worker)["my_reports"] == 1


def test_a_named_checker_who_was_transferred_does_not_check(town):
    case = town.handled()
    town.dismiss(town.worker, "grid_worker")
    town.also(town.worker, "auxiliary", "grid", GRIDS[0])
    refused(
        town.worker.try_act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()]),
        403, "act_forbidden",
    )  # fmt: skip
    assert "to_check" not in _counts(town.worker)


def test_a_department_loses_sight_when_its_task_ends_and_not_before(town):
    case = town.dispatched(assist=["Q-WATER"])
    assert town.water.read(case)
    town.dispatcher.act(case, "drop_assist", assist=["Q-WATER"])
    refused(town.water.get(f"cases/{case['case_id']}"), 404)
    assert _counts(town.water)["to_sign"] == 0
    assert town.housing.read(case)


def test_a_new_post_counts_from_the_next_request(town):
    case = town.filed()
    refused(town.housing.get(f"cases/{case['case_id']}"), 404)
    town.also(town.housing, "dispatcher", "centre", "141025")
    assert town.housing.act(case, "dispatch", lead="Q-WATER")["state"] == "dispatched"
