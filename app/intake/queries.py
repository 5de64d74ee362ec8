"""Read what intake knows of a case."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, literal, or_, select

from app.cases import case_secrecy
from app.cases import queries as cases
from app.cases.case_tickets import FORMER
from app.cases.clocks import case_limits
from app.cases.models import Case, CaseLink, CaseStep, CaseTicket
from app.cases.protocol import FormData
from app.cases.visibility import IN_EARNEST, visible_to
from app.cases.whole import Whole
from app.core.db import db
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.permissions import Person
from app.intake import duplicates, named_people
from workflows import case as machine
from workflows.case_terms import CaseAction, CaseSource, CaseState, LinkKind
from workflows.forms import Choice
from workflows.words import Words, plain

_ANSWERED = {
    CaseAction.SENDER_TOOK_BACK: CaseAction.ASK_SENDER,
    CaseAction.SENDER_REFUSED: CaseAction.ASK_SENDER,
    CaseAction.SENDER_GAVE_TIME: CaseAction.ASK_SENDER_TIME,
    CaseAction.SENDER_KEPT_DATE: CaseAction.ASK_SENDER_TIME,
}
_KNOWN = Words(
    "同一来源的这个编号已登记为案件 {}，尚未办结，不再另立一件；要补充的，请在“事项”一栏写明。",
    "Case {} has this number of the same source and is open: no second one is made. Say as a step what is new.",
)
_ENDS = (CaseState.CLOSED, CaseState.REJECTED, CaseState.VOIDED)  # after which a sender orders again
MERGEABLE_MOST = 20  # cases offered to merge into
CARRIERS_MOST = 50  # cases looked at that carry one number


class NoCitizen(NotFound):
    """此案件没有登记上报的群众。"""

    code = "no_citizen"
    en = "No citizen is registered with this case."


class SenderSecret(Forbidden):
    """此案件的来源对承办单位保密，不能查看上报的群众。"""

    code = "sender_secret"
    en = "Who sent this case is kept from departments."


def citizen_of(case_id: UUID, person: Person) -> UUID:
    """Return the citizen behind a case that the person sees; raise CaseNotFound, NoCitizen, SenderSecret."""
    whole = cases.whole(case_id, person)
    if case_secrecy.hides_sender(whole, person):
        raise SenderSecret
    citizen_id = whole.case.citizen_id
    if citizen_id is None:
        raise NoCitizen
    return citizen_id


class NobodyNamed(NotFound):
    """此案件的这一题没有登记人员。"""

    code = "nobody_named"
    en = "Nobody is named by an answer to this question of the case."


def people_of(case_id: UUID, person: Person) -> list[tuple[str, Words, UUID]]:
    """Return those whom answers name in a case that the person sees: question, what it is called, under which id.

    Raises CaseNotFound, SenderSecret.
    """
    whole = cases.whole(case_id, person)
    if case_secrecy.hides_sender(whole, person):
        raise SenderSecret
    rules = case_limits.class_of(whole.case)
    labels = {one.name: one.label for one in rules.form} if rules else {}
    return [
        (name, labels.get(name, plain(name)), named_people.id_of(case_id, name))
        for name in named_people.kept_in(whole.case)
    ]


def person_of(case_id: UUID, question: str, person: Person) -> UUID:
    """Return under which id an answer names somebody; raise as `people_of` does, and NobodyNamed."""
    people = {name: named for name, _, named in people_of(case_id, person)}
    if question not in people:
        raise NobodyNamed
    return people[question]


class NoTicket(NotFound):
    """没有收到过这个编号的工单，或有几个案件用这个编号。"""

    code = "no_ticket"
    en = "No ticket of this number was taken in, or several were."


class TicketKnown(Conflict):
    """同一来源的这个编号已有未办结的案件，不再另立一件。"""

    code = "ticket_known"
    en = "An open case has this number of the same source already: no second one is made."


def refuse_second(case_id: UUID, source: CaseSource, number: str) -> None:
    """Raise TicketKnown where another case that has not ended is of this ticket: somebody registered it by hand.

    One that was merged goes on in another. `case_id` is what the file makes of the ticket itself.
    """
    goes_on = Case.state.in_(sorted((*machine.OPEN, CaseState.MERGED)))
    of_ticket = (Case.source == source, Case.external_no == number, Case.case_id != case_id, IN_EARNEST)
    known = db.session.scalar(select(Case.number).where(*of_ticket, goes_on).order_by(Case.case_id).limit(1))
    if known is not None:
        raise TicketKnown(_KNOWN.format(known))


def ticket_of(case_id: UUID, source: CaseSource, number: str, person: Person) -> tuple[UUID, int]:
    """Return the case of a ticket that was taken in before, or that which carries it, with its `seq`; raise NoTicket.

    `case_id` is what a file makes of it; one that was registered by hand is found by its source and number.
    """
    of_ticket = (Case.source == source, or_(Case.case_id == case_id, Case.external_no == number), IN_EARNEST)
    at_work = select(Case.case_id, Case.seq).where(Case.state != CaseState.MERGED, IN_EARNEST, visible_to(person))
    for wanted in (
        lambda: of_ticket,
        lambda: [Case.case_id == _carrier(of_ticket)],
        lambda: [Case.case_id.in_(_carriers(source, number))],
    ):
        matches = db.session.execute(at_work.where(*wanted()).limit(2)).all()
        if len(matches) == 1:
            return matches[0].case_id, matches[0].seq
    raise NoTicket


def _carrier(of_ticket: Iterable[ColumnElement[bool]]) -> UUID | None:
    """Return the case into which that of a ticket was merged, and that again, to the one which stands alone."""
    merged = db.session.scalars(select(Case.case_id).where(*of_ticket, Case.state == CaseState.MERGED).limit(2)).all()
    carrier = merged[0] if len(merged) == 1 else None
    into = select(CaseLink.other).where(CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None))
    while carrier and (further := db.session.scalar(into.where(CaseLink.case_id == carrier))):
        carrier = further
    return carrier


def _carriers(source: CaseSource, number: str) -> list[UUID]:
    """Return the cases that carry a number of this source, which may be another than that of the ticket's own case."""
    rows = db.session.execute(
        select(CaseTicket.case_id, CaseTicket.carried, Case.source)
        .join(Case, Case.case_id == CaseTicket.case_id)
        .where(_carries(number))
        .limit(CARRIERS_MOST)
    )
    return [
        row.case_id
        for row in rows
        if any(
            number in one["numbers"] and source == (row.source if key == FORMER else one.get("source", source))
            for key, one in row.carried.items()
        )
    ]


