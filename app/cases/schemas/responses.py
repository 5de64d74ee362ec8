"""What is answered about cases."""

from marshmallow import fields

from app.attachments.models import AttachmentState
from app.cases.models import PlaceKind
from app.cases.schemas.clock_out import ClockOut
from app.cases.schemas.object_out import ObjectOfCaseOut, RiskOut
from app.catalogue.schemas.acts import FieldOut
from app.core.schemas import Schema, about, choice
from app.grids.levels import Level
from workflows.case_terms import (
    AskKind,
    Card,
    CaseAction,
    CaseSource,
    CaseState,
    Finding,
    SpotMark,
    TaskPart,
    TaskState,
)
from workflows.forms import Purpose
from workflows.ticket_terms import Ending, ReplyOutcome, Satisfaction, SenderAsk, TicketKind

ACTED = {  # how a repeat is answered: who does not see the case any more is told of their own step alone
    "anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("CasesCaseOut", "CasesOwnStepOut")],
    "description": "案件现状；已看不到此案件的人只得到自己那一步。The case as it is now; who does not see it is told of"
    " their own step alone.",
}


class CodeNameOut(Schema):
    """A code and what people call it; classes in English too."""

    component = "Named"

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String()


class FiledUnderOut(Schema):
    """The filing condition of a case."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    closure = fields.String(required=True, **about("结案条件。When the case may be closed."))
    source = fields.String(required=True)


class PhotosAsked(Schema):
    """What the photos of an act show, and how many there have to be."""

    purpose = choice(*Purpose, required=True)
    least = fields.Integer(required=True)


class ActionOut(Schema):
    """An act that one may take now."""

    action = choice(*CaseAction, required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    needs = fields.List(fields.String(), required=True)
    tasks = fields.List(fields.Integer(), required=True)
    form = fields.String(required=True, **about("表单，见目录的 acts。Its form: one of the `acts` of /catalogue."))
    fields_ = fields.List(
        fields.Nested(FieldOut), data_key="fields", attribute="fields",
        **about("只在读取单个案件时给出。With a case that is read."),
    )  # fmt: skip
    photos = fields.Nested(PhotosAsked, **about("只在读取单个案件时给出。With a case that is read."))


class StepRef(Schema):
    """The step that a request made, now or the first time."""

    seq = fields.Integer(required=True)
    op_id = fields.UUID(required=True)
    hash = fields.String(required=True)


class SpotOut(Schema):
    """How far from the case somebody verified or checked it on the spot, and what speaks against their being there."""

    seq = fields.Integer(required=True, **about("由哪一步记下。By which step."))
    distance_m = fields.Integer(
        required=True, allow_none=True,
        **about("离案件位置（案件只知网格时：离网格边界以外）多少米。From the case, or outside its grid."),
    )  # fmt: skip
    accuracy_m = fields.Integer(required=True, allow_none=True)
    marks = fields.List(choice(*SpotMark), required=True)


class TaskOut(Schema):
    """A task of a case."""

    task = fields.Integer(required=True)
    round = fields.Integer(required=True)
    part = choice(*TaskPart, required=True)
    state = choice(*TaskState, required=True)
    department = fields.Nested(CodeNameOut, required=True, allow_none=True)
    contractor = fields.Nested(CodeNameOut, required=True, allow_none=True)
    handler_id = fields.UUID(required=True, allow_none=True)
    sent_at = fields.AwareDateTime(required=True)
    signed_at = fields.AwareDateTime(required=True, allow_none=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    extensions = fields.Integer(required=True)
    reworks = fields.Integer(required=True)
    ask = choice(*AskKind, required=True, allow_none=True)
    ask_data = fields.Dict(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    parent = fields.Integer(
        required=True, allow_none=True,
        **about("内部派办：属于哪项任务。Of a part within a department: the task that it belongs to."),
    )  # fmt: skip
    unit = fields.String(required=True, allow_none=True)
    spot = fields.Nested(
        SpotOut, required=True, allow_none=True,
        **about("现场核实、核查的情况；更早的没有记录。Of a look on the spot; of earlier ones nothing was noted."),
    )  # fmt: skip


class NearOut(Schema):
    """An open case close by that may be the same trouble."""

    case_id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = choice(*CaseState, required=True)
    address = fields.String(required=True)
    reported_at = fields.AwareDateTime(required=True)
    distance_m = fields.Integer(required=True)


class SummaryOut(Schema):
    """A case as lists show it."""

    case_id = fields.UUID(required=True)
    number = fields.String(required=True)
    workflow = fields.String(required=True)
    state = choice(*CaseState, required=True)
    state_label = fields.String(required=True)
    state_label_en = fields.String(required=True)
    seq = fields.Integer(required=True)
    source = choice(*CaseSource, required=True)
    external_no = fields.String(required=True, allow_none=True)
    external_due = fields.AwareDateTime(
        required=True, allow_none=True, **about("来源要求的期限，并案取最早。The earliest date its senders set.")
    )
    ticket_kind = choice(*TicketKind, required=True, allow_none=True)
    ticket_kind_label = fields.String(required=True, allow_none=True)
    ticket_kind_label_en = fields.String(required=True, allow_none=True)
    secret = fields.Boolean(required=True, **about("来源对承办单位保密。Departments are not told who sent it."))
    grid = fields.Nested(CodeNameOut, required=True)
    class_ = fields.Nested(CodeNameOut, data_key="class", attribute="class", required=True, allow_none=True)
    condition = fields.Nested(FiledUnderOut, required=True, allow_none=True)
    risk = fields.Nested(
        RiskOut, required=True, allow_none=True, **about("风险等级，类别分等级的才有。Where its class has grades.")
    )
    level = choice(*Level, required=True)
    centre = fields.String(required=True)
    lead = fields.Nested(CodeNameOut, required=True, allow_none=True)
    place = choice(*PlaceKind, required=True, **about("有定位点，或只知在该网格内。A point, or only the grid."))
    lon = fields.Float(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    address = fields.String(required=True)
    description = fields.String(required=True)
    form = fields.Dict(required=True)
    object_ = fields.Nested(
        ObjectOfCaseOut, data_key="object", attribute="object", required=True, allow_none=True,
        **about("上报时指明的对象。What was entered once and the report has named."),
    )  # fmt: skip
    urgent = fields.Boolean(required=True)
    urgent_since = fields.AwareDateTime(
        required=True, allow_none=True, **about("空：自始即急，或不急。Empty: from the beginning, or not at all.")
    )
    self_fixed = fields.Boolean(required=True)
    drill = fields.Boolean(required=True, **about("演练，不计入统计。A drill: it counts in no statistic."))
    danger_remains = fields.Boolean(required=True)
    outside_admission = fields.Boolean(
        required=True, allow_none=True, **about("上报时不在准入期内，由受理员决定。Not admitted: the acceptor decides.")
    )
    admission_ended = fields.Boolean(**about("所属服务的准入已到期，照常办完。Admitted no more: it runs on."))
    confidential = fields.Boolean(required=True)
    finding = choice(*Finding, required=True, allow_none=True)
    supervision = choice(*Card, required=True, allow_none=True)
    round = fields.Integer(required=True)
    reworks = fields.Integer(required=True)
    wrong_dispatches = fields.Integer(required=True)
    ended_how = choice(*CaseAction, *Ending, required=True, allow_none=True)
    reopen_wanted = fields.Boolean(required=True)
    own_judged = fields.Boolean(
        required=True, allow_none=True,
        **about("按县里决定，由承办部门的人审批、核查或结案。Judged within a department of its own, by decision."),
    )  # fmt: skip
    reporter_id = fields.UUID(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    case_due_at = fields.AwareDateTime(required=True, allow_none=True)
    review_at = fields.AwareDateTime(required=True, allow_none=True)
    found_at = fields.AwareDateTime(required=True, allow_none=True)
    reported_at = fields.AwareDateTime(required=True)
    filed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    changed_at = fields.AwareDateTime(required=True)


class AskedOfOut(Schema):
    """Which sender was asked."""

    source = choice(*CaseSource, required=True)
    numbers = fields.List(fields.String(), required=True)


class TicketOut(Schema):
    """What the sender of a case wants, what was asked of them, what they were told."""

    numbers = fields.List(
        fields.String(), required=True, **about("本案及并入案件的外部编号。With those of cases merged into it.")
    )
    reply_wanted = fields.Boolean(required=True)
    reply_owed = fields.Boolean(required=True, **about("本轮还没有答复。There is none in this round yet."))
    asked = choice(*SenderAsk, required=True, allow_none=True)
    asked_at = fields.AwareDateTime(required=True, allow_none=True)
    asked_of = fields.Nested(AskedOfOut, required=True, allow_none=True)
    asked_until = fields.AwareDateTime(
        required=True, allow_none=True, **about("申请延期到何时。To when more time was asked for.")
    )
    ordered_at = fields.AwareDateTime(
        required=True, allow_none=True, **about("最近一次二次派单。The last second order.")
    )
    reply = fields.String(
        required=True,
        allow_none=True,
        **about("本轮的答复，以前各轮的见过程。Of this round; the steps have earlier ones."),
    )
    outcome = choice(*ReplyOutcome, required=True, allow_none=True)
    replied_at = fields.AwareDateTime(required=True, allow_none=True)
    calls = fields.Integer(required=True, **about("本轮回访次数，含未联系上。Unanswered ones, too."))
    called_back = fields.Boolean(required=True, **about("本轮已联系上。Somebody was reached in this round."))
    satisfaction = choice(*Satisfaction, required=True, allow_none=True, **about("本轮的。Of this round."))


class SupervisionOut(Schema):
    """A supervision order (督办单)."""

    supervision = fields.Integer(required=True)
    number = fields.String(required=True)
    grade = choice(*Card, required=True)
    order = fields.String(required=True, allow_none=True)
    issued_at = fields.AwareDateTime(required=True)
    issued_by = fields.UUID(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    clock = fields.Integer(required=True, allow_none=True)
    reply = fields.String(required=True, allow_none=True)
    replied_at = fields.AwareDateTime(required=True, allow_none=True)
    replied_by = fields.UUID(required=True, allow_none=True)
    replied_for = fields.Nested(CodeNameOut, required=True, allow_none=True)
    lifted_at = fields.AwareDateTime(required=True, allow_none=True)
    lifted_by = fields.UUID(required=True, allow_none=True)


class StandardOut(Schema):
    """One thing by which a filed case is judged, in words; the limit is the one that holds now."""

    code = choice("condition", "standard", "milestones", "closure", required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    text = fields.String(required=True)
    text_en = fields.String(required=True)


class LeftOpenOut(Schema):
    """A question of the class that must be answered and is not."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)


