"""What the interface and the pages of residents take and answer."""

from typing import Any

from marshmallow import fields, validate

from app.core.field_texts import ONE_OF
from app.core.schemas import AT_MOST, KINDS, BoundedInteger, Day, EnumChoice, JsonObject, Schema, Text, about
from app.frame.staging import ImportStage
from app.residents.models import ConsentBy, ResidentEdit, ResidentEnd
from workflows.resident_terms import ResidentSubject
from workflows.words import Words

PAGE_MOST = 200
CURSOR_MOST = 400
CARES_MOST = 20
PURPOSE_MOST = 200
_MARK = about("所看到的 seen。The `seen` of the record as it was read.")
_OP = about("发送前生成；重发时不变。Made before sending, kept when sent again.")
_UNCHECKED = Words("请先核对来人身份。", "Check first who it is that asks.")
_PURPOSE = about("为什么要看；记入审计，请勿写个人信息。Why; kept in the audit, so without personal data.")


def _cares(least: int = 0, **options: Any) -> fields.List[Any]:
    length = validate.Length(least, CARES_MOST, error=KINDS.format(CARES_MOST) if least else AT_MOST.format(CARES_MOST))
    return fields.List(Text(20, minimum=1), validate=length, **options)


class ConsentIn(Schema):
    """Who has agreed to what is kept, and on which day."""

    by = fields.String(required=True, validate=validate.OneOf([str(one) for one in ConsentBy], error=ONE_OF))
    on = Day(required=True)


class _ResidentFieldsIn(Schema):
    household_id = fields.UUID(allow_none=True, **about("所在住户的登记号。The household they live in."))
    consent = fields.Nested(ConsentIn)


class EnterResidentIn(_ResidentFieldsIn):
    """A resident or household to be entered."""

    subject = fields.String(required=True, validate=validate.OneOf([str(one) for one in ResidentSubject], error=ONE_OF))
    grid = Text(24, minimum=1, required=True)
    cares = _cares(1, required=True, **about("为什么关爱，至少一种。Why they are visited: one kind of care at least."))
    fields_ = JsonObject(required=True, data_key="fields", attribute="fields", **about("各项内容。What is known."))


class ChangeResidentIn(_ResidentFieldsIn):
    """What is otherwise since; what is not named stays, an answer of null is deleted, kinds of care are added."""

    op_id = fields.UUID(required=True, **_OP)
    seen = Text(16, minimum=1, required=True, **_MARK)
    grid = Text(24, minimum=1)
    cares = _cares()
    fields_ = JsonObject(data_key="fields", attribute="fields")


class EndResidentIn(Schema):
    """Why somebody is not cared for any more."""

    op_id = fields.UUID(required=True, **_OP)
    seen = Text(16, minimum=1, required=True, **_MARK)
    reason = fields.String(required=True, validate=validate.OneOf([str(one) for one in ResidentEnd], error=ONE_OF))
    cares = _cares(load_default=list, **about("不写即全部可见的。Unnamed: all that one sees."))


class RevealFieldIn(Schema):
    """Which field somebody has to read, and why."""

    field = Text(20, minimum=1, required=True)
    purpose = Text(PURPOSE_MOST, minimum=2, required=True, **_PURPOSE)


class StateResidentIn(Schema):
    """Who has asked what is kept of a resident, that it is they was looked at, and why it is told."""

    asked_by = EnumChoice(ConsentBy, by_value=True, required=True)
    identity_checked = fields.Boolean(
        required=True, validate=validate.Equal(True, error=_UNCHECKED), **about("已核对来人身份。Who asks was checked.")
    )
    purpose = Text(PURPOSE_MOST, minimum=2, required=True, **_PURPOSE)


class ResidentFilterIn(Schema):
    """Which residents."""

    grid = Text(24)
    subject = fields.String(validate=validate.OneOf([str(one) for one in ResidentSubject], error=ONE_OF))
    care = Text(20)
    household = fields.UUID()


class ResidentListIn(ResidentFilterIn):
    """Which residents, and which page of them."""

    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class ResidentPageIn(Schema):
    """Which residents a page lists."""

    grid = Text(24, load_default="")
    subject = Text(10, load_default="")
    care = Text(20, load_default="")
    after = Text(CURSOR_MOST, load_default="")


class SearchResidentsIn(Schema):
    """Whom somebody looks for, by the whole of one field; it stands in the body, never in an address."""

    field = Text(20, minimum=1, required=True)
    text = Text(60, minimum=1, required=True)


class CalledResidentOut(Schema):
    """A code and what it is called."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)


class ResidentGridOut(Schema):
    """The grid of a resident."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ResidentCareOut(CalledResidentOut):
    """A kind of care, and since when."""

    since = fields.AwareDateTime(required=True)


class ConsentOut(Schema):
    """Who has agreed, and on which day."""

    by = fields.String(required=True, validate=validate.OneOf([str(one) for one in ConsentBy]))
    on = fields.Date(required=True)


