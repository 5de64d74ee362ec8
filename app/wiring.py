"""The one table of what follows what: events, outbox topics, periodic work, and the rules rooms register with cases."""

from flask import Flask

from app.core import jobs, outbox


def wire(app: Flask) -> None:
    """Connect the rooms. Called once per application; connecting twice changes nothing."""
    jobs.periodic("outbox sweep", 5, outbox.drain)
    jobs.periodic("heartbeat", 10, lambda: jobs.beat("scheduler"))
