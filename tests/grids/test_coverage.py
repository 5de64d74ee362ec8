"""Where somebody is lacking, since when, who was there before; and leave with somebody who stands in."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from shapely import box

from app.core import clock as time
from app.core import revisions
from app.core.db import db
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.grids import service
from app.grids.levels import Duty
from app.grids.models import Grid
from app.identity import accounts
from app.identity.queries import account
from tests.desk.browser import Desk
from tests.factories import rounds
from tests.factories.grids import COUNTY, GRIDS, VILLAGES, WEST, draft, import_grids
from tests.factories.town import GRID, HERE, NEXT_GRID
from tests.support.elements import elements, texts_of, value_of
from tests.support.exports import taken
from tests.support.looks import refused, tasks_of

PAGE = "/admin/roster/coverage/"


@pytest.fixture
def keeper(town):
    return town.hire("administrator", "grid", COUNTY)


def appoint(town, code, actor, duty):
    with town.app.app_context(), transaction():
        service.appoint(code, actor.id, duty)


def lacking(keeper, **asked):
    items = keeper.get("roster/coverage", **asked).get_json()["items"]
    return {(one["grid"]["code"], one["duty"]): one for one in items}


def test_a_grid_without_a_worker_is_named_since_the_last_one_left(town, keeper, clock):
    before = lacking(keeper, duty="full_time")
    assert (GRID, "full_time") not in before
    assert {code for code, _ in before} == {GRIDS[2], GRIDS[3]}
    assert not any(one["ever_served"] for one in before.values())
    left = clock.tick(days=2)
    with town.app.app_context(), transaction():
        service.dismiss(GRID, town.worker.id, Duty.FULL_TIME)
    gap = lacking(keeper, duty="full_time")[GRID, "full_time"]
    assert (gap["since"], gap["ever_served"], gap["away"]) == (left.isoformat(), True, False)
    sums = keeper.get("roster/coverage").get_json()["townships"]
    west = next(one for one in sums if (one["township"]["code"], one["duty"]) == (WEST, "full_time"))
    assert (west["total"], west["lacking"]) == (2, 1)
    desk = Desk(town.app, keeper)
    assert texts_of(desk.get(PAGE).text, "a", href=f"/admin/roster/{GRID}")
    page = desk.get(f"{PAGE}?duty=full_time").text
    (row,) = [row for row in taken(town.app, desk, "coverage", value_of(page, "query")) if row[3] == GRID]
    assert row[4:] == ["专职网格员", "否", left.date().isoformat(), "是"]
    marked = {each["properties"]["code"]: each["properties"]["role"] for each in
              desk.get(f"{PAGE}outlines?duty=full_time").get_json(force=True)["features"]}  # fmt: skip
    assert (marked[GRID], marked[NEXT_GRID]) == ("faulty", "sound")
    assert elements(desk.get(f"/admin/roster/{GRID}").text, "div", aria_label="以前谁服务过这里")


def test_a_village_has_its_auxiliary_officer_itself_or_in_each_of_its_grids(town, keeper):
    village = VILLAGES[0]
    officer = town.hire("auxiliary", "grid", village)
    assert (village, "auxiliary_officer") in lacking(keeper)
    below = [code for code in GRIDS if code.startswith(village)]
    for code in below:
        assert (village, "auxiliary_officer") in lacking(keeper)
        appoint(town, code, officer, Duty.AUXILIARY_OFFICER)
    assert (village, "auxiliary_officer") not in lacking(keeper)


def test_a_keeper_sees_their_own_ground_alone_and_others_nothing(town):
    local = town.hire("administrator", "grid", WEST)
    assert {code for code, _ in lacking(local, duty="full_time")} == set()
    refused(local.get("roster/coverage", under=COUNTY), 404)
    refused(town.worker.get("roster/coverage"), 403)


def username(town, actor):
    with town.app.app_context():
        return account(actor.id).username


def leave(actor, since, until, substitute=None):
    body = {"since": f"{since:%Y-%m-%d}", "until": f"{until:%Y-%m-%d}", "substitute": substitute}
    return actor.send("POST", "roster/leaves", body)


def test_who_is_on_leave_is_stood_in_for_and_is_back_when_they_say_so(town, keeper, clock):
    today = time.local(time.now())
    offered = town.worker.get("roster/leaves").get_json()["candidates"]
    stand_in = next(one for one in offered if one["username"] == username(town, town.next_worker))
    refused(leave(town.worker, today, today + timedelta(days=2), username(town, town.housing)), 422)
    assert town.worker.get("roster/leaves").get_json()["items"] == []
    answer = leave(town.worker, today, today + timedelta(days=2), stand_in["username"])
    assert answer.status_code == 201, answer.get_json()
    assert [one["username"] for one in answer.get_json()["substitutes"]] == [stand_in["username"]]
    assert (GRID, "full_time") not in lacking(keeper)
    case = town.acceptor.act(town.acceptor.report(source="hotline").get_json(), "verify")
    assert tasks_of(case, "verify")[-1]["handler_id"] == str(town.next_worker.id)
    spot = {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}
    assert town.next_worker.act(case, "confirm_true", **spot)["state"] == "reported"
    clock.tick(hours=1)
    since = answer.get_json()["items"][0]["since"]
    after = town.worker.send("POST", "roster/leaves/end", {"since": since})
    assert (after.status_code, after.get_json()["items"], after.get_json()["substitutes"]) == (200, [], [])
    again = town.acceptor.act(town.acceptor.report(source="hotline").get_json(), "verify")
    assert tasks_of(again, "verify")[-1]["handler_id"] == str(town.worker.id)


def test_without_a_substitute_the_grid_is_shown_as_on_leave(town, keeper):
    today = time.local(time.now())
    left = time.now().replace(microsecond=0)
    assert leave(town.worker, today, today + timedelta(days=1)).status_code == 201
    assert lacking(keeper, duty="full_time")[GRID, "full_time"]["away"]
    assert lacking(keeper, duty="full_time")[GRID, "full_time"]["ever_served"]
    assert lacking(keeper, duty="full_time")[GRID, "full_time"]["since"] == left.isoformat()
    desk = Desk(town.app, keeper)
    form = {"person": username(town, town.worker), "since": f"{today:%Y-%m-%d}", "until": f"{today:%Y-%m-%d}"}
    desk.get(f"/admin/roster/{GRID}")
    wrong = desk.post(f"/admin/roster/{GRID}/leave", {**form, "substitute": "nobody1"})
    assert wrong.status_code == 422
    assert any("请从同一乡镇" in text for text in texts_of(wrong.text, "span", **{"class": "text-danger"}))
    done = desk.post(f"/admin/roster/{GRID}/leave", {**form, "substitute": username(town, town.next_worker)})
    assert done.status_code == 303
    assert (GRID, "full_time") not in lacking(keeper)


def test_who_cannot_sign_in_serves_nothing_and_a_dedicated_grid_asks_for_no_worker(town, keeper):
    with town.app.app_context(), transaction():
        accounts.close(town.worker.id, by=SYSTEM)
        revisions.raise_("grids")
        db.session.execute(db.update(Grid).where(Grid.code == GRIDS[2]).values(kind="dedicated"))
    gaps = lacking(keeper)
    assert (gaps[GRID, "full_time"]["away"], gaps[GRID, "full_time"]["ever_served"]) == (False, True)
    assert (GRIDS[2], "full_time") not in gaps
    assert (GRIDS[2], "chief") in gaps


def test_a_substitute_does_the_rounds_and_confirms_the_warnings_of_the_person_away(town, app):
    yearly = {"per": "year", "times": 1, "source": "example"}
    receipt = rounds.plan("receipt", kind="warning", frequency=yearly, form=[], finding_classes=[])
    rounds.provide(app, receipt, rounds.plan(), code="forest")
    rounds.make(app)
    today = time.local(time.now())
    answer = leave(town.worker, today, today, username(town, town.next_worker))
    storm = {"kind": "forest_fire", "level": "red", "grid": GRID, "issuer": "县气象台", "text": "有大风。"}
    assert town.duty.send("PUT", f"warnings/{uuid4()}", storm).status_code == 201
    theirs = [one for one in rounds.listed(town.next_worker, mine="true") if one["grid"]["code"] == GRID]
    due = [one for one in theirs if one["state"] == "due"]
    assert {one["round"]["code"] for one in due} == {"street", "receipt"}
    for one in due:
        assert rounds.take(town.next_worker, rounds.take(town.next_worker, one, "start"), "finish")["state"] == "done"
    town.worker.send("POST", "roster/leaves/end", {"since": answer.get_json()["items"][0]["since"]})
    assert not [one for one in rounds.listed(town.next_worker, mine="true") if one["grid"]["code"] == GRID]


def test_another_leave_keeps_its_substitute(town):
    today = time.local(time.now())
    stand_in = username(town, town.next_worker)
    leave(town.worker, today, today, stand_in)
    far = today + timedelta(days=20)
    assert len(leave(town.worker, far, far, stand_in).get_json()["substitutes"]) == 2
    near = today + timedelta(days=5)
    after = leave(town.worker, near, near).get_json()
    assert [len(after["items"]), len(after["substitutes"])] == [3, 2]
    back = town.worker.send("POST", "roster/leaves/end", {"since": after["items"][0]["since"]}).get_json()
    (kept,) = back["substitutes"]
    assert time.local(datetime.fromisoformat(kept["valid_from"])).date() == far.date()


def test_an_account_that_is_closed_leaves_a_gap_from_that_moment(town, keeper, clock):
    left = clock.tick(days=3)
    with town.app.app_context(), transaction():
        accounts.close(town.worker.id, by=SYSTEM)
    clock.tick(days=3)
    assert lacking(keeper, duty="full_time")[GRID, "full_time"]["since"] == left.isoformat()


def test_what_ends_after_the_gap_began_makes_it_no_younger(town, keeper, clock):
    village, second = VILLAGES[0], f"{VILLAGES[0]}002"
    with town.app.app_context():
        import_grids([draft(GRID, box(112, 36, 112.05, 36.1)), draft(second, box(112.05, 36, 112.1, 36.1))])
    officers = [town.hire("auxiliary", "grid", village) for _ in range(3)]
    for code, officer in zip((GRID, second), officers, strict=False):
        appoint(town, code, officer, Duty.AUXILIARY_OFFICER)
    clock.tick(days=1)
    appoint(town, GRID, officers[2], Duty.AUXILIARY_OFFICER)
    with town.app.app_context(), transaction():
        service.dismiss(GRID, officers[0].id, Duty.AUXILIARY_OFFICER)  # who has a successor
    assert (village, "auxiliary_officer") not in lacking(keeper)
    left = clock.tick(days=1)
    with town.app.app_context(), transaction():
        service.dismiss(second, officers[1].id, Duty.AUXILIARY_OFFICER)
    clock.tick(days=1)
    with town.app.app_context(), transaction():
        service.dismiss(GRID, officers[2].id, Duty.AUXILIARY_OFFICER)
    assert lacking(keeper)[village, "auxiliary_officer"]["since"] == left.isoformat()


def test_coverage_is_shown_as_it_was_on_a_day_before(town, keeper, clock):
    clock.tick(days=2)
    with town.app.app_context(), transaction():
        service.dismiss(GRID, town.worker.id, Duty.FULL_TIME)
    before = time.local(time.now()) - timedelta(days=1)
    clock.tick(days=2)
    assert (GRID, "full_time") in lacking(keeper)
    assert (GRID, "full_time") not in lacking(keeper, at=f"{before:%Y-%m-%d}")


def test_the_page_its_map_and_its_file_are_of_the_day_that_is_asked(town, keeper, clock):
    clock.tick(days=2)
    with town.app.app_context(), transaction():
        service.dismiss(GRID, town.worker.id, Duty.FULL_TIME)
    day = f"{time.local(time.now()) - timedelta(days=1):%Y-%m-%d}"
    desk = Desk(town.app, keeper)
    for asked, is_lacking in (("duty=full_time", True), (f"duty=full_time&at={day}", False)):
        page = desk.get(f"{PAGE}?{asked}").text
        assert bool(texts_of(page, "a", href=f"/admin/roster/{GRID}")) == is_lacking
        assert value_of(page, "query") == asked
        assert (GRID in {row[3] for row in taken(town.app, desk, "coverage", asked)}) == is_lacking
        features = desk.get(f"{PAGE}outlines?{asked}").get_json(force=True)["features"]
        roles = {each["properties"]["code"]: each["properties"]["role"] for each in features}
        assert (roles[GRID] == "faulty") == is_lacking
    assert value_of(page, "at") == day


def test_whoever_reads_the_coverage_takes_it_away(town):
    assert len(taken(town.app, Desk(town.app, town.township), "coverage", "duty=chief")) > 1


def test_the_list_the_page_and_the_home_agree_on_who_is_lacking(town, keeper):
    with town.app.app_context(), transaction():
        accounts.close(town.worker.id, by=SYSTEM)
        revisions.raise_("grids")
        db.session.execute(db.update(Grid).where(Grid.code == GRIDS[2]).values(kind="dedicated"))
    codes = {code for code, _ in lacking(keeper, duty="full_time")}
    desk = Desk(town.app, keeper)
    listed = desk.get("/admin/roster/?lacking=full_time").text
    shown = {code for code in GRIDS if texts_of(listed, "a", href=f"/admin/roster/{code}")}
    assert shown == codes
    remark = f"{len(codes)} 个网格没有专职网格员"
    assert any(
        remark in text for text in texts_of(desk.get("/admin/").text, "a", href="/admin/roster/?lacking=full_time")
    )


def test_a_grid_whose_worker_is_on_leave_is_no_red_one_on_the_map(town, keeper):
    today = time.local(time.now())
    leave(town.worker, today, today)
    features = Desk(town.app, keeper).get(f"{PAGE}outlines?duty=full_time").get_json(force=True)["features"]
    roles = {each["properties"]["code"]: each["properties"]["role"] for each in features}
    assert (roles[GRID], roles[NEXT_GRID], roles[GRIDS[2]]) == ("changed", "sound", "faulty")
