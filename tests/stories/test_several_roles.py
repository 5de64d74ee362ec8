"""One person in several roles judges nothing of what he did himself: by no way that leads to the one door."""

from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from app.board import audit
from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused
from app.core.transaction import transaction
from app.dispatch.handling import UNFIT
from app.identity import queries as identity
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING, WATER
from tests.support.elements import elements, facts_of, links_of, texts_of
from tests.support.looks import guarded, refused
from workflows.case_facts import GUARDS, HandlerFault

ON_SPOT = {"lon": HERE[0], "lat": HERE[1]}


def _hire(town, *more):
    """Somebody who works in a grid and holds more roles."""
    both = town.hire("grid_worker", "grid", GRID)
    for role, scope_kind in more:
        town.also(both, role, scope_kind, COUNTY)
    return both


def _data(action):
    return {"reason": "应当受理"} if action == "reconsider" else {**ON_SPOT, "attachments": [str(uuid4())]}


def _refused_everywhere(town, actor, case, action, guard):
    """Every way says no in the same words, nothing changes, and no button is shown."""
    before = town.supervisor.read(case)
    data = _data(action)
    body = guarded(actor.try_act(case, action, **data), guard)
    assert body["detail_en"] != body["detail"]
    operation = {
        "type": "act", "case_id": case["case_id"], "op_id": str(uuid4()), "action": action, "seen": before["seq"],
        "data": data,
    }  # fmt: skip
    synced = actor.send("POST", "sync", {"cursor": None, "operations": [operation]}).get_json()["results"][0]
    assert (synced["status"], synced["body"]["reason"]) == (409, guard)
    assert action not in actor.actions(case)
    desk = Desk(town.app, actor)
    page = f"/desk/cases/{case['case_id']}"
    offered = [urlsplit(address).path for address in links_of(desk.get(page).text)]
    assert f"{page}/file" in offered
    assert f"{page}/act/{action}" not in offered
    assert desk.get(f"{page}/act/{action}").status_code == 403
    form_data = {"op_id": str(uuid4()), "seen": str(before["seq"]), **data}
    assert GUARDS[guard].refusal in " ".join(texts_of(desk.post(f"{page}/act/{action}", form_data).text, role="alert"))
    together = {**form_data, "case": [case["case_id"]], f"seen-{case['case_id']}": str(before["seq"])}
    desk.post(f"/desk/bulk/{action}", together)
    assert town.supervisor.read(case)["seq"] == before["seq"]


def _registered(town, actor, **more):
    answer = actor.report(GARBAGE, source="hotline", **more)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


@pytest.mark.parametrize("action", ["confirm_true", "confirm_false"])
def test_nobody_confirms_what_he_registered_for_another_and_sent_himself_to_see(town, action):
    both = _hire(town, ("acceptor", "centre"))
    case = both.act(_registered(town, both), "verify", verifier=str(both.id))
    _refused_everywhere(town, both, case, action, "sender_does_not_confirm")
    case = both.act(case, "cannot_verify", reason="须由他人核实")
    case = town.acceptor.act(case, "verify", verifier=str(both.id))  # another one has sent him now
    assert both.act(case, action, **_data(action))["state"] == "reported"


def test_who_registered_for_another_is_neither_chosen_nor_offered_when_he_sends_himself(town):
    both = town.worker
    town.also(both, "acceptor", "centre", COUNTY)
    case = _registered(town, both)
    form = Desk(town.app, both).get(f"/desk/cases/{case['case_id']}/act/verify").text
    offered = {one.attributes.get("value") for one in elements(form, "option")}
    assert (str(both.id) in offered, str(town.next_worker.id) in offered) == (False, True)
    case = both.act(case, "verify")
    assert case["tasks"][-1]["handler_id"] == str(town.next_worker.id)


def test_who_did_not_register_it_may_send_himself(town):
    both = _hire(town, ("acceptor", "centre"))
    case = both.act(_registered(town, town.acceptor), "verify", verifier=str(both.id))
    assert both.act(case, "confirm_true", **_data("confirm_true"))["finding"] == "true"


