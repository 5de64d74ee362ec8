"""Whoever was named to verify or check and can do it no longer is replaced in the same order, and told."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
import yaml

from app.cases import jobs
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.core import clock as now_
from app.core.transaction import transaction
from app.grids import service as grids
from app.grids.levels import Duty
from app.identity import service as identity
from app.identity.models import Absence
from tests.attachments.pictures import jpeg
from tests.factories.grids import COUNTY
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING, PHONED, ROLES, SIGN_FIRST, WAGES
from tests.support.looks import clocks_of, guarded, refused, tasks_of
from workflows import case as machine

WAYS = ("account", "role", "duty", "absence")
WHY = {"account": "account_closed", "role": "role_ended", "duty": "duty_ended", "absence": "absent"}


def lose(town, actor, way):
    """Let somebody be able to do less, in one of four ways."""
    if way == "role":
        town.dismiss(actor, "grid_worker")
        return
    with town.app.app_context(), transaction() as session:
        if way == "account":
            identity.close_account(actor.id)
        elif way == "duty":
            grids.dismiss(GRID, actor.id, Duty.FULL_TIME)
        else:
            session.add(Absence(person_id=actor.id, since=now_.now(), until=now_.now() + timedelta(days=3)))


def sweep(town):
    with town.app.app_context():
        return jobs.sweep_named()


def verifying(town):
    case = town.acceptor.report(source="hotline").get_json()
    return town.acceptor.act(case, "verify")


def last(town, case):
    return town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][-1]


def named(case, part):
    return tasks_of(case, part)[-1]["handler_id"]


def kinds(actor):
    return [each["kind"] for each in actor.get("notices").get_json()["items"]]


def waiting(town, queue):
    items = {each["queue"]: each["count"] for each in town.acceptor.get("queues").get_json()["items"]}
    return items[queue]


def spot(**more):
    return {"lon": HERE[0], "lat": HERE[1], "attachments": [str(uuid4())], **more}


@pytest.mark.parametrize("way", WAYS)
def test_the_next_in_the_order_is_named_and_told_at_the_event_or_by_the_sweep(town, clock, way):
    for part, begin in (("verify", verifying), ("check", type(town).handled)):
        case = begin(town)
        assert named(case, part) == str(town.worker.id)
        town.drain()
    clock.tick(minutes=1)
    lose(town, town.worker, way)
    clock.tick(minutes=1)
    town.drain()
    assert sweep(town) == (2 if way == "absence" else 0), "an absence begins by date: only the sweep sees it"
    assert sweep(town) == 0
    town.drain()
    told = kinds(town.next_worker)
    assert told.count("to_verify") == told.count("to_check") == 1
    for listed in town.acceptor.get("cases").get_json()["items"]:
        case = town.acceptor.read(listed)
        part = "check" if case["state"] == "handled" else "verify"
        assert named(case, part) == str(town.next_worker.id)
        assert [task["state"] for task in tasks_of(case, part)] == ["stopped", "sent"]
        assert clocks_of(case, part)[-1]["answerable"] == f"person:{town.next_worker.id}"
        step = last(town, case)
        assert (step["action"], step["actor"]["person_id"]) == ("name_anew", None)
        data = {name: step["data"][name] for name in ("part", "person", "former", "why")}
        assert data == {
            "part": part, "person": str(town.next_worker.id), "former": str(town.worker.id), "why": WHY[way],
        }  # fmt: skip


def test_where_nobody_is_found_the_case_waits_for_a_name_and_the_acceptors_are_told(town, clock):
    cases = {"verify": verifying(town), "check": town.handled()}
    clock.tick(minutes=1)
    for actor in (town.worker, town.next_worker):
        lose(town, actor, "account")
    town.drain()
    town.drain()
    assert (waiting(town, "to_name_verifier"), waiting(town, "to_name_checker")) == (1, 1)
    assert kinds(town.acceptor).count("to_name") == 2
    for part, before in cases.items():
        case = town.acceptor.read(before)
        assert named(case, part) is None
        assert clocks_of(case, part)[-1]["answerable"] == f"centre:{COUNTY}"
    inspector = town.hire("inspector", "grid", COUNTY)
    case = town.acceptor.act(cases["verify"], "verify", verifier=str(inspector.id))
    assert (case["state"], named(case, "verify")) == ("verifying", str(inspector.id))
    guarded(town.acceptor.try_act(case, "verify", verifier=str(inspector.id)), "nobody_verifies")
    assert inspector.act(case, "confirm_true", **spot())["state"] == "reported"
    case = town.acceptor.act(cases["check"], "assign_check", checker=str(inspector.id))
    assert inspector.act(case, "pass_check", **spot())["state"] == "checked"
    assert (waiting(town, "to_name_verifier"), waiting(town, "to_name_checker")) == (0, 0)


def test_naming_anew_makes_nobodys_view_stale_and_whoever_stays_stays(town, clock):
    case = town.handled()
    clock.tick(minutes=1)
    assert sweep(town) == 0
    lose(town, town.next_worker, "account")  # not the one named
    lose(town, town.worker, "absence")
    clock.tick(minutes=1)
    assert sweep(town) == 1
    inspector = town.hire("inspector", "grid", COUNTY)
    answer = town.acceptor.try_act(case, "assign_check", seen=case["seq"], checker=str(inspector.id))
    assert answer.status_code == 201, answer.get_json()
    town.also(town.worker, "handler", "department", HOUSING)
    town.dismiss(inspector, "inspector")
    town.drain()
    assert named(town.acceptor.read(case), "check") is None


def test_who_was_named_by_hand_from_elsewhere_stays_though_another_role_of_theirs_ends(town, clock):
    inspector = town.hire("inspector", "grid", COUNTY)
    town.also(inspector, "handler", "department", HOUSING)
    town.dismiss(inspector, "handler")
    case = town.acceptor.act(town.handled(), "assign_check", checker=str(inspector.id))
    town.also(inspector, "supervisor", "grid", COUNTY)
    clock.tick(minutes=1)
    town.dismiss(inspector, "supervisor")
    clock.tick(minutes=1)
    assert sweep(town) == 0
    assert inspector.act(case, "pass_check", **spot())["state"] == "checked"


def offline(case, action, at, **data):
    """What a phone sends later of something that was done at a time."""
    return {
        "type": "act", "case_id": case["case_id"], "op_id": str(uuid4()), "action": action, "seen": case["seq"],
        "data": data, "phone_at": at.isoformat(),
    }  # fmt: skip


def exchange(actor, operation):
    body = {"cursor": None, "operations": [operation], "phone_now": now_.now().isoformat()}
    return actor.send("POST", "sync", body).get_json()["results"][0]


@pytest.mark.parametrize("way", ["absence", "role", "duty"])
@pytest.mark.parametrize(("begin", "action", "part"), [
    (verifying, "confirm_true", "verify"), (lambda town: town.handled(), "pass_check", "check"),
])  # fmt: skip
def test_what_the_former_had_done_before_is_taken_when_it_comes_within_twelve_hours(
    town, clock, begin, action, part, way
):
    case = begin(town)
    done_at = clock.tick(minutes=10)
    operation = offline(case, action, done_at, **spot())
    clock.tick(minutes=10)
    lose(town, town.worker, way)
    town.drain()
    clock.tick(minutes=1)
    assert sweep(town) == (1 if way == "absence" else 0)
    clock.tick(hours=11)
    town.next_worker.act(case, "comment", text="在路上")  # a remark is no step forward
    result = exchange(town.worker, operation)
    assert result["status"] == 201, result
    assert town.steps(case)[-2:] == ["name_anew", action]
    assert [task["state"] for task in tasks_of(town.acceptor.read(case), part)] == ["stopped", "stopped", "done"]
    if way == "role":
        refused(town.worker.try_act(case, "comment", text="还有一句"), 404)
    assert named(town.acceptor.read(case), part) == str(town.worker.id)
    assert exchange(town.worker, operation)["status"] == 200
    town.drain()
    assert "named_instead" in kinds(town.next_worker)
    with town.app.app_context():
        assert not list(verify.faults(VerifyScope(), Tally()))


@pytest.mark.parametrize("trouble", ["acted", "sent_anew", "too_late", "after"])
def test_else_the_photos_of_the_former_are_kept_with_the_case(town, clock, trouble):
    case = verifying(town)
    done_at = clock.tick(minutes=10)
    photo = str(uuid4())
    clock.tick(minutes=10)
    lose(town, town.worker, "absence")
    clock.tick(minutes=1)
    assert sweep(town) == 1
    if trouble == "acted":
        town.next_worker.act(case, "confirm_false", **spot())
    if trouble == "sent_anew":
        town.acceptor.act(town.acceptor.act(case, "recall_verify"), "verify", verifier=str(town.next_worker.id))
    operation = offline(
        case, "confirm_true", now_.now() if trouble == "after" else done_at, **spot(attachments=[photo])
    )
    clock.tick(hours=13 if trouble == "too_late" else 1)
    for status in (201, 200):  # the same again changes nothing
        result = exchange(town.worker, operation)
        assert (result["status"], result["body"]["instead"]) == (status, "attach")
        assert result["body"]["step"]["op_id"] == operation["op_id"]
        assert town.steps(case)[-1] == "attach"
        assert town.steps(case).count("attach") == 1
    assert last(town, case)["actor"]["person_id"] == str(town.worker.id)
    _, stored = town.worker.upload(case, jpeg(), purpose="check", attachment_id=photo)
    assert stored.status_code == 201


@pytest.mark.parametrize("way", ["role_ended", "role_ended_before", "assign_check", "verify_anew"])
def test_the_photos_are_kept_of_who_has_no_post_any_more_or_was_called_back_by_hand(town, clock, way):
    case = town.handled() if way == "assign_check" else verifying(town)
    action = "pass_check" if way == "assign_check" else "confirm_true"
    ended = way.startswith("role_ended")
    if way == "role_ended_before":
        lose(town, town.worker, "role")
    done_at = clock.tick(minutes=10)
    clock.tick(minutes=10)
    if ended:
        if way == "role_ended":
            lose(town, town.worker, "role")
        assert sweep(town) == 1
        clock.tick(hours=13 if way == "role_ended" else 0)
    elif way == "assign_check":
        town.acceptor.act(case, "assign_check", checker=str(town.next_worker.id))
    else:
        town.acceptor.act(town.acceptor.act(case, "recall_verify"), "verify", verifier=str(town.next_worker.id))
    photo = str(uuid4())
    operation = offline(case, action, done_at, **spot(attachments=[photo]))
    for status in (201, 200):
        result = exchange(town.worker, operation)
        assert (result["status"], result["body"].get("instead")) == (status, "attach"), result
    assert (last(town, case)["action"], last(town, case)["actor"]["person_id"]) == ("attach", str(town.worker.id))
    assert town.worker.upload(case, jpeg(), purpose="check", attachment_id=photo)[1].status_code == 201
    if ended:
        assert town.worker.upload(case, jpeg(), purpose="check")[1].status_code == 403


def test_a_page_gives_nothing_back_and_whoever_was_never_named_keeps_no_photos(town, clock):
    case = verifying(town)
    done_at = clock.tick(minutes=10)
    clock.tick(minutes=10)
    lose(town, town.worker, "absence")
    clock.tick(minutes=1)
    assert sweep(town) == 1
    refused(town.worker.try_act(case, "confirm_true", **spot()), 403, "act_forbidden")
    stranger = town.hire("inspector", "grid", COUNTY)
    result = exchange(stranger, offline(case, "confirm_true", done_at, **spot()))
    assert (result["status"], result["body"]["code"]) == (403, "act_forbidden")
    assert "attach" not in town.steps(case)


def test_a_verification_back_from_a_merge_is_not_left_with_who_can_do_it_no_longer(town, clock):
    other, case = town.accepted(), verifying(town)
    case = town.acceptor.act(case, "merge", into=other["case_id"])
    clock.tick(minutes=1)
    lose(town, town.worker, "account")
    case = town.acceptor.act(case, "unmerge", reason="两回事")
    assert (case["state"], named(case, "verify")) == ("verifying", str(town.next_worker.id))


def by_phone(town):
    case = town.dispatched(class_code=PHONED)
    case = town.housing.act(case, "sign")
    return town.housing.act(case, "finish", result="已办", attachments=[town.photo()])


def test_what_is_checked_by_phone_is_checked_by_who_may_call_and_did_not_handle(town, clock):
    second = town.hire("acceptor", "centre", COUNTY)
    acceptors = {str(one.id): one for one in (town.acceptor, second)}
    case = by_phone(town)
    first = acceptors.pop(named(case, "check"))
    (other,) = acceptors.values()
    assert {"pass_check", "fail_check"} <= first.actions(case)
    queue = {each["queue"]: each["count"] for each in first.get("queues").get_json()["items"]}
    assert queue["to_check"] == 1
    guarded(other.try_act(case, "assign_check", checker=str(town.worker.id)), "candidate_may_call")
    clock.tick(minutes=1)
    town.dismiss(first, "acceptor")
    town.drain()
    case = other.read(case)
    assert named(case, "check") == str(other.id)
    assert other.act(case, "pass_check")["state"] == "checked"


def test_nobody_of_the_department_calls_about_its_own_work(town):
    town.also(town.acceptor, "handler", "department", HOUSING)
    case = by_phone(town)
    assert named(case, "check") is None
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(town.acceptor.id)), "candidate_is_of_no_department")


def test_a_refusal_says_the_true_reason(town, clock):
    away, closer = town.hire("inspector", "grid", COUNTY), town.hire("inspector", "grid", COUNTY)
    town.also(closer, "duty_officer", "centre", COUNTY)
    lose(town, away, "absence")
    clock.tick(minutes=1)
    case = town.acceptor.report(source="hotline").get_json()
    for person, reason in ((away, "正在请假"), (town.housing, "没有核实权限")):
        body = refused(town.acceptor.try_act(case, "verify", verifier=str(person.id)), 422)
        assert reason in body["fields"]["data.verifier"][0]
    case = town.handled()
    for person, guard in ((away, "candidate_is_here"), (town.housing, "candidate_holds_check")):
        guarded(town.acceptor.try_act(case, "assign_check", checker=str(person.id)), guard)
    case = closer.act(town.worker.act(case, "pass_check", **spot()), "refuse_close", reason="照片不清楚")
    guarded(town.acceptor.try_act(case, "assign_check", checker=str(closer.id)), "candidate_did_not_close")


def corrected(town, case, class_code):
    return town.duty.act(case, "correct", **{"class": class_code, "condition": "1"})


def test_another_class_that_is_checked_in_another_way_is_checked_by_others_who_are_told(town):
    case = corrected(town, town.handled(), PHONED)
    assert named(case, "check") == str(town.acceptor.id)
    step = last(town, case)
    assert (step["action"], step["data"]["why"], step["data"]["former"]) == (
        "name_anew", "class_changed", str(town.worker.id),
    )  # fmt: skip
    town.drain()
    assert "to_check" in kinds(town.acceptor)
    assert "pass_check" not in town.worker.actions(case)
    refused(town.worker.try_act(case, "pass_check", **spot()), 403, "act_forbidden")
    case = corrected(town, case, GARBAGE)
    assert named(case, "check") == str(town.worker.id)
    assert not {"pass_check", "fail_check"} & town.acceptor.actions(case)
    body = refused(town.worker.try_act(case, "pass_check"), 422, "data_missing")
    assert set(body["fields"]) == {"data.lon", "data.lat", "data.attachments"}
    assert town.worker.act(case, "pass_check", **spot())["state"] == "checked"


def test_a_correction_that_changes_nothing_about_the_check_leaves_whoever_is_named(town):
    case = corrected(town, town.handled(), SIGN_FIRST)
    assert (named(case, "check"), last(town, case)["action"]) == (str(town.worker.id), "correct")
    case = corrected(town, by_phone(town), PHONED)
    assert last(town, case)["action"] == "correct"


def test_who_holds_both_permissions_checks_by_phone_and_never_on_the_strength_of_the_other_alone(town):
    """An inspector who is named to check on the spot, and may not call back, passes nothing of a class by phone."""
    inspector = town.hire("inspector", "grid", COUNTY)
    case = town.acceptor.act(town.handled(), "assign_check", checker=str(inspector.id))
    case = corrected(town, case, PHONED)
    assert named(case, "check") == str(town.acceptor.id)
    refused(inspector.try_act(case, "pass_check"), 403, "act_forbidden")


@pytest.mark.parametrize("begin", ["verify", "check"])
def test_what_becomes_confidential_is_looked_at_by_those_who_read_it(town, begin):
    if begin == "check":
        case = town.next_worker.report(GARBAGE).get_json()
        case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": GARBAGE, "condition": "1"})
        case = town.housing.act(town.dispatcher.act(case, "dispatch", lead=HOUSING), "sign")
        case = town.housing.act(case, "finish", result="已清理", attachments=[town.photo()])
    else:
        case = verifying(town)
    assert named(case, begin) == str(town.worker.id)
    case = corrected(town, case, WAGES)
    assert named(case, begin) != str(town.worker.id)
    assert last(town, case)["data"]["why"] == "class_changed"
    refused(town.worker.get(f"cases/{case['case_id']}"), 404)


def test_the_sweep_asks_for_what_the_part_needs(town, clock):
    """A role that loses the right to call back: its holder checks by phone no more, though he may check on the spot."""
    town.also(town.acceptor, "inspector", "grid", COUNTY)
    case = by_phone(town)
    assert named(case, "check") == str(town.acceptor.id)
    roles = yaml.safe_load(ROLES.read_text(encoding="utf-8"))
    acceptor = next(role for role in roles["roles"] if role["code"] == "acceptor")
    acceptor["permissions"].remove("case:step:call_back")
    with TemporaryDirectory() as folder, town.app.app_context(), transaction():
        file = Path(folder) / "roles.yaml"
        file.write_text(yaml.safe_dump(roles, allow_unicode=True), encoding="utf-8")
        identity.load_roles(file, also_known=machine.CASE.permissions())
    clock.tick(minutes=1)
    assert (sweep(town), sweep(town)) == (1, 0)
    step = last(town, case)
    assert (step["action"], step["data"]["why"], named(town.duty.read(case), "check")) == (
        "name_anew", "role_ended", None,
    )  # fmt: skip
