"""What a case's end means for those merged into it."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy import select

from app.cases import service as cases
from app.cases.models import Case, CaseLink
from app.core.db import db
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM
from workflows.case_terms import CaseAction, CaseState, LinkKind

RELEASING = frozenset({CaseState.REJECTED, CaseState.VOIDED})  # ends that say nothing of the cases merged into one


def carried_by(case_id: UUID) -> Sequence[UUID]:
    """Return the cases that were merged into a case and still are."""
    links = select(CaseLink.case_id).where(
        CaseLink.other == case_id, CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None)
    )
    return db.session.scalars(links.order_by(CaseLink.case_id)).all()


def unmerge_carried(owed: ClaimedEffect) -> None:
    """Give the cases merged into a rejected or voided one their own way back: such an end says nothing of them."""
    case_id = UUID(owed.payload["case_id"])
    state = db.session.scalar(select(Case.state).where(Case.case_id == case_id))
    if state not in RELEASING:
        return
    for merged in carried_by(case_id):
        op_id = uuid5(merged, f"unmerge:{case_id}:{owed.payload['seq']}")
        cases.act(merged, CaseAction.UNMERGE, SYSTEM, {"reason": "所并入的案件未继续办理，恢复单独办理。"}, op_id)
