"""Referring a case to law enforcement (移送执法); the linked file is played by the test."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.cases import service as cases
from app.cases.models import CaseLink
from app.core import clock as now
from app.core.db import db
from app.core.errors import Conflict
from app.core.jobs import Heartbeat
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from app.dispatch import referral
from tests.factories.town import LEAFLET, TEAM, WATER
from tests.support.looks import clocks_of, guarded, refused, running
from workflows.words import Words


class Files:
    """The enforcement room as the referral sees it; a file is a row that its own transaction writes."""

    def __init__(self):
        self.in_force, self.refuses, self.asked_of = True, False, []

    def power_in_force(self, turn):
        """Tell what the test has set."""
        self.asked_of.append(turn.lead_task().department)
        return self.in_force

    def open_file(self, turn):
        """Write the file's row; fail afterwards if the test says so."""
        file_id = uuid4()
        db.session.add(Heartbeat(name=f"file {file_id}"[:40], at=now.now()))
        db.session.flush()  # so that there is something to undo
        if self.refuses:
            raise Conflict(Words("执法案件无法立案。", "The file cannot be opened."))
        return file_id


@pytest.fixture
def files(app):
    """A room that opens enforcement files, until the test ends."""
    room = Files()
    referral.enforce_with(referral.Enforcement(room.power_in_force, room.open_file))
    yield room
    referral.enforce_with(None)


@pytest.fixture
def rows(app):
    """Count the files written, and list the links of a case to files still open."""

    def look(case):
        links = select(CaseLink.other).where(CaseLink.case_id == UUID(case["case_id"]), CaseLink.ended_at.is_(None))
        with app.app_context():
            files = db.session.scalars(select(Heartbeat.name).where(Heartbeat.name.startswith("file "))).all()
            return len(files), len(db.session.scalars(links).all())

    return look


@pytest.fixture
def end_file(app):
    """Let the linked file answer, as its own room will: with the order met or not."""

    def end(case, *, met):
        with app.app_context(), transaction():
            cases.act(UUID(case["case_id"]), "enforcement_ended", SYSTEM, {"met": met}, uuid4())

    return end


def with_the_team(town, **given):
    """A case that the enforcement team leads and has signed for."""
    return town.team.act(town.dispatched(lead=TEAM, **given), "sign")


def test_a_case_is_referred_and_its_file_opened_in_one_transaction(town, files, rows):
    case = town.team.act(with_the_team(town), "refer", reason="拒不整改")
    assert (case["state"], files.asked_of) == ("enforcing", [TEAM])
    assert rows(case) == (1, 1)


def test_a_file_that_cannot_be_opened_leaves_nothing_behind(town, files, rows):
    case = with_the_team(town)
    files.refuses = True
    refused(town.team.try_act(case, "refer"), 409, "conflict")
    assert rows(case) == (0, 0)
    assert town.supervisor.read(case)["seq"] == case["seq"]


def test_a_department_without_the_power_does_not_refer(town, files, rows):
    case = with_the_team(town)
    files.in_force = False
    guarded(town.team.try_act(case, "refer"), "power_in_force")
    assert rows(case) == (0, 0)


def test_without_an_enforcement_room_nothing_is_referred(town):
    refused(town.team.try_act(with_the_team(town), "refer"), 409, "no_enforcement")


def test_only_the_lead_refers_and_assisting_tasks_are_done_first(town, files):
    case = with_the_team(town, assist=[WATER])
    town.water.act(case, "sign")
    guarded(town.team.try_act(case, "refer"), "assisting_done")
    guarded(town.water.try_act(case, "refer"), "lead_task")
    refused(town.dispatcher.try_act(case, "refer"), 403, "act_forbidden")
    town.water.act(case, "finish", result="已关阀", attachments=[str(uuid4())])
    assert town.team.act(case, "refer")["state"] == "enforcing"


def test_clocks_stand_still_while_the_law_takes_its_course(town, files, clock, sweep, end_file):
    case = with_the_team(town)
    limit = datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"])
    case = town.team.act(case, "refer")
    assert running(case) == {"handle", "case"}
    assert all(clocks_of(case, stage)[0]["paused_at"] for stage in ("handle", "case"))
    clock.tick(days=28)
    assert sweep() == (0, 0)
    end_file(case, met=False)
    case = town.supervisor.read(case)
    assert (case["state"], clocks_of(case, "handle")[0]["paused_at"]) == ("handling", None)
    assert datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"]) == limit + timedelta(days=28)
    assert town.team.act(case, "finish", result="已自行处置", attachments=[str(uuid4())])["state"] == "handled"


@pytest.mark.parametrize(("after", "result"), [(timedelta(), "in_time"), (timedelta(hours=2), "late")])
def test_a_limit_that_had_passed_before_the_pause_is_late_though_no_sweep_saw_it(
    town, files, clock, sweep, end_file, after, result
):
    case = with_the_team(town)
    clock.set(datetime.fromisoformat(clocks_of(case, "handle")[0]["due_at"]) + after)
    case = town.team.act(case, "refer")
    clock.tick(days=1)
    assert sweep() == (0, 0)
    end_file(case, met=True)
    assert clocks_of(town.supervisor.read(case), "handle")[0]["result"] == result


def test_with_the_order_met_the_case_goes_to_its_check(town, files, end_file):
    case = town.team.act(with_the_team(town), "refer")
    end_file(case, met=True)
    case = town.supervisor.read(case)
    assert (case["state"], case["tasks"][0]["state"]) == ("handled", "done")
    assert clocks_of(case, "handle")[0]["result"] == "in_time"
    assert running(case) == {"check", "case"}
    assert "pass_check" in town.worker.actions(case)


def test_a_class_without_a_check_goes_to_its_closing(town, files, end_file):
    case = town.team.act(with_the_team(town, class_code=LEAFLET), "refer")
    end_file(case, met=True)
    assert town.supervisor.read(case)["state"] == "checked"


def test_people_do_not_end_an_enforcement(town, files):
    case = town.team.act(with_the_team(town), "refer")
    for person in (town.team, town.leader, town.duty):
        refused(person.try_act(case, "enforcement_ended", met=True), 403, "act_forbidden")
        assert "enforcement_ended" not in person.actions(case)


def test_a_case_is_not_forced_shut_while_its_file_is_open(town, files):
    case = town.team.act(with_the_team(town), "refer")
    paper = {"reason": "领导决定", "attachments": [str(uuid4())]}
    guarded(town.leader.try_act(case, "force_close", **paper), "enforcement_ended")
    assert "force_close" not in town.leader.actions(case)
