"""`gezhi worker`: what the outbox owes, as soon as somebody rings. Any number may run, on any number of hosts."""

import click

import worker as queue_worker
from app.core.commands import CommandError
from app.factory import create_app
from app.up import log_format
from app.up.schema import refuse_to_serve
from workflows.words import Words


@click.command(short_help="启动后台任务 work the queues")
def worker() -> None:
    """启动后台任务。Work the queues until told to stop."""
    log_format.configure()
    app = create_app()
    if not app.config["REDIS_URL"]:
        raise CommandError(
            Words(
                "没有设置 REDIS_URL，后台任务由 gezhi scheduler 完成，不需要 worker。",
                "REDIS_URL is not set: the scheduler does the work, and no worker is needed.",
            )
        )
    refuse_to_serve(app)
    queue_worker.work(app)
