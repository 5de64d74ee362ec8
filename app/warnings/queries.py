"""Read warnings, and the picture of each: which grids have confirmed, who is silent, how many people were moved."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, tuple_

from app.core import paging
from app.core.db import Unindexed, db
from app.core.errors import NotFound
from app.core.paging import CursorInvalid
from app.core.permissions import Permission, Person
from app.grids.levels import Duty, Level, subtree_range
from app.grids.queries import grid_name, grid_tree
from app.rounds.models import RoundRow, RoundStep, RoundStop
from app.warnings.models import WarningRow
from workflows.round import OPEN
from workflows.round_terms import RoundAction, RoundKind, RoundState

MOVED, RETURNED = "moved", "returned"  # the fields of a receipt's form that are summed up
_W = WarningRow
BEGUN = and_(RoundRow.state.in_(OPEN), RoundRow.started_at.is_not(None))


@dataclass(frozen=True, slots=True)
class WarningReceipt:
    """Whether the warning has arrived in one grid."""

    round_id: UUID
    grid: str
    name: str
    duty: Duty
    doer: str | None
    confirmed_at: datetime | None
    done: bool


@dataclass
class TownshipPicture:
    """How many grids of a township have confirmed, and how many people were moved there and are back."""

    code: str
    name: str
    total: int = 0
    confirmed: int = 0
    moved: int = 0
    returned: int = 0
    silent: list[WarningReceipt] = field(default_factory=list)


WarningPlace = tuple[bool, datetime, UUID]  # of a warning in the list: whether it has ended, when it was given


@dataclass(frozen=True)
class WarningPage:
    """Some warnings, and where the next page begins."""

    items: Sequence[WarningRow]
    next: WarningPlace | None


class WarningUnknown(NotFound):
    """没有这条预警，或它不在您的辖区。"""

    code = "warning_unknown"
    en = "There is no such warning, or it does not concern your ground."


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `warnings` that holds for what concerns a person's ground, wholly or in part.

    What leads to warnings is their id, or when they were given.
    """
    ways: list[ColumnElement[bool]] = []
    own = Unindexed(_W.grid_path)
    for path in person.grounds(Permission.WARNING_READ):
        low, high = subtree_range(path)
        above = [path[: place + 1] for place, letter in enumerate(path) if letter == "/"]
        ways += [(own >= low) & (own < high), own.in_(above)]
    return or_(*ways) if ways else false()


def page(person: Person, after: WarningPlace | None, limit: int, *, is_open: bool = False) -> WarningPage:
    """Return the newest warnings that concern a person's ground, those that hold before the others."""
    rows: list[WarningRow] = []
    for ended in (False,) if is_open else (False, True):
        if after is None or ended >= after[0]:
            place = after[1:] if after and after[0] == ended else None
            rows += _newest(person, limit + 1 - len(rows), ended=ended, after=place)
    last = rows[limit - 1] if len(rows) > limit else None
    return WarningPage(rows[:limit], (last.ended_at is not None, last.given_at, last.warning_id) if last else None)


def _newest(
    person: Person, most: int, *, ended: bool, after: tuple[datetime, UUID] | None = None
) -> Sequence[WarningRow]:
    """Return some warnings, each of both kinds by an index of its own: together they have none in this order."""
    wanted = [visible_to(person), _W.ended_at.is_not(None) if ended else _W.ended_at.is_(None)]
    if after:
        wanted.append(tuple_(_W.given_at, _W.warning_id) < tuple_(*after))
    statement = select(_W).where(*wanted).order_by(_W.given_at.desc(), _W.warning_id.desc())
    return db.session.scalars(statement.limit(most)).all()


def keys(person: Person, most: int) -> Sequence[UUID]:
    """Return the ids of the warnings that concern a person's ground, in the order of their list."""
    return [row.warning_id for row in page(person, None, most).items]


def some(person: Person, warning_ids: Collection[UUID]) -> Sequence[WarningRow]:
    """Return those of some warnings that concern a person's ground still, in the order of their list."""
    statement = select(_W).where(visible_to(person), _W.warning_id.in_(warning_ids))
    newest = statement.order_by(_W.ended_at.is_not(None), _W.given_at.desc(), _W.warning_id.desc())
    return db.session.scalars(newest).all()


def read_cursor(cursor: str) -> WarningPlace:
    """Return where a page of warnings begins; raise CursorInvalid."""
    ended, given_at, warning_id = paging.decode(cursor, 3)
    if ended not in (False, True):
        raise CursorInvalid
    return bool(ended), paging.moment(given_at), paging.identity(warning_id)


def one(warning_id: UUID, person: Person) -> WarningRow:
    """Return a warning that concerns a person's ground; raise WarningUnknown."""
    row: WarningRow | None = db.session.scalar(select(_W).where(_W.warning_id == warning_id, visible_to(person)))
    if row is None:
        raise WarningUnknown
    return row


