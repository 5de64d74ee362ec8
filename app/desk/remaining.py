"""Say how much time is left, for people: in words, and by a tone that only underlines them. Pure.

Covered: the nearer of some ends, minutes to days, both languages. Not covered: working time, which the end itself has
counted already; what is left is told as it passes on the wall.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

Words = tuple[str, str]
SOON = timedelta(hours=4)  # an example: from then on the end is shown as near
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left: `late`, `soon` or `fine`, and the words."""

    tone: str
    words: Words


def remaining(due_at: datetime | None, now: datetime) -> Remaining | None:
    """Return what is left until an end, or for how long it has passed; None where there is no end."""
    if due_at is None:
        return None
    left = due_at - now
    if left <= timedelta(0):
        zh, en = length(-left)
        return Remaining("late", (f"超时 {zh}", f"{en} late"))
    zh, en = length(left)
    return Remaining("soon" if left <= SOON else "fine", (f"还剩 {zh}", f"{en} left"))


def nearer(*ends: datetime | None) -> datetime | None:
    """Return the first of some ends."""
    return min((end for end in ends if end is not None), default=None)


def length(span: timedelta) -> Words:
    """Write a length of time in its largest unit, as people say it: never rounded up, so that nobody waits too long."""
    for unit, zh, en in ((_DAY, "天", "day"), (_HOUR, "小时", "hour")):
        count = span // unit
        if count >= 1:
            return f"{count} {zh}", _counted(count, en)
    minutes = max(span // timedelta(minutes=1), 1)
    return f"{minutes} 分钟", _counted(minutes, "minute")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
