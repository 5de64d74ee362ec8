"""`gezhi scheduler`: the loop of periodic work. One is enough; a second does no harm."""

import signal
import threading
from types import FrameType

import click
from flask import Flask

from app.core import jobs
from app.factory import create_app
from app.up import log_format
from app.up.schema import refuse_to_serve


@click.command(short_help="启动定时任务 periodic work")
def scheduler() -> None:
    """启动定时任务。Run the table of periodic work until told to stop."""
    log_format.configure()
    app = create_app()
    refuse_to_serve(app)
    run(app)


def run(app: Flask) -> None:
    """Run the table of periodic work until told to stop."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=stop.set).start()  # the loop may hold the event's own lock at this moment

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    jobs.schedule(app, stop)
    with app.app_context():
        jobs.run_once(jobs.Periodic("rest", 0, lambda: jobs.rest(jobs.SCHEDULER)))
