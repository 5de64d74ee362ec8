"""A phone is told which cases it no longer sees, and of no others."""

from app.departments.kinds import DepartmentKind
from app.grids.levels import Duty
from tests.factories.departments import department
from tests.factories.town import GRID, NEXT_GRID, THERE, WATER
from tests.support.phone import Phone

WAGES = "CY-900301"  # a confidential class


def test_a_task_that_ended_is_gone(town):
    case = town.dispatched(assist=[WATER])
    lead, assisting = Phone(town.housing), Phone(town.water)
    lead.sync()
    assisting.sync()
    town.dispatcher.act(case, "drop_assist", assist=[WATER])
    town.housing.act(case, "ask_return", reason_code="other", reason="不归我们管")
    town.duty.act(case, "grant_return")
    assert assisting.exchange()["gone"] == [case["case_id"]]
    assert lead.exchange()["gone"] == [case["case_id"]]
    assert lead.cases == assisting.cases == {}


def test_work_taken_from_a_contractor_is_gone_for_its_people(app, town):
    with app.app_context():
        department("C-SWEEP", "洁城环卫公司", DepartmentKind.CONTRACTOR)
        department("C-OTHER", "新洁公司", DepartmentKind.CONTRACTOR)
    sweeper = town.hire("contractor", "department", "C-SWEEP")
    case = town.housing.act(town.handling(), "assign", contractor="洁城环卫公司")
    case = town.housing.act(case, "assign", handler=str(sweeper.id))
    phone = Phone(sweeper)
    phone.sync()
    assert phone.has() == {(case["case_id"], case["seq"])}
    town.housing.act(case, "assign", contractor="新洁公司")
    assert phone.exchange()["gone"] == [case["case_id"]]


def test_a_check_given_to_another_is_gone(town):
    far = town.hire("grid_worker", "grid", "141025101200001", duty=Duty.FULL_TIME)
    case = town.handled()
    case = town.acceptor.act(case, "assign_check", checker=str(far.id))
    phone = Phone(far)
    phone.sync()
    assert phone.has() == {(case["case_id"], case["seq"])}
    town.acceptor.act(case, "assign_check", checker=str(town.next_worker.id))
    assert phone.exchange()["gone"] == [case["case_id"]]


def test_a_case_corrected_into_another_grid_is_gone_here_and_comes_there(town):
    auxiliary = town.hire("auxiliary", "grid", GRID)
    case = auxiliary.report(source="auxiliary").get_json()
    here, there = Phone(town.worker), Phone(town.next_worker)
    here.sync()
    there.sync()
    town.duty.act(case, "correct", grid=NEXT_GRID)
    assert here.exchange()["gone"] == [case["case_id"]]
    there.sync()
    assert set(there.cases) == {case["case_id"]}
    assert here.cases == {}


def test_a_confidential_case_is_gone_only_for_whoever_saw_it_before(town):
    phone = Phone(town.next_worker)
    phone.sync()
    hidden = town.worker.report(class_code=WAGES, at=THERE).get_json()
    open_to_all = town.worker.report(at=THERE).get_json()
    assert phone.exchange()["gone"] == []
    phone.sync()
    assert set(phone.cases) == {open_to_all["case_id"]}
    town.acceptor.act(open_to_all, "accept")
    town.duty.act(open_to_all, "correct", **{"class": WAGES, "condition": "1"})
    said = phone.exchange()
    assert (said["gone"], said["changes"]) == ([open_to_all["case_id"]], [])
    assert hidden["case_id"] not in str(said)


def test_what_i_never_could_see_is_not_named_as_gone(town):
    there = Phone(town.next_worker)
    there.sync()
    case = town.duty.act(town.dispatched(), "correct", address="东大街 1 号")
    said = there.exchange()
    assert (said["changes"], said["gone"]) == ([], [])
    assert case["grid"]["code"] == GRID
