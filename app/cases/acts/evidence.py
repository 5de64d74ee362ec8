"""Name a step's photos, and see that there are as many as the class asks for at that move."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from app.attachments import queries as attachment_queries
from app.attachments import service as attachments
from app.attachments.models import KEPT, Attachment, AttachmentState
from app.cases import own_tables
from app.cases.clocks import case_limits
from app.cases.errors import DataMissing
from app.cases.models import Case
from app.cases.protocol import form_of, procedure_of
from app.cases.turn import Turn
from app.catalogue.documents import CaseClass
from workflows.case_terms import TaskPart
from workflows.forms import PHOTOS, Form, PhotoCount, Purpose
from workflows.procedure import EngineStep
from workflows.words import Words

Named = Attachment | attachments.StepAttachment
_NOT_COME = Words(
    "照片还没有传到：这一步至少需要 {} 张已上传的照片，请等上传完成后再提交。",
    "The photos have not come yet: the photos that this step needs ({} or more) have to be here. Send it then.",
)
_NOT_OWN = Words(
    "这一步至少需要 {} 张您本人为这一步拍摄的照片：他人的、案件中已用过的不算，请拍照后提交。",
    "Photos of your own, taken for this step: {} or more, please. Those of others, or used in the case before, do not"
    " count. Take them, then send it.",
)


def ask_for(turn: Turn, photo_count: int) -> None:
    """Raise DataMissing unless the step names at least so many photos, here or still to come."""
    ids: Sequence[UUID] = turn.data.get("attachments") or ()
    if len(ids) < photo_count:
        raise DataMissing.at(
            "data.attachments",
            Words(
                "这一步至少需要 {} 张照片，请拍照后提交。",
                "Photos needed for this step: {} or more. Take them, then send it.",
            ).format(photo_count),
        )


def photo_count(case: Case, form: Form) -> int:
    """Return how many photos the class of a case asks for with a form."""
    return figures(case_limits.class_of(case) if form.photos.count else None).get(form.photos.count or "", 0)


def figures(rules: CaseClass | None) -> dict[str, int]:
    """Return how many photos a class asks for at `report`, `finish` or `check`."""
    evidence = rules.evidence if rules else None
    return {count: int(getattr(evidence, count)) if evidence else 0 for count in PhotoCount}


def take(turn: Turn) -> Sequence[Named]:
    """Take what a step carries as its form says, unless its effect has: the paper of a remark belongs to the case, too.

    A called department answers for what it did, and not for the case: it owes no photos.
    """
    form, called = form_of(turn.case.workflow, turn.action), turn.task is not None and turn.task.part == TaskPart.CALLED
    least = 0 if called else photo_count(turn.case, form)
    ask_for(turn, least)
    if "sha256" in turn.data:
        return ()
    named = name(turn, turn.case.seq + 1, Purpose.of(form.photos.purpose))
    if (PHOTOS in turn.needs or least) and turn.action not in procedure_of(turn.case.workflow).quiet:
        _ask_for_own(turn, named, max(1, least))
    return named


def _ask_for_own(turn: Turn, named: Sequence[Named], least: int) -> None:
    """Raise DataMissing unless enough photos are of this very step, and here.

    What another step has named shows what was seen then, and what another person has sent, what they saw. A phone sends
    what was done before its photos: they follow.
    """
    is_paper = Purpose.of(form_of(turn.case.workflow, turn.action).photos.purpose).takes_pdf  # speaks for itself
    own = named if is_paper else [one for one in named if _is_own(turn, one)]
    if len(own) < least:
        raise DataMissing.at("data.attachments", _NOT_OWN.format(least))
    if not turn.offline and sum(one.state in KEPT for one in own) < least:
        raise DataMissing.at("data.attachments", _NOT_COME.format(least))


def _is_own(turn: Turn, one: Named) -> bool:
    """Tell whether whoever takes this step has sent a photo, or owes it, and named it in no other act before.

    An act of theirs that was refused leaves its photos with the case by `attach`: these are of no act yet.
    """
    row = row_of(one)
    if row["uploader"] != turn.person.person_id:
        return False
    earlier = next((step.action for step in turn.past if step.seq == row["step"]), None)
    return earlier in (None, EngineStep.ATTACH)


def row_of(photo: Named) -> Mapping[str, Any]:
    """Return the row of a photo that a step has named."""
    return photo.row if isinstance(photo, attachments.StepAttachment) else vars(photo)


def name(turn: Turn, seq: int, purpose: Purpose, *, only_own: bool = False) -> Sequence[Named]:
    """Let the step name its attachments, and return them; the hashes of those that are here go into its data."""
    ids: Sequence[UUID] = turn.data.get("attachments") or ()
    if not ids:
        return ()
    if turn.person.person_id is None:  # the system names again what a step has named before: its bytes have come
        named: Sequence[Named] = attachment_queries.named(turn.case.case_id, ids)
    else:
        named = attachments.name(turn.case.case_id, ids, seq, purpose, turn.person.person_id, only_own=only_own)
    for one in named:
        turn.wrote(own_tables.FILES, row_of(one))
    here = [one for one in named if one.state in KEPT]  # refused bytes have a hash, and are gone
    turn.data = turn.data | {"sha256": {str(one.attachment_id): one.sha256 for one in here}}
    turn.photos_awaited += sum(one.state == AttachmentState.AWAITED for one in named)
    return named
