"""Cursors come back as they went out, or are refused; nothing in between."""

import base64
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.core import paging
from app.core.paging import CursorInvalid
from tests.factories.identity import acting

pytestmark = pytest.mark.one_database


def cursor(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_cursor_brings_time_id_and_word_back():
    at, one = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC), uuid4()
    moment, identity, word = paging.decode(paging.encode(at, one, "141025/"), 3)
    assert (paging.moment(moment), paging.identity(identity), word) == (at, one, "141025/")


GARBAGE = [
    "", "x", "äöü", "%%%", "====", "a" * 400, "WzE", cursor("[1]"), cursor("{}"), cursor("null"), cursor("[1,2,3]"),
    cursor("[" * 90), cursor('"\ud800"'.encode("utf-8", "surrogatepass").decode("latin-1")),
]  # fmt: skip


@pytest.mark.parametrize("given", GARBAGE)
def test_garbage_is_refused(given):
    with pytest.raises(CursorInvalid):
        paging.decode(given, 2)


@pytest.mark.parametrize("value", [True, "1", None, -1, 1.5, 10**30, [], {}, 4_102_444_800_000_001])
def test_what_is_no_time_is_refused(value):
    with pytest.raises(CursorInvalid):
        paging.moment(value)


@pytest.mark.parametrize("value", [1, None, "x", [], {}, True, "0" * 31])
def test_what_is_no_id_is_refused(value):
    with pytest.raises(CursorInvalid):
        paging.identity(value)


VALUES = [["x", "y"], [1, 2], [None, None], [1, "x"], ["1", str(uuid4())], [10**30, str(uuid4())], [True, str(uuid4())]]


@pytest.mark.parametrize("values", VALUES)
def test_a_list_answers_a_garbled_cursor_with_a_clear_refusal(app, client, values):
    with app.app_context():
        headers = acting()
    answer = client.get("/api/v1/cases", headers=headers, query_string={"cursor": cursor(json.dumps(values))})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "cursor_invalid")
