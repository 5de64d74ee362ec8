"""What helps at a desk beside the cases themselves: who else is at a case."""

from uuid import UUID

from flask import Response, request

from app.cases import queries as cases
from app.cases.errors import CaseNotFound
from app.core.http import current_person, needs
from app.core.pages import Pages, render
from app.core.permissions import Permission
from app.desk import presence as presences
from app.identity import queries as identity

bp = Pages("desk_aids", "app.desk", url_prefix="/desk")


@bp.get("/cases/<uuid:case_id>/presence")
@needs(Permission.CASE_READ)
def presence(case_id: UUID) -> Response:
    """Say who else has the form of this case open."""
    person = current_person()
    if not cases.exists_for(case_id, person):
        raise CaseNotFound
    here = presences.others(case_id, person, acting="acting" in request.args)
    return render("desk/presence.html", names=list(identity.names(here).values()))
