"""Two acceptors who merge two cases into each other at the same moment neither wait for each other nor lose both."""

import threading

import pytest

from app.core import clock as time


@pytest.mark.own_database
def test_two_cases_merged_into_each_other_at_once_leave_one_open(app, town, clock):
    other = town.hire("acceptor", "centre", "141025")
    now = clock.tick()
    for _ in range(3):
        pair = [town.worker.report().get_json(), town.next_worker.report().get_json()]
        answers, start = {}, threading.Barrier(2)

        def merge(actor, case, into, answers=answers, start=start):
            with time.at(now):
                start.wait()
                body = {"op_id": town.photo(), "action": "merge", "seen": 1, "data": {"into": into["case_id"]}}
                path = f"/api/v1/cases/{case['case_id']}/steps"
                answers[actor.id] = app.test_client().post(path, json=body, headers=actor.headers)

        threads = [
            threading.Thread(target=merge, args=(town.acceptor, *pair)),
            threading.Thread(target=merge, args=(other, *reversed(pair))),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = sorted(answer.status_code for answer in answers.values())
        assert statuses == [201, 409], [answer.get_json() for answer in answers.values()]
        assert sorted(town.acceptor.read(case)["state"] for case in pair) == ["merged", "reported"]
