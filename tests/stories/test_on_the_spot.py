"""On the spot means on the spot: how far somebody was, where and when photos were taken, and who gets to see that."""

import tempfile
from datetime import timedelta
from uuid import uuid4

import pytest

from app.catalogue import service as catalogue
from app.core import clock as now_
from app.core.transaction import transaction
from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk
from tests.factories import catalogue as documents
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING, NEXT_GRID, PHONED
from tests.support.looks import guarded, refused, tasks_of

FAR = "data.reason"
METRE = 360 / 40_030_230  # of latitude, on a sphere of 6,371 km


def away(metres):
    """A place so far north of the case."""
    return {"lon": HERE[0], "lat": HERE[1] + metres * METRE}


def verifying(town, **report):
    return town.acceptor.act(town.acceptor.report(source="citizen", **report).get_json(), "verify")


def spot_of(case, part="check"):
    return tasks_of(case, part)[-1]["spot"]


def step_of(town, case, action):
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    return next(one for one in reversed(steps) if one["action"] == action)


@pytest.mark.parametrize("action", ["confirm_true", "confirm_false", "pass_check", "fail_check"])
def test_who_is_far_says_why_and_what_a_fix_may_be_wrong_by_is_counted_in(town, action):
    part = "verify" if action.startswith("confirm") else "check"
    case = verifying(town) if part == "verify" else town.handled()
    data = {"attachments": [town.photo()]} | ({"tasks": [1]} if action == "fail_check" else {})
    for place in (away(120), away(160) | {"accuracy_m": 40}, away(160) | {"accuracy_m": 80, "placed": "chosen"}):
        body = refused(town.worker.try_act(case, action, **place, **data, reason=" "), 422, "data_missing")
        assert body["fields"].keys() == {FAR}, place
    case = town.worker.act(case, action, **away(160), accuracy_m=80, **data)  # 160 - 80 m is no more than 100 m
    facts = {"seq": case["seq"], "distance_m": 160, "accuracy_m": 80, "marks": []}
    assert spot_of(case, part) == step_of(town, case, action)["data"]["spot"] == facts


def test_what_is_far_with_a_reason_stands_before_who_closes_and_on_the_board(town):
    case = town.worker.act(
        town.handled(), "pass_check", **away(250), placed="measured", accuracy_m=160, reason="沟对岸拍摄",
        attachments=[town.photo()],
    )  # fmt: skip
    assert spot_of(case)["marks"] == ["inexact"]  # 250 - 160 m may be close by: no reason was owed, and none is wrong
    case = town.duty.act(case, "refuse_close", reason="请到现场再看")
    case = town.worker.act(
        case, "pass_check", **away(250), placed="chosen", reason="沟对岸", attachments=[town.photo()]
    )
    assert (spot_of(case)["distance_m"], spot_of(case)["marks"]) == (250, ["far", "by_hand"])
    pages = [
        Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}").text,
        Desk(town.app, town.duty).get(f"/desk/cases/{case['case_id']}/file").text,
        Desk(town.app, town.supervisor).get(f"/board/cases/{case['case_id']}").text,
    ]
    assert all("离案件位置较远" in page and "250 米" in page and "沟对岸" in page for page in pages)
    town.bring_photos(case)
    town.drain()
    town.duty.act(case, "close")


def test_a_photo_taken_before_the_work_ended_or_far_away_is_marked_and_not_refused(town, clock):
    town.worker.report()
    clock.tick(hours=1)
    case = town.handled()
    clock.tick(minutes=30)
    early, distant, at = uuid4(), uuid4(), now_.now()
    for photo, hints in (
        (early, {"taken_at": (at - timedelta(hours=1)).isoformat()}),
        (distant, {"taken_at": at.isoformat(), "lon": HERE[0], "lat": HERE[1] + 300 * METRE}),
    ):
        assert town.worker.upload(case, jpeg(), purpose="check", attachment_id=photo, **hints)[1].status_code == 201
    case = town.worker.act(case, "pass_check", **away(5), attachments=[str(early), str(distant)])
    assert spot_of(case)["marks"] == ["photo_early", "photo_far"]


