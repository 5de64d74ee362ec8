"""What a phone sends and gets in one exchange."""

import json
from datetime import timedelta
from uuid import uuid4

from app.core.errors import Busy
from app.core.transaction import transaction
from app.dispatch import referral
from app.identity.models import AssignmentRow
from app.intake import sync
from tests.factories.town import GARBAGE, GRID, HERE, NEXT_GRID, TEAM, THERE, WATER
from tests.support.looks import refused, without_forms
from tests.support.phone import Phone, act_of, report_of

BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}


def statuses(results):
    """The statuses of the results, in order."""
    return [each["status"] for each in results]


# --- operations ---


def test_a_batch_is_carried_out_in_order(town):
    phone, case_id, op_id = Phone(town.worker), str(uuid4()), str(uuid4())
    results = phone.sync([report_of(case_id, BODY), act_of(case_id, "comment", None, op_id, text="已拍照")])
    assert statuses(results) == [201, 201]
    assert results[1]["body"]["step"]["op_id"] == op_id
    assert phone.has() == {(case_id, 2)}


def test_the_same_batch_again_changes_nothing(town):
    phone, case_id = Phone(town.worker), str(uuid4())
    batch = [report_of(case_id, BODY), act_of(case_id, "comment", None, str(uuid4()), text="已拍照")]
    first = phone.sync(batch)
    for _ in range(3):
        again = phone.sync(batch)
        assert statuses(again) == [200, 200]
        assert [each["body"]["step"] for each in again] == [each["body"]["step"] for each in first]
    assert phone.has() == {(case_id, 2)}


def test_a_refused_operation_never_blocks_the_next(town):
    phone, kept = Phone(town.worker), [str(uuid4()) for _ in range(3)]
    results = phone.sync([
        report_of(kept[0], BODY),
        report_of(kept[0], BODY | {"description": "另一件事"}),
        act_of(str(uuid4()), "comment", None, str(uuid4()), text="没有这个案件"),
        report_of(kept[1], BODY),
        act_of(kept[1], "accept", 1, str(uuid4())),
        act_of(kept[1], "withdraw", 0, str(uuid4())),
        report_of(str(uuid4()), BODY | {"lon": 0, "lat": 0}),
        report_of(kept[2], BODY),
    ])  # fmt: skip
    assert statuses(results) == [201, 409, 404, 201, 403, 409, 422, 201]
    assert phone.has() == {(each, 1) for each in kept}


def test_each_result_is_the_answer_that_the_call_alone_would_have_had(town):
    worker = town.worker
    known = worker.report().get_json()["case_id"]
    calls = [
        (known, "comment", {"text": "一"}, 1),
        (known, "accept", {}, 1),
        (known, "withdraw", {}, None),
        (known, "withdraw", {}, 0),
        (known, "fly", {}, 1),
        (known, "comment", {"text": ""}, 1),
        (known, "comment", {"words": "一"}, 1),
        (str(uuid4()), "comment", {"text": "一"}, 1),
    ]
    for case_id, action, data, seen in calls:
        op_id = str(uuid4())
        alone = worker.send(
            "POST", f"cases/{case_id}/steps", {"op_id": op_id, "action": action, "seen": seen, "data": data}
        )
        (result,) = Phone(worker).exchange([act_of(case_id, action, seen, op_id, **data)])["results"]
        same_again = 200 if alone.status_code == 201 else alone.status_code
        assert (result["status"], result["body"]) == (same_again, alone.get_json()), action


def test_a_report_in_a_batch_is_answered_as_a_report_alone(town):
    near, case_id = town.worker.report().get_json(), str(uuid4())
    (result,) = Phone(town.worker).exchange([report_of(case_id, BODY)])["results"]
    assert [each["case_id"] for each in result["body"]["possible_duplicates"]] == [near["case_id"]]
    alone = town.worker.send("PUT", f"cases/{case_id}", BODY)
    assert alone.get_json() == result["body"] | {"possible_duplicates": []}
    for wrong in (BODY | {"lon": 10}, BODY | {"class": "9999"}, BODY | {"colour": "red"}, {}, BODY | {"lat": "x"}):
        case_id = str(uuid4())
        alone = town.worker.send("PUT", f"cases/{case_id}", wrong)
        (result,) = Phone(town.worker).exchange([report_of(case_id, wrong)])["results"]
        assert (result["status"], result["body"]) == (alone.status_code, alone.get_json())


def test_who_may_not_report_alone_may_not_in_a_batch(town):
    alone = town.housing.send("PUT", f"cases/{uuid4()}", BODY)
    (result,) = Phone(town.housing).exchange([report_of(str(uuid4()), BODY)])["results"]
    assert (result["status"], result["body"]) == (403, alone.get_json())


