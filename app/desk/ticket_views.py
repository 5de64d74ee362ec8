"""Say in words what the sender of a case wants and was told, and what those who look on have asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.cases import case_secrecy, case_tickets
from app.cases.case_tickets import OpenAsk
from app.cases.clocks import clock_states, dates_above
from app.cases.models import CaseClock, CaseSupervision, CaseTicket
from app.cases.whole import Whole
from app.core import clock
from app.core.permissions import Person
from app.departments.queries import directory
from app.desk import words
from app.desk.countdown import TimeLeft, remaining
from app.identity import queries as identity
from workflows import case_forms
from workflows.case_terms import CaseAction
from workflows.forms import NO, YES
from workflows.ticket_terms import OrderState
from workflows.words import Words, plain

Line = tuple[Words, Words]
_KIND, _SECRET, _REPLY_WANTED = (field.label for field in case_forms.TICKET)
_CALL_BACK = case_forms.FORMS[CaseAction.CALL_BACK]
_OF_ROUND = Words("第 {} 轮：{}", "Round {}: {}")
_ENDED = Words("{}（此前一轮的期限，本轮不受其限）", "{} (of an earlier round, which does not bind this one)")
_OPEN_ASK = Words("{}（{} 提出，待答复）", "{} (asked {}, not answered yet)")
_OF_WHOM = Words("{}：{}", "{}: {}")
_UNTIL = Words("{}至 {}", "{} until {}")


@dataclass(frozen=True)
class OrderView:
    """A supervision order in words."""

    n: int
    title: str
    card: Words
    wording: str | None
    issued_at: datetime
    issued_by: str
    ends_at: datetime | None
    left: TimeLeft | None
    state: Words
    late: bool
    response: str | None
    replied_at: datetime | None
    replied_by: str
    lifted_at: datetime | None
    lifted_by: str


def ticket_facts(whole: Whole, person: Person) -> list[Line]:
    """Return what is known of the ticket of a case, label and value, so far as the person may know."""
    hides, ticket = case_secrecy.hides_sender(whole, person), whole.ticket
    numbers = [] if hides else case_tickets.numbers(whole.case, ticket)
    lines = [
        (_KIND, words.TICKET_KINDS[ticket.kind] if ticket and ticket.kind else None),
        (case_forms.EXTERNAL_NO.label, plain("、".join(numbers)) if numbers else None),
        (case_forms.EXTERNAL_DUE.label, _date_of_sender(whole)),
        (_SECRET, YES if case_tickets.is_secret(ticket) else None),
        (_REPLY_WANTED, YES if case_tickets.wants_reply(whole.case, ticket) else None),
        *(_of_answers(whole, ticket, hides=hides) if ticket else ()),
    ]
    return [(label, value) for label, value in lines if value is not None]


def _date_of_sender(whole: Whole) -> Words | None:
    """Return by when the senders want it; where it had ended before this round, so it says."""
    date = whole.case.external_due_at
    if date is None or dates_above.binds(whole, date):
        return _moment(date)
    return _ENDED.format(_moment(date))


def ask_words(ask: OpenAsk | None, *, hides: bool) -> Words | None:
    """Say what is asked of which sender, by the source and the numbers there, and to when; nothing for nothing."""
    if ask is None:
        return None
    what = words.SENDER_ASKS[ask.kind]
    if ask.until is not None:
        what = _UNTIL.format(what, _moment(ask.until))
    if ask.source is None:
        return what
    numbers = [] if hides else [plain("、".join(ask.numbers))] if ask.numbers else []
    return _OF_WHOM.format(plain(" ").join([words.SOURCES[ask.source], *numbers]), what)


def _of_answers(whole: Whole, ticket: CaseTicket, *, hides: bool) -> list[tuple[Words, Words | None]]:
    """Return what was asked of the sender, what they were told, and what they said when they were called back.

    What is of an earlier round names it.
    """
    replied, called = case_tickets.answers_of_round(whole)
    ask = ask_words(case_tickets.open_ask(whole.case, ticket), hides=hides)
    sought = _OPEN_ASK.format(ask, _moment(ticket.asked_at)) if ask else None
    satisfied = next(one.label for one in _CALL_BACK.fields if one.name == "satisfaction")
    reply = plain(ticket.reply) if ticket.reply and not hides else None
    outcome = words.OUTCOMES[ticket.outcome] if ticket.outcome and not hides else None
    content = words.SATISFACTIONS[ticket.satisfaction] if ticket.satisfaction else None
    return [
        (CaseAction.SECOND_ORDER.words, _moment(ticket.ordered_at)),
        (Words("已向来源申请", "Asked of the sender"), sought),
        (case_forms.REPLY_TEXT.label, _of_round(reply, ticket.replied_round, replied)),
        (case_forms.OUTCOME.label, _of_round(outcome, ticket.replied_round, replied)),
        (Words("回访次数", "Calls back"), plain(str(ticket.calls)) if ticket.calls else None),
        (Words("已联系上", "Reached"), (YES if called else NO) if ticket.calls else None),
        (satisfied, _of_round(content, ticket.called_round, called)),
    ]


def _of_round(text: Words | None, of: int | None, current: bool) -> Words | None:
    return text if current or text is None else _OF_ROUND.format(of, text)


def orders_of(whole: Whole) -> list[OrderView]:
    """Return the supervision orders of a case, the newest first."""
    by_number = {one.clock: one for one in whole.clocks}
    return orders([(row, by_number.get(row.clock or 0)) for row in whole.supervisions[::-1]])


def orders(rows: Sequence[tuple[CaseSupervision, CaseClock | None]]) -> list[OrderView]:
    """Return supervision orders in words, each given with its clock; the names of people are looked up once."""
    people = identity.names({one for row, _ in rows for one in (row.issued_by, row.replied_by, row.lifted_by) if one})
    return [_order(row, own, people) for row, own in rows]


def _order(row: CaseSupervision, own: CaseClock | None, people: Mapping[UUID, str]) -> OrderView:
    now, runs = clock.now(), own is not None and own.stopped_at is None
    replied_by = _name(people, row.replied_by)
    return OrderView(
        n=row.n,
        title=row.number,
        card=words.GRADES[row.grade],
        wording=row.wording,
        issued_at=row.issued_at,
        issued_by=_name(people, row.issued_by),
        ends_at=row.due_at,
        left=remaining(row.due_at, now) if runs else None,
        state=_state(row),
        late=own is not None and clock_states.is_late(own, now),
        response=row.reply,
        replied_at=row.replied_at,
        replied_by=f"{directory().name_of(row.replied_for)} {replied_by}" if row.replied_for else replied_by,
        lifted_at=row.lifted_at,
        lifted_by=_name(people, row.lifted_by),
    )


def _name(people: Mapping[UUID, str], person_id: UUID | None) -> str:
    return people.get(person_id, "") if person_id else ""


def _state(row: CaseSupervision) -> Words:
    if row.lifted_at is not None:
        return OrderState.LIFTED.words
    return (OrderState.ANSWERED if row.replied_at is not None else OrderState.WAITING).words


def _moment(moment: datetime | None) -> Words | None:
    return plain(clock.minute(moment)) if moment else None