def receipts_of(warning_id: UUID) -> Sequence[RoundRow]:
    """Return the receipts of a warning, in the order of the grids, but for what a person has cancelled unconfirmed.

    What its end has lifted is among them: that a grid stayed silent is seen after it, too.
    """
    own = select(RoundRow).where(RoundRow.origin_id == warning_id, _is_receipt())
    return db.session.scalars(own.order_by(RoundRow.grid)).all()


def confirmed(warning_ids: Sequence[UUID], person: Person) -> Mapping[UUID, tuple[int, int]]:
    """Return for some warnings how many grids of a person's ground have confirmed, and of how many; one statement."""
    ranges = [subtree_range(path) for path in person.grounds(Permission.WARNING_READ)]
    ways = [and_(RoundRow.grid_path >= low, RoundRow.grid_path < high) for low, high in ranges]
    wanted = (RoundRow.origin_id.in_(warning_ids), _is_receipt(), or_(false(), *ways))
    counts = (RoundRow.origin_id, func.count(RoundRow.started_at), func.count(RoundRow.round_id))
    rows = db.session.execute(select(*counts).where(*wanted).group_by(RoundRow.origin_id))
    return defaultdict(lambda: (0, 0), {origin: (have, of) for origin, have, of in rows if origin})


def _is_receipt() -> ColumnElement[bool]:
    by_person = exists().where(RoundStep.round_id == RoundRow.round_id, RoundStep.action == RoundAction.CANCEL)
    spared = and_(RoundRow.state == RoundState.CANCELLED, RoundRow.started_at.is_(None), by_person)
    return and_(RoundRow.kind == RoundKind.WARNING, ~spared)


def left_open(ended_by: datetime, most: int) -> Sequence[UUID]:
    """Return rounds that were begun and are not finished, receipts too, of warnings that had ended at a time."""
    of_ended = select(RoundRow.round_id).join(_W, _W.warning_id == RoundRow.origin_id).where(_W.ended_at <= ended_by)
    return db.session.scalars(of_ended.where(BEGUN).order_by(RoundRow.round_id).limit(most)).all()


def silent(warning_id: UUID) -> Sequence[RoundRow]:
    """Return the receipts of a warning that nobody has confirmed, in the order of the grids."""
    return [one for one in receipts_of(warning_id) if one.started_at is None]


def picture(row: WarningRow, person: Person) -> list[TownshipPicture]:
    """Return how the receipts of a warning stand, by township of the person's ground; three statements at most."""
    tree, receipts = grid_tree(), _on_ground(receipts_of(row.warning_id), person)
    counts = counts_of([one.round_id for one in receipts])
    pictures: dict[str, TownshipPicture] = {}
    for receipt in receipts:
        township = tree.at_level(receipt.grid, Level.TOWNSHIP)
        code, name = (township.code, township.name) if township else (receipt.grid, receipt.grid)
        here = pictures.setdefault(code, TownshipPicture(code, name))
        here.total += 1
        here.confirmed += receipt.started_at is not None
        here.moved += counts[receipt.round_id][MOVED]
        here.returned += counts[receipt.round_id][RETURNED]
        if receipt.started_at is None:
            here.silent.append(_receipt(receipt))
    return list(pictures.values())


def own_receipts(warning_id: UUID, person: Person) -> Sequence[RoundRow]:
    """Return the receipts of a warning on a person's ground, in the order of the grids; none where they see none."""
    try:
        one(warning_id, person)
    except WarningUnknown:
        return ()
    return _on_ground(receipts_of(warning_id), person)


def some_receipts(round_ids: Collection[UUID], person: Person) -> Sequence[RoundRow]:
    """Return those of some receipts that lie on a person's ground still, in the order of the grids."""
    rows = db.session.scalars(select(RoundRow).where(RoundRow.round_id.in_(round_ids)).order_by(RoundRow.grid)).all()
    return _on_ground(rows, person)


def _on_ground(receipts: Sequence[RoundRow], person: Person) -> Sequence[RoundRow]:
    own = tuple(person.grounds(Permission.WARNING_READ))
    return [one for one in receipts if one.grid_path.startswith(own)]


def _receipt(row: RoundRow) -> WarningReceipt:
    done = row.state == RoundState.DONE
    duty = Duty.of(row.duty)
    return WarningReceipt(row.round_id, row.grid, grid_name(row.grid), duty, row.doer_name, row.started_at, done)


def counts_of(round_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    """Return how many people were moved and are back, as the newest answers of each receipt say."""
    counts: dict[UUID, dict[str, int]] = defaultdict(lambda: {MOVED: 0, RETURNED: 0})
    answered = select(RoundStop.round_id, RoundStop.answers).where(
        RoundStop.round_id.in_(round_ids), RoundStop.answers.is_not(None)
    )
    for round_id, text in db.session.execute(answered):
        answers: dict[str, Any] = json.loads(text or "{}")
        for name in (MOVED, RETURNED):
            number = answers.get(name)
            counts[round_id][name] += number if isinstance(number, int) else 0
    return counts
