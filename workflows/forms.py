"""Describe forms: what is asked, what can be chosen, which photos. Of acts, of classes, of whatever is filled in. Pure.

A form is described once, beside the rule that takes it; schemas, pages, the phone and the interface draw from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from workflows.words import Term, Words, listed, plain

LON, LAT = "lon", "lat"  # what a place holds
PHOTOS = "attachments"


class Kind(StrEnum):
    """Say what an answer is."""

    TEXT = "text"  # one line
    LONG = "long"  # several lines
    INTEGER = "integer"
    NUMBER = "number"  # with decimals
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes_no"
    CHOICE = "choice"  # one of the choices, or of a pool
    MANY = "many"  # several of the choices, or of a pool
    PLACE = "place"  # longitude and latitude
    TABLE = "table"  # rows of the same columns
    OBJECT = "object"  # something that was entered once, by its id
    PHOTO = "photo"  # photos among those that are sent with it, by their ids
    PERSON = "person"  # somebody's name and telephone, kept sealed


class Pool(StrEnum):
    """Say among what one chooses where the choices are not the form's own."""

    CLASS = "class"
    CONDITION = "condition"  # of the class
    COLOUR = "colour"  # of the class's grades of risk
    DEPARTMENT = "department"
    CONTRACTOR = "contractor"
    GRID = "grid"
    CENTRE = "centre"  # below that of the case
    HANDLER = "handler"
    CHECKER = "checker"
    VERIFIER = "verifier"
    CASE = "case"
    MILESTONE = "milestone"  # of the task, not reached yet
    TASK = "task"  # for which one may act
    CALLED_TASK = "called_task"
    SUB_TASK = "sub_task"  # open within one's department
    DONE_TASK = "done_task"
    GIVER = "giver"  # who has set a date that is passed


PEOPLE = frozenset({Pool.HANDLER, Pool.CHECKER, Pool.VERIFIER})
TASKS = frozenset({Pool.TASK, Pool.CALLED_TASK, Pool.SUB_TASK, Pool.DONE_TASK})
LISTED = frozenset({Pool.CLASS, Pool.DEPARTMENT, Pool.CONTRACTOR, Pool.GRID})  # answered whole, to be kept offline
SOUGHT = PEOPLE | {Pool.CASE}  # looked for in the database


class Asked(StrEnum):
    """Say when a field is asked for."""

    ALWAYS = "always"
    NEEDED = "needed"  # where the step needs it
    OFFERED = "offered"  # where there is something to choose from, and then it has to be chosen
    FAR = "far"  # where the place given lies far from the case, and then it has to be said


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen."""

    value: str
    words: Words


# what other questions have to have been answered with: each name with the answers of which one is enough
Conditions: TypeAlias = tuple[tuple[str, tuple[str | bool, ...]], ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `least` and `most` count characters, or how many are chosen; `minimum` and `maximum` bound numbers.

    A place with the pool of grids may be given as one: somewhere in it. `most` of a table counts its rows; both count
    photos.
    """

    name: str
    label: Words
    kind: Kind = Kind.TEXT
    choices: tuple[Choice, ...] = ()
    pool: Pool | None = None
    asked: Asked = Asked.ALWAYS
    required: bool = False
    default: str | None = None
    formerly: str | None = None  # what earlier versions took where nothing was said
    least: int = 0
    most: int = 0
    minimum: int | None = None
    maximum: int | None = None
    hint: Words | None = None
    aside: bool = False  # may be said with anything: it stands behind the rest
    unit: Words | None = None  # of a number
    shown_if: Conditions = ()  # all of them hold, or it is not asked
    required_if: Conditions = ()  # all of them hold, and it must be answered
    columns: tuple[Field, ...] = ()  # of a table
    objects: tuple[str, ...] = ()  # of which kinds the object is that is named

    @property
    def need(self) -> str:
        """Return under which name a step needs it."""
        return LON if self.kind is Kind.PLACE else self.name

    @property
    def of_one_case(self) -> bool:
        """Tell whether the answer holds for one case alone."""
        return self.kind is Kind.PLACE or self.pool in {
            Pool.CONDITION, Pool.COLOUR, Pool.CASE, Pool.MILESTONE, Pool.GIVER, *PEOPLE, *TASKS,
        }  # fmt: skip

    def words_of(self, value: object) -> Words | None:
        """Return what a value is called among the form's own choices."""
        wanted = str(value).lower() if isinstance(value, bool) else value
        return next((one.words for one in self.choices if one.value == wanted), None)


