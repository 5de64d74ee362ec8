"""The routes of the catalogue: all of it for phones, and the admission list for everybody."""

from typing import Any

from flask import Response

from app.catalogue import queries
from app.catalogue.admissions import listed_services
from app.catalogue.schemas.responses import AdmissionsOut, CatalogueOut
from app.core.http import Blueprint, needs, not_modified, public
from app.core.permissions import Permission

bp = Blueprint(
    "catalogue",
    url_prefix="/api/v1/catalogue",
    description="类别、立案条件、时限和服务 Classes, conditions, limits and services",
)


@bp.get("")
@needs(Permission.CATALOGUE_READ)
@bp.response(200, CatalogueOut)
@bp.alt_response(304, description="未变化。Unchanged.")
def read_catalogue() -> Response:
    """类别、立案条件、时限和服务，一次给全。Give the whole catalogue."""
    answer = queries.whole_now()
    response = not_modified(answer.tag) or Response(answer.body, content_type="application/json")
    response.set_etag(answer.tag)  # strong: the bytes are the same
    response.headers["Cache-Control"] = "private, no-cache"  # keep it, but ask whether it still holds
    return response


@bp.get("/admissions")
@public("which duties the grids may be given is listed for everybody")
@bp.response(200, AdmissionsOut)
def read_admissions() -> dict[str, Any]:
    """网格事项准入清单：哪些服务可以交给网格，依据和期限。Which services the grids may be given, by which decision."""
    return {
        "items": [
            {
                "service": one.service.code,
                "name": one.service.name,
                "state": one.state,
                "decision": one.service.admission.decision,
                "number": one.service.admission.number,
                "from_": one.service.admission.since,
                "until": one.service.admission.until,
                "example": one.example,
            }
            for one in listed_services()
        ]
    }