def test_operations_under_another_name_than_json_are_refused_and_not_overlooked(town):
    case_id = str(uuid4())
    body = json.dumps({"operations": [report_of(case_id, BODY)]})
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        sent = {**town.worker.headers, "Content-Type": kind}
        refused(town.client.post("/api/v1/sync", data=body, headers=sent), 415)
    refused(town.worker.get(f"cases/{case_id}"), 404)
    assert town.client.post("/api/v1/sync", headers=town.worker.headers).status_code == 200


def broken_report(**changes):
    """A report with something wrong in its body."""
    return report_of(str(uuid4()), BODY | changes)


def broken_act(action="sign", seen=1, **data):
    """An act on a case that nobody knows."""
    return act_of(str(uuid4()), action, seen, str(uuid4()), **data)


BROKEN = [
    None, 5, "report", [], {}, True, [[]], {"type": "fly"}, {"type": "report"}, {"type": "report", "case_id": "x"},
    {"type": "report", "case_id": None, "body": BODY}, {"type": "act", "case_id": str(uuid4())},
    broken_report() | {"body": None}, broken_report() | {"body": []}, broken_report() | {"body": "垃圾"},
    broken_report() | {"more": 1}, broken_report(attachments=["x"]),
    broken_report(form={"a": {"b": [[[[[]]]]]}}), broken_report(description="\u0000"), broken_report(**{"class": 102}),
    broken_report(lon=1e300), broken_report(crs="mars"),
    broken_act("merge", into=5), broken_act("merge", into={"a": []}), broken_act(""), broken_act("x" * 41),
    broken_act(seen=-1), broken_act(seen=1e30), broken_act(seen=True), broken_act(seen="1"), broken_act(task=1e30),
    broken_act() | {"op_id": "no id"}, broken_act() | {"op_id": None}, broken_act() | {"data": [1]},
    broken_act(**{"x" * 61: 1}), broken_act(task={}), broken_act("finish", result=["x"], lon=float(2**53)),
]  # fmt: skip


def test_broken_operations_are_refused_one_by_one(town):
    case_id = str(uuid4())
    results = Phone(town.worker).exchange([*BROKEN, report_of(case_id, BODY)])["results"]
    assert set(statuses(results[:-1])) <= {404, 422}, [each for each in results if each["status"] not in (404, 422)]
    assert results[-1]["status"] == 201
    for result in results[:-1]:
        assert result["body"]["status"] == result["status"]
        assert result["body"]["code"]


def test_a_broken_exchange_is_refused_whole(town):
    for body in ([], 5, {"operations": {}}, {"operations": [{}] * 101}, {"colour": 1}):
        answer = town.worker.send("POST", "sync", body)
        assert answer.status_code in (400, 422), (body, answer.get_json())
    assert town.client.post("/api/v1/sync", json={}).status_code == 401


def test_after_one_we_could_not_finish_the_same_cases_next_ones_wait_and_others_go_on(town):
    case = town.team.act(town.dispatched(lead=TEAM), "sign")
    other = town.dispatched(lead=TEAM)
    failures = [Busy(), RuntimeError("a fault of ours"), None]

    def open_file(turn):
        failure = failures.pop(0)
        if failure:
            raise failure
        return uuid4()

    referral.enforce_with(referral.Enforcement(lambda turn: True, open_file))
    try:
        batch = [
            act_of(case["case_id"], "refer", case["seq"], str(uuid4())),
            act_of(case["case_id"].upper(), "comment", None, str(uuid4()), text="移送后再说"),
            act_of(other["case_id"], "sign", other["seq"], str(uuid4())),
        ]
        phone = Phone(town.team)
        assert statuses(phone.sync(batch)) == [503, 503, 201]
        assert statuses(phone.sync(batch)) == [500, 503, 200]
        assert statuses(phone.sync(batch)) == [201, 201, 200]
        assert phone.cases[case["case_id"]]["state"] == "enforcing"
    finally:
        referral.enforce_with(None)


# --- changes ---


def test_a_first_reading_brings_everything_and_the_next_only_what_changed(town, clock):
    cases = [town.worker.report().get_json()["case_id"] for _ in range(3)]
    phone = Phone(town.worker)
    said = phone.exchange()
    assert {case["case_id"] for case in said["changes"]} == set(cases)
    assert (said["gone"], said["more"], said["reset"]) == ([], False, False)
    clock.tick(minutes=5)
    phone.exchange()
    assert phone.exchange()["changes"] == []
    town.acceptor.act(cases[1], "accept")
    said = phone.exchange()
    assert [(case["case_id"], case["state"]) for case in said["changes"]] == [(cases[1], "accepted")]
    assert said["changes"][0] == without_forms(town.worker.read({"case_id": cases[1]}))


