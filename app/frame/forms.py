"""Read what a page's form has sent, and say in the reader's language what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema as AnySchema
from marshmallow import ValidationError

from app.core import letters
from app.core.errors import Faults, Invalid, Problem
from app.frame.language import t
from workflows.words import Words

CHANGED = Words("修改已保存，立即生效。", "The change is kept and holds at once.")
UNCHANGED = Words("没有改动。", "Nothing was changed.")
TOKEN = "csrf_token"  # noqa: S105 - the name of the field by which a page is known, not its value


def read(schema: AnySchema, form: Mapping[str, str]) -> dict[str, Any]:
    """Load a form; an empty field counts as not filled in, an unknown one is refused. Raise Invalid by field."""
    texts = {name: letters.fold(value) for name, value in form.items() if name != TOKEN}
    values = {name: value for name, value in texts.items() if value or name not in schema.fields}
    try:
        loaded: dict[str, Any] = schema.load(values)
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return loaded


def wrong(refused: Problem | None) -> dict[str, list[str]]:
    """Return what is wrong with each field, in the reader's language; nothing for nothing."""
    fields = refused.fields if refused else {}
    return {name: [t(text) for text in flat(texts)] for name, texts in fields.items()}


def flat(texts: Faults) -> list[Words]:
    """Return all that is wrong with a field, and with what it holds, as one list."""
    if isinstance(texts, Mapping):
        return [text for inner in texts.values() for text in flat(inner)]
    return [texts] if isinstance(texts, str) else list(texts)