class CaseOut(SummaryOut):
    """A case in full."""

    ticket = fields.Nested(TicketOut, required=True, allow_none=True)
    supervisions = fields.List(fields.Nested(SupervisionOut), required=True)
    actions = fields.List(fields.Nested(ActionOut), required=True)
    tasks = fields.List(fields.Nested(TaskOut), required=True)
    clocks = fields.List(fields.Nested(ClockOut), required=True)
    standard = fields.List(fields.Nested(StandardOut), required=True)
    photos_awaited = fields.Integer(required=True)
    follow_up_at = fields.AwareDateTime(
        required=True, allow_none=True,
        **about("下一次跟踪回访的日期，结案后才有。When the closing is followed up next."),
    )  # fmt: skip
    follow_ups = fields.Integer(
        required=True,
        **about(
            "已跟踪回访到第几次，迟到的一次算作已到的最后一次。Up to which time it was; a late one is the last due."
        ),
    )
    photos_asked = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    left_open = fields.List(
        fields.Nested(LeftOpenOut), required=True,
        **about("类别表单中必填而没有填的，不影响办理。What the form asks for and nobody said; it holds nothing up."),
    )  # fmt: skip
    step = fields.Nested(StepRef)
    possible_duplicates = fields.List(fields.Nested(NearOut))


