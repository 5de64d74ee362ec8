"""Whoever keeps people and whoever runs the system are told which role of the loop nobody holds."""

import pytest

from app.admin import empty_rungs, vacancies
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.departments.kinds import DepartmentKind
from app.grids import service as grids
from app.grids.levels import Duty
from app.identity import queries as identity
from tests.board.boards import put_in_force
from tests.factories import rounds
from tests.factories.departments import department
from tests.factories.grids import COUNTY, WEST
from tests.factories.identity import person
from tests.factories.identity import role as a_role
from tests.factories.town import GRID, HOUSING
from tests.support.elements import links_of

HOME = "/admin/"


@pytest.fixture
def town(town):
    """The town, in which every role is held, with an administrator of the county and one of a township."""
    town.admin = town.hire("administrator", "grid", COUNTY)
    town.local = town.hire("administrator", "grid", WEST)
    town.head = town.hire("township_leader", "grid", COUNTY)
    town.inspector = town.hire("inspector", "grid", COUNTY)
    town.chief = town.hire("department_leader", "department", HOUSING)
    return town


def remarks(desk, query=""):
    """What stands beside the first part of administration."""
    return desk.get(HOME + query).text.partition('<h2 class="h4"><a href="/admin/departments/">')[0].partition("<h1")[2]


def lacking(town):
    with town.app.app_context():
        return empty_rungs.part().figure


def test_a_town_at_work_wants_nothing(town, desk):
    assert "⚠" not in remarks(desk)
    assert lacking(town) == 0


def test_people_who_hold_nothing_are_counted(town, desk, local):
    town.dismiss(town.worker, "grid_worker")
    with town.app.app_context():
        person()
        person(active=False)
    assert "2 人没有任职" in remarks(desk)
    assert "1 人没有任职" in remarks(local)
    assert "People without any role: 2" in remarks(desk, "?lang=en")


@pytest.mark.parametrize(("name", "role", "steps"), [
    ("acceptor", "受理员", "派核实"), ("duty", "值班长", "立案"), ("dispatcher", "派遣员", "派遣"),
    ("leader", "中心领导", "恢复处置"),
])  # fmt: skip
def test_every_role_of_a_centre_that_nobody_holds_is_named_with_its_steps(town, desk, name, role, steps):
    actor = getattr(town, name)
    town.dismiss(actor, {"duty": "duty_officer", "leader": "centre_leader"}.get(name, name))
    shown = remarks(desk)
    assert f"格{COUNTY}中心没有人能办理：" in shown
    assert steps in shown
    assert f"（需要{role}）" in shown
    assert lacking(town) == (2 if name == "acceptor" else 1), "without a worker it registers what a township reports"


def test_every_role_of_the_ground_that_nobody_holds_is_named(town, desk):
    for actors, code, role in (
        ((town.supervisor,), "supervisor", "监督员"),
        ((town.head, town.township), "township_leader", "乡镇领导"),
        ((town.inspector, town.worker, town.next_worker), "", "网格员、巡查员"),
    ):
        for actor in actors:
            town.dismiss(actor, code or actor.name)
        assert role in remarks(desk), role
    assert lacking(town) == 2, "two townships, each lacking all of them"


def test_a_department_that_owes_something_and_has_nobody_is_named(town, desk):
    town.dismiss(town.water, "department_desk")
    assert lacking(town) == 0, "it owes nothing"
    town.dispatched()
    town.dismiss(town.housing, "department_desk")
    assert "没有人能办理：签收" in remarks(desk)
    assert "部门经办台" in remarks(desk)
    assert lacking(town) == 1
    town.hire("department_desk", "department", HOUSING)
    town.dismiss(town.chief, "department_leader")
    assert "（需要部门负责人）" in remarks(desk)


def test_whoever_has_a_closed_account_does_not_count(town, desk):
    desk.post(f"/admin/people/{town.dispatcher.id}/close", {})
    assert "（需要派遣员）" in remarks(desk)


def test_an_administrator_of_a_township_hears_of_its_own_centre_alone(town, local):
    town.dismiss(town.duty, "duty_officer")
    assert "⚠" not in remarks(local)
    town.open_centre(WEST)
    assert f"格{WEST}中心没有人能办理：" in remarks(local)
    assert "受理员" in remarks(local)


def test_health_says_how_many_places_lack_somebody(town):
    town.dismiss(town.duty, "duty_officer")
    part = town.app.test_client().get("/readyz").get_json()["parts"]["roles"]
    assert part == {"status": "degraded", "word": "no_holder", "figure": 1}


def test_health_says_too_where_nobody_hears_of_lateness(town, desk):
    """The county has lateness told to a role that takes no step, so none lacks anybody; of lateness nobody hears."""
    rung = {"who": "enforcement_head", "share": {"value": 100, "source": "example"}}
    put_in_force(town, {"escalations": [{"stage": "handle", "steps": [rung]}]}, "escalations")
    town.dispatched(lead=HOUSING)
    part = town.app.test_client().get("/readyz").get_json()["parts"]["roles"]
    assert part == {"status": "degraded", "word": "nobody_told", "figure": 1}
    assert "逾期上报到这一级时无人收到" in remarks(desk)
    town.dismiss(town.duty, "duty_officer")
    part = town.app.test_client().get("/readyz").get_json()["parts"]["roles"]
    assert part == {"status": "degraded", "word": "no_holder", "figure": 2}, "what stands still is said first"


