"""Levels that try in turn: a late one ends late, the next leads with its own time, and the case's clock runs on."""

from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.cases import jobs
from app.cases.models import CaseStep
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.cases.timeline import step_data
from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused
from app.core import outbox
from app.core.db import db
from app.core.transaction import transaction
from app.dispatch import jobs as jobs_of_departments
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import COUNTY
from tests.factories.town import COVER, GARBAGE, HERE, HOUSING, TEAM, WATER
from tests.support.looks import clocks_of
from workflows.case_procedure import CASE_PROCEDURE

LEVELS = (
    ("village", None, 60, "hand_on"),  # tries before it comes to tasks
    ("first", WATER, 60, "hand_on"),
    ("second", "D-NOWHERE", 60, "hand_on"),  # is not there: passed over
    ("third", HOUSING, 120, "hand_on"),
    ("last", TEAM, 90, "tell"),
)


def garbage():
    """The class of garbage with its first condition alone: the other counts in days, and levels count in minutes."""
    content = seed_content(GARBAGE)
    return {**content, "conditions": content["conditions"][:1]}


@pytest.fixture
def chain(town):
    """A class of garbage that three departments of this county try in turn."""
    folder = Path(town.app.config["DATA_DIR"])
    folder.mkdir(exist_ok=True)
    levels = [
        {"who": who, "limit": {"work_minutes": minutes, "source": "example"}, "on_late": on_late}
        | ({"lead": lead} if lead else {})
        for who, lead, minutes, on_late in LEVELS
    ]
    document = {**garbage(), "levels": levels}
    with town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, ("class", GARBAGE, document))], by="test")
    return town


def sweep(town):
    with town.app.app_context():
        count = jobs.sweep_clocks()
        while outbox.drain():
            pass
    return count


def look_again(town):
    """Let the timer of late leads come by."""
    with town.app.app_context():
        count = jobs_of_departments.sweep_late_leads()
        while outbox.drain():
            pass
    return count


def kinds(actor):
    return [one["kind"] for one in actor.get("notices").get_json()["items"]]


def local(text):
    return datetime.strptime(f"2026-11-23 {text} +0800", "%Y-%m-%d %H:%M %z")


def handle(case):
    """The ends of the handle clocks on the county's clock, and how each stands."""
    ends = [(datetime.fromisoformat(one["due_at"]), one["result"]) for one in clocks_of(case, "handle")]
    return [(f"{due.astimezone(local('00:00').tzinfo):%d %H:%M}", result) for due, result in ends]


def test_a_late_level_hands_on_to_the_next_that_is_there_until_the_last(chain, clock):
    town = chain
    case = town.dispatched(lead=WATER)
    of_case = clocks_of(case, "case")[0]["due_at"]
    assert handle(case) == [("23 10:00", None)], "09:00 and the 60 minutes of its level"
    case = town.water.act(case, "sign")
    sweep(town)
    clock.set(local("10:01"))
    sweep(town)
    case = town.dispatcher.read(case)
    assert (case["state"], case["lead"]["code"]) == ("dispatched", HOUSING)
    assert town.steps(case)[-2:] == ["overdue", "hand_on"]
    assert handle(case) == [("23 10:00", "late"), ("23 14:31", None)], "119 minutes until noon, one in the afternoon"
    assert clocks_of(case, "case")[0]["due_at"] == of_case, "the chain's total is the case's own limit"
    assert [task["state"] for task in case["tasks"]] == ["stopped", "sent"]
    assert (kinds(town.housing)[0], kinds(town.water)[0]) == ("to_sign", "handed_on")
    assert town.water.try_act(case, "finish", result="已清理", attachments=[str(uuid4())]).status_code == 404
    sweep(town)
    clock.set(local("14:32"))
    assert sweep(town) == 2, "the time to sign is over as well"
    case = town.dispatcher.read(case)
    assert (case["lead"]["code"], handle(case)[-1]) == (TEAM, ("23 16:02", None)), "handed on though nobody had signed"
    clock.set(local("16:03"))
    sweep(town)
    case = town.dispatcher.read(case)
    assert case["lead"]["code"] == TEAM, "the last level is told, and keeps it"
    case = town.team.act(case, "sign")
    case = town.team.act(case, "finish", result="已清理", attachments=[str(uuid4())])
    assert case["state"] == "handled"
    assert [result for _, result in handle(case)] == ["late", "late", "late"]
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_every_step_that_sends_a_task_is_one_that_starts_its_clocks(chain, clock):
    town = chain
    case = town.water.act(town.dispatched(lead=WATER), "sign")
    case = town.water.act(case, "ask_assist", assist=[TEAM], reason="需要清运车")
    town.dispatcher.act(case, "grant_assist")
    clock.set(local("10:01"))
    sweep(town)
    rules = CASE_PROCEDURE.clocks
    with town.app.app_context():
        steps = db.session.scalars(select(CaseStep).where(CaseStep.case_id == UUID(case["case_id"]))).all()
        begun = [
            (step.action, row["stage"])
            for step in steps
            for row in step_data(step.data)["changed"].get("case_clocks", {}).values()
            if row.get("stage") in ("sign", "handle")
        ]
    assert {action for action, _ in begun} == {"dispatch", "grant_assist", "hand_on"}
    assert all(action in rules[stage].starts for action, stage in begun)


