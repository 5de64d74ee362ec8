"""A workflow that is not the case's goes through the same door.

Its words mean something else on purpose (`tests/factories/permit.py`): whatever in the engine thought of a case's
states, stages, ends or parts would take a wrong turn here.
"""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from app.cases import jobs, protocol, recounts
from app.cases.models import Case, CaseClock, CaseStep, CaseTask
from app.cases.proof import verify, work_checks
from app.cases.whole import lock_case, read_whole
from app.catalogue import service as catalogue
from app.core import clock as now
from app.core import outbox
from app.core.db import db
from app.core.outbox import OutboxRow
from app.core.transaction import transaction
from app.deadlines import service as calendars
from app.deadlines.limits import Limit
from app.identity import queries as identity
from app.notices.models import Notice
from tests.factories import permit
from tests.factories.permit import LONGEST_PART, LONGEST_STATE, NAME, Part, S, Stage
from tests.factories.town import HOUSING
from workflows.case_terms import LimitKind


def running(case):
    """The clocks that run, by stage: when each ends, or None where it stands still."""
    return {one["stage"]: one["paused_at"] or one["due_at"] for one in case["clocks"] if one["stopped_at"] is None}


def results(case):
    return [(one["stage"], one["result"]) for one in case["clocks"] if one["stopped_at"]]


def faults(case_id=None):
    return [str(fault) for fault in verify.faults(verify.VerifyScope(case_id), verify.Tally())]


def kinds(town, actor):
    with town.app.app_context():
        while outbox.drain():
            pass
        mine = select(Notice.kind).where(Notice.person_id == actor.id).order_by(Notice.id)
        return list(db.session.scalars(mine))


def test_its_states_start_pause_and_stop_its_own_clocks_and_every_step_is_proved(office, act, clock):
    case = office.clerk.get(f"cases/{office.case}").get_json()
    assert (case["state"], list(running(case)), case["case_due_at"]) == (S.CHECKED, [Stage.CLOSE], None)
    case = act(office.clerk, "file", bureau=HOUSING)
    assert (case["state"], sorted(running(case))) == (LONGEST_STATE, [Stage.CASE, Stage.HANDLE])
    assert case["due_at"] < case["case_due_at"]
    clock.tick(minutes=5)
    case = act(office.bureau, "finish", task=1)
    assert (case["state"], sorted(running(case))) == (S.HANDLED, [Stage.CASE, permit.LONGEST_STAGE])
    assert [one["part"] for one in case["tasks"]] == [Part.CHECK, LONGEST_PART]
    assert kinds(office.town, office.surveyor) == ["to_survey"]
    act(office.clerk, "measure", status=403)
    case = act(office.surveyor, "measure")
    assert (case["state"], case["closed_at"], case["due_at"]) == (S.CLOSED, None, None)  # open, and it stands still
    paused, ends = running(case)[Stage.CASE], case["case_due_at"]
    assert paused < ends
    assert office.inside(faults) == []
    clock.tick(hours=30)
    assert office.inside(jobs.sweep_clocks) == 0
    case = act(office.clerk, "resume")
    assert case["case_due_at"] > ends
    case = act(office.clerk, "report")
    assert (case["state"], case["due_at"], case["case_due_at"], running(case)) == (S.REPORTED, None, None, {})
    assert results(case) == [
        ("close", "in_time"), ("handle", "in_time"), ("case", "in_time"), (permit.LONGEST_STAGE, "in_time"),
        ("close", "in_time"),
    ]  # fmt: skip
    assert office.inside(faults) == []


def test_its_limits_are_counted_anew_when_the_calendars_change(office, monkeypatch, app_context):
    recounts.sweep()
    in_days = replace(protocol._tables[NAME], limit=lambda *_: Limit(3000, LimitKind.WORK_MINUTES))  # over a week
    monkeypatch.setitem(protocol._tables, NAME, in_days)
    case_id = permit.apply(identity.person(office.clerk.id))
    (before,) = running(office.clerk.get(f"cases/{case_id}").get_json()).values()
    days = [now.local(now.now()).date() + timedelta(days=number) for number in (1, 4)]
    closed = calendars.add_override("office", *days, working=False, reason="暴雪停工", source="应急办〔2026〕8号")
    assert any("1 个在计时的时限（1 件案件）" in str(text) for text in catalogue.with_foreseen(closed).remarks)
    with transaction():
        catalogue.carry_out(closed, by="test")
    assert (recounts.sweep(), recounts.sweep()) == (1, 0)
    (after,) = running(office.clerk.get(f"cases/{case_id}").get_json()).values()
    assert after > before
    steps = select(CaseStep.action).where(CaseStep.case_id == case_id).order_by(CaseStep.seq)
    assert list(db.session.scalars(steps)) == ["apply", "recount"]
    assert faults() == []


