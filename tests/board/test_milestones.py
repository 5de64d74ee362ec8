"""Milestones on the board: how many run and are late, by department, each figure as long as its list; and as a file."""

import tempfile
from datetime import datetime

import pytest
from sqlalchemy import update

from app.board import pages
from app.cases.models import CaseClock
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.board.boards import page, seen
from tests.desk.browser import Desk
from tests.factories import catalogue as documents
from tests.factories.grids import EAST
from tests.factories.town import COVER, GARBAGE, HOUSING, WATER
from tests.support.elements import rows_of, texts_of
from tests.support.exports import taken
from tests.support.looks import clocks_of

STOP, PUNISH, REMOVE = "停工", "已依法处罚", "彻底拆除"


@pytest.fixture
def town(town, clock):
    """Garbage has the three milestones of an illegal building: 4 work hours, 7 and 20 work days. Monday, 9 o'clock."""
    clock.set(datetime.fromisoformat("2026-11-23T09:00:00+08:00"))
    content = documents.seed_content(GARBAGE)
    content["conditions"][0]["milestones"] = documents.seed_content("0101")["conditions"][0]["milestones"]
    file = documents.documents_file(tempfile.mkdtemp(), ("class", GARBAGE, content))
    with town.app.app_context(), transaction():
        catalogue.import_files([file], by="test")
    return town


def listed(town, actor=None, **query):
    """What the list says: case, milestone, state."""
    text = page(town, actor or town.supervisor, "/board/milestones", **query).text
    rows = [texts_of(row, "td") for row in text.split("<tr>")[2:]]
    cases = [texts_of(row, "th")[0] for row in text.split("<tr>")[2:]]
    return [(case, row[2], row[4]) for case, row in zip(cases, rows, strict=True)]


def figures(town, actor=None):
    """What the tiles say: not reached, late."""
    text = page(town, actor or town.supervisor, "/board/").text
    return tuple(int(texts_of(text, "a", data_milestones=name)[0].split()[0]) for name in ("running", "late"))


def test_each_figure_is_as_long_as_its_list_and_each_department_has_its_own(town, clock):
    first, second = town.handling(), town.dispatched(lead=WATER)
    numbers = first["number"], second["number"]
    assert figures(town) == (6, 0)
    clock.set(datetime.fromisoformat("2026-11-23T16:00:00+08:00"))  # half an hour after the first of each
    town.housing.act(first, "milestone", n=1)
    assert figures(town) == (5, 1)
    assert len(listed(town, show="running")) == 5
    assert listed(town, show="late") == [(numbers[1], STOP, "超时未完成")]
    assert listed(town, show="reached_late") == [(numbers[0], STOP, "超时完成")]
    assert {case for case, *_ in listed(town, department=HOUSING)} == {numbers[0]}
    assert len(listed(town, department=WATER, show="late")) == 1
    board = page(town, town.supervisor, "/board/").text
    rows = {code: texts_of(board, "tr", data_department=code)[0] for code in (HOUSING, WATER)}
    assert rows == {HOUSING: "县住房和城乡建设局 2 0", WATER: "县城乡水务公司 3 1"}
    for wrong in ({"show": "all"}, {"cursor": "W10"}):
        assert page(town, town.supervisor, "/board/milestones", **wrong).status_code == 422
    east = town.hire("supervisor", "grid", EAST)
    assert (figures(town, east), listed(town, east)) == ((0, 0), [])
    assert page(town, town.worker, "/board/milestones").status_code == 403


