"""What comes in with the acts of dispatchers, departments and townships."""

from marshmallow import fields

from app.cases.schemas import DEPARTMENT_MOST, ActData, PlaceData, choice, codes
from app.core.schemas import BoundedInteger, Moment, Schema, Text


class DispatchData(ActData):
    """Exactly one lead, any number assisting."""

    lead = Text(DEPARTMENT_MOST, minimum=1)
    assist = codes()


class AssistData(ActData):
    """Departments that join or leave."""

    assist = codes()


class AssignData(ActData):
    """Who does the work: a person of the department, or a contractor (a department of that kind)."""

    handler = fields.UUID()
    contractor = Text(DEPARTMENT_MOST, minimum=1)


class ReturnData(ActData):
    """Why a task is given back."""

    reason_code = choice("not_ours", "nothing_there", "other", load_default="other")


class ExtensionData(ActData):
    """Until when more time is asked for."""

    due_at = Moment()


class DeferralData(ActData):
    """When a deferred case is looked at again."""

    review_on = fields.Date()


class FinishData(PlaceData):
    """What was done."""

    result = Text(1000, minimum=1)


class ReferData(ActData):
    """Why only the law's procedure helps."""


class WhistleData(ActData):
    """Which departments are called to the spot."""

    called = codes()


class RatingData(ActData):
    """How a called department answered."""

    rating = choice("good", "fair", "poor")


class TaskData(Schema):
    """A timer's step about a task."""

    task = BoundedInteger(1, 500, required=True)
