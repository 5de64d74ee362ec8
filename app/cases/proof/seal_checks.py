"""Check the rows that are proved by seals: the audit, and messages to people."""

from collections.abc import Iterator, Mapping

from app.audit import seals
from app.audit.seals import SealFault, SealFaultKind
from app.cases.proof.faults import Fault
from workflows.words import Words

_WORDS: Mapping[SealFaultKind, tuple[Words, str]] = {  # what is wrong, what should stand there
    SealFaultKind.CHANGED: (Words("封存后被改动", "It was changed after it had been sealed"), "what was sealed"),
    SealFaultKind.MISSING: (Words("封存后被删除", "It was taken away after it had been sealed"), "a row"),
    SealFaultKind.ADDED: (Words("在已封存的范围内补入", "It was slipped in among what is sealed"), "(no row)"),
    SealFaultKind.UNREAD: (
        Words("封存后被改动，无法读取", "It was changed after sealing, and cannot be read"), "what was sealed",
    ),
}  # fmt: skip


def faults(name: str) -> Iterator[Fault | None]:
    """Yield what is not as it was sealed in a table, None for each seal that holds."""
    for unsound in seals.check(name):
        yield _fault(unsound) if unsound else None


def _fault(unsound: SealFault) -> Fault:
    text, expected = _WORDS[unsound.kind]
    return Fault(unsound.table, unsound.key, text, expected, unsound.kind, unsound.column)
