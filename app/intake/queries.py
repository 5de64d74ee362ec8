"""Read what intake knows of a case."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases import case_secrecy
from app.cases import queries as cases
from app.cases.models import Case
from app.cases.protocol import Given
from app.cases.visibility import visible_to
from app.cases.whole import Whole
from app.core.db import db
from app.core.errors import Forbidden, NotFound
from app.core.permissions import Person
from app.intake import duplicates
from workflows import case as machine
from workflows.forms import Choice
from workflows.words import Words, plain

MERGEABLE_MOST = 20  # cases offered to merge into


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


def mergeable(whole: Whole, person: Person, _: Given) -> list[Choice]:
    """Return the open cases into which one may be merged: those close by first, then others of its grid."""
    case = whole.case
    close = {one.case_id: one.distance_m for one in duplicates.near_case(case, person)}
    wanted = (Case.grid == case.grid) | Case.case_id.in_(list(close))
    rows = db.session.execute(
        select(Case.case_id, Case.number, Case.state, Case.address, Case.description)
        .where(wanted, Case.case_id != case.case_id, Case.state.in_(sorted(machine.OPEN)), visible_to(person))
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
