"""Rounds of a campaign are made, follow the grids, end with it, and what came of them is summed up."""

import io
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.campaigns import jobs
from app.campaigns.campaign_views import figure_text
from app.core import events
from app.core.db import db
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.events import PathChanged
from app.grids.levels import Duty
from app.rounds import round_plans
from app.rounds.models import RoundStop
from tests.desk.browser import Desk
from tests.factories import campaigns, rounds
from tests.factories.campaigns import GOOD, count
from tests.factories.grids import COUNTY, EAST, GRIDS, VILLAGES, WEST, draft, import_grids, strip
from tests.factories.objects import component, keep
from tests.factories.town import GRID, HERE, NEXT_GRID
from tests.support.elements import texts_of
from tests.support.exports import made
from tests.support.looks import refused


def test_two_campaigns_of_one_round_on_one_day_have_rounds_of_their_own(asked, app, clock):
    town = asked
    ids = [campaigns.put(town.duty, begins_on=campaigns.day(2))[0] for _ in range(2)]
    campaigns.sweep(town)
    assert [count(app, one) for one in ids] == [4, 4]


def test_objects_are_shared_out_among_rounds_each_once(asked, app, clock, monkeypatch):
    town = asked
    monkeypatch.setattr(round_plans, "PART_MOST", 2)
    for number in range(5):
        keep(town.worker, component(number))
    campaign_id = campaigns.opened(town.duty, kind="census", round="census", title="井盖普查")
    parts = campaigns.mine(town.worker, "census")
    assert sorted(one["stops"] for one in parts) == [1, 2, 2]
    stops = [stop["object_id"] for one in parts for stop in one["stop_list"]]
    assert len(set(stops)) == len(stops) == 5
    assert campaigns.read(town.duty, campaign_id)["progress"]["stops"] == 5


def test_a_job_that_broke_off_goes_on_and_makes_nothing_twice(asked, app, clock, monkeypatch):
    town = asked
    for number, place in enumerate((HERE,) * 3):
        keep(town.worker, component(number, at=place))
    monkeypatch.setattr(jobs, "GRIDS_AT_ONCE", 1)
    real, calls = round_plans.make_parts, []

    def dies(*args, **more):
        calls.append(args)
        if len(calls) == 3:
            raise ConnectionError
        return real(*args, **more)

    campaign_id, _ = campaigns.put(town.duty)
    monkeypatch.setattr(round_plans, "make_parts", dies)
    campaigns.sweep(town)
    assert count(app, campaign_id) == 2
    assert campaigns.read(town.duty, campaign_id)["made_at"] is None
    assert campaigns.sweep(town) == 2
    assert campaigns.sweep(town) == 0
    assert count(app, campaign_id) == 4
    with app.app_context():
        assert jobs.make_rounds(UUID(campaign_id)) == 0, "done a second time it finds all there"


def test_what_is_closed_while_it_is_made_is_made_no_further(asked, app, clock):
    town = asked
    campaign_id, _ = campaigns.put(town.duty)
    campaigns.close(town.duty, campaign_id)
    campaigns.sweep(town)
    assert count(app, campaign_id) == 0
    assert campaigns.read(town.duty, campaign_id)["stands"] == "已结束"


def test_rounds_are_made_some_days_before_it_begins(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty, begins_on=campaigns.day(8), ends_on=campaigns.day(20))
    assert count(app, campaign_id) == 0
    clock.tick(days=1)
    assert campaigns.sweep(town) == 4


