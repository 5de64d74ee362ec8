"""Who should handle a case by the rule of its class, else the township: suggested, or followed where allowed."""

import tempfile

import pytest

from app.catalogue import service as catalogue
from app.core import outbox
from app.core.transaction import transaction
from app.departments import service as directory
from tests.factories import catalogue as documents
from tests.factories.town import COVER, GARBAGE, HOUSING, TOWNSHIP, WATER
from tests.support.looks import refused


@pytest.fixture
def rewrite(app):
    """Import another version of a class: `rewrite(code, auto_dispatch=True)`."""

    def change(code, **changes):
        content = documents.seed_content(code) | changes
        file = documents.documents_file(tempfile.mkdtemp(), ("class", code, content))
        with app.app_context(), transaction():
            catalogue.import_files([file], by="test")

    return change


@pytest.fixture(autouse=True)
def staffed(town):
    """Somebody who signs for the township: without, nothing can be sent there."""
    return town.hire("department_desk", "department", TOWNSHIP)


@pytest.fixture
def drain(app):
    """Let everything that is owed be done."""

    def all_of_it():
        with app.app_context():
            return outbox.drain()

    return all_of_it


def route(town, case):
    """What is suggested to the dispatcher: codes of the lead and of those assisting."""
    answer = town.dispatcher.get(f"cases/{case['case_id']}/route")
    assert answer.status_code == 200, answer.get_json()
    body = answer.get_json()
    return body["lead"] and body["lead"]["code"], [each["code"] for each in body["assist"]]


def test_the_rule_of_the_class_is_suggested_with_names(town):
    case = town.filed()
    answer = town.dispatcher.get(f"cases/{case['case_id']}/route").get_json()
    assert answer == {
        "lead": {"code": TOWNSHIP, "name": "岳阳镇人民政府"},
        "assist": [{"code": HOUSING, "name": "县住房和城乡建设局"}],
    }


def test_the_first_rule_that_fits_decides(town, rewrite):
    rewrite(GARBAGE, routes=[
        {"when": {"area": ["A"]}, "lead": HOUSING},
        {"when": {"area": ["C"], "condition": ["2"]}, "lead": HOUSING, "assist": ["township", HOUSING]},
        {"when": {"township": ["141025100"]}, "lead": "县城乡水务公司"},
        {"lead": HOUSING},
    ])  # fmt: skip
    assert route(town, town.filed()) == (WATER, [])
    assert route(town, town.filed(condition="2")) == (HOUSING, [TOWNSHIP])


def test_where_nobody_is_responsible_the_township_is(town, rewrite):
    rewrite(GARBAGE, routes=[])
    assert route(town, town.filed()) == (TOWNSHIP, [])
    unknown = town.acceptor.act(town.worker.report(class_code=None).get_json(), "accept")
    assert route(town, unknown) == (TOWNSHIP, [])


def test_departments_that_do_not_exist_are_passed_over(app, town, rewrite):
    rewrite(GARBAGE, routes=[{"lead": "D-NOBODY", "assist": [HOUSING]}])
    rewrite(COVER, routes=[{"lead": HOUSING, "assist": ["D-NOBODY", WATER]}])
    assert route(town, town.filed()) == (TOWNSHIP, [])
    assert route(town, town.filed(class_code=COVER)) == (HOUSING, [WATER])
    rewrite(GARBAGE, routes=[{"lead": "D-NOBODY"}, {"lead": WATER, "assist": [HOUSING]}])
    assert route(town, town.filed()) == (WATER, [HOUSING])  # the next route has its turn
    with app.app_context(), transaction():
        directory.end(HOUSING)
    assert route(town, town.filed(class_code=COVER)) == (TOWNSHIP, [])
    with app.app_context(), transaction():
        directory.end(TOWNSHIP)
    assert route(town, town.filed(class_code=COVER)) == (None, [])


def test_a_suggestion_is_for_dispatchers_who_see_the_case(town):
    case = town.filed()
    for other in (town.worker, town.housing, town.acceptor, town.supervisor):
        refused(other.get(f"cases/{case['case_id']}/route"), 403)
    elsewhere = town.hire("dispatcher", "centre", "141025101")
    refused(elsewhere.get(f"cases/{case['case_id']}/route"), 404, "case_not_found")
    assert town.client.get(f"/api/v1/cases/{case['case_id']}/route").status_code == 401


def test_a_suggestion_can_be_followed_as_it_is(town):
    case = town.filed()
    lead, assist = route(town, case)
    case = town.dispatcher.act(case, "dispatch", lead=lead, assist=assist)
    assert [task["department"]["code"] for task in case["tasks"]] == [TOWNSHIP, HOUSING]


def test_nothing_dispatches_itself_unless_the_class_says_so(town, drain):
    case = town.filed()
    drain()
    assert town.supervisor.read(case)["state"] == "filed"


def test_where_the_county_says_so_the_rule_dispatches_as_the_system(town, rewrite, drain):
    rewrite(GARBAGE, auto_dispatch=True)
    case = town.filed()
    assert case["state"] == "filed"
    drain()
    case = town.supervisor.read(case)
    assert (case["state"], case["lead"]["code"]) == ("dispatched", TOWNSHIP)
    assert [task["department"]["code"] for task in case["tasks"]] == [TOWNSHIP, HOUSING]
    steps = town.supervisor.get(f"cases/{case['case_id']}/steps").get_json()["items"]
    assert (steps[-1]["action"], steps[-1]["actor"]["name"]) == ("dispatch", "系统")


def test_a_class_found_only_at_filing_decides_by_its_own_rule(town, rewrite, drain):
    rewrite(GARBAGE, auto_dispatch=True)
    case = town.acceptor.act(town.worker.report(class_code=None).get_json(), "accept")
    case = town.duty.act(case, "file", **{"class": GARBAGE, "condition": "1"})
    drain()
    assert town.supervisor.read(case)["state"] == "dispatched"


def test_a_case_that_somebody_dispatched_meanwhile_is_left_to_them(town, rewrite, drain):
    rewrite(GARBAGE, auto_dispatch=True)
    sent = town.dispatcher.act(town.filed(), "dispatch", lead=WATER)
    back = town.dispatcher.act(town.filed(), "dispatch", lead=WATER)
    back = town.dispatcher.act(back, "withdraw_dispatch", reason="派错了")
    drain()
    assert town.supervisor.read(sent)["lead"]["code"] == WATER
    assert town.supervisor.read(back)["state"] == "filed"


def test_the_rule_sends_nothing_to_where_nobody_may_sign(town, rewrite, drain, staffed):
    rewrite(GARBAGE, auto_dispatch=True)
    town.dismiss(staffed, "department_desk")
    case = town.filed()
    drain()
    assert town.supervisor.read(case)["state"] == "filed"


def test_what_the_rule_sent_wrong_is_not_sent_there_again(town, rewrite, drain):
    rewrite(GARBAGE, auto_dispatch=True)
    case = town.filed()
    drain()
    town.dispatcher.act(case, "withdraw_dispatch", reason="不属乡镇")
    drain()
    assert town.supervisor.read(case)["state"] == "filed"


def test_where_nobody_is_found_the_dispatcher_decides(app, town, rewrite, drain):
    rewrite(GARBAGE, auto_dispatch=True, routes=[])
    with app.app_context(), transaction():
        directory.end(TOWNSHIP)
    case = town.filed()
    drain()
    assert town.dispatcher.act(case, "dispatch", lead=HOUSING)["state"] == "dispatched"
