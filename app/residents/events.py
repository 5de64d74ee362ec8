"""What the room publishes; `app/wiring.py` says what follows."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ConsentWithdrawn:
    """Somebody who is cared for otherwise still has not agreed to more: what was put down for the rest goes."""

    resident_id: UUID


@dataclass(frozen=True)
class ResidentErased:
    """Nothing personal is kept of a resident any more: what others have put down of them goes, too."""

    resident_id: UUID
