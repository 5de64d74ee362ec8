"""Read telephone numbers as they are typed, keep one form of each, and show it the way it is written here. Pure.

The kept form is the shown one: 13800138000, 0357-8322123, 0357-8322123-801 (extension), 12345, +85223456789.
Which numbers there are is said by `phonenumbers`, but for mobile ones, whose ranges grow faster than its tables; a
number without its area code is taken as it is.
"""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

HERE, _CODE_HERE = "CN", 86
LONGEST = 60  # as typed, with blanks and brackets
_NONE = frozenset({"无", "没有", "暂无"})
_SHORT = re.compile(r"1\d\d|1\d{4}|9[56]\d{3,4}|[2-8]\d{6,7}")  # 110, 12345, 95588, and those without an area code
_MOBILE = re.compile(r"1[3-9]\d{9}")
_KEPT = re.compile(r"(?P<number>0\d+-\d+|\+?[1-9]\d*)-\d+")  # with an extension
_EXTENSION = re.compile(r"(?P<number>.*\d.*?)\s*(?:转|分机|ext\.?|x|#|;ext=)\s*(?P<extension>\d{1,6})")
_HYPHENED = re.compile(r"(?P<number>.*\d.*\d)\s*-\s*(?P<extension>\d{1,6})")
# without the hyphen these would be another number
_LOCAL = re.compile(r"(?P<number>[2-8]\d{6}|9[56]\d{3})-(?P<extension>\d)")
_SHORTEST = 3  # 110: nobody there has an extension, and with one it would be another number
_TYPED = re.compile(r"[+0-9 ().\-]+")
_APART = r"[ .·()-]{1,2}"  # between the groups in which people write a number
_DATE = r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
_AMOUNT = r"\s?[元万亿千平米㎡吨公]"
_INNER = r"(?:\s?(?:转|分机|ext\.?|x|#)(?:分机|内线)?\s?\d{1,6}|-\d{1,5}(?!\d))?"  # the extension goes with its number
_IN_TEXTS = re.compile(
    rf"(?<!\d)(?:\(?(?:\+|00)?86(?:{_APART})?)?(?=1[3-9])(?=(?P<eleven>\d(?:(?:{_APART})?\d){{10}}(?!\d)))(?P=eleven)"
    rf"{_INNER}"
    rf"|(?<!\d)(?<!\d-)(?:\(?0|(?:\+|00)?86(?:{_APART})?0?)[1-9]\d{{1,2}}(?:{_APART})?"
    rf"[1-9](?:\d{{6,7}}|\d{{2,3}}{_APART}\d{{4}})(?!\d){_INNER}"
    rf"|(?<!\d)(?=[48]00)(?=(?P<ten>\d(?:(?:{_APART})?\d){{9}}(?!\d|{_AMOUNT})))(?P=ten){_INNER}"
    rf"|(?:(?<=TEL)|(?<![\dA-Z./-]))(?!{_DATE})[2-8]\d{{6,7}}(?![\d./]|-\d{{4}}|{_AMOUNT}){_INNER}"
    r"|(?:\+\d{1,3}|(?<!\d)00(?:852|853|886))[ -]?\d(?:[ -]?\d){6,11}(?!\d)"  # of elsewhere
    r"|(?<!\d)(?:\d{17}|\d{6} (?:19|20)\d{6} \d{3})[\dX](?!\d)",  # of an identity card
    re.IGNORECASE,
)
_NOT = re.compile(r"\d+\.\d+|(?:.*\D)?\d(?:\D.*)?")  # a coordinate; a row of small numbers
_DIGITS_LEAST = 7
HIDDEN = "•••"
_SHOWN = {ord(letter): None for letter in " ().-"}


class NoTelephone(ValueError):
    """What was typed is no telephone number."""


def read(text: str) -> str | None:
    """Return the number that was typed, in the form in which it is kept; None for none. Raises NoTelephone."""
    typed = _plain(text)
    if typed in _NONE or not any(letter.isalnum() for letter in typed):
        return None
    if len(typed) > LONGEST:
        raise NoTelephone
    if extended := _EXTENSION.fullmatch(typed) or _LOCAL.fullmatch(typed):
        return _extended(extended)
    try:
        return _number(typed)
    except NoTelephone:
        with_hyphen = _HYPHENED.fullmatch(typed)
        if with_hyphen is None:
            raise
        return _extended(with_hyphen)


def _extended(match: re.Match[str]) -> str:
    number = _number(match["number"])
    if len(number) <= _SHORTEST:
        raise NoTelephone
    return f"{number}-{match['extension']}"


def same(one: str | None, other: str | None) -> bool:
    """Tell whether two texts, kept by whatever rules, are the same number or both none."""
    return _known(one) == _known(other)


def digits(text: str) -> str:
    """Return the digits of a number or of its end."""
    return re.sub(r"\D", "", _plain(text))


def masked(number: str) -> str:
    """Show the last four digits of a number alone; an extension counts as none of them."""
    extended = _KEPT.fullmatch(number)
    main = extended["number"] if extended else number
    return "*" * (len(main) - 4) + main[-4:]


def _known(text: str | None) -> str | None:
    try:
        return read(text) if text else None
    except NoTelephone:
        return text


def _plain(text: str) -> str:
    """Return half-width letters, one kind of hyphen, and no marks that cannot be seen."""
    folded = unicodedata.normalize("NFKC", text)
    visible = (letter for letter in folded if unicodedata.category(letter) != "Cf")
    return "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in visible).strip().lower()


def _number(typed: str) -> str:
    if not _TYPED.fullmatch(typed.strip()):
        raise NoTelephone
    bare = typed.translate(_SHOWN)
    if _SHORT.fullmatch(bare):
        return bare
    try:
        number = phonenumbers.parse(bare, HERE)
    except NumberParseException as error:
        raise NoTelephone from error
    if number.country_code != _CODE_HERE:
        return _checked(number, PhoneNumberFormat.E164)
    national = phonenumbers.national_significant_number(number)
    if _MOBILE.fullmatch(national):
        return national
    area = phonenumbers.length_of_geographical_area_code(number)
    return f"0{national[:area]}-{national[area:]}" if area else _checked(number, PhoneNumberFormat.NATIONAL)


def _checked(number: PhoneNumber, written: int) -> str:
    if not phonenumbers.is_valid_number(number):
        raise NoTelephone
    return re.sub(r"[^+\d]", "", phonenumbers.format_number(number, written))


def without_numbers(text: str) -> str:
    """Return a text without phone and identity numbers that somebody typed into it."""
    if len(re.findall(r"\d", text)) < _DIGITS_LEAST:
        return text
    plain = [(letter, place) for place, each in enumerate(text) if (letter := _half_width(each))]
    half_width, places = "".join(letter for letter, _ in plain), [place for _, place in plain]
    parts: list[str] = []
    rest = 0
    for match in _IN_TEXTS.finditer(half_width):
        if not _NOT.fullmatch(match["eleven"] or match["ten"] or ""):
            parts += [text[rest : places[match.start()]], HIDDEN]
            rest = places[match.end() - 1] + 1
    return "".join([*parts, text[rest:]])


def _half_width(letter: str) -> str:
    """Return a letter as `_plain` does, as one letter; nothing for a mark that cannot be seen."""
    category = unicodedata.category(letter)
    if category in ("Cf", "Pd"):
        return "" if category == "Cf" else "-"
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter
