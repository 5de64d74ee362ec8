"""A day is planned once however often it is planned; services say what is to be done, wrong files are refused."""

from datetime import timedelta

import pytest

from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused, UploadedFile, naming_lines, read_uploads
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.identity import queries as identity
from app.rounds import queries, round_plans, round_sight
from app.rounds.models import RoundRow, RoundStop
from tests.factories import catalogue as catalogue_factory
from tests.factories import rounds
from tests.factories.grids import COUNTY, GRIDS, VILLAGES, WEST
from tests.factories.objects import component, keep
from tests.factories.town import GRID
from tests.support.queries import counted

FILE = """
service:
  code: parks
  name: 公园管护
  kind: plus
  may_report: [grid_worker]
  admission: {from: '2026-01-01', until: '2026-12-31', decision: 示例, source: example}
  departments: []
  rounds:
  - code: pond
    name: 水面巡查
    subject: grid
    duty: full_time
    frequency: {per: week, times: 1, source: example}
    finding_classes: ['0102']
  - code: boat
    name: 游船检查
    subject: SUBJECT
    duty: full_time
    frequency: {per: week, times: 1, source: example}
    finding_classes: ['0102']
  classes: []
"""


def compare(text):
    """Compare one file with what is in force, as the command does."""
    upload = UploadedFile("parks.yaml", text.encode())
    with naming_lines([upload]):
        return catalogue.compare(read_uploads([upload]))


def test_the_same_day_twice_makes_nothing_twice(app, town):
    rounds.provide(app, rounds.plan(), rounds.plan("week", frequency={"per": "week", "times": 2, "source": "example"}))
    made = rounds.make(app)
    assert made == len(GRIDS) * (8 + 3)
    assert rounds.make(app) == 0
    with clock.at(clock.now() + timedelta(days=1)):
        assert rounds.make(app) == len(GRIDS)
        assert rounds.make(app) == 0


def test_a_new_version_of_a_service_leaves_planned_rounds_as_they_are(app, town):
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    one = rounds.today(town.worker)
    rounds.provide(app, rounds.plan(name="新街面巡查", form=[]))
    assert rounds.make(app) == 0
    same = rounds.read(town.worker, one)
    assert (same["round"]["name"], len(same["form"])) == ("街面巡查", 2)


def test_who_serves_the_grid_from_today_on_has_the_round(app, town):
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    fresh = town.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    one = rounds.today(fresh)
    with app.app_context(), transaction():
        grids.dismiss(GRID, fresh.id, Duty.FULL_TIME)
    assert fresh.get(f"rounds/{one['round_id']}").status_code == 404


def test_lists_and_single_rounds_are_seen_by_the_same_people(app, town):
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    rounds.later(app, days=1)
    with app.app_context():
        every = db.session.scalars(db.select(RoundRow)).all()
        assert {row.state for row in every} > {"missed"}
        for actor in town.people:
            person = identity.person(actor.id)
            ids = set(db.session.scalars(db.select(RoundRow.round_id).where(round_sight.visible_to(person))))
            assert ids == {row.round_id for row in every if round_sight.shows(row, person)}, actor.name


def test_plans_are_counted_by_what_became_of_them(app, town):
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    one = rounds.take(town.worker, rounds.today(town.worker), "start")
    rounds.take(town.worker, one, "finish")
    (line,) = town.duty.get("rounds/plans").get_json()["items"]
    assert (line["done"], line["open"], line["missed"]) == (1, len(GRIDS) * 8 - 1, 0)


def test_a_village_that_one_officer_serves_has_one_round_for_all_its_grids(app, town):
    for number in (1, 2):
        keep(town.worker, component(number))
    rounds.provide(app, rounds.covers(duty="auxiliary_officer"))
    rounds.make(app)
    with app.app_context():
        assert {row.grid for row in db.session.scalars(db.select(RoundRow))} == {GRID}, "nobody serves: the grid"
        plan = rounds.catalogue.queries.catalogue().services["urban"].rounds[0]
    town.hire("auxiliary", "grid", GRID[:12], duty=Duty.AUXILIARY_OFFICER)
    with app.app_context():
        assert [node.code for node in round_plans.grounds(plan)] == [GRID[:12]]
        assert db.session.query(RoundStop).count() == 2 * db.session.query(RoundRow).count()


def test_more_objects_than_one_round_has_stops_are_shared_out_among_several(app, town, monkeypatch):
    monkeypatch.setattr(round_plans, "STOPS_MOST", 2)
    for number in range(1, 6):
        keep(town.worker, component(number))
    twice = {"per": "day", "times": 2, "source": "example"}
    rounds.provide(app, rounds.covers(frequency=twice))
    made = rounds.make(app)
    assert rounds.make(app) == 0
    with app.app_context():
        every = db.session.scalars(db.select(RoundRow)).all()
        assert len(every) == made == 8 * 2 * 3
        for asked in (1, 2):
            first = min(row.window_from for row in every)
            parts = [row for row in every if row.window_from == first and row.n % 1_000 == asked]
            ids = [row.round_id for row in parts]
            stops = db.session.scalars(db.select(RoundStop.object_id).where(RoundStop.round_id.in_(ids))).all()
            assert (sorted(row.stops for row in parts), len(set(stops))) == ([1, 2, 2], 5)


