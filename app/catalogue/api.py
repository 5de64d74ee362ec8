"""The route of the catalogue."""

from flask import Response

from app.catalogue import queries
from app.catalogue.schemas.responses import CatalogueOut
from app.core.http import Blueprint, needs, not_modified
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
