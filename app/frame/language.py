"""The language in which somebody reads: chosen in the address, else remembered; Chinese unless another."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from flask import request

from workflows.words import english

LANGUAGES = ("zh", "en")
LANGUAGE = "lang"
_reading: ContextVar[str | None] = ContextVar("reading", default=None)


def language() -> str:
    """Return the language the reader has chosen."""
    for_somebody = _reading.get()
    if for_somebody:
        return for_somebody
    chosen = request.args.get(LANGUAGE) or request.cookies.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


@contextmanager
def reading_in(language: str) -> Iterator[None]:
    """Write for somebody who reads in a language, outside their request."""
    token = _reading.set(language)
    try:
        yield
    finally:
        _reading.reset(token)


def t(text: str, en: str | None = None) -> str:
    """Return a text in the reader's language; what carries no English is a name, and reads the same in both."""
    if language() == "zh":
        return str(text)
    return str(english(text)) if en is None else en
