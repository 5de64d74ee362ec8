"""Let the urgent limit of a clock count from the marking, beside the ordinary one, which is kept to be given back.

A clock that ran when its case was marked ends when the urgent limit ends, counted from the marking, or when its
ordinary limit would have ended, if that is sooner: marking a case gives nobody more time, and makes nobody late.
"""

from collections.abc import Iterable
from datetime import datetime

from app.cases.clocks.runs import Interval
from app.cases.models import CaseClock
from app.cases.turn import Turn
from app.deadlines.limits import Limit
from workflows.case_terms import LimitKind


def ordinary(clock: CaseClock) -> Limit | None:
    """Return the limit that a clock has beside the urgent one; None where it has none."""
    if clock.ordinary_limit is None:
        return None
    kind, _, amount = clock.ordinary_limit.partition(":")
    return Limit(float(amount) if "." in amount else int(amount), LimitKind.of(kind))


def keep(clock: CaseClock, limit: Limit) -> None:
    """Keep a limit, and what was granted upon it, beside the urgent one that shall hold."""
    if clock.ordinary_limit is None:
        clock.ordinary_extended_to, clock.extended_to = clock.extended_to, None
    clock.ordinary_limit = f"{limit.kind}:{limit.amount}"


def give_back(clock: CaseClock) -> Limit | None:
    """Let the ordinary limit hold alone again, with all that was granted; return it."""
    limit = ordinary(clock)
    clock.extended_to = latest(clock.extended_to, clock.ordinary_extended_to)
    clock.ordinary_limit = clock.ordinary_extended_to = None
    return limit


def latest(*ends: datetime | None) -> datetime | None:
    """Return the last of some moments, of which some may be none."""
    return max((end for end in ends if end is not None), default=None)


def began_before(turn: Turn, started_at: datetime) -> bool:
    """Tell whether the case was marked as urgent after a stage had begun."""
    return turn.case.urgent and turn.case.urgent_since is not None and turn.case.urgent_since > started_at


def counts_from(turn: Turn, clock: CaseClock, stood: Iterable[Interval], start: datetime) -> datetime:
    """Return from when the urgent limit counts: the marking, or where the clock then stood, when that began."""
    marked = turn.case.urgent_since or start
    if clock.paused_at is not None and marked >= clock.paused_at:
        return clock.paused_at
    return next((begin for begin, end in stood if begin <= marked < end), max(marked, start))
