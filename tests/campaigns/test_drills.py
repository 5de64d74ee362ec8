"""A drill runs through everything as in earnest, and every statistic is the same with it as without it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.tags import Tag
from app.cases import jobs, measures
from app.cases.models import Case, CaseClock
from app.core import clock as time
from app.core.db import db
from tests.board.boards import county_rules, put_in_force
from tests.desk.browser import Desk
from tests.factories import campaigns, rounds
from tests.factories.grids import COUNTY
from tests.factories.town import COVER, GARBAGE, GRID, HERE, HOUSING
from tests.support.elements import texts_of
from tests.support.exports import taken
from tests.support.looks import refused

YEARLY = {"per": "year", "times": 1, "source": "example"}
STORM = {"kind": "forest_fire", "level": "red", "grid": COUNTY, "issuer": "县气象台", "text": "大风，演练。"}
REPORT = {"class": COVER, "description": "演练：井盖缺失", "lon": HERE[0], "lat": HERE[1], "form": {"risk": "缺失"}}
FILES = ("board_cases", "board_supervisions", "board_milestones", "board_closings")
GOOD = {"parking": 12, "access": True, "content": "满意", "lacks": []}


@pytest.fixture
def ready(app, town, clock):
    """A town with something of everything in earnest: cases, a warning, plans of rounds, a check-up that was closed."""
    put_in_force(town, county_rules(("all", {})))
    rounds.provide(app, rounds.plan(), campaigns.check_up())
    receipt = rounds.plan(
        "receipt", name="预警签收", kind="warning", frequency=YEARLY, form=[], finding_classes=[COVER]
    )
    rounds.provide(app, receipt, rounds.plan("look", frequency={**YEARLY, "on_warning": True}), code="forest")
    rounds.make(app)
    town.handling()
    town.handling(class_code=COVER, form={"risk": "缺失"})
    _closed(town, town.worker.report().get_json())
    give(town)
    campaign_id = campaigns.opened(town.duty)
    campaigns.fill_in(town.worker, campaigns.mine(town.worker)[0], **GOOD)
    campaigns.close(town.duty, campaign_id)
    return town


def give(town, **more):
    warning_id = str(uuid4())
    assert town.duty.send("PUT", f"warnings/{warning_id}", {**STORM, **more}).status_code == 201
    return warning_id


def _closed(town, case):
    """Let a case go all its way."""
    town.acceptor.act(case, "accept")
    town.duty.act(case, "file", **{"class": case["class"]["code"], "condition": "1"})
    town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    town.housing.act(case, "finish", result="已处置", attachments=[town.photo()])
    town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    town.bring_photos(case)
    return town.duty.act(case, "close")


def practise(town, clock):
    """Do a drill of everything: a registered case, a warning with its rounds and a finding, a check-up."""
    trainer = town.hire("acceptor", "centre", COUNTY)
    town.also(trainer, "grid_worker", "grid", GRID)
    late = trainer.report(source="superior", drill=True).get_json()
    open_ = trainer.report(COVER, source="superior", drill=True, form={"risk": "缺失"}).get_json()
    for case in (late, open_):
        assert case["drill"] is True
    town.acceptor.act(open_, "accept")
    town.duty.act(open_, "file", **{"class": COVER, "condition": "1"})
    town.dispatcher.act(open_, "dispatch", lead=HOUSING)
    town.supervisor.act(open_, "supervise", grade="red", number="演5号")
    closed = _closed(town, trainer.report(GARBAGE, source="superior", drill=True).get_json())
    clock.tick(minutes=1)
    warning_id = give(town, drill=True)
    drills = [one for one in rounds.listed(town.worker, mine="true") if one["drill"]]
    assert {one["round"]["code"] for one in drills} == {"receipt", "look"}
    receipt = next(one for one in drills if one["round"]["code"] == "receipt")
    found = {"case_id": str(uuid4())}
    one = rounds.take(town.worker, rounds.read(town.worker, receipt), "start")
    one = rounds.take(town.worker, one, "find", stop=1, report=REPORT, **found)
    rounds.take(town.worker, one, "finish")
    assert town.worker.read(found)["drill"] is True, "what is found on a drill is one"
    campaign_id = campaigns.opened(town.duty, title="演练体检", drill=True)
    (mine,) = [each for each in campaigns.mine(town.worker) if each["drill"]]
    assert mine["origin"]["label"] == "演练体检（演练）"
    campaigns.fill_in(town.worker, mine, **{**GOOD, "parking": 9000})
    campaigns.close(town.duty, campaign_id)
    done = campaigns.read(town.duty, campaign_id)
    assert (done["progress"]["done"], done["results"][0]["total"]) == (1, 9000.0), "it has its own progress and report"
    return warning_id, closed, found


def statistics(town):
    """Whatever counts: the board, its lists, files and audit, plans of rounds, years compared, what is measured."""
    board, duty = Desk(town.app, town.supervisor), town.duty
    pages = (
        "/board/",
        "/board/cases",
        "/board/cases?show=closed",
        "/board/closings",
        "/board/milestones",
        "/board/supervisions",
        "/admin/rounds/",
    )
    figures = ("/board/figures?days=30", "/board/grids?days=30")
    with town.app.app_context():
        measured = dict(measures.cases_by_state())
    return {
        **{path: _main(board.get(path).get_data(as_text=True)) for path in pages},
        **{path: board.get(path).get_json() for path in figures},
        **{name: taken(town.app, board, name) for name in FILES},
        "plans": duty.get("rounds/plans").get_json(),
        "earnest rounds": {one["round_id"] for one in rounds.listed(duty, limit=200) if not one["drill"]},
        "years": duty.get("campaigns/comparison", service="urban", round="check_up").get_json(),
        "measured": measured,
    }


def _main(page):
    """What a page says, but for what is another for each sign-in."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page).partition("<main")[2].partition("</main>")[0]