@pytest.mark.parametrize("action", ["refuse", "decline"])
def test_nobody_reconsiders_his_own_refusal(town, action):
    both = _hire(town, ("acceptor", "centre"), ("duty_officer", "centre"), ("supervisor", "grid"))
    case = town.worker.report().get_json() if action == "refuse" else town.accepted()
    case = both.act(case, action, reason="不属网格事项")
    _refused_everywhere(town, both, case, "reconsider", "refuser_does_not_reconsider")
    assert town.supervisor.act(case, "reconsider", reason="应当受理")["state"] == "reported"
    case = town.acceptor.act(case, "refuse", reason="仍不属网格事项")
    guarded(both.try_act(case, "reconsider", reason="应当受理"), "refuser_does_not_reconsider")  # once and for all


@pytest.mark.parametrize(
    ("action", "post"), [("grant_return", "department_desk"), ("deny_return", "department_leader")]
)
def test_who_works_for_a_department_does_not_decide_what_it_asks(town, action, post):
    both = _hire(town, ("duty_officer", "centre"))
    town.also(both, post, "department", HOUSING)
    case = town.handling(assist=[WATER])
    town.housing.act(case, "ask_return", reason_code="not_ours", reason="不属本单位")
    guarded(both.try_act(case, action, task=1, reason="应由贵单位办理"), "department_does_not_decide")
    case = town.water.act(case, "ask_return", reason_code="not_ours", reason="不属本单位")
    case = both.act(case, "deny_return", task=2, reason="应由贵单位办理")  # another department's is decided
    assert town.duty.act(case, "deny_return", task=1, reason="应由贵单位办理")["state"] == "handling"


def test_who_works_for_a_department_neither_closes_what_it_handled_nor_calls_back(town):
    roles = ("acceptor", "duty_officer", "centre_leader")
    both = _hire(town, *((role, "centre") for role in roles))
    town.also(both, "department_desk", "department", HOUSING)
    case = town.checked()
    paper = {"reason": "已核实", "attachments": [town.photo()]}
    for action, data in (("close", {}), ("refuse_close", {"reason": "不清楚"})):
        guarded(both.try_act(case, action, **data), "department_does_not_close")
    guarded(both.try_act(town.handling(), "force_close", **paper), "department_does_not_close")
    town.bring_photos(case)
    case = town.duty.act(case, "close")
    guarded(both.try_act(case, "call_back", solved=True), "department_does_not_close")
    assert town.acceptor.act(case, "call_back", solved=True)["state"] == "closed"


def _decide(town, value, **more):
    """Let the county loosen the rule of departments, or not."""
    content = seed_content("settings", "settings")
    content["settings"]["departments_judge_own"] = {"value": value, "source": "县政府决定", **more}
    with TemporaryDirectory() as folder, town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, ("settings", "settings", content))], by="test")


def test_a_county_may_let_departments_judge_their_own_by_decision_and_never_the_same_person(town):
    with pytest.raises(DocumentRefused) as refused:
        _decide(town, 1)
    assert [name.rpartition("]")[2] for name in refused.value.fields] == [".settings.departments_judge_own.decision"]
    _decide(town, 1, decision="古政办函〔2026〕12号", **{"from": "2026-11-24"})
    both = _hire(town, ("acceptor", "centre"), ("duty_officer", "centre"), ("centre_leader", "centre"))
    town.also(both, "department_desk", "department", HOUSING)
    case = town.checked()
    guarded(both.try_act(case, "close"), "department_does_not_close")  # it holds from tomorrow on
    _decide(town, 1, decision="古政办函〔2026〕12号", **{"from": "2026-11-23"})
    plain = town.checked()
    for one in (case, plain):
        town.bring_photos(one)
    case = both.act(case, "close")
    assert case["own_judged"] is True
    step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]
    assert step["data"]["judged_by_decision"] == "古政办函〔2026〕12号"
    board = Desk(town.app, town.supervisor).get(f"/board/cases/{case['case_id']}").text
    assert [value for _, value in facts_of(board) if "古政办函〔2026〕12号" in value]
    town.duty.act(plain, "close")
    with town.app.app_context():
        sample = audit.sample(identity.person(town.supervisor.id), audit.rules_in_force())
    assert str(sample.cases[0].case.case_id) == case["case_id"]  # before the later one, and always drawn
    assert sample.cases[0].reasons[0].code == "own_judged"
    asked = town.housing.act(town.handling(), "ask_return", reason_code="not_ours", reason="不属本单位")
    assert both.act(asked, "deny_return", reason="属本单位")["own_judged"] is True
    own = both.act(town.dispatched(), "sign")  # what he did himself he judges by no decision
    paper = {"reason": "已核实", "attachments": [town.photo()]}
    guarded(both.try_act(own, "force_close", **paper), "department_does_not_close")
    assert town.duty.act(town.housing.act(own, "ask_return", reason_code="other", reason="x"), "deny_return",
                         reason="应办")["own_judged"] is None  # fmt: skip


