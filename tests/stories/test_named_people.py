"""A question of a form for somebody: name and telephone are sealed, and shown to whoever may reveal citizens."""

import json
import tempfile
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.cases.proof import verify
from app.cases.proof.verify import Tally, VerifyScope
from app.catalogue import service as catalogue
from app.catalogue.files import DocumentRefused
from app.core.db import db
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories.catalogue import documents_file, seed_content
from tests.factories.grids import EAST
from tests.factories.town import GARBAGE, GRID, HERE, WAGES
from tests.support.elements import facts_of, texts_of
from tests.support.looks import refused
from tests.support.phone import report_of

OWED = {"name": "赵铁柱", "phone": "13835712345"}
PLACED = {"class": WAGES, "description": "包工头不发工资", "lon": HERE[0], "lat": HERE[1]}


def owed(actor, **more):
    return actor.report(WAGES, form={"people_count": 12, "owed": OWED}, **more)


def bring(town, *document):
    with tempfile.TemporaryDirectory() as folder, town.app.app_context(), transaction():
        catalogue.import_files([documents_file(folder, document)], by="test")


def hidden(answer):
    for secret in OWED.values():
        assert secret not in answer.text
    return answer


def test_who_is_named_lies_sealed_and_no_answer_list_or_step_says_the_name(town):
    case = hidden(owed(town.acceptor, source="hotline")).get_json()
    case_id = case["case_id"]
    assert set(case["form"]["owed"]) == {"person"}
    assert case["form"]["people_count"] == 12
    for path in (
        "cases", f"cases/{case_id}", f"cases/{case_id}/steps", f"cases/{case_id}/people", "queues",
    ):  # fmt: skip
        hidden(town.acceptor.get(path))
    hidden(town.worker.get("cases/near", **{"lon": HERE[0], "lat": HERE[1], "class": WAGES}))
    for words in OWED.values():
        assert hidden(town.acceptor.get("cases", text=words)).get_json()["items"] == []
    hidden(town.acceptor.send("POST", "sync", {"cursor": None, "operations": []}))
    for page in (f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/file", "/desk/"):
        hidden(Desk(town.app, town.acceptor).get(page))
    with town.app.app_context():
        tables = [table.name for table in db.metadata.sorted_tables]
        rows = [str(row) for name in tables for row in db.session.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608
        assert not any(word in row for row in rows for word in OWED.values())
        assert list(verify.faults(VerifyScope(), Tally())) == []


def test_one_at_a_time_is_revealed_for_a_reason_to_who_may_and_that_stands_in_the_audit(town):
    case_id = owed(town.acceptor, source="hotline").get_json()["case_id"]
    (one,) = town.acceptor.get(f"cases/{case_id}/people").get_json()["items"]
    assert one == {"field": "owed", "label": "被欠薪人（代表）", "label_en": "Who is owed (one for all)",
                   "name": "赵**", "phone": "*******2345"}  # fmt: skip
    path, why = f"cases/{case_id}/people/reveal", {"field": "owed", "reason": "核对欠薪"}
    assert town.acceptor.send("POST", path, why).get_json() == {**OWED, "anonymous": False}
    with town.app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.tag == "citizen:revealed")).one()
        assert (entry.person_id, entry.subject_id) == (town.acceptor.id, case_id)
        assert entry.data == {"reason": "核对欠薪", "question": "owed"}
    refused(town.acceptor.send("POST", path, {"field": "owed"}), 422)
    refused(town.acceptor.send("POST", path, {**why, "field": "people_count"}), 404, "nobody_named")
    refused(town.duty.send("POST", path, why), 403)
    refused(town.duty.get(f"cases/{case_id}/people"), 403)
    elsewhere = town.hire("acceptor", "centre", EAST)
    refused(elsewhere.send("POST", path, why), 404, "case_not_found")
    other = town.worker.report(GARBAGE).get_json()["case_id"]
    assert town.acceptor.get(f"cases/{other}/people").get_json() == {"items": []}


def test_departments_from_whom_the_sender_is_kept_do_not_see_who_is_named(town):
    case = owed(town.acceptor, source="superior", external_no="12345-9", secret=True).get_json()
    case = town.duty.act(town.acceptor.act(case, "accept"), "file", **{"class": WAGES, "condition": "1"})
    both = town.hire("department_desk", "department", "D-LABOUR")
    town.also(both, "acceptor", "grid", GRID)
    town.dispatcher.act(case, "dispatch", lead="D-LABOUR")
    refused(both.get(f"cases/{case['case_id']}/people"), 403, "sender_secret")
    assert town.acceptor.get(f"cases/{case['case_id']}/people").status_code == 200