def test_a_page_needs_photos_that_are_here_and_a_phone_sends_them_afterwards(town, clock):
    case, photo = town.handled(), str(uuid4())
    said = {"action": "pass_check", "op_id": str(uuid4()), "seen": case["seq"]}
    data = {**away(0), "attachments": [photo]}
    answer = town.worker.send("POST", f"cases/{case['case_id']}/steps", {**said, "data": data})
    assert refused(answer, 422, "data_missing")["fields"].keys() == {"data.attachments"}
    assert town.worker.read(case)["photos_awaited"] == 1  # that of the work: nothing of the refused step was kept
    clock.tick(minutes=20)
    result = town.worker.sync_act(case, "pass_check", **away(400), attachments=[photo])  # nobody can be asked any more
    assert (result["status"], result["body"]["state"]) == (201, "checked")
    assert spot_of(result["body"])["marks"] == ["far", "no_reason"]
    guarded(town.duty.try_act(case, "close"), "no_photo_awaited")
    taken_at = (now_.now() - timedelta(hours=2)).isoformat()
    town.worker.upload(case, jpeg(), purpose="check", attachment_id=photo, taken_at=taken_at)
    town.drain()
    assert spot_of(town.duty.read(case))["marks"] == ["far", "no_reason", "photo_early"]
    assert step_of(town, case, "attach")["data"]["spot"]["marks"] == ["photo_early"]
    town.housing.upload(case, jpeg(), attachment_id=step_of(town, case, "finish")["data"]["attachments"][0])
    town.drain()
    assert town.duty.act(case, "close")["state"] == "closed"


def test_a_photo_counts_for_one_step_and_of_whoever_takes_that_step_alone(town):
    """By page and by phone: neither the photo of another step, nor one that another person has sent."""

    def own(actor, case, purpose="check"):
        photo, answer = actor.upload(case, jpeg(), purpose=purpose)
        assert answer.status_code == 201, answer.get_json()
        return photo

    def anothers(answer):
        assert "本人" in str(refused(answer, 422, "data_missing")["fields"]["data.attachments"])

    case = verifying(town)
    first = own(town.worker, case)
    town.worker.act(case, "comment", text="看过", attachments=[first])
    for photo in (first, own(town.acceptor, case)):
        for action in ("confirm_true", "confirm_false"):
            anothers(town.worker.try_act(case, action, **away(0), attachments=[photo]))
    seen = own(town.worker, case)
    case = town.worker.act(case, "confirm_true", **away(0), attachments=[seen])
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
    case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
    anothers(town.housing.try_act(case, "finish", result="已清理", attachments=[seen]))
    done = own(town.housing, case, "after")
    case = town.housing.act(case, "finish", result="已清理", attachments=[done])
    for photo in (done, seen, own(town.acceptor, case)):
        for action, tasks in (("pass_check", {}), ("fail_check", {"tasks": [1]})):
            anothers(town.worker.try_act(case, action, **away(0), **tasks, attachments=[photo]))
            assert town.worker.sync_act(case, action, **away(0), **tasks, attachments=[photo])["status"] == 422
    kept = own(town.worker, case)
    town.worker.act(case, "attach", attachments=[kept])  # as the photos of an act that was refused are
    assert town.worker.act(case, "pass_check", **away(0), attachments=[done, kept])["state"] == "checked"


def test_a_case_somewhere_in_a_grid_counts_by_how_far_outside_of_it(town):
    def handled():
        case = town.worker.send("PUT", f"cases/{uuid4()}", {"class": "0102", "description": "垃圾", "grid": GRID})
        case = town.acceptor.act(case.get_json(), "accept")
        case = town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
        town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
        return town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])

    photo = {"attachments": [town.photo()]}
    inside = town.worker.act(handled(), "pass_check", lon=112.001, lat=36.05, **photo)
    assert (spot_of(inside)["distance_m"], spot_of(inside)["marks"]) == (0, [])
    outside = handled()
    place = {"lon": 112.1 + 0.002, "lat": 36.05}  # 0.002 degrees east of the grid's edge: 180 m at this latitude
    assert FAR in refused(town.worker.try_act(outside, "pass_check", **place, **photo), 422)["fields"]
    outside = town.worker.act(outside, "pass_check", **place, accuracy_m=90, **photo)
    assert (spot_of(outside)["distance_m"], spot_of(outside)["marks"]) == (180, [])
    by_hand = handled()
    assert FAR in refused(town.worker.try_act(by_hand, "pass_check", grid=NEXT_GRID, **photo), 422)["fields"]
    by_hand = town.worker.act(by_hand, "pass_check", grid=GRID, **photo)
    assert (spot_of(by_hand)["distance_m"], spot_of(by_hand)["marks"]) == (None, ["by_hand"])


@pytest.fixture
def visited(town):
    """A class whose result somebody looks at in the home of whoever reported it."""

    def checked_by_visit(**more):
        content = documents.seed_content(GARBAGE) | {"check": "visit", **more}
        content["evidence"]["check"] = 0
        with tempfile.TemporaryDirectory() as folder, town.app.app_context(), transaction():
            catalogue.import_files([documents.documents_file(folder, ("class", GARBAGE, content))], by="test")

    return checked_by_visit


