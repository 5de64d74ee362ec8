"""What comes in and goes out about coverage and leave."""

from marshmallow import fields

from app.core.schemas import EnumChoice, Moment, Schema, Text
from app.grids.levels import Duty
from app.grids.schemas import GridNameOut
from app.identity.people_forms import CountyDay


class CoverageIn(Schema):
    """The part of the tree and the duty that are meant, all where none is named; and of which day, by default now.

    It is looked at as the day begins. Of a day before, the grids are those of today, and an account that was opened
    again counts as open all the while.
    """

    under = Text(24, load_default=None)
    duty = EnumChoice(Duty, by_value=True, load_default=None)
    at = CountyDay(load_default=None)


class LeaveIn(Schema):
    """The first and the last day away, and the account of who stands in."""

    since = CountyDay(required=True)
    until = CountyDay(required=True)
    substitute = Text(40, minimum=1, load_default=None, allow_none=True)


class LeaveOfIn(LeaveIn):
    """The same of another, by their account; nobody stands in where the field is left empty."""

    person = Text(60, minimum=1, required=True)
    substitute = Text(40, load_default="")


class LeaveEndIn(Schema):
    """Which leave: when it began, as the list says it."""

    since = Moment(required=True)


class LeaveEndOfIn(LeaveEndIn):
    """The same of another, by their account."""

    person = Text(60, minimum=1, required=True)


class _DutyNamedOut(Schema):
    duty = fields.String(required=True)
    duty_label = fields.String(required=True)
    duty_label_en = fields.String(required=True)


class GapOut(_DutyNamedOut):
    """A grid or village that nobody serves as something it should have; `away`: somebody does, and is on leave."""

    grid = fields.Nested(GridNameOut, required=True)
    above = fields.List(fields.Nested(GridNameOut), required=True)
    since = fields.AwareDateTime(required=True)
    ever_served = fields.Boolean(required=True)
    away = fields.Boolean(required=True)


class ShareOut(_DutyNamedOut):
    """How many grids or villages of a township there are, lack somebody, or have nobody who is not on leave."""

    township = fields.Nested(GridNameOut, required=True)
    total = fields.Integer(required=True)
    lacking = fields.Integer(required=True)
    away = fields.Integer(required=True)


class CoverageOut(Schema):
    """What is lacking, the longest first, and the sums by township."""

    items = fields.List(fields.Nested(GapOut), required=True)
    townships = fields.List(fields.Nested(ShareOut), required=True)


class PastDutyOut(_DutyNamedOut):
    """Somebody served a grid as something; `valid_to` null: without an end."""

    name = fields.String(required=True)
    username = fields.String(required=True)
    valid_from = fields.AwareDateTime(required=True)
    valid_to = fields.AwareDateTime(required=True, allow_none=True)


class DutyServedOut(PastDutyOut):
    """Somebody serves a grid; `instead_of`: the name of whoever is on leave meanwhile."""

    instead_of = fields.String(required=True, allow_none=True)


class GridRosterOut(Schema):
    """Who serves a grid now or from a day to come, which duties nobody has, and who served it before."""

    grid = fields.Nested(GridNameOut, required=True)
    lacking = fields.List(fields.Nested(_DutyNamedOut), required=True)
    serving = fields.List(fields.Nested(DutyServedOut), required=True)
    past = fields.List(fields.Nested(PastDutyOut), required=True)


class LeaveOut(Schema):
    """A leave: its first moment, and the one after its last."""

    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True)


class CandidateOut(Schema):
    """Who could stand in."""

    username = fields.String(required=True)
    name = fields.String(required=True)


class SubstituteOut(CandidateOut):
    """Who stands in, from when until when."""

    valid_from = fields.AwareDateTime(required=True)
    valid_to = fields.AwareDateTime(required=True)


class LeavesOut(Schema):
    """One's own leave now and to come, who stands in, and who could."""

    items = fields.List(fields.Nested(LeaveOut), required=True)
    substitutes = fields.List(fields.Nested(SubstituteOut), required=True)
    candidates = fields.List(fields.Nested(CandidateOut), required=True)
