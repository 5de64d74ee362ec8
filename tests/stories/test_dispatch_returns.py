"""Work that went to the wrong place: tasks given back, dispatches taken back."""

import pytest

from tests.factories.town import HOUSING, TEAM, WATER
from tests.support.looks import guarded, refused, results, running, tasks_of


def test_a_lead_gives_the_case_back_and_another_takes_it_over(town):
    case = town.dispatched(assist=[WATER])
    case = town.housing.act(case, "ask_return", reason_code="not_ours", reason="属供水管线")
    assert (case["state"], tasks_of(case, "lead")[0]["ask"]) == ("dispatched", "return")
    case = town.duty.act(case, "grant_return")
    assert (case["state"], case["lead"], case["wrong_dispatches"]) == ("filed", None, 1)
    assert [task["state"] for task in case["tasks"]] == ["returned", "stopped"]
    assert running(case) == {"dispatch", "case"}
    assert results(case, "sign", "handle") == [
        ("sign", "in_time"), ("handle", "none"), ("sign", "none"), ("handle", "none"),
    ]  # fmt: skip
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    assert (case["state"], case["lead"]["code"]) == ("dispatched", WATER)
    refused(town.housing.get(f"cases/{case['case_id']}"), 404)
    refused(town.housing.try_act(case, "sign"), 404)
    assert "sign" in town.water.actions(case)


@pytest.mark.parametrize(("code", "wrong"), [("not_ours", 1), ("nothing_there", 0), ("other", 0)])
def test_only_what_was_not_theirs_counts_as_a_wrong_dispatch(town, code, wrong):
    case = town.housing.act(town.handling(), "ask_return", reason_code=code, reason="情况说明")
    assert town.duty.act(case, "grant_return")["wrong_dispatches"] == wrong


def test_a_return_gives_a_reason_and_a_known_code(town):
    case = town.dispatched()
    assert "data.reason" in refused(town.housing.try_act(case, "ask_return"), 422, "data_missing")["fields"]
    without = refused(town.housing.try_act(case, "ask_return", reason="不归我们管"), 422, "data_missing")
    assert list(without["fields"]) == ["data.reason_code"]
    unknown = town.housing.try_act(case, "ask_return", reason="不归我们管", reason_code="lazy")
    assert "data.reason_code" in refused(unknown, 422)["fields"]
    asked = {"reason_code": "other", "reason": "不归我们管"}
    assert town.housing.act(case, "ask_return", **asked)["tasks"][0]["ask_data"] == asked


def test_a_department_asks_so_often_to_be_rid_of_a_case_and_soon_after_signing(town, clock):
    not_ours = {"reason_code": "not_ours", "reason": "不归我们管"}
    case = town.handling(assist=[WATER])
    clock.tick(hours=72)
    case = town.housing.act(case, "ask_return", **not_ours)  # 72 hours after signing: the last moment
    case = town.duty.act(case, "deny_return", reason="属贵部门职责")
    clock.tick(seconds=1)
    body = guarded(town.housing.try_act(case, "ask_return", **not_ours), "soon_after_signing")
    assert "收回改派" in body["detail"]
    assert "ask_return" not in town.housing.actions(case)
    for _ in range(2):  # who has not signed may, however late: twice, whatever became of it
        case = town.water.act(case, "ask_return", **not_ours)
        case = town.duty.act(case, "deny_return", reason="属贵部门职责")
    guarded(town.water.try_act(case, "ask_return", **not_ours), "returns_left")
    assert town.dispatcher.act(case, "recall", reason_code="not_ours", reason="确非其职责")["state"] == "filed"


def test_a_return_denied_leaves_the_case_with_its_department(town):
    case = town.housing.act(town.handling(), "ask_return", reason_code="other", reason="不归我们管")
    refused(town.duty.try_act(case, "deny_return"), 422, "data_missing")
    case = town.duty.act(case, "deny_return", reason="属贵部门职责")
    assert (case["state"], case["tasks"][0]["ask"], case["wrong_dispatches"]) == ("handling", None, 0)
    guarded(town.duty.try_act(case, "grant_return"), "return_pending")
    assert town.housing.act(case, "finish", result="已清理", attachments=[str(town.worker.id)])["state"] == "handled"


