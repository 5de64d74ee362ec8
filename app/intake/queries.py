"""Read what intake knows of a case."""

from uuid import UUID

from app.cases import queries as cases
from app.core.errors import NotFound
from app.core.permissions import Person


class NoCitizen(NotFound):
    """此案件没有登记上报的群众。"""

    code = "no_citizen"
    en = "No citizen is registered with this case."


def citizen_of(case_id: UUID, person: Person) -> UUID:
    """Return the citizen behind a case that the person sees; raise CaseNotFound, NoCitizen."""
    found = cases.whole(case_id, person).case.citizen_id
    if found is None:
        raise NoCitizen
    return found