def test_only_departments_of_this_round_bar_their_people(town):
    both = _hire(town, ("duty_officer", "centre"))
    case = town.checked()
    town.bring_photos(case)
    case = town.supervisor.act(town.duty.act(case, "close"), "reopen", reason="又出现了")
    town.also(both, "department_desk", "department", HOUSING)
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    case = town.water.act(town.water.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    case = town.worker.act(case, "pass_check", **ON_SPOT, attachments=[town.photo()])
    town.bring_photos(case)
    assert both.act(case, "close")["state"] == "closed"


def test_nobody_dispatches_to_and_handles_for_the_same_department(town):
    both = town.hire("dispatcher", "centre", COUNTY)
    for department in (HOUSING, WATER):
        town.also(both, "department_desk", "department", department)
    case = both.act(town.filed(), "dispatch", lead=HOUSING)
    guarded(both.try_act(case, "sign"), "dispatcher_does_not_handle")
    case = town.housing.act(case, "sign")
    guarded(both.try_act(case, "finish", result="已清理", attachments=[town.photo()]), "dispatcher_does_not_handle")
    guarded(both.try_act(case, "ask_return", reason_code="not_ours", reason="不属本单位"), "dispatcher_does_not_handle")
    case = both.act(town.dispatcher.act(case, "add_assist", assist=[WATER]), "sign", task=2)  # another sent it there
    case = both.act(case, "ask_return", task=2, reason_code="not_ours", reason="不属本单位")
    case = town.duty.act(case, "grant_return", task=2)
    guarded(both.try_act(case, "add_assist", assist=[WATER]), "handler_does_not_dispatch")
    assert town.dispatcher.act(case, "add_assist", assist=[WATER])["tasks"][-1]["department"]["code"] == WATER


@pytest.mark.parametrize("part", ["lead", "assist", "asked"])
def test_who_ever_sent_a_department_a_task_of_a_case_handles_nothing_of_it_there(town, part):
    both = town.hire("dispatcher", "centre", COUNTY)
    town.also(both, "department_desk", "department", HOUSING)
    town.also(both, "handler", "department", HOUSING)
    if part == "lead":
        case = town.housing.act(both.act(town.filed(), "dispatch", lead=HOUSING), "sign")
    else:
        case = town.water.act(town.dispatcher.act(town.filed(), "dispatch", lead=WATER), "sign")
        if part == "asked":
            case = both.act(
                town.water.act(case, "ask_assist", assist=[HOUSING], reason="需要封路"), "grant_assist", task=1
            )
        else:
            case = both.act(case, "add_assist", assist=[HOUSING])
    case = town.dispatcher.act(case, "recall", reason_code="silent", reason="一直未处置")
    case = town.dispatcher.act(case, "dispatch", lead=HOUSING)  # by another, as a new task
    guarded(both.try_act(case, "sign"), "dispatcher_does_not_handle")
    case = town.housing.act(case, "sign")
    late = case["due_at"]
    for action, data in (("assign", {}), ("sub_assign", {"due_at": late, "unit": "市容股"})):
        body = refused(town.housing.try_act(case, action, handler=str(both.id), **data), 422)
        assert body["fields"]["data.handler"] == [str(UNFIT[HandlerFault.DISPATCHED])]
    case = town.housing.act(case, "sub_assign", unit="市容股", due_at=late)
    number = case["tasks"][-1]["task"]
    guarded(both.try_act(case, "sub_finish", sub=number, result="已清理"), "dispatcher_does_not_handle")


def test_a_part_of_one_departments_task_is_not_done_under_that_of_another(town):
    both = town.hire("dispatcher", "centre", COUNTY)
    for department in (HOUSING, WATER):
        town.also(both, "department_desk", "department", department)
    case = town.housing.act(both.act(town.filed(), "dispatch", lead=HOUSING), "sign")
    case = town.water.act(town.dispatcher.act(case, "add_assist", assist=[WATER]), "sign")
    case = town.housing.act(case, "sub_assign", unit="市容股", due_at=case["due_at"])
    number = case["tasks"][-1]["task"]
    guarded(both.try_act(case, "sub_finish", sub=number, result="已清理"), "dispatcher_does_not_handle")
    guarded(both.try_act(case, "sub_drop", sub=number), "dispatcher_does_not_handle")


def _deferred(town, case):
    return town.leader.act(
        town.housing.act(case, "ask_deferral", review_on="2026-12-20", reason="冬季"), "grant_deferral"
    )


def _works(town, both, case, action):
    """Let somebody of the lead take one step for it, and the others all the rest, up to the check."""
    case = town.housing.act(case, "sign")
    if action == "resume":
        case = both.act(_deferred(town, case), "resume")
    elif action == "withdraw_ask":
        case = both.act(town.housing.act(case, "ask_return", reason_code="other", reason="不清楚"), "withdraw_ask")
    elif action == "sub_drop":
        case = town.housing.act(case, "sub_assign", unit="市容股", due_at=case["due_at"])
        case = both.act(case, "sub_drop", sub=case["tasks"][-1]["task"])
    elif action == "reply_supervision":
        case = both.act(town.supervisor.act(case, "supervise", grade="yellow"), "reply_supervision", answer="正在处置")
    else:
        case = town.leader.act(_deferred(town, case), "resume")  # the centre does no work by that
    return town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])


