"""Say in English, where that is what the reader chose, what our schemas and problems say in Chinese."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask

from app.core.english_texts import PATTERNS, TEXTS
from app.core.errors import Problem
from app.core.language import t

OF_THE_FRAMEWORK_EN = {
    "method_not_allowed": "This address does not take requests of this kind.",
    "not_acceptable": "It cannot be given in that form.",
    "length_required": "The request does not say how long it is.",
    "precondition_failed": "What was required beforehand does not hold.",
    "too_large": "This is too large: send less at once, or smaller files.",
    "unsupported_media_type": "This kind of content cannot be read here.",
    "range_not_satisfiable": "There is no such part of the file.",
    "headers_too_large": "The request's headers are too large.",
}  # what the framework itself refuses, by our code
_PHRASES = (
    (r"必填。", "Please fill this in."),
    (r"只能是：(.*)。", r"Only one of these: \1."),
    (
        r"格式不对，请对照示例文件。",
        "This has not the right form: compare it with the files that come with the system.",
    ),
    (r"编码只能用字母、数字、连字符和下划线。", "A code has letters, digits, hyphens and underscores only."),
    (r"应为 (.*) 之一。", r"One of \1, please."),
    (r"应为 true 或 false。", "true or false, please."),
    (r"应为文字。", "A text, please."),
    (r"应为 2 到 20 位数字或大写字母。", "2 to 20 digits or capital letters, please."),
    (
        r"只有专属网格（dedicated）可以填写行业主管部门。",
        "Only dedicated grids (dedicated) have a trade department.",
    ),
    (r"请选择。", "Please choose."),
    (r"不能为空。|不能为空白。", "This must not be empty."),
    (r"长度应为 (\d+) 到 (\d+) 个字。", r"Between \1 and \2 characters, please."),
    (r"应在 (\S+) 到 (\S+) 之间。", r"Between \1 and \2, please."),
    (r"含有不能保存的字符。", "It holds characters that cannot be kept."),
    (r"请从列表中选择。", "Please choose from the list."),
    (r"应为日期，例如 ([0-9-]+)。", r"A date, please, like \1."),
    (r"应为年份。", "A year, please."),
    (r"应为版本号。", "The number of a version, please."),
    (r"年份不合理。", "This year is out of reach."),
    (r"没有这个字段，请删除。", "There is no such field."),
    (r"结束日期早于开始日期。", "The end lies before the beginning."),
    (r"一次最多 (\d+) 天。", r"At most \1 days at once."),
    (r"不上班的日子不必填写时段。", "Days that are not worked have no hours."),
    (r"应为一天之内依次排列、互不重叠的时段.*", "Hours of one day, in order and apart, like 08:00-12:00 14:30-18:00."),
    (r"已有调整：(.*)，请先删除。", r"Already set: \1. Remove that first."),
    (r"请写明依据，例如县政府文号。", "Name the decision, for instance the number of the county's document."),
    (r"页码无效，请从第一页查起。", "There is no such page: begin with the first."),
)
_KNOWN = tuple((re.compile(chinese), english) for chinese, english in (*_PHRASES, *PATTERNS))


@lru_cache(maxsize=1_000)  # one body may have the same fault in thousands of places
def in_english(text: str) -> str:
    """Return a text of ours in English; a text without English stays as it is."""
    known = TEXTS.get(text) or next((problem.en for problem in every(Problem) if problem.__doc__ == text), None)
    if known:
        return known
    matches = ((pattern.fullmatch(text), english) for pattern, english in _KNOWN)
    return next((found.expand(english) for found, english in matches if found), text)


def said(fields: Any) -> Any:
    """Return what is wrong with fields in the reader's language; a text without English stays as it is."""
    return t(fields, beside(fields))


def beside(fields: Any) -> Any:
    """Return what is wrong with fields in English, in the same shape; a text without English stays as it is."""
    if isinstance(fields, dict):
        return {name: beside(texts) for name, texts in fields.items()}
    if isinstance(fields, (list, tuple)):
        return [beside(text) for text in fields]
    return in_english(fields) if isinstance(fields, str) else fields


def of(problem: Problem) -> str:
    """Return a problem's text in English: its own, that of its Chinese words, else that of its class."""
    if "en" in vars(problem):
        return problem.en
    own = in_english(problem.detail)
    return type(problem).en if own == problem.detail else own


def both(problem: Problem) -> tuple[str, str]:
    """Return why something was refused, in Chinese and in English."""
    return problem.detail, of(problem)


def why(refused: Problem | Mapping[str, Any] | None) -> str:
    """Return in the reader's language why something was refused: by a problem, or by what its answer says."""
    if refused is None:
        return ""
    if isinstance(refused, Problem):
        return t(*both(refused))
    detail, code = str(refused["detail"]), refused["code"]
    told = in_english(detail)
    return t(detail, refused.get("detail_en") or (_of_code(code) if told == detail else told))


def init(app: Flask) -> None:
    """Let templates say in the reader's language why something was refused."""
    app.context_processor(lambda: {"why": why, "say": said})


def _of_code(code: str) -> str:
    """Return the English text of the problem with this code, the framework's included."""
    named = (problem for problem in every(Problem) if vars(problem).get("code") == code)
    return OF_THE_FRAMEWORK_EN.get(code) or next((problem.en for problem in named), Problem.en)


def every(problem: type[Problem]) -> list[type[Problem]]:
    """Return a class of problems and all that are made from it."""
    return [problem, *(below for each in problem.__subclasses__() for below in every(each))]
