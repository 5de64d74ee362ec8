"""Every refusal that a test meets is whole in English: no Chinese but names of data, which stand in both languages."""

import re
from collections.abc import Iterator
from typing import Any

from werkzeug.test import TestResponse

CHINESE = re.compile("[一-鿿]+")


def check(answer: TestResponse) -> None:
    """Fail where a problem, or one within an answer that holds several, says in English what is Chinese."""
    if answer.is_json and b'"detail_en"' in answer.get_data():
        for zh, en in texts(answer.get_json()):
            names = CHINESE.findall(en)
            assert en != (zh if names else ""), f"this has no English: {zh}"
            assert all(name in zh for name in names), f"this is Chinese in part: {en}"


def texts(body: Any) -> Iterator[tuple[str, str]]:
    """Yield what the problems of an answer say, in Chinese and in English."""
    if isinstance(body, list):
        for inner in body:
            yield from texts(inner)
    elif isinstance(body, dict):
        if isinstance(body.get("detail_en"), str):
            yield body["detail"], body["detail_en"]
            yield from pairs(body.get("fields"), body.get("fields_en"))
        for inner in body.values():
            yield from texts(inner)


def pairs(zh: Any, en: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts of fields beside each other."""
    assert type(zh) is type(en), "both languages have one shape"
    if isinstance(zh, dict):
        assert list(zh) == list(en)
        for one, other in zip(zh.values(), en.values(), strict=True):
            yield from pairs(one, other)
    elif isinstance(zh, list):
        for one, other in zip(zh, en, strict=True):
            yield from pairs(one, other)
    elif zh is not None:
        yield zh, en
