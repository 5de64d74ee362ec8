"""Log lines: one per request, with ids and without anything about people."""

import json
import logging
from uuid import uuid4

import pytest
import structlog
from flask import request
from sqlalchemy import text

from app.audit.models import AuditEntry
from app.core import clock, logs, outbox
from app.core.db import db
from app.core.outbox import OutboxRow
from app.core.transaction import transaction
from app.identity import staff_telephones
from app.identity.models import PersonRow

pytestmark = pytest.mark.one_database
NAME, PHONE, WORDS = "欧阳修远", "13812345678", "楼道堆放杂物三天无人清理"


@pytest.fixture
def lines(capsys):
    """What was logged since the last look, one object a line."""

    def read():
        return [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]

    return read


def test_every_request_makes_one_line_with_its_route_and_person(lines, town):
    lines()
    case_id = str(uuid4())
    answer = town.worker.report(case_id=case_id)
    (line,) = [each for each in lines() if each["event"] == "http.request"]
    assert line["route"] == "/api/v1/cases/<uuid:case_id>"
    assert (line["method"], line["status"], line["person_id"]) == ("PUT", 201, str(town.worker.id))
    assert line["ids"] == {"case_id": case_id}
    assert line["ms"] >= 0
    assert line["request_id"] == answer.headers["X-Request-Id"]


def test_query_strings_and_unknown_paths_are_not_written(lines, app, client):
    client.get(f"/api/v1/cases?text={PHONE}")
    client.get(f"/nowhere/{PHONE}")
    client.get("/healthz")
    said = [each for each in lines() if each["event"] == "http.request"]
    assert [(each["route"], each["status"], each["person_id"]) for each in said] == [
        ("/api/v1/cases", 401, None),
        ("(none)", 404, None),
    ]
    assert PHONE not in json.dumps(said)


def test_a_citizens_name_and_number_are_in_no_log_outbox_or_audit_row_and_in_no_step(lines, app, town, caplog):
    caplog.set_level(logging.DEBUG)
    told = {"name": NAME, "phone": PHONE, "anonymous": False, "consent": True}
    case = town.acceptor.report(source="hotline", reporter=told, description=WORDS).get_json()
    town.acceptor.act(case, "verify", verifier=str(town.next_worker.id))
    town.acceptor.try_act(case, "refuse", reason=PHONE, nonsense=NAME)
    town.acceptor.get("cases", text=WORDS)
    with app.app_context():
        outbox.drain()
        rows = [str(row.payload) + row.key for row in db.session.query(OutboxRow)]
        rows += [str(vars(row)) for row in db.session.query(AuditEntry)]
        steps = [row[0] for row in db.session.execute(text("SELECT data FROM case_steps"))]
        staff = [(person.name, staff_telephones.of(person)) for person in db.session.query(PersonRow)]
    said = json.dumps(lines(), ensure_ascii=False) + caplog.text + "".join(rows)
    assert "http.request" in said
    for secret in (NAME, PHONE, WORDS, *(each for person in staff for each in person if each)):
        assert secret not in said
    for secret in (NAME, PHONE):
        assert secret not in "".join(steps)


def test_a_traceback_quotes_no_row(lines, app, app_context):
    with pytest.raises(Exception, match="people") as caught, transaction() as session:
        session.add(PersonRow(username="a", name=NAME, phone_open=PHONE, password_hash=None, created_at=clock.now()))
    structlog.get_logger().error("something.failed", exc_info=caught.value)
    (line,) = [each for each in lines() if each["event"] == "something.failed"]
    assert "IntegrityError" in line["exception"]
    assert NAME not in json.dumps(line, ensure_ascii=False)
    assert PHONE not in json.dumps(line, ensure_ascii=False)


def test_an_error_nobody_expected_is_logged_with_its_traceback_and_answered_without(make_app, caplog):
    app = make_app(PROPAGATE_EXCEPTIONS=False)

    def broken():
        raise RuntimeError(f"broken at {request.path}")

    app.add_url_rule("/broken", view_func=broken)
    answer = app.test_client().get(f"/broken?phone={PHONE}")
    assert (answer.status_code, answer.content_type) == (500, "application/problem+json")
    assert answer.get_json()["code"] == "problem"
    assert not [text for text in answer.get_json().values() if "broken at" in str(text)]
    lines = caplog.text.splitlines()
    assert "RuntimeError: broken at /broken" in lines
    assert not [line for line in lines if PHONE in line]


def test_lines_of_libraries_carry_the_request_id_too():
    structlog.contextvars.bind_contextvars(request_id="r1")
    event = logs.without_row_values(None, "error", {"exception": "x\nDETAIL: Key (phone)=(138) exists\ny"})
    assert event["exception"] == "x\nDETAIL: (left out)\ny"