def test_statistics_are_the_same_with_a_drill_and_without(ready, clock):
    town = ready
    later = time.now() + timedelta(days=2)  # when some of it is late
    with time.at(later):
        before = statistics(town)
    warning_id, closed, found = practise(town, clock)
    with time.at(later):
        assert statistics(town) == before
    for case in (closed, found):
        town.supervisor.read(case)
    picture = town.duty.get(f"warnings/{warning_id}").get_json()
    assert (picture["confirmed"], picture["label"]) == (1, "森林火险红色预警（演练）")


def test_clocks_of_a_drill_that_are_late_are_not_measured(ready, clock):
    town = ready
    practise(town, clock)
    clock.tick(days=3)
    with town.app.app_context():
        jobs.sweep_clocks()
        late = select(Case.drill).join(CaseClock, CaseClock.case_id == Case.case_id)
        flags = db.session.scalars(late.where(CaseClock.overdue, CaseClock.stopped_at.is_(None))).all()
        assert (sum(measures.clocks_overdue().values()), True in flags) == (flags.count(False), True)


def test_a_drill_is_registered_by_who_registers_for_others_or_found_on_one(ready):
    refused(ready.worker.report(drill=True), 422)
    trainer = ready.hire("acceptor", "centre", COUNTY)
    ready.also(trainer, "grid_worker", "grid", GRID)
    refused(trainer.report(source="worker", drill=True), 422)  # nobody takes their own cases out of all that looks on
    one = rounds.today(ready.worker)
    one = rounds.take(ready.worker, one, "start")
    case_id = str(uuid4())
    sent = {"case_id": case_id, "report": {**REPORT, "drill": True}}
    refused(rounds.step(ready.worker, one, "find", stop=1, **sent), 422)
    del sent["report"]["drill"]
    rounds.take(ready.worker, one, "find", stop=1, **sent)
    assert ready.worker.read({"case_id": case_id})["drill"] is False


def test_a_drill_is_neither_near_a_case_in_earnest_nor_merged_with_one(ready):
    town = ready
    drill = town.acceptor.report(source="hotline", drill=True).get_json()
    real = town.worker.report().get_json()
    assert drill["case_id"] not in {one["case_id"] for one in real["possible_duplicates"]}
    town.acceptor.act(real, "accept")
    refused(town.acceptor.try_act(real, "merge", into=drill["case_id"]), 409)


def test_a_registered_drill_stands_in_the_audit_and_in_a_list_of_supervisors(ready):
    town = ready
    drill = town.acceptor.report(source="hotline", drill=True).get_json()
    with town.app.app_context():
        entries = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.DRILL_REGISTERED)).all()
        assert [(one.subject_id, one.person_id) for one in entries] == [(drill["case_id"], town.acceptor.id)]
    desk = Desk(town.app, town.supervisor)
    page = desk.get("/board/cases?drill=true").get_data(as_text=True)
    assert [text.split() for text in texts_of(page, "th", scope="row")] == [[drill["number"], "演练"]]
    assert [row[0] for row in taken(town.app, desk, "board_cases", "drill=true")[1:]] == [drill["number"]]
    page = desk.get("/board/cases").get_data(as_text=True)
    assert drill["number"] not in {text.split()[0] for text in texts_of(page, "th", scope="row")}


def test_messages_pages_and_records_say_that_it_is_a_drill(ready):
    town = ready
    drill = town.acceptor.report(source="superior", drill=True).get_json()
    town.acceptor.act(drill, "accept")
    town.duty.act(drill, "file", **{"class": GARBAGE, "condition": "1"})
    town.dispatcher.act(drill, "dispatch", lead=HOUSING)
    town.drain()
    texts = [one["text"] for one in town.housing.get("notices").get_json()["items"] if drill["number"] in one["text"]]
    assert texts
    assert all("（演练）" in text for text in texts)
    heading = texts_of(Desk(town.app, town.supervisor).get(f"/board/cases/{drill['case_id']}").text, "h1")
    assert "演练" in heading[0]
    campaigns.opened(town.duty, title="演练体检", drill=True)
    one = next(each for each in rounds.listed(town.duty) if each["drill"])
    assert "演练" in texts_of(Desk(town.app, town.duty).get(f"/desk/rounds/{one['round_id']}").text, "h1")[0]
