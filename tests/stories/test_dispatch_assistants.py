"""Departments that help: added, dropped, late; each ends its own task, and the lead waits for all."""

from datetime import datetime, timedelta
from uuid import uuid4

from tests.factories.grids import COUNTY
from tests.factories.town import HERE, HOUSING, TEAM, WATER
from tests.support.looks import clocks_of, guarded, refused, tasks_of


def photo():
    """The name of a photo whose bytes are still on their way."""
    return [str(uuid4())]


def test_the_lead_waits_for_a_late_assistant(town, clock, sweep):
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    clock.tick(days=4)
    sweep()
    case = town.supervisor.read(case)
    assert [each["overdue"] for each in clocks_of(case, "handle")] == [True, True]
    guarded(town.housing.try_act(case, "finish", result="已清理", attachments=photo()), "assisting_done")
    case = town.water.act(case, "finish", result="管道已修", attachments=photo())
    assert (case["state"], [task["state"] for task in case["tasks"]]) == ("handling", ["signed", "done"])
    case = town.housing.act(case, "finish", result="已清理", attachments=photo())
    assert case["state"] == "handled"
    assert [each["result"] for each in clocks_of(case, "handle")] == ["late", "late"]


def test_dropping_a_late_assistant_frees_the_lead(town):
    case = town.handling(assist=[WATER])
    guarded(town.housing.try_act(case, "finish", result="已清理", attachments=photo()), "assisting_done")
    for other in (town.housing, town.duty, town.leader):
        refused(other.try_act(case, "drop_assist", assist=[WATER]), 403, "act_forbidden")
    case = town.dispatcher.act(case, "drop_assist", assist=[WATER])
    assert (tasks_of(case, "assist")[0]["state"], clocks_of(case, "handle")[1]["result"]) == ("stopped", "none")
    refused(town.water.get(f"cases/{case['case_id']}"), 404)
    assert town.housing.act(case, "finish", result="已清理", attachments=photo())["state"] == "handled"


def test_an_assistant_is_added_while_the_lead_works(town):
    case = town.handling()
    refused(town.water.get(f"cases/{case['case_id']}"), 404)
    case = town.dispatcher.act(case, "add_assist", assist=[WATER])
    assert (case["state"], tasks_of(case, "assist")[0]["department"]["code"]) == ("handling", WATER)
    assert [each["task"] for each in clocks_of(case, "sign")] == [1, 2]
    refused(town.dispatcher.try_act(case, "add_assist", assist=[WATER]), 422)
    refused(town.dispatcher.try_act(case, "add_assist", assist=[HOUSING]), 422)
    case = town.water.act(case, "sign")
    assert case["state"] == "handling"
    guarded(town.water.try_act(case, "sign"), "task_unsigned")


def test_adding_or_dropping_makes_what_others_saw_stale(town):
    case = town.handling()
    town.dispatcher.act(case, "add_assist", assist=[WATER])
    answer = town.housing.try_act(case, "finish", seen=case["seq"], result="已清理", attachments=photo())
    assert refused(answer, 409, "stale")["case"]["seq"] == case["seq"] + 1


def test_only_an_assistant_that_is_there_is_dropped(town):
    case = town.handling(assist=[WATER])
    refused(town.dispatcher.try_act(case, "drop_assist", assist=[TEAM]), 422)
    refused(town.dispatcher.try_act(case, "drop_assist", assist=[HOUSING]), 422)
    town.dispatcher.act(case, "drop_assist", assist=[WATER])
    guarded(town.dispatcher.try_act(case, "drop_assist", assist=[WATER]), "has_assisting")
    assert town.dispatcher.act(case, "add_assist", assist=[WATER])["tasks"][2]["state"] == "sent"


def test_an_assistant_signs_before_it_finishes_and_does_not_act_for_the_lead(town):
    case = town.dispatched(assist=[WATER])
    guarded(town.water.try_act(case, "finish", result="完成", attachments=photo()), "task_signed")
    case = town.water.act(case, "sign")
    assert case["state"] == "dispatched"
    case = town.water.act(case, "finish", result="完成", attachments=photo())
    assert (case["state"], tasks_of(case, "assist")[0]["state"]) == ("dispatched", "done")
    refused(town.water.try_act(case, "sign", task=1), 403, "act_forbidden")
    assert town.housing.act(case, "sign")["state"] == "handling"


def failed_by_both_assistants(town):
    """A case whose check failed for both assisting departments, and not for the lead."""
    case = town.handling(assist=[WATER, TEAM])
    for helper in (town.water, town.team):
        helper.act(case, "sign")
        helper.act(case, "finish", result="完成", attachments=photo())
    case = town.housing.act(case, "finish", result="已清理", attachments=photo())
    spot = {"lon": HERE[0], "lat": HERE[1], "attachments": photo()}
    return town.worker.act(case, "fail_check", tasks=[2, 3], note="仍有积水", **spot)


def test_of_two_assistants_sent_back_one_may_be_dropped_but_not_both(town):
    case = failed_by_both_assistants(town)
    assert [task["state"] for task in case["tasks"] if task["part"] != "check"] == ["done", "sent", "sent"]
    refused(town.dispatcher.try_act(case, "drop_assist", assist=[WATER, TEAM]), 422)
    case = town.dispatcher.act(case, "drop_assist", assist=[WATER])
    guarded(town.dispatcher.try_act(case, "drop_assist", assist=[TEAM]), "keeps_an_open_task")
    town.team.act(case, "sign")
    assert town.team.act(case, "finish", result="返工完成", attachments=photo())["state"] == "handled"


