"""Say how much time is left, for people: in words, and by a tone that only underlines them. Pure.

Covered: minutes to days, both languages. Not covered: working time, which the end itself has
counted already; what is left is told as it passes on the wall.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflows.words import Words

SOON = timedelta(hours=4)  # an example: from then on the end is shown as near
_UNITS = (
    (timedelta(days=1), Words("{0} 天", "{0} day{1}")),
    (timedelta(hours=1), Words("{0} 小时", "{0} hour{1}")),
    (timedelta(minutes=1), Words("{0} 分钟", "{0} minute{1}")),
)


class Tone(StrEnum):
    """How much an end presses."""

    LATE = "late"
    SOON = "soon"
    FINE = "fine"


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What is left: how much it presses, and the words."""

    tone: Tone
    words: Words

    @property
    def is_late(self) -> bool:
        """Tell whether the end has passed."""
        return self.tone is Tone.LATE


def remaining(due_at: datetime | None, now: datetime) -> TimeLeft | None:
    """Return what is left until an end, or for how long it has passed; None where there is no end."""
    if due_at is None:
        return None
    left = due_at - now
    if left <= timedelta(0):
        return TimeLeft(Tone.LATE, Words("超时 {}", "{} late").format(length(-left)))
    return TimeLeft(Tone.SOON if left <= SOON else Tone.FINE, Words("还剩 {}", "{} left").format(length(left)))


def length(span: timedelta) -> Words:
    """Write a length of time in its largest unit, as people say it: never rounded up, so that nobody waits too long."""
    unit, words = next((each for each in _UNITS if span >= each[0]), _UNITS[-1])
    count = max(span // unit, 1)
    return words.format(count, "" if count == 1 else "s")