class ResidentOut(Schema):
    """A resident or household: a number, why they are visited, and which fields are kept; not what stands in them."""

    resident_id = fields.UUID(required=True)
    number = fields.String(required=True)
    subject = fields.Nested(CalledResidentOut, required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    grid = fields.Nested(ResidentGridOut, required=True)
    cares = fields.List(fields.Nested(ResidentCareOut), required=True)
    fields_ = fields.List(fields.Nested(CalledResidentOut), required=True, data_key="fields", attribute="fields")
    consent = fields.Nested(ConsentOut, required=True, allow_none=True)
    seen = fields.String(required=True)


class ResidentChangeOut(Schema):
    """One thing done to a record: which fields and kinds of care it touched."""

    edit = fields.String(required=True, validate=validate.OneOf([str(one) for one in ResidentEdit]))
    label = fields.String(required=True)
    label_en = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    fields_ = fields.List(fields.Nested(CalledResidentOut), required=True, data_key="fields", attribute="fields")
    cares = fields.List(fields.Nested(CalledResidentOut), required=True)


class ResidentWithHistoryOut(ResidentOut):
    """A resident, and what was done to the record."""

    history = fields.List(fields.Nested(ResidentChangeOut), required=True)


class ResidentListOut(Schema):
    """A page of residents."""

    items = fields.List(fields.Nested(ResidentOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class FoundResidentsOut(Schema):
    """Whom a search has found."""

    items = fields.List(fields.Nested(ResidentOut), required=True)


class EndedResidentOut(Schema):
    """That somebody is not cared for so any more."""

    resident_id = fields.UUID(required=True)


class RevealedFieldOut(CalledResidentOut):
    """One field with what it holds."""

    answer = fields.Raw(required=True, metadata={"type": ["string", "integer", "boolean"]})
    text = fields.String(required=True)
    text_en = fields.String(required=True)


class StatedFieldOut(Schema):
    """One field that is kept, with all that holds for it."""

    label = fields.String(required=True)
    label_en = fields.String(required=True)
    text = fields.String(required=True)
    text_en = fields.String(required=True)
    purpose = fields.String(required=True)
    purpose_en = fields.String(required=True)
    articles = fields.List(fields.String(), required=True)
    sensitive = fields.Boolean(required=True)
    consent = fields.String(required=True, allow_none=True)
    readers = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    until = fields.String(required=True)


class ReadingOut(Schema):
    """That somebody was shown some fields."""

    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)
    how = fields.String(required=True)
    how_en = fields.String(required=True)
    fields_ = fields.String(required=True, data_key="fields", attribute="fields")
    purpose = fields.String(required=True)


class ResidentStatementOut(Schema):
    """What is kept of a resident as far as its maker may read it, and who has read it."""

    number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    cares = fields.List(fields.String(), required=True)
    fields_ = fields.List(fields.Nested(StatedFieldOut), required=True, data_key="fields", attribute="fields")
    readings = fields.List(fields.Nested(ReadingOut), required=True)


class CareKindOut(CalledResidentOut):
    """A kind of care."""

    subject = fields.String(required=True)
    requires = fields.List(fields.String(), required=True)


class FieldRuleOut(CalledResidentOut):
    """For what and on what basis a field is kept, who reads it, to which services it is granted, and for how long."""

    type = fields.String(required=True)
    choices = fields.List(fields.String(), required=True)
    of = fields.List(fields.String(), required=True)
    purpose = fields.String(required=True)
    purpose_en = fields.String(required=True)
    articles = fields.List(fields.String(), required=True)
    sensitive = fields.Boolean(required=True)
    readers = fields.List(fields.String(), required=True)
    services = fields.List(fields.String(), required=True)
    retention_days = fields.Integer(required=True)
    sought = fields.Boolean(required=True)
    source = fields.String(required=True)


class ResidentRulesOut(Schema):
    """What may be kept of residents, as far as it is one's own to read."""

    cares = fields.List(fields.Nested(CareKindOut), required=True)
    fields_ = fields.List(fields.Nested(FieldRuleOut), required=True, data_key="fields", attribute="fields")


class HandedResidentOut(Schema):
    """A resident at a stop of a round that was started: name, address, and what is granted to its service."""

    stop = fields.Integer(required=True)
    number = fields.String(required=True)
    fields_ = fields.List(fields.Nested(RevealedFieldOut), required=True, data_key="fields", attribute="fields")


class ResidentImportIn(Schema):
    """What a sheet is called that is sent as it is."""

    name = Text(120, load_default="")


class RowRemarkOut(Schema):
    """What there is to say of a row of a sheet, and of which column."""

    row = fields.Integer(required=True)
    column = fields.String(required=True)
    column_en = fields.String(required=True)
    text = fields.String(required=True)
    text_en = fields.String(required=True)


class ResidentImportOut(Schema):
    """How far a sheet of residents is: its faults by row and column, and whom the register may have already."""

    import_id = fields.UUID(required=True)
    stage = fields.String(required=True, validate=validate.OneOf([str(one) for one in ImportStage]))
    stage_label = fields.String(required=True)
    stage_label_en = fields.String(required=True)
    rows = fields.Integer(required=True)
    settled = fields.Integer(required=True)
    created = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    rows_at_fault = fields.Integer(required=True)
    faults = fields.List(fields.Nested(RowRemarkOut), required=True)
    doubts = fields.List(fields.Nested(RowRemarkOut), required=True)
    notes = fields.List(fields.String(), required=True)
    notes_en = fields.List(fields.String(), required=True)


class ChangeResidentPageIn(Schema):
    """What a page changes: one field, which without an answer is deleted, and what lies open; empty: as it is."""

    op_id = fields.UUID(required=True)
    seen = Text(16, minimum=1, required=True)
    field = Text(20, load_default="")
    answer = Text(500, load_default="")
    care = Text(20, load_default="")
    grid = Text(24, load_default="")
    household = Text(12, load_default=None)
    consent_by = Text(10, load_default="")
    consent_on = Text(10, load_default="")


class EndResidentPageIn(Schema):
    """Why a page ends a care, or all that it shows."""

    op_id = fields.UUID(required=True)
    care = Text(20, load_default="")
    seen = Text(16, minimum=1, required=True)
    reason = fields.String(required=True, validate=validate.OneOf([str(one) for one in ResidentEnd], error=ONE_OF))
