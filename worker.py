"""Build the application and work its queues; the rows in the outbox say what there is to do.

Whoever can write to Redis can name any function there. So no name from Redis is ever imported: it is looked up among
our own jobs, and what else a job could name (an object, calls that follow it) is passed by.
"""

from collections.abc import Callable

import structlog
from flask import Flask
from redis import Redis
from redis.client import Pipeline
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from app.core.db import db
from app.core.jobs import JOBS, QUEUES

WORKER_TTL_SECONDS = 30  # a worker whose host was lost is noticed after this
MAINTENANCE_SECONDS = 10  # how often workers look for jobs of lost ones
RETRY_SECONDS = 5  # longest wait before looking for Redis again


class UnknownJob(Exception):
    """A job in Redis bears a name that is none of ours."""


class OwnJob(Job):
    """A job of our own list; nothing that Redis says of it is imported."""

    @property
    def func(self) -> Callable[[], object]:
        """Return what the job does; raise UnknownJob."""
        known = JOBS.get(self.func_name or "")
        if known is None:
            raise UnknownJob
        return known

    @property
    def success_callback(self) -> None:
        """Follow a job by nothing."""

    @property
    def failure_callback(self) -> None:
        """Follow a failed job by nothing."""

    @property
    def stopped_callback(self) -> None:
        """Follow a stopped job by nothing."""


class QueueWorker(Worker):
    """A worker that forks for each job."""

    job_class = OwnJob
    max_connection_wait_time = RETRY_SECONDS

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Show that we live, and register anew where Redis has forgotten us: it was restarted or emptied."""
        if not self.connection.hexists(self.key, "birth"):
            self.connection.delete(self.key)  # what a beat has left there would count as another worker
            self.register_birth()
        super().heartbeat(timeout, pipeline)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Leave the parent's database connections to the parent, then do the job."""
        db.engine.dispose(close=False)
        structlog.contextvars.bind_contextvars(job_id=job.id)
        super().main_work_horse(job, queue)


def work(app: Flask) -> None:
    """Work the queues until told to stop; the job under way is finished first."""
    with app.app_context():
        worker = QueueWorker(
            list(QUEUES),
            connection=Redis.from_url(app.config["REDIS_URL"]),
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        worker.work(logging_level="WARNING")
