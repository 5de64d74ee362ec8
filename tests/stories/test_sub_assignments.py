"""Parts of a task within a department: a section, a team, a contractor; each with its own limit, judged apart."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, insert, select

from app.cases.models import CaseTask
from app.core.transaction import transaction
from app.departments.kinds import DepartmentKind
from app.dispatch.sub_assignments import PARTS_MOST
from app.identity import service as accounts
from tests.desk.browser import Desk
from tests.factories.departments import department
from tests.factories.town import HERE, HOUSING, WATER
from tests.support.elements import texts_of
from tests.support.looks import clocks_of, guarded, refused, running, tasks_of

SWEEPERS = "C-SWEEP"


def _due(case):
    return datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"])


def _given(case, **more):
    """What lets the station do a part until an hour before the task is due."""
    return {"unit": "环卫所", "due_at": (_due(case) - timedelta(hours=1)).isoformat(), **more}


def test_a_part_has_a_limit_of_its_own_inside_the_tasks_and_takes_no_place_of_it(town, clock, sweep):
    """Due on Tuesday at 09:30: the part ends at 08:30, a minute late; the task is handled in time all the same."""
    case = town.handling()
    refused(town.housing.try_act(case, "sub_assign", unit="环卫所"), 422, "data_missing")
    over, past = (_due(case) + timedelta(minutes=1)).isoformat(), "2026-11-23T00:59:00Z"
    for given in (_given(case, due_at=over), _given(case, due_at=past)):
        assert "data.due_at" in refused(town.housing.try_act(case, "sub_assign", **given), 422)["fields"]
    assert (
        "data.unit" in refused(town.housing.try_act(case, "sub_assign", due_at=_given(case)["due_at"]), 422)["fields"]
    )
    refused(town.dispatcher.try_act(case, "sub_assign", **_given(case)), 403, "act_forbidden")
    before = (case["due_at"], case["case_due_at"])
    case = town.housing.act(case, "sub_assign", **_given(case))
    (part,) = tasks_of(case, "sub")
    assert (part["state"], part["unit"], part["parent"], part["department"]["code"]) == ("signed", "环卫所", 1, HOUSING)
    assert (case["due_at"], case["case_due_at"]) == before
    assert running(case) == {"handle", "case", "sub"}
    page = Desk(town.app, town.housing).get(f"/desk/cases/{case['case_id']}").text
    assert [text for text in texts_of(page, "div", class_="task") if "环卫所" in text]
    clock.set(_due(case) - timedelta(minutes=59))
    sweep()
    assert "overdue" in town.steps(case)
    case = town.supervisor.read(case)
    assert {one["stage"]: one["overdue"] for one in case["clocks"] if one["stopped_at"] is None}["handle"] is False
    town.drain()
    assert "limit_passed" in [one["kind"] for one in town.housing.get("notices").get_json()["items"]]
    case = town.housing.act(case, "sub_finish", sub=part["task"], result="已清运", attachments=[str(uuid4())])
    assert (clocks_of(case, "sub")[0]["result"], tasks_of(case, "sub")[0]["state"]) == ("late", "done")
    guarded(town.housing.try_act(case, "sub_finish", sub=part["task"], result="又清运"), "sub_open")
    case = town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    assert (case["state"], clocks_of(case, "handle")[0]["result"]) == ("handled", "in_time")


def test_parts_end_with_their_task_and_stand_still_with_it(town, clock):
    case = town.handling(assist=[WATER])
    case = town.housing.act(case, "sub_assign", **_given(case))
    case = town.housing.act(case, "sub_assign", **_given(case, unit="市政股"))
    case = town.housing.act(case, "sub_drop", sub=tasks_of(case, "sub")[0]["task"])
    assert [(one["state"]) for one in tasks_of(case, "sub")] == ["stopped", "signed"]
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-21", reason="冬季")
    case = town.leader.act(case, "grant_deferral")
    end = datetime.fromisoformat(clocks_of(case, "sub")[1]["due_at"])
    clock.tick(days=14)
    case = town.housing.act(case, "resume")
    assert datetime.fromisoformat(clocks_of(case, "sub")[1]["due_at"]) == end + timedelta(days=14)
    town.water.act(case, "sign")
    refused(town.water.try_act(case, "sub_finish", sub=tasks_of(case, "sub")[1]["task"], result="非其所办"), 422)
    case = town.dispatcher.act(case, "recall", reason_code="silent", reason="没有回音")
    assert {one["state"] for one in tasks_of(case, "sub")} == {"stopped"}
    assert "sub" not in running(case)


def test_a_contractor_says_that_its_part_is_done_and_checks_nothing(town):
    with town.app.app_context():
        department(SWEEPERS, "洁城环卫公司", DepartmentKind.CONTRACTOR)
    sweeper = town.hire("contractor", "department", SWEEPERS)
    case = town.handling()
    unfit = town.housing.try_act(case, "sub_assign", **_given(case, handler=str(town.water.id)))
    assert "data.handler" in refused(unfit, 422)["fields"]
    case = town.housing.act(case, "sub_assign", contractor="洁城环卫公司", due_at=_given(case)["due_at"])
    number = tasks_of(case, "sub")[0]["task"]
    assert "sub_finish" in sweeper.actions(case)
    assert "finish" not in sweeper.actions(case)
    town.drain()
    assert [one["kind"] for one in sweeper.get("notices").get_json()["items"]] == ["to_handle"]
    case = sweeper.act(case, "sub_finish", sub=number, result="已清扫")
    step = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]
    assert step["actor"]["on_behalf_of"]["code"] == SWEEPERS
    assert clocks_of(case, "sub")[0]["result"] == "in_time"
    town.also(sweeper, "inspector", "grid", "141025")
    case = town.housing.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    answer = town.acceptor.try_act(case, "assign_check", checker=str(sweeper.id))
    guarded(answer, "candidate_did_not_handle")
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[str(uuid4())])
    assert case["state"] == "checked"


def test_a_case_has_room_for_so_many_parts_and_a_handler_who_left_is_stood_in_for_by_the_desk(town, clock, sweep):
    worker = town.hire("handler", "department", HOUSING)
    case = town.handling()
    case = town.housing.act(case, "sub_assign", **_given(case, handler=str(worker.id)))
    with town.app.app_context(), transaction():
        accounts.close_account(worker.id)
    town.drain()
    clock.set(_due(case) - timedelta(minutes=59))
    sweep()
    town.drain()
    told = town.housing.get("notices", case_id=case["case_id"]).get_json()["items"]
    assert "limit_passed" in [one["kind"] for one in told]
    with town.app.app_context(), transaction() as session:
        (row,) = session.scalars(select(CaseTask).where(CaseTask.parent.is_not(None)))
        values = {one.key: getattr(row, one.key) for one in CaseTask.__table__.columns}
        more = [{**values, "task": row.task + n, "state": "stopped"} for n in range(1, PARTS_MOST)]
        session.execute(insert(CaseTask), more)
    later = (_due(case) + timedelta(minutes=-1)).isoformat()
    refusal = refused(town.housing.try_act(case, "sub_assign", unit="环卫所", due_at=later), 422)
    with town.app.app_context(), transaction() as session:  # no step speaks of them
        session.execute(delete(CaseTask).where(CaseTask.task.in_([one["task"] for one in more])))
    assert "200" in refusal["fields"]["data.unit"][0]
