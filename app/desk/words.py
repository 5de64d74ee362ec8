"""What pages of cases call things, in Chinese and in English: queues, stages, sources, cards."""

from collections.abc import Mapping
from typing import Any

from app.cases import case_queues
from app.cases.models import CaseClock
from workflows import case_forms
from workflows.case_clocks import Stage
from workflows.case_terms import (
    AskKind,
    Card,
    CaseAction,
    CaseSource,
    Finding,
    LinkKind,
    SpotMark,
    TaskPart,
    TaskState,
)
from workflows.forms import Purpose
from workflows.ticket_terms import ReplyOutcome, Satisfaction, SenderAsk, TicketKind
from workflows.words import Words, plain

QUEUES: Mapping[str, Words] = {queue.name: queue.label for queue in case_queues.QUEUES}
PURPOSES: Mapping[str, Words] = {purpose: purpose.words for purpose in Purpose}
OF_CASE: Mapping[str, Words] = {  # what forms call the fields of a case; pages call them likewise
    field.name: field.label
    for field in (
        *(case_forms.ADDRESS, case_forms.CLASS, case_forms.DESCRIPTION, case_forms.GRID, case_forms.PLACE),
        *(case_forms.RESULT, case_forms.REVIEW_ON, case_forms.SOURCE),
    )
}
OF_ORDER: Mapping[str, Words] = {field.name: field.label for field in case_forms.FORMS[CaseAction.SUPERVISE].fields}
CARRIES: Words = Words("本案承接", "Carries")


def _of_terms(terms: Any) -> dict[str, Words]:
    return {str(term): term.words for term in terms}


SOURCES = _of_terms(CaseSource)
STAGES = _of_terms(Stage)
GRADES = _of_terms(Card)
ASKS = _of_terms(AskKind)
FINDINGS = _of_terms(Finding)
LINKS = _of_terms(LinkKind)
TASK_STATES = _of_terms(TaskState)
PARTS = _of_terms(TaskPart)
TICKET_KINDS = _of_terms(TicketKind)
SENDER_ASKS = _of_terms(SenderAsk)
OUTCOMES = _of_terms(ReplyOutcome)
SATISFACTIONS = _of_terms(Satisfaction)


def stage_words(clock: CaseClock) -> Words:
    """Return what a clock counts; of a milestone, what has to be reached."""
    stage = STAGES.get(clock.stage, plain(""))
    return Words("{}：{}", "{}: {}").format(stage, clock.text) if clock.text else stage


def spot_words(spot: Mapping[str, Any]) -> Words:
    """Say how far away somebody was, how exactly that is known, and what speaks against their being there."""
    parts: list[Words] = []
    if spot.get("distance_m") is not None:
        parts.append(Words("离案件位置 {} 米", "{} m from the case").format(spot["distance_m"]))
    if spot.get("accuracy_m"):
        parts.append(Words("定位误差约 {} 米", "placed to about {} m").format(spot["accuracy_m"]))
    parts += [SpotMark.of(mark).words for mark in spot["marks"]]
    return Words("；", "; ").join(parts) if parts else Words("没有定位点，不计距离", "no point, no distance")


LAST = frozenset(
    {
        CaseAction.DECLINE,
        CaseAction.FORCE_CLOSE,
        CaseAction.RECALL,
        CaseAction.REFUSE,
        CaseAction.SENDER_TOOK_BACK,
        CaseAction.VOID,
        CaseAction.WITHDRAW,
        CaseAction.WITHDRAW_DISPATCH,
    }
)  # what ends a case undone or takes it away from others: it stands behind what is done every day
