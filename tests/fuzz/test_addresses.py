"""Every value of query, path and head of every route, pages included, may be anything: never an error of ours.

What a route reads of its query is learnt by watching it read. The short form draws a few values for each name; the
long one (GEZHI_FUZZ_EXAMPLES) takes all.
"""

import random
from collections import defaultdict
from urllib.parse import quote
from uuid import uuid4

import pytest
from werkzeug.datastructures import ImmutableMultiDict

from app.core.decoding import Request
from tests.desk.browser import Desk
from tests.fuzz.conftest import EXAMPLES, SEED

DRAWN = 99 if EXAMPLES else 2
QUERY = (  # as they stand in an address
    "%00", "%ff", "%c1%fa", "%ed%a0%80", "%0d%0aSet-Cookie:%20a=b", "/%09/%5bx", "//[x", "http://[", "/%5c%5cx",
    "a" * 300, "9" * 400, "-1", "1e999", "%F0%9F%92%A5", "%E2%80%AE", "[]", "%25zz", "{{7*7}}",
    "9999-12-31T23:59:59%2B14:00", "0000-00-00", "nan",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "\xc1\xfa", "\xed\xa0\x80", "=%26=", "", "%20", "1&{0}=2",
)  # fmt: skip
PATH = (
    "%00", "%ff", "%c1%fa", "%ed%a0%80", "%0d%0aX:%20y", "a" * 300, "b" * 3_000, "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..", "%09", "%5bx", "%5c", "%F0%9F%92%A5", "-1", "9" * 400, "{}", "%25", "nan", "%20", "%7f", "\xc1\xfa", "con",
    "a.js", "%2f",
)  # fmt: skip
HEADS = {
    "Origin": ("http://[x", "null", "\xff", "http://x:99999999", "//", "a" * 5_000),
    "Referer": ("http://[x", "\xff", "http://x/%ed%a0%80"),
    "Host": ("[", "[x", "a" * 3_000, "\xe9:99999", "x:y", "a b", "", "/"),
    "Cookie": ("gezhi_session=\xe9", "gezhi_session=%00; lang=\xff", "=;=;\x01", "lang=" + "c" * 5_000),
    "Authorization": ("Bearer", "Bearer \xff", "Basic ::", "Bearer " + "t" * 5_000, "\xff"),
    "Accept": ("text/html;q=x", "\xff/;q=x", ", ,;", "text/html\xff"),
    "Accept-Language": ("\xff", "zh;q=," * 300),
    "Accept-Encoding": ("gzip;q=-1,\xff", ";;;"),
    "HX-Request": ("\xff", ""),
    "HX-Current-URL": ("http://[x", "\xff"),
    "If-None-Match": ('"' * 999, "W/\xff,*", "*"),
    "If-Modified-Since": ("\xff", "Thu, 01 Jan 0000 00:00:00 GMT", "9" * 40),
    "Range": ("bytes=9-1,-", "bytes=\xff", "bytes=0-" + "9" * 40),
    "If-Range": ("\xff",),
    "Content-Type": ("\xff", "multipart/form-data", "multipart/form-data; boundary=\xff", "application/json;\xff", "/"),
    "Content-Length": ("-1", "x", "9" * 30, ""),
    "Transfer-Encoding": ("chunked", "\xff"),
    "User-Agent": ("\xff" * 200, ""),
    "X-Request-Id": ("\xe9" * 100, "\x01"),
    "X-CSRF-Token": ("\xff", "x" * 5_000),
    "X-Forwarded-For": ("\xff, not an address",),
    "X-Forwarded-Proto": ("\xff",),
    "X-HTTP-Method-Override": ("\xff", "GET"),
    "Upload-Length": ("\xff", "9" * 400),
    "Upload-Metadata": ("\xff \xff", "purpose /w==", "a" * 5_000),
    "Upload-Offset": ("-1", "\xff"),
    "Upload-Checksum": ("sha1 ?", "\xff"),
    "Tus-Resumable": ("\xff", "1.0.0"),
    "Expect": ("\xff",),
}
BY_SERVER = {"Content-Length": "CONTENT_LENGTH", "Content-Type": "CONTENT_TYPE", "Host": "HTTP_HOST"}
FAULTS = (500, 502, 504)
LATER = (503, 507)


class Noting(ImmutableMultiDict):
    """A query that notes by which names it is read."""

    names: set[str] = set()  # noqa: RUF012 - shared on purpose

    def __getitem__(self, key):
        self.names.add(key)
        return super().__getitem__(key)

    def get(self, key, *args, **options):
        self.names.add(key)
        return super().get(key, *args, **options)

    def getlist(self, key, *args, **options):
        self.names.add(key)
        return super().getlist(key, *args, **options)

    def __contains__(self, key):
        self.names.add(key)
        return super().__contains__(key)


class NotingRequest(Request):
    """A request with such a query."""

    parameter_storage_class = Noting


