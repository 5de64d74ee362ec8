"""The route of the catalogue."""

from flask import Response

from app.catalogue import queries
from app.catalogue.schemas.answers import CatalogueOut
from app.core.http import Blueprint, needs, not_modified
from app.core.permissions import Permission

bp = Blueprint("catalogue", url_prefix="/api/v1/catalogue", description="类别、立案条件、时限和服务")


@bp.get("")
@needs(Permission.CATALOGUE_READ)
@bp.response(200, CatalogueOut)
def read_catalogue() -> Response:
    """Return the whole catalogue, or 304 to whom has it."""
    answer = queries.whole_now()
    response = not_modified(answer.tag) or Response(answer.body, content_type="application/json")
    response.set_etag(answer.tag)  # strong: the bytes are the same
    response.headers["Cache-Control"] = "private, no-cache"  # keep it, but ask whether it still holds
    return response
