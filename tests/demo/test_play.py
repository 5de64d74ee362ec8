"""Days of the demo county on SQLite: every state, every act, through the front door, nothing owed after.

`./gezhi prove play` plays ninety of them.
"""

import html
import json
import re
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.campaigns.models import Campaign
from app.cases import service
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseSupervision, CaseTask, CaseTicket
from app.cases.proof.cli import verify
from app.core import clock, outbox
from app.core.db import db
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.demo import county, people, play, rhythm, script
from app.demo.duty import DutyTeams
from app.dispatch import referral
from app.duty import queries as duty
from app.duty.models import Handover
from app.factory import create_app
from app.identity.cookies import SESSION
from app.identity.models import PersonRow, SessionRow
from app.objects.models import ObjectRow
from app.residents import sealed_fields
from app.residents.models import ResidentCare, ResidentField
from app.rounds.models import RoundRow, RoundStop
from app.warnings.models import WarningRow
from tests.factories.identity import token_for
from tests.plugins.application import CHEAP, MONDAY_MORNING
from tests.support.client import Client
from tests.support.elements import rows_of, texts_of, tight
from tests.support.queries import counted as statements
from workflows import case as machine
from workflows.case_terms import CaseAction, CaseState, TaskPart
from workflows.round_terms import RoundKind

DAYS = 8  # two more than the oldest of the cases that stop on their way
FIELD_DAYS = timedelta(days=1)
CASES_A_DAY = (22, 31)  # as we play it
# steps by which the system puts right what no play brings about: lost files, older cases, a clock that was ahead,
# people who have gone
AFTER_TROUBLE = {
    CaseAction.LOSE_FILE,
    CaseAction.BASELINE,
    CaseAction.SET_BACK,
    CaseAction.NAME_ANEW,
    CaseAction.RECOUNT,
}
SELF_FIXED = (0.10, 0.26)  # of closings: about a fifth, less while stories and stops weigh much
END = MONDAY_MORNING + timedelta(days=3)
# Their room comes later: here a file is opened when a case is referred, and ends when the play has ended.
REFERRED = tuple(
    script.Story(name, script.go("acceptor accept", "duty file", send, "lead sign", "lead refer"))
    for name in ("referred, and still with law enforcement", "referred, and the order was met")
    for send in [("dispatcher dispatch", {"lead": script.TEAM})]
)


# Disputes are tried by one level after the other, with days for each: who is late in a few days of play hands on.
DISPUTE, CENTRE, LEADERS = "GX-2401", f"M-{people.SEAT}", f"T-{people.SEAT}"
LATE_BY_DAYS = 2.5 * 24 * 60
HANDED_ON = script.Story("handed on when one level was late", script.go(
    "acceptor accept", "duty file", ("dispatcher dispatch", {"lead": CENTRE}), "lead sign",
    f"desk:{LEADERS} sign {LATE_BY_DAYS} look", f"desk:{LEADERS} finish 30",
), class_code=DISPUTE)  # fmt: skip


@pytest.fixture(scope="module")
def days():
    """How many days are played."""
    return DAYS


@pytest.fixture(scope="module")
def county_played(days, sqlite_template, tmp_path_factory):
    """A county in which days were played; read only."""
    with sqlite_template.fresh() as database:
        data = tmp_path_factory.mktemp("demo")
        app = create_app({"DATABASE_URL": database.url, "REDIS_URL": None, "DATA_DIR": str(data), **CHEAP})
        with app.app_context():
            county.make("hash", END)
            db.session.remove()
        told = []
        with files_of_enforcement():
            stories = (*script.STORIES, *REFERRED, HANDED_ON)
            played = play.play(
                app, END - timedelta(days=days), END, seed=7, stories=stories,
                report=lambda moment, cases: told.append((moment, cases)), field_days=FIELD_DAYS,
            )  # fmt: skip
            with clock.at(END), app.app_context():
                end_one_enforcement()
                yield SimpleNamespace(app=app, played=played, told=told)
                db.engine.dispose()


@contextmanager
def files_of_enforcement():
    """Law enforcement takes every case; its file is only an id."""
    referral.enforce_with(referral.Enforcement(lambda turn: True, lambda turn: uuid4()))
    try:
        yield
    finally:
        referral.enforce_with(None)


