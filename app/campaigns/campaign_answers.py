"""Sum up what was put down at the stops of a campaign: numbers by their sum and bounds, choices by how often. Pure.

Only what was asked and answered rightly counts: a phone keeps what was typed before a question was hidden again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.catalogue import class_forms
from workflows.forms import Field, Kind

NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})
CHOICES = frozenset({Kind.YES_NO, Kind.CHOICE, Kind.MANY})
SUMMED = NUMBERS | CHOICES  # texts, days, places and tables are read one by one, in their rounds


@dataclass
class AnswerSum:
    """How often a question was answered so in a township (`grid`); of a number also the sum and the bounds."""

    grid: str
    field: str
    answer: str
    count: int = 0
    total: float | None = None
    least: float | None = None
    most: float | None = None

    def take(self, number: float | None) -> None:
        """Count one more answer."""
        self.count += 1
        if number is not None:
            self.total = (self.total or 0) + number
            self.least = number if self.least is None else min(self.least, number)
            self.most = number if self.most is None else max(self.most, number)


def summed(form: Sequence[Field], answers: Iterable[tuple[str, Mapping[str, Any]]]) -> list[AnswerSum]:
    """Return the sums of some answers, each with the township in which it was given, by township and question."""
    sums: dict[tuple[str, str, str], AnswerSum] = {}
    for grid, form_data in answers:
        wrong = class_forms.faults(form, form_data)
        for question in class_forms.visible_questions(form, form_data):
            if question.kind not in SUMMED or question.name in wrong:
                continue
            for answer, number in _parts(question, form_data.get(question.name)):
                key = (grid, question.name, answer)
                sums.setdefault(key, AnswerSum(*key)).take(number)
    return [sums[key] for key in sorted(sums)]


def _parts(question: Field, value: Any) -> Iterator[tuple[str, float | None]]:
    """Yield what an answer counts as: a number, or each thing that was chosen."""
    if question.kind in NUMBERS:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield "", float(value)
    elif question.kind is Kind.MANY:
        yield from ((str(one), None) for one in (value if isinstance(value, list) else ()))
    elif isinstance(value, bool):
        yield ("true" if value else "false"), None
    elif value is not None:
        yield str(value), None
