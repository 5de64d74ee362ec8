"""The same request again is the same step; another one under the same id is refused."""

from uuid import uuid4

from tests.factories.town import HOUSING, WATER
from tests.support.looks import refused


def test_the_same_act_again_answers_with_its_step_and_the_case_as_it_is_now(town):
    case, op_id = town.filed(), uuid4()
    first = town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=HOUSING)
    town.housing.act(case, "sign")
    again = town.dispatcher.try_act(case, "dispatch", op_id=op_id, seen=0, lead=HOUSING)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["step"] == first.get_json()["step"]
    assert again.get_json()["state"] == "handling"
    assert town.steps(case).count("dispatch") == 1


def test_equal_means_equal_after_loading(town):
    case, op_id = town.filed(), uuid4()
    town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=HOUSING, assist=[WATER])
    body = {"op_id": str(op_id).upper(), "action": "dispatch", "data": {"assist": [WATER], "lead": HOUSING}, "seen": 1}
    answer = town.dispatcher.send("POST", f"cases/{case['case_id']}/steps", body)
    assert answer.status_code == 200, answer.get_json()


def test_other_data_under_the_same_operation_is_refused(town):
    case, op_id = town.filed(), uuid4()
    town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=HOUSING)
    body = refused(town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=WATER), 409, "operation_differs")
    assert body["case"]["lead"]["code"] == HOUSING
    refused(town.dispatcher.try_act(case, "comment", op_id=op_id, text="别的"), 409, "operation_differs")


def test_another_person_does_not_repeat_somebodys_operation(town):
    other = town.hire("dispatcher", "centre", "141025")
    case, op_id = town.filed(), uuid4()
    town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=HOUSING)
    refused(other.try_act(case, "dispatch", op_id=op_id, lead=HOUSING), 409, "operation_differs")


def test_an_operation_of_another_case_may_have_the_same_id(town):
    op_id = uuid4()
    for _ in range(2):
        assert town.dispatcher.try_act(town.filed(), "dispatch", op_id=op_id, lead=HOUSING).status_code == 201


def test_the_same_report_again_is_the_same_case_whatever_happened_since(town):
    case_id = uuid4()
    first = town.worker.report(case_id=case_id)
    town.acceptor.act(str(case_id), "accept")
    again = town.worker.report(case_id=case_id)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json()["step"] == first.get_json()["step"] | {"op_id": str(case_id), "seq": 1}
    assert again.get_json()["state"] == "accepted"
    assert len(town.supervisor.get("cases").get_json()["items"]) == 1


def test_another_report_under_the_same_id_is_refused(town):
    case_id = uuid4()
    town.worker.report(case_id=case_id)
    refused(town.worker.report(case_id=case_id, description="另一处"), 409, "case_differs")
    refused(town.worker.report("0110", case_id=case_id), 409, "case_differs")
    refused(town.next_worker.report(case_id=case_id), 409, "case_differs")
    assert town.worker.get(f"cases/{case_id}").get_json()["description"] == "路边有垃圾"


def test_the_operation_of_a_report_is_the_case_itself(town):
    case = town.worker.report().get_json()
    answer = town.worker.try_act(case, "withdraw", op_id=case["case_id"])
    refused(answer, 409, "operation_differs")
