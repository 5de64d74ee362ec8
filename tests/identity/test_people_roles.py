"""Administrators give roles and end them, but never the last that administers the whole."""

from datetime import timedelta

import pytest

from app.core import clock as core_clock
from app.core.transaction import transaction
from app.identity.models import AssignmentRow
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, WEST
from tests.factories.town import GRID
from tests.identity.administration import LIST, assignment_of, held, of, row_of, shown
from tests.support.elements import alert, errors_at, part_of, texts_of


def test_a_role_that_is_given_counts_from_the_next_request(town, desk):
    assert town.worker.get("cases").status_code == 200
    answer = desk.post(of(town.worker, "roles"), {"role": "administrator", "scope": f"格{WEST} {WEST}"})
    assert answer.status_code == 303, answer.text
    assert town.client.get(LIST, headers=town.worker.headers).status_code == 200
    desk.post(of(town.worker, "roles", str(assignment_of(town, town.worker, "administrator")), "end"), {})
    assert town.client.get(LIST, headers=town.worker.headers).status_code == 403


def test_a_role_holds_from_its_first_day_to_the_end_of_its_last(town, desk, clock):
    said = {"role": "supervisor", "scope": COUNTY, "valid_from": "2026-12-01", "valid_to": "2026-12-02"}
    assert desk.post(of(town.worker, "roles"), said).status_code == 303
    assert "2026-12-01 起，至 2026-12-02" in part_of(desk.get(of(town.worker)).text, "held").says
    roles = []
    for days in (7, 1, 1):
        clock.tick(days=days)
        roles.append([role for role, _ in held(town, town.worker)])
    assert roles == [["grid_worker"], ["grid_worker", "supervisor"], ["grid_worker", "supervisor"]]
    clock.tick(hours=15)
    assert held(town, town.worker) == [("grid_worker", GRID)]
    assert "以前的任职（1）" in texts_of(Desk(town.app, town.admin).get(of(town.worker)).text, "summary")


@pytest.mark.parametrize(
    ("other", "text"),
    [
        ({"valid_from": "2026-11-22"}, "不能早于今天"),
        ({"valid_to": "2026-11-22"}, "不能早于今天"),
        ({"valid_from": "2026-12-02", "valid_to": "2026-12-01"}, "不能早于第一天"),
        ({"valid_from": "明天"}, "应为日期"),
        ({"valid_from": "0001-01-01"}, "年份"),
        ({"scope": ""}, "必填"),
    ],
)
def test_a_term_that_cannot_be_is_refused(town, desk, other, text):
    answer = desk.post(of(town.worker, "roles"), {"role": "supervisor", "scope": COUNTY, **other})
    assert answer.status_code == 422
    (field, *_) = reversed(other)
    assert text in " ".join(errors_at(answer.text, field))
    assert len(held(town, town.worker)) == 1


def test_the_same_role_in_the_same_place_is_given_once(town, desk):
    answer = desk.post(of(town.worker, "roles"), {"role": "grid_worker", "scope": GRID})
    assert answer.status_code == 409
    assert "已经在该处担任" in alert(answer.text)


def test_a_role_cancelled_before_it_began_is_none(town, desk):
    said = {"role": "supervisor", "scope": COUNTY, "valid_from": "2026-12-01"}
    desk.post(of(town.worker, "roles"), said)
    ended = of(town.worker, "roles", str(assignment_of(town, town.worker, "supervisor")), "end")
    assert desk.post(ended, {}).status_code == 303
    (before,) = part_of(desk.get(of(town.worker)).text, "held").all("details", "ul")[-1].all("li")
    assert "未生效即取消" in before.says
    town.dismiss(town.worker, "grid_worker")
    assert shown(desk.get(LIST, query_string={"show": "nothing"})) == [str(town.worker.id)]


def test_a_role_of_somebody_else_is_not_found(town, desk):
    other = str(assignment_of(town, town.next_worker, "grid_worker"))
    assert desk.post(of(town.worker, "roles", other, "end"), {}).status_code == 404
    assert held(town, town.next_worker)


# --- the last administrator ---


def end(desk, town, actor):
    return desk.post(of(actor, "roles", str(assignment_of(town, actor, "administrator")), "end"), {})


def test_nobody_ends_their_own_last_administration_of_the_whole(town, desk):
    second = town.hire("administrator", "grid", COUNTY)
    answer = end(desk, town, town.admin)
    assert answer.status_code == 409
    assert "不能结束自己在最上级的最后一个管理员任职" in alert(answer.text)
    assert end(Desk(town.app, second), town, town.admin).status_code == 303


def test_the_last_administrator_of_the_whole_stays(town, desk):
    second = town.hire("administrator", "grid", COUNTY)
    with town.app.app_context(), transaction() as session:
        row = session.get(AssignmentRow, assignment_of(town, second, "administrator"))
        row.valid_to = core_clock.now() + timedelta(days=30)
    other = Desk(town.app, second)
    for answer in (end(other, town, town.admin), other.post(of(town.admin, "close"), {})):
        assert answer.status_code == 409
        assert "没有人能管理人员" in alert(answer.text)
    assert held(town, town.admin) == [("administrator", COUNTY)]
    assert end(desk, town, second).status_code == 303


def test_an_administrator_with_a_closed_account_does_not_count(town, desk):
    second = town.hire("administrator", "grid", COUNTY)
    desk.post(of(second, "close"), {})
    third = town.hire("administrator", "grid", COUNTY)
    assert end(desk, town, third).status_code == 303
    assert end(desk, town, town.admin).status_code == 409


def test_nobody_closes_or_resets_their_own_account(town, desk):
    town.hire("administrator", "grid", COUNTY)
    for act in ("close", "password"):
        answer = desk.post(of(town.admin, act), {})
        assert answer.status_code == 409
        assert "不能关闭或重置自己的账号" in alert(answer.text)
    assert row_of(town, town.admin).active
    assert part_of(desk.get(of(town.admin)).text, "account").all("form") == []


def test_an_administrator_of_a_township_may_end_there(town, desk):
    assert end(desk, town, town.local).status_code == 303
