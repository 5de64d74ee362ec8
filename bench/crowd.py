"""Clients that hold a connection and send nothing, or a byte a second, for as long as a block lasts."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import cycle

from bench.load import Target

DRIP_SECONDS = 1.0
_HEAD = b"GET /api/v1/me HTTP/1.1\r\nHost: bench\r\nX-Long: "
_JSON = (
    b"POST /api/v1/auth/login HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
)
_PHOTO = (
    b"PUT /api/v1/cases/%(id)b/attachments/%(id)b?purpose=before HTTP/1.1\r\nHost: bench\r\n"
    b"Authorization: Bearer %(token)b\r\nContent-Type: image/jpeg\r\nContent-Length: 200000\r\n\r\n\xff\xd8\xff"
)


@contextmanager
def beside(target: Target, silent: int, dripping: int, token: str) -> Iterator[None]:
    """Let a third of each kind stop in the head, a third in a JSON body, a third in a photo; who is cut comes again."""
    crowd = os.fork()
    if crowd == 0:
        _live(target, silent, dripping, token)
    time.sleep(DRIP_SECONDS)  # until they are all there
    try:
        yield
    finally:
        os.kill(crowd, signal.SIGKILL)
        os.waitpid(crowd, 0)


def _live(target: Target, silent: int, dripping: int, token: str) -> None:
    photo = _PHOTO % {b"id": b"0192e4a0-7c3e-7000-8000-000000000001", b"token": token.encode()}
    beginnings = cycle((_HEAD, _JSON, photo))
    waiting = selectors.DefaultSelector()
    for number in range(silent + dripping):
        _connect(waiting, target, next(beginnings), number >= silent)
    while True:
        next_drip = time.monotonic() + DRIP_SECONDS
        while (left := next_drip - time.monotonic()) > 0:
            for key, _ in waiting.select(left):  # answered or cut
                waiting.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]
                _connect(waiting, target, *key.data)
        for key in [*waiting.get_map().values()]:
            if key.data[1]:
                with suppress(OSError):  # seen when it is next looked at
                    key.fileobj.send(b"a")  # type: ignore[union-attr]


def _connect(waiting: selectors.BaseSelector, target: Target, beginning: bytes, drips: bool) -> None:
    with suppress(OSError):
        connection = socket.create_connection((target.host, target.port), timeout=5)
        connection.sendall(beginning)
        waiting.register(connection, selectors.EVENT_READ, (beginning, drips))
