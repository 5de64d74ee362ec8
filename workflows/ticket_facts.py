"""List what guards may know of a case's ticket, its reply and its supervision, and those guards; all pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflows.engine import Guard
from workflows.ticket_terms import SenderAsk
from workflows.words import Words

if TYPE_CHECKING:
    from workflows.case_facts import CaseFacts


@dataclass(frozen=True, kw_only=True)
class TicketFacts:
    """Say what is known of whoever sent a case, and of those who look on."""

    for_another: bool = False  # somebody else may be told what became of it
    from_sender: bool = False  # somebody sent it and waits for it elsewhere
    any_sender: bool = False  # or did so with a case that this one carries
    carries_superior: bool = False  # a case that this one carries came from a superior
    sender_asked: SenderAsk | None = None  # what waits for an answer
    sender_hours_left: bool = True  # the hours in which it can be sent back have not passed
    sender_asks_left: bool = True  # it was not asked for too often yet
    reply_owed: bool = False  # its source wants a reply, and there is none in this round
    reopening_wanted: bool = False  # a call-back or spot check found it unsolved, and nobody has decided
    taken_back: bool = False  # the case has ended because its sender has it again
    supervision_open: bool = False  # a supervision order was not lifted
    supervision_unanswered: bool = False  # one of them has no answer


def _guard(holds: Callable[[CaseFacts], bool], zh: str, en: str) -> Guard[CaseFacts]:
    return Guard(holds, Words(zh, en))


def _unanswered(kind: SenderAsk) -> Callable[[CaseFacts], bool]:
    return lambda f: f.sender_asked == kind


# fmt: off
TICKET_GUARDS: dict[str, Guard[CaseFacts]] = {
    "for_another": _guard(lambda f: f.for_another,
        "该案件是自己发现上报的，没有来源单位或反映人要答复。", "They saw it themselves: nobody waits for a reply."),
    "from_sender": _guard(lambda f: f.from_sender,
        "该案件不是热线、信访、上级或外部平台转来的，没有可联系的来源单位。",
        "No hotline, petition office, superior or platform has sent it: there is nobody to ask."),
    "any_sender": _guard(lambda f: f.any_sender,
        "该案件和所并入的案件都不是热线、信访、上级或外部平台转来的，没有可联系的来源单位。",
        "No hotline, petition office, superior or platform has sent it or what it carries: there is nobody to ask."),
    "sender_unasked": _guard(lambda f: not f.sender_asked,
        "已向来源申请，请先登记来源的答复。", "The sender was asked already: note the answer first."),
    "sender_asked_return": _guard(_unanswered(SenderAsk.RETURN),
        "没有待答复的退回申请。", "The sender was not asked to take it back."),
    "sender_asked_time": _guard(_unanswered(SenderAsk.TIME),
        "没有待答复的延期申请。", "The sender was not asked for more time."),
    "sender_hours_left": _guard(lambda f: f.sender_hours_left,
        "已超过可退回来源的期限，请在本级办理。", "The hours in which it could be sent back are over: see to it here."),
    "sender_asks_left": _guard(lambda f: f.sender_asks_left,
        "申请退回的次数已用完，请在本级办理。", "It was asked for as often as it may be: see to it here."),
    "not_taken_back": _guard(lambda f: not f.taken_back,
        "来源已收回该案件，只能由来源二次派单。",
        "Its sender has taken it back: only a second order brings it here again."),
    "reply_owed": _guard(lambda f: f.reply_owed,
        "该案件无需答复，或已经答复。", "No reply is wanted, or there is one already."),
    "reply_not_owed": _guard(lambda f: not f.reply_owed,
        "来源要求答复，请填写答复内容和办理结果后再结案。",
        "Its source wants a reply: say what it is told, and with which outcome."),
    "reopening_wanted": _guard(lambda f: f.reopening_wanted,
        "没有待决定的重办。", "Nothing waits to be reopened."),
    "supervision_open": _guard(lambda f: f.supervision_open,
        "没有未解除的督办。", "No supervision stands."),
    "supervision_unanswered": _guard(lambda f: f.supervision_unanswered,
        "没有待答复的督办。", "No supervision waits for an answer."),
    "contact_made": _guard(lambda f: not f.contact_failed,
        "没有联系上的，请只填未联系上。", "Nobody was reached: say only that."),
    "contact_failed": _guard(lambda f: f.contact_failed,
        "联系上了的，请填写是否解决。", "Somebody was reached: say whether it is solved."),
}
# fmt: on
