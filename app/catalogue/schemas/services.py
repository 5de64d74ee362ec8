"""What a service, the step limits and the figures of the county may say."""

from types import MappingProxyType
from typing import Any

from marshmallow import fields, post_load, validate, validates_schema

from app.catalogue import defaults
from app.catalogue import documents as doc
from app.catalogue.document_terms import RoundPeriod, ServiceKind
from app.catalogue.schemas import parts
from app.core.errors import InvalidField
from app.core.schemas import BoundedInteger, Schema, Text
from app.grids.levels import Duty, Level
from workflows.case_clocks import CLOCKS, Stage
from workflows.case_terms import LimitKind
from workflows.round_terms import RoundKind
from workflows.words import Words, listed

OF_THE_FIRST = (  # which every county's document names
    "duplicate_days",
    "duplicate_metres",
    "phone_drift_minutes",
    "phone_time_back_minutes",
    "reopen_days",
    "self_fixed_check_percent",
    "whistle_arrival_minutes",
)
# which came later: where a county's document does not name one, it holds as shipped
SINCE: tuple[str, ...] = (
    "call_back_days",
    "call_back_times",
    "campaign_reminder_days",
    "deferral_days_most",
    "deferral_review_days",
    "deferral_review_hour",
    "departments_judge_own",
    "extension_percent",
    "handover_hours",
    "missed_round_hours",
    "notice_days",
    "on_spot_metres",
    "return_hours",
    "returns_most",
    "sender_return_hours",
    "sender_return_times",
    "track_days",
    "visit_answer_days",
)
# the share of a limit of one kind by which it is first extended; where a county names only the share of all, that holds
SHARES = tuple(f"{kind}_{doc.EXTENSION_SHARE}" for kind in LimitKind)
SETTINGS = OF_THE_FIRST + SINCE + SHARES
LAST_HOUR = 23
_DATE_OR_NOTHING = Words("应为日期或留空。", "A date, please, or nothing.")
UNDECIDED = Words(
    "只能是 0 或 1；填 1（放宽部门回避）须写明决定（decision，文号）和起始日期（from）。",
    "0 or 1; 1, which loosens the rule, names the decision (decision, the paper's number) and since when (from).",
)


_NO_MICRO = validate.NoneOf(
    [Level.MICRO],
    error=Words("微网格不单独安排巡查，请写 grid。", "No rounds are planned by micro-grid: write grid."),
)
_FORMER_SUBJECTS = {"forest": "forest_section", "place": "small_place", "river": "river_section"}


_NOBODY = Words(
    "只有对象为 {} 的巡查才写关爱种类（care）。", "A round of these alone names kinds of care (care): {}."
).format(listed(doc.OF_PEOPLE))
_BOTH = Words(
    "关爱种类（care）和每人填报（person_form）须一并写。",
    "Kinds of care and what is asked of each person stand together.",
)


class FrequencyDocument(parts.ObjectSchema):
    """How often, and what makes it count."""

    makes = doc.Frequency
    per = parts.member(RoundPeriod, required=True)
    times = BoundedInteger(1, 1000, required=True)
    min_gap_hours = BoundedInteger(1, 24 * 366)
    min_minutes = BoundedInteger(1, 1440)
    min_metres = BoundedInteger(1, 1_000_000)
    months = parts.several(BoundedInteger(1, 12))
    on_warning = parts.flag(False)
    source = parts.source()


class RoundDocument(parts.ObjectSchema):
    """A patrol, inspection or visit by plan."""

    makes = doc.Round
    code = parts.code(required=True)
    name = Text(60, minimum=1, required=True)
    name_en = Text(120, load_default="")
    kind = parts.member(RoundKind, load_default=RoundKind.PATROL)
    subject = parts.code(required=True)
    duty = parts.member(Duty, required=True)
    level = parts.member(Level, validate=_NO_MICRO, load_default=Level.GRID)
    frequency = parts.nested(FrequencyDocument, required=True)
    form = parts.several(parts.nested(parts.FormFieldDocument))
    finding_classes = parts.several(parts.code())
    care = parts.several(parts.code())
    person_form = parts.several(parts.nested(parts.FormFieldDocument))

    @post_load
    def make(self, data: dict[str, Any], **options: Any) -> Any:
        """Make the round; what its subject was called before there were kinds of objects is read as they are called."""
        return super().make({**data, "subject": _FORMER_SUBJECTS.get(data["subject"], data["subject"])}, **options)

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse doubled questions, conditions on what is not asked before, and care for what is nobody."""
        for name in ("form", "person_form"):
            parts.refuse_doubled((each.name for each in data[name]), name)
            parts.refuse_wrong_conditions(data[name], name)
            parts.refuse_kinds_of_cases(data[name], name)
        if data["care"] and data["subject"] not in doc.OF_PEOPLE:
            raise InvalidField(_NOBODY, "care")
        if bool(data["care"]) != bool(data["person_form"]):
            raise InvalidField(_BOTH, "person_form")


class AdmissionDocument(Schema):
    """Since when, until when, by whose decision."""

    since = fields.Date(
        required=True,
        data_key="from",
        error_messages={"invalid": Words("应为日期，例如 2026-01-01。", "A date, please, like 2026-01-01.")},
    )
    until = fields.Date(
        load_default=None,
        allow_none=True,
        error_messages={"invalid": _DATE_OR_NOTHING},
    )
    decision = Text(200, minimum=1, required=True)
    number = Text(60, load_default="")
    source = parts.source()

    @validates_schema
    def in_order(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an end before the beginning."""
        if data["until"] and data["until"] < data["since"]:
            raise InvalidField(Words("截止日期早于开始日期。", "The end lies before the beginning."), "until")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> doc.Admission:
        """Make the admission."""
        return doc.Admission(**data)


