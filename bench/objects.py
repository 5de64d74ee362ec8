"""Measure how fast objects are found among very many, the nearest and those within a map: `python -m bench.objects`.

On SQLite, or on the server that DATABASE_URL names.
"""

import os
import random
import statistics
import tempfile
import time
from uuid import UUID, uuid4

import click
import flask_migrate
from sqlalchemy import insert

from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.demo import county
from app.desk.object_pages import SHOWN_MOST
from app.factory import MIGRATIONS, create_app
from app.grids import queries as grids
from app.identity import passwords
from app.identity import queries as identity
from app.objects import object_kinds, queries
from app.objects.geometries import band_of
from app.objects.models import ObjectRow
from bench.server import SETTINGS
from bench.world import BOX

SORTS = tuple(f"01{minor:02}" for minor in range(1, 21))  # so many classes of components lie mixed
AT_ONCE, SHOWN = 5_000, 10
OTHERS = 5  # one in so many is of another kind than a component
SHARES, BOXES = (1, 0.5, 0.2, 0.05), 8  # of the ground's height and breadth; so many boxes each
MILLISECONDS = 1_000


@click.command()
@click.option("--objects", default=100_000, show_default=True)
@click.option("--questions", default=500, show_default=True)
def measure(objects: int, questions: int) -> None:
    """测量：在许多对象中查找最近的几个和地图范围内的。Measure how fast objects are found among very many."""
    with tempfile.TemporaryDirectory(prefix="gezhi-bench-") as folder:
        app = create_app({**SETTINGS, "DATA_DIR": folder, "DATABASE_URL": os.environ.get("DATABASE_URL")})
        with app.app_context():
            flask_migrate.upgrade(directory=str(MIGRATIONS))
            county.make(passwords.hash_password(uuid4().hex))
            _fill(objects)
            for name in ("worker1", "acceptor1"):
                person = identity.by_username(name)
                assert person is not None  # noqa: S101 - the county has just been made
                pairs = [_ask(person) for _ in range(questions)][questions // 10 :]
                waits, work = (sorted(one) for one in zip(*pairs, strict=True))
                tail = statistics.quantiles(waits, n=20)[-1]
                click.echo(
                    f"{name}: {statistics.median(waits):.2f} ms, p95 {tail:.2f} ms; "
                    f"of the processor {statistics.median(work):.2f} ms"
                )
            _measure_maps("acceptor1")
            db.engine.dispose()


def _measure_maps(name: str) -> None:
    """Say how long a map waits for what lies within it, by the share of the ground that it shows."""
    person = identity.by_username(name)
    assert person is not None  # noqa: S101 - the county has just been made
    west, south, east, north = BOX
    for share in SHARES:
        waits = []
        for _ in range(BOXES):
            x, y = (random.uniform(0, 1 - share) for _ in range(2))  # noqa: S311
            box = [west + (east - west) * x, south + (north - south) * y]
            box += [box[0] + (east - west) * share, box[1] + (north - south) * share]
            db.session.rollback()
            began = time.perf_counter()
            queries.page(person, {"box": tuple(box)}, None, SHOWN_MOST)
            waits.append((time.perf_counter() - began) * MILLISECONDS)
        click.echo(f"{name}, a map of {share:.0%}: {statistics.median(waits):.0f} ms")


def _fill(count: int) -> None:
    for first in range(0, count, AT_ONCE):
        rows = [row for number in range(first, min(first + AT_ONCE, count)) if (row := _row(number))]
        with transaction():
            db.session.execute(insert(ObjectRow.__table__), rows)
    with transaction() as session:
        session.connection().exec_driver_sql("ANALYZE")


def _row(number: int) -> dict[str, object] | None:
    west, south, east, north = BOX
    lon, lat = random.uniform(west, east), random.uniform(south, north)  # noqa: S311
    others = sorted(set(object_kinds.kinds()) - {"component"})
    kind = "component" if number % OTHERS else others[number // OTHERS % len(others)]
    node, sort, now = grids.grid_tree().locate(lon, lat), SORTS[number % len(SORTS)], clock.now()
    if node is None:
        return None
    return {
        "object_id": UUID(int=number + 1), "kind": kind, "identifier": f"141025{sort}{number:06}", "sort": sort,
        "name": "井盖", "lon": lon, "lat": lat, "band": band_of(lat), "grid": node.code, "grid_path": node.path,
        "placed_by": grids.revision(), "state": "in_use", "attributes": "{}", "version": 1, "digest": "-",
        "entered_at": now, "changed_at": now,
    }  # fmt: skip


def _ask(person: Person) -> tuple[float, float]:
    """Return how long an answer took, and how much of the processor's time, for a place on the person's own ground."""
    lon, lat = _own_place(tuple(person.grounds(Permission.OBJECT_READ)))
    db.session.rollback()
    began, worked = time.perf_counter(), time.process_time()
    queries.nearest(person, f"C{random.choice(SORTS)}", lon, lat, "wgs84", SHOWN)  # noqa: S311
    db.session.rollback()
    return (time.perf_counter() - began) * MILLISECONDS, (time.process_time() - worked) * MILLISECONDS


def _own_place(paths: tuple[str, ...]) -> tuple[float, float]:
    west, south, east, north = BOX
    while True:
        lon, lat = random.uniform(west, east), random.uniform(south, north)  # noqa: S311
        node = grids.grid_tree().locate(lon, lat)
        if node is not None and node.path.startswith(paths):
            return lon, lat


if __name__ == "__main__":
    measure()