class Asker:
    """Ask as an administrator at a desk who holds many roles, as a program, and as nobody."""

    def __init__(self, world):
        self.world, self.desk = world, Desk(world.app, world.desk)
        self.asked = 0

    def ask(self, method, path, *, query="", headers=None, seat="desk"):
        """Send something by one of three ways, and fail on an error of ours."""
        who = {"program": self.world.desk.headers, "desk": {"Accept": "text/html"}, "nobody": {}}[seat]
        client = self.desk.client if seat == "desk" else self.world.town.client
        environ = {"QUERY_STRING": query}
        given = {**who, **(headers or {})}
        for name, key in (
            ("CONTENT_LENGTH", "Content-Length"),
            ("CONTENT_TYPE", "Content-Type"),
            ("HTTP_HOST", "Host"),
        ):
            if key in given:
                environ[name] = given.pop(key)
        answer = client.open(path, method=method, headers=given, environ_overrides=environ)
        self.asked += 1
        said = (method, path[:200], query[:200], seat, headers, answer.status_code)
        assert answer.status_code not in FAULTS, (said, answer.text[:300])
        assert answer.status_code not in LATER or "Retry-After" in answer.headers, said
        for name, value in answer.headers:
            assert not {"\r", "\n"} & set(value), (said, name)
        answer.close()
        if method not in ("GET", "HEAD", "OPTIONS") and answer.status_code < 400:
            self.world.restore()
            self.desk = Desk(self.world.app, self.world.desk)
        return answer


@pytest.fixture
def asker(world):
    """Whoever asks."""
    return Asker(world)


@pytest.fixture
def draw():
    """Draw a few of some values, the same ones each time."""
    pick = random.Random(SEED)  # noqa: S311 - the same pick each time
    return lambda values: pick.sample(list(values), min(DRAWN, len(values)))


def routes(world):
    """Every rule with its methods, and a real address of it."""
    names = world.names[world.desk]
    case_id, attachment_id = names.attachments[0]
    real = {
        "case_id": case_id, "attachment_id": attachment_id, "upload_id": names.uploads[0], "other": names.cases[1],
        "person_id": world.desk.id, "queue": "to_accept", "action": "comment", "room": "core", "what": "classes",
    }  # fmt: skip
    for rule in world.app.url_map.iter_rules():
        values = {name: str(real.get(name, uuid4() if "uuid" in rule.rule else "x")) for name in rule.arguments}
        methods = sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}) or ["HEAD"]
        yield rule, methods, values


def address(rule, values):
    """Write an address with these values, as they are."""
    parts = []
    for part in rule.rule.split("/"):
        name = part.strip("<>").rpartition(":")[2] if part.startswith("<") else None
        parts.append(values[name] if name else part)
    return "/".join(parts)


def test_every_value_in_every_path(world, asker, draw):
    for rule, methods, values in routes(world):
        for name in values:
            for value in draw(PATH):
                for method in methods[:1]:
                    asker.ask(method, address(rule, {**values, name: value}))
    assert asker.asked > 50


def test_nothing_is_called_by_what_no_database_keeps(world, asker):
    for rule, methods, values in routes(world):
        for name in values:
            for value in ("%00", "x%00", "%01", "%7f"):
                answer = asker.ask(methods[0], address(rule, {**values, name: value}))
                assert answer.status_code in (404, 405), (rule.rule, name, value)  # of another rule: by other methods


def test_every_value_of_every_name_that_a_query_has(world, asker, draw, monkeypatch):
    known = defaultdict(set)
    monkeypatch.setattr(world.app, "request_class", NotingRequest)
    for rule, methods, values in routes(world):
        if "GET" in methods:
            for seat in ("desk", "nobody", "program"):
                Noting.names = known[rule.rule]
                asker.ask("GET", address(rule, values), seat=seat)
    assert {"text", "cursor", "limit"} <= known["/api/v1/cases"]
    assert "next" in known["/"]
    monkeypatch.undo()
    for rule, methods, values in routes(world):
        for name in sorted(known[rule.rule]) if "GET" in methods else ():
            for value in draw(QUERY):
                seat = "program" if rule.rule.startswith("/api/") else "nobody" if name == "next" else "desk"
                asker.ask("GET", address(rule, values), query=f"{quote(name)}={value.format(name)}", seat=seat)


def test_every_value_in_every_head(world, asker, draw):
    for rule, methods, values in routes(world):
        for name in draw(HEADS):
            for value in draw(HEADS[name])[:1] if not EXAMPLES else HEADS[name]:
                seat = draw(["desk", "program", "nobody"])[0]
                asker.ask(methods[0], address(rule, values), headers={name: value}, seat=seat)
                asker.ask("OPTIONS", address(rule, values), headers={name: value}, seat="nobody")


@pytest.mark.parametrize(
    "following",
    ["/%09/%5bx", "/%0d%0aSet-Cookie:%20a=b", "//[x", "/%5c/x", "//x", "/%2fx%09", "http://[", "%00", "/%00", "/%7f"],
)
def test_who_signs_in_is_led_nowhere_else(world, asker, following):
    for seat in ("nobody", "desk"):
        answer = asker.ask("GET", "/", query=f"next={following}", seat=seat)
        where = answer.headers.get("Location", "/")
        assert where.startswith("/"), where
        assert not where.startswith(("//", "/\\")), where
        assert "gezhi" in answer.headers.get("Set-Cookie", "gezhi")
    told = world.town.client.post(
        "/sign-in", data={"username": "x", "password": "y"}, headers={"Origin": "http://[x", "Accept": "text/html"}
    )
    assert told.status_code == 403


def test_a_name_that_no_file_can_have_is_not_found(world, asker):
    for name in ("a" * 300 + ".js", "a" * 5_000 + ".css", "%00.js", "%ff.js", "a/" * 600 + "b.js"):
        assert asker.ask("GET", f"/static/frame/{name}").status_code == 404
        assert asker.ask("GET", f"/static/{name}/x.js").status_code == 404
        assert asker.ask("GET", f"/lib/{name}").status_code == 404