def test_an_end_of_its_own_stops_everything_without_judging(office, act, app_context):
    act(office.clerk, "file", bureau=HOUSING)
    case = act(office.clerk, "refuse")
    assert (case["state"], running(case)) == (S.HANDLING, {})
    assert results(case) == [("close", "in_time"), ("handle", "none"), ("case", "none")]
    assert [one["state"] for one in case["tasks"]] == ["stopped"]
    assert faults() == []


def test_timers_step_it_and_what_cannot_be_stepped_holds_up_nobody(office, act, clock, app_context, monkeypatch, capfd):
    monkeypatch.setattr(jobs, "BATCH", 2)
    mine = identity.person(office.clerk.id)
    strangers = [permit.apply(mine) for _ in range(3)]
    broken = [permit.apply(mine) for _ in range(3)]
    beside = [permit.apply(mine) for _ in range(2)]
    with transaction() as session:
        session.execute(update(Case).where(Case.case_id.in_(strangers)).values(workflow="unheard_of"))
        session.execute(update(CaseClock).where(CaseClock.case_id.in_(broken)).values(stage="unheard_of"))
    clock.tick(minutes=61)
    assert [jobs.sweep_clocks() for _ in range(3)] == [2, 1, 0]
    for one in (office.case, *beside):
        case = office.clerk.get(f"cases/{one}").get_json()
        assert [clock["overdue"] for clock in case["clocks"]] == [True]
    for one in (*strangers, *broken):
        steps = select(CaseStep.action).where(CaseStep.case_id == one)
        assert list(db.session.scalars(steps)) == ["apply"]
    failed = [line for line in capfd.readouterr().err.splitlines() if "timer.failed" in line]
    assert {str(one) for one in broken} == {json.loads(line)["case_id"] for line in failed}  # and of strangers nothing


def test_what_follows_the_steps_of_a_case_does_not_follow_its(office, act, app_context):
    act(office.clerk, "file", bureau=HOUSING)
    act(office.bureau, "finish", task=1)
    act(office.surveyor, "measure")
    act(office.clerk, "resume")
    act(office.clerk, "void")
    topics = select(OutboxRow.topic).where(OutboxRow.key.startswith(office.case))
    assert set(db.session.scalars(topics)) == {"case.stepped"}


def test_an_ask_is_denied_with_the_end_of_its_own_clock(office, act, clock, app_context):
    act(office.clerk, "file", bureau=HOUSING)
    case = act(office.bureau, "ask_return", task=1)
    assert case["tasks"][0]["ask"] == "return"
    clock.tick(minutes=89)
    assert jobs.sweep_asks() == 0
    clock.tick(minutes=2)
    assert jobs.sweep_asks() == 1
    assert office.bureau.get(f"cases/{office.case}").get_json()["tasks"][0]["ask"] is None
    assert kinds(office.town, office.bureau) == ["to_answer", "ask_denied"]
    assert faults() == []


def test_what_ended_by_a_clock_that_was_ahead_is_set_back(office, clock, app_context):
    clock.tick(days=2)
    assert jobs.sweep_clocks() == 1
    clock.tick(days=-2)
    assert jobs.sweep_set_back() == 1
    assert office.clerk.get(f"cases/{office.case}").get_json()["clocks"][0]["overdue"] is False
    assert faults() == []


