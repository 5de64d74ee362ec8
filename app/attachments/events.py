"""What the room tells others."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AttachmentArrived:
    """Bytes came that are kept, or were looked at at last, for an attachment that a step had named before.

    Follow it as a job (`outbox.put`) when what follows locks the case: an act locks the case first and its
    attachments second, an arrival has locked its attachment already.
    """

    case_id: UUID
    attachment_id: UUID
    step: int
    sha256: str
    uploader: UUID
    looked_at: bool = True  # or kept without that


@dataclass(frozen=True)
class AttachmentLost:
    """Bytes that a step had named came and could not be used, or are awaited no more. Follow it as a job, too."""

    case_id: UUID
    attachment_id: UUID