def test_a_return_is_decided_by_the_duty_officer_alone(town):
    case = town.housing.act(town.dispatched(assist=[WATER]), "ask_return", reason_code="other", reason="不归我们管")
    for other in (town.housing, town.water, town.dispatcher, town.acceptor, town.leader, town.supervisor):
        refused(other.try_act(case, "grant_return"), 403, "act_forbidden")


def test_an_assistant_gives_back_its_task_only(town):
    case = town.dispatched(assist=[WATER, TEAM])
    case = town.water.act(case, "ask_return", reason_code="not_ours", reason="与供水无关")
    case = town.duty.act(case, "grant_return")
    assert (case["state"], case["lead"]["code"], case["wrong_dispatches"]) == ("dispatched", HOUSING, 1)
    assert [task["state"] for task in case["tasks"]] == ["sent", "returned", "sent"]
    refused(town.water.get(f"cases/{case['case_id']}"), 404)
    case = town.housing.act(case, "sign")
    guarded(town.housing.try_act(case, "finish", result="完成"), "assisting_done")
    town.team.act(case, "sign")
    town.team.act(case, "finish", result="已劝离", attachments=[str(town.team.id)])
    case = town.housing.act(case, "finish", result="已清理", attachments=[str(town.housing.id)])
    assert case["state"] == "handled"


def test_of_two_returns_asked_for_the_duty_officer_names_the_one_he_grants(town):
    case = town.dispatched(assist=[WATER])
    town.housing.act(case, "ask_return", reason_code="other", reason="不归我们管")
    town.water.act(case, "ask_return", reason_code="other", reason="与供水无关")
    assert refused(town.duty.try_act(case, "grant_return"), 422)["fields"].keys() == {"data.task"}
    case = town.duty.act(case, "grant_return", task=2)
    assert [(task["state"], task["ask"]) for task in case["tasks"]] == [("sent", "return"), ("returned", None)]
    assert town.duty.act(case, "grant_return")["state"] == "filed"


def test_whoever_asked_for_a_return_never_grants_it(town):
    both = town.hire("department_desk", "department", HOUSING)
    town.also(both, "duty_officer", "centre", "141025")
    case = both.act(town.dispatched(assist=[WATER]), "ask_return", reason_code="other", reason="不归我们管")
    assert "grant_return" not in both.actions(case)
    guarded(both.try_act(case, "grant_return"), "asker_does_not_decide")
    town.water.act(case, "ask_return", reason_code="other", reason="与供水无关")
    guarded(both.try_act(case, "grant_return", task=2), "asker_does_not_decide")
    assert town.duty.act(case, "grant_return", task=1)["state"] == "filed"


def test_whoever_granted_on_a_case_never_asks_there(town):
    both = town.hire("department_desk", "department", HOUSING)
    town.also(both, "duty_officer", "centre", "141025")
    case = town.water.act(town.handling(assist=[WATER]), "ask_return", reason_code="other", reason="与供水无关")
    case = both.act(case, "grant_return")
    guarded(both.try_act(case, "ask_return", reason_code="other", reason="不归我们管"), "decider_does_not_ask")


def test_a_return_may_be_asked_for_after_the_limit_and_waits_for_its_answer(town, clock, sweep):
    case = town.handling()
    clock.tick(days=3)
    case = town.housing.act(case, "ask_return", reason_code="nothing_there", reason="现场已无垃圾")
    clock.tick(hours=1)
    assert sweep()[1] == 0
    assert town.duty.act(case, "grant_return")["state"] == "filed"


def test_a_dispatch_taken_back_counts_as_wrong_and_frees_every_department(town):
    case = town.dispatched(assist=[WATER])
    refused(town.duty.try_act(case, "withdraw_dispatch"), 403, "act_forbidden")
    case = town.dispatcher.act(case, "withdraw_dispatch", reason="派错了")
    assert (case["state"], case["lead"], case["wrong_dispatches"]) == ("filed", None, 1)
    assert {task["state"] for task in case["tasks"]} == {"stopped"}
    assert running(case) == {"dispatch", "case"}
    for department in (town.housing, town.water):
        refused(department.get(f"cases/{case['case_id']}"), 404)
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert town.housing.act(case, "sign")["state"] == "handling"


def test_a_dispatch_that_was_signed_for_is_not_taken_back(town):
    refused(town.dispatcher.try_act(town.handling(), "withdraw_dispatch"), 409, "move_not_allowed")
