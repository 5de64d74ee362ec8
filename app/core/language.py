"""The language in which somebody reads: chosen in the address, else remembered; Chinese unless another."""

from flask import request

LANGUAGES = ("zh", "en")
LANGUAGE = "lang"


def language() -> str:
    """Return the language the reader has chosen."""
    chosen = request.args.get(LANGUAGE) or request.cookies.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def t(zh: str, en: str) -> str:
    """Return the text in the reader's language."""
    return en if language() == "en" else zh
