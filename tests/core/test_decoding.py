"""What cannot be decoded is refused with a sentence, wherever it stands; it never counts as absent."""

from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import Workbook
from sqlalchemy import event

from app.core.db import db
from app.identity.people_file import COLUMNS
from tests.desk.browser import Desk
from tests.factories.town import GARBAGE, HERE
from tests.support.elements import alert, texts_of
from tests.support.looks import refused

pytestmark = pytest.mark.one_database
GBK = "龙井路".encode("gbk")
CUT = "井".encode()[:2]
REPORT = b'{"class":"%s","description":"%s","lon":%f,"lat":%f}'


def report(description: bytes) -> bytes:
    """A report as bytes."""
    return REPORT % (GARBAGE.encode(), description, *HERE)


def send(actor, method, path, body, kind="application/json"):
    """Send bytes."""
    headers = {**actor.headers, "Content-Type": kind}
    return actor.town.client.open(f"/api/v1/{path}", method=method, data=body, headers=headers)


@pytest.mark.parametrize("letters", [GBK, CUT, b"\xff\xfe{}"])
def test_json_that_is_no_utf8_is_malformed_on_every_way_and_nothing_is_done(town, letters):
    case_id = str(uuid4())
    operation = b'{"type":"report","case_id":"%s","body":%s}' % (case_id.encode(), report(letters))
    whole = b'{"op_id":"%s","action":"comment","seen":1,"data":{"text":"%s"}}' % (str(uuid4()).encode(), letters)
    known = town.worker.report().get_json()["case_id"]
    for method, path, body in (
        ("POST", "sync", b'{"operations":[%s]}' % operation), ("PUT", f"cases/{case_id}", report(letters)),
        ("POST", f"cases/{known}/steps", whole), ("POST", "auth/login", b'{"username":"%s"}' % letters),
        ("POST", "sync", letters),
    ):  # fmt: skip
        told = refused(send(town.worker, method, path, body), 400, "malformed")
        assert "UTF-8" in told["detail"]
        assert "UTF-8" in told["detail_en"]
    refused(town.worker.get(f"cases/{case_id}"), 404)
    assert town.steps({"case_id": known}) == ["report"]


def test_json_that_is_broken_otherwise_is_malformed_and_no_body_is_none(town):
    for body in (b"{", b" ", b"{}{}", b"\xef\xbb\xbf{}"):
        told = refused(send(town.worker, "POST", "sync", body), 400, "malformed")
        assert "JSON" in told["detail"]
    assert send(town.worker, "POST", "sync", b"").get_json()["results"] == []


def test_a_query_that_is_no_utf8_is_refused_and_not_searched_for(app, town):
    for path in ("/api/v1/cases?text=%C1%FA", "/api/v1/cases?%C1%FA=1"):
        refused(town.client.get(path, headers=town.acceptor.headers), 400, "malformed")
    page = Desk(app, town.acceptor).get("/desk/cases?text=%C1%FA")
    assert page.status_code == 400
    assert "UTF-8" in alert(page.text)


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("letters", [GBK, b"%C1%FA%BE%AE", CUT])
def test_a_form_that_is_no_utf8_is_refused_in_words(app, town, letters):
    case = town.worker.report().get_json()
    desk = Desk(app, town.acceptor)
    path = f"/desk/cases/{case['case_id']}/act/comment"
    body = f"csrf_token={desk.csrf}&op_id={uuid4()}&seen=1&text=".encode() + letters
    answers = [
        desk.client.post(path, data=body, content_type=URLENCODED, headers={"Accept": "text/html"}),
        desk.client.post(
            path, data=parts(("csrf_token", desk.csrf.encode()), ("text", GBK)), content_type=f"{MULTIPART}B",
            headers={"Accept": "text/html"},
        ),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status_code == 400, answer.text
        assert "请用 UTF-8 编码重新发送" in alert(answer.text)
    assert town.steps(case) == ["report"]


MULTIPART = "multipart/form-data; boundary="


def parts(*fields, file=None):
    """A form of several parts with the boundary B; `file` is (name of the field, name of the file, content)."""
    written = b"".join(
        b'--B\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields
    )
    if file:
        head = b'--B\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\n' % (file[0].encode(), file[1])
        written += head + b"Content-Type: text/plain\r\n\r\n" + file[2] + b"\r\n"
    return written + b"--B--\r\n"


@pytest.mark.parametrize("letters", ["utf-8", "gbk", "gb18030"])
def test_a_file_is_taken_whatever_its_name_is_written_in(app, town, letters):
    desk = Desk(app, town.hire("administrator", "grid", "141025"))
    name = "人员表（誠）.xlsx"
    answer = sheet(desk, name.encode(letters), people())
    assert answer.status_code == 200, answer.text
    assert [text for text in texts_of(answer.text, "p", role="status") if text.startswith(f"{name}：")]


def test_a_form_whose_heads_are_in_no_letters_or_that_ends_early_is_refused_in_words(app, town):
    desk = Desk(app, town.hire("administrator", "grid", "141025"))
    answer = sheet(desk, b"\xff\xff\x80.xlsx", b"x")
    assert answer.status_code == 400
    assert "UTF-8" in alert(answer.text)
    whole = parts(("csrf_token", desk.csrf.encode()), file=("file", b"a.xlsx", b"x" * 99))
    for body, kind in ((whole[:-40], f"{MULTIPART}B"), (whole, "multipart/form-data"), (whole, f"{MULTIPART}C")):
        answer = desk.client.post(IMPORT, data=body, content_type=kind, headers={"Accept": "text/html"})
        assert answer.status_code == 400, kind
        assert "表单内容不完整" in alert(answer.text), kind


IMPORT = "/admin/people/import"


def people():
    """A sheet of people with one row."""
    book, written = Workbook(), BytesIO()
    for row in (COLUMNS, ("李雷", "li", "", "受理员", "中心", "141025", "", "")):
        book.active.append(row)
    book.save(written)
    return written.getvalue()


def sheet(desk, name, content):
    """Bring a sheet with a name as bytes."""
    body = parts(("csrf_token", desk.csrf.encode()), file=("file", name, content))
    return desk.client.post(IMPORT, data=body, content_type=f"{MULTIPART}B", headers={"Accept": "text/html"})


class Coming:
    """A body that notes at every read how many connections are taken."""

    def __init__(self, body, taken):
        self.body, self.taken, self.seen = BytesIO(body), taken, []

    def read(self, size=-1):
        """Read."""
        self.seen.append(len(self.taken))
        return self.body.read(size)


@pytest.mark.own_database
def test_while_a_body_is_awaited_no_connection_is_held_whatever_it_is_called(app, town):
    taken = set()
    assert town.worker.headers  # signs in beforehand
    with app.app_context():
        pool = db.engine.pool
    event.listen(pool, "checkout", lambda _, record, __: taken.add(record))
    event.listen(pool, "checkin", lambda _, record: taken.discard(record))
    for kind in ("application/json", "text/plain", "image/jpeg", "multipart/form-data", ""):
        for said in ({"CONTENT_LENGTH": "17"}, {"wsgi.input_terminated": True}):
            body = Coming(b'{"operations":[]}', taken)
            brought = {"wsgi.input": body, "CONTENT_TYPE": kind, **said}
            answer = town.client.post("/api/v1/sync", headers=town.worker.headers, environ_overrides=brought)
            assert answer.status_code == (200 if kind == "application/json" else 415), (kind, answer.text)
            assert body.seen, kind
            assert not any(body.seen), kind
