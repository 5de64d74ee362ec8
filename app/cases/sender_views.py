"""Show what whoever sent a case wants and was told; `schemas/responses.py` describes it."""

from typing import Any

from app.cases import case_secrecy, case_tickets
from app.cases.whole import Whole
from app.core.permissions import Person


def ticket(whole: Whole, person: Person) -> dict[str, Any] | None:
    """Return what the sender wants and was told in this round, so far as the person may know.

    None where nothing is known of one.
    """
    case, own = whole.case, whole.ticket
    if own is None and not case_tickets.wants_reply(case, None):
        return None
    hides = case_secrecy.hides_sender(whole, person)
    replied, called = case_tickets.answers_of_round(whole)
    asked_for = case_tickets.waiting_ask(case, own)
    return {
        "numbers": [] if hides else case_tickets.numbers(case, own),
        "reply_wanted": case_tickets.wants_reply(case, own),
        "reply_owed": case_tickets.owes_reply(whole),
        "asked": asked_for,
        "asked_at": own.asked_at if own and asked_for else None,
        "asked_of": _asked_of(case_tickets.open_ask(case, own), hides=hides),
        "asked_until": own.asked_until if own and asked_for else None,
        "ordered_at": own.ordered_at if own else None,
        "reply": own.reply if own and replied and not hides else None,
        "outcome": own.outcome if own and replied and not hides else None,
        "replied_at": own.replied_at if own and replied else None,
        "calls": own.calls if own else 0,
        "called_back": called,
        "satisfaction": own.satisfaction if own and called else None,
    }


def _asked_of(ask: case_tickets.OpenAsk | None, *, hides: bool) -> dict[str, Any] | None:
    """Return which sender was asked; None where nobody was, or an older version has not noted whom."""
    if ask is None or ask.source is None:
        return None
    return {"source": ask.source, "numbers": [] if hides else list(ask.numbers)}
