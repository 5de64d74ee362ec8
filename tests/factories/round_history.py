"""Years of rounds and warnings, written without the interface: copies of those of today, further and further back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import cycle, islice
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, text

from app.core.db import db
from app.rounds.models import RoundRow, RoundStep, RoundStop
from app.warnings.models import WarningRow
from tests.factories import campaigns, rounds
from tests.factories.grids import COUNTY
from tests.factories.history import carry_along
from tests.factories.town import Town
from workflows.round_terms import RoundState

ENDS = (*[RoundState.DONE] * 7, *[RoundState.MISSED] * 2, RoundState.CANCELLED)  # one after the other
ROUNDS_A_WARNING = 10
DAY = timedelta(days=1)
YEARLY = {"per": "year", "times": 1, "source": "example"}
Row = Mapping[str, Any]


def begin(town: Town) -> None:
    """Let every grid be patrolled each day, and give a warning (`warning_id`) that each has to confirm."""
    receipt = rounds.plan("receipt", name="预警签收", kind="warning", frequency=YEARLY, finding_classes=[])
    rounds.provide(town.app, rounds.plan(), campaigns.check_up())
    rounds.provide(town.app, receipt, code="forest")
    rounds.make(town.app)
    town.warning_id = str(uuid4())
    warning = {"kind": "forest_fire", "level": "red", "grid": COUNTY, "issuer": "县气象台", "text": "有大风。"}
    answer = town.duty.send("PUT", f"warnings/{town.warning_id}", warning)
    assert answer.status_code == 201, answer.get_json()


def lengthen_rounds(app: Any, count: int) -> None:
    """Bring about as many rounds as `count`, one a grid and day, and a warning for every ten, that are all over."""
    with app.app_context(), db.engine.begin() as connection:
        of_today = select(RoundRow.__table__).where(RoundRow.state == RoundState.DUE)
        every = connection.execute(of_today).mappings().all()
        patrols, receipts = ([row for row in every if (row["origin_id"] is None) is of] for of in (True, False))
        (given,) = connection.execute(select(WarningRow.__table__)).mappings().all()
        warnings = [_over(given, "warning_id", day) for day in range(1, count // ROUNDS_A_WARNING)]
        copies = [*_patrols(patrols, count), *_receipts(receipts, warnings)]
        connection.execute(insert(WarningRow), warnings)
        connection.execute(insert(RoundRow), [new for _, new in copies])
        carry_along(connection, [(old, new["round_id"]) for old, new in copies], (RoundStep, RoundStop), "round_id")
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _patrols(rows: Sequence[Row], count: int) -> Iterator[tuple[Any, Row]]:
    ends = cycle(ENDS)
    for number, row in enumerate(islice(cycle(rows), count), len(rows)):
        yield row["round_id"], ended(row, number // len(rows), next(ends))


def _receipts(rows: Sequence[Row], warnings: Sequence[Row]) -> Iterator[tuple[Any, Row]]:
    for day, warning in enumerate(warnings, 1):
        for row in rows:
            yield row["round_id"], {**ended(row, day, RoundState.DONE), "origin_id": warning["warning_id"]}


def ended(row: Row, days: int, state: RoundState) -> Row:
    """A copy that was over so many days ago, as it ended then."""
    new = _over(row, "round_id", days, "started_at") if state == RoundState.DONE else _over(row, "round_id", days)
    missed = {"ended_at": None} if state == RoundState.MISSED else {}
    return {**new, "state": state, **missed}


def _over(row: Row, key: str, days: int, *also: str) -> dict[str, Any]:
    """A copy that ended so many days ago when it was a day old."""
    back = days * DAY
    earlier = {name: value - back for name, value in row.items() if hasattr(value, "hour")}
    begun = earlier.get("window_from") or earlier["given_at"]
    return {**row, **earlier, **dict.fromkeys(also, begun), key: uuid4(), "ended_at": begun + DAY}
