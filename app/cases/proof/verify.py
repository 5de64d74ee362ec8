"""Prove that cases are what their histories say: read everything in batches, and name the rows that are not.

A case that looks broken is looked at again under its lock, since somebody may have been at work on it: what is then
named was so at one moment. `--since` and a single case narrow it; memory does not grow with the number of cases.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain as one_after_another
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from app.attachments import queries as attachments
from app.attachments.models import Attachment
from app.cases import procedure
from app.cases.models import Case, CaseClock, CaseLink, CaseStep, CaseTask
from app.cases.proof import timeline, work
from app.cases.proof.faults import Fault
from app.cases.turn import Whole, read_case
from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxRow
from app.core.transaction import transaction

BATCH = 300
OWED_AFTER = timedelta(minutes=5)  # an effect is done within seconds; a dead worker is noticed within two minutes


@dataclass(frozen=True)
class Narrowed:
    """Which cases are looked at: one, those changed since a time, or all."""

    case_id: UUID | None = None
    since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on `cases`."""
        conditions: list[ColumnElement[bool]] = []
        if self.case_id is not None:
            conditions.append(Case.case_id == self.case_id)
        if self.since is not None:
            conditions.append(Case.changed_at >= self.since)
        return conditions


@dataclass
class Seen:
    """How much was looked at so far; `tick` is called for each case and each file."""

    tick: Callable[[], None] = lambda: None
    cases: int = 0
    steps: int = 0
    erased: int = 0
    files: int = 0


@dataclass
class _Owned:
    """What one case owns, as it stands in the database."""

    steps: list[CaseStep] = field(default_factory=list)
    tasks: list[CaseTask] = field(default_factory=list)
    clocks: list[CaseClock] = field(default_factory=list)
    links: list[CaseLink] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


_READ: Mapping[str, tuple[type[Any], Any]] = {
    "steps": (CaseStep, CaseStep.seq),
    "tasks": (CaseTask, CaseTask.task),
    "clocks": (CaseClock, CaseClock.clock),
    "links": (CaseLink, CaseLink.other),
    "attachments": (Attachment, Attachment.attachment_id),
}


def count(narrowed: Narrowed) -> int:
    """Count the cases and files that `faults` will look at."""
    cases = db.session.scalar(select(func.count()).select_from(Case).where(*narrowed.conditions())) or 0
    return cases + attachments.count_stored(narrowed.case_id, narrowed.since)


def faults(narrowed: Narrowed, seen: Seen) -> Iterator[Fault]:
    """Yield what is broken: case by case in the order of their ids, then files, then effects still owed."""
    last: UUID | None = None
    while batch := _batch(narrowed, last):
        last = batch[-1].case_id
        owned = _owned([case.case_id for case in batch])
        db.session.close()
        for case in batch:
            mine = owned[case.case_id]
            seen.cases, seen.steps = seen.cases + 1, seen.steps + len(mine.steps)
            seen.erased += sum(map(timeline.is_erased, mine.steps))
            if any(_of_case(case, mine)):
                yield from _looked_at_again(case.case_id)
            seen.tick()
    yield from _nobodys_attachments(narrowed)
    yield from _unsound_files(narrowed, seen)
    yield from _owed_effects(narrowed)


def _batch(narrowed: Narrowed, last: UUID | None) -> Sequence[Case]:
    after = [Case.case_id > last] if last else []
    statement = select(Case).where(*narrowed.conditions(), *after).order_by(Case.case_id).limit(BATCH)
    return db.session.scalars(statement).all()


def _owned(case_ids: Sequence[UUID]) -> Mapping[UUID, _Owned]:
    """Read what cases own, in five statements; the steps first, so that nothing they speak of can be missing yet."""
    found: dict[UUID, _Owned] = defaultdict(_Owned)
    for name, (model, order) in _READ.items():
        statement = select(model).where(model.case_id.in_(case_ids)).order_by(model.case_id, order)
        if model is Attachment:
            statement = statement.where(Attachment.step.is_not(None))
        for row in db.session.scalars(statement.execution_options(populate_existing=True)):
            getattr(found[row.case_id], name).append(row)
    return found


def _looked_at_again(case_id: UUID) -> list[Fault]:
    with transaction(vital=True):
        case = read_case(case_id, lock=True)
        found = list(_of_case(case, _owned([case_id])[case_id])) if case else []
    db.session.close()
    return found


def _of_case(case: Case, owned: _Owned) -> Iterator[Fault]:
    known = {each.workflow.name: each.workflow for each in procedure.all_procedures()}
    if case.workflow not in known:
        zh, en = "没有这种流程", "There is no such workflow"
        yield Fault("cases", f"case_id={case.case_id}", zh, en, "|".join(sorted(known)), case.workflow)
        return
    whole = Whole(case, owned.tasks, owned.clocks, [])
    yield from one_after_another(
        timeline.chain_faults(owned.steps),
        timeline.move_faults(known[case.workflow], owned.steps),
        timeline.row_faults(case, owned.steps),
        timeline.attachment_faults(case.case_id, owned.steps, {each.attachment_id: each for each in owned.attachments}),
        work.task_faults(whole),
        work.clock_faults(whole, owned.steps),
        work.link_faults(whole, owned.links),
    )


def _nobodys_attachments(narrowed: Narrowed) -> Iterator[Fault]:
    orphans = select(Attachment).where(
        Attachment.step.is_not(None), ~exists().where(Case.case_id == Attachment.case_id)
    )
    if narrowed.case_id is not None:
        orphans = orphans.where(Attachment.case_id == narrowed.case_id)
    for row in db.session.scalars(orphans.order_by(Attachment.case_id, Attachment.attachment_id)):
        zh, en = "附件所属的案件不存在", "Its case does not exist"
        yield Fault("attachments", _file_key(row.case_id, row.attachment_id), zh, en, "a row in cases", "(none)")


def _unsound_files(narrowed: Narrowed, seen: Seen) -> Iterator[Fault]:
    for unsound in attachments.unsound(narrowed.case_id, narrowed.since):
        if unsound is not None:
            missing = unsound.fault == "missing"
            zh, en = ("原件丢失", "Its file is missing") if missing else ("原件被改动", "Its file was changed")
            key = _file_key(unsound.case_id, unsound.attachment_id)
            yield Fault("attachments", key, zh, en, "the bytes of its sha256", unsound.fault)
        seen.files += 1
        seen.tick()


def _owed_effects(narrowed: Narrowed) -> Iterator[Fault]:
    owed = [OutboxRow.done_at.is_(None), OutboxRow.created_at <= clock.now() - OWED_AFTER]
    if narrowed.case_id is not None:
        owed.append(OutboxRow.key.startswith(str(narrowed.case_id)))
    first = db.session.scalar(select(OutboxRow).where(*owed).order_by(OutboxRow.id).limit(1))
    if first is not None:
        total = db.session.scalar(select(func.count()).select_from(OutboxRow).where(*owed))
        zh = f"该办的后续事项未办，共 {total} 项，这是最早的一项"
        en = f"{total} effects are owed, this one longest"
        minutes = int(OWED_AFTER.total_seconds() // 60)
        found = f"{first.topic} {first.key} attempts={first.attempts} created_at={first.created_at.isoformat()}"
        yield Fault("outbox", f"id={first.id}", zh, en, f"done within {minutes} minutes", found)


def _file_key(case_id: UUID, attachment_id: UUID) -> str:
    return f"case_id={case_id} attachment_id={attachment_id}"
