"""What is answered about the clocks of a case."""

from marshmallow import fields

from app.core.schemas import Amount, Schema, about, choice
from workflows.case_clocks import Stage
from workflows.case_terms import ClockResult, LimitKind


class UnknownHolidayOut(Schema):
    """A holiday whose days are not known for a year yet: between which days it lies."""

    year = fields.Integer(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)


class ClockOut(Schema):
    """A clock of a case."""

    clock = fields.Integer(required=True)
    stage = choice(*Stage, required=True)
    round = fields.Integer(required=True)
    task = fields.Integer(required=True, allow_none=True)
    answerable = fields.String(required=True)
    limit = Amount(required=True)
    limit_kind = choice(*LimitKind, required=True)
    started_at = fields.AwareDateTime(required=True)
    warn_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    paused_at = fields.AwareDateTime(required=True, allow_none=True)
    stopped_at = fields.AwareDateTime(required=True, allow_none=True)
    overdue = fields.Boolean(required=True)
    result = choice(*ClockResult, required=True, allow_none=True)
    continues = fields.Integer(
        required=True, allow_none=True,
        **about("接着该时限剩下的时间；考核看合计。The clock whose time it goes on with: the sum is judged."),
    )  # fmt: skip
    milestone = fields.Integer(
        required=True, allow_none=True, **about("节点序号，只有节点有。Which milestone of the condition it is.")
    )
    text = fields.String(required=True, allow_none=True)
    reached = fields.Boolean(
        required=True, allow_none=True,
        **about("节点是否已完成，按时或超时；只有节点有。Whether a milestone was reached, in time or late."),
    )  # fmt: skip
    state_label = fields.String(
        required=True, allow_none=True,
        **about("已停或暂停的情况；计时中为 null。How it has ended, or that it stands still; null while it runs."),
    )  # fmt: skip
    state_label_en = fields.String(required=True, allow_none=True)
    unknown_holidays = fields.List(fields.Nested(UnknownHolidayOut), required=True)
