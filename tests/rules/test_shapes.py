"""The shapes that clients rely on: answers have at least these fields, and requests with these are taken.

Fields may be added; none of these is renamed or changes its kind.
"""

import hashlib
from uuid import UUID, uuid4

import pytest

from tests.attachments.pictures import jpeg
from tests.factories.identity import assignment, person
from tests.factories.town import GARBAGE, GRID, HERE, HOUSING, WATER

pytestmark = pytest.mark.one_database
Many = tuple  # Many((shape,)): a list whose items have the shape; at least one must be there


class Maybe:
    """A value that may be null."""

    def __init__(self, shape):
        self.shape = shape


NAMED = {"code": str, "name": str}
ACTOR = {"person_id": Maybe(UUID), "name": str, "name_en": str}
ACTION = {"action": str, "label": str, "needs": list}
CASE = {
    "case_id": UUID, "number": str, "workflow": str, "state": str, "seq": int, "state_label": str,
    "state_label_en": str, "grid": NAMED, "class": Maybe(NAMED),
    "due_at": Maybe(str), "case_due_at": Maybe(str), "actions": list,
}  # fmt: skip
ACTED = {**CASE, "step": {"seq": int, "op_id": UUID, "hash": str}}
REPORTED = {**ACTED, "possible_duplicates": list}
STORED = {"attachment_id": UUID, "sha256": str, "size": int, "state": str}
STEP = {
    "seq": int, "op_id": UUID, "action": str, "from": Maybe(str), "to": str, "actor": ACTOR, "at": str,
    "phone_at": Maybe(str), "data": Maybe(dict), "label": str, "label_en": str, "files": list,
    "hash": str, "previous_hash": str,
}  # fmt: skip
SYNCED = {
    "results": Many(({"status": int, "body": dict},)), "changes": Many((CASE,)), "gone": list, "cursor": str,
    "more": bool, "reset": bool,
}  # fmt: skip
LOGIN = {
    "access_token": str, "refresh_token": str, "expires_in": int,
    "person": {"person_id": UUID, "name": str, "roles": Many((str,))},
}  # fmt: skip
ME = {
    "person": {"person_id": UUID, "name": str},
    "assignments": Many(({"role": str, "role_name": str, "role_name_en": str, "scope": dict},)),
    "grids": Many((str,)),
}
CLASS = {
    "code": str, "name": str, "major": str, "service": Maybe(str), "form": list, "evidence": dict, "check": str,
    "conditions": Many(({"condition": str, "text": str, "limit": Maybe(int), "limit_kind": Maybe(str)},)),
}  # fmt: skip
CATALOGUE = {
    "version": str,
    "services": Many(({"code": str, "name": str, "kind": str, "may_report": Many((str,))},)),
    "classes": Many((CLASS,)),
}
FEATURE = {
    "type": str, "geometry": dict,
    "properties": {"code": str, "name": str, "level": str, "kind": str, "parent": Maybe(str)},
}  # fmt: skip
GRIDS = {"type": str, "features": Many((FEATURE,))}
DEPARTMENTS = {"items": Many(({"code": str, "name": str, "kind": str},))}
QUEUES = {"items": Many(({"queue": str, "label": str, "label_en": str, "count": int, "overdue": int},))}
PROBLEM = {"type": str, "title": str, "status": int, "code": str, "detail": str, "fields": dict}


def misses(value, shape, where=""):
    """Return the places at which a value has not the shape."""
    if isinstance(shape, Maybe):
        return [] if value is None else misses(value, shape.shape, where)
    if isinstance(shape, dict):
        inner = value if isinstance(value, dict) else {}
        return [each for name in shape for each in misses(inner.get(name, misses), shape[name], f"{where}.{name}")]
    if isinstance(shape, tuple):
        items = value if isinstance(value, list) and value else [misses]
        return [each for item in items for each in misses(item, shape[0], f"{where}[]")]
    right = type(value) is str and str(UUID(value)) == value if shape is UUID else type(value) is shape
    return [] if right else [where]


