"""Somebody who did not do the work sees that it is done, and somebody who did not check closes."""

from datetime import timedelta

import pytest

from app.attachments.jobs import sweep
from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY
from tests.factories.town import HERE, HOUSING, WATER
from tests.support.looks import clocks_of, guarded, refused, results, running, tasks_of

LEAFLET = "SC-05"


def _spot(town):
    return {"lon": HERE[0], "lat": HERE[1], "attachments": [town.photo()]}


def _both_done(town):
    """A case whose lead (task 1) and assistant (task 2) say that they are done."""
    case = town.dispatched(assist=[WATER])
    for department in (town.water, town.housing):
        department.act(case, "sign")
        case = department.act(case, "finish", result="已完成", attachments=[town.photo()])
    assert case["state"] == "handled"
    return case


def test_a_photo_that_was_refused_or_lost_does_not_hold_the_closing_up_for_ever(app, town, clock):
    broken, lost = town.photo(), town.photo()
    case = town.housing.act(town.handling(), "finish", result="已清理", attachments=[broken, lost])
    case = town.worker.act(case, "pass_check", **_spot(town))
    town.bring_photos(case, but=(broken, lost))
    _, refused_bytes = town.housing.upload(case, b"not a photo", attachment_id=broken)
    assert refused_bytes.status_code == 422
    guarded(town.duty.try_act(case, "close"), "no_photo_awaited")
    clock.tick(days=8)
    with app.app_context():
        sweep()
    assert town.duty.read(case)["photos_awaited"] == 0
    assert town.duty.act(case, "close")["state"] == "closed"


def test_the_checker_is_the_grids_worker_though_he_reported_it(town):
    case = town.handled()
    assert (case["state"], running(case)) == ("handled", {"check", "case"})
    assert tasks_of(case, "check")[0]["handler_id"] == str(town.worker.id)
    assert clocks_of(case, "check")[0]["answerable"] == f"person:{town.worker.id}"
    refused(town.next_worker.try_act(case, "pass_check", **_spot(town)), 404)
    refused(town.supervisor.try_act(case, "pass_check", **_spot(town)), 403, "act_forbidden")
    body = refused(town.worker.try_act(case, "pass_check"), 422, "data_missing")
    assert set(body["fields"]) == {"data.lon", "data.lat", "data.attachments"}
    case = town.worker.act(case, "pass_check", **_spot(town))
    assert (case["state"], results(case, "check")) == ("checked", [("check", "in_time")])


def test_only_the_task_that_failed_is_done_again(town):
    case = _both_done(town)
    body = refused(town.worker.try_act(case, "fail_check", **_spot(town)), 422, "data_missing")
    assert set(body["fields"]) == {"data.tasks"}
    for wrong in ([3], [99], [2, 3]):
        refused(town.worker.try_act(case, "fail_check", tasks=wrong, **_spot(town)), 422)
    case = town.worker.act(case, "fail_check", tasks=[2], note="井口仍漏水", **_spot(town))
    assert (case["state"], case["reworks"]) == ("dispatched", 1)
    assert [(task["state"], task["reworks"]) for task in case["tasks"][:2]] == [("done", 0), ("sent", 1)]
    refused(town.housing.try_act(case, "sign"), 409)
    assert town.water.act(case, "sign")["state"] == "handling"
    case = town.water.act(case, "finish", result="已修好", attachments=[town.photo()])
    assert case["state"] == "handled"
    assert tasks_of(case, "check")[-1]["handler_id"] == str(town.worker.id)
    # in time is judged by the first clock of the round; a rework's clock only urges
    handled = [clock["result"] for clock in clocks_of(case, "handle") if clock["task"] == 2]
    assert handled == ["in_time", "none"]


def test_a_late_rework_does_not_make_work_late_that_was_in_time(town, clock):
    case = town.worker.act(town.handled(), "fail_check", tasks=[1], **_spot(town))
    clock.tick(days=30)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已清理", attachments=[town.photo()])
    assert [clock["result"] for clock in clocks_of(case, "handle")] == ["in_time", "none"]


def test_an_acceptor_gives_the_check_to_somebody_who_may(town):
    case = town.handled()
    refused(town.duty.try_act(case, "assign_check", checker=str(town.next_worker.id)), 403, "act_forbidden")
    refused(town.acceptor.try_act(case, "assign_check"), 422, "data_missing")
    for unfit in (town.housing, town.acceptor):  # of the department that did it; without the permission
        guarded(town.acceptor.try_act(case, "assign_check", checker=str(unfit.id)), "candidate_holds_check")
    case = town.acceptor.act(case, "assign_check", checker=str(town.next_worker.id))
    assert [task["state"] for task in tasks_of(case, "check")] == ["stopped", "sent"]
    assert clocks_of(case, "check")[0]["answerable"] == f"person:{town.next_worker.id}"
    refused(town.worker.try_act(case, "pass_check", **_spot(town)), 403, "act_forbidden")
    assert town.next_worker.act(case, "pass_check", **_spot(town))["state"] == "checked"


def test_nobody_of_a_department_with_a_task_checks_though_on_the_roster(town):
    town.also(town.worker, "handler", "department", HOUSING)
    case = town.handled()
    assert tasks_of(case, "check")[0]["handler_id"] == str(town.next_worker.id)
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(town.worker.id)), "candidate_is_of_no_department")


def test_whoever_joins_the_department_after_being_named_does_not_check(town):
    case = town.handled()
    town.also(town.worker, "handler", "department", HOUSING)
    guarded(town.worker.try_act(case, "pass_check", **_spot(town)), "department_does_not_check")


