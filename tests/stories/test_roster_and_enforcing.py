"""Who serves a grid as a worker or an auxiliary officer takes no enforcing step, whatever else they hold."""

from uuid import uuid4

import pytest

from app.core.transaction import transaction
from app.dispatch import referral
from app.grids import service
from app.grids.levels import Duty
from app.identity.queries import account
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY
from tests.factories.town import GRID, TEAM
from tests.identity.test_import_pages import WANG, look, sheet
from tests.support.elements import rows_of, texts_of
from tests.support.looks import refused

BARRED = (Duty.FULL_TIME, Duty.PART_TIME, Duty.AUXILIARY_OFFICER)


@pytest.fixture
def files():
    """An enforcement room that has every power, and writes nothing."""
    referral.enforce_with(referral.Enforcement(lambda _: True, lambda _: uuid4()))
    yield
    referral.enforce_with(None)


def appoint(town, actor, duty):
    with town.app.app_context(), transaction():
        service.appoint(GRID, actor.id, duty)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("duty", BARRED)
def test_who_serves_a_grid_by_the_roster_alone_refers_nothing(town, duty):
    case = town.team.act(town.dispatched(lead=TEAM), "sign")
    appoint(town, town.team, duty)
    body = refused(town.team.try_act(case, "refer", reason="拒不整改"), 409)
    assert body["reason"] == "not_of_grids"
    with town.app.app_context(), transaction():
        service.dismiss(GRID, town.team.id, duty)
    assert town.team.act(case, "refer", reason="拒不整改")["state"] == "enforcing"


@pytest.mark.usefixtures("files")
def test_a_head_of_a_grid_may_enforce_where_his_post_says_so(town):
    appoint(town, town.team, Duty.CHIEF)
    case = town.team.act(town.dispatched(lead=TEAM), "sign")
    assert town.team.act(case, "refer", reason="拒不整改")["state"] == "enforcing"


@pytest.mark.parametrize("role", ["enforcement_officer", "enforcement_head"])
def test_an_enforcing_post_and_a_duty_of_the_grids_exclude_each_other(town, role):
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    officer = town.hire(role, "department", TEAM)
    with town.app.app_context():
        username = account(officer.id).username
    answer = desk.post(f"/admin/roster/{GRID}", {"who": username, "duty": "auxiliary_officer"})
    assert answer.status_code == 422
    assert any("执法岗位" in text for text in texts_of(answer.text, "span", class_="text-danger"))
    assert desk.post(f"/admin/roster/{GRID}", {"who": username, "duty": "chief"}).status_code == 303
    given = desk.post(f"/admin/people/{town.worker.id}/roles", {"role": role, "scope": TEAM})
    assert given.status_code == 422
    assert any("请先在花名册上免去" in text for text in texts_of(given.text, "span", class_="text-danger"))


def test_a_post_that_begins_later_bars_the_duty_today_as_the_duty_bars_the_post(town):
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    row = town.hire("department_desk", "department", TEAM)
    soon = {"role": "enforcement_officer", "scope": TEAM, "valid_from": "2026-12-24"}
    assert desk.post(f"/admin/people/{row.id}/roles", soon).status_code == 303
    with town.app.app_context():
        username = account(row.id).username
    assert desk.post(f"/admin/roster/{GRID}", {"who": username, "duty": "full_time"}).status_code == 422
    assert desk.post(f"/admin/roster/{GRID}", {"who": username, "duty": "chief"}).status_code == 303


def test_a_sheet_of_people_names_the_row_that_gives_an_enforcing_post_to_who_serves_a_grid(town):
    desk = Desk(town.app, town.hire("administrator", "grid", COUNTY))
    with town.app.app_context():
        row = account(town.worker.id)
        known = (row.name, row.username)
    answer = look(desk, sheet(WANG, (*known, "", "执法人员", "部门", TEAM, "", "")))
    assert [one[:2] for one in rows_of(answer.text, class_="faults")] == [["3", "角色"]]
    assert "请先在花名册上免去" in rows_of(answer.text, class_="faults")[0][2]
    answer = look(desk, sheet((*known, "", "部门经办台", "部门", TEAM, "", "")))
    assert rows_of(answer.text, class_="faults") == []
