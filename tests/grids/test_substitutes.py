"""Who stands in for whom, and until when: they end with what they stand in for, and are there when they do."""

from datetime import timedelta

import pytest

from app.core import clock as time
from app.core.permissions import SYSTEM, ScopeKind
from app.core.transaction import transaction
from app.grids import service
from app.grids.levels import Duty
from app.identity import accounts, register
from app.identity import queries as identity_queries
from app.identity import service as identity
from app.identity.queries import account
from tests.desk.browser import Desk
from tests.factories.grids import COUNTY, EAST, GRIDS, WEST
from tests.factories.town import GRID, NEXT_GRID, TEAM
from tests.support.elements import elements, texts_of
from tests.support.looks import refused

LONG = 10


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


@pytest.fixture
def today():
    return time.local(time.now())


@pytest.fixture
def names(town):
    with town.app.app_context():
        return {one: account(getattr(town, one).id).username for one in ("worker", "next_worker", "housing")}


def leave(actor, since, until, substitute=None):
    body = {"since": f"{since:%Y-%m-%d}", "until": f"{until:%Y-%m-%d}", "substitute": substitute}
    return actor.send("POST", "roster/leaves", body)


def serving(keeper, code=GRID):
    rows = keeper.get(f"roster/grids/{code}").get_json()["serving"]
    return {(one["username"], one["instead_of"] is not None) for one in rows if one["duty"] == "full_time"}


def test_a_grid_shows_who_stands_in_and_until_when_and_lets_them_be_dismissed(town, keeper, names, today):
    assert leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"]).status_code == 201
    assert serving(keeper) == {(names["worker"], False), (names["next_worker"], True)}
    desk = Desk(town.app, keeper)
    assert any("顶岗至" in text for text in texts_of(desk.get(f"/admin/roster/{GRID}").text, "span"))
    form = {"person": names["next_worker"], "duty": "full_time"}
    done = desk.post(f"/admin/roster/{GRID}/dismiss", form)
    assert done.headers["Location"].endswith("done=dismissed")
    assert serving(keeper) == {(names["worker"], False)}
    assert (names["next_worker"], False) in serving(keeper, NEXT_GRID)


def test_nobody_stands_in_for_a_duty_that_has_ended(town, keeper, names, today):
    leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"])
    with town.app.app_context(), transaction():
        service.dismiss(GRID, town.worker.id, Duty.FULL_TIME)
    assert serving(keeper) == set()


@pytest.mark.parametrize("closed", ["worker", "next_worker"])
def test_an_account_that_is_closed_ends_who_stands_in(town, keeper, names, today, closed):
    leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"])
    with town.app.app_context(), transaction():
        accounts.close(getattr(town, closed).id, by=SYSTEM)
    assert serving(keeper) == {(names["worker"], False)}


