"""A cursor is a hint: one that is not read, or that lies in the future, costs a longer answer and no work."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.core import jobs, paging
from app.intake import sync
from tests.factories.town import GARBAGE, HERE
from tests.support.phone import Phone, report_of

BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}


def test_a_cursor_that_is_not_read_costs_a_longer_answer_and_no_work(town):
    known = town.worker.report().get_json()["case_id"]
    mark = paging.decode(town.worker.send("POST", "sync", {}).get_json()["cursor"], 4)[3]
    for cursor in ("abc", "", "x" * 900, "\x00", "W10", 5, True, [], {"a": 1}, paging.encode(1, 2),
                   paging.encode(-1, UUID(int=0), 0, mark), paging.encode(0, "x", 0, mark)):  # fmt: skip
        case_id = str(uuid4())
        answer = town.worker.send("POST", "sync", {"cursor": cursor, "operations": [report_of(case_id, BODY)]})
        assert answer.status_code == 200, (cursor, answer.get_json())
        said = answer.get_json()
        assert ([one["status"] for one in said["results"]], said["reset"]) == ([201], True), cursor
        assert {known, case_id} <= {case["case_id"] for case in said["changes"]}


@pytest.mark.parametrize("ahead", [timedelta(minutes=10), timedelta(days=3)])
def test_a_cursor_of_a_time_that_has_not_come_is_reset(town, clock, ahead):
    now = clock.tick(minutes=5)
    phone = Phone(town.worker)
    clock.set(now + ahead)
    phone.sync()
    clock.set(now + timedelta(minutes=1))
    case = town.worker.report().get_json()
    said = phone.exchange()
    assert (said["reset"], phone.has()) == (True, {(case["case_id"], 1)})
    clock.tick(minutes=2)
    town.acceptor.act(case, "accept")
    said = phone.exchange()
    assert (said["reset"], phone.has()) == (False, {(case["case_id"], 2)})


def test_a_page_of_a_time_that_has_not_come_is_reset_and_reading_ends(town, clock, monkeypatch):
    monkeypatch.setattr(sync, "PAGE", 3)
    now = clock.tick(minutes=5)
    clock.set(now + timedelta(days=3))
    cases = {town.worker.report().get_json()["case_id"] for _ in range(5)}
    phone = Phone(town.worker)
    phone.exchange()  # the first page of two
    clock.set(now)
    assert phone.exchange()["reset"]
    phone.sync()
    assert set(phone.cases) == cases


def test_clocks_of_two_hosts_may_lie_a_little_apart(town, clock):
    phone = Phone(town.worker)
    now = clock.tick(minutes=5)
    phone.sync()
    clock.set(now - timedelta(seconds=29))
    case = town.worker.report().get_json()
    said = phone.exchange()
    assert (said["reset"], phone.has()) == (False, {(case["case_id"], 1)})


def test_a_cursor_given_by_a_clock_ahead_is_begun_anew_even_when_that_time_has_come(app, town, clock):
    now = clock.tick(minutes=1)
    clock.set(now + timedelta(minutes=10))
    with app.app_context():
        jobs.keep_latest()
    given = town.worker.send("POST", "sync", {"operations": [], "cursor": None}).get_json()["cursor"]
    clock.set(now)
    with app.app_context():
        jobs.keep_latest()
    case = town.worker.report().get_json()["case_id"]
    clock.set(now + timedelta(minutes=15))
    response = town.worker.send("POST", "sync", {"operations": [], "cursor": given}).get_json()
    assert response["reset"] is True
    assert case in [each["case_id"] for each in response["changes"]]
    later = town.worker.send("POST", "sync", {"operations": [], "cursor": response["cursor"]}).get_json()
    assert later["reset"] is False, "once"
