"""Read what intake knows of a case."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.cases import queries as cases
from app.cases.models import Case
from app.cases.visibility import visible_to
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Person
from app.intake import duplicates
from workflows import case as machine

MERGEABLE_MOST = 20  # cases offered to merge into


class NoCitizen(NotFound):
    """此案件没有登记上报的群众。"""

    code = "no_citizen"
    en = "No citizen is registered with this case."


@dataclass(frozen=True)
class Mergeable:
    """An open case that may carry another one; how far it is, where both have a point."""

    case_id: UUID
    number: str
    state: str
    address: str
    description: str
    distance_m: int | None


def citizen_of(case_id: UUID, person: Person) -> UUID:
    """Return the citizen behind a case that the person sees; raise CaseNotFound, NoCitizen."""
    citizen_id = cases.whole(case_id, person).case.citizen_id
    if citizen_id is None:
        raise NoCitizen
    return citizen_id


def mergeable(case: Case, person: Person) -> list[Mergeable]:
    """Return the open cases into which one may be merged: those close by first, then others of its grid."""
    close = {one.case_id: one.distance_m for one in duplicates.near_case(case, person)}
    wanted = (Case.grid == case.grid) | Case.case_id.in_(list(close))
    rows = db.session.execute(
        select(Case.case_id, Case.number, Case.state, Case.address, Case.description)
        .where(wanted, Case.case_id != case.case_id, Case.state.in_(sorted(machine.OPEN)), visible_to(person))
        .order_by(Case.case_id.in_(list(close)).desc(), Case.changed_at.desc(), Case.case_id)
        .limit(MERGEABLE_MOST)
    )
    return [Mergeable(*row, close.get(row.case_id)) for row in rows]