def test_its_own_table_says_who_is_told(office, act, clock, app_context):
    act(office.clerk, "file", bureau=HOUSING)
    clock.tick(minutes=91)
    jobs.sweep_clocks()
    assert kinds(office.town, office.bureau) == ["to_answer", "late"]
    act(office.bureau, "ask_return", task=1)
    act(office.bureau, "finish", task=1)
    assert kinds(office.town, office.surveyor) == ["to_survey"]
    act(office.surveyor, "measure")
    act(office.clerk, "report")
    assert kinds(office.town, office.clerk) == ["to_decide"]  # and not of what one has done oneself
    strangers = select(Notice.kind).where(
        Notice.person_id.not_in([one.id for one in (office.clerk, office.bureau, office.surveyor)])
    )
    assert list(db.session.scalars(strangers)) == []


def test_its_forms_offer_its_tasks_under_its_own_names(office, act):
    for _ in range(2):
        act(office.clerk, "file", bureau=HOUSING)
    actions = {one["action"]: one for one in office.bureau.get(f"cases/{office.case}").get_json()["actions"]}
    choices = actions["finish"]["fields"][0]["choices"]
    assert [(one["value"], one["label"]) for one in choices] == [
        ("1", "县住房和城乡建设局（回复意见）"), ("2", "县住房和城乡建设局（回复意见）"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        update(CaseTask).values(part=LONGEST_PART),
        update(CaseTask).values(department=None),
        update(CaseClock).where(CaseClock.stage == Stage.HANDLE).values(stage="sign"),
        update(CaseClock).where(CaseClock.stage == Stage.CASE).values(paused_at=now.now()),
        update(CaseStep).where(CaseStep.seq == 2).values(state_to=S.CLOSED),
    ],
    ids=("part", "department", "stage", "pause", "state"),
)
def test_verify_finds_what_was_changed_by_hand(office, act, app_context, change):
    act(office.clerk, "file", bureau=HOUSING)
    assert faults() == []
    with transaction() as session:
        session.execute(change.where(change.table.c.case_id == UUID(office.case)))
    assert faults()


def test_verify_asks_its_procedure_how_tasks_and_clocks_stand(office, act, app_context):
    act(office.clerk, "file", bureau=HOUSING)
    whole = read_whole(lock_case(UUID(office.case)))
    steps = db.session.scalars(select(CaseStep).where(CaseStep.case_id == UUID(office.case))).all()
    task, limit = whole.tasks[0], whole.clocks[-1]

    def broken():
        return [
            *work_checks.task_faults(permit.PERMIT, whole),
            *work_checks.clock_faults(permit.PERMIT, whole, steps),
        ]

    for row, name, wrong in (
        (task, "part", LONGEST_PART),
        (limit, "stage", "sign"),
        (limit, "paused_at", limit.started_at),
        (whole.case, "state", S.CLOSED),
        (whole.case, "state", S.REPORTED),
    ):
        right = getattr(row, name)
        assert [
            *work_checks.task_faults(permit.PERMIT, whole),
            *work_checks.clock_faults(permit.PERMIT, whole, steps),
        ] == []
        set_committed_value(row, name, wrong)
        assert [
            *work_checks.task_faults(permit.PERMIT, whole),
            *work_checks.clock_faults(permit.PERMIT, whole, steps),
        ], name
        set_committed_value(row, name, right)


def test_a_workflow_that_the_engine_could_not_run_is_refused_when_it_is_entered(office):
    table = protocol.table_of(NAME)
    for first, second in combinations(("warn", "baseline", "expire_ask"), 2):
        moves = tuple(move for move in permit.MOVES if move.action not in (first, second))
        with pytest.raises(ValueError, match=f"{first} from"):
            replace(permit.PERMIT, workflow=replace(permit.WORKFLOW, moves=moves))
    with pytest.raises(ValueError, match="no rule for file"):
        protocol.enter(replace(table, rules={"apply": table.rules["apply"]}))
    odd = tuple(replace(move, relation="whoever") for move in permit.MOVES)
    with pytest.raises(ValueError, match="no relation whoever"):
        protocol.enter(replace(table, procedure=replace(permit.PERMIT, workflow=replace(permit.WORKFLOW, moves=odd))))


def test_the_database_holds_of_cases_alone_what_their_states_need(office, town, app_context):
    case = UUID(town.worker.report().get_json()["case_id"])
    for state in ("closed", "merged", "handling"):
        for case_id, refused in ((case, True), (UUID(office.case), False)):
            with pytest.raises(IntegrityError) if refused else nullcontext(), transaction() as session:
                session.execute(update(Case).where(Case.case_id == case_id).values(state=state))
