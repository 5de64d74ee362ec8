"""Fill in templates: what may be said of a case. Pure, but for names that reference data knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.cases.clocks import case_limits
from app.cases.confidentiality import is_confidential
from app.cases.models import Case
from app.core import clock
from workflows.case_terms import Card
from workflows.notices import Template
from workflows.procedure import Ask
from workflows.round_terms import DRILL
from workflows.words import Term, Words

EXPORT_READY = Words(
    "您导出的文件已生成（{} 行），请在 24 小时内下载。",
    "Your file is ready ({} rows): it can be downloaded for 24 hours.",
)
EXPORT_FAILED = Words("您导出的文件没有生成：{}", "Your file was not written: {}.")
UNKNOWN_CLASS = Words("类别待定", "class not yet known")


def fill(template: Template, case: Case, more: Mapping[str, str]) -> Words:
    """Return the text of a message about a case."""
    texts = _of_case(case)
    brackets = Words("（{}）", " ({})").format(Words("，", ", ").join(texts)) if texts else ""
    called = Words("案件{}{}", "Case {}{}").format(case.number, brackets)
    return template.text.format(case=called + DRILL if case.drill else called, **more)


def of_ask(ask: Ask | None) -> dict[str, str]:
    """Name what was asked for."""
    return {"ask": ask.kind.words if ask else ""}


def of_clock(stage: Term, due_at: datetime, text: str | None = None) -> dict[str, str]:
    """Name a clock, with what it wants reached, and its end, on the county's wall clock."""
    called = Words("{}（{}）", "{} ({})").format(stage.words, text) if text else stage.words
    return {"stage": called, "due": clock.local(due_at).strftime("%m-%d %H:%M")}


def of_card(data: Mapping[str, Any]) -> dict[str, str]:
    """Name the card of a supervision."""
    return {"grade": Card.of(data.get("grade") or Card.ORDINARY).words}


def _of_case(case: Case) -> list[str]:
    """Return class and address; nothing of a confidential case but its number may leave it."""
    if is_confidential(case):
        return []
    case_class = case_limits.class_of(case)
    return [part for part in (case_class.name if case_class else UNKNOWN_CLASS, case.address) if part]
