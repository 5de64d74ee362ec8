"""The description as a page."""

import re
from html.parser import HTMLParser

import pytest

from app.frame.docs import problem_codes
from tests.support.elements import elements, texts_of

pytestmark = pytest.mark.one_database


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags, self.events = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src", "action") if name in given]
        self.events += [name for name in given if name.startswith("on") or name == "style"]


@pytest.fixture
def answer(client):
    return client.get("/docs")


@pytest.fixture
def page(answer):
    return Page(answer.get_data(as_text=True))


def test_every_problem_code_has_its_place(page):
    codes = {each.code for each in problem_codes()}
    assert {"not_found", "stale", "too_large", "case_differs", "refresh_refused"} <= codes
    assert {f"problem-{code}" for code in codes} <= set(page.ids)


def test_a_problem_names_the_place_that_explains_it(client, page):
    kind = client.get("/api/v1/nothing-here").get_json()["type"]
    assert kind.removeprefix("/docs#") in page.ids


def test_every_operation_and_schema_is_there_once_and_every_link_leads_somewhere(client, page):
    described = client.get("/openapi.json").get_json()
    operations = [
        operation["operationId"]
        for item in described["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    assert set(operations) <= set(page.ids)
    assert {f"schema-{name}" for name in described["components"]["schemas"]} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    inside = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)


def test_nothing_comes_from_elsewhere_and_nothing_runs(answer, page, client):
    assert {link for link in page.links if not link.startswith("#")} == {"/docs/style.css", "/openapi.json"}
    assert "script" not in page.tags
    assert page.events == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    style = client.get("/docs/style.css")
    assert style.mimetype == "text/css"
    assert not re.search(r"url\(|@import|https?:", style.get_data(as_text=True))


def test_it_is_in_chinese_first_fits_a_phone_and_is_read_without_signing_in(answer):
    assert answer.status_code == 200
    assert elements(answer.text, "html", lang="zh-CN")
    assert elements(answer.text, "meta", name="viewport")
    (heading,) = texts_of(answer.text, "h1")
    assert heading.endswith("接口说明 API reference")
    assert "需要权限 needs case:row:read" in texts_of(answer.text, "small")


def test_a_reader_who_has_it_is_not_sent_it_again(client, answer):
    again = client.get("/docs", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert client.head("/docs").status_code == 200
