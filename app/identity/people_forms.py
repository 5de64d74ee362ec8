"""Read the forms about people; what is at fault is told beside its field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import fields

from app.core import clock
from app.core.errors import Invalid, InvalidField, Problem
from app.core.schemas import YEARS, Name, Schema, Telephone, Text, is_near
from app.frame.forms import errors_of
from app.identity import people_cells, queries, scopes, service
from app.identity.scopes import Scope, ScopeUnknown
from workflows.words import Words


class CountyDay(fields.Date):
    """A day in the county, read as its beginning."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        day: date = super()._deserialize(value, attr, data, **options)
        if not is_near(day):
            raise InvalidField(YEARS)
        return clock.midnight(day)


def _username(value: str) -> None:
    if not people_cells.USERNAME.fullmatch(value.lower()):
        raise InvalidField(people_cells.WRONG_USERNAME)


def _name(value: str) -> None:
    if not people_cells.is_name(value):
        raise InvalidField(people_cells.WRONG_NAME)


class DetailsIn(Schema):
    """What a person is called, and their phone."""

    name = Name(40, minimum=1, required=True, validate=_name)
    phone = Telephone(load_default=None)


class RoleIn(Schema):
    """A role, where it is held, and from when until when."""

    role = Text(40, required=True, error_messages={"required": service.CHOOSE_ROLE})
    scope = Text(200, required=True)
    valid_from = CountyDay(load_default=None)
    valid_to = CountyDay(load_default=None)


class NewPersonIn(DetailsIn):
    """A new account with its first role; the id is made with the form, so that sending it twice makes one account."""

    person_id = fields.UUID(required=True)
    username = Text(40, minimum=2, required=True, validate=_username)
    role = Text(40, required=True, error_messages={"required": service.CHOOSE_ROLE})
    scope = Text(200, required=True)


class AbsenceIn(Schema):
    """The first and the last day away."""

    since = CountyDay(required=True)
    until = CountyDay(required=True)


@dataclass(frozen=True)
class FormState:
    """A form as it is shown: what was typed, what is at fault as a whole and by field."""

    values: Mapping[str, str]
    refused: Words | None = None
    faults: Mapping[str, list[Words]] | None = None

    def at(self, name: str) -> list[Words]:
        """Return what is at fault with a field."""
        return (self.faults or {}).get(name, [])


def place(role: str, text: str) -> Scope:
    """Find the scope in which a role is to be held; raise Invalid beside the field at fault."""
    kind = queries.roles().scope_kinds.get(role)
    if kind is None:
        raise Invalid.at("role", service.CHOOSE_ROLE)
    try:
        return scopes.find(kind, text)
    except ScopeUnknown as unknown:
        raise Invalid.at("scope", unknown.detail) from unknown


def term(since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Return the first moment and the one after the last day; None for now and for ever. Raises Invalid."""
    today = clock.midnight(clock.local(clock.now()).date())
    past = Words("不能早于今天。", "Must not be before today.")
    if since and since < today:
        raise Invalid.at("valid_from", past)
    if until and until < (since or today):
        backwards = Words("不能早于第一天。", "Must not be before the first day.")
        raise Invalid.at("valid_to", backwards if since else past)
    return (since if since != today else None), (until and day_after(until))


def day_after(day: datetime) -> datetime:
    """Return the beginning of the next day."""
    return day + timedelta(days=1)


def last_day(end: datetime) -> str:
    """Write the day that holds the last moment before an end."""
    return clock.local(end - timedelta(microseconds=1)).strftime("%Y-%m-%d")


def refused(form_data: Mapping[str, str], problem: Problem) -> FormState:
    """Show a form again with what was typed and what is at fault."""
    return FormState(form_data, problem.detail, errors_of(problem))