def test_a_rework_dispatched_anew_is_the_new_leads_and_not_the_old_ones(town):
    case = town.dispatcher.act(failed_by_both_assistants(town), "withdraw_dispatch", reason="应由水务公司主办")
    case = town.dispatcher.act(case, "dispatch", lead=WATER, assist=[TEAM])
    case = town.team.act(case, "sign")
    assert case["state"] == "dispatched"
    case = town.water.act(case, "sign")
    assert case["state"] == "handling"
    case = town.team.act(case, "finish", result="完成", attachments=photo())
    assert case["state"] == "handling"
    assert town.water.act(case, "finish", result="完成", attachments=photo())["state"] == "handled"


ASK = {"assist": [WATER], "reason": "须先关水"}


def test_a_department_asks_the_dispatcher_for_another_beside_it(town):
    case = town.handling()
    assert set(refused(town.housing.try_act(case, "ask_assist"), 422, "data_missing")["fields"]) == {
        "data.assist", "data.reason",
    }  # fmt: skip
    for names in ([HOUSING], ["没有这个部门"]):
        answer = town.housing.try_act(case, "ask_assist", assist=names, reason="须先关水")
        assert "data.assist" in refused(answer, 422)["fields"]
    case = town.housing.act(case, "ask_assist", **ASK)
    assert (case["state"], case["tasks"][0]["ask"], len(case["tasks"])) == ("handling", "assist", 1)
    guarded(town.housing.try_act(case, "ask_assist", **ASK), "no_pending_ask")
    for other in (town.duty, town.leader, town.housing, town.acceptor):
        refused(other.try_act(case, "grant_assist"), 403, "act_forbidden")
    queues = {one["queue"]: one["count"] for one in town.dispatcher.get("queues").get_json()["items"]}
    assert queues["asked_assist"] == 1
    town.drain()
    assert [one["kind"] for one in town.dispatcher.get("notices").get_json()["items"]] == ["to_decide"]
    case = town.dispatcher.act(case, "grant_assist")
    assert [(task["part"], task["state"], task["ask"]) for task in case["tasks"]] == [
        ("lead", "signed", None), ("assist", "sent", None),
    ]  # fmt: skip
    town.drain()
    assert [one["kind"] for one in town.water.get("notices").get_json()["items"]] == ["to_sign"]
    assert "ask_granted" in [one["kind"] for one in town.housing.get("notices").get_json()["items"]]
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert steps[-1]["data"]["assist"] == [WATER]


def test_an_ask_for_assistance_is_answered_otherwise_denied_or_lapses_with_the_limit(town, clock, sweep):
    case = town.housing.act(town.handling(), "ask_assist", **ASK)
    case = town.dispatcher.act(case, "grant_assist", assist=[TEAM])  # another than was asked for
    assert [task["department"]["code"] for task in case["tasks"]] == [HOUSING, TEAM]
    case = town.team.act(case, "sign")
    case = town.team.act(case, "ask_assist", **ASK)  # an assisting one asks as well
    case = town.dispatcher.act(case, "deny_assist", reason="不必关水")
    case = town.team.act(case, "ask_assist", **ASK)
    clock.set(datetime.fromisoformat(next(one["due_at"] for one in case["clocks"] if one["stage"] == "handle")))
    assert sweep()[1] == 1
    assert not any(task["ask"] for task in town.supervisor.read(case)["tasks"])


def test_an_assistant_with_a_rework_asks_though_the_lead_has_nothing_left_to_sign(town):
    case = town.dispatcher.act(failed_by_both_assistants(town), "drop_assist", assist=[WATER])
    case = town.team.act(case, "ask_assist", **ASK)
    assert case["state"] == "dispatched"
    case = town.dispatcher.act(case, "deny_assist", reason="不必关水")
    case = town.dispatcher.act(town.team.act(case, "ask_assist", **ASK), "grant_assist")
    assert (case["state"], tasks_of(case, "assist")[-1]["department"]["code"]) == ("dispatched", WATER)
    town.team.act(case, "sign")
    for helper in (town.water, town.team):
        case = helper.act(helper.act(case, "sign") if helper is town.water else case, "finish", result="已返工",
                          attachments=photo())  # fmt: skip
    assert case["state"] == "handled"


def test_what_nobody_can_decide_now_stands_in_no_queue(town):
    """An assisting department asks for more time; then the lead's work is put off, and there nothing is decided."""
    case = town.handling(assist=[WATER])
    case = town.water.act(case, "sign")
    due = next(one["due_at"] for one in clocks_of(case, "handle") if one["task"] == 2)
    later = (datetime.fromisoformat(due) + timedelta(hours=1)).isoformat()
    case = town.water.act(case, "ask_extension", due_at=later, reason="缺配件")

    def asked():
        return {one["queue"]: one["count"] for one in town.duty.get("queues").get_json()["items"]}["asked_extension"]

    assert asked() == 1
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-20", reason="冬季")
    case = town.leader.act(case, "grant_deferral")
    assert not {"grant_extension", "deny_extension"} & town.duty.actions(case)
    assert asked() == 0
    town.housing.act(case, "resume")
    assert asked() == 1


def test_whoever_works_for_the_department_that_asks_or_is_asked_for_does_not_grant_it(town):
    both = town.hire("dispatcher", "centre", COUNTY)
    town.also(both, "department_desk", "department", HOUSING)
    case = town.housing.act(town.handling(), "ask_assist", **ASK)
    guarded(both.try_act(case, "grant_assist"), "department_does_not_decide")
    third = town.hire("dispatcher", "centre", COUNTY)
    town.also(third, "department_desk", "department", WATER)
    case = town.dispatcher.act(case, "grant_assist")
    third.act(case, "sign", task=2)
    case = town.dispatcher.act(case, "drop_assist", assist=[WATER])
    case = town.housing.act(case, "ask_assist", **ASK)
    guarded(third.try_act(case, "grant_assist"), "handler_does_not_dispatch")