def test_what_was_never_reached_is_told_from_what_was_reached_late_and_from_what_ended_before(town, clock):
    case = town.handling()
    clock.set(datetime.fromisoformat("2026-12-03T09:00:00+08:00"))  # after the first and the second
    case = town.housing.act(case, "milestone", n=1)
    case = town.housing.act(case, "finish", result="已拆除", attachments=[town.photo()])
    assert [one["reached"] for one in clocks_of(case, "milestone")] == [True, False, False]
    states = {STOP: "超时完成", PUNISH: "超时，未完成即结束", REMOVE: "未到期即终止"}
    assert {text: state for _, text, state in listed(town)} == states
    assert [text for _, text, _ in listed(town, show="missed")] == [PUNISH]
    assert [text for _, text, _ in listed(town, show="dropped")] == [REMOVE]
    assert figures(town) == (0, 0)
    town.drain()
    with town.app.app_context():
        assert list(verify.faults(VerifyScope(), Tally())) == []
    rows = taken(town.app, Desk(town.app, town.supervisor), "board_milestones", "show=missed")
    assert [row[0] for row in rows[1:]] == [case["number"]]
    assert rows[1][3:5] == [PUNISH, "2026-11-23 09:00"]
    assert rows[1][7] == states[PUNISH]


def test_what_stands_still_is_not_late_and_what_an_older_version_stopped_says_that_it_ended_late(town, clock):
    case = town.handling()
    case = town.housing.act(case, "ask_deferral", review_on="2026-12-24", reason="冬季不能施工")
    town.leader.act(case, "grant_deferral")
    clock.set(datetime.fromisoformat("2026-12-03T09:00:00+08:00"))
    assert figures(town) == (3, 0)
    late = town.handling()
    clock.set(datetime.fromisoformat("2026-12-05T09:00:00+08:00"))
    late = town.housing.act(late, "milestone", n=1)
    with town.app.app_context(), transaction() as session:
        session.execute(update(CaseClock).values(reached=None))
    states = [one["reached"] for one in clocks_of(town.supervisor.read(late), "milestone")]
    assert states == [True, False, False], "its steps say so"
    assert [(text, state[:4]) for _, text, state in listed(town, show="ended_late")] == [(STOP, "超时结束")]


@pytest.mark.parametrize("way", ["force_close", "correct"])
@pytest.mark.parametrize("older", [False, True])
def test_what_was_past_due_when_something_else_stopped_it_never_ended_before_it_was_due(town, clock, way, older):
    """Of those that an older version stopped without a result the moments say so."""
    case = town.handling()
    clock.set(datetime.fromisoformat("2026-11-23T16:00:00+08:00"))  # half an hour after the first
    if way == "correct":
        case = town.duty.act(case, way, **{"class": COVER, "condition": "1"})
    else:
        case = town.leader.act(case, way, reason="无法解决", attachments=[town.photo()])
    if older:
        stopped = CaseClock.milestone.is_not(None) & CaseClock.stopped_at.is_not(None)
        with town.app.app_context(), transaction() as session:
            session.execute(update(CaseClock).where(stopped).values(result="none", reached=None))
    states = {STOP: "超时，未完成即结束", PUNISH: "未到期即终止", REMOVE: "未到期即终止"}
    assert {text: state for _, text, state in listed(town) if text in states} == states
    assert [text for _, text, _ in listed(town, show="missed")] == [STOP]
    assert [text for _, text, _ in listed(town, show="dropped")] == [PUNISH, REMOVE]
    assert listed(town, show="ended_late") == []
    rows = taken(town.app, Desk(town.app, town.supervisor), "board_milestones", "show=missed")
    assert [(row[3], row[7]) for row in rows[1:]] == [(STOP, states[STOP])]


def test_pages_of_the_list_follow_one_another_with_what_ends_first_first(town, clock, monkeypatch):
    monkeypatch.setattr(pages, "PAGE_OF_CASES", 2)
    case = town.handling()
    text = page(town, town.supervisor, "/board/milestones", department=HOUSING).text
    assert [row[3] for row in rows_of(text, id="milestones")] == [STOP, PUNISH]
    (address,) = [one.split('"')[0] for one in text.split('rel="next" href="')[1:]]
    second = seen(page(town, town.supervisor, address.replace("&amp;", "&")))
    assert REMOVE in second
    assert PUNISH not in second
    assert case["number"] in second
