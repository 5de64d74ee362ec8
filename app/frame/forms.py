"""Read what a page's form has sent, and say what is wrong with it."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from flask import request
from marshmallow import EXCLUDE, RAISE, ValidationError
from marshmallow import Schema as AnySchema
from werkzeug.datastructures import MultiDict

from app.core import letters
from app.core.errors import Faults, Invalid, Problem
from workflows.words import Words

CHANGED = Words("修改已保存，立即生效。", "The change is kept and holds at once.")
UNCHANGED = Words("没有改动。", "Nothing was changed.")
_DIGITS_MOST = 9
TOKEN = "csrf_token"  # noqa: S105 - the name of the field by which a page is known, not its value


def token() -> str:
    """Return by what the page of this request's form says that it is known."""
    return request.form.get(TOKEN, "")


def form_data() -> MultiDict[str, str]:
    """Return what the form of this request has sent, without the field by which its page is known."""
    sent = request.form.copy()
    sent.pop(TOKEN, None)
    return sent


def allow_file(most_bytes: int) -> None:
    """Let this request's form hold a file, as text somewhat longer, before anybody looks into it."""
    request.max_content_length = request.max_form_memory_size = most_bytes * 3 // 2


def read(schema: AnySchema, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Load this request's form, or what is given; what is empty is not filled in, what is unknown is refused."""
    return _load(schema, form_data() if values is None else values, RAISE)


def load_args(schema: AnySchema, args: Mapping[str, str]) -> dict[str, Any]:
    """Load what an address asks; what is empty asks nothing, what is unknown is passed over."""
    return _load(schema, args, EXCLUDE)


def checked(schema: AnySchema, body: Mapping[str, Any]) -> dict[str, Any]:
    """Load what a page has put together from a form whose fields are data; raise Invalid with the fields at fault."""
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return loaded


def identity(text: str) -> UUID:
    """Return the id that a page has made for what it sends; raise Invalid for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid from None


def _load(schema: AnySchema, values: Mapping[str, str], unknown: Literal["raise", "exclude"]) -> dict[str, Any]:
    """Load what a browser has sent; raise Invalid with what is wrong by field."""
    texts = {name: letters.fold(value) for name, value in values.items()}
    try:
        data: dict[str, Any] = schema.load({name: text for name, text in texts.items() if text}, unknown=unknown)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return data


def whole_number(text: str) -> int | None:
    """Return what was typed as a whole number of at most nine digits; None where it is none."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MOST else None


def errors_of(refused: Problem | None) -> dict[str, list[Words]]:
    """Return what is wrong with each field; nothing for nothing."""
    return {name: flat(texts) for name, texts in refused.fields.items()} if refused else {}


def flat(texts: Faults) -> list[Words]:
    """Return all that is wrong with a field, and with what it holds, as one list."""
    if isinstance(texts, Mapping):
        return [text for inner in texts.values() for text in flat(inner)]
    return [texts] if isinstance(texts, str) else list(texts)