def said(answer, status, shape):
    """Return the body of an answer that has this status and shape."""
    assert answer.status_code == status, answer.text
    assert misses(answer.get_json(), shape) == []
    return answer.get_json()


def test_the_rule_sees_a_field_that_was_renamed():
    renamed = {"items": [{"queue": "to_accept", "title": "待受理", "count": True, "overdue": 0}]}
    assert misses(renamed, QUEUES) == [".items[].label", ".items[].label_en", ".items[].count"]
    assert misses({"items": []}, {"items": Many((str,))}) == [".items[]"]


@pytest.mark.usefixtures("town")  # the roles
def test_signing_in(app, client):
    with app.app_context():
        someone = person(username="worker1", password="Correct-horse-7")
        assignment(someone, role="grid_worker", scope_kind="grid", scope_code=GRID)
    body = {"username": "worker1", "password": "Correct-horse-7", "device": "红米"}
    tokens = said(client.post("/api/v1/auth/login", json=body), 200, LOGIN)
    fresh = client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    fresh = said(fresh, 200, {"access_token": str, "refresh_token": str, "expires_in": int})
    headers = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204
    said(client.get("/api/v1/me", headers=headers), 401, PROBLEM)


def test_who_one_is(town):
    assert said(town.worker.get("me"), 200, ME)["grids"] == [GRID]


def test_a_report_and_its_repetition(town):
    case_id, body = str(uuid4()), {"class": GARBAGE, "description": "垃圾", "lon": HERE[0], "lat": HERE[1]}
    case = said(town.worker.send("PUT", f"cases/{case_id}", body), 201, REPORTED)
    assert case["step"]["op_id"] == case["case_id"] == case_id
    said(town.worker.send("PUT", f"cases/{case_id}", body), 200, ACTED)
    said(town.worker.send("PUT", f"cases/{case_id}", {**body, "description": "污水"}), 409, PROBLEM)


def test_every_field_of_a_report(town):
    body = {
        "class": None, "description": "路面塌陷", "lon": HERE[0], "lat": HERE[1], "crs": "wgs84", "address": "胜利街",
        "found_at": "2026-11-23T08:30:00+08:00", "attachments": [str(uuid4())], "source": "hotline", "fixed": False,
        "external_no": "12345-7", "external_due": "2026-12-01T18:00:00+08:00", "form": {"width": 3},
        "reporter": {"name": "张三", "phone": "13800000000", "anonymous": False, "consent": True},
    }  # fmt: skip
    assert said(town.acceptor.send("PUT", f"cases/{uuid4()}", body), 201, REPORTED)["class"] is None


def test_the_steps_of_the_loop(town):
    case = town.accepted()

    def step(actor, action, data, status=201, seen=None):
        body = {"op_id": str(uuid4()), "action": action, "seen": seen or town.seq_of(case["case_id"]), "data": data}
        return said(
            actor.send("POST", f"cases/{case['case_id']}/steps", body), status, ACTED if status < 400 else PROBLEM
        )

    stale = step(town.duty, "file", {"class": GARBAGE, "condition": "1"}, 409, seen=1)
    assert misses(stale["case"], CASE) == []
    filed = step(town.duty, "file", {"class": GARBAGE, "condition": "1"})
    assert filed["case_due_at"]
    step(town.dispatcher, "dispatch", {"lead": HOUSING, "assist": [WATER]})
    step(town.water, "ask_return", {"reason": "不属本单位", "reason_code": "not_ours"})
    step(town.duty, "deny_return", {"reason": "属本单位"})
    step(town.water, "sign", {})
    step(town.water, "finish", {"result": "已关阀", "attachments": [town.water.upload(case, jpeg())[0]]})
    step(town.housing, "sign", {})
    step(town.housing, "finish", {"result": "已清理", "attachments": [town.housing.upload(case, jpeg())[0]]})
    check = {"lon": HERE[0], "lat": HERE[1], "crs": "wgs84", "note": "仍有残留"}
    photo, _ = town.worker.upload(case, jpeg(), purpose="check")
    step(town.worker, "fail_check", {**check, "attachments": [photo], "tasks": [1]})
    step(town.housing, "sign", {})
    step(town.housing, "finish", {"result": "已清理", "attachments": [town.housing.upload(case, jpeg())[0]]})
    photo, _ = town.worker.upload(case, jpeg(), purpose="check")
    step(town.worker, "pass_check", {**check, "attachments": [photo]})
    steps = said(town.supervisor.get(f"cases/{case['case_id']}/steps"), 200, {"items": Many((STEP,))})["items"]
    assert [each["seq"] for each in steps] == list(range(1, len(steps) + 1))
    assert [each["previous_hash"] for each in steps[1:]] == [each["hash"] for each in steps[:-1]]


