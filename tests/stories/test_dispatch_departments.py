"""What departments are called, what they see, and who works for them."""

from uuid import uuid4

import pytest

from app.core.transaction import transaction
from app.departments import service as directory
from app.departments.kinds import DepartmentKind
from app.identity import service as identity
from tests.factories.departments import department
from tests.factories.grids import COUNTY
from tests.factories.town import HOUSING, LEAFLET, SIGN_FIRST, TEAM, TOWNSHIP, WATER
from tests.support.looks import clocks_of, guarded, refused, tasks_of

SWEEPERS = "C-SWEEP"


@pytest.fixture
def swept(app, town):
    """A town where the housing bureau has a contractor."""
    with app.app_context():
        department(SWEEPERS, "洁城环卫公司", DepartmentKind.CONTRACTOR)
    town.sweepers = town.hire("contractor", "department", SWEEPERS)
    return town


def test_departments_are_taken_by_code_name_or_alias(app, town):
    with app.app_context(), transaction():
        directory.add_alias("县住建局", HOUSING)
    case = town.dispatcher.act(town.filed(), "dispatch", lead="县住建局", assist=["县城乡水务公司", TEAM])
    assert [task["department"]["code"] for task in case["tasks"]] == [HOUSING, WATER, TEAM]
    assert case["lead"] == {"code": HOUSING, "name": "县住房和城乡建设局"}
    case = town.dispatcher.act(case, "drop_assist", assist=["县城乡水务公司"])
    assert tasks_of(case, "assist")[0]["state"] == "stopped"


@pytest.mark.parametrize(("code", "could"), [(SWEEPERS, "请派给其主管部门"), ("D-LABOUR", "管理员为其安排部门经办台")])
def test_what_cannot_take_a_task_is_refused_with_who_could(swept, code, could):
    case = swept.filed()
    for body, field in (({"lead": code}, "lead"), ({"lead": HOUSING, "assist": [code]}, "lead")):
        refusal = refused(swept.dispatcher.try_act(case, "dispatch", **body), 422)
        assert could in refusal["fields"][f"data.{field}"][0]
    case = swept.dispatcher.act(case, "dispatch", lead=HOUSING)
    refusal = refused(swept.dispatcher.try_act(case, "add_assist", assist=[code]), 422)
    assert could in refusal["fields"]["data.assist"][0]
    refusal = refused(swept.township.try_act(case, "whistle", called=[code]), 422)
    assert could in refusal["fields"]["data.called"][0]


def test_a_closed_account_signs_for_nothing(app, town):
    with app.app_context(), transaction():
        identity.close_account(town.housing.id)
    refusal = refused(town.dispatcher.try_act(town.filed(), "dispatch", lead=HOUSING), 422)
    assert "没有可以“签收”的人员" in refusal["fields"]["data.lead"][0]


def test_an_empty_list_of_what_need_not_be_given_is_none(town):
    case = town.dispatcher.act(town.filed(), "dispatch", lead=HOUSING, assist=[], attachments=[])
    assert [task["department"]["code"] for task in case["tasks"]] == [HOUSING]
    body = refused(town.dispatcher.try_act(case, "add_assist", assist=[]), 422, "data_missing")
    assert set(body["fields"]) == {"data.assist"}
    assert town.acceptor.act(case, "urgent", assist=[])["state"] == "dispatched"


@pytest.mark.parametrize("body", [{"lead": "D-NOBODY"}, {"lead": HOUSING, "assist": [HOUSING]}, {"lead": ""}, {}])
def test_unknown_doubled_or_missing_departments_are_refused(town, body):
    case = town.filed()
    refused(town.dispatcher.try_act(case, "dispatch", **body), 422)
    assert town.supervisor.read(case)["seq"] == case["seq"]


def test_a_department_under_two_names_is_one(town):
    body = {"lead": HOUSING, "assist": ["县住房和城乡建设局"]}
    refused(town.dispatcher.try_act(town.filed(), "dispatch", **body), 422)


def test_a_department_that_has_ended_gets_no_work(app, town):
    with app.app_context(), transaction():
        directory.end(WATER)
    case = town.filed()
    refused(town.dispatcher.try_act(case, "dispatch", lead=WATER), 422)
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    refused(town.dispatcher.try_act(case, "add_assist", assist=[WATER]), 422)
    refused(town.township.try_act(case, "whistle", called=[WATER]), 422)
    refused(town.dispatcher.try_act(case, "copy", to=[WATER]), 422)


