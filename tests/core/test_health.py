"""/healthz, /readyz and /metrics: what they say, to whom, and what they never say."""

import pytest
from sqlalchemy import create_engine, text

from app.core import doorbell, jobs, metrics, outbox
from app.core.db import db
from app.core.transaction import transaction
from tests.factories.town import Town
from tests.support.valkey import running

NOWHERE = "redis://127.0.0.1:1/0"


def parts(client):
    answer = client.get("/readyz")
    return {name: (part["status"], part["word"]) for name, part in answer.get_json()["parts"].items()}


def test_the_process_lives_without_asking_the_database(client, query_count):
    with query_count() as seen:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json(), seen) == (200, {"status": "ok"}, [])


def test_an_installation_with_a_scheduler_and_a_calendar_is_ready(app, client, clock):
    clock.tick(days=-90)  # all of the next 60 days lie in a year whose holidays are known
    Town(app)
    with app.app_context():
        jobs.beat("scheduler")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["status"] == "ok", answer.get_json()
    assert parts(client)["redis"] == ("off", "")


def test_a_silent_scheduler_and_effects_long_owed_are_told_and_people_still_served(app, client, clock):
    with app.app_context(), transaction():
        outbox.put("case.ended", "1", {})
    assert parts(client)["outbox"] == ("ok", "")
    with app.app_context():
        jobs.beat("scheduler")
    clock.tick(minutes=3)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "degraded")
    assert answer.get_json()["parts"]["outbox"] == {"status": "degraded", "word": "owed", "figure": 1}
    assert answer.get_json()["parts"]["scheduler"] == {"status": "degraded", "word": "silent", "figure": 180}


def test_a_year_without_known_holidays_is_told_before_limits_reach_it(app, client, clock):
    assert parts(client)["calendar"] == ("degraded", "no_calendar")
    Town(app)
    clock.tick(days=365 * 20)
    found = client.get("/readyz").get_json()["parts"]["calendar"]
    assert (found["status"], found["word"]) == ("degraded", "year_unknown")
    assert found["figure"] >= 2046


def test_a_database_of_another_version_cannot_serve(app, client):
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.get_json()["code"] == "not_ready"
    assert answer.get_json()["parts"]["database"]["word"] == "not_migrated"


def test_a_database_that_a_newer_version_has_brought_up_to_date_is_told_and_still_served(app, client):
    with app.app_context(), transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert client.get("/readyz").status_code == 200
    assert parts(client)["database"] == ("degraded", "newer")


def test_a_database_that_does_not_answer_is_told_without_its_address(make_app, tmp_path, capsys):
    gone = tmp_path / "no-such-folder" / "secret.sqlite3"
    app = make_app()
    with app.app_context():
        db.engines[None] = create_engine(f"sqlite:///{gone}")
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.get_json()["parts"]["database"]["word"]) == (503, "unreachable")
    assert "secret" not in answer.text
    assert app.test_client().get("/healthz").status_code == 200


def test_a_full_disk_stops_serving_and_one_nearly_full_is_told(make_app):
    assert parts(make_app(DISK_WARN_MB=10**9).test_client())["disk"] == ("degraded", "low")
    assert make_app(DISK_LEAST_MB=10**9).test_client().get("/readyz").status_code == 503


def test_a_redis_that_does_not_answer_is_told_and_people_still_served(make_app):
    answer = make_app(REDIS_URL=NOWHERE).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["parts"]["redis"]["word"] == "silent"
    assert "127.0.0.1" not in answer.text


def test_nobody_who_works_and_jobs_that_failed_are_told(make_app):
    with running() as server:
        app = make_app(REDIS_URL=server.url)
        client = app.test_client()
        assert parts(client)["redis"] == ("ok", "")
        assert parts(client)["workers"] == ("degraded", "none")
        assert parts(client)["failed_jobs"] == ("ok", "")
        with app.app_context():
            job = doorbell.bell().queue.enqueue("app.core.jobs.drain_outbox")
            server.client.zadd("rq:failed:default", {job.id: 2**40})
        assert parts(client)["failed_jobs"] == ("degraded", "failed")


def test_requests_are_counted_by_the_templates_of_their_routes(make_app):
    app = make_app()  # one that has counted nothing yet
    client = app.test_client()
    case = Town(app).worker.report().get_json()
    client.get(f"/api/v1/cases/{case['case_id']}")
    client.get("/nowhere/13800000000")
    said = client.get("/metrics")
    assert said.status_code == 200
    assert said.content_type.startswith("text/plain")
    assert 'route="/api/v1/cases/<uuid:case_id>",status="201"} 1.0' in said.text
    assert 'route="/api/v1/cases/<uuid:case_id>",status="401"} 1.0' in said.text
    assert 'method="(none)",route="(none)",status="404"} 1.0' in said.text
    assert "gezhi_http_request_seconds_bucket" in said.text
    assert 'gezhi_cases{state="reported"} 1.0' in said.text
    assert 'gezhi_cases{state="closed"} 0.0' in said.text
    assert "gezhi_outbox_owed" in said.text
    assert "gezhi_sessions" in said.text
    assert case["case_id"] not in said.text
    assert "13800000000" not in said.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_without_a_token_only_this_machine_reads_the_metrics_and_no_proxy_on_it(client, header):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    for refused in (
        client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.7"}),
        client.get("/metrics", headers={header: "127.0.0.1"}),
    ):
        assert (refused.status_code, refused.get_json()["code"]) == (403, "metrics_refused")


def test_with_a_token_its_holder_reads_the_metrics_from_anywhere_and_nobody_else(make_app):
    client = make_app(METRICS_TOKEN="figures").test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 401
    away = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metrics", headers={"Authorization": "Bearer figures"}, environ_base=away).status_code == 200


def test_a_gauge_that_cannot_be_read_is_left_out_and_the_rest_is_told(app, client, monkeypatch):
    def broken():
        db.session.execute(text("SELECT * FROM no_such_table"))

    monkeypatch.setitem(metrics._gauges, "gezhi_broken", metrics.Gauge("gezhi_broken", "Broken", (), broken))
    monkeypatch.setitem(metrics._gauges, "gezhi_after", metrics.Gauge("gezhi_after", "After", (), lambda: {(): 7.0}))
    said = client.get("/metrics").text
    assert "gezhi_after 7.0" in said
    assert "gezhi_broken" not in said
