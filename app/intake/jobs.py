"""What a case's end means for those merged into it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from app.cases import case_objects, case_tickets
from app.cases import service as cases
from app.cases.acts import tickets
from app.cases.events import CaseStepped
from app.cases.models import Case, CaseLink
from app.cases.own_tables import LINKS
from app.cases.whole import look
from app.core import outbox
from app.core.commands import both
from app.core.db import db
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM
from app.intake import merge_chains
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
    """Let the case into which another is merged take its numbers, date and object, in the same transaction.

    Both are locked; what has none of them brings nothing.
    """
    turn = stepped.turn
    merging = turn.action == CaseAction.MERGE
    load = {**case_tickets.load_of(turn), **case_objects.brought_by(turn.case)} if merging else {}
    if load:
        merged, into = turn.case.case_id, turn.data["into"]
        op_id = uuid5(into, f"{CaseAction.CARRY}:{merged}:{stepped.seq}")
        cases.act(into, CaseAction.CARRY, SYSTEM, {"from": str(merged), **load}, op_id)


def carry_merged_before(owed: ClaimedEffect) -> None:
    """Let a case take what one brings that an older version has merged into it; and those above it, up to the last."""
    merged, into = UUID(owed.payload["from"]), UUID(owed.payload["case_id"])
    for link in merge_chains.upwards(merged):
        whole = look(link.case_id)
        load = case_tickets.load_of(whole) if whole else {}
        if not load or (link.case_id == merged and link.other != into) or _is_carried(link, load):
            return
        at = {"at": link.made_at.isoformat()}
        op_id = uuid5(link.other, f"{CaseAction.CARRY}:{link.case_id}:{owed.topic}:{merged}")
        cases.act(link.other, CaseAction.CARRY, SYSTEM, {"from": str(link.case_id), **load, **at}, op_id)


def _is_carried(link: CaseLink, load: Mapping[str, Any]) -> bool:
    """Tell whether the case into which another was merged has its numbers already."""
    ticket = merge_chains.ticket_of(link.other)
    carried = (ticket.carried if ticket else {}).get(str(link.case_id))
    return carried is not None and set(load.get("external_nos", ())) <= set(carried["numbers"])


def owe_release(stepped: CaseStepped) -> None:
    """Owe the case that carried another the step by which it does no more."""
    turn = stepped.turn
    for key, link in turn.written.get(LINKS.name, {}).items() if turn.action == CaseAction.UNMERGE else ():
        if link.get("ended_at"):
            other = key.split(" ")[0]
            payload = {"case_id": other, "from": str(turn.case.case_id), "seq": stepped.seq}
            outbox.put("case.unmerged", f"{turn.case.case_id}:{stepped.seq}:{other}", payload)


def release(owed: ClaimedEffect) -> None:
    """Give a case that stands alone again its numbers, date and object back; one merged there again since keeps them.

    Those above, into which the one that carried it was merged, carry less too.
    """
    case_id, merged = UUID(owed.payload["case_id"]), UUID(owed.payload["from"])
    ticket = merge_chains.ticket_of(case_id)
    if merged in carried_by(case_id):
        return
    is_theirs = merge_chains.speaks_for(case_id, merged)
    mark = f"{merged}:{owed.payload['seq']}"
    if (ticket and str(merged) in ticket.carried) or case_objects.came_with(case_id, merged):
        cases.act(
            case_id, CaseAction.RELEASE, SYSTEM, {"from": str(merged)}, uuid5(case_id, f"{CaseAction.RELEASE}:{mark}")
        )
    for link in merge_chains.upwards(case_id):
        was_theirs = is_theirs and merge_chains.speaks_for(link.other, link.case_id)
        if not _carry_less(link, is_theirs, mark):
            return
        is_theirs = was_theirs


def _carry_less(link: CaseLink, is_theirs: bool, mark: str) -> bool:
    """Let a case carry what one merged into it has left; what was given to who has gone stands there no more.

    Returns False where it carries that already.
    """
    ticket, whole = merge_chains.ticket_of(link.other), look(link.case_id)
    one = ticket.carried.get(str(link.case_id)) if ticket else None
    has_object = case_objects.came_with(link.other, link.case_id)
    if whole is None or (one is None and not has_object):
        return False
    whose, left = {"from": str(link.case_id)}, case_tickets.load_of(whole)
    about = case_objects.brought_by(whole.case) if has_object else {}
    load = {**whose, **left, **about, "at": (one or {}).get("at") or link.made_at.isoformat()}
    loaded = cases.load(whole.case.workflow, CaseAction.CARRY, load)
    is_same = ticket is not None and tickets.entry(ticket, loaded, link.made_at) == one
    if left and not is_theirs and is_same and bool(about) == has_object:
        return False
    if is_theirs or not left or bool(about) != has_object:
        cases.act(link.other, CaseAction.RELEASE, SYSTEM, whose, uuid5(link.other, f"{CaseAction.RELEASE} up:{mark}"))
    if left or about:
        cases.act(link.other, CaseAction.CARRY, SYSTEM, load, uuid5(link.other, f"{CaseAction.CARRY} up:{mark}"))
    return True
