"""What stays late rises, step by step: by data, once each, to those who stand above whoever is answerable.

The clock of the house stands on Monday 23 November 2026, 09:00; offices work 08:00–12:00 and 14:30–18:00. Handling has
480 minutes: 180 until noon, 210 in the afternoon, 90 on Tuesday, so it ends on Tuesday at 09:30 and is warned of after
384, on Monday at 17:54. The case has 1,440 and ends on Thursday at 10:30. The ladder of handling as it is shipped:
the desk at 90 % (432 minutes: 42 on Tuesday, 08:42), its leader at the end (09:30), the duty officer 120 minutes later
(11:30), the centre's leader a work day later (Wednesday 09:30), the county's three (Friday 09:30). That of the case:
the centre's leader at its end (Thursday 10:30), the county's a work day later (Friday 10:30).
"""

from datetime import datetime
from uuid import UUID

import pytest
from marshmallow import ValidationError
from sqlalchemy import select, update

from app.cases import jobs, recounts
from app.cases.clocks import escalations
from app.cases.models import CaseClock, CaseStep
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.cases.timeline import step_data
from app.core import outbox
from app.core.db import db
from app.core.transaction import transaction
from tests.board.boards import put_in_force
from tests.desk.browser import Desk
from tests.factories.catalogue import seed_content
from tests.factories.grids import COUNTY
from tests.factories.town import HOUSING, WATER
from tests.support.elements import texts_of

HEARD = ("desk", "chief", "duty", "leader", "county")
TIMELINE = (  # day and time of November 2026, and how often each has heard of it by then
    ("24 08:41", (0, 0, 0, 0, 0)),
    ("24 08:42", (1, 0, 0, 0, 0)),
    ("24 09:29", (1, 0, 0, 0, 0)),
    ("24 09:30", (1, 1, 0, 0, 0)),
    ("24 11:29", (1, 1, 0, 0, 0)),
    ("24 11:30", (1, 1, 1, 0, 0)),
    ("25 09:29", (1, 1, 1, 0, 0)),
    ("25 09:30", (1, 1, 1, 1, 0)),
    ("26 10:30", (1, 1, 1, 1, 0)),  # of the end of the whole case the leader is told anyway: it is theirs
    ("27 09:29", (1, 1, 1, 1, 0)),
    ("27 09:30", (1, 1, 1, 1, 1)),
    ("27 10:30", (1, 1, 1, 1, 2)),
    ("30 18:00", (1, 1, 1, 1, 2)),
)


@pytest.fixture
def above(town):
    """Those who hear, by name; one of another department does not."""
    chief = town.hire("department_leader", "department", HOUSING)
    town.other = town.hire("department_leader", "department", WATER)
    county = town.hire("county_leader", "grid", COUNTY)
    return dict(zip(HEARD, (town.housing, chief, town.duty, town.leader, county), strict=True))


def local(text):
    """A moment on the county's wall clock."""
    return datetime.strptime(f"2026-11-{text} +0800", "%Y-%m-%d %H:%M %z")


def rise(town):
    """Sweep as time does: warnings and ends, then what rises; return how many clocks rose."""
    with town.app.app_context():
        jobs.sweep_clocks()
        count = jobs.sweep_raises()
        assert jobs.sweep_raises() == 0, "once each"
        while outbox.drain():
            pass
    return count


def heard(actor):
    """How often somebody heard that something stays late."""
    return [one["kind"] for one in actor.get("notices", limit=200).get_json()["items"]].count("raised")


def test_a_late_case_rises_from_the_desk_to_the_county_once_each(app, town, clock, above):
    case = town.handling()
    seen = case["seq"]
    for moment, counts in TIMELINE:
        clock.set(local(moment))
        rise(town)
        assert tuple(heard(above[name]) for name in HEARD) == counts, moment
    assert heard(town.other) == heard(town.worker) == 0
    [notice] = [one for one in above["chief"].get("notices").get_json()["items"] if one["kind"] == "raised"]
    assert "处置时限为11-24 09:30，尚未办理，请督促" in notice["text"]
    photos = [town.photo()]
    done = town.housing.try_act(case, "finish", seen=seen, result="已清理", attachments=photos)
    assert done.status_code == 201, "nobody's view is stale"
    (way,) = texts_of(Desk(app, town.duty).get(f"/desk/cases/{case['case_id']}").text, "ol", class_="way")
    assert "部门经办台" in way
    assert "分管县领导" in way
    with app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []
        steps = db.session.scalars(select(CaseStep).where(CaseStep.action == "raise_late").order_by(CaseStep.seq)).all()
        told = [step_data(step.data)["roles"] for step in steps]
    assert told[:3] == [["department_desk"], ["department_leader"], ["duty_officer"]]


