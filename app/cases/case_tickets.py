"""Read what the sender of a case wants and was told; the ticket may be one that nobody has written down yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.cases.clocks import dates_above
from app.cases.models import Case, CaseTicket
from app.cases.whole import Whole
from app.catalogue import queries as catalogue_queries
from workflows.case import OPEN
from workflows.case_facts import PUBLIC_SOURCES
from workflows.case_terms import CaseSource
from workflows.ticket_facts import TicketFacts
from workflows.ticket_terms import ANSWERED_SOURCES, SENDING_SOURCES, Ending, SenderAsk

FORMER = "former"  # among what is carried: the numbers that the case itself had before


@dataclass(frozen=True)
class OpenAsk:
    """What a sender was asked and has not answered yet: which sender, by their numbers; of an older version unsaid."""

    kind: SenderAsk
    source: CaseSource | None
    numbers: Sequence[str]
    until: datetime | None  # to when, where it is more time


def facts(whole: Whole) -> TicketFacts:
    """Return what guards may know of the sender and of those who look on."""
    case, ticket = whole.case, whole.ticket
    standing = [one for one in whole.supervisions if one.lifted_at is None]
    return_asks = ticket.return_asks if ticket else 0
    has_sender = bool(senders(case, ticket))
    is_sent, hours = case.source in SENDING_SOURCES, timedelta(hours=_figure("sender_return_hours"))
    return TicketFacts(
        for_another=has_sender or case.source in PUBLIC_SOURCES or wants_reply(case, ticket),
        from_sender=is_sent,
        any_sender=has_sender,
        carries_superior=any(map(_of_superior, (ticket.carried if ticket else {}).values())),
        sender_asked=SenderAsk.of(ticket.asked) if ticket and ticket.asked else None,
        sender_hours_left=not is_sent or whole.moment() - _came_at(whole) <= hours,
        sender_asks_left=not is_sent or return_asks < _figure("sender_return_times"),
        reply_owed=owes_reply(whole),
        reopening_wanted=case.reopen_wanted,
        taken_back=case.ended_how == Ending.RETURNED_TO_SENDER,
        supervision_open=bool(standing) or case.supervision is not None,  # a card of an older version has no order
        supervision_unanswered=any(one.replied_at is None for one in standing),
    )


def _figure(name: str) -> int:
    return catalogue_queries.catalogue().setting(name)


def _came_at(whole: Whole) -> datetime:
    ordered = whole.ticket.ordered_at if whole.ticket else None
    return max(whole.case.reported_at, ordered) if ordered else whole.case.reported_at


def waiting_ask(case: Case, ticket: CaseTicket | None) -> str | None:
    """Return what a sender has still to answer; nothing of a case that has ended, where older versions kept it."""
    return ticket.asked if ticket is not None and case.state in OPEN else None


def wants_reply(case: Case, ticket: CaseTicket | None) -> bool:
    """Tell whether the source wants a reply: as its ticket says, else whoever waits for a number of theirs.

    So does the sender of a case that this one carries.
    """
    if ticket is None:
        return case.source in ANSWERED_SOURCES and case.external_no is not None
    return ticket.reply_wanted or any(one.get("reply_wanted") for one in ticket.carried.values())


def owes_reply(whole: Whole) -> bool:
    """Tell whether a reply is wanted and was not given in this round, or not to one whose ticket came afterwards."""
    ticket = whole.ticket
    if ticket is None or ticket.replied_round != whole.case.round:
        return wants_reply(whole.case, ticket)
    return any(one.get("reply_wanted") and _came_after(one, ticket.replied_at) for one in ticket.carried.values())


def _came_after(carried: Mapping[str, Any], moment: datetime | None) -> bool:
    """Tell whether a ticket was merged in after some moment; an older version has not noted when."""
    return moment is not None and "at" in carried and datetime.fromisoformat(carried["at"]) > moment


def earliest_date(whole: Whole) -> datetime | None:
    """Return the earliest date of all senders that binds this round; where all had ended before it, the earliest."""
    dates = list(dates_above.of_senders(whole))
    return min((date for date in dates if dates_above.binds(whole, date)), default=min(dates, default=None))


def answers_of_round(whole: Whole) -> tuple[bool, bool]:
    """Tell whether the reply that is kept, and what was said when they were called back, are of this round."""
    ticket, this = whole.ticket, whole.case.round
    return (ticket is not None and ticket.replied_round == this, ticket is not None and ticket.called_round == this)


def is_secret(ticket: CaseTicket | None) -> bool:
    """Tell whether departments see nothing by which the sender is known, or one of those that the case carries."""
    return ticket is not None and ticket.is_secret


def numbers(case: Case, ticket: CaseTicket | None) -> list[str]:
    """Return every number that the case has elsewhere: its own first, then those it carries."""
    carried = [number for one in (ticket.carried if ticket else {}).values() for number in one["numbers"]]
    return list(dict.fromkeys(number for number in (case.external_no, *carried) if number))


def numbers_of(whole: Whole, sender: UUID) -> str:
    """Return by what a sender is known: the number that the case has there, else that of this case, or how it came."""
    if sender == whole.case.case_id:
        return whole.case.external_no or whole.case.number
    carried = (whole.ticket.carried if whole.ticket else {}).get(str(sender), {"numbers": []})
    return next(iter(carried["numbers"]), str(sender)[:8])


def senders(case: Case, ticket: CaseTicket | None) -> dict[str | None, list[str]]:
    """Return who has sent it, with the numbers it has there: None for its own sender, else the case it came with."""
    carried = ticket.carried if ticket else {}
    former = carried.get(FORMER, {"numbers": []})["numbers"]
    own: dict[str | None, list[str]] = {None: [number for number in (case.external_no, *former) if number]}
    brought = {key: one["numbers"] for key, one in carried.items() if key != FORMER and _sends(one)}
    return (own if case.source in SENDING_SOURCES else {}) | brought


def holder(case: Case, ticket: CaseTicket | None) -> str | None:
    """Return whose date and numbers those of a case are: its own sender's, else those of one that it carries."""
    every = senders(case, ticket)
    return None if None in every else next(iter(every), None)


