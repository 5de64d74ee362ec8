"""A repeat tells whoever no longer sees the case of their own step alone: two worlds answer alike.

The worlds differ only in what the person may not see: what others did to the case after it was lost to sight.
"""

import base64
from uuid import uuid4

import pytest

from tests.attachments.pictures import jpeg
from tests.desk.browser import Desk
from tests.factories.town import GARBAGE, HERE, HOUSING, WAGES, WATER
from tests.support.looks import refused

BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
TUS = {"Tus-Resumable": "1.0.0"}


class Lost:
    """A person who lost sight of a case, the requests they have sent before, and how others go on with it."""

    def __init__(self, actor, case_id, asked, go_on):
        self.actor, self.case_id, self.asked, self.go_on = actor, case_id, asked, go_on

    def send(self, method, path, body=None, **more):
        """Send something; return what is compared."""
        answer = self.actor.send(method, path, body, **more)
        return answer.status_code, answer.data

    def results(self, *operations):
        """Send operations in one exchange; return what came of them."""
        answer = self.actor.send("POST", "sync", {"operations": list(operations)})
        return [(200, answer.status_code), answer.get_json()["results"]]


def returned(town):
    """An assistant whose return was granted."""
    case, op_id, photo = town.dispatched(assist=[WATER]), str(uuid4()), str(uuid4())
    data = {"reason": "不是我们的", "reason_code": "not_ours", "attachments": [photo]}
    assert town.water.try_act(case, "ask_return", op_id=op_id, **data).status_code == 201
    assert town.water.upload(case, jpeg(), purpose="document", attachment_id=photo)[1].status_code == 201
    town.duty.act(case, "grant_return", task=2)

    def go_on():
        town.housing.act(case, "sign")
        town.supervisor.act(case, "comment", text="催一催")

    return Lost(town.water, case["case_id"], (op_id, "ask_return", data, photo), go_on)


def confidential(town):
    """A leader of a township, before whose eyes a case became confidential."""
    case, op_id, photo = town.filed(), str(uuid4()), str(uuid4())
    data = {"text": "请抓紧", "attachments": [photo]}
    assert town.township.try_act(case, "comment", op_id=op_id, **data).status_code == 201
    assert town.township.upload(case, jpeg(), purpose="document", attachment_id=photo)[1].status_code == 201
    town.duty.act(case, "correct", **{"class": WAGES, "condition": "1"})

    def go_on():
        town.dispatcher.act(case, "dispatch", lead=HOUSING)

    return Lost(town.township, case["case_id"], (op_id, "comment", data, photo), go_on)


def dismissed(town):
    """A grid worker who holds no role any more."""
    case_id, op_id, photo = str(uuid4()), str(uuid4()), str(uuid4())
    assert town.worker.send("PUT", f"cases/{case_id}", BODY).status_code == 201
    data = {"text": "已拍照", "attachments": [photo]}
    assert town.worker.try_act(case_id, "comment", op_id=op_id, **data).status_code == 201
    assert town.worker.upload(case_id, jpeg(), purpose="document", attachment_id=photo)[1].status_code == 201
    town.supervisor.act(case_id, "comment", text="收到")
    town.dismiss(town.worker, "grid_worker")

    def go_on():
        town.acceptor.act(case_id, "accept")

    return Lost(town.worker, case_id, (op_id, "comment", data, photo), go_on)


