"""Compare the ledger with the database: what was acknowledged is there exactly once, and nothing else is."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from app.attachments.models import Attachment, AttachmentState
from app.cases.models import Case, CaseStep
from app.core.db import db
from app.core.outbox import OutboxRow
from app.notices.models import Notice
from tests.crash import ledger
from tests.support import effects
from workflows.forms import Purpose


def faults(path: Path) -> list[str]:
    """Return what is lost, doubled or half-done, one sentence each; inside the application's context."""
    entries = list(ledger.entries(path))
    asked = {entry["op_id"]: entry for entry in entries if entry["kind"] == "step"}
    photos = {entry["op_id"]: entry for entry in entries if entry["kind"] == "photo"}
    steps = list(db.session.scalars(select(CaseStep).order_by(CaseStep.case_id, CaseStep.seq)))
    return [
        *(f"unanswered: {entry}" for entry in entries if entry["said"] != "answered"),
        *_steps(asked, steps),
        *_timelines(steps),
        *_photos(photos, steps),
        *_effects(steps),
        *_notices(),
    ]


def _steps(asked: dict[str, Any], steps: list[CaseStep]) -> Iterator[str]:
    taken = defaultdict(list)
    for step in steps:
        if step.actor_id is not None:
            taken[str(step.op_id)].append(step)
    for op_id in asked.keys() | taken.keys():
        entry = asked.get(op_id)
        if entry is None:
            yield f"step nobody asked for: {op_id}"
            continue
        said = [(entry["case_id"], entry.get("seq"), entry.get("hash"))]
        if [(str(step.case_id), step.seq, step.hash) for step in taken[op_id]] != said:
            yield f"step lost, doubled or other than acknowledged: {said} {taken[op_id]}"


def _timelines(steps: list[CaseStep]) -> Iterator[str]:
    by_case = defaultdict(list)
    for step in steps:
        by_case[step.case_id].append(step)
    cases = list(db.session.scalars(select(Case)))
    yield from (f"case number given twice: {number}" for number in _repeated(case.number for case in cases))
    yield from (f"case without steps: {case.case_id}" for case in cases if case.case_id not in by_case)
    for case in cases:
        rows = by_case[case.case_id]
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            yield f"timeline with gaps: {case.case_id}"
        elif rows and (case.seq, case.hash, case.state) != (rows[-1].seq, rows[-1].hash, rows[-1].state_to):
            yield f"case other than its last step: {case.case_id}"


def _photos(photos: dict[str, Any], steps: list[CaseStep]) -> Iterator[str]:
    columns = (Attachment.attachment_id, Attachment.sha256, Attachment.purpose)
    stored = db.session.execute(select(*columns).where(Attachment.state == AttachmentState.STORED)).all()
    found = {str(attachment_id): sha256 for attachment_id, sha256, _ in stored}
    if found != {photo: entry["sha256"] for photo, entry in photos.items()}:
        yield f"photos lost or unasked for: {found.keys() ^ photos.keys()}"
    arrivals = Counter(step.action for step in steps if step.actor_id is None)
    late = sum(purpose == Purpose.AFTER for *_, purpose in stored)  # those of a check come before their step
    if arrivals != Counter(attach=late):
        yield f"steps of the system: {arrivals} for {late} photos that came after their step"


def _effects(steps: list[CaseStep]) -> Iterator[str]:
    wanted = Counter(f"{step.case_id}:{step.seq}" for step in steps)
    owed = Counter(db.session.scalars(select(OutboxRow.key).where(OutboxRow.topic == effects.TOPIC)))
    done = Counter(db.session.scalars(text("SELECT key FROM test_effects")))
    for name, count in (("owed", owed), ("done", done)):
        yield from (f"effect not {name}: {key}" for key in wanted - count)
        yield from (f"effect {name} too often: {key}" for key in count - wanted)
    open_rows = db.session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.done_at.is_(None)))
    if open_rows:
        yield f"effects still owed: {open_rows}"
    rows = db.session.execute(select(OutboxRow.topic, OutboxRow.key))
    yield from (f"effect owed twice: {topic} {key}" for topic, key in _repeated(tuple(row) for row in rows))


def _notices() -> Iterator[str]:
    rows = db.session.execute(select(Notice.case_id, Notice.person_id, Notice.kind))
    yield from (f"notice sent twice: {row}" for row in _repeated(tuple(row) for row in rows))


def _repeated(values: Iterable[Hashable]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]
