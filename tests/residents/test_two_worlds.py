"""Whoever is no reader gets the same answers with and without the other's data: byte for byte, on every route."""

import json
import re
from uuid import UUID, uuid5

import pytest
from sqlalchemy import delete

from app.core import clock
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.rounds.models import RoundRow, RoundStep, RoundStop
from tests.desk.browser import Desk
from tests.factories import residents, rounds
from tests.factories.grids import COUNTY
from tests.factories.residents import NAME, PHONE
from tests.factories.town import GRID
from tests.support.exports import taken
from tests.support.looks import refused

KNOWN_ID, OTHER_ID, OP_ID = str(UUID(int=7)), str(UUID(int=8)), str(UUID(int=9))
STATED = {"asked_by": "self", "identity_checked": True, "purpose": "本人查阅"}
PATHS = (
    "residents", "residents?limit=1", "residents?care=secret", "residents?care=elderly_alone",
    "residents?subject=person", f"residents?grid={GRID}", f"residents?household={OTHER_ID}", "residents/rules",
    f"residents/{KNOWN_ID}", f"residents/{OTHER_ID}", "rounds", "rounds?mine=true", "rounds/plans", "objects",
    "objects/features", "cases", "queues", "catalogue", "grids",
)  # fmt: skip
POSTED = (
    ("residents/search", {"field": "phone", "text": PHONE}),
    ("residents/search", {"field": "name", "text": NAME}),
    (f"residents/{OTHER_ID}/reveal", {"field": "phone", "purpose": "探访前联系"}),
    (f"residents/{KNOWN_ID}/reveal", {"field": "secret_note", "purpose": "探访前联系"}),
    (f"residents/{KNOWN_ID}/reveal", {"field": "phone", "purpose": "探访前联系"}),
    (f"residents/{OTHER_ID}/statement", STATED),
    (f"residents/{OTHER_ID}/changes", {"op_id": OP_ID, "seen": "x", "fields": {"phone": "1"}}),
    (f"residents/{OTHER_ID}/end", {"op_id": OP_ID, "seen": "x", "reason": "over"}),
    ("sync", {"cursor": None, "operations": [], "streams": {"rounds": {"cursor": None}, "objects": {"cursor": None}}}),
)
PAGES = ("/desk/", "/desk/residents/", f"/desk/residents/{OTHER_ID}", "/desk/rounds/", "/board/")
PASSING = re.compile(r'"cursor":"[^"]*"|"seq":\d+')  # when it was read; how many visits there were is no secret


@pytest.fixture
def two_registers(app, town):
    """A county with a kind of care and a field that supervisors alone read; they keep residents of their own."""
    residents.let_supervisors_keep(app)
    apart = residents.visits(code="apart", name="另册走访", care=["secret"])
    rounds.provide(app, residents.visits(), apart, code="elderly")
    return town


def make_rounds(app):
    """Make the rounds of today anew, as if none had been made."""
    with app.app_context(), transaction() as session:
        for table in (RoundStop, RoundStep, RoundRow):
            session.execute(delete(table))
    rounds.make(app)


def answers(desks):
    """All that some people are answered on every route where residents could show, but for cursors."""
    texts = {}
    for actor, desk in desks.items():
        for path in PATHS:
            texts[actor.name, path] = actor.send("GET", path).get_data(as_text=True)
        for round_id in [one["round_id"] for one in actor.get("rounds", grid=GRID).get_json().get("items", ())]:
            for path in (f"rounds/{round_id}", f"rounds/{round_id}/steps"):
                texts[actor.name, path] = actor.get(path).get_data(as_text=True)
            desk_page = desk.get(f"/desk/rounds/{round_id}")
            texts[actor.name, round_id] = desk_page.text
        for path, body in POSTED:
            texts[actor.name, path, json.dumps(body)] = actor.send("POST", path, body).get_data(as_text=True)
        for path in PAGES:
            texts[actor.name, path] = desk.get(path).text
    return {key: PASSING.sub("", text) for key, text in texts.items()}


