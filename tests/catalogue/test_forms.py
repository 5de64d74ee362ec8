"""What answers to the form of a class may be."""

import pytest

from app.catalogue.class_forms import faults
from tests.desk.browser import Desk
from tests.factories.town import COVER, GARBAGE
from tests.support.elements import facts_of
from tests.support.looks import refused
from workflows.forms import Choice, Field, Kind
from workflows.words import plain

MISSING_OR_BROKEN = tuple(Choice(one, plain(one)) for one in ("缺失", "破损"))
FORM = (
    Field(
        "risk",
        plain("现场危险"),
        Kind("choice"),
        required=True,
        choices=tuple(Choice(one, plain(one)) for one in ("缺失", "破损")),
    ),
    Field("count", plain("数量"), Kind("integer"), minimum=1, maximum=50),
    Field("much", plain("金额"), Kind("integer")),
    Field("since", plain("何时开始"), Kind("date")),
    Field("fenced", plain("已围挡"), Kind("yes_no")),
    Field("words", plain("说明"), Kind("text")),
)
RIGHT = [
    {}, {"risk": "缺失"}, {"count": 1}, {"count": 50}, {"much": -7}, {"since": "2026-02-28"}, {"fenced": False},
    {"words": ""}, {"risk": "破损", "count": 3, "fenced": True, "words": "井盖破损"},
]  # fmt: skip
WRONG = [
    ("risk", "着火"), ("risk", None), ("risk", ["缺失"]), ("count", 0), ("count", 51), ("count", True), ("count", "3"),
    ("count", 1e30), ("much", 10**10), ("since", "2026-02-30"), ("since", "昨天"), ("since", 20260228),
    ("fenced", "是"), ("words", 7), ("words", "长" * 501), ("colour", "红"),
]  # fmt: skip


@pytest.mark.parametrize("answers", RIGHT)
def test_answers_that_fit_their_questions_are_taken(answers):
    assert faults(FORM, answers) == {}


@pytest.mark.parametrize(("name", "answer"), WRONG)
def test_every_other_answer_is_named_with_what_it_should_be(name, answer):
    (text,) = faults(FORM, {name: answer})[name]
    assert "应为" in text or "没有这一项" in text


def test_a_report_is_judged_by_the_form_of_its_class(town):
    body = refused(town.worker.report(COVER, form={"risk": "着火", "zzz": 1}), 422)
    assert set(body["fields"]) == {"form.risk", "form.zzz"}
    assert town.supervisor.get("cases").get_json()["items"] == []
    assert town.worker.report(COVER, form={"risk": "缺失"}).get_json()["form"] == {"risk": "缺失"}


def test_where_no_form_asks_what_came_along_is_kept(town):
    for class_code in (None, GARBAGE):
        assert town.worker.report(class_code, form={"width": 3}).get_json()["form"] == {"width": 3}


def test_a_report_that_leaves_a_question_open_is_taken_all_the_same(town):
    assert town.worker.report(COVER).status_code == 201


def test_the_case_says_which_questions_of_its_class_were_left_open(app, town):
    case = town.worker.report(COVER).get_json()
    (lacking,) = case["left_open"]
    assert (lacking["field"], lacking["label"], bool(lacking["label_en"])) == ("risk", "现场危险", True)
    page = Desk(app, town.acceptor).get(f"/desk/cases/{case['case_id']}").text
    assert ("漏填", "现场危险") in facts_of(page)
    answered = town.worker.report(COVER, form={"risk": "缺失"}).get_json()
    assert answered["left_open"] == []
    assert town.worker.report(None).get_json()["left_open"] == []
