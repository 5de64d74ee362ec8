"""A wire between a browser and our server: it counts what passes, can break, and can answer for the server.

As lines in villages do, and the portals, firewalls and gateways that stand in them.
"""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

ONE_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})
LIMIT_SECONDS = 60
JSON = (("Content-Type", "application/json"),)
PROBLEM = (("Content-Type", "application/problem+json"),)


@dataclass(frozen=True)
class Asked:
    """A request as it comes to the wire."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Instead:
    """What something in between answers for the server."""

    status: int
    body: str = "<!doctype html><title>请登录</title>"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


def refusal(status: int, code: str, **more: Any) -> dict[str, Any]:
    """A refusal of ours as it stands among the results of a synchronisation."""
    return {"status": status, "code": code, "detail": f"原因 {code}", "detail_en": code, "fields": {}, **more}


def synchronised(asked: Asked, result: Callable[[Any], dict[str, Any]]) -> Instead:
    """An answer of ours in which every operation came out so."""
    results = [result(one) for one in json.loads(asked.body)["operations"]]
    body = {"results": results, "changes": [], "gone": [], "cursor": None, "more": False, "reset": False}
    return Instead(200, json.dumps(body), JSON)


@dataclass(frozen=True)
class Cut:
    """A break of the line: so many bytes of the body get through; with None all do, and the answer is lost."""

    after_bytes: int | None = None


def _never(_: str) -> bool:
    return False


def _clear(_: Asked) -> Instead | Cut | None:
    return None


@dataclass
class Passed:
    """One request: what was asked for, what was answered, how many bytes came down the wire."""

    method: str
    path: str
    status: int
    size: int


@dataclass
class Wire:
    """What has passed; `fails` says which paths are answered with an error instead, `meddles` all that else happens."""

    port: int = 0
    passed: list[Passed] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    fails: Callable[[str], bool] = _never
    meddles: Callable[[Asked], Instead | Cut | None] = _clear


class Line(ThreadingHTTPServer):
    """What listens in place of the server."""

    def __init__(self, wire: Wire, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Carrier)
        self.wire, self.leads_to = wire, port

    def handle_error(self, *_: Any) -> None:
        """Take it that browsers and servers hang up: that is what this line is for."""


class Carrier(BaseHTTPRequestHandler):
    """Carries one connection's requests."""

    protocol_version = "HTTP/1.1"
    server: Line

    def _carry(self) -> None:
        wire = self.server.wire
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if wire.fails(self.path):
            wire.failed.append(self.path)
            self._tell(500, [], b"")
            return
        trouble = wire.meddles(Asked(self.command, self.path, body))
        if isinstance(trouble, Instead):
            self._tell(trouble.status, list(trouble.headers), trouble.body.encode())
        elif isinstance(trouble, Cut):
            self._cut(body, trouble)
        else:
            self._pass_on(body)

    def _there(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.leads_to, timeout=LIMIT_SECONDS)

    def _cut(self, body: bytes, cut: Cut) -> None:
        """Let a part of the request through, and say nothing to whoever sent it."""
        self.close_connection = True
        with closing(self._there()) as there:
            there.request(self.command, self.path, body[: cut.after_bytes], dict(self.headers))  # says the whole length
            if cut.after_bytes is None:
                there.getresponse().read()

    def _pass_on(self, body: bytes) -> None:
        with closing(self._there()) as there:
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
        if status not in (204, 304) and self.command != "HEAD":
            self.wfile.write(content)
        self.server.wire.passed.append(Passed(self.command, self.path, status, size))

    do_GET = do_POST = do_PUT = do_HEAD = do_PATCH = do_DELETE = do_OPTIONS = _carry

    def log_message(self, *_: Any) -> None:
        """Stay silent."""


@contextmanager
def between(port: int) -> Iterator[Wire]:
    """Lay a wire to a port."""
    wire = Wire()
    server = Line(wire, port)
    wire.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
