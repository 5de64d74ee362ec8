"""Take in what a file of tickets holds, row by row, by the doors that everybody uses; or say what would come of it.

A row is taken whole or refused whole, and says by its column why. A trial takes each step and undoes it; where a row
speaks of a ticket that an earlier one of the file would change, only its form can be judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.cases import service as cases
from app.cases.errors import CaseDiffers
from app.cases.protocol import DEFAULT
from app.core.errors import Faults, Problem
from app.core.permissions import Person
from app.core.transaction import breathe, transaction
from app.frame.forms import flat
from app.intake import queries, service
from app.intake.ticket_file import TicketRow
from workflows.case_terms import CaseAction
from workflows.words import Words, plain

# what is said of one of several senders: the row's own, whichever case acts for it
_OF_SENDERS = frozenset(
    {
        CaseAction.NOTE_TICKET, CaseAction.ASK_SENDER, CaseAction.SENDER_TOOK_BACK, CaseAction.SENDER_REFUSED,
        CaseAction.ASK_SENDER_TIME, CaseAction.SENDER_GAVE_TIME, CaseAction.SENDER_KEPT_DATE, CaseAction.SECOND_ORDER,
    }
)  # fmt: skip


@dataclass(frozen=True)
class RowResult:
    """What came of a row, or would: why it was refused, else whether it brought anything new."""

    row: TicketRow
    refused: Words | None = None
    created: bool = False


class _Undone(Exception):
    """What was tried is not kept."""


@dataclass
class _Trial:
    """What the rows tried so far would have brought: tickets by source and number, and cases that steps change."""

    reports: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    numbers: set[tuple[str, str]] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)


def take_in(person: Person, rows: Sequence[TicketRow], *, dry_run: bool) -> Iterator[RowResult]:
    """Yield what came of each row, one after the other."""
    trial = _Trial()
    for row in rows:
        breathe()
        if row.faults:
            yield RowResult(row, plain(" ").join(row.faults))
            continue
        try:
            created = _try(person, row, trial) if dry_run else _take(person, row)
        except Problem as problem:
            yield RowResult(row, _words(problem, row))
        else:
            yield RowResult(row, created=created)


def _take(person: Person, row: TicketRow) -> bool:
    """Take one row; tell whether anything came of it that was not known. Raises Problem for what it is refused for."""
    if row.action is None:
        queries.refuse_second(row.case_id, row.source, row.number)
        acted, _ = service.submit(row.case_id, person, service.load(row.report))
        return acted.created
    case_id, seen = queries.ticket_of(row.case_id, row.source, row.number, person)
    return _act(person, row, row.action, case_id, seen)


def _act(person: Person, row: TicketRow, action: CaseAction, case_id: UUID, seen: int, *, keep: bool = True) -> bool:
    """Take a step of a ticket in a transaction of its own, and keep it or not; tell whether it was new."""
    data = dict(row.report)
    if action in _OF_SENDERS:
        data["sender_no"] = queries.sender_no(case_id, row.case_id, row.source, row.number)
    if action == CaseAction.NOTE_TICKET and not queries.is_own(case_id, row.case_id, row.source, row.number):
        data.pop("ticket_kind", None)  # of one that was merged it is noted where that stands alone
    op_id = row.op_id(case_id, f"at {row.at}" if row.at else queries.occasion(case_id, action))
    created = False
    with suppress(_Undone), transaction():
        created = cases.act(case_id, action, person, data, op_id, seen).created
        if not keep:
            raise _Undone
    return created


def _try(person: Person, row: TicketRow, trial: _Trial) -> bool:
    """Tell whether a row would bring anything new, and raise Problem for what it would be refused for."""
    key, other = (row.source, row.number), row.report.get("external_no")
    created = _try_step(person, row, row.action, trial) if row.action else _try_report(person, row, trial)
    trial.numbers |= {key, (row.source, other)} if other else {key}
    return created


def _try_report(person: Person, row: TicketRow, trial: _Trial) -> bool:
    queries.refuse_second(row.case_id, row.source, row.number)
    loaded, key = service.load(row.report), (row.source, row.number)
    if key in trial.reports:
        if trial.reports[key] != row.report:
            raise CaseDiffers
        return False
    trial.reports[key] = row.report
    return service.check(row.case_id, person, loaded)


def _try_step(person: Person, row: TicketRow, action: CaseAction, trial: _Trial) -> bool:
    try:
        case_id, seen = queries.ticket_of(row.case_id, row.source, row.number, person)
    except queries.NoTicket:
        if (row.source, row.number) not in trial.numbers:
            raise
        cases.load(DEFAULT, action, dict(row.report))
        return True
    if case_id in trial.changed:
        cases.load(DEFAULT, action, dict(row.report))
        return True
    created = _act(person, row, action, case_id, seen, keep=False)
    if created:
        trial.changed.add(case_id)
    return created


def _words(problem: Problem, row: TicketRow) -> Words:
    """Say why a row is refused, each fault by its column."""
    faults = (fault for name, texts in problem.fields.items() for fault in _faults(name, texts))
    return plain(" ").join([problem.detail, *(row.at_column(name, text) for name, text in faults)])


def _faults(name: str, texts: Faults) -> Iterator[tuple[str, Words]]:
    """Yield each fault with the field it belongs to: of what a field holds, with the name within."""
    if isinstance(texts, Mapping):
        for inner, more in texts.items():
            yield from _faults(name if isinstance(inner, int) else str(inner), more)
    else:
        yield from ((name.removeprefix("data."), text) for text in flat(texts))