def test_a_post_that_moves_takes_what_nobody_has_begun_with_it_once(app, town):
    rounds.provide(app, rounds.plan(duty="auxiliary_officer"))
    village = town.hire("auxiliary", "grid", GRID[:12], duty=Duty.AUXILIARY_OFFICER)
    rounds.make(app)
    begun = rounds.take(village, rounds.today(village), "start")
    before = {one["round_id"] for one in rounds.listed(village, mine="true")}
    with app.app_context(), transaction():
        grids.dismiss(GRID[:12], village.id, Duty.AUXILIARY_OFFICER)
    rounds.make(app)
    waiting = rounds.listed(town.duty, state="planned", grid=GRID[:12])
    assert {one["grid"]["code"] for one in waiting} == {GRID[:12]}, "nobody serves there: they wait for whoever comes"
    officer = town.hire("auxiliary", "grid", GRID, duty=Duty.AUXILIARY_OFFICER)
    for _ in range(2):
        rounds.make(app)
    own = rounds.listed(officer, mine="true")
    assert len(own) == 7, "of the day that was begun in the village there is one round"
    lifted = {one["round_id"] for one in rounds.listed(town.duty, state="cancelled")}
    assert lifted == before - {begun["round_id"]}
    assert rounds.listed(town.duty, state="missed") == []


def test_a_round_of_another_level_is_planned_once_for_each_of_its_grounds_whoever_serves_there(app, town):
    keep(town.worker, component(1))
    rounds.provide(
        app,
        rounds.plan("county", level="county"),
        rounds.plan("village", level="village"),
        rounds.covers(level="township", duty="river_chief"),
    )
    rounds.make(app)
    with app.app_context():
        made = db.session.scalars(db.select(RoundRow)).all()
    grounds = {code: {row.grid for row in made if row.code == code} for code in ("county", "village", "covers")}
    assert grounds == {"county": {COUNTY}, "village": set(VILLAGES), "covers": {WEST}}, "the east has no covers"
    town.hire("auxiliary", "grid", GRID[:12], duty=Duty.RIVER_CHIEF)
    assert rounds.make(app) == 0


def test_a_round_of_one_grid_stays_with_it_though_somebody_has_its_duty_in_the_township(app, town):
    rounds.provide(app, rounds.plan(duty="river_chief"))
    town.hire("grid_worker", "grid", WEST, duty=Duty.RIVER_CHIEF)
    rounds.make(app)
    with app.app_context():
        assert {row.grid for row in db.session.scalars(db.select(RoundRow))} == set(GRIDS)


def test_lists_cost_the_same_however_long_they_are(app, town):
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    rounds.listed(town.duty, limit=1)
    with counted() as few:
        rounds.listed(town.duty, limit=1)
    with counted() as many:
        rounds.listed(town.duty, limit=30)
    assert len(many) == len(few)


@pytest.mark.one_database
def test_a_round_of_nothing_known_is_refused_with_file_and_line(app_context):
    catalogue_factory.import_seed()
    assert compare(FILE.replace("SUBJECT", "bridge")).documents
    with pytest.raises(DocumentRefused) as refused:
        compare(FILE.replace("SUBJECT", "submarine"))
    (where,) = refused.value.fields
    assert "parks.yaml" in where, where
    assert "subject" in where, where
    with pytest.raises(DocumentRefused):
        compare(FILE.replace("SUBJECT", "bridge").replace("code: boat", "code: boat\n    kind: race"))


@pytest.mark.one_database
@pytest.mark.parametrize("level", ["micro", "street"])
def test_a_round_of_no_level_that_has_a_roster_is_refused_at_its_field(app_context, level):
    catalogue_factory.import_seed()
    text = FILE.replace("SUBJECT", "bridge")
    assert compare(text.replace("code: boat", "code: boat\n    level: township")).documents
    with pytest.raises(DocumentRefused) as refused:
        compare(text.replace("code: boat", f"code: boat\n    level: {level}"))
    assert list(refused.value.fields) == ["parks.yaml: service.rounds[1].level"]


@pytest.mark.one_database
def test_what_the_subject_was_called_before_is_read_as_it_is_called_now(app_context):
    catalogue_factory.import_seed()
    assert compare(FILE.replace("SUBJECT", "river")).documents
    with transaction():
        catalogue.import_documents(
            read_uploads([UploadedFile("a.yaml", FILE.replace("SUBJECT", "river").encode())]), by="test"
        )
    plans = catalogue.queries.catalogue().services["parks"].rounds
    assert [one.subject for one in plans] == ["grid", "river_section"]
    assert queries.plan_counts(identity_system(), None, None, None) == []


