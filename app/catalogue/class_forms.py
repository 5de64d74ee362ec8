"""Judge the answers to the form of a class, a round or an object: which questions are asked, and what answers may be.

That a required question is answered is for the pages to ask (`left_open`): a report that lacks a detail is worth more
than none. An answer to a question that is not asked any more is let be. The phone does the same by `form-rules.js`;
both are held to the vectors of `tests/catalogue/form_vectors.json`.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from workflows.forms import LAT, LON, NAME, PHONE, Conditions, Field, Kind
from workflows.words import Words, listed

TEXT_MOST = 500  # characters; our figure
NUMBER_MOST = 1_000_000_000  # our figure, where a form sets no bound
ROWS_MOST = 20  # of a table; our figure, where a form sets no bound
PERSON_MOST = 60  # characters of a name or a number; our figure
PHOTOS_MOST = 9  # our figure, where a form sets no bound; no form may ask for more
DECIMALS = 3  # our figure
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.ASCII)
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d\Z", re.ASCII)
_DEGREES = {LON: 180, LAT: 90}

_NO_SUCH_FIELD = Words("该类别的表单没有这一项，请删除。", "The form of this class has no such question: leave it out.")
_TEXT = Words("“{}”应为文字，最多 {} 个字。", "“{}” should be a text of at most {} characters.")
_NUMBER = Words("“{}”应为 {} 到 {} 之间的整数。", "“{}” should be a whole number between {} and {}.")
_CHOICE = Words("“{}”应为：{}。", "“{}” should be one of these: {}.")
_YES_NO = Words("“{}”应为是或否（true 或 false）。", "“{}” should be yes or no (true or false).")
_DATE = Words("“{}”应为日期，例如 2026-11-23。", "“{}” should be a date, like 2026-11-23.")
_DECIMAL = Words(
    "“{}”应为 {} 到 {} 之间的数字，最多 {} 位小数。",
    "“{}” should be a number between {} and {} with at most {} decimals.",
)
_SEVERAL = Words("“{}”应从中选择，每项至多一次：{}。", "“{}” should be some of these, each once at most: {}.")
_PLACE = Words("“{}”应为一处位置（经度 lon、纬度 lat）。", "“{}” should be a place (lon and lat).")
_OBJECT = Words("“{}”应为一个对象（对象号）。", "“{}” should be an object (its id).")
_ROWS = Words("“{}”应为表格，最多 {} 行。", "“{}” should be a table of at most {} rows.")
_PHOTOS = Words(
    "“{}”应为 {} 到 {} 张照片（照片编号，不重复）。", "“{}” should be {} to {} photos (their ids, each once)."
)
_PERSON = Words(
    "“{}”应为一个人的姓名（name）和电话（phone，可不填），各最多 {} 个字。",
    "“{}” should be somebody's name and, if it is known, phone: at most {} characters each.",
)
_CELL = Words("“{}”第 {} 行：{}", "“{}”, row {}: {}")


def visible_questions(form: Iterable[Field], answers: Mapping[str, Any]) -> list[Field]:
    """Return the questions that are asked beside these answers; no condition holds on one that is not."""
    visible: dict[str, Field] = {}
    for question in form:
        if _hold(question.shown_if, visible, answers):
            visible[question.name] = question
    return list(visible.values())


def left_open(form: Iterable[Field], answers: Mapping[str, Any]) -> list[str]:
    """Return the names of the questions that are asked, must be answered and are not."""
    questions = visible_questions(form, answers)
    visible = {question.name: question for question in questions}
    return [one.name for one in questions if _is_open(one, visible, answers)]


def faults(form: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, list[Words]]:
    """Return what is wrong with each answer, by the name of its question; nothing for a question left open."""
    questions = {question.name: question for question in form}
    visible = {question.name for question in visible_questions(questions.values(), answers)}
    errors: dict[str, list[Words]] = {}
    for name, answer in answers.items():
        question = questions.get(name)
        if question is not None and name not in visible:
            continue
        wrong = _JUDGES[question.kind](question, answer) if question else _NO_SUCH_FIELD
        if wrong:
            errors[name] = [wrong]
    return errors


def _hold(conditions: Conditions, visible: Mapping[str, Field], answers: Mapping[str, Any]) -> bool:
    return all(name in visible and _is_among(answers.get(name), values) for name, values in conditions)


def _is_among(answer: Any, values: tuple[str | bool, ...]) -> bool:
    if isinstance(answer, list):
        return any(_is_among(one, values) for one in answer)
    return any(type(answer) is type(value) and answer == value for value in values)


def _is_open(question: Field, visible: Mapping[str, Field], answers: Mapping[str, Any]) -> bool:
    answer = answers.get(question.name)
    if answer in (None, "", []):
        wanted = question.required_if and _hold(question.required_if, visible, answers)
        return bool(question.required or wanted)
    rows = answer if question.kind is Kind.TABLE and isinstance(answer, list) else ()
    cells = [one.name for one in question.columns if one.required]
    return any(isinstance(row, Mapping) and row.get(name) in (None, "") for row in rows for name in cells)


def _text(question: Field, answer: Any) -> Words | None:
    right = isinstance(answer, str) and len(answer) <= TEXT_MOST
    return None if right else _TEXT.format(question.label, TEXT_MOST)


def _integer(question: Field, answer: Any) -> Words | None:
    low = -NUMBER_MOST if question.minimum is None else question.minimum
    high = NUMBER_MOST if question.maximum is None else question.maximum
    right = isinstance(answer, int) and not isinstance(answer, bool) and low <= answer <= high
    return None if right else _NUMBER.format(question.label, low, high)


def _choice(question: Field, answer: Any) -> Words | None:
    allowed = [choice.value for choice in question.choices]
    return None if answer in allowed else _CHOICE.format(question.label, listed(allowed))


def _yes_no(question: Field, answer: Any) -> Words | None:
    return None if isinstance(answer, bool) else _YES_NO.format(question.label)


def _date(question: Field, answer: Any) -> Words | None:
    try:
        right = isinstance(answer, str) and bool(_DAY.match(answer)) and bool(date.fromisoformat(answer))
    except ValueError:
        right = False
    return None if right else _DATE.format(question.label)


def _decimal(question: Field, answer: Any) -> Words | None:
    low = -NUMBER_MOST if question.minimum is None else question.minimum
    high = NUMBER_MOST if question.maximum is None else question.maximum
    right = _is_number(answer) and low <= answer <= high and round(answer * 10**DECIMALS) / 10**DECIMALS == answer
    return None if right else _DECIMAL.format(question.label, low, high, DECIMALS)


def _several(question: Field, answer: Any) -> Words | None:
    allowed = [choice.value for choice in question.choices]
    right = isinstance(answer, list) and all(one in allowed and answer.count(one) == 1 for one in answer)
    return None if right else _SEVERAL.format(question.label, listed(allowed))


def _place(question: Field, answer: Any) -> Words | None:
    right = (
        isinstance(answer, Mapping)
        and answer.keys() == _DEGREES.keys()
        and all(_is_number(answer[name]) and abs(answer[name]) <= most for name, most in _DEGREES.items())
    )
    return None if right else _PLACE.format(question.label)


def _object(question: Field, answer: Any) -> Words | None:
    right = isinstance(answer, str) and bool(_ID.match(answer))
    return None if right else _OBJECT.format(question.label)


def _photo(question: Field, answer: Any) -> Words | None:
    least, most = question.least or 1, question.most or PHOTOS_MOST
    ids = answer if isinstance(answer, list) else [None]
    right = not ids or (least <= len(ids) <= most and all(isinstance(one, str) and _ID.match(one) for one in ids))
    is_once = right and len(set(ids)) == len(ids)
    return None if is_once else _PHOTOS.format(question.label, least, most)


def _person(question: Field, answer: Any) -> Words | None:
    right = (
        isinstance(answer, Mapping)
        and {NAME} <= answer.keys() <= {NAME, PHONE}
        and all(isinstance(one, str) and 1 <= len(one) <= PERSON_MOST and "\n" not in one for one in answer.values())
    )
    return None if right else _PERSON.format(question.label, PERSON_MOST)


def photos_of(form: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the ids of the photos with which each question for some that is asked was answered."""
    questions = [one for one in visible_questions(form, answers) if one.kind is Kind.PHOTO]
    return {one.name: list(answers[one.name]) for one in questions if answers.get(one.name)}


def _table(question: Field, answer: Any) -> Words | None:
    most = question.most or ROWS_MOST
    if not isinstance(answer, list) or len(answer) > most or not all(isinstance(row, Mapping) for row in answer):
        return _ROWS.format(question.label, most)
    for number, row in enumerate(answer, 1):
        for wrong in faults(question.columns, row).values():
            return _CELL.format(question.label, number, wrong[0])
    return None


def _is_number(answer: Any) -> bool:
    return isinstance(answer, (int, float)) and not isinstance(answer, bool) and math.isfinite(answer)


_JUDGES: Mapping[Kind, Callable[[Field, Any], Words | None]] = {
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.MANY: _several,
    Kind.NUMBER: _decimal,
    Kind.OBJECT: _object,
    Kind.PERSON: _person,
    Kind.PHOTO: _photo,
    Kind.PLACE: _place,
    Kind.TABLE: _table,
    Kind.TEXT: _text,
    Kind.YES_NO: _yes_no,
}
