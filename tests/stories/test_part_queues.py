"""Parts of a task within a department stand before whoever does them and before the desk that gave them, late first."""

import re
from datetime import datetime, timedelta

import pytest

from app.cases import jobs
from app.core import clock as clock_of_the_house
from app.core.clock import now
from app.departments.kinds import DepartmentKind
from tests.board.boards import put_in_force
from tests.cases.clocks.test_escalations import heard, rise
from tests.desk.browser import Desk, path_of
from tests.factories.catalogue import seed_content
from tests.factories.departments import department
from tests.factories.town import HOUSING, WATER
from tests.support.elements import rows_of, texts_of
from tests.support.exports import taken
from tests.support.looks import clocks_of, tasks_of
from tests.support.queries import counted

SWEEPERS = "C-SWEEP"
TO_DO, GIVEN = "sub_to_do", "sub_given"


@pytest.fixture
def people(town):
    """Those of whom parts are asked, by name; and one of each kind of whom nothing is."""
    with town.app.app_context():
        department(SWEEPERS, "洁城环卫公司", DepartmentKind.CONTRACTOR)
        department("C-OTHER", "另一公司", DepartmentKind.CONTRACTOR)
    return {
        "handler": town.hire("handler", "department", HOUSING),
        "colleague": town.hire("handler", "department", HOUSING),
        "sweeper": town.hire("contractor", "department", SWEEPERS),
        "other": town.hire("contractor", "department", "C-OTHER"),
        "water": town.hire("handler", "department", WATER),
    }


def given(town, hours=4, **to):
    """A case of which a part is to be done within so many hours."""
    case = town.handling()
    started = datetime.fromisoformat(clocks_of(case, "handle")[0]["started_at"])
    return town.housing.act(case, "sub_assign", due_at=(started + timedelta(hours=hours)).isoformat(), **to)


def queue(actor, name):
    """How many cases stand in a queue of theirs, and how many of these are late; none where it is not theirs."""
    rows = {one["queue"]: one for one in actor.get("queues").get_json()["items"]}
    return (rows[name]["count"], rows[name]["overdue"]) if name in rows else None


def numbers(town, actor, name):
    """The cases of a queue as its page has them, one after the other."""
    page = Desk(town.app, actor).get(f"/desk/queues/{name}").text
    return re.findall(r"[0-9]{6}-[0-9]{8}-[0-9]+(?=</a>)", page)


def test_a_part_waits_for_whom_it_names_and_stands_with_the_desk_that_gave_it(town, people):
    named = given(town, unit="市政股", handler=str(people["handler"].id))
    firm = given(town, contractor=SWEEPERS)
    section = given(town, unit="环卫所")
    to_do = {name: queue(actor, TO_DO) for name, actor in people.items()}
    assert to_do == {"handler": (2, 0), "colleague": (1, 0), "sweeper": (1, 0), "other": (0, 0), "water": (0, 0)}
    assert numbers(town, people["colleague"], TO_DO) == [section["number"]]
    assert numbers(town, people["sweeper"], TO_DO) == [firm["number"]]
    (listed,) = people["sweeper"].get("cases", queue=TO_DO).get_json()["items"]
    assert listed["case_id"] == firm["case_id"]
    assert (queue(town.housing, GIVEN), queue(town.housing, TO_DO)) == ((3, 0), (0, 0))
    assert (queue(town.water, GIVEN), queue(people["sweeper"], GIVEN)) == ((0, 0), None)
    assert queue(people["sweeper"], "to_handle") == (0, 0), "the task is its department's, the part alone is theirs"
    town.housing.act(named, "sub_finish", sub=tasks_of(named, "sub")[0]["task"], result="已办")
    town.housing.act(firm, "sub_drop", sub=tasks_of(firm, "sub")[0]["task"])
    assert (queue(people["handler"], TO_DO), queue(people["sweeper"], TO_DO)) == ((1, 0), (0, 0))
    assert queue(town.housing, GIVEN) == (1, 0)


def test_what_is_late_stands_first_by_the_limit_of_the_part_and_is_counted_so(town, people, clock):
    last, first, middle = (given(town, hours, contractor=SWEEPERS) for hours in (5, 1, 3))
    order = [one["number"] for one in (first, middle, last)]
    clock.tick(hours=1, minutes=30)
    for actor, name in ((people["sweeper"], TO_DO), (town.housing, GIVEN)):
        assert queue(actor, name) == (3, 1), "the task itself is not late"
        assert numbers(town, actor, name) == order
    page = Desk(town.app, people["sweeper"]).get(f"/desk/queues/{TO_DO}").text
    assert texts_of(page, "span", **{"class": "left left-late"}) == ["超时 30 分钟"]
    desk, part = Desk(town.app, people["sweeper"]), tasks_of(middle, "sub")[0]["task"]
    done = desk.act(middle, "sub_finish", {"list": f"queue={TO_DO}"}, sub=str(part), result="已清扫")
    assert path_of(done) == f"/desk/cases/{last['case_id']}", "the next of the queue"