def identity_system():
    """The system itself, who sees all."""
    return round_plans.SYSTEM


def test_another_frequency_lifts_what_nobody_has_begun_and_is_not_asked_for_then(app, town):
    rounds.provide(app, rounds.plan(), rounds.plan("other"))
    rounds.make(app)
    own = {one["first_day"]: one for one in rounds.listed(town.worker, mine="true") if one["round"]["code"] == "street"}
    today, later = min(own), max(own)
    begun = rounds.take(town.worker, own[today], "start")
    weekly = {"per": "week", "times": 1, "source": "example"}
    rounds.provide(app, rounds.plan(frequency=weekly), rounds.plan("other"))
    rounds.make(app)
    after = [one for one in rounds.listed(town.worker, mine="true") if one["round"]["code"] == "street"]
    states = {one["first_day"]: one["state"] for one in after}
    assert states[today] == "started", "who has set out finishes"
    assert {state for day, state in states.items() if today < day <= later} <= {"cancelled", "planned"}
    assert sum(state == "planned" for state in states.values()) == 1, "the next week's"
    assert sum(state == "cancelled" for state in states.values()) == len(own) - 2
    assert rounds.take(town.worker, begun, "finish")["state"] == "done"
    others = [one for one in rounds.listed(town.worker, mine="true") if one["round"]["code"] == "other"]
    assert {one["state"] for one in others} == {"due", "planned"}
    assert rounds.make(app) == 0


def of_street(town):
    """The rounds of the street that the worker has, by their first day."""
    listed = rounds.listed(town.worker, mine="true", round="street")
    return {one["first_day"]: one for one in sorted(listed, key=lambda one: one["first_day"])}


def planned_anew(town, plan, hours):
    """Let a plan be in force some hours from now, and its rounds be made; return how many were."""
    with clock.at(clock.now() + timedelta(hours=hours)):
        rounds.provide(town.app, plan)
        return rounds.make(town.app)


def test_what_was_lifted_by_mistake_is_asked_for_again_and_what_somebody_cancelled_is_not(app, town):
    rounds.provide(app, rounds.plan())
    rounds.make(app)
    days = list(of_street(town))
    begun = rounds.take(town.worker, of_street(town)[days[0]], "start")
    rounds.take(town.worker, begun, "break_off", reason="暴雨")
    off = of_street(town)[days[1]]
    rounds.take(town.township, rounds.read(town.worker, off), "cancel", reason="节日")
    known = rounds.read(town.worker, of_street(town)[days[2]])  # as a phone has read it
    monthly = rounds.plan(frequency={"per": "month", "times": 1, "source": "example"})
    for hours in (1, 3):
        planned_anew(town, monthly, hours)
        states = {day: one["state"] for day, one in of_street(town).items()}
        assert [states[day] for day in days[:3]] == ["due", "cancelled", "cancelled"], "what was begun is gone on with"
        assert planned_anew(town, rounds.plan(), hours + 1) > 0
        assert rounds.make(app) == 0
        states = {day: one["state"] for day, one in of_street(town).items()}
        assert [states[day] for day in days] == ["due", "cancelled", *["planned"] * (len(days) - 2)]
    one = rounds.read(town.worker, known)
    assert (one["last_day"], one["ended_at"]) == (known["last_day"], None)
    said = [each["action"] for each in town.worker.get(f"rounds/{one['round_id']}/steps").get_json()["items"]]
    assert said == ["plan", "lift", "plan", "lift", "plan"]
    with clock.at(clock.now() + timedelta(days=2)):
        rounds.make(app)
        assert rounds.take(town.worker, known, "start")["state"] == "started", "what was seen before still holds"


def test_a_post_that_moves_away_and_back_has_its_rounds_again(app, town):
    rounds.provide(app, rounds.plan(duty="auxiliary_officer"))
    village = town.hire("auxiliary", "grid", GRID[:12], duty=Duty.AUXILIARY_OFFICER)
    rounds.make(app)
    before = {one["round_id"]: one["state"] for one in rounds.listed(village, mine="true")}
    with app.app_context(), transaction():
        grids.dismiss(GRID[:12], village.id, Duty.AUXILIARY_OFFICER)
    officer = town.hire("auxiliary", "grid", GRID, duty=Duty.AUXILIARY_OFFICER)
    rounds.make(app)
    assert len(rounds.listed(officer, mine="true")) == len(before)
    with app.app_context(), transaction():
        grids.dismiss(GRID, officer.id, Duty.AUXILIARY_OFFICER)
        grids.appoint(GRID[:12], village.id, Duty.AUXILIARY_OFFICER)
    with clock.at(clock.now() + timedelta(hours=1)):
        for _ in range(2):
            rounds.make(app)
    assert {one["round_id"]: one["state"] for one in rounds.listed(village, mine="true")} == before
    assert {one["state"] for one in rounds.listed(town.duty, grid=GRID)} == {"cancelled"}
