"""Fields refuse what no database keeps and no program expects."""

import json
from datetime import UTC, datetime

import marshmallow as ma
import pytest

from app.core.schemas import BoundedInteger, Degrees, JsonObject, Moment, PlaceIn, Schema, Text

pytestmark = pytest.mark.one_database


class Everything(Schema):
    """One field of each kind."""

    text = Text(5, minimum=1)
    whole = BoundedInteger(1, 200)
    number = BoundedInteger(1, 200, strict=False)
    degrees = Degrees(180)
    moment = Moment()
    form = JsonObject(80)


def load(**given):
    return Everything().load(given)


def refused(**given):
    with pytest.raises(ma.ValidationError) as caught:
        load(**given)
    return caught.value.messages_dict


@pytest.mark.parametrize("value", ["\x00", "a\x00", "\ud800", "a\udfff", "", "   ", "123456", 5, None, ["a"], b"\xff"])
def test_texts_refuse_nul_lone_surrogates_blanks_and_what_is_too_long(value):
    assert refused(text=value).keys() == {"text"}


@pytest.mark.parametrize("value", ["中文", "😀", "a b", "12345"])
def test_texts_take_letters_of_all_scripts(value):
    assert load(text=value) == {"text": value}


@pytest.mark.parametrize("value", [0, 201, -1, 10**30, 1.5, "1", True, None, float("inf")])
def test_integers_have_bounds_and_are_integers(value):
    assert refused(whole=value).keys() == {"whole"}


def test_integers_in_an_address_are_texts():
    assert load(number="200") == {"number": 200}
    for wrong in ("0", "201", "1.5", "x", "", "9" * 5000):
        assert refused(number=wrong).keys() == {"number"}


@pytest.mark.parametrize("value", [181, -180.1, "112.1", True, None, float("nan"), float("inf"), 10**400])
def test_degrees_are_finite_numbers_on_the_globe(value):
    assert refused(degrees=value).keys() == {"degrees"}


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-23T09:00:00", "2026-11-23", "1999-12-31T23:59:59+08:00", "2100-01-01T00:00:00+00:00", "now", "", 5,
        "2026-11-23T09:00:00+99:00", "9" * 5000, None, "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_times_have_a_zone_and_lie_in_our_century(value):
    assert refused(moment=value).keys() == {"moment"}


def test_a_time_keeps_its_moment():
    assert load(moment="2026-11-23T09:00:00+08:00")["moment"] == datetime(2026, 11, 23, 1, tzinfo=UTC)


DEEP = {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}


@pytest.mark.parametrize(
    "value",
    [
        DEEP, {"a": "x" * 80}, {"a" * 61: 1}, {"a": 2**53}, {"a": float("nan")}, {"a": "\x00"}, {"a": ["\ud800"]},
        {"\x00": 1}, {"a": {"\x00": 1}}, [], "x", None, {"a": [[]] * 90}, {"a": {"b" * 60: 1}},
    ],
)  # fmt: skip
def test_free_objects_are_small_shallow_and_plain(value):
    assert refused(form=value).keys() == {"form"}


def test_free_objects_keep_what_is_plain():
    given = {"门牌": "12号", "count": 3, "open": True, "share": 0.5, "list": ["a", None]}
    assert load(form=given) == {"form": given}


def test_unknown_fields_are_errors_that_say_what_to_do():
    assert refused(extra=1) == {"extra": ["没有这个字段，请删除。"]}


def test_a_place_is_wgs84_unless_said_otherwise():
    assert PlaceIn().load({"lon": 112, "lat": 36}) == {"lon": 112.0, "lat": 36.0, "crs": "wgs84"}
    with pytest.raises(ma.ValidationError):
        PlaceIn().load({"lon": 112, "lat": 36, "crs": "mercator"})


@pytest.mark.parametrize(
    "body",
    ["{", "[]", '"x"', "null", '{"username": NaN}', "\x00", '{"username": "\\ud800"}', "[" * 100_000, "9" * 100_000],
)
def test_a_body_that_is_no_object_is_answered_with_a_problem(client, body):
    answer = client.post("/api/v1/auth/login", data=body.encode(), content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"
    told = json.loads(answer.get_data())
    assert told["code"] in ("malformed", "invalid")
    assert told["detail"].endswith("。")
