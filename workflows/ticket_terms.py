"""Name what tickets (工单) and supervision orders are about: kinds, outcomes, answers. Values never change."""

from __future__ import annotations

from workflows.case_terms import CaseSource
from workflows.words import Term

# Who sends a ticket and waits for it elsewhere: these can take one back, give it more time, order it a second time.
SENDING_SOURCES = frozenset({CaseSource.HOTLINE, CaseSource.PETITION, CaseSource.SUPERIOR, CaseSource.PLATFORM})
# Of these, who is answered unless the ticket says otherwise: a platform reads the state by itself.
ANSWERED_SOURCES = SENDING_SOURCES - {CaseSource.PLATFORM}


class TicketKind(Term):
    """Say what the sender of a ticket wants."""

    ASK = "ask", "咨询", "Question"
    HELP = "help", "求助", "Call for help"
    COMPLAINT = "complaint", "投诉", "Complaint"
    SUGGESTION = "suggestion", "建议", "Suggestion"
    REPORT = "report", "举报", "Report of a wrong"


class SenderAsk(Term):
    """Say what the sender is asked for and has not answered yet."""

    RETURN = "return", "退回来源", "Taking it back"
    TIME = "time", "延长期限", "More time"


class ReplyOutcome(Term):
    """Say what became of the matter, as the reply to its sender puts it."""

    SOLVED = "solved", "问题已解决", "The matter is solved"
    PARTLY = "partly", "部分解决", "Partly solved"
    EXPLAINED = "explained", "已解释说明", "Explained"  # nothing can be done, and why
    UNFOUNDED = "unfounded", "不属实", "Unfounded"
    NOT_TAKEN = "not_taken", "未受理", "Not taken on"  # refused, declined or voided: the reason is the reply


class Satisfaction(Term):
    """Say how content whoever was called back is."""

    SATISFIED = "satisfied", "满意", "Satisfied"
    PARTLY = "partly", "基本满意", "Partly satisfied"
    NOT = "not", "不满意", "Not satisfied"


class OrderState(Term):
    """Say how a supervision order stands."""

    WAITING = "waiting", "待答复", "To be answered"
    ANSWERED = "answered", "已答复，待解除", "Answered, not lifted yet"
    LIFTED = "lifted", "已解除", "Lifted"


class Ending(Term):
    """Say how a case ended where the action does not tell it."""

    RETURNED_TO_SENDER = "returned_to_sender", "已退回来源", "Returned to its sender"
