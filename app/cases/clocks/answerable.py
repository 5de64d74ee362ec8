"""Who is answerable for a clock; its row keeps it as one word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class AnswerableKind(StrEnum):
    """Say what answers."""

    CENTRE = "centre"  # whoever there may take the step that stops the clock
    DEPARTMENT = "department"  # its desk, and whom it has named
    PERSON = "person"  # the very person who was named


@dataclass(frozen=True, slots=True)
class Answerable:
    """A centre or a department by its code, or a person by the id."""

    kind: AnswerableKind
    code: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"

    @classmethod
    def read(cls, text: str) -> Answerable:
        """Return who is meant by the word of a row."""
        kind, _, code = text.partition(":")
        return cls(AnswerableKind(kind), code)

    @classmethod
    def centre(cls, code: str) -> Answerable:
        """Let a centre answer."""
        return cls(AnswerableKind.CENTRE, code)

    @classmethod
    def department(cls, code: str) -> Answerable:
        """Let a department answer."""
        return cls(AnswerableKind.DEPARTMENT, code)

    @classmethod
    def person(cls, person_id: UUID) -> Answerable:
        """Let a person answer."""
        return cls(AnswerableKind.PERSON, str(person_id))
