"""What is asked of the routes of cases."""

from marshmallow import fields, validate

from app.attachments.queries import SIZES
from app.cases.schemas.parts import SEQ_MOST
from app.core.hints import HintedMoment, HintedSchema
from app.core.schemas import AT_MOST, BoundedInteger, Moment, Schema, Text, about, choice
from workflows.case_terms import (
    CaseState,
)

PAGE_MOST = 200
_ALL_STATES = validate.Length(max=len(CaseState), error=AT_MOST.format(len(CaseState)))


class CaseReadIn(Schema):
    """How much of a case to read."""

    choices = choice("all", **about("all：连可指派的人员、可并入的案件一并给出。With people and cases to choose, too."))


class CaseListIn(Schema):
    """Filters and page of a list."""

    queue = Text(40, minimum=1, **about("待办名称，见 /queues。A queue of `/queues`."))
    state = fields.List(choice(*CaseState), validate=_ALL_STATES)
    class_ = Text(20, minimum=1, data_key="class", attribute="class")
    grid = Text(24, minimum=1, **about("网格代码，含其下级。A grid with all below it."))
    department = Text(24, minimum=1, **about("承办部门代码。A department with a task."))
    overdue = fields.Boolean()
    due_before = Moment()
    supervised = fields.Boolean(**about("有未答复的督办单。A supervision order waits for its answer."))
    object_ = fields.UUID(
        data_key="object", attribute="object", **about("对象号，含并入它的对象。An object with those merged into it.")
    )
    text = Text(60, minimum=1, **about("描述、地址、编号中的文字。Words of description, address or number."))
    cursor = Text(400, **about("上一页的 next_cursor。That of the page before."))
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class StepIn(HintedSchema):
    """One act."""

    op_id = fields.UUID(required=True, **about("发送前生成；重发时不变。Made before sending, kept when sent again."))
    action = Text(40, minimum=1, required=True)
    seen = BoundedInteger(
        0, SEQ_MOST, allow_none=True, **about("所看到的案件 seq。The `seq` of the case as it was seen.")
    )
    data = fields.Dict(keys=Text(60), load_default=dict, **about("随 action 而定的内容。What the action takes."))
    phone_at = HintedMoment("手机上办理的时间。When the phone says it was done.")
    phone_now = HintedMoment("手机此刻的时间。What time the phone has now.")


class SizeIn(Schema):
    """Which rendering of an attachment."""

    size = choice(*SIZES, load_default="public")
