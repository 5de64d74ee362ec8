"""What readers of English are told of a case, its steps and what was refused; and which files each step named."""

from datetime import datetime
from uuid import uuid4

import pytest

from app.cases import jobs
from tests.attachments.pictures import jpeg
from tests.factories.town import GARBAGE, HERE, HOUSING
from tests.support.looks import clocks_of

pytestmark = pytest.mark.one_database


def test_states_steps_and_the_system_have_english_names(app, clock, town):
    case = town.worker.report(GARBAGE).get_json()
    assert (case["state_label"], case["state_label_en"]) == ("待受理", "Reported")
    (listed,) = town.worker.get("cases").get_json()["items"]
    assert listed["state_label_en"] == "Reported"
    clock.set(datetime.fromisoformat(clocks_of(case, "accept")[-1]["warn_at"]))
    with app.app_context():
        jobs.sweep_clocks()
    reported, warned = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert (reported["label"], reported["label_en"]) == ("上报", "Report")
    assert reported["actor"]["name_en"] == reported["actor"]["name"]
    assert (warned["actor"]["name"], warned["actor"]["name_en"]) == ("系统", "System")


def test_roles_have_english_names(town):
    (held,) = town.worker.get("me").get_json()["assignments"]
    assert (held["role_name"], held["role_name_en"]) == ("网格员", "Grid worker")


def test_a_problem_says_in_english_what_it_says_in_chinese_and_nothing_of_another_s(town):
    outside = town.worker.report(at=(100.0, 30.0)).get_json()
    assert outside["detail_en"].startswith("This place is outside")
    wrong = town.client.post("/api/v1/auth/login", json={"username": "nobody", "password": "x" * 12, "device": "a"})
    assert wrong.get_json()["detail_en"].startswith("User name or password is wrong")
    operation = {
        "type": "report",
        "case_id": str(uuid4()),
        "body": {"class": None, "description": "a", "lon": 0, "lat": 0},
    }
    (result,) = town.worker.send("POST", "sync", {"cursor": None, "operations": [operation]}).get_json()["results"]
    assert result["body"]["detail_en"].startswith("This place is outside")
    photo, refused = town.worker.upload(town.worker.report().get_json(), b"no picture")
    assert refused.get_json()["detail_en"].startswith("Only photos as JPEG")  # which of the reasons it was
    missing = town.worker.get(f"cases/{uuid4()}/attachments/{photo}").get_json()
    assert not missing.get("detail_en") or "case" in missing["detail_en"]  # never the text of a base class


def test_each_step_names_its_files_with_what_they_show(town):
    before, after, paper = (str(uuid4()) for _ in range(3))
    case = town.dispatched(lead=HOUSING, at=HERE, attachments=[before])
    town.worker.upload(case, jpeg(), purpose="before", attachment_id=before)
    town.housing.act(case, "sign")
    town.housing.act(case, "finish", result="已清理", attachments=[after])
    town.housing.act(case, "comment", text="单据", attachments=[paper])
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    named = {step["action"]: step["files"] for step in steps}
    assert [(one["attachment_id"], one["purpose"], one["state"], one["type"]) for one in named["report"]] == [
        (before, "before", "stored", "image/jpeg")
    ]
    assert [(one["attachment_id"], one["purpose"], one["state"]) for one in named["finish"]] == [
        (after, "after", "awaited")
    ]
    assert [one["purpose"] for one in named["comment"]] == ["document"]
    assert named["sign"] == []


def test_what_is_wrong_with_a_field_is_said_in_both_languages(town):
    place = {"lon": "east", "lat": 36.0, "crs": "moon"}
    wrong = town.worker.send("PUT", f"cases/{uuid4()}", {"class": 5, "attachments": ["one"], "more": 1, **place})
    told = wrong.get_json()
    assert (wrong.status_code, told["code"]) == (422, "invalid")
    assert told["fields"] == {
        "class": ["应为文字。"],
        "description": ["必填。"],
        "lon": ["应为数字。"],
        "crs": ["应为：wgs84, cgcs2000, gcj02, bd09。"],
        "attachments": {"0": ["应为 UUID。"]},
        "more": ["没有这个字段，请删除。"],
    }
    assert told["fields_en"] == {
        "class": ["A text, please."],
        "description": ["Please fill this in."],
        "lon": ["A number, please."],
        "crs": ["One of these: wgs84, cgcs2000, gcj02, bd09."],
        "attachments": {"0": ["A UUID, please."]},
        "more": ["There is no such field."],
    }


def test_a_refusal_names_state_and_step_in_both_languages(town):
    refused = town.duty.try_act(town.worker.report().get_json(), "file", condition="1").get_json()
    assert refused["detail"].startswith("案件当前为“待受理”，不能“立案”。")
    assert refused["detail_en"].startswith("The case is “Reported” now: “File” is not possible.")


def test_what_is_no_json_is_said_without_the_librarys_own_words(town):
    headers = {**town.worker.headers, "Content-Type": "application/json"}
    told = town.client.put(f"/api/v1/cases/{uuid4()}", data=b"{", headers=headers).get_json()
    assert (told["code"], told["fields"], told["fields_en"]) == ("malformed", {}, {})
    assert told["detail_en"].startswith("What was sent is not valid JSON")
