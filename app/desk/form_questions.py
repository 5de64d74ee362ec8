"""Put the form of an act on a page as it was described, and read it back. Pure.

What can be chosen and what was typed come from outside; nothing here knows an action or a field by name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core import clock
from app.frame.forms import flat, whole_number
from workflows.forms import LAT, LON, PEOPLE, PHOTOS, TASKS, Choice, Field, Form, Kind, Pool
from workflows.words import Words

PLACE = (LON, LAT)
SEARCHED = 12  # with more options than this one types
# what is read in full before one is chosen
_FEW = frozenset({Pool.CONDITION, Pool.COLOUR, Pool.MILESTONE, Pool.TASK, Pool.CALLED_TASK, Pool.SUB_TASK})
_PICKED = frozenset({Pool.CENTRE, Pool.CASE, *PEOPLE})  # never typed, however many there are
PHOTOS_AND_PAPERS = Words("照片和材料", "Photos and papers")


class QuestionKind(StrEnum):
    """Say how a field is asked for on a page."""

    TEXT = "text"
    LONG = "long"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    YES = "yes"  # a box to tick
    ONE = "one"  # of a list that opens
    RADIO = "radio"  # of a few that are read in full
    SEARCH = "search"  # of many, by typing
    MANY = "many"
    PLACE = "place"
    TABLE = "table"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Question:
    """A field on a page."""

    name: str
    kind: QuestionKind
    label: Words
    required: bool
    field: Field | None = None  # none for photos
    options: tuple[Choice, ...] = ()
    value: Any = ""
    errors: tuple[Words, ...] = ()
    hint: Words | None = None
    photo_count: int = 0
    most: int = 0
    aside: bool = False

    @property
    def of_one_case(self) -> bool:
        """Tell whether the answer holds for one case alone."""
        return self.field is None or self.field.of_one_case

    def chooses(self, pool: Pool) -> bool:
        """Tell whether one chooses from this pool."""
        return self.field is not None and self.field.pool == pool


@dataclass(frozen=True)
class Known:
    """What is known when a form is built: what can be chosen, what was typed or suggested, what was at fault."""

    options: Mapping[str, Sequence[Choice]]
    values: Mapping[str, Any]
    errors: Mapping[str, tuple[Words, ...]]
    photo_count: int = 0


def build(form: Form, needs: Collection[str], known: Known) -> list[Question]:
    """Return what a form asks where a step has these needs; what may be said with every act stands last."""
    offered = [name for name, options in known.options.items() if options]
    questions = [_question(field, required, known) for field, required in form.questions(needs, offered)]
    photos = [_photos(PHOTOS in needs, known)] if form.photos.possible else []
    return sorted([*questions, *photos], key=lambda each: each.aside)


def read(questions: Sequence[Question], form_data: Any) -> dict[str, Any]:
    """Return the data of an act from what a browser sent; what is left empty is left out."""
    data: dict[str, Any] = {}
    for question in questions:
        if question.kind is QuestionKind.PLACE:
            data |= {name: number(form_data.get(name, "")) for name in PLACE if form_data.get(name, "").strip()}
            continue
        value = _READERS.get(question.kind, _text)(question, form_data)
        if value not in (None, "", []):
            data[question.name] = value
    return data


def typed(questions: Sequence[Question], form_data: Any) -> dict[str, Any]:
    """Return what was typed, to be shown again."""
    names = [name for each in questions for name in (PLACE if each.kind is QuestionKind.PLACE else (each.name,))]
    many = {each.name for each in questions if each.kind in (QuestionKind.MANY, QuestionKind.PHOTOS)}
    return {name: form_data.getlist(name) if name in many else form_data.get(name, "") for name in names}


def act_errors(messages: Mapping[str, Any]) -> dict[str, tuple[Words, ...]]:
    """Return the errors of an act by field: `data.lead` and all below belong to `lead`, both degrees to the place."""
    by_field: dict[str, tuple[Words, ...]] = {}
    for key, texts in messages.items():
        name = key.removeprefix("data.").split(".")[0]
        name = "place" if name in PLACE else name
        by_field[name] = tuple(dict.fromkeys((*by_field.get(name, ()), *flat(texts))))
    return by_field


def _question(field: Field, required: bool, known: Known) -> Question:
    options = tuple(known.options.get(field.name) or field.choices)
    kind = _kind(field, known.options.get(field.name))
    if kind is QuestionKind.MANY:  # what is chosen already stands first
        options = tuple(sorted(options, key=lambda one: one.value not in (known.values.get(field.name) or ())))
    is_place = kind is QuestionKind.PLACE
    value = {name: known.values.get(name, "") for name in PLACE} if is_place else known.values.get(field.name)
    return Question(
        name=field.name,
        kind=kind,
        label=field.label,
        required=required,
        field=field,
        options=options,
        value=value or _default(field, options, required),
        errors=known.errors.get(field.name, ()),
        hint=field.hint,
        most=field.most,
        aside=not required and (field.aside or (is_place and field.pool is not None)),
    )


def _photos(required: bool, known: Known) -> Question:
    return Question(
        name=PHOTOS,
        kind=QuestionKind.PHOTOS,
        label=PHOTOS_AND_PAPERS,
        required=required or known.photo_count > 0,
        value=known.values.get(PHOTOS, ""),
        errors=known.errors.get(PHOTOS, ()),
        photo_count=max(known.photo_count, int(required)),
        aside=not required and not known.photo_count,
    )


def _kind(field: Field, offered: Sequence[Choice] | None) -> QuestionKind:
    """Return how a field is asked for: by what it holds, and by how much there is to choose from."""
    if field.kind is Kind.YES_NO and not field.choices:
        return QuestionKind.YES
    if field.kind is not Kind.MANY and (field.choices or (offered is not None and field.pool in _FEW)):
        return QuestionKind.RADIO
    if field.kind is not Kind.CHOICE:
        return QuestionKind(field.kind)
    if field.pool in _PICKED or field.pool in TASKS:
        return QuestionKind.ONE
    if offered is None:
        return QuestionKind.TEXT
    return QuestionKind.SEARCH if len(offered) > SEARCHED or field.hint else QuestionKind.ONE


def _default(field: Field, options: Sequence[Choice], required: bool) -> Any:
    """Choose what is the only thing to choose, and what stands for silence."""
    if field.default is not None:
        return field.default
    only = options[0].value if required and len(options) == 1 else ""
    return [only] if only and field.kind is Kind.MANY else only


def _text(question: Question, form_data: Any) -> Any:
    text = form_data.get(question.name, "").strip()
    if question.field and question.field.kind is Kind.YES_NO and text in ("true", "false"):
        return text == "true"
    return text


def _search(question: Question, form_data: Any) -> str:
    """Return the value of the option whose words were chosen or typed; what means nothing here, as it was typed."""
    text: str = form_data.get(question.name, "").strip()
    alike = (each.value for each in question.options if text in (each.value, each.words, each.words.en))
    return next(alike, text)


def _many(question: Question, form_data: Any) -> list[Any]:
    return [text for value in form_data.getlist(question.name) if (text := value.strip())]


def _integer(question: Question, form_data: Any) -> int | str:
    text = form_data.get(question.name, "").strip()
    count = whole_number(text)
    return text if count is None else count


def _moment(question: Question, form_data: Any) -> str:
    """Return the time with the county's zone, or what cannot be read as one for the schema to refuse."""
    return moment(form_data.get(question.name, "").strip())


def moment(text: str) -> str:
    """Return what was typed as a time in the county's zone, or as it is for a schema to refuse."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL).isoformat()
    except ValueError:
        return text


def _yes(question: Question, form_data: Any) -> bool | None:
    return True if form_data.get(question.name) else None


_READERS = {
    QuestionKind.SEARCH: _search,
    QuestionKind.MANY: _many,
    QuestionKind.INTEGER: _integer,
    QuestionKind.PHOTOS: _many,
    QuestionKind.MOMENT: _moment,
    QuestionKind.YES: _yes,
}


def number(text: str) -> float | str:
    """Return what was typed as a number, or as it is for a schema to refuse."""
    try:
        return float(text)
    except ValueError:
        return text