def test_an_attachment_sent_whole(town):
    case, photo = town.worker.report().get_json(), jpeg()
    hints = {"purpose": "before", "taken_at": "2026-11-23T08:30:00+08:00", "lon": HERE[0], "lat": HERE[1]}
    attachment_id, answer = town.worker.upload(case, photo, **hints)
    stored = said(answer, 201, STORED)
    assert (stored["sha256"], stored["size"]) == (hashlib.sha256(photo).hexdigest(), len(photo))
    again = {**hints, "attachment_id": attachment_id}
    said(town.worker.upload(case, photo, **again)[1], 200, STORED)
    said(town.worker.upload(case, jpeg(80, 80), **again)[1], 409, PROBLEM)


def test_an_exchange_with_a_phone(town):
    report = {"class": GARBAGE, "description": "垃圾", "lon": HERE[0], "lat": HERE[1]}
    case_id, op_id, at = str(uuid4()), str(uuid4()), "2026-11-23T09:00:00+08:00"
    operations = [
        {"type": "report", "case_id": case_id, "body": report},
        {"type": "act", "case_id": case_id, "op_id": op_id, "action": "comment", "seen": 1, "data": {"text": "急"},
         "phone_at": at},
        {"type": "act", "case_id": case_id, "op_id": str(uuid4()), "action": "accept", "seen": 1, "data": {}},
    ]  # fmt: skip
    told = said(town.worker.send("POST", "sync", {"cursor": None, "operations": operations}), 200, SYNCED)
    assert [each["status"] for each in told["results"]] == [201, 201, 403]
    assert misses([each["body"] for each in told["results"][:2]], Many((ACTED,))) == []
    assert misses(told["results"][2]["body"], PROBLEM) == []
    operations.append({"type": "report", "case_id": str(uuid4()), "body": report})
    said(town.worker.send("POST", "sync", {"cursor": told["cursor"], "operations": operations}), 200, SYNCED)


def test_lists_and_queues(town):
    for _ in range(2):
        town.worker.report()
    page = {"items": Many(({name: CASE[name] for name in CASE if name != "actions"},)), "next_cursor": Maybe(str)}
    first = said(town.acceptor.get("cases", limit=1), 200, page)
    assert said(town.acceptor.get("cases", limit=1, cursor=first["next_cursor"]), 200, page)["items"] != first["items"]
    said(town.acceptor.get("queues"), 200, QUEUES)
    read = said(town.acceptor.get(f"cases/{first['items'][0]['case_id']}"), 200, CASE)
    assert misses(read["actions"], Many((ACTION,))) == []


def test_what_a_phone_keeps(town):
    said(town.worker.get("catalogue"), 200, CATALOGUE)
    said(town.worker.get("departments"), 200, DEPARTMENTS)
    grids = said(town.worker.get("grids"), 200, GRIDS)
    assert grids["type"] == "FeatureCollection"
    below = {each["properties"]["code"][:9] for each in grids["features"] if each["properties"]["level"] == "grid"}
    assert below == {
        each["properties"]["code"] for each in grids["features"] if each["properties"]["level"] == "township"
    }
