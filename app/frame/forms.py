"""Read what a page's form has sent, and say in the reader's language what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema as AnySchema
from marshmallow import ValidationError

from app.core import letters
from app.core.english import in_english
from app.core.errors import Invalid, Problem
from app.core.language import t

TOKEN = "csrf_token"  # noqa: S105 - the name of the field by which a page is known, not its value


def read(schema: AnySchema, form: Mapping[str, str]) -> dict[str, Any]:
    """Load a form; an empty field counts as not filled in, an unknown one is refused. Raise Invalid by field."""
    said = {name: letters.fold(value) for name, value in form.items() if name != TOKEN}
    given = {name: value for name, value in said.items() if value or name not in schema.fields}
    try:
        loaded: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return loaded


def wrong(refused: Problem | None) -> dict[str, list[str]]:
    """Return what is wrong with each field, in the reader's language; nothing for nothing."""
    fields = refused.fields if refused else {}
    return {name: [_said(text) for text in _texts(said)] for name, said in fields.items()}


def _texts(said: Any) -> list[Any]:
    return list(said) if isinstance(said, (list, tuple)) and not _is_pair(said) else [said]


def _is_pair(said: Any) -> bool:
    return isinstance(said, tuple) and len(said) == 2


def _said(text: Any) -> str:
    """Say a pair in the reader's language, and a text of our schemas in English where that is read."""
    if _is_pair(text):
        return t(*text)
    return t(str(text), in_english(str(text)))
