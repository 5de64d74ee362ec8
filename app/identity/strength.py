"""Refuse passwords that are easily guessed: short, common, or made from the person, the county, the product.

How many guesses a password bears is estimated by zxcvbn (its lists of common passwords, words, names and keyboard
patterns), with words of our own that stand for nothing.
"""

import re
from collections.abc import Iterator

from flask import current_app
from zxcvbn import zxcvbn

from app.core.errors import Invalid
from app.core.permissions import ScopeKind
from app.identity import scopes
from workflows.words import Words

SHORTEST = 10  # characters; our figure
LEAST_GUESSES = 10**8  # our figure: zxcvbn calls it safe against guessing at a sign-in
JUDGED = 32  # characters that are looked at: the time grows with the cube of the length
_PRODUCT = ("gezhi", "格治")
_COMMON = ("woaini", "5201314", "1314520", "zhongguo", "wangge", "网格", "mima", "密码", "shequ", "社区")
# what else may stand for a letter; each doubles the readings that the estimate tries, up to seconds of work
_ONE_READING = str.maketrans("([{<|!+", "cccciit")


class WeakPassword(Invalid):
    """密码太容易被猜到，请换一个。"""

    code = "weak_password"
    en = "This password is guessed too easily: please choose another."


def check(password: str, username: str, name: str = "") -> None:
    """Raise WeakPassword for one that is short or easily guessed, or holds the account's name."""
    if len(password) < SHORTEST:
        raise WeakPassword.at(
            "new_password", Words("密码至少 {} 位。", "A password has {} characters at least.").format(SHORTEST)
        )
    if username in password.lower():
        raise WeakPassword.at("new_password", Words("密码不能包含账号。", "A password must not hold the user name."))
    if not strong(password, username, name):
        text = Words(
            "这个密码太常见或容易被猜到（常用词、键盘顺序、重复、姓名、账号、县名等），请换一个，例如几个不相干的词。",
            "This password is guessed easily (common words, keyboard rows, repetitions, names, the county):"
            " choose another, for instance some words that have nothing to do with each other.",
        )
        raise WeakPassword.at("new_password", text)


def strong(password: str, username: str, name: str) -> bool:
    """Tell whether guessing a password takes long for somebody who knows whose it is."""
    judged = password[: (password * 2).find(password, 1)][:JUDGED]  # what is only repeated counts once
    words = [*_words(username, name)]
    readings = {judged.translate(_ONE_READING), re.sub(r"[^\w\s]", "", judged.translate(_ONE_READING))}
    return all(zxcvbn(each, user_inputs=words)["guesses"] >= LEAST_GUESSES for each in readings if each)


def _words(username: str, name: str) -> Iterator[str]:
    """Yield what a password must not be made from."""
    county = current_app.config["COUNTY_CODE"]
    yield from (username, *re.split(r"[._-]", username), re.sub(r"[\d._-]", "", username))
    yield from (name, name[1:], county, scopes.scope(ScopeKind.GRID, county).name.removesuffix("县"))
    yield from current_app.config["PASSWORD_WORDS"].replace("，", ",").split(",")
    yield from (*_PRODUCT, *_COMMON)
