"""Whoever follows nothing beside the cases is answered as ever: the same bytes, for as many statements."""

from uuid import uuid4

import orjson
import pytest

from tests.factories.town import GARBAGE, HERE
from tests.support.phone import act_of, report_of

BODY = {"class": GARBAGE, "description": "路边有垃圾", "lon": HERE[0], "lat": HERE[1]}
EMPTY = (
    b'{"results":[],"changes":[],"gone":[],"cursor":"WzE3OTUzOTU1NDAwMDAwMDAsICIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAw'
    b'MDAwMDAwMDAiLCAxNzk1Mzk1NjAwMDAwMDAwLCAiZTgzNDIwNTkzMzE0OTg4NiJd","more":false,"reset":false}'
)
NONE = ({}, {"streams": {}}, {"streams": None})


@pytest.mark.usefixtures("clock")
def test_an_empty_phone_gets_the_bytes_it_always_got(town):
    for body in ({}, *NONE):
        assert town.worker.send("POST", "sync", body).data == EMPTY, body


def test_operations_and_changes_are_answered_as_ever(town, query_count):
    town.worker.send("POST", "sync", {})
    case_id, act_id = str(uuid4()), str(uuid4())
    batch = [
        report_of(case_id, BODY), act_of(case_id, "comment", None, act_id, text="已拍照"), {"type": "fly"},
        {"type": "act", "case_id": case_id},
    ]  # fmt: skip

    def exchange(**body):
        with query_count() as seen:
            answer = town.worker.send("POST", "sync", body)
        assert answer.status_code == 200, answer.get_json()
        return answer, len(seen)

    answer, statements = exchange(operations=batch)
    body = answer.get_json()
    assert (list(body), statements) == (["results", "changes", "gone", "cursor", "more", "reset"], 19)
    assert [list(one) for one in body["results"]] == [["status", "body"]] * 4
    assert [one["status"] for one in body["results"]] == [201, 201, 422, 422]
    assert body["results"][2]["body"]["fields"] == {"case_id": ["必填。"], "type": ["应为：report, act, round。"]}
    assert body["results"][3]["body"]["fields"] == {"op_id": ["必填。"], "action": ["必填。"]}
    assert answer.data == orjson.dumps(body)
    again, statements = exchange(cursor=body["cursor"])
    assert (again.get_json()["changes"], statements) == (body["changes"], 5)
    for none in NONE:
        assert exchange(cursor=body["cursor"], **none)[0].data == again.data
