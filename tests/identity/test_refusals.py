"""Whoever is refused something leaves a trace in the audit, bounded: a row for each person, route and hour."""

from collections import Counter
from uuid import uuid4

from sqlalchemy import func, select

from app.audit import refusals
from app.audit.models import AuditEntry, Refusal
from app.core.db import db
from app.core.permissions import Permission
from tests.desk.browser import Desk
from tests.factories.identity import acting
from tests.rules.test_csrf import _kind
from tests.support.elements import rows_of

MADE_UP = {"uuid": str(uuid4()), "default": "x", "string": "x", "path": "x", "any": "close", "integer": 1}


def times(app):
    """How often each route was refused."""
    with app.app_context():
        return {row.route: row.times for row in db.session.scalars(select(Refusal))}


def entered(app):
    """The rows of the audit about refusals."""
    with app.app_context():
        wanted = select(AuditEntry).where(AuditEntry.tag == "access:refused").order_by(AuditEntry.id)
        return db.session.scalars(wanted).all()


def routes(app):
    """Every route that needs a permission, with a method and an address that fits."""
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if not isinstance(access, Permission) or access is Permission.IDENTITY_OWN:
            continue
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, rule.build({name: MADE_UP[_kind(rule, name)] for name in rule.arguments})[1]


def test_every_refusal_of_every_route_is_entered(app, app_context, client):
    headers = acting("idle", permissions=[Permission.IDENTITY_OWN])
    refused = Counter()
    for method, rule, address in routes(app):
        if client.open(address, method=method, headers=headers).status_code == 403:
            refused[f"{method} {rule}"] += 1
    assert len(refused) > 60
    assert times(app) == refused
    assert {row.data["route"] for row in entered(app)} == set(refused)
    assert all(row.person_id and set(row.data) == {"route", "permission", "hour"} for row in entered(app))


def test_refusals_within_an_answer_that_is_none_are_counted_too(app, town):
    """Sync and the acts on many cases at once answer 200, and say of each what came of it."""
    case = town.accepted()
    acts = [
        {"type": "act", "case_id": case["case_id"], "op_id": str(uuid4()), "action": "file", "seen": 2,
         "data": {"class": "0102", "condition": "1"}}
        for _ in range(3)
    ]  # fmt: skip
    answer = town.worker.send("POST", "sync", {"cursor": None, "operations": acts})
    assert [each["status"] for each in answer.get_json()["results"]] == [403] * 3
    assert times(app) == {"POST /api/v1/sync": 3}
    (row,) = entered(app)
    assert str(row.person_id) == str(town.worker.id)


def test_a_flood_is_one_row_and_costs_few_writes(app, town, query_count):
    with query_count() as seen:
        for _ in range(500):
            assert town.worker.get("cases/x/nothing").status_code == 404
            town.client.get("/admin/audit/", headers=town.worker.headers)
    written = [each for each in seen if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) < 70
    counted = times(app)["GET /admin/audit/"]
    assert 500 * 9 // 10 <= counted <= 500
    assert len(entered(app)) == 1


def test_another_hour_another_route_and_another_person_have_their_own_rows(app, town, clock):
    for actor in (town.worker, town.acceptor):
        for path in ("/admin/audit/", "/admin/people/"):
            town.client.get(path, headers=actor.headers)
            town.client.get(path, headers=actor.headers)
    clock.tick(hours=1)
    town.client.get("/admin/audit/", headers=town.worker.headers)
    assert len(entered(app)) == 5
    with app.app_context():
        assert db.session.scalar(select(func.sum(Refusal.times))) == 9


def test_what_two_processes_count_adds_up(app, town):
    with app.app_context():
        for _ in range(2):
            app.extensions.pop("gezhi_refusals", None)
            for _ in range(3):
                refusals.note(town.worker.id, "GET /x", "admin:page:read")
    assert times(app) == {"GET /x": 6}
    assert len(entered(app)) == 1


def test_the_audit_says_in_words_who_was_refused_what_and_how_often(app, town):
    for _ in range(3):
        town.client.get("/admin/audit/", headers=town.worker.headers)
    desk = Desk(app, town.hire("administrator", "grid", "141025"))
    (row,) = rows_of(desk.get("/admin/audit/?what=access:refused").text, id="entries")
    assert "没有权限，被拒绝：查看审计日志（GET /admin/audit/，这一小时 3 次）" in row[2]
    (row,) = rows_of(desk.get("/admin/audit/?what=access:refused&lang=en").text, id="entries")
    assert "was refused: Read the audit log" in row[2]


def test_nobody_signed_in_and_an_old_page_leave_no_such_row(app, town, client):
    assert client.get("/api/v1/cases").status_code == 401
    assert Desk(app, town.worker).client.post("/account/password").status_code == 403  # without the page's token
    assert entered(app) == []
