"""What is no case goes the same way to and from a phone, once its room has entered it."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import jobs
from app.core.errors import Busy
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.identity.models import AssignmentRow
from app.intake import sync, sync_table
from tests.factories import walk
from tests.factories.town import GARBAGE, GRID, HERE, NEXT_GRID
from tests.intake.another_stream.conftest import Walker, step
from tests.support.phone import Phone, act_of, report_of

BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
MY_PATH = f"141025/141025100/{GRID[:12]}/{GRID}/"
NEXT_PATH = f"141025/141025100/{NEXT_GRID[:12]}/{NEXT_GRID}/"


def test_the_same_again_changes_nothing_and_another_thing_under_the_same_id_is_refused(walks):
    phone, walk_id, op_id = Walker(walks.worker), str(uuid4()), str(uuid4())
    batch = [step(walk_id, "begin", grid_path=MY_PATH), step(walk_id, "end", 1, op_id)]
    first = phone.sync(*batch)
    assert [status for status, _ in first] == [201, 201]
    assert phone.has() == {(walk_id, 2)}
    for _ in range(2):
        assert [(status, body["seq"]) for status, body in phone.sync(*batch)] == [(200, 2), (200, 2)]
    ((status, body),) = phone.sync(step(walk_id, "move", 2, op_id))
    assert (status, body["code"]) == (409, "operation_differs")


def test_what_has_changed_meanwhile_is_stale_and_blocks_neither_walks_nor_cases(walks):
    phone, case_id = Walker(walks.worker), str(uuid4())
    mine, other = phone.begin(MY_PATH), phone.begin(MY_PATH)
    phone.sync(step(mine, "move", 1))
    results = phone.sync(
        step(mine, "end", 1),
        report_of(case_id, BODY),
        step(str(uuid4()), "end", 1),
        {"type": walk.OPERATION, "walk_id": other},
        act_of(case_id, "comment", None, str(uuid4()), text="已拍照"),
        step(other, "end", 1),
    )
    assert [status for status, _ in results] == [409, 201, 404, 422, 201, 201]
    assert (results[0][1]["code"], results[0][1]["walk"]["seq"]) == ("stale", 2)
    assert set(results[3][1]["fields"]) == {"op_id", "action"}
    assert phone.has() == {(mine, 2), (other, 2)}


def test_after_one_that_we_could_not_finish_the_same_walk_waits_and_others_go_on(walks, monkeypatch):
    phone, failures = Walker(walks.worker), [Busy(), RuntimeError("a fault of ours")]

    def failing(person, asked, at):
        failure = failures.pop(0) if asked["action"] == "move" and failures else None
        if failure:
            raise failure
        return walk.act(person, asked, at)

    monkeypatch.setitem(sync_table._doors, walk.OPERATION, replace(walk.DOOR, carry_out=failing))
    mine, other, case_id = phone.begin(MY_PATH), phone.begin(MY_PATH), str(uuid4())
    batch = [step(mine, "move", 1), step(mine.upper(), "end", 2), step(other, "end", 1), report_of(mine, BODY)]
    assert [status for status, _ in phone.sync(*batch)] == [503, 503, 201, 201], "a case of that id is another thing"
    assert [status for status, _ in phone.sync(*batch)] == [500, 503, 200, 200]
    assert [status for status, _ in phone.sync(*batch)] == [201, 201, 200, 200]
    assert phone.sync(report_of(case_id, BODY))[0][0] == 201


def test_each_sees_the_walks_of_their_own_ground(walks):
    mine, next_door, above = Walker(walks.worker), Walker(walks.next_worker), Walker(walks.acceptor)
    walk_id = mine.begin(MY_PATH)
    for phone in (next_door, above):
        phone.sync()
    assert (next_door.has(), above.has()) == (set(), {(walk_id, 1)})
    assert next_door.sync(step(walk_id, "end", 1))[0][0] == 404
    assert next_door.sync(step(str(uuid4()), "begin", grid_path=MY_PATH))[0][0] == 403


def test_who_may_not_read_gets_nothing_of_a_stream(walks, monkeypatch):
    phone = Walker(walks.worker)
    phone.begin(MY_PATH)
    of_others = replace(walk.WALKS, permission=Permission.AUDIT_READ)
    monkeypatch.setitem(sync_table._streams, walk.STREAM, of_others)
    _, answered = Walker(walks.worker).exchange()
    assert (answered["changes"], answered["gone"], answered["more"]) == ([], [], False)


def test_what_moved_away_is_gone_here_and_comes_there_and_is_named_to_nobody_else(walks):
    here, there = Walker(walks.worker), Walker(walks.next_worker)
    there.sync()
    walk_id, kept = here.begin(MY_PATH), here.begin(MY_PATH)
    assert there.exchange()[1]["gone"] == []
    here.sync(step(walk_id, "move", 1, grid_path=NEXT_PATH), step(kept, "move", 1))
    assert here.has() == {(kept, 2)}
    assert here.exchange()[1]["gone"] == [walk_id]
    there.sync()
    assert there.has() == {(walk_id, 2)}


def test_what_changed_a_moment_ago_is_read_again_and_later_no_more(walks, clock):
    phone = Walker(walks.worker)
    phone.begin(MY_PATH)
    for seconds, count in ((59, 1), (2, 1), (1, 0)):
        clock.tick(seconds=seconds)
        assert len(phone.exchange()[1]["changes"]) == count
    now = clock.tick(minutes=5)
    phone.sync()
    clock.set(now - timedelta(seconds=30))  # a transaction that began before the phone read, and ended after
    late = Walker(walks.worker).begin(MY_PATH)
    clock.set(now + timedelta(seconds=1))
    phone.sync()
    assert (late, 1) in phone.has()


def test_a_stream_is_read_page_by_page_while_the_cases_are_read_beside_it(walks, clock, monkeypatch):
    monkeypatch.setattr(sync, "PAGE", 2)
    phone, cases = Walker(walks.worker), Phone(walks.worker)
    ids = set()
    for _ in range(5):
        ids.add(phone.begin(MY_PATH))
        clock.tick(seconds=1)
    case_id = walks.worker.report().get_json()["case_id"]
    fresh, sizes, more = Walker(walks.worker), [], True
    while more:
        answered = cases.exchange(streams={walk.STREAM: {"cursor": fresh.cursor}})["streams"][walk.STREAM]
        fresh.cursor, more = answered["cursor"], answered["more"]
        sizes.append(len(answered["changes"]))
    assert (sizes, set(cases.cases)) == ([2, 2, 1], {case_id})


def test_a_cursor_that_is_not_of_this_stream_costs_a_longer_answer_and_no_work(walks, monkeypatch):
    phone = Walker(walks.worker)
    walk_id = phone.begin(MY_PATH)
    monkeypatch.setitem(sync_table._streams, "others", replace(walk.WALKS, name="others"))
    answer = walks.worker.send("POST", "sync", {"streams": {"others": {}, walk.STREAM: {}}}).get_json()
    for cursor in ("abc", 5, {}, answer["cursor"], answer["streams"]["others"]["cursor"]):
        phone.cursor = cursor
        results, answered = phone.exchange(report_of(str(uuid4()), BODY))
        assert (answered["reset"], results[0]["status"], phone.has()) == (True, 201, {(walk_id, 1)}), cursor
        assert not phone.exchange()[1]["reset"], "once"


def test_another_ground_or_a_clock_that_was_ahead_makes_a_phone_begin_anew(app, walks, clock):
    mover = walks.hire("auxiliary", "grid", GRID)
    phone, there = Walker(mover), Walker(walks.next_worker)
    phone.begin(MY_PATH)
    new = there.begin(NEXT_PATH)
    with app.app_context(), transaction() as session:
        mine = session.query(AssignmentRow).filter_by(person_id=mover.id)
        mine.update({"scope_code": NEXT_GRID, "scope_path": NEXT_PATH})
    assert phone.exchange()[1]["reset"]
    assert phone.has() == {(new, 1)}
    now = clock.tick(minutes=5)
    clock.set(now + timedelta(minutes=10))
    phone.exchange()
    clock.set(now)
    assert phone.exchange()[1]["reset"], "it has not come yet"
    clock.set(now + timedelta(minutes=10))
    with app.app_context():
        jobs.keep_latest()
    phone.exchange()
    clock.set(now)
    with app.app_context():
        jobs.keep_latest()
    clock.set(now + timedelta(minutes=15))
    assert [phone.exchange()[1]["reset"] for _ in range(2)] == [True, False]


def test_a_stream_that_nobody_has_entered_is_refused_by_its_name_and_nothing_is_carried_out(walks):
    case_id, walk_id = str(uuid4()), str(uuid4())
    operations = [report_of(case_id, BODY), step(walk_id, "begin", grid_path=MY_PATH)]
    for streams, at in (
        ({"weather": {}, walk.STREAM: {}}, "weather"),
        ({"cases": {"cursor": None}}, "cases"),
        ({"x" * 3_000: {}}, "x" * 3_000),
        ({walk.STREAM: {"since": 1}}, walk.STREAM),
        ({walk.STREAM: 5}, walk.STREAM),
    ):
        answer = walks.worker.send("POST", "sync", {"operations": operations, "streams": streams})
        assert (answer.status_code, set(answer.get_json()["fields"]["streams"])) == (422, {at}), answer.get_json()
    (text,) = walks.worker.send("POST", "sync", {"streams": {"weather": {}}}).get_json()["fields"]["streams"]["weather"]
    assert "weather" in text
    assert walk.STREAM in text
    assert walks.worker.send("POST", "sync", {"streams": []}).status_code == 422
    assert walks.worker.get(f"cases/{case_id}").status_code == 404
    assert Walker(walks.worker).exchange()[1]["changes"] == []


def test_a_type_that_nobody_has_entered_is_told_which_there_are(walks):
    ((status, body),) = Walker(walks.worker).sync({"type": "fly", "case_id": str(uuid4())})
    assert (status, body["fields"]) == (422, {"type": ["应为：report, act, round, walk。"]})


def test_following_walks_costs_one_statement_more_however_many_there_are(walks, query_count):
    def cost(body):
        with query_count() as seen:
            assert walks.worker.send("POST", "sync", body).status_code == 200
        return len(seen)

    phone = Walker(walks.worker)
    counts = set()
    for _ in range(3):
        phone.begin(MY_PATH)
        counts.add(cost({"streams": {walk.STREAM: {}}}) - cost({}))
    assert counts == {1}


@pytest.mark.usefixtures("walks")
def test_the_description_names_what_was_entered(make_app):
    schemas = make_app().test_client().get("/openapi.json").get_json()["components"]["schemas"]
    streams = {"objects", "rounds", "warnings", walk.STREAM}
    assert set(schemas["IntakeSyncIn"]["properties"]["streams"]["properties"]) == streams
    assert set(schemas["IntakeSyncOut"]["properties"]["streams"]["properties"]) == streams
    refs = [
        one["$ref"].rsplit("/", 1)[1] for one in schemas["IntakeSyncIn"]["properties"]["operations"]["items"]["anyOf"]
    ]
    assert refs == ["IntakeOperationIn", "RoundsRoundOperationIn", "FactoriesWalkOperationIn"]
    assert "FactoriesWalkOut" in str(schemas["IntakeResultOut"])
    assert set(refs) <= set(schemas)
