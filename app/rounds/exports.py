"""Rounds as a file: as the list of whoever looks after a ground is filtered."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from app.core import clock
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable, holdings_digest
from app.grids.levels import Duty
from app.grids.queries import grid_name
from app.rounds import plan_lines, queries, round_plans, round_sight, round_views
from app.rounds.plan_lines import PlanLine
from app.rounds.schemas import RoundPageIn
from workflows.forms import NO, YES
from workflows.round_terms import DRILL, RoundKind, RoundMark, RoundState
from workflows.words import Words, listed


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return queries.listed(forms.load_args(RoundPageIn(exclude=["after"]), args))


def _sight(person: Person) -> str:
    """Return what decides which rounds a person sees: what they hold, and what the roster gives them."""
    return f"{holdings_digest(person)}{round_sight.mark(person)[-16:]}"


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[UUID]:
    return queries.keys(person, wanted, most)


def _rows(person: Person, round_ids: Sequence[UUID]) -> Iterator[list[str]]:
    rows = queries.some(person, round_ids)
    counts = queries.findings_seen(rows, person)
    for row in rows:
        called = round_views.plan_words(row.service, row.code, row.version)
        yield [
            called[0], called[1] + DRILL if row.drill else called[1], RoundKind.of(row.kind).words,
            grid_name(row.grid), Duty.of(row.duty).words,
            round_plans.first_day(row).isoformat(), round_plans.last_day(row).isoformat(),
            RoundState.of(row.state).words, row.doer_name or "", _minute(row.started_at), _minute(row.ended_at),
            str(row.stops), str(row.stops_done), str(counts.get(row.round_id, 0)),
            _number(row.minutes), _number(row.metres),
            listed(RoundMark.of(one).words for one in row.marks),
        ]  # fmt: skip


def _read_plans(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(RoundPageIn(only=["grid"]), args)


def _plan_keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[PlanLine]:
    return list(islice(plan_lines.lines(person, wanted.get("grid")), most))


def _plan_rows(person: Person, lines: Sequence[PlanLine]) -> Iterator[list[str]]:
    for one in lines:
        numbers = (one.counts.open, one.counts.missed, one.counts.done, one.counts.cancelled)
        yield [
            one.service, one.called, one.kind, one.duty, one.often, YES if one.example else NO, *map(str, numbers),
        ]  # fmt: skip


def _minute(moment: Any) -> str:
    return clock.minute(moment) if moment else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


ROUNDS = ExportTable(
    name="rounds", title=Words("巡查任务", "Rounds"), permission=Permission.ROUND_OVERSEE,
    columns=(
        (Words("服务", "Service"), 18), (Words("巡查", "Round"), 24), (Words("种类", "Kind"), 10),
        (Words("网格", "Grid"), 24), (Words("巡查人", "Done by"), 14), (Words("开始日期", "First day"), 12),
        (Words("截止日期", "Last day"), 12), (Words("状态", "State"), 12), (Words("办理人", "Who did it"), 14),
        (Words("开始时间", "Started"), 18), (Words("结束时间", "Ended"), 18), (Words("点数", "Stops"), 8),
        (Words("已填报", "Filled in"), 8), (Words("发现问题", "Findings"), 8), (Words("用时（分钟）", "Minutes"), 10),
        (Words("路程（米）", "Metres"), 10), (Words("标注", "Marks"), 30),
    ),
    read=_read, keys=_keys, rows=_rows, sight=_sight,
)  # fmt: skip
PLANS = ExportTable(
    name="round_plans", title=Words("巡查计划", "Plans of rounds"), permission=Permission.ROUND_OVERSEE,
    columns=(
        (Words("服务", "Service"), 18), (Words("巡查", "Round"), 24), (Words("种类", "Kind"), 10),
        (Words("巡查人", "Done by"), 14), (Words("频次", "How often"), 20), (Words("示例", "Example"), 8),
        (Words("未完成", "Open"), 8), (RoundState.MISSED.words, 8), (RoundState.DONE.words, 8),
        (RoundState.CANCELLED.words, 8),
    ),
    read=_read_plans, keys=_plan_keys, rows=_plan_rows,
)  # fmt: skip
TABLES = (ROUNDS, PLANS)