def test_count_list_and_file_of_late_parts_go_by_the_limit_of_the_part(town, people, clock):
    """A case that is late is none of them while its part is not, nor is a case in time whose part is late left out."""
    case = town.handling()
    clock.tick(days=3)
    soon = (datetime.fromisoformat(case["changed_at"]) + timedelta(days=4)).isoformat()
    case_late = town.housing.act(case, "sub_assign", due_at=soon, contractor=SWEEPERS)
    part_late, neither = (given(town, hours, contractor=SWEEPERS) for hours in (1, 3))
    clock.tick(hours=1, minutes=30)
    assert datetime.fromisoformat(case_late["due_at"]) < now()
    ends = {one["number"]: local(clocks_of(one, "sub")[0]["due_at"]) for one in (part_late, neither, case_late)}
    for actor, name in ((people["sweeper"], TO_DO), (town.housing, GIVEN)):
        assert queue(actor, name) == (3, 1)
        assert numbers(town, actor, f"{name}?overdue=1") == [part_late["number"]]
        assert in_api(actor, queue=name, overdue=True) == {part_late["number"]}
        assert in_api(actor, queue=name, overdue=False) == {neither["number"], case_late["number"]}
        desk = Desk(town.app, actor)
        assert in_file(town, desk, f"queue={name}") == list(ends.items())
        assert in_file(town, desk, f"queue={name}&overdue=1") == [next(iter(ends.items()))]
    desk = Desk(town.app, town.housing)
    assert in_file(town, desk, "overdue=1") == [(case_late["number"], local(case_late["due_at"]))], "of no such queue"
    assert in_api(town.housing, overdue=True) == {case_late["number"]}


def local(moment):
    return f"{clock_of_the_house.local(datetime.fromisoformat(moment)):%Y-%m-%d %H:%M}"


def in_api(actor, **filters):
    """The cases of a list of the API."""
    return {one["number"] for one in actor.get("cases", **filters).get_json()["items"]}


def in_file(town, desk, query):
    """The cases of a list as a file, each with its limit."""
    heads, *rows = taken(town.app, desk, "desk_cases", query)
    return [(row[heads.index("编号")], row[heads.index("时限")]) for row in rows]


def test_pages_of_such_a_queue_follow_one_another(town, people, monkeypatch):
    monkeypatch.setattr("app.desk.case_pages.PAGE", 2)
    cases = [given(town, hours, contractor=SWEEPERS) for hours in (3, 1, 2)]
    desk = Desk(town.app, people["sweeper"])
    page = desk.get(f"/desk/queues/{TO_DO}").text
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    second = desk.get(f"/desk/queues/{TO_DO}{following}").text
    listed = [row[1] for row in rows_of(second, id="worklist")]
    assert (cases[0]["number"] in listed, cases[2]["number"] in listed) == (True, False)


def test_queues_cost_one_statement_however_many_parts_there_are(town, people):
    def cost():
        with counted() as seen:
            town.housing.get("queues")
        return len(seen)

    given(town, contractor=SWEEPERS)
    town.housing.get("queues")
    before = cost()
    for _ in range(3):
        given(town, contractor=SWEEPERS)
    town.housing.get("queues")
    assert cost() == before


def test_the_end_of_a_part_is_for_those_who_do_it_and_rises_to_their_desk_and_its_leader(town, people, clock):
    """Given at 9:00 for 13:00: warned of by then, over at 13:00; the leader hears a work day later."""
    chief = town.hire("department_leader", "department", HOUSING)
    given(town, contractor=SWEEPERS)
    given(town, unit="环卫所")
    given(town, unit="市政股", handler=str(people["handler"].id))
    clock.tick(hours=3, minutes=50)
    rise(town)

    def kinds(actor, kind):
        return [one["kind"] for one in actor.get("notices", limit=200).get_json()["items"]].count(kind)

    near = {name: kinds(actor, "limit_near") for name, actor in people.items()}
    assert near == {"handler": 2, "colleague": 1, "sweeper": 1, "other": 0, "water": 0}
    assert kinds(town.housing, "limit_near") == 2, "those that name nobody"
    clock.tick(minutes=10)
    rise(town)
    over = {name: kinds(actor, "limit_passed") for name, actor in people.items()}
    assert over == {"handler": 2, "colleague": 1, "sweeper": 1, "other": 0, "water": 0}
    assert (kinds(town.housing, "limit_passed"), heard(town.housing)) == (2, 1), "each once, also the named one's"
    assert heard(chief) == 0
    clock.tick(days=1)
    rise(town)
    assert heard(chief) >= 3


def test_a_county_may_keep_such_messages_to_whoever_is_answerable(town, people, clock):
    rule = next(one for one in seed_content("messages", "messages")["messages"] if one["code"] == "limit_passed")
    put_in_force(town, {"messages": [{**rule, "to": ["answerable"]}]}, "messages")
    given(town, contractor=SWEEPERS)
    clock.tick(hours=4)
    with town.app.app_context():
        jobs.sweep_clocks()
    town.drain()
    told = [one["kind"] for one in people["sweeper"].get("notices").get_json()["items"]]
    assert "limit_passed" not in told
    assert "limit_passed" in [one["kind"] for one in town.housing.get("notices").get_json()["items"]]
