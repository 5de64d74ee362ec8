"""A service is admitted for a time; what is reported outside is taken and marked, and the acceptor decides."""

import tempfile

import pytest

from app.catalogue import service as catalogue
from app.core.transaction import transaction
from tests.desk.browser import Desk
from tests.factories import catalogue as documents
from tests.factories.town import GARBAGE, LEAFLET
from tests.support.elements import texts_of

LAST = "2026-11-23"  # the day on which the town's clock begins


@pytest.fixture
def admitted(app, town):
    """Let the service of garbage be admitted until the end of the first day."""
    services = [each for each in documents.seed_documents() if each.kind == "service"]
    document = next(each for each in services if GARBAGE in each.content["classes"])
    admission = document.content["admission"] | {"until": LAST}
    content = {**document.content, "admission": admission, "classes": [GARBAGE], "rounds": []}
    file = documents.documents_file(tempfile.mkdtemp(), ("service", document.code, content))
    with app.app_context(), transaction():
        catalogue.import_files([file], by="test")


def test_a_report_made_inside_and_sent_after_the_end_is_an_ordinary_one(town, clock, admitted):
    made_at = clock.tick(hours=14.8).isoformat()  # shortly before midnight
    now = clock.tick(hours=1).isoformat()
    case = town.worker.report(GARBAGE, phone_at=made_at, phone_now=now).get_json()
    assert case["outside_admission"] is False
    assert town.worker.report(GARBAGE).get_json()["outside_admission"] is True


def test_what_falls_outside_is_taken_and_marked_and_the_acceptor_decides(town, clock, admitted):
    assert town.worker.report(GARBAGE).get_json()["outside_admission"] is False
    clock.tick(days=2)
    case = town.worker.report(GARBAGE).get_json()
    assert (case["state"], case["outside_admission"]) == ("reported", True)
    page = Desk(town.app, town.acceptor).get(f"/desk/cases/{case['case_id']}").text
    assert "准入期外" in texts_of(page, "span", class_="flag-warn")
    case = town.acceptor.act(case, "accept")
    changed = town.duty.act(case, "correct", **{"class": LEAFLET, "condition": "1"})
    assert changed["outside_admission"] is False  # of another service, which is admitted
    other = town.worker.report(GARBAGE).get_json()
    assert town.acceptor.act(other, "refuse", reason="事项未经准入")["state"] == "rejected"


def test_a_case_whose_service_is_admitted_no_more_runs_on_and_says_so(town, clock, admitted):
    case = town.worker.report(GARBAGE).get_json()
    other = town.worker.report(LEAFLET).get_json()
    assert "admission_ended" not in case
    clock.tick(days=2)
    assert town.acceptor.read(case)["admission_ended"] is True
    assert "admission_ended" not in town.acceptor.read(other)
    page = Desk(town.app, town.acceptor).get(f"/desk/cases/{case['case_id']}").text
    assert "准入已到期，照常办完" in texts_of(page, "span", class_="flag-warn")
    case = town.acceptor.act(case, "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    assert (case["state"], case["outside_admission"], case["admission_ended"]) == ("filed", False, True)
    ended = town.acceptor.act(other, "refuse", reason="不属网格事项")
    assert "admission_ended" not in ended


def test_the_list_is_public_and_says_decision_days_and_how_it_stands(town, clock, admitted):
    def listed():
        answer = town.client.get("/api/v1/catalogue/admissions")
        assert answer.status_code == 200
        return {one["service"]: one for one in answer.get_json()["items"]}

    first = listed()
    assert {one["state"] for one in first.values()} == {"holds"}
    (short,) = (one for one in first.values() if one["until"] == LAST)
    assert (short["example"], "示例" in short["decision"]) == (True, True)
    clock.tick(days=2)
    assert listed()[short["service"]]["state"] == "ended"
    page = town.client.get("/admissions/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    (listed_as,) = [text for text in texts_of(page.text, "li") if text.startswith(short["name"])]
    for words in ("已到期", "示例", LAST, short["decision"]):
        assert words in listed_as


def _import(town, service_of, **admission):
    """Let another decision on the service of a class come into force now."""
    with town.app.app_context(), transaction():
        one = next(each for each in catalogue.export("service") if service_of in each["content"]["classes"])
        content = {**one["content"], "admission": one["content"]["admission"] | admission}
        file = documents.documents_file(tempfile.mkdtemp(), ("service", one["code"], content))
        catalogue.import_files([file], by="test")


def test_a_report_is_judged_by_the_decision_of_its_own_time_and_not_by_a_later_one(town, clock):
    made_at, now = clock.tick(hours=1).isoformat(), clock.tick(minutes=5).isoformat()
    _import(town, GARBAGE, **{"from": "2026-01-01", "until": "2026-06-30"})
    late = town.worker.report(GARBAGE, phone_at=made_at, phone_now=now).get_json()
    assert late["outside_admission"] is False
    assert town.worker.report(GARBAGE).get_json()["outside_admission"] is True


def test_a_class_put_right_is_judged_by_the_decision_of_the_time_of_the_report(town, clock):
    case = town.filed()
    clock.tick(hours=1)
    _import(town, LEAFLET, **{"from": "2026-01-01", "until": "2026-06-30"})
    changed = town.duty.act(case, "correct", **{"class": LEAFLET, "condition": "1"})
    assert changed["outside_admission"] is False


def test_lists_say_of_a_case_that_its_service_is_admitted_no_more_also_between_two_admissions(town, clock, admitted):
    case = town.worker.report(GARBAGE).get_json()
    clock.tick(days=2)
    (row,) = [one for one in town.acceptor.get("cases").get_json()["items"] if one["case_id"] == case["case_id"]]
    assert row["admission_ended"] is True
    _import(town, GARBAGE, **{"from": "2027-01-01", "until": "2027-12-31"})
    assert town.acceptor.read(case)["admission_ended"] is True
