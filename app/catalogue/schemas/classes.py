"""What a class of cases may say. Loading one makes the frozen object; unknown fields are errors."""

from types import MappingProxyType
from typing import Any

from marshmallow import fields, post_load, validates_schema

from app.catalogue import documents as doc
from app.catalogue.document_terms import ClassKind, OnLate
from app.catalogue.schemas import parts
from app.core.errors import InvalidField
from app.core.schemas import BoundedInteger, Schema, Text
from app.grids.levels import AreaClass, Level
from workflows.case_clocks import CLOCKS, Stage
from workflows.case_terms import CheckKind, LimitKind
from workflows.risk_terms import RiskColour
from workflows.words import Words

_DAY_AND_NIGHT = Words(
    "急要件时限昼夜连续计算，以分钟计（urgent_minutes）。",
    "The limit of an urgent case runs day and night: urgent_minutes.",
)


class ConditionDocument(parts.ObjectSchema):
    """A filing condition."""

    makes = doc.Condition
    condition = parts.code(required=True)
    text = Text(500, minimum=1, required=True)
    closure = Text(300, load_default="")
    source = parts.source()
    note = Text(300, load_default="")
    placeholder = parts.flag(False)
    limits = parts.AreaLimits()
    urgent = parts.nested(parts.LimitDocument)
    milestones = parts.several(parts.nested(parts.MilestoneDocument))


class WhenDocument(Schema):
    """What must hold for a route; each a list of allowed values."""

    area = fields.List(parts.one_of(AreaClass), error_messages=parts.SAY)
    level = fields.List(parts.one_of(Level), error_messages=parts.SAY)
    township = fields.List(Text(9, minimum=9), error_messages=parts.SAY)
    condition = fields.List(parts.code(), error_messages=parts.SAY)

    @post_load
    def tuples(self, data: dict[str, Any], **_: Any) -> Any:
        """Make it unchangeable."""
        return MappingProxyType({name: tuple(values) for name, values in data.items()})


class RouteDocument(parts.ObjectSchema):
    """Who handles, when."""

    makes = doc.Route
    when = parts.nested(WhenDocument, load_default=doc.NOTHING)
    lead = Text(60, minimum=1, required=True)
    assist = parts.several(Text(60, minimum=1))


class EvidenceDocument(parts.ObjectSchema):
    """How many photos, at which move."""

    makes = doc.Evidence
    report = BoundedInteger(0, 20, required=True)
    finish = BoundedInteger(0, 20, required=True)
    check = BoundedInteger(0, 20, required=True)
    originals = parts.flag(False)
    source = parts.source()


class GradeDocument(parts.ObjectSchema):
    """A colour of risk."""

    makes = doc.Grade
    colour = parts.member(RiskColour, required=True)
    text = Text(200, minimum=1, required=True)
    lead = Text(60, minimum=1, required=True)
    assist = parts.several(Text(60, minimum=1))
    tell = parts.several(parts.code())
    limit = parts.nested(parts.LimitDocument, required=True)


class LevelDocument(parts.ObjectSchema):
    """A level that tries in turn."""

    makes = doc.LevelStep
    who = parts.code(required=True)
    limit = parts.nested(parts.LimitDocument, required=True)
    on_late = parts.member(OnLate, required=True)
    lead = Text(60, minimum=1, load_default=None)


