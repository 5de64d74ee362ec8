"""What rounds were made for besides their plans: a later room says it, in words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from workflows.words import Words


@dataclass(frozen=True, slots=True)
class RoundOrigin:
    """Something for which rounds were made: what it is called, and what it says."""

    label: Words
    text: str
    is_open: bool = True  # rounds for it may still be begun
    heard_before: datetime | None = None  # of what is over: a start made without network before that is heard still
    goes_on: bool = False  # what was begun for it and broken off may be gone on with after its end, until it is lifted

    def asks(self, *, begun: bool) -> bool:
        """Tell whether a round may be set out on for it now: one that was begun before, or not yet."""
        return self.is_open or (begun and self.goes_on)

    def asked_at(self, moment: datetime, *, begun: bool) -> bool:
        """Tell whether a round could be set out on for it at a moment."""
        return self.asks(begun=begun) or (self.heard_before is not None and moment < self.heard_before)


Describe = Callable[[Collection[UUID]], Mapping[UUID, RoundOrigin]]
Hold = Callable[[UUID], object]
_describe: list[Describe] = []
_hold: list[Hold] = []


def describe_with(*describe: Describe) -> None:
    """Let later rooms say, by their ids, what the things are for which they have made rounds."""
    _describe[:] = describe


def hold_with(*hold: Hold) -> None:
    """Let later rooms keep what rounds were made for from being closed until the running transaction has ended."""
    _hold[:] = hold


def asks_now(origin_id: UUID | None, counts_at: datetime, *, begun: bool) -> bool:
    """Tell, inside a transaction that begins a round, whether what it was made for asks for it, and goes on doing so.

    It is judged by the time at which the start counts. What is being closed at this moment is waited for: nobody sets
    out for what is closed.
    """
    if origin_id is None:
        return True
    for each in _hold:
        each(origin_id)
    origin = described([origin_id]).get(origin_id)
    return origin is None or origin.asked_at(counts_at, begun=begun)


def described(origin_ids: Collection[UUID]) -> Mapping[UUID, RoundOrigin]:
    """Return what rounds were made for, by its id; nothing is asked where there is nothing."""
    return {one: origin for each in _describe for one, origin in each(origin_ids).items()} if origin_ids else {}


def still_asks(origin_id: UUID | None, known: Mapping[UUID, RoundOrigin] | None = None, *, begun: bool) -> bool:
    """Tell whether what a round was made for still asks for it; a plan does always. `known`: origins read before."""
    if origin_id is None:
        return True
    origin = (described([origin_id]) if known is None else known).get(origin_id)
    return origin is None or origin.asks(begun=begun)
