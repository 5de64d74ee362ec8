"""Say by what a case is judged: its filing condition, the standard of its handling, when it may be closed."""

from collections.abc import Iterator
from typing import Any

from app.cases.clocks import case_limits
from app.cases.views import Names
from app.cases.whole import Whole
from app.catalogue.documents import EXAMPLE, LimitFigure
from app.catalogue.words import EXAMPLE_WORDS, NAMES
from workflows.words import Words, listed, plain

Line = tuple[Words, Words]
STANDARD = Words("处置标准", "Standard of handling")


def standard(case: Any, names: Names) -> list[Line]:
    """Return label and text of what a filed case is judged by, in the version that it keeps; nothing before filing."""
    rules = names.class_of(case)
    condition = rules.condition(case.condition) if rules and case.condition else None
    if condition is None:
        return []
    limit = condition.limit(case.area_class)
    lines: list[Line] = [(NAMES["condition"], _with_source(plain(condition.text), condition.source))]
    if limit is not None:
        lines.append((STANDARD, _with_source(Words("{} 内办结", "done within {}").format(limit.words), limit.source)))
    if condition.milestones:
        lines.append((NAMES["milestones"], listed(_milestones(condition.milestones))))
    if condition.closure:
        lines.append((NAMES["closure"], plain(condition.closure)))
    return lines


def unknown_holidays(whole: Whole) -> list[Line]:
    """Name the holidays that running limits go through and whose days are not known yet, if any."""
    holidays = dict.fromkeys(one for each in whole.clocks for one in case_limits.unknown_holidays(each))
    if not holidays:
        return []
    text = Words("⚠ 到期时间可能变动：{}", "⚠ Limits may move: {}").format(listed([one.words for one in holidays]))
    return [(Words("放假未定", "Holidays unknown"), text)]


def _milestones(milestones: Any) -> Iterator[Words]:
    for one in milestones:
        limit: LimitFigure = one.limit
        yield Words("{}（{}）", "{} ({})").format(one.text, limit.words)


def _with_source(text: Words, source: str) -> Words:
    named = EXAMPLE_WORDS if source == EXAMPLE else plain(source)
    return Words("{}（{}）", "{} ({})").format(text, named)