class FollowUpDocument(parts.ObjectSchema):
    """Visits after the end."""

    makes = doc.FollowUp
    after = parts.nested(parts.LimitDocument, required=True)
    times = BoundedInteger(1, 100, required=True)
    source = parts.source()

    @validates_schema
    def in_days(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what is counted otherwise: the days on which it can be taken up again are."""
        if data["after"].kind is not LimitKind.CALENDAR_DAYS:
            raise InvalidField(
                Words("跟踪回访以自然日计（calendar_days）。", "Follow-ups are counted in calendar_days."), "after"
            )


class ConfidentialDocument(Schema):
    """Who alone may read."""

    readers = parts.several(parts.code(), least=1, required=True)


class ClassDocument(parts.ObjectSchema):
    """A class of cases; the fields not named here have the meaning of `documents.CaseClass`."""

    makes = doc.CaseClass
    code = parts.code(required=True)
    code_system = parts.code(required=True)
    kind = parts.member(ClassKind, required=True)
    local_code = parts.code(required=True, allow_none=True)
    name = Text(60, minimum=1, required=True)
    name_en = Text(80, minimum=1)
    major = Text(60, minimum=1, required=True)
    source = parts.source()
    note = Text(300)
    words = parts.several(Text(20, minimum=1))
    offered = parts.flag(True)
    verify = parts.flag(True)
    check = parts.member(CheckKind)
    self_fix = parts.flag(False)
    urgent = parts.flag(False)
    urgent_limit = parts.nested(parts.LimitDocument)
    call_now = parts.several(parts.telephone())
    auto_dispatch = parts.flag(False)
    handle_starts = parts.one_of((Stage.DISPATCH, Stage.SIGN))
    first_level = parts.member(Level)
    reopen = parts.nested(parts.LimitDocument)
    extra_limit = parts.nested(parts.LimitDocument)
    urgent_extra_limit = parts.nested(parts.LimitDocument)
    confidential = parts.nested(ConfidentialDocument)
    evidence = parts.nested(EvidenceDocument)
    form = parts.several(parts.nested(parts.FormFieldDocument))
    conditions = parts.several(parts.nested(ConditionDocument))
    routes = parts.several(parts.nested(RouteDocument))
    stages = parts.by_name(parts.one_of(CLOCKS), parts.LimitDocument, load_default=dict)
    grades = parts.several(parts.nested(GradeDocument))
    levels = parts.several(parts.nested(LevelDocument))
    follow_up = parts.nested(FollowUpDocument)

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse doubled codes and words, routes for conditions that are not there, and limits of the wrong kind."""
        parts.refuse_doubled((each.condition for each in data["conditions"]), "conditions")
        parts.refuse_doubled((each.name for each in data["form"]), "form")
        parts.refuse_wrong_conditions(data["form"])
        parts.refuse_doubled((str(each.colour) for each in data["grades"]), "grades")
        parts.refuse_doubled(data["words"], "words")
        parts.refuse_doubled(data["call_now"], "call_now")
        known = {each.condition for each in data["conditions"]}
        for place, route in enumerate(data["routes"]):
            if not set(route.when.get("condition", ())) <= known:
                raise InvalidField(
                    {place: {"when": [Words("所写立案条件不在本类之中。", "The class has no such condition.")]}},
                    "routes",
                )
        if {Stage.HANDLE, Stage.CASE} & set(data["stages"]):
            raise InvalidField(
                Words(
                    "处置和全案时限由立案条件决定，不在此处填写。",
                    "The limits of handling and of the case come from the conditions, not from here.",
                ),
                "stages",
            )
        for name in ("urgent_limit", "urgent_extra_limit"):
            if name in data and data[name].kind is not LimitKind.URGENT_MINUTES:
                raise InvalidField(_DAY_AND_NIGHT, name)
        if "reopen" in data and data["reopen"].kind is not LimitKind.CALENDAR_DAYS:
            raise InvalidField(
                Words("重办期限以自然日计（calendar_days）。", "The limit for reopening is in calendar_days."), "reopen"
            )

    @post_load
    def make(self, data: dict[str, Any], **options: Any) -> Any:
        """Make the class."""
        data["name"] = Words(data["name"], data.pop("name_en", data["name"]))
        data["readers"] = tuple(data.pop("confidential", {}).get("readers", ()))
        data["stages"] = MappingProxyType({Stage.of(name): limit for name, limit in data["stages"].items()})
        return parts.ObjectSchema.make(self, data, **options)