def sender_no(acting: UUID, case_id: UUID, source: CaseSource, number: str) -> str:
    """Return by which number the case that acts for a ticket knows its sender.

    That is the number of the case of the ticket itself, which no other has; of one that came there through a second
    merge, the number elsewhere.
    """
    carried = select(CaseLink.case_id).where(
        CaseLink.other == acting, CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None)
    )
    own = select(Case.number).where(
        Case.source == source,
        or_(Case.case_id == case_id, Case.external_no == number),
        or_(Case.case_id == acting, Case.case_id.in_(carried)),
    )
    matches = db.session.scalars(own.limit(2)).all()
    return matches[0] if len(matches) == 1 else number


def is_own(acting: UUID, case_id: UUID, source: CaseSource, number: str) -> bool:
    """Tell whether the case that acts for a ticket is the one it brought, and not one into which that was merged."""
    numbered = or_(Case.case_id == case_id, Case.external_no == number)
    own = select(Case.case_id).where(Case.case_id == acting, Case.source == source, numbered)
    return db.session.scalar(own) is not None


def occasion(acting: UUID, action: CaseAction) -> str:
    """Return on which occasion a later row is taken: the ask that it answers, the end that it undoes, the round.

    It stays the same once the word was taken, until the next ask, end or round.
    """
    steps = select(CaseStep.seq).where(CaseStep.case_id == acting).order_by(CaseStep.seq.desc()).limit(1)
    if action in _ANSWERED:
        return f"ask {db.session.scalar(steps.where(CaseStep.action == _ANSWERED[action]))}"
    if action in (CaseAction.SECOND_ORDER, CaseAction.REOPEN):
        ended = CaseStep.state_to.in_(_ENDS), CaseStep.state_from.not_in(_ENDS)
        return f"end {db.session.scalar(steps.where(*ended))}"
    return f"round {db.session.scalar(select(Case.round).where(Case.case_id == acting))}"


def _carries(number: str) -> ColumnElement[bool]:
    pattern = number.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return (literal("\n") + CaseTicket.carried_numbers + literal("\n")).like(f"%\n{pattern}\n%", escape="\\")


def mergeable(whole: Whole, person: Person, _: FormData) -> list[Choice]:
    """Return the open cases into which one may be merged: those close by first, then others of its grid."""
    case = whole.case
    close = {one.case_id: one.distance_m for one in duplicates.near_case(case, person)}
    wanted = (Case.grid == case.grid) | Case.case_id.in_(list(close))
    rows = db.session.execute(
        select(Case.case_id, Case.number, Case.state, Case.address, Case.description)
        .where(
            wanted,
            Case.case_id != case.case_id,
            Case.state.in_(sorted(machine.OPEN)),
            Case.drill == case.drill,
            visible_to(person),
        )
        .order_by(Case.case_id.in_(list(close)).desc(), Case.changed_at.desc(), Case.case_id)
        .limit(MERGEABLE_MOST)
    )
    return [Choice(str(row.case_id), _called(row, close.get(row.case_id))) for row in rows]


def _called(row: Any, metres: int | None) -> Words:
    """Say which case it is, how it stands, and how far it is, where both have a point."""
    what, state = f"{row.number} {row.address or row.description[:20]}", machine.CASE.states[row.state]
    if metres is None:
        return plain(" · ").join([what, state])
    return Words("{} · {} · 相距 {} 米", "{} · {} · {} m away").format(what, state, metres)
