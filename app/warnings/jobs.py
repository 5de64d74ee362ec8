"""Call about the grids that stay silent (叫应): by the minutes of the level, each rung once, until all confirm."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core import clock, outbox
from app.core.db import db
from app.core.outbox import ClaimedEffect
from app.core.permissions import Permission, ScopeKind
from app.core.transaction import transaction
from app.grids.levels import Duty, Level
from app.grids.queries import grid_tree, serving
from app.identity import queries as identity
from app.rounds.models import RoundRow
from app.warnings import queries, warning_kinds, warning_views
from app.warnings.models import WarningRow
from app.warnings.warning_kinds import Call
from workflows.warning_terms import WarningRung
from workflows.words import Words, listed

SWEEP_SECONDS = 20.0
NEW, SILENCE = "warning_given", "warning_silent"
NAMED_MOST = 5
_NEW_TEXT = Words("{}：{}请在 {} 前签收。", "{}: {} Please confirm by {}.")
_SILENCE_TEXT = Words("{}仍有 {} 个网格没有签收：{}。请电话叫应。", "{}: {} ({}). Please call them.")
_GRIDS = Words("{}", "{} grids are silent")
_ONE_GRID = Words("{}", "{} grid is silent")


def tell_of(owed: ClaimedEffect) -> None:
    """Tell whoever serves the grids of a warning that it was given."""
    row = db.session.get(WarningRow, UUID(owed.payload["warning_id"]))
    if row is None or row.ended_at is not None:
        return
    until = clock.local(row.confirm_by).strftime("%m-%d %H:%M")
    text = _NEW_TEXT.format(warning_views.called(row), row.text, until)
    _owe(row, NEW, "new", _doers(queries.silent(row.warning_id)), text)


def sweep_calls() -> int:
    """Make the calls whose minutes are over; return how many."""
    now, count = clock.now(), 0
    open_ = db.session.scalars(select(WarningRow).where(WarningRow.ended_at.is_(None))).all()
    for warning_id in [row.warning_id for row in open_ if _is_due(row, now)]:
        with transaction():
            row = db.session.get(WarningRow, warning_id, with_for_update=True, populate_existing=True)
            count += _call(row) if row is not None and row.ended_at is None and _is_due(row, now) else 0
    return count


def _calls(row: WarningRow) -> tuple[Call, ...]:
    kind = warning_kinds.kinds().get(row.kind)
    rule = next((one for level, one in kind.levels.items() if level == row.level), None) if kind else None
    return rule.calls if rule else ()


def _is_due(row: WarningRow, now: datetime) -> bool:
    calls = _calls(row)[row.call_count :]
    return bool(calls) and row.given_at + timedelta(minutes=calls[0].after) <= now


def _call(row: WarningRow) -> int:
    """Make the next call of a warning; nobody is called where all have confirmed."""
    call = _calls(row)[row.call_count]
    row.call_count, row.changed_at = row.call_count + 1, clock.now()
    receipts = queries.silent(row.warning_id)
    calls = 0
    for number, (people, silent) in enumerate(_called_about(call.to, receipts)):
        names = [_name(one.grid) for one in silent]
        more = Words("等", " …") if len(names) > NAMED_MOST else Words("", "")
        count = (_ONE_GRID if len(names) == 1 else _GRIDS).format(len(names))
        text = _SILENCE_TEXT.format(warning_views.called(row), count, listed(names[:NAMED_MOST]) + more)
        _owe(row, SILENCE, f"{row.call_count}:{number}", _there(people), text)
        calls += 1
    return min(calls, 1)


def _called_about(
    rung: WarningRung, receipts: Sequence[RoundRow]
) -> Iterator[tuple[Sequence[UUID], Sequence[RoundRow]]]:
    """Yield whom to call about which silent receipts: for each grid, township, or the county once."""
    tree = grid_tree()
    if rung is WarningRung.GRID_HEAD:
        for one in receipts:
            yield [each.person_id for each in serving([one.grid], (Duty.CHIEF,))], [one]
        return
    level = Level.TOWNSHIP if rung is WarningRung.TOWNSHIP else Level.COUNTY
    groups: dict[str, list[RoundRow]] = {}
    for one in receipts:
        node = tree.at_level(one.grid, level)
        if node:
            groups.setdefault(node.code, []).append(one)
    for code, silent in groups.items():
        holding = (
            person_id
            for kind in (ScopeKind.CENTRE, ScopeKind.GRID)
            for person_id, _ in identity.holders_in(kind, [code], Permission.WARNING_READ)
        )
        yield sorted(set(holding)), silent


def _there(people: Sequence[UUID]) -> Sequence[UUID]:
    """Leave out who is on leave, where somebody else is there to be called."""
    return [one.person_id for one in identity.present(people) if one.person_id] or people


def _doers(receipts: Sequence[RoundRow]) -> list[UUID]:
    wanted = {(one.grid, one.duty) for one in receipts}
    served = serving(sorted({grid for grid, _ in wanted}))
    return sorted({one.person_id for one in served if (one.grid, one.duty) in wanted})


def _name(code: str) -> str:
    node = grid_tree().get(code)
    return node.name if node else code


def _owe(row: WarningRow, kind: str, key: str, people: Sequence[UUID], text: Words) -> None:
    if people:
        payload = {
            "kind": kind, "people": [str(one) for one in people], "text": str(text), "text_en": text.en, "urgent": True,
        }  # fmt: skip
        outbox.put("notice.plain", f"{row.warning_id}:{key}", payload)