class OwnStepOut(Schema):
    """What a person is told of a step of their own on a case that they do not see any more."""

    case_id = fields.UUID(required=True)
    step = fields.Nested(StepRef, required=True)


class CaseListOut(Schema):
    """A page of cases."""

    component = "ListOut"

    items = fields.List(fields.Nested(SummaryOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class QueueOut(Schema):
    """A queue with its counts."""

    queue = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    count = fields.Integer(required=True)
    overdue = fields.Integer(required=True)


class QueuesOut(Schema):
    """One's own queues."""

    items = fields.List(fields.Nested(QueueOut), required=True)


class ActorOut(Schema):
    """Who took a step, and for which department."""

    person_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    on_behalf_of = fields.Nested(CodeNameOut, required=True, allow_none=True)


class FileOut(Schema):
    """A photo or paper that a step named: what it shows, and whether its bytes are here."""

    attachment_id = fields.UUID(required=True)
    purpose = choice(*Purpose, required=True)
    purpose_label = fields.String(required=True)
    purpose_label_en = fields.String(required=True)
    state = choice(*AttachmentState, required=True)
    type = fields.String(required=True, allow_none=True)
    taken_at = fields.AwareDateTime(required=True, allow_none=True)
    dropped = fields.List(fields.String(), required=True, **about("未采用的数据。What could not be used of it."))


class StepOut(Schema):
    """One step of a timeline."""

    seq = fields.Integer(required=True)
    op_id = fields.UUID(required=True)
    action = choice(*CaseAction, required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    from_ = choice(*CaseState, data_key="from", attribute="from", required=True, allow_none=True)
    to = choice(*CaseState, required=True)
    actor = fields.Nested(ActorOut, required=True)
    at = fields.AwareDateTime(required=True)
    phone_at = fields.AwareDateTime(required=True, allow_none=True)
    counts_at = fields.AwareDateTime(required=True)
    data = fields.Dict(required=True, allow_none=True)
    files = fields.List(fields.Nested(FileOut), required=True)
    hash = fields.String(required=True)
    previous_hash = fields.String(required=True)


class StepsOut(Schema):
    """A whole timeline."""

    items = fields.List(fields.Nested(StepOut), required=True)
