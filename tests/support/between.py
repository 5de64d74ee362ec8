"""A wire between a browser and our server: it counts what passes, and can break for single addresses."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

ONE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
LIMIT_SECONDS = 60


def _never(_: str) -> bool:
    return False


@dataclass
class Passed:
    """One request: what was asked for, what was answered, how many bytes came down the wire."""

    method: str
    path: str
    status: int
    size: int


@dataclass
class Wire:
    """What has passed; `fails` says which paths are answered with an error instead."""

    port: int = 0
    passed: list[Passed] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    fails: Callable[[str], bool] = _never


@contextmanager
def between(port: int) -> Iterator[Wire]:
    """Lay a wire to a port."""
    wire = Wire()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(wire, port))
    wire.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(wire: Wire, port: int) -> type[BaseHTTPRequestHandler]:
    class Carrier(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _carry(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if wire.fails(self.path):
                wire.failed.append(self.path)
                self._tell(500, [], b"")
                return
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)) as there:
                try:
                    there.request(self.command, self.path, body, dict(self.headers))
                    answer = there.getresponse()
                    content = answer.read()
                except OSError:  # nobody is there: as when the wire is cut
                    self.close_connection = True
                    return
            self._tell(answer.status, answer.getheaders(), content)

        def _tell(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            kept = [(name, value) for name, value in headers if name.lower() not in ONE_HOP]
            self.send_response_only(status)
            for name, value in kept:
                self.send_header(name, value)
            if status not in (204, 304) and not any(name.lower() == "content-length" for name, _ in kept):
                self.send_header("Content-Length", str(len(content)))
            size = sum(map(len, self._headers_buffer)) + len(content)
            self.end_headers()
            self.wfile.write(content)
            wire.passed.append(Passed(self.command, self.path, status, size))

        do_GET = do_POST = do_PUT = do_HEAD = do_PATCH = do_DELETE = do_OPTIONS = _carry

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    return Carrier
