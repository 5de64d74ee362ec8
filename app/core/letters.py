"""Rules for what people write: which characters are kept, what padding falls away, what counts as empty. Pure.

Nothing here asks whether a letter is known: `str.isprintable` knows the letters of the Python it runs on, and refuses
rare ones (private-use letters of older systems, later extensions of Chinese) and the blank of full width.
"""

import re
import unicodedata

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})  # blanks, ends of lines, controls, marks of direction
_BLANK_LETTERS = frozenset(
    "\u034f"  # joins marks, shows nothing
    "\u115f\u1160\u3164\uffa0"  # Korean fillers: letters by category, blank by look; the usual way round "not empty"
    "\u17b4\u17b5"  # Khmer vowels that are never shown
    "\u180b\u180c\u180d\u180e\u180f"  # Mongolian variation selectors
    "\u2065"  # not assigned, and never to be shown
    "\u2800"  # the braille cell without dots: a symbol by category
    "\U0001d159"  # the musical note without a head
)
_UNSEEN = re.compile("[\ufe00-\ufe0f\ufff0-\ufff8\U000e0000-\U000e0fff]")  # variation selectors, tags, reserved
_AROUND = frozenset("\u00ad\u115f\u1160\u180e\u200b\u200e\u200f\u2060\u2800\u3164\ufeff\uffa0") | frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # copied along from address books
)  # of what is not seen, what may be dropped at the ends: the rest may belong to the letter before it
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")  # by SQL or XML
_LINES = re.compile("[\t\n\r\x85\u2028\u2029]")
_INNER_BLANKS = re.compile(r"\s+")  # full-width and no-break ones too
_HAN = "\u3005-\u3007\u3400-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff\U000f0000-\U0010fffd"
_SPACED_LETTERS = re.compile(rf"[{_HAN}](?: [{_HAN}])+")


def decoded(content: bytes) -> str:
    """Return the text of a file: as its mark says, else in UTF-8, else as older Chinese programs write.

    Raises UnicodeDecodeError.
    """
    named = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None)
    if named:
        return content.decode(named)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def fold(text: str) -> str:
    """Return a text without the padding around it; nothing when there is nothing to be seen in it."""
    if is_blank(text):
        return ""
    first = next(place for place, letter in enumerate(text) if not _is_padding(letter))
    last = next(place for place in reversed(range(len(text))) if not _is_padding(text[place]))
    return text[first : last + 1]


def fold_name(text: str) -> str:
    """Return a name as it is called: letters set apart to fill a column stand together, other blanks are one each."""
    folded = _INNER_BLANKS.sub(" ", fold(text))
    return folded.replace(" ", "") if _SPACED_LETTERS.fullmatch(folded) else folded


def is_blank(text: str) -> bool:
    """Tell whether nothing of a text can be seen."""
    return all(_is_unseen(letter) for letter in text)


def is_fit(text: str) -> bool:
    """Tell whether a text can be kept and given out again: no controls but tabs and ends of lines, nothing broken."""
    return _UNFIT.search(text) is None


def unfit_line(text: str) -> int | None:
    """Return the number of the line in which the first letter stands that is not fit; None where all are."""
    match = _UNFIT.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else None


def is_one_line(text: str) -> bool:
    """Tell whether a text has neither ends of lines nor tabs."""
    return _LINES.search(text) is None


def without_unfit(text: str) -> str:
    """Leave out what cannot be given out."""
    return _UNFIT.sub("", text)


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _CATEGORIES or letter in _BLANK_LETTERS or bool(_UNSEEN.match(letter))


def _is_padding(letter: str) -> bool:
    return letter.isspace() or letter in _AROUND