def test_who_is_away_on_any_of_the_days_stands_in_for_nobody(town, names, today):
    far = today + timedelta(days=5)
    assert leave(town.next_worker, far, far).status_code == 201
    body = refused(leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"]), 422)
    assert set(body["fields"]) == {"substitute"}
    assert leave(town.worker, today, today + timedelta(days=3), names["next_worker"]).status_code == 201


def test_who_does_no_rounds_stands_in_for_nobody(town, today):
    with town.app.app_context(), transaction():
        service.appoint(GRID, town.housing.id, Duty.INSTRUCTOR)
        username = account(town.housing.id).username
    assert username not in {one["username"] for one in town.worker.get("roster/leaves").get_json()["candidates"]}
    refused(leave(town.worker, today, today, username), 422)


def test_a_leave_inside_a_longer_one_leaves_its_substitute(town, keeper, names, today):
    leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"])
    inner = today + timedelta(days=3)
    after = leave(town.worker, inner, inner).get_json()
    (kept,) = after["substitutes"]
    assert kept["valid_to"] > f"{today + timedelta(days=LONG):%Y-%m-%d}"
    since = next(one["since"] for one in after["items"] if one["since"] > f"{today + timedelta(days=1):%Y-%m-%d}")
    back = town.worker.send("POST", "roster/leaves/end", {"since": since}).get_json()
    assert back["substitutes"] == [kept]


def test_another_substitute_for_some_days_of_a_longer_leave_gives_back_the_rest(town, names, today):
    third = town.hire("grid_worker", "grid", NEXT_GRID)
    with town.app.app_context(), transaction():
        service.appoint(NEXT_GRID, third.id, Duty.PART_TIME)
        other = account(third.id).username
    leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"])
    inner = today + timedelta(days=3)
    rows = leave(town.worker, inner, inner, other).get_json()["substitutes"]
    assert [one["username"] for one in rows] == [names["next_worker"], other, names["next_worker"]]
    assert [one["valid_to"] for one in rows[:2]] == [one["valid_from"] for one in rows[1:]]


def test_a_cancelled_appointment_earns_no_substitute(town, keeper, names, today):
    with town.app.app_context(), transaction():
        start = time.now() + timedelta(days=2)
        service.appoint(NEXT_GRID, town.worker.id, Duty.PART_TIME, start)
        service.dismiss(NEXT_GRID, town.worker.id, Duty.PART_TIME)
    leave(town.worker, today, today + timedelta(days=LONG), names["next_worker"])
    rows = keeper.get(f"roster/grids/{NEXT_GRID}").get_json()["serving"]
    assert [one for one in rows if one["instead_of"]] == []


def test_the_township_reads_the_roster_of_its_ground_and_enters_leave_there(town, keeper, names, today):
    leader = town.township
    assert leader.get("roster/coverage").status_code == 200
    assert leader.get(f"roster/grids/{GRID}").status_code == 200
    refused(leader.get(f"roster/grids/{GRIDS[3]}"), 404)
    desk = Desk(town.app, leader)
    page = desk.get(f"/admin/roster/{GRID}").text
    assert "请假与顶岗…" in texts_of(page, "summary")
    assert "安排人员" not in texts_of(page, "h2")
    assert desk.get("/admin/roster/coverage/").status_code == 200
    day = f"{today:%Y-%m-%d}"
    form = {"person": names["worker"], "since": day, "until": day, "substitute": names["next_worker"]}
    assert desk.post(f"/admin/roster/{GRID}/leave", form).headers["Location"].endswith("done=away")
    assert (names["next_worker"], True) in serving(keeper)
    assert desk.post(f"/admin/roster/{GRID}", {"who": "x", "duty": "chief"}).status_code == 403
    other = Desk(town.app, town.hire("township_leader", "grid", EAST))
    assert other.post(f"/admin/roster/{GRID}/leave", form).status_code == 404
    assert WEST != EAST


def test_the_township_takes_leave_back_that_it_has_entered(town, keeper, names, today):
    desk = Desk(town.app, town.township)
    day, path = f"{today:%Y-%m-%d}", f"/admin/roster/{GRID}"
    form = {"person": names["worker"], "since": day, "until": day, "substitute": names["next_worker"]}
    desk.post(f"{path}/leave", form)
    (shown,) = elements(desk.get(path).text, "form", action=f"{path}/leave/end")
    (since,) = [one.attributes["value"] for one in shown.all("input", name="since")]
    back = {"person": names["worker"], "since": since}
    other = Desk(town.app, town.hire("township_leader", "grid", EAST))
    assert other.post(f"{path}/leave/end", back).status_code == 404
    assert Desk(town.app, town.supervisor).post(f"{path}/leave/end", back).status_code == 403
    assert desk.post(f"{path}/leave/end", {**back, "since": "soon"}).status_code == 422
    assert desk.post(f"{path}/leave/end", back).headers["Location"].endswith("done=back")
    assert serving(keeper) == {(names["worker"], False)}
    assert town.worker.get("roster/leaves").get_json()["items"] == []
    assert desk.post(f"{path}/leave/end", back).headers["Location"].endswith("done=no_leave")
    assert desk.post(f"{path}/leave/end", {**back, "person": "nobody1"}).headers["Location"].endswith("done=gone")


def test_the_township_enters_leave_of_who_serves_its_grid_and_holds_a_role_elsewhere_too(town, names, today):
    town.also(town.worker, "grid_worker", "grid", GRIDS[3])
    desk, day = Desk(town.app, town.township), f"{today:%Y-%m-%d}"
    assert "请假与顶岗…" in texts_of(desk.get(f"/admin/roster/{GRID}").text, "summary")
    form = {"person": names["worker"], "since": day, "until": day, "substitute": ""}
    assert desk.post(f"/admin/roster/{GRID}/leave", form).headers["Location"].endswith("done=away")
    assert len(town.worker.get("roster/leaves").get_json()["items"]) == 1


def test_who_enters_leave_in_one_township_and_manages_people_in_another_does_both(town):
    manager = town.hire("township_leader", "grid", EAST)
    town.also(manager, "administrator", "grid", WEST)
    for actor in (town.next_worker, town.hire("grid_worker", "grid", GRIDS[3])):
        with town.app.app_context():
            with transaction():
                by, now = identity_queries.person(manager.id), time.now()
                accounts.enter_absence(actor.id, now, now + timedelta(days=1), by=by)
            assert len(register.absences(actor.id)) == 1, actor.name


def test_who_will_hold_an_enforcing_post_stands_in_for_no_worker(town, names, today):
    with town.app.app_context(), transaction():
        stand_in = town.next_worker.id
        service.dismiss(NEXT_GRID, stand_in, Duty.FULL_TIME)
        service.appoint(NEXT_GRID, stand_in, Duty.INSTRUCTOR)
        soon = time.now() + timedelta(days=3)
        identity.assign(stand_in, "enforcement_officer", ScopeKind.DEPARTMENT, TEAM, valid_from=soon)
    offered = {one["username"] for one in town.worker.get("roster/leaves").get_json()["candidates"]}
    assert names["next_worker"] not in offered


def test_the_supervisor_reads_and_enters_nothing(town, names, today):
    assert town.supervisor.get("roster/coverage").status_code == 200
    desk = Desk(town.app, town.supervisor)
    assert "请假与顶岗…" not in texts_of(desk.get(f"/admin/roster/{GRID}").text, "summary")
    day = f"{today:%Y-%m-%d}"
    assert desk.post(f"/admin/roster/{GRID}/leave", {"person": names["worker"], "since": day}).status_code == 403
