"""Bytes that are no request: broken JSON, odd numbers, wrong types, long headers, garbage cursors, half uploads.

Whatever comes, the answer is a problem that says so (or, where it can be read after all, a success), never a 5xx; and
what was refused has written nothing.
"""

import base64
import json
from collections import defaultdict
from itertools import product
from uuid import UUID, uuid4

import pytest

from app.core import paging
from tests.factories.town import COUNTY, GARBAGE, HERE
from tests.fuzz.watch import Watch

JSON = "application/json"
DEEP = 100_000
BODIES = {
    "nothing": b"",
    "space": b" ",
    "open": b"{",
    "two values": b"{}{}",
    "list": b"[]",
    "null": b"null",
    "word": b'"\xe4\xb8\xad"',
    "number": b"7",
    "no JSON number": b'{"seen":NaN,"lon":Infinity}',
    "too large a number": b'{"seen":1e400,"lon":1e400,"phone_now":1e400,"ids":[1e400]}',
    "too long a number": b'{"seen":' + b"9" * 5_000 + b"}",
    "deep lists": b"[" * DEEP,
    "deep lists, closed": b'{"data":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep objects": b'{"data":' * 20_000 + b"1" + b"}" * 20_000,
    "NUL": b'{"action":"\x00"}',
    "NUL, escaped": b'{"description":"\\u0000","username":"\\u0000","cursor":"\\u0000","op_id":"\\u0000"}',
    "half a surrogate pair": b'{"description":"\\ud800","username":"\\ud800","cursor":"\\ud800","\\udfff":1}',
    "no UTF-8": b'{"username":"\xff\xfe"}',
    "an encoded surrogate": b'{"username":"\xed\xa0\x80"}',
    "UTF-16": "{}".encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "a key twice": b'{"username":"a","username":{}}',
    "a long key": b'{"' + b"k" * 50_000 + b'":1}',
    "many keys": json.dumps({f"key{number}": number for number in range(5_000)}).encode(),
    "too large": b'{"description":"' + b"a" * 2_000_000 + b'"}',
}
TYPES = (
    "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 200, "application/json; charset=utf-16",
    "application/json; charset=nonsense", "application/json" + ";a=b" * 2_000, "json", "/", "\xff\xfe", "",
)  # fmt: skip
NUMBERS = ("1e400", "-1e400", "9" * 400, "1e-400", "0.1e1", "-0", "1" + "0" * 30, "true", "[]", '"1"')
ID = UUID(int=7)
CURSORS = (
    "x", "=", "====", "é", "\x00", "%00", "A" * 399, "A" * 401, "bnVsbA", "e30", "W10", "../../etc",
    paging.encode(1, 2), paging.encode(1, 2, 3), paging.encode("x"), paging.encode(None), paging.encode(True),
    paging.encode(2**63), paging.encode(2**70), paging.encode(-1), paging.encode(0), paging.encode(1.5),
    paging.encode(True, ID), paging.encode(-1, ID), paging.encode(2**80, ID), paging.encode(0, "x"),
    paging.encode(0, None), paging.encode(0, [1]), paging.encode({"a": 1}, ID), paging.encode(0, ID, None),
    paging.encode(10**16, ID, "x"), paging.encode("2026", ID, "x"),
    base64.urlsafe_b64encode(b"[" * 300).decode(), base64.urlsafe_b64encode(b"[1e999]").decode(),
    base64.urlsafe_b64encode(b'["\\ud800"]').decode(), base64.urlsafe_b64encode(b"\xff\xfe").decode(),
)  # fmt: skip
QUERIES = (
    "limit=-1", "limit=0", "limit=201", "limit=1e2", "limit=0x10", "limit=%D9%A3", "limit=" + "9" * 400, "limit=",
    "limit=1&limit=2", "limit[]=1", "text=%00", "text=%ff%fe", "text=%ed%a0%80", "text=" + "a" * 60, "text=%25%5f%5c",
    "text=" + "%25" * 20, "overdue=maybe", "due_before=yesterday", "due_before=0001-01-01T00:00:00Z",
    "due_before=9999-12-31T23:59:59%2B00:00", "state=closed&state=nowhere", "grid=%00", "grid=nowhere",
    "department=%ed%a0%80", "class=%00", "queue=%00", "unread=2", "a=" + "b" * 100_000, "&" * 2_000, "%", "%zz=%zz",
    "x" * 5_000, ";".join(["limit=1"] * 50), "lon=nan&lat=inf", "lon=1e400&lat=36", "lon=112.05", "size=huge",
)  # fmt: skip
HEADERS = (
    {"Authorization": "Bearer"}, {"Authorization": "Bearer " + "t" * 20_000}, {"Authorization": "Basic ::"},
    {"Authorization": "\xff"}, {"Authorization": "Bearer \xe9"}, {"Authorization": "Bearer a b c"},
    {"Cookie": "gezhi_session=\xe9; gezhi_session=;;=,"}, {"Cookie": "gezhi_session=" + "c" * 9_000},
    {"X-Request-Id": "\xe9" * 100}, {"X-Forwarded-For": "\xff, not an address"}, {"Forwarded": "for=\xff"},
    {"Accept": "\xff/;q=x"}, {"Accept-Encoding": "gzip;q=-1,\xff"}, {"Accept-Language": "zh;q=," * 500},
    {"If-None-Match": '"' * 999}, {"If-None-Match": "W/\xff,*"}, {"Range": "bytes=9-1,-"}, {"Host": "\xe9:99999"},
    {"Content-Length": "-1"}, {"Content-Length": "x"}, {"Content-Length": "9" * 30}, {"X-Long": "l" * 60_000},
    {"Content-Encoding": "gzip"}, {"Transfer-Encoding": "chunked"}, {"Expect": "\xff"}, {"If-Modified-Since": "\xff"},
)  # fmt: skip
PATHS = (
    "cases/%00", "cases/..%2f..%2fetc", "cases/{0}%00", "cases/{0}/", "cases/{0}/steps/", "cases/{{{0}}}", "cases/%ff",
    "cases/{0}/attachments/%ed%a0%80", "cases/" + "9" * 5_000, "cases//steps", "uploads/x",
    "me/sessions/%F0%9F%92%A5", "%2e%2e/",
)  # fmt: skip


@pytest.fixture
def watch(world):
    """Whoever looks at what requests leave behind."""
    return Watch(world)


@pytest.fixture(scope="module")
def operations(town_at_work):
    """The calls of the description: (method, path, operation)."""
    paths = town_at_work.town.client.get("/openapi.json").get_json()["paths"]
    methods = ("get", "put", "post", "patch", "delete", "head")
    return [(method, path, item[method]) for path, item in paths.items() for method in methods if method in item]


def at(world, path):
    """Put real ids into a path, and one of nothing where the world has none."""
    names = world.names[world.desk]
    case_id, attachment_id = names.attachments[0]
    real = {"case_id": case_id, "attachment_id": attachment_id, "upload_id": names.uploads[0]}
    real |= {"centre": COUNTY, "day": "2026-11-23", "shift": "day"}
    return path.format_map(defaultdict(uuid4, real))


def takes_json(operation):
    """Tell whether an operation has a body of JSON."""
    return JSON in operation.get("requestBody", {}).get("content", {})


def ask(world, method, path, headers=None, **more):
    """Send something as the desk."""
    return world.town.client.open(path, method=method, headers={**world.desk.headers, **(headers or {})}, **more)


def test_a_body_that_is_no_request_is_refused(world, watch, operations):
    for name, body in BODIES.items():
        for method, path, operation in operations:
            if takes_json(operation):
                answer = ask(world, method, at(world, path), data=body, content_type=JSON)
                watch.nothing_broke(answer, (method, path, name))


@pytest.mark.one_database
def test_a_body_of_another_type_is_refused(world, watch, operations):
    for kind in TYPES:
        for method, path, operation in operations:
            if "requestBody" in operation:
                answer = ask(world, method, at(world, path), data=b"{}", headers={"Content-Type": kind})
                if takes_json(operation) and not kind.startswith("application/json"):
                    assert answer.status_code in (403, 404, 415), (method, path, kind, answer.text)
                watch.nothing_broke(answer, (method, path, kind))


def with_number(case_id, number):
    """Requests in which a number stands where one is asked for: (method, path, body)."""
    report = f'{{"class":"{GARBAGE}","description":"垃圾","lon":{HERE[0]},"lat":{number},"form":{{"count":{number}}}}}'
    correct = f'{{"op_id":"{uuid4()}","action":"correct","seen":{number},"data":{{"lon":{number},"lat":36}}}}'
    sync = f'{{"operations":[{{"type":"act","case_id":"{case_id}","op_id":"{uuid4()}","action":"x","seen":{number}}}]}}'
    return (
        ("PUT", f"cases/{uuid4()}", report), ("POST", f"cases/{case_id}/steps", correct), ("POST", "sync", sync),
        ("POST", "notices/read", f'{{"ids":[{number}]}}'),
    )  # fmt: skip


def test_an_odd_number_is_refused_or_read(world, watch):
    for number in NUMBERS:
        for method, path, body in with_number(world.names[world.desk].cases[0], number):
            answer = ask(world, method, f"/api/v1/{path}", data=body.encode(), content_type=JSON)
            watch.nothing_broke(answer, (path, number))


def test_a_cursor_of_ones_own_making_is_refused(world, watch):
    for cursor in CURSORS:
        for path in ("cases", "notices"):
            answer = world.desk.get(path, cursor=cursor)
            assert answer.status_code == 422, (path, answer.text)
            watch.nothing_broke(answer, (path, cursor))
        answer = world.desk.send("POST", "sync", {"cursor": cursor})
        assert answer.status_code == 422 or answer.get_json()["reset"], (cursor, answer.text)
        watch.nothing_broke(answer, ("sync", cursor))


@pytest.mark.one_database
def test_an_odd_query_is_refused_or_passed_over(world, watch, operations):
    for query in QUERIES:
        for path in (path for method, path, _ in operations if method == "get"):
            watch.nothing_broke(ask(world, "get", f"{at(world, path)}?{query}"), (path, query))


@pytest.mark.one_database
def test_odd_headers_are_refused_or_passed_over(world, watch, operations):
    for headers in HEADERS:
        environ = {name: headers[key] for name, key in (("CONTENT_LENGTH", "Content-Length"),) if key in headers}
        for method, path, operation in operations:
            data = b"{}" if takes_json(operation) else None
            answer = ask(world, method, at(world, path), headers, data=data, environ_overrides=environ)
            watch.nothing_broke(answer, (method, path, headers))


def test_an_odd_address_is_nowhere(world, watch):
    for method, path in product(("GET", "PUT", "POST", "DELETE", "PATCH", "FOO", "get"), PATHS):
        address = "/api/v1/" + path.format(world.names[world.desk].cases[0])
        watch.nothing_broke(ask(world, method, address, data=b"{}", content_type=JSON), (method, path))