def end_one_enforcement():
    """Give back the case whose order was met, as the file's end will."""
    case_id = db.session.scalars(select(Case.case_id).where(Case.state == CaseState.ENFORCING)).first()
    with transaction():
        db.session.execute(update(CaseLink).where(CaseLink.case_id == case_id).values(ended_at=END))
        service.act(case_id, CaseAction.ENFORCEMENT_ENDED, SYSTEM, {"met": True}, uuid4())
    outbox.drain()


def test_the_field_works_by_plan_and_a_storm_is_warned_of(county_played):
    with county_played.app.app_context():
        states = Counter(db.session.scalars(select(RoundRow.state).where(RoundRow.kind != RoundKind.WARNING)))
        assert states["done"] > 10 * states["missed"] > 0
        receipts = db.session.scalars(select(RoundRow).where(RoundRow.kind == RoundKind.WARNING)).all()
        confirmed = [one for one in receipts if one.started_at]
        assert 0 < len(receipts) - len(confirmed) < len(confirmed), "most have confirmed, and some have not"
        (storm,) = db.session.scalars(select(WarningRow))
        assert (storm.ended_at is not None, storm.call_count) == (True, 3)
        kinds = set(db.session.scalars(select(ObjectRow.kind)))
        assert {"component", "toilet", "hazard_point"} < kinds


def test_the_register_has_people_whom_rounds_hand_out_and_visit(county_played):
    with county_played.app.app_context():
        cares = Counter(db.session.scalars(select(ResidentCare.care)))
        assert cares.keys() == {"elderly_alone", "elderly_hard", "child_in_need", "disabled", "hard_off"}
        resting = select(ResidentField).where(ResidentField.field.in_(("phone", "health")))
        rows = db.session.scalars(resting).all()
        assert all(row.consent_by for row in rows)
        assert all(sealed_fields.opened(row).startswith("0357-0") for row in rows if row.field == "phone")
        names = db.session.scalars(select(ResidentField).where(ResidentField.field == "name")).all()
        assert all(sealed_fields.opened(row).endswith("（示例）") for row in names)
        visited = select(func.count()).select_from(RoundStop)
        at_residents = visited.where(RoundStop.resident_id.is_not(None), RoundStop.visited_at.is_not(None))
        assert db.session.scalar(at_residents) > 20
        handed = select(func.count()).where(AuditEntry.tag == Tag.RESIDENT_HANDED_OUT)
        assert db.session.scalar(handed) >= db.session.scalar(at_residents)
        done = (RoundStop.visited_at.is_not(None), RoundStop.resident_id.is_not(None))
        services = set(db.session.scalars(select(RoundRow.service).join(RoundStop).where(*done)))
        assert {"elderly", "care"} <= services


def counted(column):
    """Count rows by a column."""
    return dict(db.session.execute(select(column, func.count()).group_by(column)).all())


def counted_where(column, *conditions):
    """Count some rows by a column."""
    return Counter(dict(db.session.execute(select(column, func.count()).where(*conditions).group_by(column)).all()))


def test_every_state_and_every_act_occurs(county_played):
    assert set(counted(Case.state)) == set(CaseState)
    assert set(counted(CaseStep.action)) == set(CaseAction) - AFTER_TROUBLE


def test_ninety_days_would_be_about_two_and_a_half_thousand_cases(days, county_played):
    least, most = CASES_A_DAY
    cases = sum(counted(Case.state).values())
    assert least * days <= cases - len(script.STORIES) <= most * days  # the stories happen once, in so many days
    assert county_played.played.cases == cases


def test_a_check_up_is_under_way_with_some_of_its_grids_done(county_played):
    (campaign,) = db.session.scalars(select(Campaign)).all()
    states = counted_where(RoundRow.state, RoundRow.origin_id == campaign.campaign_id)
    assert (campaign.kind, campaign.closed_at) == ("check_up", None)
    assert states["done"] >= 3
    assert states["due"] >= 3


def test_no_request_was_refused_for_nobody_tries_what_is_not_offered(county_played):
    assert county_played.played.refused == []
    assert set(county_played.played.answers) <= {200, 201, 404}