@pytest.mark.parametrize("action", ["resume", "withdraw_ask", "sub_drop", "reply_supervision"])
def test_whatever_somebody_did_for_a_department_bars_him_from_the_check_after_he_has_left_it(town, action):
    both = _hire(town)
    town.also(both, "department_desk", "department", HOUSING)
    town.also(both, "department_leader", "department", HOUSING)
    case = _works(town, both, town.dispatched(), action)
    for role in ("department_desk", "department_leader"):
        town.dismiss(both, role)
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(both.id)), "candidate_did_not_handle")


def test_a_centre_that_lets_a_case_go_on_has_not_worked_on_it(town):
    town.also(town.leader, "grid_worker", "grid", GRID)
    case = _works(town, town.leader, town.dispatched(), "resume by the centre")
    case = town.acceptor.act(case, "assign_check", checker=str(town.leader.id))
    assert town.leader.act(case, "pass_check", **ON_SPOT, attachments=[town.photo()])["state"] == "checked"


@pytest.mark.parametrize("action", ["resume", "withdraw_ask", "sub_drop", "reply_supervision"])
def test_who_sent_it_takes_no_step_for_the_department(town, action):
    both = town.hire("dispatcher", "centre", COUNTY)
    town.also(both, "department_leader", "department", HOUSING)
    case = town.housing.act(both.act(town.filed(), "dispatch", lead=HOUSING), "sign")
    data = {}
    if action == "resume":
        case = _deferred(town, case)
    elif action == "withdraw_ask":
        case = town.housing.act(case, "ask_return", reason_code="other", reason="不清楚")
    elif action == "sub_drop":
        case = town.housing.act(case, "sub_assign", unit="市容股", due_at=case["due_at"])
        data = {"sub": case["tasks"][-1]["task"]}
    else:
        case, data = town.supervisor.act(case, "supervise", grade="yellow"), {"answer": "正在处置"}
    guarded(both.try_act(case, action, **data), "dispatcher_does_not_handle")