def test_a_rung_of_a_ladder_that_nobody_holds_is_named_where_it_would_be_told(town, desk):
    town.dispatched(lead=HOUSING)
    assert "逾期上报" not in remarks(desk)
    town.dismiss(town.chief, "department_leader")
    town.dismiss(town.leader, "centre_leader")
    shown = remarks(desk)
    assert "没有人担任部门负责人" in shown
    assert f"格{COUNTY}中心没有人担任中心领导：逾期上报到这一级时无人收到" in shown
    assert 'href="/admin/people/new?role=department_leader"' in shown
    assert "nobody is Centre leader" in remarks(desk, "?lang=en")


def test_a_rung_on_the_ground_is_held_above_it_and_of_departments_only_those_that_owe_something_are_named(town, desk):
    town.dismiss(town.chief, "department_leader")
    assert "逾期上报" not in remarks(desk)
    town.dismiss(town.county, "county_leader")
    assert "领导：逾期上报" in remarks(desk)


def test_who_answers_for_a_ground_holds_the_whole_of_it(town, desk):
    """A worker of one village is found for a township; a supervisor of one village does not stand for it."""
    for actor, role in (
        (town.supervisor, "supervisor"),
        (town.head, "township_leader"),
        (town.county, "county_leader"),
    ):
        town.dismiss(actor, role)
        town.hire(role, "grid", GRID)
        assert lacking(town) > 0, role
        town.hire(role, "grid", COUNTY)
        assert lacking(town) == 0, role


def test_that_nobody_may_report_is_named(town, desk):
    for actor in (town.worker, town.next_worker, town.inspector):
        town.dismiss(actor, actor.name)
    town.dismiss(town.acceptor, "acceptor")
    assert "上报" in remarks(desk)


def test_a_contractor_that_owes_something_and_has_nobody_is_named(town, desk):
    with town.app.app_context():
        department("K-FIRM", "古县市政养护公司", DepartmentKind.CONTRACTOR)
    firm = town.hire("contractor", "department", "K-FIRM")
    due = "2026-11-23T16:00:00+08:00"
    town.housing.act(town.handling(), "sub_assign", contractor="K-FIRM", due_at=due)
    assert lacking(town) == 0
    town.dismiss(firm, "contractor")
    assert lacking(town) == 1
    assert "古县市政养护公司没有人能办理" in remarks(desk)


def without(town, code, *permissions):
    """Let a role as it is shipped allow some things no longer."""
    with town.app.app_context():
        held = identity.roles().permissions[code]
        a_role(code, permissions=held - set(permissions), scope_kind=str(identity.roles().scope_kinds[code]))


def test_whoever_calls_back_must_see_whom_to_call(town, desk):
    without(town, "acceptor", Permission.CITIZEN_REVEAL)
    assert f"格{COUNTY}中心没有人能办理：查看反映人的姓名和电话" in remarks(desk)
    assert lacking(town) == 1


def test_warnings_and_rounds_are_seen_to_at_the_centre_or_by_who_holds_its_ground(town, desk):
    for code in ("duty_officer", "centre_leader"):
        without(town, code, Permission.WARNING_GIVE, Permission.ROUND_MANAGE)
    assert "发布和解除预警" in remarks(desk)
    assert "巡查" not in remarks(desk), "the leader of the ground manages rounds"
    town.dismiss(town.head, "township_leader")
    assert "巡查" in remarks(desk)


def test_what_the_centre_of_the_county_holds_for_all_ground_lacks_at_no_centre_below(town, desk):
    with town.app.app_context(), transaction():
        grids.open_centre(WEST)
    for code in ("acceptor", "duty_officer", "dispatcher", "centre_leader"):
        town.hire(code, "centre", WEST)
        town.dismiss(town.people[-1], code)
    for head in (town.head, town.township):
        town.dismiss(head, "township_leader")
    below = [one for one in vacancies_of(town) if one.scope.kind == "centre" and one.scope.code == WEST]
    assert len(below) == 1
    assert below[0].permissions.isdisjoint({Permission.WARNING_GIVE, Permission.ROUND_MANAGE})


def vacancies_of(town):
    with town.app.app_context():
        return vacancies.vacancies(vacancies.EVERYWHERE)


def test_a_duty_that_a_plan_asks_for_and_nobody_has_is_named_with_its_rounds(town, desk, app):
    def of_roster():
        return remarks_of(desk, "/admin/roster/")

    assert "花名册上没有" not in of_roster()
    rounds.provide(app, rounds.plan("banks", name="巡河", duty="river_chief"), rounds.plan("look"))
    assert "花名册上没有河长，这些巡查没有人做：巡河" in of_roster()
    town.hire("grid_worker", "grid", GRID, duty=Duty.RIVER_CHIEF)
    assert "花名册上没有" not in of_roster()
    rounds.provide(app, rounds.plan("hills", name="巡山", duty="forest_chief", level="township"))
    (remark,) = [text for text in links_of(desk.get(HOME).text).items() if "巡山" in text[1]]
    assert remark[0] == "/admin/roster/?level=township", "where a chief of a township is entered"


def test_where_nobody_answers_the_last_call_of_a_warning_the_page_says_so(town, desk):
    assert "最后无人叫应" not in remarks(desk)
    with town.app.app_context():
        carrying = [code for code, held in identity.roles().permissions.items() if Permission.WARNING_READ in held]
    for code in carrying:
        without(town, code, Permission.WARNING_READ)
    assert "没有人能查看预警" in remarks(desk)


def remarks_of(desk, section):
    """What stands beside a part of administration."""
    return desk.get(HOME).text.partition(f'<h2 class="h4"><a href="{section}">')[2].partition("<h2")[0]
