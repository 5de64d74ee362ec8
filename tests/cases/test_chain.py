"""Steps hang together by hash: one letter changed anywhere shows, and personal data can still be erased."""

import hashlib
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from app.cases import chain
from app.cases.models import CaseStep
from app.core import digests
from app.core.db import db
from app.core.transaction import transaction
from tests.factories.town import Town

NINE = datetime(2026, 11, 23, 1, 0, 0, 123456, tzinfo=UTC)
LINK = chain.Link(
    UUID(int=1), 2, UUID(int=3), "file", "accepted", "filed", 1, UUID(int=4), None, NINE, None, NINE, "sha256:11",
    "sha256:00",
)  # fmt: skip


def test_data_is_written_one_way_whatever_its_order():
    one = digests.canonical({"b": [1, {"y": 2, "x": None}], "a": "路边"})
    assert one == digests.canonical({"a": "路边", "b": (1, {"x": None, "y": 2})})
    assert one == '{"a":"路边","b":[1,{"x":null,"y":2}]}'


def test_numbers_dates_and_ids_are_written_so_that_no_database_rewrites_them():
    written = digests.canonical(
        {"lon": 112.05, "small": 1e-7, "large": 1e22, "zero": -0.0, "amount": Decimal("1.50"), "id": UUID(int=7),
         "at": datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8))), "on": date(2026, 11, 23), "yes": True}
    )  # fmt: skip
    assert written == (
        '{"amount":"1.50","at":"2026-11-23T01:00:00+00:00","id":"00000000-0000-0000-0000-000000000007",'
        '"large":"10000000000000000000000","lon":"112.05","on":"2026-11-23","small":"0.0000001","yes":true,"zero":"-0.0"}'
    )


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(number):
    with pytest.raises(ValueError, match="finite"):
        digests.canonical({"lon": number})


def test_both_methods_give_the_published_digests_of_abc():
    assert digests.digest("abc", "sha256") == f"sha256:{hashlib.sha256(b'abc').hexdigest()}"
    assert digests.digest("abc", "sm3") == "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digests.method_of(digests.digest("abc", "sm3")) == "sm3"


@pytest.mark.parametrize(
    "change",
    [
        {"case_id": UUID(int=9)},
        {"seq": 3},
        {"op_id": UUID(int=9)},
        {"action": "decline"},
        {"state_from": None},
        {"state_to": "rejected"},
        {"actor_id": None},
        {"on_behalf_of": "D-HOUSING"},
        {"at": NINE + timedelta(microseconds=1)},
        {"phone_at": NINE},
        {"data_digest": "sha256:01"},
        {"round": 2},
        {"counts_at": NINE + timedelta(microseconds=1)},
        {"asked_digest": "sha256:12"},
    ],
)
def test_whatever_a_step_says_is_in_its_hash(change):
    assert chain.step_hash("before", replace(LINK, **change), "sha256") != chain.step_hash("before", LINK, "sha256")


def test_the_step_before_is_in_the_hash_and_the_zone_of_a_time_is_not():
    assert chain.step_hash("a", LINK, "sha256") != chain.step_hash("b", LINK, "sha256")
    local = replace(LINK, at=NINE.astimezone(timezone(timedelta(hours=8))))
    assert chain.step_hash("a", local, "sha256") == chain.step_hash("a", LINK, "sha256")


def test_equal_data_has_another_digest_in_each_step():
    salts = {chain.new_salt() for _ in range(100)}
    assert len({chain.data_digest(salt, "{}", "sha256") for salt in salts}) == 100


def test_a_step_of_the_first_version_keeps_its_hash_and_a_new_one_names_its_version():
    first = chain.step_hash("before", LINK, "sha256", version=1)
    assert first == "sha256:b83f8a74d69e5b757d9b8ffebb117ee177b2a4a7b3ac7b49e73bea72f9233614"
    assert chain.step_hash("before", replace(LINK, round=2), "sha256", version=1) == first
    assert chain.step_hash("before", LINK, "sha256").startswith("2:sha256:")
    assert [chain.version_of(value) for value in (first, "sm3:00", "2:sm3:00")] == [1, 1, 2]


def _recomputed(step, previous):
    link = chain.Link(*(getattr(step, name) for name in chain.Link.__slots__))
    return chain.step_hash(previous, link, digests.method_of(step.hash))


def _assert_chained(town, case):
    with town.app.app_context():
        steps = db.session.scalars(db.select(CaseStep).order_by(CaseStep.seq)).all()
        previous = chain.START
        for step in steps:
            assert step.previous_hash == previous
            assert step.hash == _recomputed(step, previous)
            if step.data is not None:
                assert step.data_digest == chain.data_digest(step.salt, step.data, digests.method_of(step.data_digest))
            previous = step.hash
    shown = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert [(step["hash"], step["previous_hash"]) for step in shown] == [(s.hash, s.previous_hash) for s in steps]
    return steps


@pytest.mark.parametrize("method", ["sha256", "sm3"])
def test_the_steps_of_a_case_are_chained_by_the_method_of_the_setting(make_app, method):
    town = Town(make_app(HASH=method))
    case = town.checked()
    steps = _assert_chained(town, case)
    assert len(steps) == 7
    assert {digests.method_of(step.hash) for step in steps} == {method}


def test_the_method_may_change_in_the_middle_of_a_case(make_app):
    app = make_app(HASH="sha256")
    town = Town(app)
    case = town.accepted()
    app.config["HASH"] = "sm3"
    town.duty.act(case, "file", **{"class": "0102", "condition": "1"})
    assert [digests.method_of(step.hash) for step in _assert_chained(town, case)] == ["sha256", "sha256", "sm3"]


def test_the_data_of_a_step_can_be_erased_with_its_salt_and_the_chain_still_holds(town):
    case = town.worker.report(description="张三家门口").get_json()
    town.acceptor.act(case, "accept")
    with town.app.app_context(), transaction() as session:
        first = session.scalars(db.select(CaseStep).filter_by(seq=1)).one()
        first.data = first.salt = None
    _assert_chained(town, case)
    assert town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"][0]["data"] is None
