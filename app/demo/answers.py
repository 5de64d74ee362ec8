"""Draw answers to the form of a class by lot, as somebody might give them who stands before it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.catalogue.class_forms import left_open, visible_questions
from workflows.forms import Field, Kind
from workflows.words import Words

_ANSWERED = 0.6  # of what need not be answered; an example
_DAYS_AGO, _ABOVE_LEAST, _ROWS, _TICKS = 10, 30, 2, 2
_SURNAMES = "王李张刘陈杨"
_WRITTEN = Words("{}（示例）", "{} (example)")


@dataclass(frozen=True)
class Viewpoint:
    """Where and on which day somebody looks."""

    lon: float
    lat: float
    day: date


def draw(form: Sequence[Field], viewpoint: Viewpoint, chance: Random) -> dict[str, Any]:
    """Return answers that the form takes, with every question answered that must be."""
    answers: dict[str, Any] = {}
    for question in form:
        visible = question in visible_questions(form, answers) and question.kind is not Kind.OBJECT  # nobody picks one
        if visible and (question.name in left_open(form, answers) or chance.random() < _ANSWERED):
            answers[question.name] = _ANSWERS[question.kind](question, viewpoint, chance)
    return answers


def _choice(question: Field, _: Viewpoint, chance: Random) -> str:
    return chance.choice(question.choices).value


def _several(question: Field, _: Viewpoint, chance: Random) -> list[str]:
    ticks = chance.randint(1, min(_TICKS, len(question.choices)))
    return [one.value for one in chance.sample(question.choices, ticks)]


def _integer(question: Field, _: Viewpoint, chance: Random) -> int:
    least = question.minimum or 0
    most = least + _ABOVE_LEAST
    return chance.randint(least, most if question.maximum is None else min(most, question.maximum))


def _number(question: Field, viewpoint: Viewpoint, chance: Random) -> float:
    whole = _integer(question, viewpoint, chance)
    return whole if whole == question.maximum else whole + chance.choice((0, 0.5))


def _text(question: Field, _: Viewpoint, __: Random) -> str:
    return str(_WRITTEN.format(question.label))


def _yes_no(_: Field, __: Viewpoint, chance: Random) -> bool:
    return chance.random() < 0.5


def _date(_: Field, viewpoint: Viewpoint, chance: Random) -> str:
    return str(viewpoint.day - timedelta(days=chance.randint(0, _DAYS_AGO)))


def _place(_: Field, viewpoint: Viewpoint, __: Random) -> Mapping[str, float]:
    return {"lon": viewpoint.lon, "lat": viewpoint.lat}


def _table(question: Field, viewpoint: Viewpoint, chance: Random) -> list[dict[str, Any]]:
    return [draw(question.columns, viewpoint, chance) for _ in range(chance.randint(1, _ROWS))]


def _person(_: Field, __: Viewpoint, chance: Random) -> dict[str, str]:
    return {"name": f"{chance.choice(_SURNAMES)}某"}


def _photo(question: Field, _: Viewpoint, chance: Random) -> list[str]:
    return [str(UUID(int=chance.getrandbits(128), version=4)) for _ in range(question.least or 1)]


_ANSWERS: Mapping[Kind, Callable[[Field, Viewpoint, Random], Any]] = {
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.MANY: _several,
    Kind.NUMBER: _number,
    Kind.PERSON: _person,
    Kind.PHOTO: _photo,
    Kind.PLACE: _place,
    Kind.TABLE: _table,
    Kind.TEXT: _text,
    Kind.YES_NO: _yes_no,
}
