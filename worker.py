"""Build the application and work its queues; the rows in the outbox say what there is to do."""

import structlog
from flask import Flask
from redis import Redis
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from app.core.db import db
from app.core.jobs import QUEUES

WORKER_TTL_SECONDS = 30  # a worker whose host was lost is noticed after this
MAINTENANCE_SECONDS = 10  # how often workers look for jobs of lost ones
RETRY_SECONDS = 5  # longest wait before looking for Redis again


class QueueWorker(Worker):
    """A worker that forks for each job."""

    max_connection_wait_time = RETRY_SECONDS

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