def test_the_desk_shows_the_person_masked_and_in_full_for_a_reason(town):
    case_id = owed(town.acceptor, source="hotline").get_json()["case_id"]
    desk = Desk(town.app, town.acceptor)
    assert ("被欠薪人（代表）", "已登记，加密保存") in facts_of(desk.get(f"/desk/cases/{case_id}").text)
    masked = desk.part(f"/desk/cases/{case_id}/citizen").text
    assert "赵** · *******2345" in texts_of(masked, "p")
    path = f"/desk/cases/{case_id}/people/owed"
    assert desk.post(path, {"reason": ""}).status_code == 422
    answer = desk.post(path, {"reason": "核对欠薪"})
    assert "赵铁柱 · 13835712345" in texts_of(answer.text, "p")
    assert answer.headers["Cache-Control"] == "no-store"
    assert desk.post(f"/desk/cases/{case_id}/people/people_count", {"reason": "核对"}).status_code == 404
    assert Desk(town.app, town.duty).post(path, {"reason": "核对欠薪"}).status_code == 403


def test_the_same_again_is_the_same_case_and_another_person_is_another_report(town):
    case_id = str(uuid4())
    assert owed(town.worker, case_id=case_id).status_code == 201
    again = {"people_count": 12, "owed": {"name": " 赵铁柱", "phone": "138 3571 2345"}}
    assert town.worker.report(WAGES, case_id=case_id, form=again).status_code == 200
    operation = report_of(case_id, {"class": WAGES, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1],
                                    "form": {"people_count": 12, "owed": OWED}})  # fmt: skip
    (result,) = town.worker.send("POST", "sync", {"cursor": None, "operations": [operation]}).get_json()["results"]
    assert result["status"] == 200
    for other in ({"name": "钱二"}, {**OWED, "phone": "13900000000"}, None):
        form = {"people_count": 12} | ({"owed": other} if other else {})
        refused(town.worker.report(WAGES, case_id=case_id, form=form), 409, "case_differs")


def test_a_phone_names_somebody_without_network(town):
    case_id = str(uuid4())
    operation = report_of(case_id, {**PLACED, "form": {"people_count": 12, "owed": OWED}})
    (result,) = town.worker.send("POST", "sync", {"cursor": None, "operations": [operation]}).get_json()["results"]
    assert result["status"] == 201
    assert OWED["name"] not in json.dumps(result, ensure_ascii=False)
    (one,) = town.acceptor.get(f"cases/{case_id}/people").get_json()["items"]
    assert one["name"] == "赵**"


@pytest.mark.parametrize(
    "answer",
    [{"name": " "}, {"phone": "13835712345"}, {"name": "赵", "phone": "打不通"}, {"name": "赵", "id": "1"}, "赵铁柱",
     {"person": str(uuid4())}],
)  # fmt: skip
def test_what_is_nobody_is_refused_and_nothing_is_kept(town, answer):
    case_id = str(uuid4())
    body = refused(town.worker.report(WAGES, case_id=case_id, form={"people_count": 2, "owed": answer}), 422)
    assert set(body["fields"]) == {"form.owed"}
    assert town.worker.get(f"cases/{case_id}").status_code == 404


def test_an_answer_that_is_not_asked_would_lie_unsealed_and_is_refused(town):
    hidden_one = {"field": "owed", "label": "被欠薪人", "type": "person", "shown_if": {"known": [True]}}
    form = [{"field": "known", "label": "知道是谁", "type": "yes_no"}, hidden_one]
    bring(town, "class", GARBAGE, {**seed_content(GARBAGE), "form": form})
    for answers in ({"owed": OWED}, {"known": False, "owed": OWED}):
        body = refused(town.worker.report(form=answers), 422)
        assert set(body["fields"]) == {"form.owed"}
    assert town.worker.report(form={"known": True, "owed": OWED}).status_code == 201


def test_only_the_form_of_a_class_asks_for_somebody(town):
    service = {**seed_content("houses", "service"), "classes": []}
    question = {"field": "owner", "label": "房主", "type": "person"}
    service["rounds"] = [{**service["rounds"][0], "form": [question], "finding_classes": []}]
    with pytest.raises(DocumentRefused) as wrong:
        bring(town, "service", "houses", service)
    assert [name for name in wrong.value.fields if name.endswith("rounds[0].form[0].type")], wrong.value.fields
