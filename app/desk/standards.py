"""Say by what a case is judged, and which of its limits may still move."""

from app.cases import case_standards
from app.cases.clocks import case_limits
from app.cases.models import Case
from app.cases.views import Names
from app.cases.whole import Whole
from workflows.words import Words, listed

Line = tuple[Words, Words]


def standard(case: Case, names: Names) -> list[Line]:
    """Return label and text of what a case is judged by; nothing before filing but of what was put right at once."""
    return [(line.label, line.text) for line in case_standards.standard(case, names.class_of(case))]


def unknown_holidays(whole: Whole) -> list[Line]:
    """Name the holidays that running limits go through and whose days are not known yet, if any."""
    holidays = dict.fromkeys(one for each in whole.clocks for one in case_limits.unknown_holidays(each))
    if not holidays:
        return []
    text = Words("⚠ 到期时间可能变动：{}", "⚠ Limits may move: {}").format(listed([one.words for one in holidays]))
    return [(Words("放假未定", "Holidays unknown"), text)]
