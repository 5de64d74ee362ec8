"""Call about the grids that stay silent (叫应): by the minutes of the level, each rung once, until all confirm."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select

from app.core import clock, outbox
from app.core.db import db
from app.core.outbox import ClaimedEffect
from app.core.permissions import SYSTEM, Permission, ScopeKind
from app.core.transaction import breathe, transaction
from app.grids.levels import Duty, Level
from app.grids.queries import grid_name, grid_tree, serving
from app.identity import queries as identity
from app.rounds import service as rounds
from app.rounds.models import RoundRow
from app.warnings import queries, warning_kinds, warning_views
from app.warnings.models import WarningRow
from app.warnings.warning_kinds import Call
from workflows.round_terms import RoundAction
from workflows.warning_terms import WarningRung
from workflows.words import Words, listed

SWEEP_SECONDS = 20.0
RECEIPTS_SECONDS = 3_600.0
RECEIPT_GRACE = timedelta(hours=24)  # so long after its end what was begun may be gone on with; our figure
AT_ONCE = 200
NEW, SILENCE = "warning_given", "warning_silent"
NAMED_MOST = 5
_NEW_TEXT = Words("{}：{}请在 {} 前签收。", "{}: {} Please confirm by {}.")
_SILENCE_TEXT = Words("{}仍有 {} 个网格没有签收：{}。请电话叫应。", "{}: {} ({}). Please call them.")
_GRIDS = Words("{}", "{} grids are silent")
_LEVELS = {WarningRung.TOWNSHIP: Level.TOWNSHIP, WarningRung.COUNTY: Level.COUNTY}  # the head is the grid's own
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


def sweep_receipts() -> int:
    """Lift what was begun for warnings that ended so long ago, and that nobody has finished; return how many."""
    now, count = clock.now(), 0
    key = f"{RoundAction.LIFT}:{now.isoformat()}"
    while ids := queries.left_open(now - RECEIPT_GRACE, AT_ONCE):
        with transaction():
            steps = [rounds.by_system(one, RoundAction.LIFT, SYSTEM, uuid5(one, key), queries.BEGUN) for one in ids]
        lifted = sum(step is not None for step in steps)
        if not lifted:  # somebody was faster with all of them
            break
        count += lifted
        breathe()
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
        names = [grid_name(one.grid) for one in silent]
        more = Words("等", " …") if len(names) > NAMED_MOST else Words("", "")
        count = (_ONE_GRID if len(names) == 1 else _GRIDS).format(len(names))
        text = _SILENCE_TEXT.format(warning_views.called(row), count, listed(names[:NAMED_MOST]) + more)
        _owe(row, SILENCE, f"{row.call_count}:{number}", people, text)
        calls += 1
    return min(calls, 1)


def _called_about(
    rung: WarningRung, receipts: Sequence[RoundRow]
) -> Iterator[tuple[Sequence[UUID], Sequence[RoundRow]]]:
    """Yield whom to call about which silent receipts: for each grid, township, or the county once.

    Where a rung has nobody, the one above it is called in its place, at once.
    """
    rungs = list(WarningRung)
    for here in rungs[rungs.index(rung) :]:
        places = _by_place(here, receipts)
        people = _people_of(here, places)
        yield from ((people[code], silent) for code, silent in places.items() if code in people)
        receipts = [one for code, silent in places.items() if code not in people for one in silent]


def _by_place(rung: WarningRung, receipts: Sequence[RoundRow]) -> Mapping[str, list[RoundRow]]:
    tree, places = grid_tree(), defaultdict(list)
    for one in receipts:
        node = tree.at_level(one.grid, _LEVELS[rung]) if rung in _LEVELS else tree.get(one.grid)
        if node:
            places[node.code].append(one)
    return places


def _people_of(rung: WarningRung, codes: Collection[str]) -> Mapping[str, list[UUID]]:
    """Return who is called for each place that has somebody: on leave only where nobody else is there."""
    if rung not in _LEVELS:
        held = ((one.person_id, one.grid) for one in serving(codes, (Duty.CHIEF,)))
    else:
        kinds = (ScopeKind.CENTRE, ScopeKind.GRID)
        held = (one for kind in kinds for one in identity.holders_in(kind, list(codes), Permission.WARNING_READ))
    pairs = sorted(set(held), key=str)
    everybody = [person_id for person_id, _ in pairs]
    there, at_all = ({one.person_id for one in known(everybody)} for known in (identity.present, identity.people))
    people: dict[str, list[UUID]] = {}
    for code in {code for _, code in pairs}:
        own = [person_id for person_id, of in pairs if of == code and person_id in at_all]
        if own:
            people[code] = [one for one in own if one in there] or own
    return people


def _doers(receipts: Sequence[RoundRow]) -> list[UUID]:
    wanted = {(one.grid, one.duty) for one in receipts}
    served = serving(sorted({grid for grid, _ in wanted}))
    return sorted({one.person_id for one in served if (one.grid, one.duty) in wanted})


def _owe(row: WarningRow, kind: str, key: str, people: Sequence[UUID], text: Words) -> None:
    if people:
        payload = {
            "kind": kind, "people": [str(one) for one in people], "text": str(text), "text_en": text.en, "urgent": True,
            "subject_id": str(row.warning_id),
        }  # fmt: skip
        outbox.put("notice.plain", f"{row.warning_id}:{key}", payload)
