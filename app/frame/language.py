"""The language in which somebody reads: chosen in the address, else remembered; Chinese unless another."""

from flask import request

from workflows.words import english

LANGUAGES = ("zh", "en")
LANGUAGE = "lang"


def language() -> str:
    """Return the language the reader has chosen."""
    chosen = request.args.get(LANGUAGE) or request.cookies.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def t(text: str, en: str | None = None) -> str:
    """Return a text in the reader's language; what carries no English is a name, and reads the same in both."""
    if language() == "zh":
        return str(text)
    return str(english(text)) if en is None else en
