"""What follows dealing with whoever sent a case: their date and numbers, taking it back, what they are told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from app.cases import case_objects
from app.cases.acts import rounds, tasks
from app.cases.case_tickets import FORMER, earliest_date, holder, senders, wants_reply
from app.cases.clocks import clocks
from app.cases.models import Case, CaseTicket
from app.cases.protocol import Rule
from app.cases.turn import Turn
from app.cases.whole import Whole
from app.core.db import db
from app.core.errors import Invalid
from app.core.schemas import Moment, Schema, Text
from workflows.case_clocks import Stage
from workflows.case_facts import Prepared
from workflows.case_terms import CaseAction
from workflows.ticket_terms import Ending, SenderAsk
from workflows.words import Words

GRANTED, NUMBERS, NOTED = "granted", "given", "noted"  # in what is carried: date, numbers and wishes known since there
_WISHES = ("secret", "reply_wanted")
OF_TICKET = ("ticket_kind", "secret", "reply_wanted")  # what a report says of it
_NOT_PAST = Words("新期限应在现在之后。", "The new date must lie after now.")
_WHICH = Words(
    "有几个来源，请说明是哪一个，填其外部编号或案件编号：{}。",
    "Several have sent it: say which, by its number there or the number of its case: {}.",
)
_NOT_OWN = Words(
    "收回本案的只能是它自己的来源（{}）；并入的工单请先撤销并案。",
    "Only its own sender takes the case back ({}): undo the merging of another's ticket first.",
)
_KIND_OF_OTHER = Words(
    "并入的工单的诉求类型请在撤销并案后补录。",
    "What the sender of a ticket that was merged wants is noted where it stands alone.",
)
_OTHER = Words("延期是向另一来源申请的：{}。", "Another sender was asked for more time: {}.")


def own(turn: Turn) -> CaseTicket:
    """Return the ticket of the case; one with what is known of it where it has none yet."""
    return turn.ticket or turn.add_ticket(
        CaseTicket(
            case_id=turn.case.case_id,
            secret=False,
            reply_wanted=wants_reply(turn.case, None),
            due_at=turn.case.external_due_at,
            carried={},
            return_asks=0,
            calls=0,
        )
    )


def note(turn: Turn) -> None:
    """Keep what is said of the ticket, by a report or afterwards; the date is the sender's alone."""
    wishes = {name: turn.data[name] for name in OF_TICKET if turn.data.get(name) is not None}
    if wishes:
        ticket = own(turn)
        ticket.kind = wishes.get("ticket_kind", ticket.kind)
        ticket.secret = wishes.get("secret", ticket.secret)
        ticket.reply_wanted = wishes.get("reply_wanted", ticket.reply_wanted)


def note_afterwards(turn: Turn) -> None:
    """Keep what was not known of the ticket, its number too."""
    sender = _noted(turn)
    if sender is not None:
        _note_carried(turn, sender)
        return
    note(turn)
    if turn.data.get("external_no"):
        own(turn)  # what was wanted before the number was known stays wanted
        turn.case.external_no = turn.data["external_no"]


def _noted(turn: Turn) -> str | None:
    """Return of which sender's ticket something is noted: None for the case's own."""
    wanted = turn.data.get("sender_no")
    alone = not senders(turn.case, turn.ticket) and wanted in (turn.case.number, turn.case.external_no)
    return None if wanted is None or alone else _sender(turn)


def _note_carried(turn: Turn, sender: str) -> None:
    """Keep what was not known of a ticket that was merged in, with that ticket."""
    if turn.data.get("ticket_kind") is not None:
        raise Invalid.at("data.ticket_kind", _KIND_OF_OTHER)
    _wish(turn, sender, {name: turn.data[name] for name in _WISHES if turn.data.get(name) is not None})
    if turn.data.get("external_no"):
        _renumber(turn, sender, turn.data["external_no"])


