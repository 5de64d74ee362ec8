"""Measure how long a day's rounds take to be made in a large county: `python -m bench.day_of_rounds`.

500 grids with 100,000 objects of four kinds, and plans that come to 100,000 rounds a year: three a week on every grid,
and every object once a month. The first run, the slowest of the days after it, and a day again. On the SQLite file of
a folder of its own, or on DATABASE_URL, which has to be empty.
"""

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple
from uuid import UUID

import click
from flask_migrate import upgrade
from sqlalchemy import insert

from app.catalogue import files
from app.catalogue import service as catalogue
from app.catalogue.document_terms import DocumentKind
from app.catalogue.files import Document
from app.core import clock, revisions
from app.core.db import db
from app.core.digests import canonical
from app.core.transaction import transaction
from app.factory import MIGRATIONS, create_app
from app.grids.levels import AreaClass, Duty, GridKind, Level
from app.grids.models import Grid, Roster
from app.identity.models import PersonRow
from app.objects.geometries import band_of
from app.objects.models import ObjectRow, ObjectState
from app.rounds import jobs
from bench.server import SETTINGS

GRIDS, OBJECTS, KINDS = 500, 100_000, ("self_built", "small_place", "bridge", "toilet")
MONDAY = datetime(2026, 3, 2, 1, tzinfo=clock.LOCAL)
DAYS = 36  # with a whole month that comes near
SEED = Path(str(catalogue.__file__)).parent / "seed"


@click.command()
def day_of_rounds() -> None:
    """测量大县一天的巡查任务多久生成。Measure how long a day's rounds take to be made."""
    with tempfile.TemporaryDirectory(prefix="gezhi-rounds-") as folder:
        more = {"DATABASE_URL": url} if (url := os.environ.get("DATABASE_URL")) else {}
        app = create_app({**SETTINGS, "DATA_DIR": folder, **more})
        with app.app_context():
            upgrade(directory=str(MIGRATIONS))
            with clock.at(MONDAY - timedelta(days=60)):
                _build()
            first, *rest = [_run(day) for day in range(DAYS)]
            again = _run(DAYS - 1)
    click.echo(f"the first run: {first}")
    click.echo(f"the slowest of the {DAYS - 1} days after: {max(rest)}")
    click.echo(f"the last day again: {again}")


class Run(NamedTuple):
    """How long the planning of a day took, and how many rounds came of it."""

    seconds: float
    processor: float
    count: int

    def __str__(self) -> str:
        """Say so in one line."""
        return f"{self.count} rounds in {self.seconds:.2f} s ({self.processor:.2f} s of the processor)"


def _run(day: int) -> Run:
    with clock.at(MONDAY + timedelta(days=day)):
        began, processor = perf_counter(), process_time()
        count = jobs.sweep_plans()
        return Run(perf_counter() - began, process_time() - processor, count)


def _build() -> None:
    now = clock.now()
    with transaction(unbounded=True):
        services = [one for one in files.read([SEED]) if one.kind != DocumentKind.SERVICE]
        catalogue.import_documents([*services, _service()], by="bench")
        db.session.execute(insert(Grid.__table__), list(_grids(now)))
        db.session.execute(insert(PersonRow.__table__), [_worker(number, now) for number in range(GRIDS)])
        rows = [
            {"grid": _code(one), "person_id": UUID(int=one + 1), "duty": Duty.FULL_TIME, "valid_from": now}
            for one in range(GRIDS)
        ]
        db.session.execute(insert(Roster.__table__), rows)
        revisions.raise_("grids")
        for start in range(0, OBJECTS, 10_000):
            some = [_object(number, now) for number in range(start, start + 10_000)]
            db.session.execute(insert(ObjectRow.__table__), some)
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def _service() -> Document:
    frequency = {"per": "week", "times": 3, "source": "example"}
    plans: list[dict[str, Any]] = [_plan("street", "grid", frequency)]
    plans += [_plan(kind, kind, {"per": "month", "times": 1, "source": "example"}) for kind in KINDS]
    content = {
        "code": "bench", "name": "测量", "kind": "plus", "may_report": ["grid_worker"], "departments": [],
        "admission": {"from": "2026-01-01", "decision": "示例", "source": "example"}, "rounds": plans, "classes": [],
    }  # fmt: skip
    return Document("service", "bench", content, "service[bench]")


def _plan(code: str, subject: str, frequency: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": code, "name": code, "subject": subject, "duty": Duty.FULL_TIME.value, "frequency": frequency,
        "form": [], "finding_classes": [],
    }  # fmt: skip


def _code(number: int) -> str:
    return f"141025{100 + number // 50:03}{200 + number // 5 % 10:03}{number % 5 + 1:03}"


def _grids(now: datetime) -> Iterator[dict[str, Any]]:
    codes = {_code(number) for number in range(GRIDS)}
    levels = ((6, Level.COUNTY), (9, Level.TOWNSHIP), (12, Level.VILLAGE), (15, Level.GRID))
    for length, level in levels:
        for code in sorted({one[:length] for one in codes}):
            above = [code[:one] for one, _ in levels if one <= length]
            box = {"type": "Polygon", "coordinates": [[[112, 36], [113, 36], [113, 37], [112, 37], [112, 36]]]}
            yield {
                "code": code, "name": code, "level": level, "kind": GridKind.GENERAL,
                "parent": above[-2] if len(above) > 1 else None, "path": "".join(f"{one}/" for one in above),
                "boundary": canonical(box), "area_class": AreaClass.C, "has_centre": level is Level.COUNTY,
                "valid_from": now,
            }  # fmt: skip


def _worker(number: int, now: datetime) -> dict[str, Any]:
    return {
        "id": UUID(int=number + 1), "username": f"worker{number}", "name": f"网格员{number}", "password_hash": "-",
        "active": True, "created_at": now,
    }  # fmt: skip


def _object(number: int, now: datetime) -> dict[str, Any]:
    code = _code(number % GRIDS)
    path = "".join(f"{code[:length]}/" for length in (6, 9, 12, 15))
    return {
        "object_id": UUID(int=number + 1), "kind": KINDS[number % len(KINDS)], "sort": "", "name": f"对象{number}",
        "lon": 112.5, "lat": 36.5, "band": band_of(36.5), "grid": code, "grid_path": path, "placed_by": 1,
        "state": ObjectState.IN_USE, "attributes": canonical({}), "version": 1, "digest": "-", "entered_at": now,
        "changed_at": now,
    }  # fmt: skip


if __name__ == "__main__":
    day_of_rounds()