@pytest.mark.parametrize(("name", "role"), [
    ("desk", "department_desk"), ("chief", "department_leader"), ("duty", "duty_officer"), ("leader", "centre_leader"),
])  # fmt: skip
def test_a_rung_that_nobody_holds_holds_up_none_above_it(town, clock, above, name, role):
    town.handling()
    town.dismiss(above[name], role)
    rest = [each for each in HEARD if each != name]
    for moment, counts in TIMELINE:
        clock.set(local(moment))
        rise(town)
        expected = tuple(count for each, count in zip(HEARD, counts, strict=True) if each != name)
        assert tuple(heard(above[each]) for each in rest) == expected, moment


def test_whoever_was_away_hears_of_all_that_is_due_in_one_step(town, clock, above):
    town.handling()
    clock.set(local("25 12:00"))
    assert rise(town) == 1
    assert tuple(heard(above[name]) for name in HEARD) == (1, 1, 1, 1, 0)


def test_what_stops_or_is_given_more_time_rises_no_further(town, clock, above):
    case = town.handling()
    clock.set(local("24 08:50"))
    rise(town)
    due = local("25 12:00").isoformat()
    case = town.housing.act(case, "ask_extension", due_at=due, reason="等待材料")
    case = town.leader.act(case, "grant_extension", reason="情况属实")
    clock.set(local("24 18:00"))
    rise(town)
    assert (heard(above["desk"]), heard(above["chief"])) == (1, 0), "the old end counts no more"
    clock.set(local("25 12:00"))
    rise(town)
    assert (heard(above["desk"]), heard(above["chief"]), heard(above["duty"])) == (2, 1, 0), "of the new end anew"
    town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    clock.set(local("25 17:00"))
    rise(town)
    assert heard(above["duty"]) == 0, "it is done"


def test_urgent_cases_rise_in_minutes_day_and_night(town, clock, above):
    case = town.handling()
    town.acceptor.act(case, "urgent")
    due = datetime.fromisoformat(town.duty.read(case)["due_at"])
    clock.set(due)
    rise(town)
    assert (heard(above["chief"]), heard(above["duty"])) == (1, 0)
    clock.tick(minutes=15)
    rise(town)
    assert (heard(above["duty"]), heard(above["leader"])) == (1, 0)


def test_limits_from_before_there_were_ladders_rise_too(app, town, clock, above):
    case = town.handling()
    clock.set(local("24 12:00"))
    with town.app.app_context():
        jobs.sweep_clocks()
        with transaction() as session:
            session.execute(update(CaseClock).values(raise_at=None, raised=0))
    assert rise(town) == 1
    assert tuple(heard(above[name]) for name in HEARD) == (1, 1, 1, 0, 0)
    with app.app_context():
        running = select(CaseClock).where(CaseClock.case_id == UUID(case["case_id"]), CaseClock.stopped_at.is_(None))
        planned = {each.stage: each.raise_at for each in db.session.scalars(running)}
    assert (planned["handle"], planned["case"]) == (local("25 09:30"), local("26 10:30"))


def test_the_countys_own_ladder_holds(town, clock, tmp_path, above):
    (tmp_path / "data").mkdir(exist_ok=True)
    figure = {"work_minutes": 30, "source": "example"}
    ladder = {"stage": "handle", "steps": [{"who": "county_leader", "after": figure}]}
    put_in_force(town, {"escalations": [ladder]}, "escalations")
    town.handling()
    clock.set(local("24 10:00"))
    rise(town)
    assert tuple(heard(above[name]) for name in HEARD) == (0, 0, 0, 0, 1)
    clock.set(local("30 18:00"))
    assert rise(town) == 0, "nothing is said of other stages"


def steps_of(town, case, action):
    """How often a step was taken."""
    return town.steps(case).count(action)


def test_a_rung_that_has_moved_away_says_nothing_until_it_comes(town, clock, above):
    """Wednesday is closed on Tuesday after the end: a work day later is Thursday 09:30, and handling's end stays."""
    case = town.handling()
    clock.set(local("24 12:00"))
    rise(town)
    close_day(town, "2026-11-25")
    clock.set(local("25 09:30"))
    assert rise(town) == 0
    assert (heard(above["leader"]), steps_of(town, case, "raise_late")) == (0, 1)
    clock.set(local("26 09:29"))
    assert rise(town) == 0
    clock.set(local("26 09:30"))
    assert rise(town) == 1
    assert (heard(above["leader"]), steps_of(town, case, "raise_late")) == (1, 2)
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_a_rung_that_comes_sooner_is_not_waited_for(town, clock, above):
    """Without Friday the county hears three work days later on Monday the 30th; with Saturday worked, on Saturday."""
    town.handling()
    clock.set(local("24 12:00"))
    close_day(town, "2026-11-27")
    clock.set(local("26 12:00"))
    rise(town)
    before = heard(above["county"])
    close_day(town, "2026-11-28", working="true")
    clock.set(local("28 09:30"))
    rise(town)
    assert heard(above["county"]) == before + 1


