"""What the interface and the pages of duty take and answer."""

from marshmallow import fields, validate

from app.core.schemas import AT_MOST, BoundedInteger, Day, Schema, Text, about

PEOPLE_MOST = 50  # on duty in one shift
PAGE_MOST = 200  # records of handing over
CURSOR_MOST = 400  # characters


class DutyListIn(Schema):
    """Of which case, if of one."""

    case = fields.UUID(**about("案件 case_id：该案所在中心谁值班。Who is on duty at the centre of this case."))


class PersonOnDutyOut(Schema):
    """Somebody on duty."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)


class DutyShiftOut(Schema):
    """A shift with who is on duty in it."""

    day = fields.Date(required=True)
    shift = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    begins = fields.AwareDateTime(required=True)
    ends = fields.AwareDateTime(required=True)
    people = fields.List(fields.Nested(PersonOnDutyOut), required=True)


class DutyNowOut(Schema):
    """Who is on duty at a centre now and next."""

    centre = fields.String(required=True)
    name = fields.String(required=True)
    now = fields.Nested(DutyShiftOut, required=True, allow_none=True)
    next = fields.Nested(DutyShiftOut, required=True, allow_none=True)


class DutyListOut(Schema):
    """The centres at which one works."""

    items = fields.List(fields.Nested(DutyNowOut), required=True)


class DutyIn(Schema):
    """Who shall be on duty in a shift, and nobody else."""

    people = fields.List(
        fields.UUID(), required=True, validate=validate.Length(max=PEOPLE_MOST, error=AT_MOST.format(PEOPLE_MOST))
    )


class DutyOut(Schema):
    """Who is on duty in a shift now."""

    items = fields.List(fields.Nested(DutyShiftOut), required=True)


class HandoverListIn(Schema):
    """Which page of the records."""

    cursor = Text(CURSOR_MOST)
    limit = BoundedInteger(1, PAGE_MOST, strict=False, load_default=50)


class HandoverIn(Schema):
    """What who leaves tells who takes over."""

    note = Text(1000, minimum=1, required=True)


class HandedCaseOut(Schema):
    """An urgent case that was open then."""

    case_id = fields.UUID(required=True)
    number = fields.String(required=True)
    drill = fields.Boolean(**about("演练；早先的记录没有这一项。A drill; records of before do not say it."))


class HandoverOut(Schema):
    """A record of handing over."""

    id = fields.UUID(required=True)
    centre = fields.String(required=True)
    day = fields.Date(required=True)
    shift = fields.String(required=True)
    note = fields.String(required=True)
    cases = fields.List(fields.Nested(HandedCaseOut), required=True)
    left_by = fields.UUID(required=True)
    left_at = fields.AwareDateTime(required=True)
    taken_by = fields.UUID(required=True, allow_none=True)
    taken_at = fields.AwareDateTime(required=True, allow_none=True)


class HandoverListOut(Schema):
    """A page of records of the centres at which one works, the newest first."""

    items = fields.List(fields.Nested(HandoverOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class NothingIn(Schema):
    """A list that is not filtered."""


class RosterPageIn(Schema):
    """Which centre's roster, from which day."""

    centre = Text(40)
    since = Day()


class AppointDutyIn(Schema):
    """Who is to be on duty, when: a name or an account, a day or a stretch of days, a shift."""

    who = Text(60, minimum=1, required=True)
    day = Day(required=True)
    until = Day(load_default=None)
    shift = Text(20, minimum=1, required=True)


class DismissDutyIn(Schema):
    """Who is no longer on duty in which shift."""

    person = fields.UUID(required=True)
    day = Day(required=True)
    shift = Text(20, minimum=1, required=True)