def test_whoever_handled_does_not_check_though_no_longer_of_the_department(town):
    town.also(town.worker, "handler", "department", HOUSING)
    case = town.worker.act(town.dispatched(), "sign")
    town.dismiss(town.worker, "handler")
    case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    assert tasks_of(case, "check")[0]["handler_id"] == str(town.next_worker.id)


def test_when_nobody_may_check_an_acceptor_is_asked_to_name_somebody(town):
    for worker in (town.worker, town.next_worker):
        town.also(worker, "handler", "department", HOUSING)
    case = town.handled()
    assert tasks_of(case, "check")[0]["handler_id"] is None
    waiting = [each for each in town.acceptor.get("queues").get_json()["items"] if each["queue"] == "to_name_checker"]
    assert waiting[0]["count"] == 1
    inspector = town.hire("inspector", "grid", COUNTY)
    case = town.acceptor.act(case, "assign_check", checker=str(inspector.id))
    assert inspector.act(case, "pass_check", **_spot(town))["state"] == "checked"


def test_whoever_checked_does_not_close_nor_refuse_to_close(town):
    town.also(town.worker, "duty_officer", "centre", COUNTY)
    case = town.checked()
    guarded(town.worker.try_act(case, "close"), "checker_does_not_close")
    guarded(town.worker.try_act(case, "refuse_close", reason="不清楚", rework=True), "checker_does_not_close")
    assert not {"close", "refuse_close"} & town.worker.actions(case)


def test_whoever_refused_to_close_does_not_check_afterwards(town):
    town.also(town.next_worker, "duty_officer", "centre", COUNTY)
    case = town.next_worker.act(town.checked(), "refuse_close", reason="照片不清楚")
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(town.next_worker.id)), "candidate_did_not_close")


def test_whoever_checked_does_not_handle_the_rework(town):
    case = town.worker.act(town.handled(), "fail_check", tasks=[1], **_spot(town))
    town.also(town.worker, "handler", "department", HOUSING)
    guarded(town.worker.try_act(case, "sign"), "checker_does_not_handle")


def test_a_duty_officer_who_doubts_the_check_has_it_looked_at_again(town):
    case = town.checked()
    refused(town.acceptor.try_act(case, "refuse_close", reason="照片不清楚"), 403, "act_forbidden")
    refused(town.duty.try_act(case, "refuse_close"), 422, "data_missing")
    case = town.duty.act(case, "refuse_close", reason="照片不清楚")
    assert (case["state"], case["reworks"], running(case)) == ("handled", 0, {"check", "case"})
    assert [task["state"] for task in tasks_of(case, "check")] == ["done", "sent"]
    assert results(case, "close") == [("close", "in_time")]


def test_a_duty_officer_who_doubts_the_work_has_it_done_again(town):
    case = town.worker.act(_both_done(town), "pass_check", **_spot(town))
    case = town.duty.act(case, "refuse_close", reason="未清理干净", rework=True, tasks=[1, 2])
    assert (case["state"], case["reworks"]) == ("dispatched", 1)
    assert [task["state"] for task in case["tasks"][:2]] == ["sent", "sent"]
    town.water.act(case, "sign")
    case = town.housing.act(case, "sign")
    guarded(town.housing.try_act(case, "finish", result="好了", attachments=[town.photo()]), "assisting_done")


def test_what_needs_no_check_is_not_sent_to_one(town):
    case = town.dispatched(class_code=LEAFLET, lead=HOUSING)
    case = town.housing.act(town.housing.act(case, "sign"), "finish", result="已入户宣传")
    assert (case["state"], running(case)) == ("checked", {"close", "case"})
    guarded(town.duty.try_act(case, "refuse_close", reason="再看看"), "check_needed")
    assert town.duty.act(case, "close")["state"] == "closed"


def test_a_photo_that_is_still_to_come_keeps_the_case_from_closing(town):
    case = town.handling()
    first, second = town.photo(), town.photo()
    case = town.housing.act(case, "finish", result="已清理", attachments=[first])
    case = town.worker.act(case, "pass_check", lon=HERE[0], lat=HERE[1], attachments=[town.photo()])
    case = town.worker.act(case, "attach", attachments=[second])
    assert case["photos_awaited"] == 2
    guarded(town.duty.try_act(case, "close"), "no_photo_awaited")
    assert "close" not in town.duty.actions(case)
    town.housing.upload(case, jpeg(), attachment_id=first)
    guarded(town.duty.try_act(case, "close"), "no_photo_awaited")
    town.worker.upload(case, jpeg(), purpose="check", attachment_id=second)
    assert town.duty.read(case)["photos_awaited"] == 0
    assert town.duty.act(case, "close")["state"] == "closed"


def test_a_check_that_comes_too_late_is_late(town, clock):
    case = town.handled()
    clock.set(clock.tick() + timedelta(days=10))
    case = town.worker.act(case, "pass_check", **_spot(town))
    assert results(case, "check") == [("check", "late")]


@pytest.mark.parametrize(("actor", "action"), [("worker", "fail_check"), ("duty", "refuse_close")])
def test_a_task_is_sent_back_once_however_often_it_is_named(town, actor, action):
    case = town.handled() if action == "fail_check" else town.checked()
    data = _spot(town) if action == "fail_check" else {"reason": "未清理干净", "rework": True}
    body = refused(getattr(town, actor).try_act(case, action, tasks=[1, 1], **data), 422, "invalid")
    assert body["fields"] == {"data.tasks": ["有重复项。"]}
    case = getattr(town, actor).act(case, action, tasks=[1], **data)
    assert [(task["state"], task["reworks"]) for task in tasks_of(case, "lead")] == [("sent", 1)]
    assert len([each for each in clocks_of(case, "sign") if each["stopped_at"] is None]) == 1