def _wish(turn: Turn, sender: str | None, wishes: Mapping[str, bool]) -> None:
    """Let a sender wish for this; of one carried it is marked, so that it goes home with its case."""
    ticket = own(turn)
    if sender is None:
        for name, value in wishes.items():
            setattr(ticket, name, value)
    elif wishes:
        one = ticket.carried[sender]
        noted = {**one.get(NOTED, {}), **wishes}
        _carry(ticket, {**ticket.carried, sender: {**one, **wishes, NOTED: noted}})


def ask_return(turn: Turn) -> None:
    """Note that the sender was asked to take it back."""
    _only_own(turn)
    ticket = _put_to_sender(turn, SenderAsk.RETURN)
    ticket.return_asks += 1


def _only_own(turn: Turn) -> None:
    """Raise Invalid where the sender of a ticket that was merged in is named: that one takes nothing back here."""
    if turn.data.get("sender_no") and _sender(turn) is not None:
        raise Invalid.at("data.sender_no", _NOT_OWN.format(_names(turn, [None])))


def ask_time(turn: Turn) -> None:
    """Note that the sender was asked for more time."""
    _in_future(turn)
    ticket = _put_to_sender(turn, SenderAsk.TIME, _sender(turn))
    ticket.asked_until = turn.data["external_due"]


def _put_to_sender(turn: Turn, kind: SenderAsk | None, sender: str | None = None) -> CaseTicket:
    """Note what a sender is asked, or with None that nothing waits any more."""
    ticket = own(turn)
    ticket.asked, ticket.asked_at, ticket.asked_until = kind, turn.counts_at if kind else None, None
    ticket.asked_of = (UUID(sender) if sender else turn.case.case_id) if kind else None
    return ticket


def took_back(turn: Turn) -> None:
    """End the case: it is its sender's again."""
    _only_own(turn)
    _put_to_sender(turn, None)
    tasks.stop_all(turn)
    turn.case.ended_how = Ending.RETURNED_TO_SENDER


def answered(turn: Turn) -> None:
    """Note that the sender has said no."""
    _only_own(turn)
    _put_to_sender(turn, None)


def gave_time(turn: Turn) -> None:
    """Move the date of the sender who gave it, and with it the end of the case."""
    _in_future(turn)
    sender = _answering(turn)
    _put_to_sender(turn, None)
    _date(turn, sender)
    _keep_earliest(turn)


def kept_date(turn: Turn) -> None:
    """Note that the sender who was asked lets the date stand."""
    if turn.data.get("sender_no"):
        _answering(turn)
    _put_to_sender(turn, None)


def _answering(turn: Turn) -> str | None:
    """Return which sender answers: who was asked; raise Invalid where another is named.

    Whom an older version has asked is unsaid: then the answer says it, as `_sender` reads it.
    """
    asked_of = own(turn).asked_of
    if asked_of is None:
        return _sender(turn)
    sender = None if asked_of == turn.case.case_id else str(asked_of)
    if turn.data.get("sender_no") and _sender(turn) != sender:
        raise Invalid.at("data.sender_no", _OTHER.format(_names(turn, [sender])))
    return sender


def _sender(turn: Turn) -> str | None:
    """Return which sender is meant: None for the case's own, else the case it came with; raise Invalid if unsaid."""
    every, wanted = senders(turn.case, own(turn)), turn.data.get("sender_no")
    if wanted is None and None in every:
        return None
    matches = [key for key, numbers in every.items() if wanted is None or wanted in numbers]
    if len(matches) != 1 and wanted:  # a number of several, or of none: that of the case tells them apart
        matches = [key for key, number in _case_numbers(turn, every).items() if number == wanted]
    if len(matches) != 1:
        raise Invalid.at("data.sender_no", _WHICH.format(_names(turn, every)))
    return matches[0]


def _case_numbers(turn: Turn, keys: Iterable[str | None]) -> dict[str | None, str]:
    """Return by sender the number of the case that it has sent."""
    wanted = {turn.case.case_id if key is None else UUID(key): key for key in keys}
    rows = db.session.execute(select(Case.case_id, Case.number).where(Case.case_id.in_(list(wanted))))
    return {wanted[row.case_id]: row.number for row in rows}


