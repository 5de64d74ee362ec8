"""Prove one case now: its chain of hashes, its row, its files, read again for whoever looks at it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.cases.proof.faults import Fault
from app.cases.proof.verify import Tally, VerifyScope, faults
from app.core import clock
from app.core.outbox import OutboxRow


@dataclass(frozen=True)
class Proof:
    """What was looked at, when, and what was found broken."""

    at: datetime
    steps: int
    erased: int  # steps whose personal data was erased by rule; the chain still holds
    files: int
    broken: tuple[Fault, ...]

    @property
    def sound(self) -> bool:
        """Tell whether nothing is broken."""
        return not self.broken


def prove(case_id: UUID) -> Proof:
    """Replay the steps of a case and read its files; what it still owes to others (messages) is no part of it.

    The session is let go meanwhile: what was read before belongs to it no longer.
    """
    tally = Tally()
    broken = tuple(fault for fault in faults(VerifyScope(case_id), tally) if fault.table != OutboxRow.__tablename__)
    return Proof(clock.now(), tally.steps, tally.erased, tally.files, broken)
