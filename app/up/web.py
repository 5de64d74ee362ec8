"""`gezhi web`: the web server. Any number may run, on any number of hosts."""

import gc
from typing import Any

import click
from flask import Flask
from gunicorn import glogging
from gunicorn.app.base import BaseApplication

from app.core import metrics, space
from app.factory import create_app
from app.up import lines
from app.up.port import address, check_free
from app.up.schema import refuse_to_serve

WORKERS = 2
THREADS = 4
TIME_LIMIT_SECONDS = 60  # a worker that does not show itself that long is replaced
NEW_OBJECTS = 20_000  # so many more before the collector looks: a request makes some thousands, and drops them
STOP_LIMIT_SECONDS = 10  # for requests under way


class Lines(glogging.Logger):
    """Gunicorn's messages by way of Python's logging; access lines are not written."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True


class Server(BaseApplication):
    """Gunicorn, told everything by us; its workers are forked from one application."""

    def __init__(self, app: Flask, settings: dict[str, Any]) -> None:
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


@click.command(short_help="启动网页与接口服务 the web server")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=WORKERS, show_default=True, help="processes")
@click.option("--threads", type=click.IntRange(1), default=THREADS, show_default=True, help="threads per process")
def web(host: str, port: int, workers: int, threads: int) -> None:
    """启动网页与接口服务。Run the web server."""
    lines.configure()
    app = create_app()
    refuse_to_serve(app)
    serve(app, host, port, workers, threads)


def serve(app: Flask, host: str, port: int, workers: int = WORKERS, threads: int = THREADS) -> None:
    """Serve an application until told to stop."""
    check_free(host, port)
    settings = {
        "bind": address(host, port),
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread" if threads > 1 else "sync",
        "preload_app": True,
        "timeout": TIME_LIMIT_SECONDS,
        "graceful_timeout": STOP_LIMIT_SECONDS,
        "logger_class": Lines,
        "control_socket_disable": True,
    }
    with app.app_context():
        space.keep_reserve()
    with metrics.counted_together(app):
        _spare_the_collector()
        Server(app, settings).run()


def _spare_the_collector() -> None:
    """Let the garbage collector pass by what was loaded at the start: it lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