def _names(turn: Turn, keys: Iterable[str | None]) -> str:
    """Name senders: each with the number of its case, and those it has there."""
    every, cases = senders(turn.case, own(turn)), _case_numbers(turn, keys)
    return "；".join("、".join((cases[key], *every.get(key, ()))) for key in cases)


def _date(turn: Turn, sender: str | None, due_at: datetime | None = None) -> None:
    """Let a sender want it by the date given now; of one carried it is marked, so that it goes home with its case."""
    ticket, due_at = own(turn), due_at or turn.data["external_due"]
    if sender is None:
        ticket.due_at = due_at
    else:
        _carry(ticket, {**ticket.carried, sender: {**ticket.carried[sender], **_granted(due_at)}})


def _granted(due_at: datetime) -> dict[str, str]:
    text = due_at.isoformat()
    return {"due_at": text, GRANTED: text}


def _in_future(turn: Turn) -> None:
    if turn.data["external_due"] <= turn.now:
        raise Invalid.at("data.external_due", _NOT_PAST)


def _keep_earliest(turn: Turn) -> None:
    """Let the earliest date of all senders bind the case."""
    own(turn)
    turn.case.external_due_at = earliest_date(turn)
    clocks.count_anew(turn, Stage.CASE)


def dates(whole: Whole) -> dict[str, datetime]:
    """Return by when each sender wants it, by the id of the case that each has sent: this one, or one it carries."""
    case, ticket = whole.case, whole.ticket
    own = ticket.due_at if ticket else case.external_due_at
    carried = (ticket.carried if ticket else {}).items()
    brought = {key: datetime.fromisoformat(one["due_at"]) for key, one in carried if one.get("due_at")}
    return ({str(case.case_id): own} if own else {}) | brought


def move_dates(turn: Turn, wanted: Collection[str], consented: datetime) -> None:
    """Move the dates of these senders, named as in `dates`, to the one to which they consent."""
    ticket = own(turn)
    if str(turn.case.case_id) in wanted:
        ticket.due_at = consented
    moved = _granted(consented)
    ticket.carried = {key: one | moved if key in wanted else one for key, one in ticket.carried.items()}
    _keep_earliest(turn)


def second_order(turn: Turn) -> None:
    """Begin a round for what its sender has ordered again, with the date and the number given now."""
    ticket, sender = own(turn), _sender(turn)
    if turn.data.get("external_no"):
        _renumber(turn, sender, turn.data["external_no"])
    if turn.data.get("external_due"):
        _in_future(turn)
        _date(turn, sender)
    ticket.ordered_at, ticket.return_asks = turn.counts_at, 0
    rounds.begin(turn)


def _renumber(turn: Turn, sender: str | None, number: str) -> None:
    """Let a sender call it by another number from now on; it is still found by those before."""
    case, ticket = turn.case, own(turn)
    if sender is not None:
        one = ticket.carried[sender]
        numbers = list(dict.fromkeys((number, *one["numbers"])))
        of_sender = list(dict.fromkeys((number, *one.get(NUMBERS, ()))))
        _carry(ticket, {**ticket.carried, sender: {**one, "numbers": numbers, NUMBERS: of_sender}})
        return
    if case.external_no and number != case.external_no:
        former = ticket.carried.get(FORMER, {"numbers": []})["numbers"]
        _carry(ticket, {**ticket.carried, FORMER: {"numbers": [*former, case.external_no]}})
    case.external_no = number


def carry(turn: Turn) -> None:
    """Take the numbers, the date, the wishes and the object of a case that was merged into this one."""
    case_objects.take(turn.case, turn.data.get(case_objects.OBJECT))
    if not turn.data.keys() - {"from", "at", case_objects.OBJECT}:
        return
    ticket, sender = own(turn), str(turn.data["from"])
    _carry(ticket, {**ticket.carried, sender: entry(ticket, turn.data, turn.counts_at)})
    _keep_earliest(turn)


