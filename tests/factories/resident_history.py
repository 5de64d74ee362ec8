"""Years of residents, written without the interface: some are cared for, all others have been, and are erased."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, text

from app.core.db import db
from app.residents.models import Resident, ResidentChange
from tests.factories import residents
from tests.factories.history import carry_along
from tests.factories.town import Town

CARED_FOR = 5
CASES_A_RESIDENT = 10
DAY = timedelta(days=1)


def begin_residents(town: Town) -> None:
    """Let a township keep some old people (`resident_id` is one), each with a telephone of their own."""
    phones = [residents.PHONE, *(f"13935700{number:03}" for number in range(1, CARED_FOR))]
    kept = [residents.keep(town.township, residents.old_woman(fields={"phone": phone})) for phone in phones]
    town.resident_id = kept[0]["resident_id"]


def lengthen_residents(app: Any, count: int) -> None:
    """Bring about a resident for every ten of `count`, further and further back, of whom nothing personal is left."""
    with app.app_context(), db.engine.begin() as connection:
        kept = connection.execute(select(Resident.__table__)).mappings().all()
        gone = enumerate(islice(cycle(kept), count // CASES_A_RESIDENT), 1)
        copies = [(row["resident_id"], _erased(row, days)) for days, row in gone]
        connection.execute(insert(Resident), [new for _, new in copies])
        carry_along(connection, [(old, new["resident_id"]) for old, new in copies], [ResidentChange], "resident_id")
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _erased(row: Mapping[str, Any], days: int) -> dict[str, Any]:
    at = row["entered_at"] - days * DAY
    return {**row, "resident_id": uuid4(), "digest": "", "entered_at": at, "ended_at": at, "erased_at": at}
