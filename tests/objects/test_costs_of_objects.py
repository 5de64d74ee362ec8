"""What is near, and a page of a list, cost the same whatever the number of objects in the county."""

from uuid import UUID

import pytest
from sqlalchemy import insert

from app.core import clock
from app.core.db import db
from app.core.digests import canonical
from app.core.transaction import transaction
from app.grids import queries as grids
from app.objects.geometries import band_of
from app.objects.models import ObjectRow
from tests.factories.grids import COUNTY, INSIDE
from tests.factories.town import GRID, HERE
from tests.support.queries import counted
from tests.support.rows_read import rows_read

TOKEN = 1  # the statement that finds who asks
FEW, MANY = 400, 4_000
NEAR = {"class": "C0102", "lon": HERE[0], "lat": HERE[1]}


def fill(first, last):
    """Put components all over the county: at each step a little further, whatever how many."""
    rows, now = [], clock.now()
    for number in range(first, last):
        grid = list(INSIDE)[number % 4]
        lon, lat = INSIDE[grid][0] - 0.045 + 0.09 * (number * 37 % 997) / 997, 36.005 + 0.09 * (number * 53 % 991) / 991
        rows.append({
            "object_id": UUID(int=number + 1), "kind": "component", "identifier": f"1410250102{number:06}",
            "sort": "0102", "name": "井盖", "lon": lon, "lat": lat, "band": band_of(lat), "grid": grid,
            "grid_path": grids.grid(grid).path, "placed_by": grids.revision(), "state": "in_use",
            "attributes": canonical({}), "version": 1, "digest": "-", "entered_at": now, "changed_at": now,
        })  # fmt: skip
    with transaction():
        db.session.execute(insert(ObjectRow.__table__), rows)
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("ANALYZE objects")


@pytest.fixture
def asked(town):
    """The lists that are asked for, by whom."""
    keeper = town.hire("administrator", "grid", COUNTY)
    return {
        "nearest": lambda: keeper.get("objects/nearest", **NEAR),
        "nearest of the own grid": lambda: town.worker.get("objects/nearest", **NEAR),
        "a page": lambda: keeper.get("objects", kind="component", limit=20),
        "a page of the own grid": lambda: town.worker.get("objects", limit=20),
        "a box": lambda: keeper.get("objects/features", kind="component", box="112.04,36.04,112.05,36.05", limit=50),
        "layers within a map": lambda: keeper.get(
            "objects/features", kinds="component,pipe", box="112.04,36.04,112.05,36.05", limit=50
        ),
        "one by its identifier": lambda: keeper.get("objects", kind="component", identifier="1410250102000007"),
    }


def test_what_is_read_does_not_grow_with_the_county(town, asked):
    reads = {}
    for first, last in ((0, FEW), (FEW, MANY)):
        with town.app.app_context():
            fill(first, last)
        for name, ask in asked.items():
            ask()
            with rows_read() as read, counted() as statements:
                answer = ask()
            assert answer.status_code == 200, answer.get_json()
            assert len(statements) <= TOKEN + 2, (name, statements)
            reads.setdefault(name, []).append(read.amount)
    for name, (few, many) in reads.items():
        grows = 1.5 if name in ("a page", "one by its identifier") else 10  # so many more lie in a box or a grid
        assert many <= max(few, 60) * grows + 400, (name, few, many)


def test_the_nearest_come_first_and_no_further_than_is_looked(town):
    with town.app.app_context():
        fill(0, MANY)
    near = town.worker.get("objects/nearest", **NEAR, limit=20).get_json()
    distances = [one["distance_m"] for one in near["items"]]
    assert len(distances) == 20
    assert distances == sorted(distances)
    assert distances[-1] <= near["within_metres"]
    assert {one["grid"]["code"] for one in near["items"]} == {GRID}
    assert town.worker.get("objects/nearest", **{**NEAR, "class": "C0101"}).get_json()["items"] == []
    assert town.worker.get("objects/nearest", **{**NEAR, "class": "nothing"}).get_json()["items"] == []
