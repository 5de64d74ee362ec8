"""Describe a message: of what, to whom, in which words. Texts hold number, class and place, no data of people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflows.words import Term, Words


class To(StrEnum):
    """Whom a message is for; `app/notices/audiences.py` finds them."""

    REPORTER = "reporter"
    REPORTERS_OF_MERGED = "reporters_of_merged"  # of cases which the ended one carried
    ANSWERABLE = "answerable"  # for the clock named, else for the running stages
    LEADERS = "leaders"  # of the centre, by the first permission, and of departments at work, by the second
    NAMED = "named"  # by name, for a task of `part`
    FORMER = "former"  # in whose place this step named another
    NAMERS = "namers"  # at the centre, who may name somebody for a task of `part`, where this step found nobody
    SENT = "sent"  # departments to which this step sent a task
    RECALLED = "recalled"  # departments from which this step took their task back, and who did the work there
    ASSIGNED = "assigned"  # the handler or contractor named by this step
    COPIED = "copied"  # departments that shall know
    DECIDERS = "deciders"  # of what was asked
    ASKER = "asker"  # who asked for what is decided
    REOPENERS = "reopeners"  # who may take up again what was found unsolved


@dataclass(frozen=True)
class Template:
    """One message. `{case}` and the other words in braces are filled in by `app/notices/words.py`."""

    kind: str
    to: To
    text: Words
    must_see: bool = True  # False: it is told also to those who do not see the case, or do so no longer
    into: str | None = None  # only where the step led into this state, from another one
    part: Term | None = None
    holding: tuple[StrEnum, ...] = ()  # what those hold who are told, where `to` leaves it open
