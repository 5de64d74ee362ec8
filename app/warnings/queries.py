"""Read warnings, and the picture of each: which grids have confirmed, who is silent, how many people were moved."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from app.core.db import Unindexed, db
from app.core.errors import NotFound
from app.core.permissions import Permission, Person
from app.grids.levels import Duty, Level, subtree_range
from app.grids.queries import grid_name, grid_tree
from app.rounds.models import RoundRow, RoundStep, RoundStop
from app.warnings.models import WarningRow
from workflows.round_terms import RoundAction, RoundKind, RoundState

LISTED_MOST = 100
MOVED, RETURNED = "moved", "returned"  # the fields of a receipt's form that are summed up
_W = WarningRow


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


def listed(person: Person, *, is_open: bool = False) -> Sequence[WarningRow]:
    """Return the newest warnings that concern a person's ground, those that hold before the others."""
    holding = _newest(person, _W.ended_at.is_(None), LISTED_MOST)
    ended = [] if is_open else _newest(person, _W.ended_at.is_not(None), LISTED_MOST - len(holding))
    return [*holding, *ended]


def _newest(person: Person, wanted: ColumnElement[bool], most: int) -> Sequence[WarningRow]:
    """Return some warnings, each of both kinds by an index of its own: together they have none in this order."""
    statement = select(_W).where(visible_to(person), wanted).order_by(_W.given_at.desc(), _W.warning_id.desc())
    return db.session.scalars(statement.limit(most)).all()


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


def silent(warning_id: UUID) -> Sequence[RoundRow]:
    """Return the receipts of a warning that nobody has confirmed, in the order of the grids."""
    return [one for one in receipts_of(warning_id) if one.started_at is None]


def picture(row: WarningRow, person: Person) -> list[TownshipPicture]:
    """Return how the receipts of a warning stand, by township of the person's ground; three statements at most."""
    tree, own = grid_tree(), person.grounds(Permission.WARNING_READ)
    receipts = receipts_of(row.warning_id)
    counts = _counts([one.round_id for one in receipts])
    pictures: dict[str, TownshipPicture] = {}
    for receipt in receipts:
        if not any(receipt.grid_path.startswith(path) for path in own):
            continue
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


def _receipt(row: RoundRow) -> WarningReceipt:
    done = row.state == RoundState.DONE
    duty = Duty.of(row.duty)
    return WarningReceipt(row.round_id, row.grid, grid_name(row.grid), duty, row.doer_name, row.started_at, done)


def _counts(round_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, int]]:
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
