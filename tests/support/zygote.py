"""Fork Gezhi's parts as `gezhi up` does, on request, from one process that has imported everything.

So a part that a test has killed is there again in a moment. The web server is forked from another such process, in
which gevent was put in place first, as `python -m app.up` does. A line of JSON on standard input asks, one on standard
output answers. Every part makes its own application from the settings it is given, as `gezhi web` and the others do;
two things are added from outside: where its clock stands, and effects that a test can count.
"""

import fcntl
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import Flask

import worker
from app import cli
from app.core import clock
from app.core.db import db
from app.factory import create_app
from app.up import guard, log_format, scheduler, server, valkey
from tests.support import effects, switches

PROCESSES = 2  # of the web server: enough for two to meet
_children: dict[int, guard.Child] = {}


def main() -> None:
    """Answer requests until there are no more; the children end with us."""
    create_app({"DATABASE_URL": "sqlite://", "REDIS_URL": None})  # imports every room
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_ASKED[request.pop("ask")](**request)), flush=True)  # noqa: T201 - this is how we answer


def _start(part: str, settings: Mapping[str, Any], offset_seconds: float, outbox: str, **options: Any) -> int:
    """Fork a part; return its process id."""
    run = _PROGRAMS.get(part)
    if run is None:
        child = guard.fork(lambda: _live(_PARTS[part], settings, offset_seconds, outbox, options))
    else:
        ask = guard.dying_with_parent()
        child = guard.fork(lambda: run(ask, **options))
    _children[child.pid] = child
    return child.pid


def _wait(pid: int, seconds: float) -> int | None:
    """Wait for the end of a part; return its exit code, None while it lives."""
    return _children[pid].wait(seconds)


def _live(run: Callable[..., object], settings: Mapping[str, Any], offset: float, outbox: str, options: Any) -> None:
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    away = timedelta(seconds=offset)
    clock.now = lambda: datetime.now(UTC) + away
    log_format.configure("WARNING")
    app = create_app(settings)
    effects.enter(outbox)
    run(app, **options)


def _web(app: Flask, port: int) -> None:
    switches.watch(app.config.get("SWITCHES_SEEN"), app.config.get("SWITCHES_MADE", False))
    server.serve(app, "127.0.0.1", port, PROCESSES)


def _call(app: Flask, function: str, gate: str) -> None:
    """Call a function as soon as the gate opens, connected to the database before."""
    module, _, name = function.partition(":")
    with app.app_context():
        db.session.connection()
        db.session.rollback()
        Path(f"{gate}.{os.getpid()}").touch()
        with open(gate) as file:
            fcntl.flock(file, fcntl.LOCK_SH)
        getattr(import_module(module), name)()


def _command(app: Flask, arguments: list[str]) -> None:
    """Run a command of the rooms in this application, as the command line does in one that it makes."""
    with app.app_context():
        cli.main.get_command(click.Context(cli.main), arguments[0]).main(arguments[1:], prog_name=arguments[0])


def _valkey(ask: Callable[[], None] | None, folder: str, listening: str) -> None:
    Path(listening).unlink(missing_ok=True)
    valkey.serve(Path(folder), Path(listening))


def _program(
    ask: Callable[[], None] | None, command: list[str], user: int | None, group: int | None, folder: str
) -> None:
    """Become a program, as another user if one is named."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    os.chdir(folder)
    if user is not None and group is not None:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
        if ask:
            ask()  # the kernel forgets it with the user
    os.execv(command[0], command)  # noqa: S606 - the test names the program


_PARTS: dict[str, Callable[..., object]] = {
    "web": _web,
    "worker": worker.work,
    "scheduler": scheduler.run,
    "call": _call,
    "command": _command,
}
_PROGRAMS: dict[str, Callable[..., None]] = {"valkey": _valkey, "database": _program}
_ASKED: dict[str, Callable[..., Any]] = {"start": _start, "wait": _wait}

if __name__ == "__main__":
    main()