def entry(ticket: CaseTicket, load: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what a case keeps of one that is merged into it and brings a load; without a time in it, from now on."""
    due = load.get("external_due")
    burden = {
        "source": load.get("source"),
        "numbers": list(load.get("external_nos") or ()),
        "due_at": due.isoformat() if due else None,
        "secret": load.get("secret", False),
        "reply_wanted": load.get("reply_wanted", False),
        "at": (load.get("at") or now).isoformat(),
    }
    return burden | _given_since(ticket, str(load["from"]), burden)


def _given_since(ticket: CaseTicket, sender: str, burden: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a sender has given here already: what comes again from below does not take it away."""
    one = ticket.carried.get(sender, {})
    marks = {name: one[name] for name in (GRANTED, NUMBERS, NOTED) if name in one} | one.get(NOTED, {})
    if GRANTED in one:
        marks["due_at"] = one[GRANTED]
    if NUMBERS in one:
        marks["numbers"] = list(dict.fromkeys((*one[NUMBERS], *burden["numbers"])))
    return marks


def release(turn: Turn) -> None:
    """Give a case that stands alone again its object, its numbers and its date back."""
    case_objects.give_back(turn.case, turn.data["from"])
    other = str(turn.data["from"])
    if turn.ticket is None or other not in turn.ticket.carried:
        return  # it brought nothing but its object
    ticket = own(turn)
    if str(ticket.asked_of) == other:  # it answers there now
        _put_to_sender(turn, None)
    _carry(ticket, {key: one for key, one in ticket.carried.items() if key != other})
    _keep_earliest(turn)


def come_home(turn: Turn, carriers: Iterable[tuple[CaseTicket, UUID]]) -> None:
    """Let a case that stands alone again have what its sender has given, wished and was asked while it was merged.

    That stands in the tickets of those which carried it, the nearest first, under the case that is named with each.
    """
    for ticket, under in carriers:
        if ticket.asked_of == under:  # what was asked of its sender is answered here now
            waiting = own(turn)
            waiting.asked, waiting.asked_at, waiting.asked_until = ticket.asked, ticket.asked_at, ticket.asked_until
            waiting.asked_of = turn.case.case_id
        one = ticket.carried.get(str(under), {})
        if any(one.get(name) for name in (GRANTED, NUMBERS, NOTED)):
            _take_home(turn, one)


def _take_home(turn: Turn, one: Mapping[str, Any]) -> None:
    ticket = own(turn)
    if one.get(GRANTED):
        _date(turn, holder(turn.case, ticket), datetime.fromisoformat(one[GRANTED]))
        _keep_earliest(turn)
    for number in reversed(one.get(NUMBERS, ())):
        _renumber(turn, holder(turn.case, ticket), number)
    _wish(turn, holder(turn.case, ticket), one.get(NOTED, {}))


def _carry(ticket: CaseTicket, carried: dict[str, Any]) -> None:
    ticket.carried = carried
    ticket.carried_numbers = "\n".join(_numbers(carried.values())) or None


def _numbers(carried: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(number for one in carried for number in one["numbers"]))


_CARRIED: type[Schema] = Schema.from_dict(  # type: ignore[assignment]
    {
        "from": fields.UUID(required=True),
        "source": Text(20),
        "external_nos": fields.List(Text(60)),
        "external_due": Moment(),
        "secret": fields.Boolean(),
        "reply_wanted": fields.Boolean(),
        case_objects.OBJECT: fields.UUID(),
        "at": Moment(),  # when it was merged in, if that was before this step
    },
    name="CarriedData",
)
RULES: Mapping[CaseAction, Rule[Prepared]] = {
    CaseAction.NOTE_TICKET: Rule(note_afterwards),
    CaseAction.ASK_SENDER: Rule(ask_return),
    CaseAction.SENDER_TOOK_BACK: Rule(took_back),
    CaseAction.SENDER_REFUSED: Rule(answered),
    CaseAction.ASK_SENDER_TIME: Rule(ask_time),
    CaseAction.SENDER_GAVE_TIME: Rule(gave_time),
    CaseAction.SENDER_KEPT_DATE: Rule(kept_date),
    CaseAction.SECOND_ORDER: Rule(second_order),
    CaseAction.CARRY: Rule(carry, schema=_CARRIED()),
    CaseAction.RELEASE: Rule(release, schema=_CARRIED()),
}
