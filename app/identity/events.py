"""What the room publishes; `app/wiring.py` says what follows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AccountClosed:
    """A person's account was closed: nobody stands in for them any more, nor they for anybody."""

    person_id: UUID


@dataclass(frozen=True)
class HoldsLess:
    """A person's account was closed, a role or duty of theirs ended, or they are away: others do what they owe."""

    person_id: UUID


@dataclass(frozen=True)
class IsBack:
    """A person's absence was taken back: who stood in for them does so no longer."""

    person_id: UUID
    since: datetime
    until: datetime
