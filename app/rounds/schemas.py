"""What is asked of the routes of rounds, and what they answer."""

from typing import Any

from marshmallow import fields, validate

from app.catalogue.schemas.responses import FormFieldOut
from app.core.hints import HintedMoment, HintedSchema
from app.core.schemas import BoundedInteger, Day, Schema, Text, about, choice
from app.residents.schemas import HandedResidentOut
from workflows.round import ROUND_STOPS_MOST
from workflows.round_terms import RoundState

PAGE_MOST = 200
SEQ_MOST = 1_000_000
CURSOR_MOST = 400


def _stop(**options: Any) -> BoundedInteger:
    return BoundedInteger(1, ROUND_STOPS_MOST, **options)


class RoundStepIn(HintedSchema):
    """One step of a round."""

    op_id = fields.UUID(required=True, **about("发送前生成；重发时不变。Made before sending, kept when sent again."))
    action = Text(20, minimum=1, required=True)
    seen = BoundedInteger(0, SEQ_MOST, allow_none=True, **about("所看到的 seq。The `seq` of the round as it was seen."))
    data = fields.Dict(keys=Text(60), load_default=dict, **about("随 action 而定的内容。What the action takes."))
    phone_at = HintedMoment("手机上办理的时间。When the phone says it was done.")
    phone_now = HintedMoment("手机此刻的时间。What time the phone has now.")


class RoundOperationIn(HintedSchema):
    """One step of a round, as a phone sends it with others."""

    type = choice("round", required=True)
    round_id = fields.UUID(required=True)
    op_id = fields.UUID(required=True)
    action = Text(20, minimum=1, required=True)
    seen = BoundedInteger(0, SEQ_MOST, allow_none=True)
    data = fields.Dict(keys=Text(60), load_default=dict)
    phone_at = HintedMoment("手机上办理的时间。When the phone says it was done.")


class RevealStopIn(Schema):
    """At which stop somebody has to read what was put down of a resident, and why."""

    stop = _stop(required=True)
    purpose = Text(200, minimum=2, required=True, **about("为什么要看；记入审计。Why; kept in the audit."))


class RevealStopPageIn(RevealStopIn):
    """The same, as a page sends it."""

    stop = _stop(required=True, strict=False)


class RoundListIn(Schema):
    """Which rounds, and which page of them."""

    mine = fields.Boolean(load_default=False, **about("只要本人负责的。Only those the roster gives me."))
    state = choice(*RoundState)
    service = Text(20, minimum=1)
    round_code = Text(20, minimum=1, data_key="round")
    grid = Text(24, minimum=1, **about("网格代码，含其下级。A grid with all below it."))
    case = fields.UUID(**about("上报了这个案件的巡查。The round on which this case was reported."))
    from_ = Day(data_key="from", attribute="first", **about("期限不早于这一天。Whose time ends on this day or later."))
    to = Day(attribute="last", **about("开始不晚于这一天。Whose time begins on this day or earlier."))
    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class RoundPageIn(Schema):
    """Which rounds a page lists, and the file of it."""

    state = choice(*RoundState)
    is_open = fields.Boolean()
    first = Day()
    last = Day()
    service = Text(20)
    round_code = Text(20)
    grid = Text(24)
    after = Text(CURSOR_MOST)


class PlanOverviewIn(Schema):
    """On which ground, in which days."""

    grid = Text(24, minimum=1)
    from_ = Day(data_key="from", attribute="first")
    to = Day(attribute="last")


class CalledRoundOut(Schema):
    """A code and what it is called."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class RoundGridOut(Schema):
    """The grid of a round."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class RoundActionOut(Schema):
    """A step that can be taken now."""

    action = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    needs = fields.List(fields.String(), required=True)


