"""What the room publishes; `app/wiring.py` says what follows."""

from dataclasses import dataclass

from app.cases.turn import Turn


@dataclass(frozen=True)
class CaseStepped:
    """A case took a step: published in its transaction, after the row and its clocks are settled."""

    turn: Turn
    seq: int
    event: str  # the name which the machine's table gives the move
