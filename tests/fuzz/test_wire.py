"""Bytes on the wire that are no request, against the server as `gezhi web` starts it: refused, and nothing is lost."""

import json
import socket
from contextlib import suppress
from uuid import uuid4

import pytest

from app.core import clock
from tests.factories.town import GARBAGE, HERE
from tests.plugins.application import MONDAY_MORNING
from tests.support.house import inhabited

JSON = b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = {
    "letters": b"ZZ\r\n{}\r\n0\r\n\r\n",
    "less than nothing": b"-1\r\n{}\r\n0\r\n\r\n",
    "nothing": b"\r\n\r\n",
    "a blank": b" 2\r\n{}\r\n0\r\n\r\n",
    "too large": b"f" * 40 + b"\r\n{}\r\n",
    "not as long as it says": b"5\r\n{}\r\n0\r\n\r\n",
    "longer than it says": b"1\r\n{}\r\n0\r\n\r\n",
    "raw bytes": b"\xff\xfe\r\n{}\r\n0\r\n\r\n",
    "cut": b"2\r\n{",
}
LINES = (  # what may stand in a first line
    b"GET /?next=/%09/%5bx HTTP/1.1", b"GET /?next=%0d%0aX:%20y HTTP/1.1", b"GET /?next=//[x HTTP/1.1",
    b"GET /\xc1\xfa HTTP/1.1", b"GET /?text=\xc1\xfa HTTP/1.1", b"GET /?lang=\xed\xa0\x80 HTTP/1.1",
    b"GET /static/frame/" + b"a" * 300 + b".js HTTP/1.1", b"GET /%00 HTTP/1.1", b"GET http://[x/ HTTP/1.1",
    b"GET //[x HTTP/1.1", b"GET * HTTP/1.1", b"OPTIONS * HTTP/1.1", b"CONNECT a:1 HTTP/1.1", b"GET / HTTP/9.9",
    b"GET  / HTTP/1.1", b"get / HTTP/1.1", b"\x00\x01\x02", b"GET / HTTP/1.1\r\nX: \x00",
    b"GET / HTTP/1.1\r\nHost: [x", b"GET / HTTP/1.1\r\nOrigin: http://[x", b"GET / HTTP/1.1\r\nCookie: \xff=\xfe",
    b"GET / HTTP/1.1\r\nContent-Length: -1", b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
    b"GET / HTTP/1.1\r\n bad", b"GET / HTTP/1.1\r\nX" + b"y" * 20_000 + b": z", b"GET /" + b"a" * 20_000 + b" HTTP/1.1",
)  # fmt: skip
PATIENCE_SECONDS = 60.0  # for an answer; a broken request has one at once, or its connection is closed


@pytest.fixture(scope="module")
def town(sqlite_template, zygote, request):
    """A town with its web server; on SQLite only, since nothing here asks for a database."""
    if request.config.getoption("--db") == "postgres":
        pytest.skip("what is on the wire is the same on every database")
    with sqlite_template.fresh() as database, inhabited(zygote, database.url) as town, clock.at(MONDAY_MORNING):
        town.house.start("valkey", "web")
        yield town


def say(town, sent):
    """Send bytes and no more; return the status of what comes back, None for a connection that is just closed."""
    with socket.create_connection(("127.0.0.1", town.house.port), PATIENCE_SECONDS) as line:
        came = b""
        with suppress(OSError):  # the server may have closed the connection before all was said
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while block := line.recv(65_536):
                came += block
    return int(came.split(b" ", 2)[1]) if came.startswith(b"HTTP/1.") else None


def head(town, method, path, more):
    """Write the head of a request by the worker."""
    token = town.worker.headers["Authorization"]
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {token}\r\n".encode() + more


def report():
    """A report as it is sent."""
    return json.dumps({"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}).encode()


def lives(town):
    """Tell whether the server takes a report."""
    return town.worker.report().status_code == 201


@pytest.mark.parametrize("name", CHUNKS)
def test_a_body_that_is_cut_up_wrongly_is_refused_on_every_way(town, name):
    photo = f"/api/v1/cases/{uuid4()}/attachments/{uuid4()}?purpose=before"
    for method, path, kind in (
        ("POST", "/api/v1/sync", JSON), ("PUT", f"/api/v1/cases/{uuid4()}", JSON), ("PUT", photo, b""),
        ("POST", "/sign-in", b"Content-Type: application/x-www-form-urlencoded\r\n"),
        ("POST", "/sign-in", b"Content-Type: multipart/form-data; boundary=B\r\n"),
    ):  # fmt: skip
        status = say(town, head(town, method, path, kind + CHUNKED) + b"\r\n" + CHUNKS[name])
        assert status is None or status < 500, (name, method, path, status)
    assert lives(town)


def test_a_body_that_is_cut_up_rightly_is_read(town):
    body = report()
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    sent = head(town, "PUT", f"/api/v1/cases/{uuid4()}", JSON + CHUNKED) + b"\r\n" + pieces + b"0\r\n\r\n"
    assert say(town, sent) == 201


def test_a_body_shorter_than_it_says_is_no_report(town):
    case_id = str(uuid4())
    sent = head(town, "PUT", f"/api/v1/cases/{case_id}", JSON + b"Content-Length: 999\r\n") + b"\r\n" + report()
    status = say(town, sent)
    assert status is None or status == 400, status
    assert town.worker.get(f"cases/{case_id}").status_code == 404


def test_a_first_line_that_is_none_is_refused(town):
    for line in LINES:
        for more in (b"", b"Host: x\r\n"):
            status = say(town, line + b"\r\n" + more + b"Connection: close\r\n\r\n")
            assert status is None or status < 500 or status in (501, 505), (line[:80], status)
    assert lives(town)
