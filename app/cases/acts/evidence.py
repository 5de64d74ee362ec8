"""Name a step's photos, and see that there are as many as the class asks for at that move."""

from collections.abc import Sequence
from uuid import UUID

from app.attachments import queries as attachment_queries
from app.attachments import service as attachments
from app.attachments.models import KEPT, Attachment, AttachmentState, Purpose
from app.cases import own_tables
from app.cases.errors import DataMissing
from app.cases.turn import Turn
from app.catalogue.documents import Evidence
from workflows.words import Words


def ask_for(turn: Turn, least: int) -> None:
    """Raise DataMissing unless the step names at least so many photos; awaited ones count."""
    ids: Sequence[UUID] = turn.data.get("attachments") or ()
    if len(ids) < least:
        raise DataMissing.at(
            "data.attachments",
            Words(
                "这一步至少需要 {} 张照片，请拍照后提交。",
                "This step needs {} photos at least: take them, then send it.",
            ).format(least),
        )


def photos(evidence: Evidence | None, move: str) -> int:
    """Return how many photos a class asks for at `report`, `finish` or `check`."""
    return int(getattr(evidence, move)) if evidence else 0


def name_rest(turn: Turn) -> None:
    """Name what a step carries that its effect has not named: the paper of a remark belongs to the case, too."""
    if "sha256" not in turn.data:
        name(turn, turn.case.seq + 1, Purpose.DOCUMENT)


def name(
    turn: Turn, seq: int, purpose: Purpose, *, only_own: bool = False
) -> Sequence[Attachment | attachments.StepAttachment]:
    """Let the step name its attachments, and return them; the hashes of those that are here go into its data."""
    ids: Sequence[UUID] = turn.data.get("attachments") or ()
    if not ids:
        return ()
    if turn.person.person_id is None:  # the system names again what a step has named before: its bytes have come
        named: Sequence[Attachment | attachments.StepAttachment] = attachment_queries.named(turn.case.case_id, ids)
    else:
        named = attachments.name(turn.case.case_id, ids, seq, purpose, turn.person.person_id, only_own=only_own)
    for one in named:
        turn.wrote(own_tables.FILES, one.row if isinstance(one, attachments.StepAttachment) else vars(one))
    here = [one for one in named if one.state in KEPT]  # refused bytes have a hash, and are gone
    turn.data = turn.data | {"sha256": {str(one.attachment_id): one.sha256 for one in here}}
    turn.photos_awaited += sum(one.state == AttachmentState.AWAITED for one in named)
    return named
