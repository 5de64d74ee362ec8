"""The worker as a process of its own."""

import json

import pytest
from rq import Callback, Queue, Retry
from rq.results import Result
from rq.serializers import JSONSerializer
from sqlalchemy import insert

from app.core import clock, doorbell, jobs
from app.core.doorbell import QUEUE
from app.core.outbox import OutboxRow
from app.core.transaction import transaction
from tests.support.processes import LIMIT_SECONDS, forked, run, started
from tests.support.until import until
from tests.support.valkey import running


@pytest.mark.own_database
def test_it_does_what_is_rung_for_and_stops_when_asked(database, valkey, tmp_path):
    queue = Queue(QUEUE, connection=valkey.client, serializer=JSONSerializer)
    job = queue.enqueue("app.core.jobs.drain_outbox", result_ttl=60)
    with forked("worker", DATABASE_URL=database.url, REDIS_URL=valkey.url, GEZHI_DATA_DIR=str(tmp_path)) as worker:
        result = Result.fetch_latest(job, serializer=JSONSerializer, timeout=LIMIT_SECONDS)
        worker.terminate()
        worker.communicate(timeout=LIMIT_SECONDS)
    assert result.type == Result.Type.SUCCESSFUL, result.exc_string
    assert result.return_value == 0
    assert worker.returncode == 0


@pytest.mark.own_database
def test_what_a_job_logs_carries_its_id_and_nothing_it_was_about(make_app, database, valkey, tmp_path):
    with make_app().app_context(), transaction() as session:
        session.execute(
            insert(OutboxRow), {"topic": "case.ended", "key": "x", "payload": {}, "created_at": clock.now()}
        )
    queue = Queue(QUEUE, connection=valkey.client, serializer=JSONSerializer)
    job = queue.enqueue("app.core.jobs.drain_outbox", result_ttl=60)
    with forked("worker", DATABASE_URL=database.url, REDIS_URL=valkey.url, GEZHI_DATA_DIR=str(tmp_path)) as worker:
        Result.fetch_latest(job, serializer=JSONSerializer, timeout=LIMIT_SECONDS)
        worker.terminate()
        said, _ = worker.communicate(timeout=LIMIT_SECONDS)
    (line,) = [json.loads(line) for line in said.splitlines() if "outbox.effect_failed" in line]
    assert (line["job_id"], line["topic"], line["attempts"]) == (job.id, "case.ended", 1)
    assert "KeyError" in line["exception"]


@pytest.mark.own_database
@pytest.mark.one_database
def test_a_job_that_is_not_ours_is_not_even_imported(database, valkey, tmp_path):
    """Whoever can write to Redis can name any function there, as the job or as what follows it."""
    trace = tmp_path / "trace"
    (tmp_path / "crafted.py").write_text(f"open({str(trace)!r}, 'w')\ndef run(*given): pass\n")
    queue = Queue(QUEUE, connection=valkey.client, serializer=JSONSerializer)
    refused = [
        queue.enqueue("os.system", f"touch {trace}"),
        queue.enqueue("crafted.run", retry=Retry(max=1)),
        queue.enqueue("os.system", on_failure=Callback("crafted.run"), on_stopped=Callback("crafted.run")),
    ]
    ours = queue.enqueue("app.core.jobs.drain_outbox", result_ttl=60, on_success=Callback("crafted.run"))
    settings = {"REDIS_URL": valkey.url, "GEZHI_DATA_DIR": str(tmp_path), "PYTHONPATH": str(tmp_path)}
    with started("worker", DATABASE_URL=database.url, **settings) as worker:
        result = Result.fetch_latest(ours, serializer=JSONSerializer, timeout=LIMIT_SECONDS)
        for job in refused:
            until(lambda job=job: job.get_status() == "failed", "the job is refused")
        worker.terminate()
        said, _ = worker.communicate(timeout=LIMIT_SECONDS)
    assert result.type == Result.Type.SUCCESSFUL, result.exc_string
    assert not trace.exists()
    assert "UnknownJob" in said


def test_every_job_that_is_sent_is_on_the_list_of_the_worker(make_app):
    with running() as server, make_app(REDIS_URL=server.url).app_context():
        doorbell.ring()
        (job,) = doorbell.bell().queue.jobs
        assert job.func_name in jobs.JOBS


def test_without_an_address_of_redis_it_says_so(tmp_path):
    code, said = run("worker", GEZHI_DATA_DIR=str(tmp_path))
    assert code == 1
    assert "REDIS_URL" in said