def test_a_department_sees_a_case_while_its_task_stands_and_afterwards(town):
    case = town.filed()
    refused(town.housing.get(f"cases/{case['case_id']}"), 404)
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)
    assert town.housing.read(case)["state"] == "dispatched"
    assert [each["case_id"] for each in town.housing.get("cases").get_json()["items"]] == [case["case_id"]]
    town.housing.act(case, "sign")
    case = town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    assert town.housing.read(case)["state"] == "handled"
    refused(town.team.get(f"cases/{case['case_id']}"), 404)


def test_a_department_loses_sight_of_what_it_gave_back(town):
    case = town.housing.act(town.handling(), "ask_return", reason_code="other", reason="不归我们管")
    town.duty.act(case, "grant_return")
    refused(town.housing.get(f"cases/{case['case_id']}"), 404)
    assert town.housing.get("cases").get_json()["items"] == []


def test_a_handler_of_the_department_is_named_and_works(town):
    handler = town.hire("handler", "department", HOUSING)
    case = town.housing.act(town.dispatched(), "assign", handler=str(handler.id))
    assert case["tasks"][0]["handler_id"] == str(handler.id)
    assert case["state"] == "dispatched"
    handler.act(case, "sign")
    refused(handler.try_act(case, "ask_return", reason_code="other", reason="不归我们管"), 403, "act_forbidden")
    assert handler.act(case, "finish", result="已清理", attachments=[str(uuid4())])["state"] == "handled"


def test_a_stranger_is_not_named_as_handler(town):
    case = town.dispatched()
    for stranger in (str(town.water.id), str(town.worker.id), str(uuid4())):
        assert "data.handler" in refused(town.housing.try_act(case, "assign", handler=stranger), 422)["fields"]
    refused(town.housing.try_act(case, "assign"), 422, "data_missing")
    refused(town.dispatcher.try_act(case, "assign", handler=str(town.housing.id)), 403, "act_forbidden")


def test_only_whom_the_rules_will_take_is_offered_and_named_as_handler(town):
    sender = town.hire("dispatcher", "centre", COUNTY)
    town.also(sender, "handler", "department", HOUSING)
    head, fit = (town.hire(role, "department", HOUSING) for role in ("department_leader", "handler"))
    case = sender.act(town.filed(), "dispatch", lead=HOUSING)
    read = town.housing.get(f"cases/{case['case_id']}", choices="all").get_json()
    fields = next(one for one in read["actions"] if one["action"] == "assign")["fields"]
    offered = {one["value"] for one in next(one for one in fields if one["field"] == "handler")["choices"]}
    assert offered == {str(town.housing.id), str(fit.id)}
    for unfit, why in ((sender, "派遣过任务"), (head, "不能办结")):
        body = refused(town.housing.try_act(case, "assign", handler=str(unfit.id)), 422)
        assert why in body["fields"]["data.handler"][0]
    assert town.housing.act(case, "assign", handler=str(fit.id))["tasks"][0]["handler_id"] == str(fit.id)


def test_no_department_is_preset_in_which_nobody_may_sign(town):
    route = f"cases/{town.filed()['case_id']}/route"
    assert town.dispatcher.get(route).get_json() == {"lead": None, "assist": []}  # the township, where nobody signs
    desk = town.hire("department_desk", "department", TOWNSHIP)
    body = town.dispatcher.get(route).get_json()
    assert (body["lead"]["code"], [one["code"] for one in body["assist"]]) == (TOWNSHIP, [HOUSING])
    town.dismiss(town.housing, "department_desk")
    body = town.dispatcher.get(route).get_json()
    assert (body["lead"]["code"], body["assist"]) == (TOWNSHIP, [])
    town.dismiss(desk, "department_desk")
    assert town.dispatcher.get(route).get_json()["lead"] is None


def test_a_contractor_sees_what_it_was_given_and_finishes_it(swept):
    case = swept.handling()
    refused(swept.sweepers.get(f"cases/{case['case_id']}"), 404)
    case = swept.housing.act(case, "assign", contractor="洁城环卫公司")
    assert case["tasks"][0]["contractor"] == {"code": SWEEPERS, "name": "洁城环卫公司"}
    assert swept.sweepers.actions(case) >= {"finish"}
    assert not swept.sweepers.actions(case) & {"ask_return", "ask_extension", "assign", "sign"}
    case = swept.sweepers.act(case, "finish", result="已清扫", attachments=[str(uuid4())])
    assert (case["state"], case["tasks"][0]["state"]) == ("handled", "done")
    steps = swept.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert steps[-1]["actor"]["on_behalf_of"]["code"] == SWEEPERS


