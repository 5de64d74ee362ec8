"""A warning as the interface, pages and messages answer it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.permissions import Person
from app.grids.queries import grid_name
from app.rounds.round_origins import RoundOrigin
from app.warnings import queries, warning_kinds
from app.warnings.models import WarningRow
from app.warnings.queries import TownshipPicture, WarningReceipt
from workflows.round_terms import DRILL
from workflows.warning_terms import WarningLevel
from workflows.words import Words, plain

_CALLED = Words("{name}{level}预警", "{level} warning: {name}")


def called(row: WarningRow) -> Words:
    """Return what a warning is called; a drill says that it is one."""
    kind = warning_kinds.kinds().get(row.kind)
    name, level = (kind.name if kind else plain(row.kind)), WarningLevel.of(row.level).words
    words = _CALLED.format(name=name, level=level)
    return words + DRILL if row.drill else words


def summary(row: WarningRow) -> dict[str, Any]:
    """Return a warning as `WarningSummaryOut` describes it."""
    level = WarningLevel.of(row.level)
    name = called(row)
    plain_values = ("kind", "number", "issuer", "text", "drill", "given_at", "confirm_by", "ended_at")
    return {
        "warning_id": row.warning_id, "label": name, "label_en": name.en,
        "level": row.level, "level_label": level.words, "level_label_en": level.words.en,
        "grid": {"code": row.grid, "name": grid_name(row.grid)},
        **{one: getattr(row, one) for one in plain_values},
    }  # fmt: skip


def whole(row: WarningRow, person: Person) -> dict[str, Any]:
    """Return a warning with its picture as `WarningOut` describes it."""
    townships = [_township(one) for one in queries.picture(row, person)]
    sums = {name: sum(one[name] for one in townships) for name in ("total", "confirmed", "moved", "returned")}
    return {**summary(row), **sums, "townships": townships, "asked_at": clock.now()}


def _township(one: TownshipPicture) -> dict[str, Any]:
    return {**vars(one), "silent": [_silent(receipt) for receipt in one.silent]}


def _silent(receipt: WarningReceipt) -> dict[str, Any]:
    duty = receipt.duty.words
    return {
        "round_id": receipt.round_id, "grid": receipt.grid, "name": receipt.name, "duty": receipt.duty,
        "duty_label": duty, "duty_label_en": duty.en,
    }  # fmt: skip


def origins(warning_ids: Collection[UUID]) -> dict[UUID, RoundOrigin]:
    """Say of some warnings what the rounds are for that were made for them."""
    rows = db.session.scalars(select(WarningRow).where(WarningRow.warning_id.in_(warning_ids)))
    return {
        row.warning_id: RoundOrigin(called(row), row.text, row.ended_at is None, row.ended_at, goes_on=True)
        for row in rows
    }
