"""A long history, written without the interface: copies of one county's cases, each with all that it owns."""

from datetime import timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, MetaData, Table, Uuid, insert, select, text

from app.cases.models import Case, CaseClock, CaseStep, CaseTask
from app.core.db import db

OWNED = (CaseStep, CaseTask, CaseClock)
APART = timedelta(minutes=7)  # from one case to the one before


def lengthen(app: Any, count: int) -> None:
    """Bring the number of cases to `count` by copies of those that have ended, further and further back in time."""
    chance = Random(count)  # noqa: S311 - places, not keys
    with app.app_context(), db.engine.begin() as connection:
        ended = connection.execute(select(Case.__table__).where(Case.closed_at.is_not(None))).mappings().all()
        there = connection.scalar(select(db.func.count()).select_from(Case)) or 0
        copies = [_copy(row, there + number, chance) for number, row in enumerate(islice(cycle(ended), count - there))]
        connection.execute(insert(Case), [new for _, new in copies])
        pairs = Table("copies", MetaData(), Column("old", Uuid), Column("new", Uuid), prefixes=["TEMPORARY"])
        pairs.create(connection)
        connection.execute(insert(pairs), [{"old": old, "new": new["case_id"]} for old, new in copies])
        for kind in OWNED:
            table = kind.__table__
            columns = [pairs.c.new if each.name == "case_id" else each for each in table.columns]
            rows = select(*columns).join_from(table, pairs, pairs.c.old == table.c.case_id)
            connection.execute(insert(table).from_select([each.name for each in table.columns], rows))
        pairs.drop(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _copy(row: Any, number: int, chance: Random) -> tuple[Any, dict[str, Any]]:
    back = number * APART
    earlier = {name: value - back for name, value in row.items() if name.endswith("_at") and value is not None}
    place = {"lon": row["lon"] + chance.uniform(-0.04, 0.04), "lat": row["lat"] + chance.uniform(-0.04, 0.04)}
    return row["case_id"], {**row, **earlier, **place, "case_id": uuid4(), "number": f"H{number:09}"}