def needs_of(actor, case, action):
    return next(one["needs"] for one in actor.read(case)["actions"] if one["action"] == action)


@pytest.mark.parametrize("action", ["confirm_true", "confirm_false", "pass_check", "fail_check"])
def test_a_visit_is_on_the_spot_place_and_photo_are_asked_as_at_a_site(town, visited, action):
    visited()
    case = verifying(town) if action.startswith("confirm") else town.handled()
    tasks = {"tasks": [1]} if action == "fail_check" else {}
    assert {"lon", "lat", "attachments"} <= {*needs_of(town.worker, case, action)}
    assert action not in town.acceptor.actions(case)
    photo = {"attachments": [town.photo()]}
    for data, field in ((photo, "data.lon"), (away(0), "data.attachments"), (away(300) | photo, FAR)):
        body = refused(town.worker.try_act(case, action, **tasks, **data), 422, "data_missing")
        assert field in body["fields"], data
    awaited = {"op_id": str(uuid4()), "action": action, "seen": case["seq"]}
    data = {**tasks, **away(0), "attachments": [str(uuid4())]}
    answer = town.worker.send("POST", f"cases/{case['case_id']}/steps", {**awaited, "data": data})
    assert refused(answer, 422, "data_missing")["fields"].keys() == {"data.attachments"}
    result = town.worker.sync_act(case, action, **tasks, **away(300), attachments=[str(uuid4())])
    assert (result["status"], result["body"]["photos_awaited"] > case["photos_awaited"]) == (201, True)
    part = "verify" if action.startswith("confirm") else "check"
    assert (spot_of(result["body"], part)["distance_m"], spot_of(result["body"], part)["marks"]) == (
        300, ["far", "no_reason"],
    )  # fmt: skip


def test_at_a_home_that_is_visited_confidentially_no_picture_is_asked_for(town, visited):
    visited(confidential={"readers": ["grid_worker", "acceptor", "duty_officer", "dispatcher", "department_desk"]})
    case = town.handled()
    if not tasks_of(case, "check")[-1]["handler_id"]:
        case = town.duty.act(case, "name_checker", checker=str(town.worker.id))
    assert needs_of(town.worker, case, "pass_check") == ["lon", "lat"]
    for data, field in (({}, "data.lon"), (away(300), FAR)):
        body = refused(town.worker.try_act(case, "pass_check", **data), 422, "data_missing")
        assert field in body["fields"], data
    page = Desk(town.app, town.worker).form(case, "pass_check")[1]
    assert "attachments" not in page
    case = town.worker.act(case, "pass_check", **away(300), reason="住户搬到村口", note="住户确认")
    assert (case["state"], spot_of(case)["marks"]) == ("checked", ["far"])


def test_what_is_not_looked_at_on_the_spot_is_not_judged_so(town):
    case = town.handled(class_code=PHONED)
    assert spot_of(case) is None
    checker = next(one for one in town.people if str(one.id) == tasks_of(case, "check")[-1]["handler_id"])
    assert spot_of(checker.act(case, "pass_check", **away(5000))) is None


@pytest.mark.parametrize("action", ["finish", "pass_check"])
def test_photos_that_a_class_asks_for_have_come_unless_a_phone_sends_them_afterwards(town, action):
    """A class that is checked by papers (a visit, a document) may ask for photos of the check, too."""
    if action == "finish":
        actor, case, data = town.housing, town.handling(), {"result": "已清理"}
    else:
        content = {**documents.seed_content(GARBAGE), "check": "document"}
        content["evidence"] = {**content["evidence"], "check": 1}
        with tempfile.TemporaryDirectory() as folder, town.app.app_context(), transaction():
            catalogue.import_files([documents.documents_file(folder, ("class", GARBAGE, content))], by="test")
        actor, case, data = town.worker, town.handled(), {}
    invented, path = str(uuid4()), f"cases/{case['case_id']}/steps"
    body = {"op_id": str(uuid4()), "action": action, "seen": case["seq"]}
    answer = actor.send("POST", path, {**body, "data": {**data, "attachments": [invented]}})
    assert refused(answer, 422, "data_missing")["fields"].keys() == {"data.attachments"}
    shown, _ = actor.upload(case, jpeg(), purpose="after" if action == "finish" else "check")
    assert actor.send("POST", path, {**body, "data": {**data, "attachments": [shown]}}).status_code == 201
    other = town.handling() if action == "finish" else town.handled()
    result = actor.sync_act(other, action, **data, attachments=[str(uuid4())])
    assert result["status"] == 201
    assert result["body"]["photos_awaited"] == (1 if action == "finish" else 2)
