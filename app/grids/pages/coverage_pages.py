"""Where the ground lacks a grid worker, a head or an auxiliary officer: by township, as a list and on a map."""

from typing import Any

from flask import Response, request

from app.core import clock
from app.core.errors import Invalid
from app.core.http import current_person, needs
from app.core.permissions import Permission
from app.frame import forms
from app.frame.pages import Pages, render
from app.grids import coverage, geojson_writer
from app.grids.geojson_writer import OutlineRole
from app.grids.levels import Duty, Level
from app.grids.queries import roster_ground
from app.grids.roster_schemas import CoverageIn

bp = Pages("coverage_admin", "app.grids", url_prefix="/admin/roster/coverage")

GEOJSON = "application/geo+json"
LISTED_MOST = 200  # gaps in the list; the sums and the map show all


@bp.get("/")
@needs(Permission.GRID_ROSTER_READ)
def coverage_page() -> Response:
    """Show what is lacking by township, and since when."""
    wanted, person = _wanted(), current_person()
    gaps = coverage.gaps(person, wanted["under"], wanted["duty"], wanted["at"])
    return render(
        "grids/coverage.html",
        roles=OutlineRole,
        gaps=gaps[:LISTED_MOST],
        total=len(gaps),
        shares=coverage.shares(person, at=wanted["at"]),
        duties=sorted({duty for several in coverage.NEEDED.values() for duty in several}, key=list(Duty).index),
        wanted=wanted,
        carried=_carried(wanted),
        township_word=Level.TOWNSHIP.words,
    )


@bp.get("/outlines")
@needs(Permission.GRID_ROSTER_READ)
def outlines() -> Response:
    """Give the grids that should have somebody to the map, those without them marked."""
    wanted, person = _wanted(), current_person()
    duty = wanted["duty"] or Duty.FULL_TIME
    roles = {
        gap.grid.code: OutlineRole.CHANGED if gap.away else OutlineRole.FAULTY
        for gap in coverage.gaps(person, wanted["under"], duty, wanted["at"])
    }
    nodes = roster_ground(person, wanted["under"])
    of_duty = [node for node in nodes if not node.ended and duty in coverage.NEEDED.get(node.level, ())]
    return Response(geojson_writer.lacking(of_duty, roles), content_type=GEOJSON)


def _carried(wanted: dict[str, Any]) -> dict[str, str]:
    """Return what the address asks, to be asked again: of a day, by its date in the county."""
    named = {name: str(wanted[name]) for name in ("under", "duty") if wanted[name]}
    return named | ({"at": f"{clock.local(wanted['at']):%Y-%m-%d}"} if wanted["at"] else {})


def _wanted() -> dict[str, Any]:
    """Read what the address asks; what cannot be read asks nothing."""
    try:
        return forms.read(
            CoverageIn(), {name: request.args[name] for name in ("under", "duty", "at") if request.args.get(name)}
        )
    except Invalid:
        return forms.read(CoverageIn(), {})
