"""What the board's pages are asked by their addresses; what they do not know they pass over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import fields, validate, validates_schema

from app.board.queries import PERIODS
from app.board.words import LEVELS, ORDERS, TILES, AuditFinding
from app.cases.clocks.clock_states import MilestoneState
from app.core import paging
from app.core.errors import InvalidField
from app.core.field_texts import CHOOSE
from app.core.schemas import ENDS_EARLY, Day, Schema, Text
from app.grids.levels import Level
from app.grids.queries import GridUnknown, grid
from workflows.words import Words

CURSOR_MOST = 400  # characters
_WRONG_CHOICE: dict[str, Any] = {"invalid": CHOOSE, "unknown": CHOOSE}


def _one_of(choices: Iterable[Any]) -> validate.OneOf:
    return validate.OneOf(tuple(choices), error=CHOOSE)


def _known(code: str) -> None:
    try:
        grid(code)
    except GridUnknown:
        raise InvalidField(GridUnknown.text) from None


class Cursor(fields.Field[tuple[datetime, UUID]]):
    """Where a page of cases goes on: behind the case of this time and id."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[datetime, UUID]:
        try:
            at, case_id = paging.decode(str(value)[:CURSOR_MOST], 2)
            return paging.moment(at), paging.identity(case_id)
        except paging.CursorInvalid as refused:
            raise InvalidField(refused.detail) from None


class RowCursor(fields.Field[tuple[datetime, UUID, int]]):
    """Where a page of rows that cases own goes on: behind this one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[datetime, UUID, int]:
        try:
            at, case_id, n = paging.decode(str(value)[:CURSOR_MOST], 3)
            return paging.moment(at), paging.identity(case_id), int(n)
        except (paging.CursorInvalid, TypeError, ValueError):
            raise InvalidField(paging.CursorInvalid().detail) from None


class OrdersIn(Schema):
    """Which supervision orders, and from where the page goes on."""

    show = fields.String(validate=_one_of(ORDERS))
    cursor = RowCursor()


class MilestonesIn(Schema):
    """Which milestones, of which department, and from where the page goes on."""

    show = fields.String(validate=_one_of(MilestoneState))
    department = Text(24, minimum=1)
    cursor = RowCursor()


class BoardIn(Schema):
    """How far back the figures look, and by which level of grids the map counts."""

    days = fields.Integer(validate=_one_of(PERIODS), error_messages=_WRONG_CHOICE, load_default=PERIODS[0])
    level = fields.Enum(Level, by_value=True, validate=_one_of(LEVELS), error_messages=_WRONG_CHOICE, load_default=None)


class CasesIn(Schema):
    """Which cases stand behind a figure, and from where the page goes on."""

    show = fields.String(validate=_one_of(TILES))
    class_ = Text(20, minimum=1, data_key="class", attribute="class_")
    grid = Text(24, minimum=1, validate=_known)
    reported_from = Day()
    reported_to = Day()
    closed_from = Day()
    closed_to = Day()
    deferred_from = Day()
    deferred_to = Day()
    drill = fields.Boolean(truthy={"true"}, falsy={"false"}, error_messages=_WRONG_CHOICE)
    cursor = Cursor()

    @validates_schema
    def _whole_periods(self, data: dict[str, Any], **_: Any) -> None:
        faults: dict[str, list[Words]] = {}
        for name in ("reported", "closed", "deferred"):
            first, last = data.get(f"{name}_from"), data.get(f"{name}_to")
            if first and last and first > last:
                faults[f"{name}_to"] = [ENDS_EARLY]
            elif last and not first:
                faults[f"{name}_from"] = [Words("请填写开始日期。", "Please give the first day too.")]
            elif first and not last:
                faults[f"{name}_to"] = [Words("请填写结束日期。", "Please give the last day too.")]
        if faults:
            raise InvalidField(faults)


# the filters as an address writes them: only these are carried on to the next page
CASES_ASK = tuple(one.data_key or name for name, one in CasesIn().fields.items() if name != "cursor")


class AuditIn(Schema):
    """The closings of which day (of the last days if none is named), with which finding, drawn by which rule."""

    day = Day()
    finding = fields.Enum(AuditFinding, by_value=True, error_messages=_WRONG_CHOICE)
    rule = Text(20, minimum=1)
    cursor = Cursor()