def test_work_is_contracted_to_contractors_only(swept):
    case = swept.handling()
    for other in (WATER, TEAM, "D-NOBODY"):
        assert "data.contractor" in refused(swept.housing.try_act(case, "assign", contractor=other), 422)["fields"]


def test_a_contractor_who_was_replaced_loses_sight(swept, app):
    with app.app_context():
        department("C-OTHER", "新洁公司", DepartmentKind.CONTRACTOR)
    case = swept.housing.act(swept.handling(), "assign", contractor=SWEEPERS)
    assert swept.sweepers.read(case)
    swept.housing.act(case, "assign", contractor="C-OTHER")
    refused(swept.sweepers.get(f"cases/{case['case_id']}"), 404)


def test_a_contractors_worker_does_not_check_its_work(swept):
    swept.also(swept.worker, "contractor", "department", SWEEPERS)
    case = swept.housing.act(swept.handling(), "assign", contractor=SWEEPERS)
    case = swept.sweepers.act(case, "finish", result="已清扫", attachments=[str(uuid4())])
    assert tasks_of(case, "check")[0]["handler_id"] == str(swept.next_worker.id)


def test_a_class_without_a_check_is_closed_on_its_papers(town):
    case = town.handling(class_code=LEAFLET)
    case = town.housing.act(case, "finish", result="已宣传")
    assert (case["state"], tasks_of(case, "check")) == ("checked", [])
    assert town.duty.act(case, "close")["state"] == "closed"


def test_where_the_class_says_so_the_time_to_handle_begins_with_the_signature(town, clock):
    case = town.dispatched(class_code=SIGN_FIRST)
    assert clocks_of(case, "handle") == []
    signed_at = clock.tick(minutes=30)
    case = town.housing.act(case, "sign")
    assert clocks_of(case, "handle")[0]["started_at"] == signed_at.isoformat()


def test_the_time_to_handle_begins_at_the_latest_when_the_time_to_sign_is_over(town, clock, sweep):
    case = town.dispatched(class_code=SIGN_FIRST)
    limit = clocks_of(case, "sign")[0]["due_at"]
    clock.tick(hours=2)
    sweep()
    case = town.supervisor.read(case)
    assert clocks_of(case, "handle")[0]["started_at"] == limit
    case = town.housing.act(case, "sign")
    assert [each["result"] for each in clocks_of(case, "sign")] == ["late"]
    assert len(clocks_of(case, "handle")) == 1


def test_who_signs_late_before_the_timer_looks_wins_no_time(town, clock):
    case = town.dispatched(class_code=SIGN_FIRST)
    limit = clocks_of(case, "sign")[0]["due_at"]
    clock.tick(hours=2)
    case = town.housing.act(case, "sign")
    assert clocks_of(case, "handle")[0]["started_at"] == limit


def test_a_card_a_reminder_and_a_copy_disturb_nobody(town):
    case = town.handling()
    for other in (town.duty, town.housing, town.leader):
        refused(other.try_act(case, "supervise", grade="red"), 403, "act_forbidden")
    assert town.supervisor.act(case, "supervise", grade="yellow", reason="群众反映强烈")["supervision"] == "yellow"
    refused(town.supervisor.try_act(case, "supervise", grade="black"), 422)
    seen = town.supervisor.read(case)["seq"]
    for centre in (town.acceptor, town.duty, town.dispatcher, town.leader):
        centre.act(case, "urge", note="请尽快处置")
    refused(town.housing.try_act(case, "urge"), 403, "act_forbidden")
    town.township.act(case, "copy", to=["县城乡水务公司", TEAM], note="请知悉")
    done = town.housing.try_act(case, "finish", seen=seen, result="已清理", attachments=[str(uuid4())])
    assert done.status_code == 201


def test_a_copy_names_its_departments_by_code_and_shows_them_nothing(town):
    case = town.township.act(town.handling(), "copy", to=["县城乡水务公司"])
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert steps[-1]["data"]["to"] == [WATER]
    refused(town.water.get(f"cases/{case['case_id']}"), 404)
    refused(town.township.try_act(case, "copy"), 422, "data_missing")


def test_a_department_does_not_finish_what_it_has_not_signed_for(town):
    case = town.dispatched()
    refused(town.housing.try_act(case, "finish", result="已清理", attachments=[str(uuid4())]), 409)
    case = town.housing.act(case, "sign")
    guarded(town.housing.try_act(case, "sign"), "task_unsigned")
    answer = town.housing.try_act(case, "finish", result="已清理")
    assert "data.attachments" in refused(answer, 422, "data_missing")["fields"]