def test_a_lead_above_which_nobody_could_sign_keeps_the_case(chain, clock):
    town = chain
    case = town.dispatched(lead=WATER)
    town.dismiss(town.housing, "department_desk")
    town.dismiss(town.team, "department_desk")
    clock.set(local("10:01"))
    sweep(town)
    assert town.dispatcher.read(case)["lead"]["code"] == WATER, "nobody there could sign"


def test_a_late_lead_hands_on_once_somebody_above_can_sign_and_where_a_correction_brings_levels(chain, clock):
    town = chain
    stuck = town.dispatched(lead=WATER)
    other = town.dispatched(lead=WATER, class_code=COVER)
    deferred = town.water.act(town.dispatched(lead=WATER), "sign")
    deferred = town.water.act(deferred, "ask_deferral", review_on="2026-12-24", reason="冬季不能施工")
    deferred = town.leader.act(deferred, "grant_deferral")
    for desk in (town.housing, town.team):
        town.dismiss(desk, "department_desk")
    clock.set(local("10:01"))
    sweep(town)
    assert look_again(town) == 0, "nobody above could sign"
    town.also(town.housing, "department_desk", "department", HOUSING)
    assert (look_again(town), look_again(town)) == (1, 0), "once each"
    assert town.steps(stuck)[-2:] == ["overdue", "hand_on"]
    assert town.dispatcher.read(stuck)["lead"]["code"] == HOUSING
    assert town.dispatcher.read(deferred)["lead"]["code"] == WATER, "nothing is late while it stands still"
    clock.set(datetime.fromisoformat("2026-12-21T09:00:00+08:00"))
    sweep(town)
    other = town.dispatcher.read(other)
    assert clocks_of(other, "handle")[0]["overdue"]
    town.duty.act(other, "correct", **{"class": GARBAGE, "condition": "1"})
    look_again(town)
    other = town.dispatcher.read(other)
    assert (other["lead"]["code"], town.steps(other).count("hand_on")) == (HOUSING, 1)
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_an_assisting_department_whose_level_comes_leads(chain, clock):
    town = chain
    case = town.dispatched(lead=WATER, assist=[HOUSING])
    clock.set(local("10:01"))
    sweep(town)
    case = town.dispatcher.read(case)
    live = [(task["part"], task["department"]["code"]) for task in case["tasks"] if task["state"] == "sent"]
    assert live == [("lead", HOUSING)]


@pytest.mark.parametrize("order", [("sweep_clocks", "sweep_raises"), ("sweep_raises", "sweep_clocks")])
def test_those_above_a_late_level_hear_of_it_once_whichever_timer_comes_first(chain, clock, order):
    """Its clock ends with the hand-on: the duty officer's two hours and the leaders' days never come for it."""
    town = chain
    late, other = (town.hire("department_leader", "department", code) for code in (WATER, HOUSING))
    above = [late, town.duty, town.leader, town.hire("county_leader", "grid", COUNTY)]

    def heard():
        return [kinds(one).count("raised") for one in (*above, other)]

    case = town.water.act(town.dispatched(lead=WATER), "sign")
    for moment, times in (("09:59", [0, 0, 0, 0, 0]), ("10:01", [1, 1, 1, 1, 0]), ("10:10", [1, 1, 1, 1, 0])):
        clock.set(local(moment))
        with town.app.app_context():
            for timer in order:
                getattr(jobs, timer)()
            while outbox.drain():
                pass
        assert heard() == times, moment
    assert town.dispatcher.read(case)["lead"]["code"] == HOUSING
    with town.app.app_context():
        own = db.session.scalars(select(CaseStep).where(CaseStep.action == "hand_on")).one()
    assert set(step_data(own.data)["roles"]) >= {"duty_officer", "centre_leader", "county_leader"}


def test_nobody_hands_on_by_hand(chain):
    town = chain
    case = town.dispatched(lead=WATER)
    assert town.dispatcher.try_act(case, "hand_on", task=1).status_code in (403, 422)


def test_levels_that_cannot_hand_on_as_they_say_are_refused_by_field(town, tmp_path):
    """The last with a lead hands on to nobody; minutes and days make no sum."""
    minutes, days = ({name: 60, "source": "example"} for name in ("work_minutes", "work_days"))
    first = {"who": "a", "lead": HOUSING, "on_late": "hand_on", "limit": minutes}
    for levels, field in (
        ([first], "levels[0].on_late"),
        ([first, {"who": "b", "on_late": "tell", "limit": minutes}], "levels[0].on_late"),
        ([first, {**first, "who": "b", "on_late": "tell", "limit": days}], "levels[1].limit"),
    ):
        document = {**garbage(), "levels": levels}
        with town.app.app_context(), pytest.raises(DocumentRefused) as refusal, transaction():
            catalogue.import_files([documents_file(tmp_path, ("class", GARBAGE, document))], by="test")
        assert [path for path in refusal.value.fields if path.endswith(field)] == list(refusal.value.fields)
        assert ".yaml" in next(iter(refusal.value.fields))


