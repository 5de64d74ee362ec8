"""A long history, written without the interface: copies of one county's cases, each with all that it owns.

With them grows what is kept beside cases: messages that were read, shifts done and handed over, files of others.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, MetaData, Table, Uuid, insert, select, text

from app.cases.models import Case, CaseClock, CaseStep, CaseSupervision, CaseTask, CaseTicket
from app.core import clock
from app.core.db import db
from app.duty.models import DutyRow, Handover
from app.frame.exports.models import Export, ExportFormat, ExportStatus
from app.notices.models import Notice
from tests.factories.grids import COUNTY

OWNED = (CaseStep, CaseTask, CaseClock, CaseTicket, CaseSupervision)
APART = timedelta(minutes=7)  # from one case to the one before
CASES_A_SHIFT = 10
HALF_A_DAY = timedelta(hours=12)  # of a shift
FURTHER = 10_000_000  # than any effect that is owed


def lengthen(app: Any, count: int) -> None:
    """Bring the number of cases to `count` by copies of those that have ended, further and further back in time."""
    chance = Random(count)  # noqa: S311 - places, not keys
    with app.app_context(), db.engine.begin() as connection:
        ended = connection.execute(select(Case.__table__).where(Case.closed_at.is_not(None))).mappings().all()
        there = connection.scalar(select(db.func.count()).select_from(Case)) or 0
        copies = [_copy(row, there + number, chance) for number, row in enumerate(islice(cycle(ended), count - there))]
        connection.execute(insert(Case), [new for _, new in copies])
        carry_along(connection, [(old, new["case_id"]) for old, new in copies], OWNED, "case_id")
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def carry_along(connection: Any, copies: Iterable[tuple[Any, Any]], owned: Iterable[Any], key: str) -> None:
    """Let each copy, named after what it is copied from, own as much as that."""
    pairs = Table("copies", MetaData(), Column("old", Uuid), Column("new", Uuid), prefixes=["TEMPORARY"])
    pairs.create(connection)
    connection.execute(insert(pairs), [{"old": old, "new": new} for old, new in copies])
    for kind in owned:
        table = kind.__table__
        columns = [pairs.c.new if each.name == key else each for each in table.columns]
        rows = select(*columns).join_from(table, pairs, pairs.c.old == table.c[key])
        connection.execute(insert(table).from_select([each.name for each in table.columns], rows))
    pairs.drop(connection)


def accompany(app: Any, count: int, *, left_by: Any, others: list[Any]) -> None:
    """Write what such a history leaves beside its cases: who was on duty (and is today), and who took away files."""
    now = clock.now()
    with app.app_context(), db.engine.begin() as connection:
        told = connection.execute(select(Notice.__table__)).mappings().all()
        first = max(row["id"] for row in told) + 1
        connection.execute(
            insert(Notice),
            [
                {**row, "id": first + number, "outbox_id": FURTHER + number, "read_at": now}
                for number, row in enumerate(islice(cycle(told), count))
            ],
        )
        shifts = [now - HALF_A_DAY * number for number in range(1, count // CASES_A_SHIFT)]
        connection.execute(
            insert(Handover),
            [
                {
                    "id": uuid4(), "centre": COUNTY, "day": at.date(), "shift": f"{at:%H}", "note": "无", "cases": [],
                    "left_by": left_by, "left_at": at,
                }
                for at in shifts
            ],
        )  # fmt: skip
        connection.execute(insert(DutyRow), [_on_duty(left_by, at) for at in (now + HALF_A_DAY, now, *shifts)])
        connection.execute(
            insert(Export),
            [
                {
                    "id": uuid4(), "person_id": others[number % len(others)], "table_name": "cases", "language": "zh",
                    "format": ExportFormat.CSV, "filters": {}, "sight": "-", "status": ExportStatus.READY,
                    "created_at": now - APART, "ended_at": now - APART,
                }
                for number in range(count // CASES_A_SHIFT)
            ],
        )  # fmt: skip
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _on_duty(person_id: Any, at: datetime) -> dict[str, Any]:
    local = clock.local(at)
    shift = "day" if local.hour < 12 else "night"
    return {"centre": COUNTY, "day": local.date(), "shift": shift, "person_id": person_id}


def _copy(row: Any, number: int, chance: Random) -> tuple[Any, dict[str, Any]]:
    back = number * APART
    earlier = {name: value - back for name, value in row.items() if name.endswith("_at") and value is not None}
    place = {"lon": row["lon"] + chance.uniform(-0.04, 0.04), "lat": row["lat"] + chance.uniform(-0.04, 0.04)}
    return row["case_id"], {**row, **earlier, **place, "case_id": uuid4(), "number": f"H{number:09}"}
