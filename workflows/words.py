"""One way to say a thing in two languages: a text is its Chinese, and carries its English."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NoReturn, Self


class Words(str):
    """A text for people: the Chinese wherever a string is wanted, with the same in English beside it.

    Only what keeps both languages makes a text of texts: `format`, `join` and `+`. Other sums raise, and mypy refuses
    what would quietly drop the English (`tests/rules/mypy_words.py`); `str(words)` is the plain Chinese.
    """

    en: str

    def __new__(cls, zh: str, en: str) -> Words:
        """Bind a text to its English."""
        words = super().__new__(cls, zh)
        words.en = en
        return words

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Keep the English when it is copied or pickled."""
        return str(self), self.en

    def __repr__(self) -> str:
        """Show both languages."""
        return f"Words({str(self)!r}, {self.en!r})"

    def format(self, *gaps: object, **named: object) -> Words:
        """Fill the gaps of both languages, with texts in each language's own words."""
        zh = str(self).format(*map(_chinese, gaps), **{name: _chinese(gap) for name, gap in named.items()})
        return Words(zh, self.en.format(*map(english, gaps), **{name: english(gap) for name, gap in named.items()}))

    def join(self, texts: Iterable[str], /) -> Words:
        """Put itself between texts, in both languages; a name from the data reads the same in both."""
        parts = list(texts)
        return Words(str(self).join(map(str, parts)), self.en.join(map(english, parts)))

    def __add__(self, other: Words) -> Words:  # type: ignore[override]
        """Put two texts together."""
        if not isinstance(other, Words):
            raise TypeError(f"{other!r} has no English: fill a gap by `format`")
        return Words(str(self) + str(other), self.en + other.en)

    def capitalize(self) -> Words:
        """Return it as a heading has it: the English begins with a capital."""
        return Words(str(self), self.en[:1].upper() + self.en[1:])

    def __radd__(self, other: str) -> NoReturn:
        """Refuse a plain string before a text."""
        raise TypeError(f"{other!r} has no English: fill a gap by `format`")

    def __mod__(self, _: Any) -> NoReturn:
        """Refuse `%`."""
        raise TypeError("fill the gaps of a text by `format`")


class Term(StrEnum):
    """Bind a lasting value to what people read: `VALUE = "value", "中文", "English"`."""

    words: Words

    def __new__(cls, value: str, zh: str, en: str) -> Term:
        """Keep the labels beside the value."""
        term = str.__new__(cls, value)
        term._value_ = value
        term.words = Words(zh, en)
        return term

    @classmethod
    def of(cls, value: str) -> Self:
        """Return the term with this value; raise ValueError."""
        return cls(value)  # type: ignore[call-arg]


def english(value: Any) -> Any:
    """Return a text's English; names, numbers and whatever else is data read the same in both languages."""
    return value.en if isinstance(value, Words) else value


def plain(value: object) -> Words:
    """Return a name or number from the data as a text: it reads the same in both languages."""
    return Words(str(value), str(value))


def listed(texts: Iterable[str]) -> Words:
    """List texts or names within a sentence."""
    return Words("、", ", ").join(texts)


def _chinese(value: Any) -> Any:
    return str(value) if isinstance(value, Words) else value
