"""Check the files of a case: what its steps name against the rows, the kept bytes against their hashes."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.attachments import queries as attachments
from app.attachments.models import KEPT, Attachment
from app.cases.proof.faults import Fault
from app.cases.timeline import step_data
from app.core.db import db
from app.core.outbox import OutboxRow
from app.core.raw import RawRow
from workflows.words import Words

TABLE = Attachment.__tablename__
OWED = ("attachment.arrived", "attachment.lost")  # effects that append the step which says what became of a file


def named_faults(case_id: UUID, steps: Sequence[RawRow], files: Sequence[RawRow], *, erased: bool) -> Iterator[Fault]:
    """Check that the files which steps name have rows, and that these bear the hashes the steps say."""
    rows = {file.attachment_id: file for file in files if file.step is not None}
    first: dict[UUID, int] = {}
    for step in steps:
        data = step_data(step.data)
        for named in map(UUID, data.get("attachments") or ()):
            first.setdefault(named, step.seq)
        for name, sha256 in (data.get("sha256") or {}).items():
            row = rows.get(UUID(name))
            if row is None or row.state not in KEPT or row.sha256 != sha256:
                text = Words("附件与步骤所记的哈希不符", "It is not the file that its step names")
                actual = f"{row.state} {row.sha256}" if row else "(no row)"
                expected = f"{' / '.join(KEPT)} {sha256}"
                yield Fault(TABLE, f"{key(case_id, name)} step={step.seq}", text, expected, actual, "state, sha256")
    for attachment_id in () if erased else sorted(first.keys() | rows.keys()):
        row, step_seq = rows.get(attachment_id), first.get(attachment_id)
        if row is None or row.step != step_seq:
            text = Words("附件与首次提到它的步骤不符", "It and the step that first names it do not agree")
            actual = f"step={row.step}" if row else "(no row)"
            yield Fault(TABLE, key(case_id, attachment_id), text, f"step={step_seq}", actual, "step")


def unsound(case_id: UUID | None, since: datetime | None) -> Iterator[Fault | None]:
    """Read what is kept again; yield one item per file, None where it is what it was."""
    for one in attachments.unsound(case_id, since):
        if one is None:
            yield None
            continue
        missing = one.fault == "missing"
        text = Words("原件丢失", "Its file is missing") if missing else Words("原件被改动", "Its file was changed")
        yield Fault(TABLE, key(one.case_id, one.attachment_id), text, "the bytes of its sha256", one.fault, "sha256")


def owed(case_id: UUID) -> frozenset[str]:
    """Return the keys of files whose step is still to be appended: their rows are ahead of the steps."""
    waiting = (OutboxRow.done_at.is_(None), OutboxRow.topic.in_(OWED), OutboxRow.key.startswith(f"{case_id}:"))
    keys = db.session.scalars(select(OutboxRow.key).where(*waiting))
    return frozenset(key(case_id, each.partition(":")[2]) for each in keys)


def key(case_id: object, attachment_id: object) -> str:
    """Return the key of a file's row as faults name it."""
    return f"case_id={case_id} attachment_id={attachment_id}"
