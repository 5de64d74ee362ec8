"""A phone follows its rounds beside its cases, does one whole without network, and sends it twice without harm."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner

from app.core import clock
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.intake.cli import intake
from app.rounds import round_tracks
from tests.factories import rounds
from tests.factories.objects import component, keep
from tests.factories.town import GARBAGE, GRID, HERE

REPORT = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}


@pytest.fixture
def checked_covers(app, town):
    """A town with five covers in a grid that are looked at every day."""
    for number in range(1, 6):
        keep(town.worker, component(number))
    rounds.provide(app, rounds.covers(frequency={**rounds.DAILY, "min_minutes": 30, "min_metres": 300}))
    rounds.make(app)
    return town


def exchange(actor, cursor=None, operations=()):
    """Exchange once; return results and what was answered of rounds."""
    body = {
        "operations": list(operations), "streams": {"rounds": {"cursor": cursor}}, "phone_now": clock.now().isoformat(),
    }  # fmt: skip
    answer = actor.send("POST", "sync", body)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["results"], answer.get_json()["streams"]["rounds"]


def operation(one, action, seen=None, **data):
    """A step as a phone sends it."""
    return {
        "type": "round", "round_id": one["round_id"], "op_id": str(uuid4()), "action": action, "seen": seen,
        "data": data, "phone_at": clock.now().isoformat(),
    }  # fmt: skip


def test_a_round_with_five_stops_is_done_offline_and_sent_twice(checked_covers):
    worker = checked_covers.worker
    _, answer = exchange(worker)
    one = next(each for each in answer["changes"] if each["state"] == "due")
    assert (len(one["stop_list"]), len(one["form"])) == (5, 2), "all that is needed offline"
    case_id, track = str(uuid4()), [[HERE[0], HERE[1], 0], [HERE[0] + 0.01, HERE[1], 600]]
    seen = one["seq"]
    sent = [
        operation(one, "start", seen),
        *(operation(one, "visit", stop=stop["stop"], answers={"clean": True}) for stop in one["stop_list"]),
        operation(one, "find", stop=3, case_id=case_id, report=REPORT),
        operation(one, "finish", seen, track=track),
    ]
    results, answer = exchange(worker, answer["cursor"], sent)
    assert [each["status"] for each in results] == [201] * 8, results
    again, _ = exchange(worker, answer["cursor"], sent)
    assert [each["status"] for each in again] == [200] * 8
    (done,) = [each for each in answer["changes"] if each["round_id"] == one["round_id"]]
    assert (done["state"], done["stops_done"], done["findings"]) == ("done", 5, 1)
    assert 850 < done["metres"] < 950
    assert {mark["code"] for mark in done["marks"]} == {"short_time"}
    assert worker.get(f"cases/{case_id}").status_code == 200


def test_a_refused_step_blocks_no_other_and_says_how_the_round_stands(checked_covers):
    _, answer = exchange(checked_covers.worker)
    one = answer["changes"][0]
    results, _ = exchange(checked_covers.worker, None, [operation(one, "finish", 1), operation(one, "start", 9)])
    assert [each["status"] for each in results] == [409, 422]
    assert results[0]["body"]["round"]["round_id"] == one["round_id"]


def test_whoever_serves_no_longer_begins_anew_and_has_none(app, checked_covers):
    worker = checked_covers.worker
    _, answer = exchange(worker)
    assert answer["changes"]
    with app.app_context(), transaction():
        grids.dismiss(GRID, worker.id, Duty.FULL_TIME)
    _, answer = exchange(worker, answer["cursor"])
    assert (answer["reset"], answer["changes"]) == (True, [])


def test_those_who_do_no_rounds_follow_none(checked_covers):
    _, answer = exchange(checked_covers.duty)
    assert answer["changes"] == []


def test_a_track_is_thinned_shown_to_nobody_else_and_deleted_by_its_date(app, checked_covers):
    worker = checked_covers.worker
    one = rounds.take(
        worker, next(each for each in rounds.listed(worker, mine="true") if each["state"] == "due"), "start"
    )
    points = [[HERE[0] + number * 0.00001, HERE[1], number] for number in range(100)]
    one = rounds.take(worker, one, "finish", track=[*points, [HERE[0] + 1, HERE[1], 101]])
    assert one["metres"] < 100, "a jump is no way"
    assert {mark["code"] for mark in one["marks"]} == {"short_time", "short_way", "stops_open"}
    address = f"rounds/{one['round_id']}/track"
    (kept,) = worker.get(address).get_json()["tracks"]
    assert 2 <= len(kept) < 20
    assert checked_covers.duty.get(address).status_code == 403
    with app.app_context(), clock.at(clock.now() + timedelta(days=31)):
        assert round_tracks.tidy() == 1
    assert worker.get(address).get_json()["tracks"] == []
    steps = worker.get(f"rounds/{one['round_id']}/steps").get_json()["items"]
    assert all("track" not in step["data"] for step in steps)


def test_a_track_is_shown_to_whoever_made_it_and_not_to_whoever_goes_on(checked_covers):
    worker, mate = checked_covers.worker, checked_covers.hire("grid_worker", "grid", GRID, duty=Duty.FULL_TIME)
    one = next(each for each in rounds.listed(worker, mine="true") if each["state"] == "due")
    tracks = {
        actor.id: [[HERE[0], HERE[1], 0], [HERE[0] + apart, HERE[1], 600]]
        for actor, apart in ((worker, 0.01), (mate, 0.02))
    }
    one = rounds.take(worker, one, "start")
    one = rounds.take(worker, one, "break_off", reason="暴雨", track=tracks[worker.id])
    one = rounds.take(mate, one, "start")
    for _ in range(2):
        assert mate.get(f"rounds/{one['round_id']}/track").get_json()["tracks"] in ([], [tracks[mate.id]])
        assert worker.get(f"rounds/{one['round_id']}/track").get_json()["tracks"] == [tracks[worker.id]]
        if one["state"] == "started":
            one = rounds.take(mate, one, "finish", track=tracks[mate.id])
    assert mate.get(f"rounds/{one['round_id']}/track").get_json()["tracks"] == [tracks[mate.id]]


def test_without_a_track_nothing_is_made_up(checked_covers):
    worker = checked_covers.worker
    one = rounds.take(
        worker, next(each for each in rounds.listed(worker, mine="true") if each["state"] == "due"), "start"
    )
    done = rounds.take(worker, one, "finish")
    assert done["metres"] is None
    assert "no_track" in {mark["code"] for mark in done["marks"]}
    assert worker.get(f"rounds/{one['round_id']}/track").get_json()["tracks"] == []


def test_what_a_broken_phone_has_kept_of_a_round_is_taken_in_from_its_file(app, checked_covers, tmp_path):
    worker = checked_covers.worker
    one = next(each for each in rounds.listed(worker, mine="true") if each["state"] == "due")
    steps = [
        {
            "kind": "round", "case_id": one["round_id"], "round_id": one["round_id"], "person_id": str(worker.id),
            "made_at": clock.now().isoformat(), "op_id": str(uuid4()), "action": action, "seen": one["seq"], "data": {},
        }
        for action in ("start", "finish")
    ]  # fmt: skip
    file = tmp_path / "queue.json"
    whole = {"format": "gezhi-queue", "version": 1, "username": "worker1", "operations": steps, "photos": []}
    file.write_text(json.dumps(whole), encoding="utf-8")
    with app.app_context():
        outcome = CliRunner().invoke(intake, ["import", str(file)])
    assert outcome.exit_code == 0, outcome.output
    assert "巡查：收下 2，早已收到 0，未收下 0。" in outcome.stdout
    assert rounds.read(worker, one)["state"] == "done"


def test_what_can_follow_a_step_without_network_is_what_the_server_offers_after_it(checked_covers):
    worker = checked_covers.worker
    one = rounds.today(worker, "covers")
    for action, data in (("start", {}), ("break_off", {"reason": "暴雨"}), ("start", {}), ("finish", {})):
        expected = one["then"][action]
        one = rounds.take(worker, one, action, **data)
        assert one["actions"] == expected
