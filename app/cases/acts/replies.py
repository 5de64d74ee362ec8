"""What whoever sent a case is told of it: by a reply, with its end, or by the reason for which it is not taken on."""

from collections.abc import Mapping

from app.cases.acts import closing, effects, tickets
from app.cases.case_tickets import owes_reply
from app.cases.errors import DataMissing
from app.cases.protocol import Rule
from app.cases.turn import Turn
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction
from workflows.ticket_terms import ReplyOutcome
from workflows.words import Words

_REPLY = ("reply", "outcome")
_WHOLE_REPLY = Words("答复内容和办理结果须一并填写。", "Give the reply and its outcome together.")


def reply(turn: Turn) -> None:
    """Keep what the sender is told."""
    ticket = tickets.own(turn)
    ticket.reply, ticket.outcome = turn.data["reply"], turn.data["outcome"]
    ticket.replied_at, ticket.replied_round = turn.counts_at, turn.case.round


def take_reply(turn: Turn) -> None:
    """Keep what the sender is told where the step that ends the case says it; raise DataMissing for half of it."""
    missing = [name for name in _REPLY if not turn.data.get(name)]
    if len(missing) == 1:
        raise DataMissing.at(f"data.{missing[0]}", _WHOLE_REPLY)
    if not missing:
        reply(turn)


def reason_is_reply(turn: Turn) -> None:
    """Let the reason for which a case is not taken on be what its sender is told, if a reply is wanted."""
    if owes_reply(turn):
        ticket = tickets.own(turn)
        ticket.reply, ticket.outcome = turn.data["reason"], ReplyOutcome.NOT_TAKEN
        ticket.replied_at, ticket.replied_round = turn.counts_at, turn.case.round


def close(turn: Turn) -> None:
    """End the loop, with what its sender is told."""
    take_reply(turn)
    closing.close(turn)


def force_close(turn: Turn) -> None:
    """End it by the leader's word, with what its sender is told."""
    take_reply(turn)
    effects.force_close(turn)


def refuse(turn: Turn) -> None:
    """Refuse or decline it: the sender is told why."""
    reason_is_reply(turn)
    effects.reject(turn)


def void(turn: Turn) -> None:
    """End what should not exist: the sender is told why."""
    reason_is_reply(turn)
    effects.void(turn)


def decline_reopen(turn: Turn) -> None:
    """Let it stay closed, and say why."""
    turn.case.reopen_wanted = False


RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.REPLY: Rule(reply),
    CaseAction.DECLINE_REOPEN: Rule(decline_reopen),
    CaseAction.CLOSE: Rule(close),
    CaseAction.FORCE_CLOSE: Rule(force_close),
    CaseAction.REFUSE: Rule(refuse),
    CaseAction.DECLINE: Rule(refuse),
    CaseAction.VOID: Rule(void),
}
