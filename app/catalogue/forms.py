"""Judge the answers to the form of a class.

Covers what an answer may be. That a required question is answered is for the pages to ask: a report that lacks a detail
is worth more than none.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from app.catalogue.documents import FormField

TEXT_MOST = 500  # characters; our figure
NUMBER_MOST = 1_000_000_000  # our figure, where a form sets no bound


def faults(form: Iterable[FormField], answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with each answer, by the name of its question; nothing for a question left open."""
    questions = {question.field: question for question in form}
    found: dict[str, list[str]] = {}
    for name, answer in answers.items():
        question = questions.get(name)
        wrong = _JUDGES[question.type](question, answer) if question else "该类别的表单没有这一项，请删除。"
        if wrong:
            found[name] = [wrong]
    return found


def _text(question: FormField, answer: Any) -> str:
    right = isinstance(answer, str) and len(answer) <= TEXT_MOST
    return "" if right else f"“{question.label}”应为文字，最多 {TEXT_MOST} 个字。"


def _integer(question: FormField, answer: Any) -> str:
    low = -NUMBER_MOST if question.minimum is None else question.minimum
    high = NUMBER_MOST if question.maximum is None else question.maximum
    right = isinstance(answer, int) and not isinstance(answer, bool) and low <= answer <= high
    return "" if right else f"“{question.label}”应为 {low} 到 {high} 之间的整数。"


def _choice(question: FormField, answer: Any) -> str:
    return "" if answer in question.choices else f"“{question.label}”应为：{'、'.join(question.choices)}。"


def _yes_no(question: FormField, answer: Any) -> str:
    return "" if isinstance(answer, bool) else f"“{question.label}”应为是或否（true 或 false）。"


def _date(question: FormField, answer: Any) -> str:
    try:
        right = isinstance(answer, str) and len(answer) == len("2026-11-23") and bool(date.fromisoformat(answer))
    except ValueError:
        right = False
    return "" if right else f"“{question.label}”应为日期，例如 2026-11-23。"


_JUDGES: Mapping[str, Callable[[FormField, Any], str]] = {
    "choice": _choice,
    "date": _date,
    "integer": _integer,
    "text": _text,
    "yes_no": _yes_no,
}
