"""See to it that whoever is signed in and is refused something leaves a trace, whichever way the answer was given."""

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError

from app.audit import refusals
from app.core.errors import Problem
from app.core.http import refused_inside, route_of
from app.core.logs import log

ROUTE_MOST = 160


def init(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    """Count a refusal; that it cannot be written must not change the answer."""
    times = refused_inside() or (response.status_code == 403)
    person = g.get("person")
    if not times or person is None or person.person_id is None:
        return response
    route, permission = route_of(request)
    try:
        refusals.note(person.person_id, route[:ROUTE_MOST], permission, int(times))
    except (Problem, OperationalError) as error:
        log.warning("refusal.not_noted", exc_info=error)
    return response