def _sends(one: Mapping[str, Any]) -> bool:
    """Tell whether a sender stands behind what is carried; one carried without its source had a date or a reply."""
    return one["source"] in SENDING_SOURCES if one.get("source") else bool(one.get("due_at") or one.get("reply_wanted"))


def _of_superior(one: Mapping[str, Any]) -> bool:
    """Tell whether what is carried came from a superior; an older version has not said of a date whose it is."""
    return bool(one["source"] == CaseSource.SUPERIOR if one.get("source") else one.get("due_at"))


def open_ask(case: Any, ticket: Any) -> OpenAsk | None:
    """Return what is asked of which sender; of a row of a list, which holds what is needed of both."""
    if ticket is None or not waiting_ask(case, ticket):
        return None
    kind, until = SenderAsk.of(ticket.asked), ticket.asked_until
    if ticket.asked_of is None:
        return OpenAsk(kind, None, (), until)
    if ticket.asked_of == case.case_id:
        return OpenAsk(kind, CaseSource.of(case.source), [case.external_no] if case.external_no else [], until)
    one = ticket.carried.get(str(ticket.asked_of), {})
    source = CaseSource.of(one["source"]) if one.get("source") else None
    return OpenAsk(kind, source, one.get("numbers", ()), until)


def load_of(whole: Whole) -> dict[str, Any]:
    """Return what the case brings with it into another: numbers, date, wishes; nothing where it has none."""
    case, ticket = whole.case, whole.ticket
    carried = (one.get("source") for one in (ticket.carried if ticket else {}).values())
    sending = [one for one in (case.source, *carried) if one in SENDING_SOURCES]
    brought = {
        # a superior's binds most: whatever else goes the same way does not hide it
        "source": CaseSource.SUPERIOR if CaseSource.SUPERIOR in sending else (*sending, case.source)[0],
        "external_nos": numbers(case, ticket),
        "external_due": case.external_due_at.isoformat() if case.external_due_at else None,
        "secret": is_secret(ticket),
        "reply_wanted": wants_reply(case, ticket),
    }
    load = {name: value for name, value in brought.items() if value}
    return {} if load.keys() <= {"source"} else load
