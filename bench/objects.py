"""Measure how fast the nearest of very many objects are found: `python -m bench.objects`, on SQLite or DATABASE_URL."""

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
from app.factory import MIGRATIONS, create_app
from app.grids import queries as grids
from app.identity import passwords
from app.identity import queries as identity
from app.objects import queries
from app.objects.geometries import band_of
from app.objects.models import ObjectRow
from bench.server import SETTINGS
from bench.world import BOX

SORTS = tuple(f"01{minor:02}" for minor in range(1, 21))  # so many classes of components lie mixed
AT_ONCE, SHOWN = 5_000, 10
MILLISECONDS = 1_000


@click.command()
@click.option("--objects", default=100_000, show_default=True)
@click.option("--questions", default=500, show_default=True)
def measure(objects: int, questions: int) -> None:
    """测量：在许多对象中查找最近的几个。Measure how fast the nearest of very many objects are found."""
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
            db.engine.dispose()


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
    node, sort, now = grids.grid_tree().locate(lon, lat), SORTS[number % len(SORTS)], clock.now()
    if node is None:
        return None
    return {
        "object_id": UUID(int=number + 1), "kind": "component", "identifier": f"141025{sort}{number:06}", "sort": sort,
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
