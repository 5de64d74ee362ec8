"""What a case's end means for those merged into it."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy import select

from app.cases import case_tickets
from app.cases import service as cases
from app.cases.events import CaseStepped
from app.cases.models import Case, CaseLink, CaseTicket
from app.cases.own_tables import LINKS
from app.core import outbox
from app.core.commands import both
from app.core.db import db
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM
from workflows.case_terms import CaseAction, CaseState, LinkKind
from workflows.words import Words

NOT_PURSUED = Words(
    "所并入的案件未继续办理，恢复单独办理。", "The case that carried it was not pursued: it stands alone again."
)
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
        cases.act(merged, CaseAction.UNMERGE, SYSTEM, {"reason": both(NOT_PURSUED)}, op_id)


def carry(stepped: CaseStepped) -> None:
    """Let the case into which another is merged take its numbers and date, in the same transaction.

    Both are locked; what has neither number nor date brings nothing.
    """
    turn = stepped.turn
    load = case_tickets.load_of(turn) if turn.action == CaseAction.MERGE else {}
    if load:
        merged, into = turn.case.case_id, turn.data["into"]
        op_id = uuid5(into, f"{CaseAction.CARRY}:{merged}:{stepped.seq}")
        cases.act(into, CaseAction.CARRY, SYSTEM, {"from": str(merged), **load}, op_id)


def owe_release(stepped: CaseStepped) -> None:
    """Owe the case that carried another the step by which it does no more."""
    turn = stepped.turn
    for key, link in turn.written.get(LINKS.name, {}).items() if turn.action == CaseAction.UNMERGE else ():
        if link.get("ended_at"):
            other = key.split(" ")[0]
            payload = {"case_id": other, "from": str(turn.case.case_id), "seq": stepped.seq}
            outbox.put("case.unmerged", f"{turn.case.case_id}:{stepped.seq}:{other}", payload)


def release(owed: ClaimedEffect) -> None:
    """Give a case that stands alone again its numbers and date back; one merged there again since keeps them there."""
    case_id, merged = UUID(owed.payload["case_id"]), UUID(owed.payload["from"])
    carries = merged in carried_by(case_id)
    ticket = db.session.get(CaseTicket, case_id, populate_existing=True)
    if carries or ticket is None or str(merged) not in ticket.carried:
        return
    op_id = uuid5(case_id, f"{CaseAction.RELEASE}:{merged}:{owed.payload['seq']}")
    cases.act(case_id, CaseAction.RELEASE, SYSTEM, {"from": str(merged)}, op_id)
