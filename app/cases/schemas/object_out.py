"""What is answered of what a case is about: the object it names, and its grade of risk."""

from marshmallow import fields

from app.core.schemas import Schema, about, choice
from workflows.case_terms import CaseState
from workflows.risk_terms import RiskColour


class CaseOfObjectOut(Schema):
    """Another case of the same object."""

    case_id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = choice(*CaseState, required=True)
    state_label = fields.String(required=True)
    state_label_en = fields.String(required=True)
    description = fields.String(required=True)
    reported_at = fields.AwareDateTime(required=True)


class ObjectOfCaseOut(Schema):
    """The object that a case is about."""

    object_id = fields.UUID(required=True)
    identifier = fields.String(
        required=True, allow_none=True, **about("上报时的编号。Its identifier when it was reported.")
    )
    name = fields.String(
        allow_none=True, **about("只在读取单个案件、且可见该对象时给出。With a case that is read, if one sees it.")
    )
    kind = fields.String(allow_none=True)
    kind_en = fields.String(allow_none=True)
    cases = fields.List(
        fields.Nested(CaseOfObjectOut),
        **about("可见的该对象的其他案件，只在读取单个案件时给出。Its other cases, with a case that is read."),
    )


class RiskOut(Schema):
    """The grade of risk of a case."""

    colour = choice(*RiskColour, required=True)
    label = fields.String(required=True)
    label_en = fields.String(required=True)
