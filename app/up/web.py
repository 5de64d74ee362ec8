"""`gezhi web`: the web server. Any number may run, on any number of hosts."""

import sys

import click

from app.core.commands import HOST, PORT
from app.up import guard

PROCESSES = 4  # while one waits for the disk at the end of a write, the others go on; our figure


@click.command(short_help="启动网页与接口服务 the web server")
@HOST
@PORT
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=PROCESSES,
    show_default=True,
    help="服务进程数。How many processes serve.",
)
def web(host: str, port: int, workers: int) -> None:
    """启动网页与接口服务。Run the web server."""
    become(host, port, workers)


def become(host: str, port: int, workers: int = PROCESSES) -> None:
    """Turn this process into the web server: gevent must be there before what it takes the place of."""
    guard.become([sys.executable, "-P", "-m", "app.up", host, str(port), str(workers)])
