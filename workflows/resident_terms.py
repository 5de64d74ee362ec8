"""Name whom the county looks after; values never change, labels are for people."""

from __future__ import annotations

from workflows.words import Term


class ResidentSubject(Term):
    """Whether it is one person, or all who live together."""

    PERSON = "person", "居民", "Resident"
    HOUSEHOLD = "household", "住户", "Household"