def test_grids_that_end_and_come_are_followed_while_it_lasts(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    new = f"{VILLAGES[1]}002"
    with app.app_context():
        import_grids([draft(new, strip(1, 2))], ended={NEXT_GRID})
        assert jobs.sweep_grounds() == 2
        assert jobs.sweep_grounds() == 0
    by_grid = {one["code"]: one for one in campaigns.read(town.supervisor, campaign_id)["townships"][0]["grids"]}
    assert (by_grid[NEXT_GRID]["cancelled"], by_grid[new]["to_do"]) == (1, 1)


def test_what_somebody_sets_out_on_while_its_grid_is_ended_is_theirs(asked, app, clock, monkeypatch):
    """The start arrives between the reading of a batch and its steps."""
    town = asked
    campaign_id = campaigns.opened(town.duty)
    one = campaigns.mine(town.next_worker)[0]
    real, starts = jobs._in_states, [one]

    def slowly(*args):
        ids = real(*args)
        if ids and starts:
            rounds.take(town.next_worker, starts.pop(), "start")
        return ids

    monkeypatch.setattr(jobs, "_in_states", slowly)
    with app.app_context():
        import_grids([], ended={NEXT_GRID})
        assert jobs.sweep_grounds() == 0
    assert starts == []
    progress = campaigns.read(town.supervisor, campaign_id)["progress"]
    assert (progress["started"], progress["cancelled"]) == (1, 0)


def test_a_village_that_got_an_officer_since_does_not_do_again_what_its_grids_do(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty)
    town.hire("grid_worker", "grid", VILLAGES[2], duty=Duty.FULL_TIME)
    with app.app_context():
        assert jobs.sweep_grounds() == 0
    assert count(app, campaign_id) == 4


def test_one_campaign_that_fails_keeps_no_other_from_going_on(asked, app, clock, monkeypatch):
    town = asked
    bad, good = (campaigns.put(town.duty, ends_on=campaigns.day(days), title=str(days))[0] for days in (3, 5))
    real = jobs.make_rounds

    def make(campaign_id):
        if str(campaign_id) == bad:
            raise ArithmeticError
        return real(campaign_id)

    monkeypatch.setattr(jobs, "make_rounds", make)
    assert campaigns.sweep(town) == 4
    assert (count(app, bad), count(app, good)) == (0, 4)


def test_closed_between_two_batches_of_its_making_it_makes_no_more(asked, app, clock, monkeypatch):
    town = asked
    monkeypatch.setattr(jobs, "GRIDS_AT_ONCE", 1)
    campaign_id, _ = campaigns.put(town.duty)
    calls = []

    def closes():
        calls.append(campaign_id)
        if len(calls) == 2:
            assert town.duty.send("POST", f"campaigns/{campaign_id}/close", {}).status_code == 200

    monkeypatch.setattr(jobs, "breathe", closes)
    with app.app_context():
        assert jobs.make_rounds(UUID(campaign_id)) == 2
    assert count(app, campaign_id) == 2
    assert campaigns.read(town.duty, campaign_id)["made_at"] is None
    monkeypatch.undo()
    assert campaigns.sweep(town) == 2, "what was made is lifted"
    assert count(app, campaign_id) == 2


def test_one_sweep_does_so_much_and_the_next_goes_on(asked, app, clock, monkeypatch):
    town = asked
    monkeypatch.setattr(jobs, "MOST", 2)
    monkeypatch.setattr(jobs, "GRIDS_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "ROUNDS_AT_ONCE", 1)
    campaign_id, _ = campaigns.put(town.duty)
    assert [campaigns.sweep(town) for _ in range(3)] == [2, 2, 0]
    town.duty.send("POST", f"campaigns/{campaign_id}/close", {})
    assert [campaigns.sweep(town) for _ in range(3)] == [2, 2, 0]
    assert campaigns.read(town.duty, campaign_id)["stands"] == "已结束"


def test_answers_to_what_was_not_asked_are_not_summed_up(app, town, clock):
    form = [
        {"field": "parking", "label": "停车缺口", "type": "integer", "unit": "个"},
        {"field": "access", "label": "通道畅通", "type": "yes_no", "required": True},
        {"field": "why", "label": "原因", "type": "choice", "choices": ["堆放"], "shown_if": {"access": [False]}},
    ]
    rounds.provide(app, campaigns.check_up(form=form))
    campaign_id = campaigns.opened(town.duty)
    hidden = {"access": True, "why": "堵" * 200}
    campaigns.fill_in(town.worker, campaigns.mine(town.worker)[0], parking=1234567, **hidden)
    campaigns.close(town.duty, campaign_id)
    done = campaigns.read(town.duty, campaign_id)
    assert (done["stands"], {one["field"] for one in done["results"]}) == ("已结束", {"parking", "access"})
    page = Desk(app, town.supervisor).get(f"/board/campaigns/{campaign_id}").get_data(as_text=True)
    assert "1234567" in texts_of(page, "td")
    assert "1234567 个" in texts_of(page, "td")
    file = made(app, Desk(app, town.supervisor), "campaign_report", f"campaign={campaign_id}", kind="xlsx")
    values = {value for row in load_workbook(io.BytesIO(file))["填报汇总"].iter_rows(values_only=True) for value in row}
    assert "1234567" in values
    assert "None" not in values


@pytest.mark.parametrize(
    ("number", "text"),
    [(1234567, "1234567"), (2.5, "2.5"), (1 / 3, "0.333"), (-0.0001, "0"), (100.0, "100"), (None, "")],
)
def test_figures_are_written_whole(number, text):
    assert figure_text(number) == text


def test_answers_are_read_some_at_a_time(asked, app, clock, monkeypatch):
    town = asked
    monkeypatch.setattr("app.campaigns.queries.AT_ONCE", 1)
    with app.app_context(), transaction():
        for code in GRIDS[2:]:
            grids.appoint(code, town.worker.id, Duty.FULL_TIME)
    campaign_id = campaigns.opened(town.duty)
    for actor in (town.worker, town.next_worker):
        for one in campaigns.mine(actor):
            campaigns.fill_in(actor, one, **GOOD)
    campaigns.close(town.duty, campaign_id)
    results = campaigns.read(town.duty, campaign_id)["results"]
    with app.app_context():
        filled = db.session.scalar(select(func.count()).select_from(RoundStop).where(RoundStop.answers.is_not(None)))
    assert next(one["count"] for one in results if one["field"] == "parking") == filled


def test_a_grid_that_moves_takes_its_campaign_along(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.township, grids=[VILLAGES[0]])
    east = town.hire("township_leader", "grid", EAST)
    with app.app_context(), transaction():
        before, after = (f"{COUNTY}/{township}/{VILLAGES[0]}/" for township in (WEST, EAST))
        events.publish(PathChanged(VILLAGES[0], before, after))
    assert campaigns.read(east, campaign_id)["grids"][0]["code"] == VILLAGES[0]
    assert town.township.get(f"campaigns/{campaign_id}").status_code == 404


def test_what_is_missed_is_not_begun_any_more_once_the_campaign_is_closed(asked, app, clock):
    town = asked
    campaign_id = campaigns.opened(town.duty, ends_on=campaigns.day(1))
    clock.tick(days=3)
    rounds.later(app)
    missed = campaigns.mine(town.worker)[0]
    assert (missed["state"], "start" in {one["action"] for one in missed["actions"]}) == ("missed", True)
    campaigns.close(town.duty, campaign_id)
    (now,) = campaigns.mine(town.worker)
    assert "start" not in {one["action"] for one in now["actions"]}
    refused(rounds.step(town.worker, now, "start"), 409, "round_move_not_allowed")
    report = campaigns.read(town.duty, campaign_id)
    assert (report["stands"], report["progress"]["missed"], report["progress"]["started"]) == ("已结束", 4, 0)


def test_an_officer_of_the_village_has_one_round_for_it_and_no_part_of_it_is_asked(app, town, clock):
    officer = town.hire("auxiliary", "grid", VILLAGES[0], duty=Duty.AUXILIARY_OFFICER)
    rounds.provide(app, campaigns.check_up(duty="auxiliary_officer"))
    answer = refused(campaigns.put(town.duty, grids=[GRID])[1], 422)
    assert list(answer["fields"]) == ["grids"]
    campaigns.opened(town.duty, grids=[VILLAGES[0]])
    assert [one["grid"]["code"] for one in campaigns.mine(officer)] == [VILLAGES[0]]
