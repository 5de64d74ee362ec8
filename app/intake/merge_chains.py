"""Follow a case that was merged, and the one that carries it, and that one again, up to the one which stands alone."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from app.cases import case_tickets
from app.cases.models import Case, CaseLink, CaseTicket
from app.core.db import db
from workflows.case_terms import LinkKind


def upwards(merged: UUID) -> Iterator[CaseLink]:
    """Yield by which link a case was merged, and that again, to the one which stands alone."""
    standing = select(CaseLink).where(CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None))
    case_id = merged
    while link := db.session.scalar(standing.where(CaseLink.case_id == case_id)):
        yield link
        case_id = link.other


def ticket_of(case_id: UUID) -> CaseTicket | None:
    """Return what the sender of a case wants, freshly read."""
    return db.session.get(CaseTicket, case_id, populate_existing=True)


def speaks_for(carrier: UUID, merged: UUID) -> bool:
    """Tell whether what the cases above know of a sender of the carrier is known of the one of a case merged there."""
    case, ticket = db.session.get(Case, carrier), ticket_of(carrier)
    return case is not None and ticket is not None and case_tickets.holder(case, ticket) == str(merged)


def carriers(merged: UUID, into: UUID) -> Iterator[tuple[CaseTicket, UUID]]:
    """Yield the tickets of the cases above, the nearest first, where something may have been said of a merged case.

    With each goes the case under which it stands there: of one merged twice, that through which it came.
    """
    under, carrier = merged, into
    while ticket := ticket_of(carrier):
        yield ticket, under
        further = next(upwards(carrier), None)
        if further is None or not speaks_for(carrier, under):
            return
        under, carrier = carrier, further.other