def looks(lost, town, desk):
    """Everything that repeats, or pretends to repeat, a request: as comparable answers, by name."""
    op_id, action, data, photo = lost.asked
    act = {"op_id": op_id, "action": action, "seen": 0, "data": data}
    operation = {"type": "act", "case_id": lost.case_id, **act}
    report = {"type": "report", "case_id": lost.case_id, "body": BODY}
    path, file = f"cases/{lost.case_id}/steps", f"cases/{lost.case_id}/attachments/{photo}?purpose=document"
    said = {"case_id": lost.case_id, "attachment_id": photo, "purpose": "document"}
    pieces = ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    headers = {**lost.actor.headers, **TUS, "Upload-Length": str(len(jpeg())), "Upload-Metadata": pieces}
    client = town.client
    whole = client.put(f"/api/v1/{file}", data=jpeg(), content_type="image/jpeg", headers=lost.actor.headers)
    begun = client.post("/api/v1/uploads", headers=headers)
    form = desk.post(f"/desk/cases/{lost.case_id}/act/{action}", {"op_id": op_id, "seen": "0", **data})
    first = town.first_op
    return {
        "act": lost.send("POST", path, act),
        "act with other data": lost.send("POST", path, {**act, "data": {**data, "note": "别的"}}),
        "act of another": lost.send("POST", path, {**act, "op_id": first}),
        "act that is new": lost.send("POST", path, {**act, "op_id": str(uuid4())}),
        "exchange": lost.results(operation, report, {**operation, "op_id": first}),
        "report": lost.send("PUT", f"cases/{lost.case_id}", BODY),
        "report with another text": lost.send("PUT", f"cases/{lost.case_id}", BODY | {"address": "别处"}),
        "photo": (whole.status_code, whole.data),
        "photo in pieces": (begun.status_code, begun.headers.get("Upload-Offset"), begun.data),
        "form": (form.status_code, form.data.replace(desk.csrf.encode(), b"")),
        "case": lost.send("GET", f"cases/{lost.case_id}"),
        "steps": lost.send("GET", path),
    }


@pytest.mark.parametrize("lose", [returned, confidential, dismissed])
def test_a_repeat_says_nothing_of_what_the_person_may_not_see(app, town, lose):
    lost = lose(town)
    steps = town.supervisor.get(f"cases/{lost.case_id}/steps").get_json()["items"]
    town.first_op = next(step["op_id"] for step in steps if step["actor"]["person_id"] != str(lost.actor.id))
    desk = Desk(app, lost.actor)
    here = looks(lost, town, desk)
    lost.go_on()
    there = looks(lost, town, desk)
    for name in here:
        assert here[name] == there[name], name


def test_such_a_repeat_is_answered_with_case_and_step_alone_by_every_way(town):
    for lose in (returned, confidential, dismissed):
        lost = lose(town)
        op_id, action, data, _ = lost.asked
        act = {"op_id": op_id, "action": action, "seen": 0, "data": data}
        alone = lost.actor.send("POST", f"cases/{lost.case_id}/steps", act)
        assert alone.status_code == 200
        assert alone.get_json().keys() == {"case_id", "step"}
        assert alone.get_json()["step"].keys() == {"seq", "op_id", "hash"}
        assert (alone.get_json()["case_id"], alone.get_json()["step"]["op_id"]) == (lost.case_id, op_id)
        (_, (result,)) = lost.results({"type": "act", "case_id": lost.case_id, **act})
        assert (result["status"], result["body"]) == (200, alone.get_json())
        refused(lost.actor.send("POST", f"cases/{lost.case_id}/steps", {**act, "op_id": str(uuid4())}), 404)


def test_whoever_may_read_no_cases_any_more_repeats_a_report_and_reads_its_step_alone(town):
    lost = dismissed(town)
    alone = lost.actor.send("PUT", f"cases/{lost.case_id}", BODY)
    assert (alone.status_code, alone.get_json().keys()) == (200, {"case_id", "step"})
    (_, (result,)) = lost.results({"type": "report", "case_id": lost.case_id, "body": BODY})
    assert (result["status"], result["body"]) == (200, alone.get_json())


def test_whoever_may_report_nothing_does_not_learn_whether_there_is_such_a_case(town):
    known, unknown = town.worker.report().get_json()["case_id"], str(uuid4())
    for actor in (town.housing, town.hire("administrator", "grid", "141025")):
        answers = [actor.send("PUT", f"cases/{case_id}", BODY) for case_id in (known, unknown)]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert answers[0].data == answers[1].data


def test_whoever_still_sees_the_case_reads_it_with_the_repeat(town):
    case, op_id = town.filed(), uuid4()
    town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=HOUSING)
    again = town.dispatcher.try_act(case, "dispatch", op_id=op_id, lead=HOUSING)
    assert (again.status_code, again.get_json()["state"]) == (200, "dispatched")
