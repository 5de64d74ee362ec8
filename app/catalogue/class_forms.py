"""Judge the answers to the form of a class.

Covers what an answer may be. That a required question is answered is for the pages to ask: a report that lacks a detail
is worth more than none.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from workflows.forms import Field, Kind
from workflows.words import Words, listed

TEXT_MOST = 500  # characters; our figure
NUMBER_MOST = 1_000_000_000  # our figure, where a form sets no bound

_NO_SUCH_FIELD = Words("该类别的表单没有这一项，请删除。", "The form of this class has no such question: leave it out.")
_TEXT = Words("“{}”应为文字，最多 {} 个字。", "“{}” should be a text of at most {} characters.")
_NUMBER = Words("“{}”应为 {} 到 {} 之间的整数。", "“{}” should be a whole number between {} and {}.")
_CHOICE = Words("“{}”应为：{}。", "“{}” should be one of these: {}.")
_YES_NO = Words("“{}”应为是或否（true 或 false）。", "“{}” should be yes or no (true or false).")
_DATE = Words("“{}”应为日期，例如 2026-11-23。", "“{}” should be a date, like 2026-11-23.")


def faults(form: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, list[Words]]:
    """Return what is wrong with each answer, by the name of its question; nothing for a question left open."""
    questions = {question.name: question for question in form}
    errors: dict[str, list[Words]] = {}
    for name, answer in answers.items():
        question = questions.get(name)
        wrong = _JUDGES[question.kind](question, answer) if question else _NO_SUCH_FIELD
        if wrong:
            errors[name] = [wrong]
    return errors


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
        right = isinstance(answer, str) and len(answer) == len("2026-11-23") and bool(date.fromisoformat(answer))
    except ValueError:
        right = False
    return None if right else _DATE.format(question.label)


_JUDGES: Mapping[Kind, Callable[[Field, Any], Words | None]] = {
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.TEXT: _text,
    Kind.YES_NO: _yes_no,
}
