"""Take personal data out of a case's history: what a step says goes, with its salt, and the chain still holds."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import Tag
from app.cases import baseline, service, timeline
from app.cases.errors import CaseNotFound
from app.cases.models import CaseStep
from app.cases.turn import read_case
from app.core.db import db
from app.core.permissions import SYSTEM, Person
from app.core.transaction import running

NOBODY = "—"  # instead of the name of whoever took a step


def erase(case_id: UUID, seqs: Sequence[int], person: Person, reason: str, *, names: bool = False) -> Sequence[int]:
    """Erase what steps say, inside a transaction, and the names of who took them if asked; return which there were.

    The audit says so, and a quiet step writes down what stands in the rows, which those steps prove no more. What is
    to go from the row of the case itself has to be corrected before.
    """
    running()
    if read_case(case_id, lock=True) is None:
        raise CaseNotFound
    gone = timeline.erase(case_id, [*seqs, *_naming(case_id, seqs)] if names else seqs, NOBODY if names else None)
    for seq in gone:
        audit.record(Tag.STEP_ERASED, person_id=person.person_id, subject=("case", case_id), seq=seq, reason=reason)
    if gone:
        service.act(case_id, baseline.ACTION, SYSTEM, {}, uuid4())
    return gone


def _naming(case_id: UUID, seqs: Sequence[int]) -> list[int]:
    """Return the earlier steps that wrote down the names of those who took these; the new one says what is left."""
    laid = select(CaseStep.seq, CaseStep.data).where(CaseStep.case_id == case_id, CaseStep.action == baseline.ACTION)
    return [row.seq for row in db.session.execute(laid) if _names(row.data, seqs)]


def _names(text: str | None, seqs: Sequence[int]) -> bool:
    facts = timeline.said(text).get(timeline.CHANGED, {}).get(baseline.STEPS, {})
    return any(facts.get(str(seq), {}).get("actor_name", NOBODY) != NOBODY for seq in seqs)
