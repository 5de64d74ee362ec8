"""/healthz, /readyz and /metrics: what they say, to whom, and what they never say."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine, text

from app.core import doorbell, jobs, metrics, outbox
from app.core.db import db
from app.core.transaction import transaction
from tests.factories.grids import COUNTY
from tests.factories.town import Town
from tests.support.valkey import running

NOWHERE = "redis://127.0.0.1:1/0"


def read(text):
    """The figures of the metrics, by their name and the values of their labels, in the order of the labels."""
    families = text_string_to_metric_families(text)
    samples = (sample for family in families for sample in family.samples)
    return {(one.name, *(value for _, value in sorted(one.labels.items()))): one.value for one in samples}


def parts(client):
    answer = client.get("/readyz")
    return {name: (part["status"], part["word"]) for name, part in answer.get_json()["parts"].items()}


def test_the_process_lives_without_asking_the_database(client, query_count):
    with query_count() as seen:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json(), seen) == (200, {"status": "ok"}, [])


def test_an_installation_with_a_scheduler_and_a_calendar_is_ready(app, client, clock):
    clock.tick(days=-90)  # all of the next 60 days lie in a year whose holidays are known
    town = Town(app)
    for role in ("township_leader", "inspector"):  # of the townships in which nobody is yet
        town.hire(role, "grid", COUNTY)
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
    assert answer.status_code == 503
    assert answer.get_json()["parts"]["database"] == {"status": "failed", "word": "unreachable", "figure": None}
    assert app.test_client().get("/healthz").status_code == 200


def test_a_full_disk_stops_serving_and_one_nearly_full_is_told(make_app):
    assert parts(make_app(DISK_WARN_MB=10**9).test_client())["disk"] == ("degraded", "low")
    assert make_app(DISK_LEAST_MB=10**9).test_client().get("/readyz").status_code == 503


def test_a_redis_that_does_not_answer_is_told_and_people_still_served(make_app):
    answer = make_app(REDIS_URL=NOWHERE).test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.get_json()["parts"]["redis"] == {"status": "degraded", "word": "silent", "figure": None}


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
    figures = read(said.text)
    requests = {key[1:]: figure for key, figure in figures.items() if key[0] == "gezhi_http_requests_total"}
    one, nowhere = "/api/v1/cases/<uuid:case_id>", "(none)"
    assert requests == {("PUT", one, "201"): 1, ("GET", one, "401"): 1, (nowhere, nowhere, "404"): 1}
    assert (figures["gezhi_cases", "reported", "case"], figures["gezhi_cases", "closed", "case"]) == (1, 0)
    assert {"gezhi_http_request_seconds_bucket", "gezhi_outbox_owed", "gezhi_sessions"} <= {key[0] for key in figures}
    labels = {label for _, *labels in figures for label in labels}
    assert not [label for label in labels if case["case_id"] in label or "13800000000" in label]


AWAY = {"REMOTE_ADDR": "203.0.113.7"}
THROUGH = (  # each shows that something in between handed the request on
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Proto": "https"},
    {"X-Real-IP": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1"},
    {"Via": "1.1 gate"},
    {"Host": "gezhi.gov.cn"},
    {"Host": "[::1"},
)


def assert_a_stranger_learns_nothing(client, headers=None, **more):
    assert client.get("/metrics", headers=headers, **more).status_code == 404
    told = client.get("/readyz", headers=headers, **more).get_json()
    assert "parts" not in told
    assert told["status"] in ("ok", "degraded", 503)
    assert client.get("/healthz", headers=headers, **more).status_code == 200


def assert_all_is_told(client, headers=None, **more):
    assert client.get("/metrics", headers=headers, **more).status_code == 200
    assert "database" in client.get("/readyz", headers=headers, **more).get_json()["parts"]


def test_without_a_token_only_this_machine_learns_figures_and_no_proxy_on_it(client, make_app):
    for address in ("127.0.0.1", "::1"):
        assert_all_is_told(client, environ_base={"REMOTE_ADDR": address})
    assert_all_is_told(client, headers={"Host": "[::1]:8000"})
    assert_a_stranger_learns_nothing(client, environ_base=AWAY)
    for headers in THROUGH:
        assert_a_stranger_learns_nothing(client, headers)
    assert_a_stranger_learns_nothing(make_app(DISK_LEAST_MB=10**9).test_client(), environ_base=AWAY)


def test_with_a_token_its_holder_learns_figures_from_anywhere_and_nobody_else(make_app):
    client = make_app(METRICS_TOKEN="figures").test_client()
    assert_all_is_told(client, {"Authorization": "Bearer figures"}, environ_base=AWAY)
    for headers in (None, {"Authorization": "Bearer other"}, {"Authorization": "Bearer 密"}):
        assert_a_stranger_learns_nothing(client, headers)


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("redis://10.1.2.3:6379/0", True),
        ("redis://:password@10.1.2.3:6379/0", True),
        ("rediss://10.1.2.3:6379/0", True),
        ("rediss://:password@10.1.2.3:6379/0", True),
        ("rediss://default:password@10.1.2.3:6379/0", True),
        ("rediss://gezhi@10.1.2.3:6379/0", True),
        ("rediss://gezhi:password@10.1.2.3:6379/0", False),
        ("redis://127.0.0.1:6379/0", False),
        ("unix:///srv/gezhi/valkey.sock", False),
    ],
)
def test_a_redis_on_another_host_needs_a_password_and_tls(address, is_open):
    assert doorbell.Doorbell(address).is_open() is is_open


def test_an_open_redis_is_told(make_app, monkeypatch):
    with running() as server:
        client = make_app(REDIS_URL=server.url).test_client()
        monkeypatch.setattr(doorbell, "is_loopback", lambda host: host == "localhost")  # as if it were elsewhere
        assert parts(client)["redis"] == ("degraded", "open")


def test_a_gauge_that_cannot_be_read_is_left_out_and_the_rest_is_told(app, client, monkeypatch):
    def broken():
        db.session.execute(text("SELECT * FROM no_such_table"))

    monkeypatch.setitem(metrics._gauges, "gezhi_broken", metrics.Gauge("gezhi_broken", "Broken", (), broken))
    monkeypatch.setitem(metrics._gauges, "gezhi_after", metrics.Gauge("gezhi_after", "After", (), lambda: {(): 7.0}))
    lines = client.get("/metrics").text.splitlines()
    assert "gezhi_after 7.0" in lines
    assert [line for line in lines if "gezhi_broken" in line] == []
