"""Which passwords people may choose: none that is guessed from lists, from the keyboard, or from whose it is."""

from random import Random

import pytest

from app.identity import strength
from tests.factories.grids import keep_county

pytestmark = pytest.mark.one_database
REFUSED = (
    *("password1234", "P@ssw0rd!2026", "1qaz2wsx3edc", "qwertyuiop12", "a123456789", "Abc@123456", "admin@123456"),
    *("woaini1314520", "aaaaaaaaaaaa", "1234567890123", "Aa123456789."),  # lists and keyboards
    *("wangxiaoming1990", "Wang.Xiaoming@1990", "gnimoaixgnaw", "王小明王小明12", "xiaoming2026!"),  # the person
    *("guxian2026", "Guxian@2026!", "古县古县古县2026", "141025141025"),  # the county
    *("gezhi123456", "Gezhi@2026#", "格治格治格治2026", "wangge123456"),  # the product and the trade
    *("password" * 9, "guxian2026" * 20),  # however long
)
TAKEN = (
    *("better-staple-9", "seven-lamps-over-fen", "春眠不觉晓处处闻啼鸟", "ks7dnmq2xx4p", "li4hai4de-gou"),
    "kd8fhw2mxq" * 20,
)


@pytest.fixture(autouse=True)
def _county(app_context):
    keep_county()


def test_what_is_easily_guessed_is_refused_and_what_is_not_is_taken():
    judged = {each: strength.strong(each, "wang.xiaoming", "王小明") for each in (*REFUSED, *TAKEN)}
    assert [each for each in REFUSED if judged[each]] == []
    assert [each for each in TAKEN if not judged[each]] == []


def test_words_that_a_county_names_are_refused_too(app):
    assert strength.strong("fenyang.2345", "wang", "王") is True
    app.config["PASSWORD_WORDS"] = "fenyang，linfen"
    assert strength.strong("fenyang.2345", "wang", "王") is False


def test_judging_takes_a_bounded_number_of_looks_whatever_is_typed(monkeypatch):
    """Punctuation that may stand for letters doubles the readings; of long ones only the beginning is judged."""
    looks = []
    real = strength.zxcvbn

    def counted(text, **more):
        found = real(text, **more)
        looks.append((len(text), len(set(text) & set("([{<|!+"))))
        return found

    monkeypatch.setattr(strength, "zxcvbn", counted)
    dice = Random(6)  # noqa: S311 - drawing, not a secret
    for _ in range(5):
        strength.strong("".join(dice.choice("4@8({[<369&#!1/|0$57%2+") for _ in range(200)), "wang", "王小明")
    assert all(length <= strength.JUDGED and not doubling for length, doubling in looks)
    assert len(looks) <= 10
