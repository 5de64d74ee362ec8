"""Who chose English reads why something was refused in English, wherever at a desk that is said."""

import re
from uuid import UUID, uuid4

import pytest

from app.cases import service
from app.core.permissions import SYSTEM
from app.core.transaction import transaction
from tests.board.boards import closed
from tests.desk.browser import Desk
from tests.factories.town import GARBAGE
from tests.support.elements import errors_at, rows_of, texts_of

pytestmark = pytest.mark.one_database
CHINESE = re.compile("[一-鿿]")


def english(answer, part="main"):
    """What a part of the page says; it holds no Chinese."""
    found = re.search(rf"(?s)<{part}[ >].*?</{part.split()[0]}>", answer.text)
    assert found, answer.text
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))
    assert not CHINESE.search(said), said
    return said


def refused(answer):
    """What the page says of a refusal."""
    return english(answer, 'div class="alert alert-\\w+" role="alert"')


def test_a_page_that_is_not_there_and_what_one_may_not_say_so(town):
    desk = Desk(town.app, town.worker)
    assert "There is no such thing" in english(desk.get("/nowhere?lang=en"))
    assert "not yours to see" in english(desk.get(f"/desk/cases/{uuid4()}"))
    assert "You may not do this" in english(desk.get("/board/"))
    answer = desk.get("/desk/bulk/accept")
    assert answer.status_code == 405
    assert "does not take requests of this kind" in english(answer)
    town.worker.report()
    answer = Desk(town.app, town.acceptor).get("/desk/cases?cursor=x&lang=en")
    assert answer.status_code == 422
    assert "begin again with the first" in english(answer)


def test_at_the_sign_in_and_on_the_account(town):
    sent = {"username": "x", "password": "y"}
    headers = {"Accept": "text/html", "Origin": "http://localhost"}
    answer = town.app.test_client().post("/sign-in?lang=en", data=sent, headers=headers)
    assert "User name or password is wrong" in refused(answer)
    desk = Desk(town.app, town.worker)
    answer = desk.post("/account/password?lang=en", {"old_password": "x", "new_password": "yyyyyyyyyyyy"})
    assert answer.status_code == 422
    assert "This password is guessed too easily" in refused(answer)


def test_a_refused_act_and_what_is_wrong_with_its_fields(town):
    case = town.handling()
    desk = Desk(town.app, town.housing)
    answer = desk.act(case, "ask_extension", {"lang": "en"}, due_at="2020-01-01T09:00", reason="材料未到")
    assert "Something is not filled in rightly" in refused(answer)
    assert errors_at(answer.text, "f-due_at") == ["The new limit must lie after the present one."]
    answer = desk.act(case, "finish", result="好了")
    assert errors_at(answer.text, "f-attachments") == [
        "Photos needed for this step: 1 or more. Take them, then send it."
    ]
    answer = desk.post(f"/desk/cases/{case['case_id']}/act/sign", {"seen": town.seq_of(case["case_id"])})
    assert answer.status_code == 409
    assert "This task is signed for already: please handle it." in refused(answer)
    seen = {"seen": town.seq_of(case["case_id"])}
    answer = Desk(town.app, town.acceptor).post(f"/desk/cases/{case['case_id']}/act/accept?lang=en", seen)
    assert "The case is “Handling” now: “Accept” is not possible." in refused(answer)
    answer = desk.post(f"/desk/cases/{case['case_id']}/act/dispatch", {"seen": "1"})
    assert "not yours" in refused(answer) or "may not" in refused(answer)


def test_a_report_for_a_caller(town):
    answer = Desk(town.app, town.acceptor).post("/desk/report?lang=en", {"source": "hotline", "class": GARBAGE})
    assert answer.status_code == 422
    refused(answer)
    assert "Click on the map" in " ".join(errors_at(answer.text, "place"))
    assert not CHINESE.search("".join(re.findall(r'text-danger">([^<]*)', answer.text)))


def test_a_case_on_the_board(town):
    case = closed(town)
    form = {"op_id": uuid4(), "action": "reopen", "seen": town.seq_of(case["case_id"])}
    answer = Desk(town.app, town.supervisor).post(f"/board/cases/{case['case_id']}/steps?lang=en", form)
    assert "This step needs it: please fill it in." in refused(answer)


def test_what_the_system_did_is_told_as_done_by_the_system(town, clock):
    case = town.worker.report().get_json()
    clock.tick(days=5)
    with town.app.app_context(), transaction():
        service.act(UUID(case["case_id"]), "overdue", SYSTEM, {"clock": 1}, uuid4())
    desk = Desk(town.app, town.supervisor)
    for path in (f"/desk/cases/{case['case_id']}/file", f"/desk/cases/{case['case_id']}"):
        english, chinese = (texts_of(desk.get(f"{path}?lang={lang}").text, "li") for lang in ("en", "zh"))
        assert [step for step in english if "the system" in step]
        assert not [step for step in english if "系统" in step]
        assert [step for step in chinese if "系统" in step]


def test_results_of_an_act_on_several_cases(town):
    cases = [town.worker.report().get_json() for _ in range(2)]
    town.acceptor.act(cases[1], "accept")
    sent = {"case": [each["case_id"] for each in cases], "op_id": str(uuid4()), "reason": "不属网格事项"}
    sent |= {f"seen-{each['case_id']}": "1" for each in cases}
    desk = Desk(town.app, town.acceptor)
    answer = desk.get(desk.post("/desk/bulk/refuse?lang=en", sent).headers["Location"])
    assert "The case has changed since you looked at it" in english(answer)


def test_a_condition_is_offered_with_its_limit_in_the_reader_s_own_words(town):
    address = f"/desk/cases/{town.accepted()['case_id']}/act/file"
    desk = Desk(town.app, town.duty)
    offered = {lang: texts_of(desk.get(f"{address}?lang={lang}").text, "label") for lang in ("en", "zh")}
    assert [text for text in offered["en"] if text.endswith("生活垃圾未入容器 (8 working hours)")]
    assert [text for text in offered["zh"] if text.endswith("生活垃圾未入容器（8 个工作小时）")]


def test_a_class_is_found_by_its_english_name(town):
    number = town.worker.report(GARBAGE).get_json()["number"]
    desk = Desk(town.app, town.acceptor)
    listed = (desk.get(f"/desk/cases?class={name}&lang=en").text for name in ("garbage", "manhole"))
    assert [[row[1] for row in rows_of(page, id="worklist")] for page in listed] == [[number], []]