def test_a_condition_that_counts_in_another_kind_than_the_levels_is_refused_by_field(chain, tmp_path):
    """Its limit would stand for the whole case, and the levels last longer; once it is refused, nothing is silent."""
    document = {**garbage(), "levels": [
        {"who": who, "lead": lead, "limit": {"work_minutes": 60, "source": "example"}, "on_late": late}
        for who, lead, late in (("a", WATER, "hand_on"), ("b", HOUSING, "tell"))
    ]}  # fmt: skip
    other = seed_content(GARBAGE)["conditions"][1]
    first = document["conditions"][0]
    days = {**first, "limits": {**first["limits"], "C": {"work_days": 1, "source": "example"}}}
    for conditions, fields in (
        ([first, other], {f"conditions[1].limits.{area}" for area in "ABC"}),
        ([days], {"conditions[0].limits.C"}),
    ):
        file = documents_file(tmp_path, ("class", GARBAGE, {**document, "conditions": conditions}))
        with chain.app.app_context(), pytest.raises(DocumentRefused) as refusal, transaction():
            catalogue.import_files([file], by="test")
        assert {path.partition("].")[2] for path in refusal.value.fields} == fields


def _checked(town, case, action, **data):
    return town.worker.act(case, action, lon=HERE[0], lat=HERE[1], attachments=[town.photo()], **data)


def _finished_late(town, clock):
    """A case whose first level was late while nobody above could sign; now somebody can."""
    case = town.water.act(town.dispatched(lead=WATER), "sign")
    town.dismiss(town.housing, "department_desk")
    town.dismiss(town.team, "department_desk")
    clock.set(local("10:01"))
    sweep(town)
    case = town.water.act(town.water.read(case), "finish", result="已清理", attachments=[town.photo()])
    town.also(town.housing, "department_desk", "department", HOUSING)
    return case


def _by_check(town, case):
    return _checked(town, case, "fail_check", tasks=[1], note="没有做好")


def _by_closing(town, case):
    case = _checked(town, case, "pass_check")
    return town.duty.act(case, "refuse_close", reason="请返工", rework=True)


@pytest.mark.parametrize("back", [_by_check, _by_closing])
def test_a_lead_sent_back_with_no_time_left_hands_on_at_once(chain, clock, back):
    town = chain
    case = back(town, _finished_late(town, clock))
    assert town.steps(case)[-2:] == ["fail_check" if back is _by_check else "refuse_close", "hand_on"]
    case = town.dispatcher.read(case)
    assert (case["state"], case["lead"]["code"]) == ("dispatched", HOUSING)
    assert [task["state"] for task in case["tasks"] if task["part"] == "lead"] == ["stopped", "sent"]


@pytest.mark.parametrize("back", [_by_check, _by_closing])
def test_a_lead_sent_back_in_time_does_it_again_and_hands_on_when_that_time_is_over(chain, clock, back):
    town = chain
    case = town.water.act(town.dispatched(lead=WATER), "sign")
    case = back(town, town.water.act(case, "finish", result="已清理", attachments=[town.photo()]))
    assert "hand_on" not in town.steps(case)
    clock.set(local("09:59"))
    sweep(town)
    assert town.dispatcher.read(case)["lead"]["code"] == WATER
    clock.set(local("10:01"))
    sweep(town)
    case = town.dispatcher.read(case)
    assert (case["lead"]["code"], town.steps(case).count("hand_on")) == (HOUSING, 1)


def test_a_lead_to_whom_it_is_dispatched_again_with_no_time_left_hands_on_at_once(chain, clock):
    town = chain
    case = town.water.act(town.dispatched(lead=WATER), "sign")
    town.dismiss(town.housing, "department_desk")
    town.dismiss(town.team, "department_desk")
    clock.set(local("10:01"))
    sweep(town)
    case = town.dispatcher.act(town.dispatcher.read(case), "recall", reason_code="silent", reason="一直未处置")
    town.also(town.housing, "department_desk", "department", HOUSING)
    case = town.dispatcher.act(case, "dispatch", lead=WATER)
    assert town.steps(case)[-2:] == ["dispatch", "hand_on"]
    assert town.dispatcher.read(case)["lead"]["code"] == HOUSING


def test_an_urgent_chain_runs_day_and_night_through_all_its_levels(chain, clock):
    """Its levels have 60, 60 (not there), 120 and 90 minutes, less together than the 480 of the class; 480 besides."""
    town = chain
    case = town.duty.act(town.dispatched(lead=WATER), "urgent")
    handling, whole = clocks_of(case, "handle")[0], clocks_of(case, "case")[0]
    assert (handling["limit"], handling["limit_kind"]) == (60, "urgent_minutes")
    assert (whole["limit"], whole["limit_kind"]) == (480 + 480, "urgent_minutes")
    clock.set(local("10:01"))
    sweep(town)
    assert handle(town.dispatcher.read(case)) == [("23 10:00", "late"), ("23 12:01", None)]