class Purpose(Term):
    """What an attachment shows."""

    BEFORE = "before", "处置前", "Before"  # as it was found
    AFTER = "after", "处置后", "After"  # as it was left after the work
    CHECK = "check", "核查", "At the check"  # as the verifier or checker saw it
    EVIDENCE = "evidence", "证据", "Evidence"  # what a law-enforcement file rests on
    DOCUMENT = "document", "材料", "Papers"  # papers; the only purpose that also takes PDF

    @property
    def takes_pdf(self) -> bool:
        """Tell whether a paper may come as PDF."""
        return self is Purpose.DOCUMENT


class PhotoCount(StrEnum):
    """Name the figure of a class that says how many photos there have to be."""

    REPORT = "report"
    FINISH = "finish"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Photos:
    """What photos of a form show, if it takes any; which figure of the class says how many there have to be."""

    purpose: Purpose
    count: PhotoCount | None = None
    possible: bool = True


NO_PHOTOS = Photos(Purpose.DOCUMENT, possible=False)


@dataclass(frozen=True, eq=False)
class Form:
    """A form; forms of one `data` take the same data. `some`: what is said where none of its own fields is given."""

    name: str
    data: str
    fields: tuple[Field, ...]
    photos: Photos = NO_PHOTOS
    some: Words | None = None

    def field(self, name: str) -> Field | None:
        """Return the field of this name."""
        return next((one for one in self.fields if one.name == name), None)

    def questions(self, needs: Collection[str], offered: Collection[str] = ()) -> list[tuple[Field, bool]]:
        """Return the fields to ask for where a step needs these, each with whether it must be answered.

        `offered` names the fields for which there is something to choose.
        """
        return [
            (field, field.required or field.asked is Asked.OFFERED or field.need in needs)
            for field in self.fields
            if field.asked in (Asked.ALWAYS, Asked.FAR)
            or (field.name in offered if field.asked is Asked.OFFERED else field.need in needs)
        ]

    @cached_property
    def pools(self) -> dict[str, Pool]:
        """Return from which pool each field is chosen that is."""
        return {field.name: field.pool for field in self.fields if field.pool}

    @property
    def needs(self) -> frozenset[str]:
        """Return all that a step could need of it."""
        photos = (PHOTOS,) if self.photos.possible else ()
        return frozenset({LAT, *photos, *(field.need for field in self.fields)})


YES, NO = Words("是", "Yes"), Words("否", "No")
SEALED = Words("已登记，加密保存", "Known, and kept sealed")
NAME, PHONE = "name", "phone"  # what is known of a person


def in_words(field: Field, answer: object) -> Words:
    """Return an answer as people read it."""
    if field.kind is Kind.PERSON:
        return SEALED
    if field.kind is Kind.YES_NO and isinstance(answer, bool) and not field.choices:
        return YES if answer else NO
    if field.kind is Kind.PLACE and isinstance(answer, Mapping) and {LON, LAT} <= answer.keys():
        return plain(f"{answer[LON]}, {answer[LAT]}")
    if field.kind in _LISTS and isinstance(answer, (list, tuple)):
        return _list_in_words(field, answer)
    text = field.words_of(answer) or plain(str(answer))
    return plain(" ").join([text, field.unit]) if field.unit else text


_LISTS = (Kind.MANY, Kind.PHOTO, Kind.TABLE)


def _list_in_words(field: Field, answer: Collection[object]) -> Words:
    if field.kind is Kind.PHOTO:
        return Words("{} 张照片", "Photos: {}").format(len(answer))
    if field.kind is Kind.TABLE:
        return Words("；", "; ").join(_row_in_words(field, row) for row in answer if isinstance(row, Mapping))
    return listed(field.words_of(one) or plain(str(one)) for one in answer)


def _row_in_words(table: Field, row: Mapping[str, object]) -> Words:
    columns = [one for one in table.columns if one.name in row]
    return listed(Words("{} {}", "{} {}").format(one.label, in_words(one, row[one.name])) for one in columns)


def choices(terms: type[Term]) -> tuple[Choice, ...]:
    """Return a closed set as choices."""
    return tuple(Choice(str(term), term.words) for term in terms)