def test_nothing_is_owed_and_every_history_is_sound(county_played):
    assert outbox.owed() == 0
    result = CliRunner().invoke(verify, ["--all"])
    assert result.exit_code == 0, result.output


def test_open_cases_stand_in_every_open_state_some_late_some_due_today(county_played):
    waiting = db.session.execute(
        select(Case.state, Case.due_at, Case.case_due_at).where(Case.state.in_(machine.OPEN))
    ).all()
    assert {row.state for row in waiting} == machine.OPEN
    ends = [
        min(end for end in (row.due_at, row.case_due_at) if end) for row in waiting if row.due_at or row.case_due_at
    ]
    assert any(end < END for end in ends)
    today = clock.local(END).date()
    assert any(end >= END and clock.local(end).date() == today for end in ends)


def test_most_limits_are_kept_and_some_are_not(county_played):
    results = Counter(counted(CaseClock.result))
    assert results["in_time"] > 5 * results["late"] > 0


def test_everything_lies_in_the_days_played_and_each_day_is_told(days, county_played):
    first, last = db.session.execute(select(func.min(CaseStep.at), func.max(CaseStep.at))).one()
    assert END - timedelta(days=days) <= first <= last <= END
    told = [clock.local(moment).date() for moment, _ in county_played.told]
    assert told == [clock.local(END).date() - timedelta(days=days - 1 - n) for n in range(days)]
    assert county_played.told[-1][1] <= county_played.played.cases


def test_about_a_fifth_of_closings_was_fixed_by_its_finder(county_played):
    unclosed = machine.ENDS - {CaseState.CLOSED}
    ends = counted_where(Case.ended_how, Case.state.not_in(unclosed))  # what is open will be closed, nearly all of it
    least, most = SELF_FIXED
    assert least <= ends[CaseAction.CLOSE_FIXED] / ends.total() <= most, ends


def test_shifts_follow_each_other_day_and_night_and_each_is_signed_for(days, county_played):
    signed = db.session.scalars(select(Handover).order_by(Handover.left_at)).all()
    assert len(signed) >= 2 * days - 2
    assert {record.shift for record in signed} == {"day", "night"}
    assert all(record.taken_by for record in signed[:-1])
    (centre,) = duty.now([people.COUNTY])
    assert centre.now.people
    assert centre.next.people
    assert {one.username for one in centre.now.people}.isdisjoint(one.username for one in centre.next.people)


def by_night(at):
    """Whether it is dark, and the field has gone home."""
    return not 7 <= at.hour < 20


def test_the_township_of_the_pilot_has_a_roster_of_its_own(county_played):
    (centre,) = duty.now([county.PILOT])
    assert [len(one.people) for one in (centre.now, centre.next)] == [3, 3]


def test_reports_come_at_night_and_at_weekends_and_who_is_on_duty_takes_them_up(county_played, office):
    taken = select(CaseStep.at, PersonRow.username).join(PersonRow, PersonRow.id == CaseStep.actor_id)
    accepted = [
        (clock.local(at), name)
        for at, name in db.session.execute(taken.where(CaseStep.action == CaseAction.ACCEPT))
    ]  # fmt: skip
    reported = [clock.local(at) for at in db.session.scalars(select(Case.reported_at))]
    assert any(by_night(at) for at in reported)
    plan = DutyTeams(duty.shifts(people.COUNTY))
    off = [(at, name) for at, name in accepted if rhythm.last_open(at, office) != at]  # some weekends are made up for
    assert any(by_night(at) for at, _ in off)  # what is urgent
    assert any(at.weekday() >= 5 for at, _ in off)
    assert all(name.endswith(plan.team_at(at)) for at, name in off)


def test_departments_have_an_inner_life_and_call_backs_are_graded(county_played):
    steps = counted(CaseStep.action)
    leads = select(CaseTask.handler_id).where(CaseTask.part == TaskPart.LEAD, CaseTask.signed_at.is_not(None))
    handlers = db.session.scalars(leads).all()
    assert sum(each is not None for each in handlers) > len(handlers) / 2
    for action in (CaseAction.COMMENT, CaseAction.URGE, CaseAction.COPY, CaseAction.SUB_FINISH):
        assert steps[action] > 2
    kept = db.session.scalars(select(CaseStep.data).where(CaseStep.action == CaseAction.CALL_BACK))
    called = [json.loads(each) for each in kept]
    graded = [each for each in called if "satisfaction" in each]
    assert len(graded) > len(called) / 2
    assert all(each["satisfaction"] == "satisfied" or each["why"] for each in graded)


