"""What the room publishes; `app/wiring.py` says what follows."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class WarningGiven:
    """A warning was given: whoever serves its grids is told."""

    warning_id: UUID
