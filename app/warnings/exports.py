"""Warnings as a file, and the receipts of one: which grids have confirmed it, and how many people were moved there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable
from app.grids.levels import Duty, Level
from app.grids.queries import grid_name, grid_tree
from app.warnings import queries, warning_views
from app.warnings.schemas import WarningListPageIn, WarningReceiptsIn
from workflows.round_terms import RoundState
from workflows.words import Words

CONFIRMED, SILENT = Words("已签收", "Confirmed"), Words("未签收", "Silent")


def _read_list(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(WarningListPageIn(exclude=["after"]), args)


def _list_keys(person: Person, _: Mapping[str, Any], most: int) -> Sequence[UUID]:
    return queries.keys(person, most)


def _list_rows(person: Person, warning_ids: Sequence[UUID]) -> Iterator[list[Any]]:
    rows, counts = queries.some(person, warning_ids), queries.confirmed(warning_ids, person)
    for row in rows:
        have, of = counts[row.warning_id]
        yield [
            warning_views.called(row), grid_name(row.grid), row.issuer, row.number or "", clock.minute(row.given_at),
            clock.minute(row.confirm_by), clock.minute(row.ended_at) if row.ended_at else "", str(have), str(of),
        ]  # fmt: skip


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(WarningReceiptsIn(), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[UUID]:
    receipts = queries.own_receipts(wanted["warning"], person) if wanted.get("warning") else ()
    return [one.round_id for one in receipts[:most]]


def _rows(person: Person, round_ids: Sequence[UUID]) -> Iterator[list[Any]]:
    tree, counts = grid_tree(), queries.counts_of(round_ids)
    for row in queries.some_receipts(round_ids, person):
        township = tree.at_level(row.grid, Level.TOWNSHIP)
        yield [
            township.name if township else "", grid_name(row.grid), Duty.of(row.duty).words,
            CONFIRMED if row.started_at else SILENT, clock.minute(row.started_at) if row.started_at else "",
            row.doer_name or "", RoundState.of(row.state).words,
            *(str(counts[row.round_id][name]) for name in (queries.MOVED, queries.RETURNED)),
        ]  # fmt: skip


WARNINGS = ExportTable(
    name="warnings", title=Words("预警", "Warnings"), permission=Permission.WARNING_READ,
    columns=(
        (Words("预警", "Warning"), 24), (Words("范围", "Area"), 20), (Words("发布单位", "Issued by"), 20),
        (Words("编号", "Number"), 16), (Words("发布", "Given"), 18), (Words("签收期限", "Confirmed by"), 18),
        (Words("解除", "Ended"), 18), (CONFIRMED, 10), (Words("网格", "Grids"), 10),
    ),
    read=_read_list, keys=_list_keys, rows=_list_rows,
)  # fmt: skip
RECEIPTS = ExportTable(
    name="warning_receipts", title=Words("预警签收情况", "Receipts of a warning"), permission=Permission.WARNING_READ,
    columns=(
        (Level.TOWNSHIP.words, 20), (Words("网格", "Grid"), 24), (Words("巡查人", "Done by"), 14),
        (Words("签收", "Receipt"), 10), (Words("签收时间", "Confirmed at"), 18),
        (Words("办理人", "Who did it"), 14), (Words("状态", "State"), 12), (Words("转移", "Moved"), 8),
        (Words("返回", "Back"), 8),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip
TABLES = (WARNINGS, RECEIPTS)