@pytest.fixture
def held_clock():
    """One moment for all that is written and read."""
    with clock.at(clock.now()):
        yield


def walk(doer, *stops):
    """Do the round about those apart, with a visit at some stops; the ids of its steps are the same each time."""
    one = rounds.today(doer, "apart")

    def take(row, action, **data):
        op_id = uuid5(UUID(one["round_id"]), f"{action}{data.get('stop')}")
        return rounds.take(doer, row, action, op_id=op_id, **data)

    row = take(one, "start")
    for stop in stops:
        row = take(row, "visit", stop=stop, answers={"visited": 1} if stop == 1 else {"met": True})
    return take(row, "finish")


def files(app, desk):
    """The files that somebody takes away."""
    return {table: taken(app, desk, table) for table in ("residents", "rounds")}


@pytest.mark.usefixtures("held_clock")
def test_nothing_is_another_by_what_others_alone_may_know(app, two_registers):
    town = two_registers
    doer = town.hire("supervisor", "grid", COUNTY)
    town.also(doer, "grid_worker", "grid", GRID)
    with app.app_context(), transaction():
        grids.appoint(GRID, doer.id, Duty.FULL_TIME)
    residents.keep(town.township, residents.old_woman(), KNOWN_ID)
    people = (town.township, town.worker, town.next_worker, town.duty, town.acceptor, town.leader, town.housing)
    strangers = {actor: Desk(app, actor) for actor in people}
    make_rounds(app)
    walk(doer, 1)
    before, exported = answers(strangers), files(app, strangers[town.township])
    assert any("另册走访" in text for text in before.values()), "the round itself is no secret"

    other = residents.old_woman(cares=["secret"], fields={"secret_note": "甲事"})
    residents.keep(town.supervisor, other, OTHER_ID)
    shared = residents.read(town.supervisor, {"resident_id": KNOWN_ID})
    secret = {"secret_note": "乙事", "secret_wish": "丙事"}
    agreed = {"by": "guardian", "on": clock.local(clock.now()).date().isoformat()}
    answer = residents.change(town.supervisor, shared, cares=["secret"], fields=secret, consent=agreed)
    assert answer.status_code == 201, answer.get_json()
    make_rounds(app)
    done = walk(doer, 1, 2, 3)
    assert (done["stops"], done["stops_done"]) == (3, 3)

    def is_same():
        after = answers(strangers)
        assert before.keys() == after.keys()
        assert [key for key in before if before[key] != after[key]] == []
        assert files(app, strangers[town.township]) == exported

    is_same()
    seen = answers({town.supervisor: Desk(app, town.supervisor)})
    assert any("另册" in text and OTHER_ID in text for text in seen.values()), "its readers see it"
    assert residents.end(town.supervisor, answer.get_json(), "over", cares=["secret"]).status_code == 201
    is_same()
    path = f"rounds/{done['round_id']}/reveal"
    refused(town.township.send("POST", path, {"stop": 2, "purpose": "探访前联系"}), 404)


def test_what_a_reader_ends_others_still_keep(app, two_registers):
    town = two_registers
    residents.keep(town.township, residents.old_woman(), KNOWN_ID)
    shared = residents.read(town.supervisor, {"resident_id": KNOWN_ID})
    kept = residents.change(town.supervisor, shared, cares=["secret"], fields={"secret_note": "乙事"}).get_json()
    mine = residents.read(town.township, {"resident_id": KNOWN_ID})
    assert residents.end(town.township, mine, "withdrawn").status_code == 201
    assert town.township.get(f"residents/{KNOWN_ID}").status_code == 404
    left = residents.read(town.supervisor, kept)
    assert [one["code"] for one in left["cares"]] == ["secret"]
    assert {one["code"] for one in left["fields"]} == {"name", "address", "birth", "secret_note"}