def test_nobody_stays_signed_in_from_the_play(county_played):
    assert db.session.scalar(select(func.count()).where(SessionRow.ended_at.is_(None))) == 0


# --- what the pages cost on all this ---
STATEMENTS_MOST = 40  # of a case in review: it is proved, with its ticket and its supervision orders, too
DESKS = ("acceptor1", "duty1", "dispatcher1", "leader1", "housing1", "worker1")
BOARD = ("/board/", "/board/figures?days=90", "/board/grids?level=grid&days=90", "/board/cases", "/board/audit")


def seat(app, username):
    """The browser of somebody of the demo."""
    client = Client(app, app.response_class)
    person_id = db.session.scalars(select(PersonRow.id).where(PersonRow.username == username)).one()
    client.set_cookie(SESSION, token_for(person_id))
    return client


def visit(client, path):
    """A page, and how many statements it costs when what a process reads once has been read."""
    client.get(path)
    with statements() as sent:
        response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, path
    return len(sent), tight(response.text)


def first(pattern, text):
    """The first address of a kind in a page, if there is one."""
    found = re.search(pattern, text)
    return [html.unescape(found[1])] if found else []


def visited_at_a_desk(client):
    """Every list of somebody, the first case of each, and the first form of that; with what they cost."""
    cost, home = visit(client, "/desk/")
    yield "/desk/", cost
    for path in (*re.findall(r'href="(/desk/queues/[a-z_]+)"', home), "/desk/cases"):
        cost, listed = visit(client, path)
        yield path, cost
        for case in first(r'<th scope="row"><a href="([^"]+)"', listed):
            cost, shown = visit(client, case)
            yield f"a case of {path}", cost
            for form in first(r'hx-get="(/desk/cases/[^"]+/act/[^"]+)"', shown):
                yield f"a form from {path}", visit(client, form)[0]


def visited_at_the_board(client):
    """The figures, the lists and one closing in review."""
    for path in BOARD:
        cost, shown = visit(client, path)
        yield path, cost
        for case in first(r'<th scope="row"><a class="text-nowrap" href="(/board/cases/[^"]+)"', shown):
            yield f"a case from {path}", visit(client, case)[0]
    yield "a case with parts of every kind", visit(client, f"/board/cases/{with_every_part()}")[0]


def with_every_part():
    """A closed case with a ticket and supervision orders: whichever stands first in a list may have fewer parts."""
    parts = select(Case.case_id).join(CaseTicket, CaseTicket.case_id == Case.case_id)
    parts = parts.join(CaseSupervision, CaseSupervision.case_id == Case.case_id)
    return db.session.scalars(parts.where(Case.state == CaseState.CLOSED).order_by(Case.number)).first()


def test_every_page_of_desk_and_board_costs_few_statements_on_a_played_county(county_played):
    walked = [(name, *each) for name in DESKS for each in visited_at_a_desk(seat(county_played.app, name))]
    walked += [("supervisor1", *each) for each in visited_at_the_board(seat(county_played.app, "supervisor1"))]
    assert len(walked) > 60
    dearest = sorted(walked, key=lambda each: each[2])[-5:]
    assert dearest[-1][2] <= STATEMENTS_MOST, dearest


def test_pages_show_the_roster_of_the_pilot_and_by_which_calendar_it_works(county_played):
    client = seat(county_played.app, "admin1")
    shown = client.get(f"/admin/duty/?centre={county.PILOT}&since={clock.local(END):%Y-%m-%d}").text
    rows = rows_of(shown)
    assert [shift for _, shift, _ in rows if shift.startswith("夜间值守")]
    assert [row for row in rows if row[2] == "没有排班"] == []
    told = texts_of(client.get("/admin/calendars/town_centre").text, "p")
    assert [text for text in told if text.startswith("按此日历工作的中心：北平镇")]
    assert [text for text in told if text.startswith("班次：") and "夜间值守 18:00–08:00" in text]
