"""The map of grids, which a phone keeps, and the grid at a place."""

from typing import Any

from flask import Response, request

from app.core.http import Blueprint, needs, not_modified
from app.core.permissions import Permission
from app.grids import queries
from app.grids.schemas import GridMapOut, LocatedOut, LocateIn

bp = Blueprint("grids", url_prefix="/api/v1/grids", description="网格：边界与定位 Grids: boundaries and places")

GEOJSON = "application/geo+json"
_KEPT = "private, no-cache"  # kept by the phone, and asked about each time


@bp.get("")
@needs(Permission.GRID_READ)
@bp.response(200, GridMapOut, content_type=GEOJSON)
@bp.alt_response(304, description="未变化。Unchanged.")
def all_grids() -> Response:
    """现有的全部网格及边界（GeoJSON），一次给全。Give all grids with their boundaries, whole."""
    etag = f"grids-{queries.revision()}"
    answer = not_modified(etag)
    if answer is None:
        answer = _map()
        answer.set_etag(etag, weak=True)
    answer.headers["Cache-Control"] = _KEPT
    return answer


def _map() -> Response:
    tree = queries.grid_tree()
    small = request.accept_encodings["gzip"] > 0
    answer = Response(tree.geojson_gzip if small else tree.geojson, content_type=GEOJSON)
    answer.headers["Vary"] = "Accept-Encoding"
    if small:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@bp.get("/locate")
@needs(Permission.GRID_READ)
@bp.arguments(LocateIn, location="query")
@bp.response(200, LocatedOut)
def locate(place: dict[str, Any]) -> dict[str, Any]:
    """某处所在的最小网格及其各级上级；不在辖区内时为 422 place_outside。Find the grid at a place."""
    point = queries.locate(**place)
    return {
        "grid": point.grid,
        "ancestors": queries.grid_tree().ancestors(point.grid.code),
        "lon": point.lon,
        "lat": point.lat,
    }
