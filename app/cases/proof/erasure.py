"""Take personal data out of a case's history: what a step says goes, with its salt, and the chain still holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.audit import service as audit
from app.audit.tags import SubjectKind, Tag
from app.cases import baseline, service, timeline
from app.cases.errors import CaseNotFound
from app.cases.models import CaseStep
from app.cases.proof import file_checks, verify
from app.cases.whole import lock_case
from app.core.db import db, overwrite_deleted
from app.core.errors import Conflict
from app.core.permissions import SYSTEM, Person
from app.core.transaction import running
from workflows.words import Words

NOBODY = "—"  # instead of the name of whoever took a step
_PHOTOS_COMING = Words(
    "此案件刚收到的照片还没有记入步骤，请稍后再试（后台进程须在运行）。",
    "Photos have arrived that no step names yet: try again in a moment; the worker has to run.",
)
_UNSOUND = Words(
    "此案件核对有差错，抹除会盖住痕迹：请先运行 gezhi verify --case 查看；确需抹除的加 --unsound，审计中会写明。",
    "This case does not verify, and erasing would cover that up: see gezhi verify --case, or add --unsound, "
    "and the audit says so.",
)


def erase(
    case_id: UUID, seqs: Sequence[int], person: Person, reason: str, *, names: bool = False, unsound: bool = False
) -> Sequence[int]:
    """Erase what steps say, inside a transaction, and the names of who took them if asked; return which there were.

    The audit says so, and a quiet step writes down what stands in the rows, which those steps prove no more: so a case
    that is `unsound` already is let be unless that is asked for. What is to go from the row of the case itself has to
    be corrected before. Names may go later than the rest.
    """
    running()
    overwrite_deleted()
    if lock_case(case_id) is None:
        raise CaseNotFound
    broken = _broken(case_id, unsound=unsound)
    laid = _naming(case_id, seqs) if names else []
    gone = set(timeline.erase(case_id, [*seqs, *laid])) | set(timeline.rename(case_id, seqs, NOBODY) if names else ())
    facts: dict[str, Any] = {"reason": reason, "names": names, **({"unsound": broken} if broken else {})}
    for seq in sorted(gone):
        audit.record(Tag.STEP_ERASED, person_id=person.person_id, subject=(SubjectKind.CASE, case_id), seq=seq, **facts)
    if gone:
        service.act(case_id, baseline.ACTION, SYSTEM, {}, uuid4())
    return sorted(gone)


def _broken(case_id: UUID, *, unsound: bool) -> int:
    """Count what is broken in a case; raise Conflict for what erasing would cover up, unless that is asked for."""
    if file_checks.owed(case_id):
        raise Conflict(_PHOTOS_COMING)
    broken = len(verify.now(case_id))
    if broken and not unsound:
        raise Conflict(_UNSOUND)
    return broken


def _naming(case_id: UUID, seqs: Sequence[int]) -> list[int]:
    """Return the earlier steps that wrote down the names of those who took these; the new one says what is left."""
    laid = select(CaseStep.seq, CaseStep.data).where(CaseStep.case_id == case_id, CaseStep.action == baseline.ACTION)
    return [row.seq for row in db.session.execute(laid) if _names(row.data, seqs)]


def _names(text: str | None, seqs: Sequence[int]) -> bool:
    facts = timeline.step_data(text).get(timeline.CHANGED, {}).get(baseline.STEPS, {})
    return any(facts.get(str(seq), {}).get("actor_name", NOBODY) != NOBODY for seq in seqs)
