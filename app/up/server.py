"""Serve the application: gunicorn with gevent, and limits on what a client may hold and for how long.

Each process answers all its requests in one thread and goes on with others while one waits for its client, for Redis or
for PostgreSQL. So a client that is silent costs a few kilobytes, and nobody waits for it.
"""

import gc
import resource
import signal
import socket
import ssl
from contextlib import suppress
from typing import Any

import click
import gevent
import orjson
from flask import Flask
from gevent import monkey
from gunicorn import glogging
from gunicorn.app.base import BaseApplication
from gunicorn.workers.ggevent import GeventWorker
from werkzeug.exceptions import RequestTimeout

from app.core import errors, health, metrics, space
from app.core.http import PROBLEM, problem_body
from app.factory import create_app
from app.up import certificate, guard, log_format
from app.up.pace import ClientTooSlow, Limits, PacedSocket
from app.up.port import address, check_free
from app.up.schema import refuse_to_serve

TIME_LIMIT_SECONDS = 60  # a process that does not show itself that long is replaced
NEW_OBJECTS = 20_000  # so many more before the collector looks: a request makes some thousands, and drops them
STOP_LIMIT_SECONDS = 10  # for requests under way
FILES_A_CONNECTION = 2  # its own, and that of what it brings or takes
FILES_BESIDE = 256  # database, log, bucket, decoders
_LIMITS = "gezhi_limits"


class ServerLogger(glogging.Logger):
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


class Reader:
    """The body of a request as gunicorn reads it; who is too slow is told so by the application."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def read(self, size: int) -> bytes:
        """Return the next bytes; raise RequestTimeout."""
        try:
            content: bytes = self._reader.read(size)
        except ClientTooSlow as error:
            raise RequestTimeout from error
        return content


class Process(GeventWorker):
    """One process of the server: every connection has to move, and those that do not are let go when it stops."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits: Limits = self.app.wsgi().extensions[_LIMITS]
        self._connections: set[PacedSocket] = set()

    sockets: list[Any]

    def patch(self) -> None:
        """Take the sockets over; everything else was patched when the process began."""
        sockets = self.sockets
        self.sockets = [socket.socket(each.FAMILY, socket.SOCK_STREAM, fileno=each.sock.detach()) for each in sockets]

    def timeout_ctx(self) -> Any:
        """Leave time to the connection: gunicorn gives a whole head no longer than an idle connection."""
        return gevent.Timeout(None)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        if isinstance(client, ssl.SSLSocket) and not self._shook_hands(client):
            return
        connection = PacedSocket(client, self._limits)
        self._connections.add(connection)
        try:
            super().handle(listener, connection, addr)
        finally:
            self._connections.discard(connection)

    def _shook_hands(self, client: ssl.SSLSocket) -> bool:
        """Agree on a key; who takes too long, speaks no TLS or does not trust us is let go."""
        agreed = False
        with suppress(OSError), gevent.Timeout(self._limits.silence_seconds, False):
            client.do_handshake()
            agreed = True
        return agreed

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        sock.begin()
        req.body.reader = Reader(req.body.reader)
        super().handle_request(listener_name, req, sock, addr)
        sock.rest()
        if not self.alive:
            raise StopIteration

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer who was too slow with the head; hang up on who does not take the answer."""
        if isinstance(exc, ClientTooSlow):
            client.sendall(_TOO_SLOW)
        else:
            super().handle_error(req, client, addr, exc)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Finish what is under way; connections on which nothing is are closed at once."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._close_resting)

    def _close_resting(self) -> None:
        for connection in [one for one in self._connections if one.resting]:
            connection.shutdown(socket.SHUT_RDWR)


def _too_slow() -> bytes:
    body = orjson.dumps(problem_body(errors.TooSlow()))
    head = f"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: {PROBLEM}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


_TOO_SLOW = _too_slow()


class Later(ssl.SSLContext):
    """Leaves the handshake to the process: there it has a limit of time."""

    def wrap_socket(self, sock: Any, *args: Any, **kwargs: Any) -> Any:
        return super().wrap_socket(sock, *args, **{**kwargs, "do_handshake_on_connect": False})


def _tls(config: Any, usual: Any) -> ssl.SSLContext:
    context = Later(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(config.certfile, config.keyfile)
    return context


OURS = {  # what we ask of gunicorn wherever we serve
    "worker_class": Process,
    "preload_app": True,
    "timeout": TIME_LIMIT_SECONDS,
    "graceful_timeout": STOP_LIMIT_SECONDS,
    "logger_class": ServerLogger,
    "control_socket_disable": True,
    "sendfile": False,  # it would go by the bare socket, on which nobody counts what a client takes
}


@click.command()
@click.argument("host")
@click.argument("port", type=int)
@click.argument("processes", type=int)
def main(host: str, port: int, processes: int) -> None:
    """Be the web server, as `gezhi web` asks."""
    log_format.configure()
    app = create_app()
    refuse_to_serve(app)
    serve(app, host, port, processes)


def serve(app: Flask, host: str, port: int, processes: int) -> None:
    """Serve an application until told to stop."""
    if not monkey.is_module_patched("threading"):
        raise RuntimeError("gevent has to be in place before anything is imported: see app/up/__main__.py")
    check_free(host, port)
    config = app.config
    app.extensions[_LIMITS] = Limits(
        config["LEAST_BYTES_PER_SECOND"], config["CLIENT_SILENCE_SECONDS"], config["CLIENT_REST_SECONDS"]
    )
    end_with_us = guard.dying_with_parent(signal.SIGKILL)  # or the port would stay taken
    settings = {
        **OURS,
        "bind": address(host, port),
        "workers": processes,
        "worker_connections": config["CONNECTIONS"],
        "post_fork": lambda arbiter, process: end_with_us and end_with_us(),
    }
    certificate.check(config["TLS_CERTIFICATE"], config["TLS_KEY"])
    if config["TLS_CERTIFICATE"]:
        settings |= {"certfile": config["TLS_CERTIFICATE"], "keyfile": config["TLS_KEY"], "ssl_context": _tls}
    _allow_files(config["CONNECTIONS"])
    with app.app_context():
        space.keep_reserve()
        health.migrations(app.extensions["migrate"].directory)  # once for all processes
    with metrics.counted_together(app):
        _spare_the_collector()
        Server(app, settings).run()


def _allow_files(connections: int) -> None:
    """Let this process open as many files as its connections may need, as far as the machine allows."""
    needed = connections * FILES_A_CONNECTION + FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _spare_the_collector() -> None:
    """Let the garbage collector pass by what was loaded at the start: it lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