class ServiceDocument(parts.ObjectSchema):
    """A 网格+N service."""

    makes = doc.Service
    code = parts.code(required=True)
    name = Text(60, minimum=1, required=True)
    kind = parts.member(ServiceKind, required=True)
    may_report = parts.several(parts.code(), least=1, required=True)
    admission = parts.nested(AdmissionDocument, required=True)
    departments = parts.several(Text(60, minimum=1))
    rounds = parts.several(parts.nested(RoundDocument))
    classes = parts.several(parts.code())

    @validates_schema
    def consistent(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse doubled codes."""
        parts.refuse_doubled(data["classes"], "classes")
        parts.refuse_doubled((each.code for each in data["rounds"]), "rounds")


class StageDocument(Schema):
    """The limits of one stage."""

    limits = parts.AreaLimits()
    urgent = parts.nested(parts.LimitDocument, load_default=None)
    allowance = parts.several(parts.nested(parts.LimitDocument))
    note = Text(300, load_default="")


class StagesDocument(Schema):
    """The limits of every stage, for classes that set none of their own."""

    code = fields.String(
        required=True, validate=validate.Equal("stages", error=Words("应为 stages。", "This has to be “stages”."))
    )
    stages = parts.by_name(parts.one_of(CLOCKS), StageDocument, required=True)

    @validates_schema
    def whole(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a file that leaves a stage out."""
        missing = [stage for stage in CLOCKS if stage not in data["stages"]]
        if missing:
            raise InvalidField(Words("缺少环节：{}。", "Stages are missing: {}.").format(listed(missing)), "stages")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the stages."""
        rows = ((Stage.of(name), row) for name, row in data["stages"].items())
        return MappingProxyType(
            {stage: doc.StageLimit(stage, **{**row, "allowance": tuple(row["allowance"])}) for stage, row in rows}
        )


class SettingDocument(parts.ObjectSchema):
    """A figure of the county."""

    makes = doc.Setting
    value = BoundedInteger(0, parts.MINUTES, required=True)
    source = parts.source()
    decision = Text(200, load_default="")
    since = fields.Date(
        load_default=None,
        allow_none=True,
        data_key="from",
        error_messages={"invalid": _DATE_OR_NOTHING},
    )


class SettingsDocument(Schema):
    """All figures of the county."""

    code = fields.String(
        required=True, validate=validate.Equal("settings", error=Words("应为 settings。", "This has to be “settings”."))
    )
    settings = parts.by_name(parts.one_of(SETTINGS), SettingDocument, required=True)

    @validates_schema
    def whole(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a file that leaves a figure out which was always there, a share above the whole, an hour of no day."""
        missing = [name for name in OF_THE_FIRST if name not in data["settings"]]
        if missing:
            raise InvalidField(Words("缺少：{}。", "These are missing: {}.").format(listed(missing)), "settings")
        for name, setting in data["settings"].items():
            if name.endswith("_percent") and setting.value > 100:
                raise InvalidField(
                    {name: {"value": [Words("百分比应在 0 到 100 之间。", "A share lies between 0 and 100.")]}},
                    "settings",
                )
            if name.endswith("_hour") and setting.value > LAST_HOUR:
                raise InvalidField({name: {"value": [Words("应为 0 到 23 点。", "An hour from 0 to 23.")]}}, "settings")

    @validates_schema
    def decided(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to loosen the rule that keeps centre and departments apart without a decision and its date."""
        loosened = data["settings"].get(doc.JUDGE_OWN)
        if loosened and (loosened.value > 1 or (loosened.value and not (loosened.decision and loosened.since))):
            raise InvalidField({doc.JUDGE_OWN: {"decision": [UNDECIDED]}}, "settings")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the figures, by name; those that the document does not know yet as they are shipped."""
        known = {*data["settings"], *(SHARES if doc.EXTENSION_SHARE in data["settings"] else ())}
        unnamed = {name: one for name, one in defaults.settings().items() if name not in known}
        schema = SettingDocument()
        return MappingProxyType({**data["settings"], **{name: schema.load(one) for name, one in unnamed.items()}})
