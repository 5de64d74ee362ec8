"""Prove that cases are what their histories say: read everything in batches, and name the rows that are not.

A case that looks broken is looked at again under its lock, since somebody may have been at work on it: what is then
named was so at one moment. `--since` and a single case narrow it; memory does not grow with the number of cases.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from app.attachments import queries as attachments
from app.audit import seals
from app.cases import own_tables
from app.cases.models import Case, CaseStep
from app.cases.proof import case_checks, file_checks, records, seal_checks, step_checks
from app.cases.proof.faults import Fault
from app.cases.proof.row_checks import CASES, GridMove
from app.core import clock, raw
from app.core.db import db
from app.core.outbox import OutboxRow
from app.core.raw import RawRow
from app.core.transaction import transaction
from workflows.words import Words

BATCH = 300
OWED_AFTER = timedelta(minutes=5)  # an effect is done within seconds; a dead worker is noticed within two minutes
STRAYS_MOST = 1000  # rows of no case, named of each table
_CASES = Case.__table__


@dataclass(frozen=True)
class VerifyScope:
    """Which cases are looked at: one, those changed since a time, or all; with all, what is proved by seals, too."""

    case_id: UUID | None = None
    since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on `cases`."""
        conditions: list[ColumnElement[bool]] = [raw.is_id(_CASES.c.case_id)]
        if self.case_id is not None:
            conditions.append(_CASES.c.case_id == self.case_id)
        if self.since is not None:
            conditions.append(_CASES.c.changed_at >= self.since)
        return conditions

    @property
    def is_all(self) -> bool:
        """Tell whether nothing is left out."""
        return self.case_id is None and self.since is None


@dataclass
class Tally:
    """How much was looked at so far; `tick` is called for each case, each file and each seal."""

    tick: Callable[[], None] = lambda: None
    cases: int = 0
    steps: int = 0
    erased: int = 0
    files: int = 0
    unproven: int = 0  # cases of which older steps leave unsaid what stands in the rows, until their `baseline`
    seals: int = 0
    unsealed: dict[str, int] = field(default_factory=dict)  # rows not sealed yet, by table


def count(narrowed: VerifyScope) -> int:
    """Count the cases, files and seals that `faults` will look at."""
    cases = db.session.scalar(select(func.count()).select_from(_CASES).where(*narrowed.conditions())) or 0
    batches = sum((seals.head(name) or {"n": 0})["n"] for name in seals.chains()) if narrowed.is_all else 0
    return cases + attachments.count_stored(narrowed.case_id, narrowed.since) + batches


def faults(narrowed: VerifyScope, tally: Tally) -> Iterator[Fault]:
    """Yield what is broken: case by case in the order of their ids, rows of no case, files, seals, effects owed."""
    db.session.close()  # what was read before may be older than what stands there now
    moves, last = records.moves(), None
    while batch := _batch(narrowed, last):
        last = batch[-1].case_id
        rows_of = case_checks.read([case.case_id for case in batch])
        db.session.close()
        for case in batch:
            mine = rows_of[case.case_id]
            tally.cases, tally.steps = tally.cases + 1, tally.steps + len(mine.steps)
            tally.erased += sum(map(step_checks.is_erased, mine.steps))
            tally.unproven += not case_checks.is_proven(mine)
            if any(True for _ in case_checks.faults(case, mine, moves)):
                yield from _looked_at_again(case.case_id, moves)
            tally.tick()
    yield from _strays(narrowed)
    yield from _counted(file_checks.unsound(narrowed.case_id, narrowed.since), tally, "files")
    for name, chain in seals.chains().items() if narrowed.is_all else ():
        yield from _counted(seal_checks.faults(name), tally, "seals")
        tally.unsealed[name] = seals.unsealed(chain)
    yield from _owed_effects(narrowed)


def _counted(results: Iterator[Fault | None], tally: Tally, what: str) -> Iterator[Fault]:
    for one in results:
        setattr(tally, what, getattr(tally, what) + 1)
        tally.tick()
        if one is not None:
            yield one


def _batch(narrowed: VerifyScope, last: UUID | None) -> Sequence[RawRow]:
    wanted = [*narrowed.conditions(), *([_CASES.c.case_id > last] if last else [])]
    return raw.rows(_CASES.columns, lambda rows: rows.where(*wanted).order_by(_CASES.c.case_id).limit(BATCH))


def _looked_at_again(case_id: UUID, moves: Sequence[GridMove]) -> list[Fault]:
    with transaction(vital=True) as session:
        session.execute(select(_CASES.c.case_id).where(_CASES.c.case_id == case_id).with_for_update())
        broken = _now(case_id, moves)
    db.session.close()
    return broken


def now(case_id: UUID) -> list[Fault]:
    """Return what is broken in a case that the running transaction has locked; its files are not read again."""
    return _now(case_id, records.moves())


def _now(case_id: UUID, moves: Sequence[GridMove]) -> list[Fault]:
    mine = case_checks.read([case_id])[case_id]
    return [fault for case in _batch(VerifyScope(case_id), None) for fault in case_checks.faults(case, mine, moves)]


def _strays(narrowed: VerifyScope) -> Iterator[Fault]:
    """Yield rows of cases that are not there, and of ids that are none."""
    tables = [CaseStep.__table__, *(each.table for each in own_tables.TABLES.values())]
    for table in tables if not narrowed.since else ():
        ids = table.c.case_id
        lost = [~exists().where(_CASES.c.case_id == ids)]
        lost += [ids == narrowed.case_id] if narrowed.case_id is not None else []
        lost += [table.c.step.is_not(None)] if table.name == file_checks.TABLE else []
        keys = list(table.primary_key)
        for row in raw.rows(keys, lambda rows, lost=lost: rows.where(*lost).limit(STRAYS_MOST)):  # type: ignore[misc]
            key = " ".join(f"{name}={value}" for name, value in vars(row).items())
            text = Words("所属的案件不存在", "Its case does not exist")
            yield Fault(table.name, key, text, "a row in cases", "(none)", "case_id")
    if narrowed.is_all:
        unnamed = ~raw.is_id(_CASES.c.case_id)
        for row in raw.rows([_CASES.c.case_id], lambda rows: rows.where(unnamed).limit(STRAYS_MOST)):
            key = f"case_id={row.case_id}"
            yield Fault(
                CASES, key, Words("编号无法读取", "Its id cannot be read"), "an id", str(row.case_id), "case_id"
            )


def _owed_effects(narrowed: VerifyScope) -> Iterator[Fault]:
    owed = [OutboxRow.done_at.is_(None), OutboxRow.created_at <= clock.now() - OWED_AFTER]
    if narrowed.case_id is not None:
        owed.append(OutboxRow.key.startswith(str(narrowed.case_id)))
    columns = [OutboxRow.__table__.c[name] for name in ("id", "topic", "key", "attempts", "created_at")]
    first = next(iter(raw.rows(columns, lambda rows: rows.where(*owed).order_by(OutboxRow.id).limit(1))), None)
    if first is not None:
        total = db.session.scalar(select(func.count()).select_from(OutboxRow).where(*owed))
        text = Words("该办的后续事项未办，共 {} 项，这是最早的一项", "{} effects are owed, this one longest").format(
            total
        )
        minutes = int(OWED_AFTER.total_seconds() // 60)
        actual = f"{first.topic} {first.key} attempts={first.attempts} created_at={first.created_at}"
        yield Fault("outbox", f"id={first.id}", text, f"done within {minutes} minutes", actual)
