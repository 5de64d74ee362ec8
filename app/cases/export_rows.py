"""Cases as rows of a file: what lists show of them, and nothing that somebody wrote who may have named people.

Free texts stay in the house, since they may hold names of citizens; addresses lose what looks like a number of theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.cases import case_secrecy
from app.cases.case_visibility import scope_mark
from app.cases.models import Case, CaseTicket
from app.cases.views import LIST_COLUMNS, Names, listed, next_end
from app.cases.visibility import visible_to
from app.core import clock, telephones
from app.core.db import db
from app.core.permissions import Person
from app.frame.exports.registry import Watch, holdings_digest
from workflows.case_forms import ADDRESS, CLASS, EXTERNAL_DUE, EXTERNAL_NO, GRID, SOURCE
from workflows.case_terms import Card, CaseSource
from workflows.round_terms import DRILL
from workflows.words import Words

COLUMNS = (
    (Words("编号", "Number"), 20),
    (Words("状态", "State"), 10),
    (CLASS.label, 24),
    (Words("情形", "Condition"), 24),
    (GRID.label, 22),
    (ADDRESS.label, 30),
    (Words("承办单位", "Department"), 20),
    (SOURCE.label, 12),
    (Words("诉求", "Wanted"), 8),
    (EXTERNAL_NO.label, 20),
    (EXTERNAL_DUE.label, 17),
    (Words("上报时间", "Reported"), 17),
    (Words("时限", "Limit"), 17),
    (Words("挂账至", "Deferred until"), 17),
    (Words("结案时间", "Closed"), 17),
    (Words("督办", "Card"), 10),
)
_ENTRY = 17  # bytes of a trail: a case, and whether its sender stands in the row (0) or not
_SECRET = select(CaseTicket.is_secret).where(CaseTicket.case_id == Case.case_id).correlate(Case).scalar_subquery()
_WATCHED = (
    Case.case_id, Case.reporter_id, Case.grid_path, Case.confidential, Case.class_code, _SECRET.label("secret"),
)  # fmt: skip


def sight(person: Person) -> str:
    """Return a digest of what decides which cases a person sees, and in which queues.

    That a class has become confidential changes the mark, too: rows of its cases may stand in the file.
    """
    return f"{holdings_digest(person)}{scope_mark(person)}"


def watch(case_of: Callable[[Any], UUID], *, with_sender: bool = True) -> Watch:
    """Return how a file of cases is known by them: `case_of` is a key's case, `with_sender` whether rows name one."""
    return Watch(
        lambda person, keys: b"".join(
            case_id.bytes + bytes([hidden or not with_sender]) for case_id, hidden in _entries(person, keys, case_of)
        ),
        _is_unchanged,
    )


def _entries(person: Person, keys: Sequence[Any], case_of: Callable[[Any], UUID]) -> Iterator[tuple[UUID, bool]]:
    """Yield which cases the person sees now, and of each whether its sender is kept from them."""
    case_ids = {case_of(key) for key in keys}
    for row in db.session.execute(select(*_WATCHED).where(Case.case_id.in_(case_ids), visible_to(person))):
        yield row.case_id, case_secrecy.hides_row(row, person)


def _is_unchanged(person: Person, trail: Callable[[], bytes], since: datetime) -> bool:
    """Tell whether a person sees the cases of a file as then: every one, and its sender where that stands in it.

    Only what has changed since can have been lost, other than by what the person holds, which `sight` compares.
    """
    seen = select(Case.case_id).where(visible_to(person), Case.changed_at >= since).correlate(None)
    unseen = Case.case_id.not_in(seen)
    touched = select(*_WATCHED, unseen.label("unseen")).where(Case.changed_at >= since)
    doubtful = db.session.execute(touched.where(or_(unseen, _SECRET))).all()
    hidden = {row.case_id.bytes for row in doubtful if not row.unseen and case_secrecy.hides_row(row, person)}
    gone = {row.case_id.bytes for row in doubtful if row.unseen}
    if not gone and not hidden:
        return True
    entries = trail()
    return not any(
        entries[place : place + 16] in gone or (not entries[place + 16] and entries[place : place + 16] in hidden)
        for place in range(0, len(entries), _ENTRY)
    )


def rows(person: Person, case_ids: Sequence[UUID]) -> Iterator[list[str]]:
    """Yield the rows of those of some cases that the person sees now, in the order given."""
    return (row for _, row in rows_by_id(person, case_ids))


def rows_by_id(person: Person, case_ids: Sequence[UUID]) -> Iterator[tuple[UUID, list[str]]]:
    """Yield the same, each with the id of its case: numbers are not unique."""
    names = Names()
    chosen = select(*LIST_COLUMNS).where(Case.case_id.in_(case_ids), visible_to(person))
    by_id = {row.case_id: row for row in db.session.execute(chosen)}
    return ((case_id, cells(by_id[case_id], names, person)) for case_id in case_ids if case_id in by_id)


def cells(case: Any, names: Names, person: Person) -> list[str]:
    """Return what a person's file says of one case (a row of what lists read)."""
    one = listed(case, names, person)
    ends = next_end(case.workflow, case.state, case.due_at, case.case_due_at)
    return [
        case.number,
        one["state_label"] + DRILL if case.drill else one["state_label"],
        one["class"]["name"] if one["class"] else "",
        one["condition"]["text"] if one["condition"] else "",
        one["grid"]["name"],
        telephones.without_numbers(case.address or ""),
        one["lead"]["name"] if one["lead"] else "",
        CaseSource.of(case.source).words,
        one["ticket_kind_label"] or "",
        one["external_no"] or "",
        moment_text(one["external_due"]),
        moment_text(case.reported_at),
        moment_text(ends),
        moment_text(one["review_at"]),
        moment_text(case.closed_at),
        Card.of(case.supervision).words if case.supervision else "",
    ]


def moment_text(moment: datetime | None) -> str:
    """Write a moment in the county's time; nothing for none."""
    return clock.minute(moment) if moment else ""