class RoundStopOut(Schema):
    """A stop, with what was put down there."""

    stop = fields.Integer(required=True)
    object_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    identifier = fields.String(required=True, allow_none=True)
    resident = fields.Boolean(required=True, **about("是一位居民，名称为其编号。It is a resident, named by number."))
    lon = fields.Float(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    answers = fields.Raw(required=True, metadata={"type": ["object", "null"]})
    note = fields.String(required=True, allow_none=True)
    visited_at = fields.AwareDateTime(required=True, allow_none=True)
    answers_open = fields.Boolean(
        required=True, **about("有必填项漏填。Something that must be answered was left open.")
    )


class RoundFindingOut(Schema):
    """A case that began on the round."""

    case_id = fields.UUID(required=True)
    stop = fields.Integer(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class RoundSummaryOut(Schema):
    """A round as lists show it."""

    round_id = fields.UUID(required=True)
    service = fields.Nested(CalledRoundOut, required=True)
    round = fields.Nested(CalledRoundOut, required=True)
    kind = fields.Nested(CalledRoundOut, required=True)
    subject = fields.String(required=True)
    drill = fields.Boolean(required=True, **about("演练，不计入统计。A drill: it counts in no statistic."))
    duty = fields.Nested(CalledRoundOut, required=True)
    grid = fields.Nested(RoundGridOut, required=True)
    state = fields.String(required=True, validate=validate.OneOf([*RoundState]))
    state_label = fields.String(required=True)
    state_label_en = fields.String(required=True)
    seq = fields.Integer(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    window_until = fields.AwareDateTime(required=True)
    doer = fields.String(required=True, allow_none=True)
    mine = fields.Boolean(required=True, **about("按花名册由本人负责。The roster gives it to me."))
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    stops = fields.Integer(required=True)
    stops_done = fields.Integer(required=True)
    answers_open = fields.Integer(
        required=True, **about("有必填项漏填的点数。Stops at which something that must be answered was left open.")
    )
    findings = fields.Integer(required=True)
    minutes = fields.Integer(required=True, allow_none=True)
    metres = fields.Integer(required=True, allow_none=True)
    marks = fields.List(fields.Nested(CalledRoundOut), required=True)
    reason = fields.String(required=True, allow_none=True)


class RoundOriginOut(Schema):
    """What a round was made for besides its plan: a warning, a campaign."""

    label = fields.String(required=True)
    label_en = fields.String(required=True)
    text = fields.String(required=True)


class RoundOut(RoundSummaryOut):
    """A round whole, as a phone keeps it."""

    origin = fields.Nested(RoundOriginOut, required=True, allow_none=True)
    form = fields.List(fields.Nested(FormFieldOut), required=True)
    person_form = fields.List(
        fields.Nested(FormFieldOut), required=True, **about("居民的点填这张表。What is asked at residents' stops.")
    )
    finding_classes = fields.List(fields.String(), required=True)
    min_minutes = fields.Integer(required=True, allow_none=True)
    min_metres = fields.Integer(required=True, allow_none=True)
    stop_list = fields.List(fields.Nested(RoundStopOut), required=True)
    finding_list = fields.List(fields.Nested(RoundFindingOut), required=True)
    actions = fields.List(fields.Nested(RoundActionOut), required=True)
    then = fields.Dict(
        fields.String(), fields.List(fields.Nested(RoundActionOut)), required=True,
        **about("每一步之后可以再办的，供手机离线时用。What can follow each step, for a phone without network."),
    )  # fmt: skip


class OwnRoundStepOut(Schema):
    """The step that an operation has made."""

    seq = fields.Integer(required=True)
    op_id = fields.UUID(required=True)


class RoundOwnStepOut(Schema):
    """The step alone: its round is not theirs to see any more."""

    round_id = fields.UUID(required=True)
    step = fields.Nested(OwnRoundStepOut, required=True)


class RoundActedOut(RoundOut):
    """The round as it is now, with the step."""

    step = fields.Nested(OwnRoundStepOut, required=True)
    residents = fields.List(
        fields.Nested(HandedResidentOut),
        **about("只在开始时随答复给出，每人一条审计。In the answer to a start alone; an audit row for each."),
    )


class RoundListOut(Schema):
    """A page of rounds."""

    items = fields.List(fields.Nested(RoundSummaryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class RoundStepOut(Schema):
    """A step of a round."""

    seq = fields.Integer(required=True)
    op_id = fields.UUID(required=True)
    action = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    from_ = fields.String(required=True, allow_none=True, data_key="from")
    to = fields.String(required=True)
    actor = fields.String(required=True)
    actor_en = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    phone_at = fields.AwareDateTime(required=True, allow_none=True)
    data = fields.Dict(required=True)


class RoundStepsOut(Schema):
    """All steps of a round."""

    items = fields.List(fields.Nested(RoundStepOut), required=True)


class RevealedStopOut(Schema):
    """What was put down at the stop of a resident, also as people read it."""

    answers = fields.Raw(required=True, metadata={"type": "object"})
    note = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    text_en = fields.String(required=True)


class RoundTracksOut(Schema):
    """Tracks of a round, each its points: longitude, latitude, seconds since it was started."""

    tracks = fields.List(fields.List(fields.List(fields.Float())), required=True)


class PlanLineOut(Schema):
    """How many rounds of one plan stand where, on some ground in some days."""

    service = fields.Nested(CalledRoundOut, required=True)
    round = fields.Nested(CalledRoundOut, required=True)
    open = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    done = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)


class PlanOverviewOut(Schema):
    """The plans on some ground."""

    items = fields.List(fields.Nested(PlanLineOut), required=True)
