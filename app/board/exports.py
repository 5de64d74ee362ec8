"""The lists of the board as files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.board import audit, milestone_rows, orders, queries
from app.board.audit import AuditCase
from app.board.schemas import AuditIn, CasesIn, MilestonesIn, OrdersIn
from app.board.words import FINDING
from app.cases import export_rows
from app.core.permissions import Permission, Person
from app.desk.words import spot_words
from app.frame import forms
from app.frame.exports.registry import ExportTable
from workflows.case_clocks import Stage
from workflows.case_forms import CLASS, ORDER_DUE_AT, ORDER_GRADE, ORDER_NO
from workflows.words import Words, listed


def _cases(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(CasesIn(exclude=["cursor"]), args)


def _closings(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(AuditIn(exclude=["cursor"]), args)


def _sample(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[AuditCase]:
    county = audit.rules_in_force()
    if county is None:
        return ()
    return audit.sample(person, county, wanted.get("day")).narrowed(wanted.get("finding"), wanted.get("rule"))[:most]


def _closing_rows(person: Person, cases: Sequence[AuditCase]) -> Iterator[list[str]]:
    by_id, spots = {one.case.case_id: one for one in cases}, audit.spots_of(cases)
    for case_id, row in export_rows.rows_by_id(person, list(by_id)):
        one = by_id[case_id]
        on_spot = [spot_words(spot) for spot in spots.get(one.case.case_id, ())]
        yield [*row, listed(reason.name for reason in one.reasons), listed(on_spot), one.finding.words]


def _orders(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(OrdersIn(exclude=["cursor"]), args)


def _order_rows(person: Person, keys: Sequence[orders.OrderKey]) -> Iterator[list[str]]:
    for one in orders.some(person, keys):
        order, moment = one.order, export_rows.moment_text
        yield [
            order.title, order.card, one.case_number, one.class_name or "", one.lead, moment(order.issued_at),
            order.issued_by, moment(order.ends_at), order.state, moment(order.replied_at), order.replied_by,
            moment(order.lifted_at), order.lifted_by,
        ]  # fmt: skip


def _milestones(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(MilestonesIn(exclude=["cursor"]), args)


def _milestone_rows(person: Person, keys: Sequence[milestone_rows.MilestoneKey]) -> Iterator[list[str]]:
    for one in milestone_rows.some(person, keys):
        moments = (export_rows.moment_text(at) for at in (one.started_at, one.due_at, one.stopped_at))
        yield [one.case_number, one.class_name or "", one.department, one.text, *moments, one.state.words]


_OF_MILESTONES = (
    (Words("案件", "Case"), 20), (CLASS.label, 24), (Words("承办单位", "Department"), 20),
    (Stage.MILESTONE.words, 30), (Words("开始", "Begun"), 17), (Words("到期", "Ends"), 17),
    (Words("结束", "Ended"), 17), (Words("状态", "State"), 24),
)  # fmt: skip
_OF_ORDERS = (
    (ORDER_NO.label, 24), (ORDER_GRADE.label, 10), (Words("案件", "Case"), 20),
    (CLASS.label, 24), (Words("承办单位", "Department"), 20), (Words("下达", "Issued"), 17),
    (Words("下达人", "Issued by"), 12), (ORDER_DUE_AT.label, 17),
    (Words("状态", "State"), 14), (Words("答复时间", "Answered"), 17), (Words("答复人", "Answered by"), 24),
    (Words("解除", "Lifted on"), 17), (Words("解除人", "Lifted by"), 12),
)  # fmt: skip
_OF_CLOSINGS = (
    (Words("抽中原因", "Why"), 30), (Words("现场情况", "On the spot"), 40), (FINDING, 12),
)  # fmt: skip
TABLES = (
    ExportTable(
        name="board_milestones", title=Words("节点", "Milestones"), permission=Permission.BOARD_READ,
        columns=_OF_MILESTONES, read=_milestones, keys=milestone_rows.every, rows=_milestone_rows,
        sight=export_rows.sight, watch=export_rows.watch(lambda key: key[1], with_sender=False),
    ),
    ExportTable(
        name="board_supervisions", title=Words("督办单", "Supervision orders"), permission=Permission.BOARD_READ,
        columns=_OF_ORDERS, read=_orders, keys=orders.every, rows=_order_rows, sight=export_rows.sight,
        watch=export_rows.watch(lambda key: key[1], with_sender=False),
    ),
    ExportTable(
        name="board_cases", title=Words("督导案件清单", "Cases of the board"), permission=Permission.BOARD_READ,
        columns=export_rows.COLUMNS, read=_cases, keys=queries.every, rows=export_rows.rows, sight=export_rows.sight,
        watch=export_rows.watch(lambda case_id: case_id),
    ),
    ExportTable(
        name="board_closings", title=Words("结案抽查", "Audit of closings"), permission=Permission.BOARD_READ,
        columns=(*export_rows.COLUMNS, *_OF_CLOSINGS),
        read=_closings, keys=_sample, rows=_closing_rows, sight=export_rows.sight,
        watch=export_rows.watch(lambda one: one.case.case_id),
    ),
)  # fmt: skip
