"""What a grid worker puts right himself is approved by somebody else; a share, drawn by rule, is looked at first."""

import hashlib
from uuid import uuid4

from tests.attachments.pictures import jpeg
from tests.factories.town import COVER, HERE
from tests.support.looks import guarded, refused, results, running, tasks_of

PERCENT = 10  # the setting self_fixed_check_percent of the catalogue we ship


def drawn_id(*, sampled):
    """An id which the rule draws, or does not."""
    while True:
        case_id = uuid4()
        drawn = int.from_bytes(hashlib.sha256(case_id.bytes).digest()[:4]) % 100
        if (drawn < PERCENT) is sampled:
            return case_id


def _fixed(town, *, sampled, by=None):
    answer = (by or town.worker).report(fixed=True, case_id=drawn_id(sampled=sampled), attachments=_photos(2))
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def _photos(count):
    return [str(uuid4()) for _ in range(count)]


def test_what_was_fixed_and_not_drawn_is_approved_and_closed(town):
    photos = _photos(2)
    case = town.worker.report(fixed=True, case_id=drawn_id(sampled=False), attachments=photos).get_json()
    assert (case["state"], case["self_fixed"], case["photos_awaited"]) == ("reported", True, 2)
    guarded(town.acceptor.try_act(case, "close_fixed"), "no_photo_awaited")
    for number, photo in enumerate(photos):
        purpose = ("before", "after")[number]
        _, stored = town.worker.upload(case, jpeg(64 + number), purpose=purpose, attachment_id=photo)
        assert stored.status_code == 201, stored.get_json()
    case = town.acceptor.act(case, "close_fixed")
    assert (case["state"], case["ended_how"], case["self_fixed"]) == ("closed", "close_fixed", True)
    assert case["closed_at"]
    assert running(case) == set()
    assert results(case) == [("accept", "in_time")]
    assert town.steps(case)[:1] + town.steps(case)[-1:] == ["report", "close_fixed"]


def test_what_was_drawn_is_looked_at_by_another_worker_before_it_is_closed(town):
    case = _fixed(town, sampled=True)
    case = town.acceptor.act(case, "close_fixed")
    assert (case["state"], running(case)) == ("handled", {"check"})
    assert tasks_of(case, "check")[0]["handler_id"] == str(town.next_worker.id)
    refused(town.worker.try_act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=_photos(1)), 403)
    case = town.next_worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=_photos(1))
    assert (case["state"], running(case)) == ("checked", {"close"})
    refused(town.next_worker.try_act(case, "close"), 404)  # the task is done, and with it the sight of the case


def test_a_fixed_case_that_fails_its_check_becomes_an_ordinary_case(town):
    case = town.acceptor.act(_fixed(town, sampled=True), "close_fixed")
    case = town.next_worker.act(case, "fail_check", lon=HERE[0], lat=HERE[1], attachments=_photos(1), note="仍有垃圾")
    assert (case["state"], case["self_fixed"], case["reworks"]) == ("accepted", False, 1)
    assert running(case) == {"file"}
    case = town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    assert (case["state"], running(case)) == ("filed", {"dispatch", "case"})


def test_a_duty_officer_who_is_not_convinced_makes_an_ordinary_case_of_it(town):
    case = town.acceptor.act(_fixed(town, sampled=True), "close_fixed")
    case = town.next_worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=_photos(1))
    case = town.duty.act(case, "refuse_close", reason="照片看不出已清理", rework=True)
    assert (case["state"], case["self_fixed"]) == ("accepted", False)


def test_whoever_fixed_it_never_approves_it(town):
    both = town.hire("grid_worker", "grid", "141025100200001")
    town.also(both, "acceptor", "centre", "141025")
    for sampled in (False, True):
        case = _fixed(town, sampled=sampled, by=both)
        guarded(both.try_act(case, "close_fixed"), "fixer_does_not_approve")
        assert "close_fixed" not in both.actions(case)
    refused(town.duty.try_act(case, "close_fixed"), 403, "act_forbidden")


def test_whoever_fixed_it_is_not_made_its_checker(town):
    case = town.acceptor.act(_fixed(town, sampled=True), "close_fixed")
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(town.worker.id)), "candidate_did_not_handle")


def test_a_fixed_report_shows_before_and_after_and_a_class_that_allows_it(town):
    body = refused(town.worker.report(fixed=True, attachments=_photos(1)), 422)
    assert set(body["fields"]) == {"data.attachments"} or set(body["fields"]) == {"attachments"}
    refused(town.worker.report(None, fixed=True, attachments=_photos(2)), 422)
    answer = town.worker.report(COVER, fixed=True, attachments=_photos(2), form={"risk": "缺失"})
    refused(answer, 409, "move_not_allowed")
    assert town.supervisor.get("cases").get_json()["items"] == []


def test_two_photos_of_the_same_moment_are_not_before_and_after(town):
    case_id = drawn_id(sampled=False)
    first, second = (town.worker.upload(str(case_id), jpeg(64 + turn), purpose="before")[0] for turn in range(2))
    refused(town.worker.report(fixed=True, case_id=case_id, attachments=[first, second]), 422, "data_missing")
    case = town.worker.report(fixed=True, case_id=case_id, attachments=[first, *_photos(1)]).get_json()
    _, stored = town.worker.upload(case, jpeg(70), purpose="before", attachment_id=_named_last(town, case))
    assert stored.status_code == 201
    guarded(town.acceptor.try_act(case, "close_fixed"), "photos")
    after, _ = town.worker.upload(case, jpeg(71), purpose="after")
    town.worker.act(case, "attach", attachments=[after])
    assert town.acceptor.act(case, "close_fixed")["state"] == "closed"


def _named_last(town, case):
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    return steps[0]["data"]["attachments"][-1]


def test_an_accepted_fixed_report_is_an_ordinary_case(town):
    case = town.acceptor.act(_fixed(town, sampled=False), "accept")
    assert (case["state"], case["self_fixed"]) == ("accepted", False)


def test_what_was_not_fixed_is_not_closed_as_fixed(town):
    case = town.worker.report().get_json()
    guarded(town.acceptor.try_act(case, "close_fixed"), "self_fixed")
