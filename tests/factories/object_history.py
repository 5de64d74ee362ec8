"""Very many objects, written without the interface: some lie where one looks, all others further off."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from app.core import clock
from app.core.db import db
from app.core.digests import canonical
from app.grids import queries as grids
from app.objects.geometries import band_of
from app.objects.models import ObjectRow
from tests.factories.grids import INSIDE

NEAR = 60  # in the first grid, however long the history is
CASES_AN_OBJECT = 5
FIRST_GRID, *OTHER_GRIDS = INSIDE


def lengthen_objects(app: Any, count: int) -> None:
    """Bring about a component for every five of `count`, of which as many as ever lie in the first grid."""
    far = range(NEAR, count // CASES_AN_OBJECT)
    with app.app_context(), db.engine.begin() as connection:
        enter(connection, range(NEAR), [FIRST_GRID])
        enter(connection, far, OTHER_GRIDS)


def enter(connection: Any, numbers: Iterable[int], codes: list[str]) -> None:
    """Put components on the ground of these grids: at each step a little further, whatever how many."""
    connection.execute(insert(ObjectRow.__table__), [*_components(numbers, codes)])
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE objects"))


def _components(numbers: Iterable[int], codes: list[str]) -> Iterator[dict[str, Any]]:
    now, revision = clock.now(), grids.revision()
    for number in numbers:
        code = codes[number % len(codes)]
        lon, lat = INSIDE[code][0] - 0.045 + 0.09 * (number * 37 % 997) / 997, 36.005 + 0.09 * (number * 53 % 991) / 991
        yield {
            "object_id": UUID(int=number + 1), "kind": "component", "identifier": f"1410250102{number:06}",
            "sort": "0102", "name": "井盖", "lon": lon, "lat": lat, "band": band_of(lat), "grid": code,
            "grid_path": grids.grid(code).path, "placed_by": revision, "state": "in_use",
            "attributes": canonical({}), "version": 1, "digest": "-", "entered_at": now, "changed_at": now,
        }  # fmt: skip
