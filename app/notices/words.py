"""Fill in templates: what may be said of a case. Pure, but for names that reference data knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.cases.clocks import limits
from app.cases.models import Case
from app.core import clock
from app.notices.templates import Template
from workflows.case_clocks import Stage
from workflows.case_terms import AskKind

UNKNOWN_CLASS = "类别待定"
_STAGES = {  # as a limit is called: "the time to …" only where it is somebody's to do
    Stage.ACCEPT: ("受理", "the time to accept it"),
    Stage.VERIFY: ("核实", "the time to verify it"),
    Stage.FILE: ("立案", "the time to decide on filing"),
    Stage.DISPATCH: ("派遣", "the time to dispatch it"),
    Stage.SIGN: ("签收", "the time to sign for it"),
    Stage.HANDLE: ("处置", "the time to handle it"),
    Stage.CHECK: ("核查", "the time to check it"),
    Stage.CLOSE: ("结案", "the time to close it"),
    Stage.CASE: ("全案", "the limit of the whole case"),
    "arrive": ("报到", "the time to arrive"),
}
_GRADES = {"ordinary": ("督办", "Supervision"), "yellow": ("黄牌督办", "Yellow card"), "red": ("红牌督办", "Red card")}


def fill(template: Template, case: Case, more: Mapping[str, str]) -> tuple[str, str]:
    """Return the Chinese and the English text of a message about a case."""
    said = _of_case(case)
    text = template.text.format(case=f"案件{case.number}{_in_brackets(said, '（', '，', '）')}", **more)
    text_en = template.text_en.format(case=f"Case {case.number}{_in_brackets(said, ' (', ', ', ')')}", **more)
    return text, text_en


def of_ask(kind: AskKind | None) -> dict[str, str]:
    """Name what was asked for."""
    return {"ask": kind.words.zh, "ask_en": kind.words.en} if kind else {"ask": "", "ask_en": ""}


def of_clock(stage: str, due_at: datetime) -> dict[str, str]:
    """Name a clock and its end, on the county's wall clock."""
    due = clock.local(due_at).strftime("%m-%d %H:%M")
    zh, en = _STAGES[stage]
    return {"stage": zh, "stage_en": en, "due": due}


def of_card(data: Mapping[str, Any]) -> dict[str, str]:
    """Name the card of a supervision."""
    grade, grade_en = _GRADES.get(str(data.get("grade")), _GRADES["ordinary"])
    return {"grade": grade, "grade_en": grade_en}


def _of_case(case: Case) -> list[str]:
    """Return class and address; nothing of a confidential case but its number may leave it."""
    if case.confidential:
        return []
    found = limits.class_of(case)
    return [part for part in (found.name if found else UNKNOWN_CLASS, case.address) if part]


def _in_brackets(parts: list[str], opening: str, between: str, closing: str) -> str:
    return f"{opening}{between.join(parts)}{closing}" if parts else ""
