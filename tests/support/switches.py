"""Watch that a web process never goes on with another request while one holds SQLite's only write lock."""

import os
import traceback
from pathlib import Path
from typing import Any

import gevent
import greenlet
from sqlalchemy import Connection, Engine, event

from app.cases.events import CaseStepped
from app.core import db, events

_writing: set[Any] = set()


def watch(log: str | None, make: bool = False) -> None:
    """Write where the owner of the lock lets others go on into a file, from now on in this process and its forks.

    With `make` every step of a case lets others go on, so that a test of the watch has something to see.
    """
    if log is None:
        return
    if make:
        events.follow(CaseStepped, lambda _: gevent.sleep(0))
    begin = db._begin_to_write

    def begun(connection: Connection) -> None:
        begin(connection)
        _writing.add(greenlet.getcurrent())

    def ended(connection: Connection) -> None:
        _writing.discard(greenlet.getcurrent())

    def switched(what: str, between: Any) -> None:
        if between[0] in _writing:
            with Path(log).open("a") as file:
                file.write(f"{os.getpid()} {what}\n{''.join(traceback.format_stack(between[0].gr_frame))}\n")

    db._begin_to_write = begun
    for end in ("commit", "rollback"):
        event.listen(Engine, end, ended)
    greenlet.settrace(switched)