def test_what_changed_a_moment_ago_is_read_again_and_later_no_more(town, clock):
    phone = Phone(town.worker)
    town.worker.report()
    assert len(phone.exchange()["changes"]) == 1
    clock.tick(seconds=59)
    assert len(phone.exchange()["changes"]) == 1
    clock.tick(seconds=2)
    phone.exchange()
    assert phone.exchange()["changes"] == []


def test_what_was_written_late_is_not_missed(town, clock):
    phone = Phone(town.worker)
    now = clock.tick(minutes=5)
    phone.sync()
    clock.set(now - timedelta(seconds=30))  # a transaction that began before the phone read, and ended after
    case = town.worker.report().get_json()
    clock.set(now + timedelta(seconds=1))
    phone.sync()
    assert phone.has() == {(case["case_id"], 1)}


def test_a_reading_of_nothing_does_not_go_back_in_time(town, clock):
    phone = Phone(town.worker)
    cursors = []
    for _ in range(3):
        phone.sync()
        cursors.append(phone.cursor)
    assert len(set(cursors)) == 1
    clock.tick(minutes=1)
    phone.sync()
    assert phone.cursor != cursors[0]


def test_a_reading_goes_page_by_page(town, clock, monkeypatch):
    monkeypatch.setattr(sync, "PAGE", 3)
    cases = []
    for _ in range(8):
        cases.append(town.worker.report().get_json()["case_id"])
        clock.tick(seconds=1)
    phone, sizes, more = Phone(town.worker), [], True
    while more:
        said = phone.exchange()
        sizes.append(len(said["changes"]))
        more = said["more"]
    assert sizes == [3, 3, 2]
    assert set(phone.cases) == set(cases)


def test_what_comes_late_between_two_pages_is_not_missed(town, clock, monkeypatch):
    monkeypatch.setattr(sync, "PAGE", 2)
    phone = Phone(town.worker)
    begun = clock.tick(minutes=5)
    for _ in range(5):
        town.worker.report()
        clock.tick(seconds=1)
    assert phone.exchange()["more"]
    assert phone.exchange()["more"]
    clock.set(begun)
    late = town.worker.report().get_json()
    clock.set(begun + timedelta(minutes=10))  # a slow line
    phone.sync()
    phone.sync()
    assert (late["case_id"], 1) in phone.has()
    assert phone.has() == phone.fresh()


def test_a_case_that_ended_comes_as_ended(town):
    case = town.worker.report().get_json()
    phone = Phone(town.worker)
    phone.sync()
    town.acceptor.act(case, "refuse", reason="不属网格事项")
    phone.sync()
    assert phone.cases[case["case_id"]]["state"] == "rejected"


def test_what_another_reports_in_my_grid_appears(town):
    auxiliary = town.hire("auxiliary", "grid", GRID)
    phone = Phone(town.worker)
    phone.sync()
    mine = auxiliary.report(source="auxiliary").get_json()
    town.next_worker.report(at=THERE)
    phone.sync()
    assert set(phone.cases) == {mine["case_id"]}


def test_a_transfer_makes_the_phone_begin_anew(app, town, clock):
    town.worker.report()
    mover = town.hire("auxiliary", "grid", GRID)
    phone = Phone(mover)
    phone.sync()
    assert len(phone.cases) == 1
    with app.app_context(), transaction() as session:
        session.query(AssignmentRow).filter_by(person_id=mover.id).update({"scope_code": NEXT_GRID})
        session.query(AssignmentRow).filter_by(person_id=mover.id).update(
            {"scope_path": f"141025/141025100/141025100201/{NEXT_GRID}/"}
        )
    there = town.next_worker.report(at=THERE).get_json()
    said = phone.exchange()
    assert said["reset"]
    assert set(phone.cases) == {there["case_id"]}
    assert not phone.exchange()["reset"]


def test_the_cost_of_an_exchange_does_not_grow_with_its_cases(town, query_count):

    def cost():
        with query_count() as seen:
            Phone(town.acceptor).exchange()
        return len(seen)

    town.handling(assist=[WATER])
    cost()
    few = cost()
    for _ in range(6):
        town.handling(assist=[WATER])
    assert cost() == few
    assert few <= 6


def test_a_phone_that_is_not_signed_in_gets_nothing(town):
    refused(town.client.post("/api/v1/sync", json={"operations": []}), 401)