def close_day(town, day, working="false"):
    """Make a day one on which nobody works, or all do, and let the job count anew."""
    administrator = town.hire("administrator", "grid", COUNTY)
    words = {"day": day, "working": working, "reason": "暴雪", "source": "文号", "confirm": "true"}
    response = Desk(town.app, administrator).post("/admin/calendars/office/overrides", words)
    assert response.status_code == 303, response.text
    with town.app.app_context():
        recounts.sweep()


def test_a_ladder_that_has_become_longer_says_nothing_before_its_time(town, clock, tmp_path, above):
    case = town.handling()
    (tmp_path / "data").mkdir(exist_ok=True)
    figure = {"work_days": 1, "source": "example"}
    ladder = {"stage": "handle", "steps": [{"who": "county_leader", "after": figure}]}
    put_in_force(town, {"escalations": [ladder]}, "escalations")
    clock.set(local("23 18:00"))
    rise(town)  # its warning
    clock.set(local("24 08:42"))  # for when the shipped ladder had planned it
    rise(town)
    assert steps_of(town, case, "raise_late") == 0
    assert steps_of(town, case, "recount") == 1
    clock.set(local("25 09:30"))
    assert rise(town) == 1
    assert heard(above["county"]) == 1


def test_a_ladder_that_brings_steps_forward_reaches_the_limits_that_run(town, clock, above, tmp_path):
    case = town.handling()
    (tmp_path / "data").mkdir(exist_ok=True)
    with town.app.app_context():
        assert recounts.sweep() == 0  # by what the limits are counted is known from here on
    step = {"who": "county_leader", "share": {"value": 50, "source": "example"}}  # 240 minutes: 180 and 60
    put_in_force(town, {"escalations": [{"stage": "handle", "steps": [step]}]}, "escalations")
    with town.app.app_context():
        recounts.sweep()
    assert steps_of(town, case, "recount") == 1
    clock.set(local("23 15:29"))
    assert rise(town) == 0
    clock.set(local("23 15:30"))
    assert rise(town) == 1
    assert heard(above["county"]) == 1


def test_limits_of_older_versions_are_planned_before_their_end(town, clock, above):
    case = town.handling(assist=[WATER])
    town.water.act(case, "sign")
    with town.app.app_context(), transaction() as session:
        session.execute(update(CaseClock).values(raise_at=None, raised=0))
    assert rise(town) == 1, "one quiet step for the whole case"
    assert steps_of(town, case, "raise_late") == 0
    clock.set(local("24 08:42"))
    rise(town)
    assert heard(above["desk"]) == 1


def ladder_with(**changes):
    document = seed_content("escalations", "escalations")
    document["escalations"] = [{"stage": "sign", "steps": [{"who": "a", **changes}]}]
    return document


SHARE, AFTER = {"value": 90, "source": "example"}, {"work_days": 1, "source": "example"}


@pytest.mark.parametrize(
    "document",
    [
        ladder_with(),
        ladder_with(share=SHARE, after=AFTER),
        ladder_with(share=SHARE, urgent=AFTER),
        ladder_with(share={"value": 101, "source": "example"}),
        ladder_with(after={"work_days": 1}),
        {"escalations": [{"stage": "nowhere", "steps": [{"who": "a", "share": SHARE}]}]},
        {"escalations": [{"stage": "sign", "steps": []}]},
        {"escalations": [{"stage": "sign", "steps": [{"who": "a", "after": AFTER}, {"who": "a", "share": SHARE}]}]},
        {"escalations": [*ladder_with(share=SHARE)["escalations"] * 2]},
    ],
)
def test_a_ladder_that_cannot_be_is_refused(document):
    with pytest.raises(ValidationError):
        escalations.load(document)


def test_whoever_is_told_of_an_end_is_not_told_again_by_the_step_of_the_ladder_at_that_end(town, clock, above):
    """The desk answers for the part of a section, and stands on the ladder of that stage at its end."""
    case = town.handling()
    town.housing.act(case, "sub_assign", unit="环卫所", due_at="2026-11-23T15:00:00+08:00")
    clock.set(local("23 15:00"))
    rise(town)
    kinds = [one["kind"] for one in above["desk"].get("notices", limit=200).get_json()["items"]]
    assert (kinds.count("limit_passed"), kinds.count("raised")) == (1, 0)
    clock.set(local("24 15:00"))
    rise(town)
    of_part = [one["text"] for one in above["chief"].get("notices").get_json()["items"] if "尚未办理" in one["text"]]
    assert any("11-23 15:00" in text for text in of_part), "who stands above hears it from the ladder alone"
