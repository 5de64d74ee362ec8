"""What `GET /api/v1/catalogue` answers: whole, so that a phone can keep it; what nobody reports under stays out."""

from typing import Any

from marshmallow import fields

from app.catalogue import class_forms
from app.catalogue.admission_states import AdmissionState
from app.catalogue.document_terms import ClassKind, ServiceKind
from app.catalogue.documents import CaseClass, Condition, LimitFigure
from app.catalogue.lookups import Catalogue
from app.catalogue.schemas import parts
from app.catalogue.schemas.acts import ActsOut, acts
from app.core.schemas import Amount, Schema, about
from app.core.transaction import breathe
from workflows.case_clocks import Stage
from workflows.case_terms import CheckKind, LimitKind
from workflows.forms import Field, Kind


class LimitOut(Schema):
    """A limit: minutes or days, as its kind says."""

    limit = Amount(required=True)
    limit_kind = parts.one_of(LimitKind, required=True)
    source = fields.String(required=True)


class MilestoneOut(LimitOut):
    """What has to be reached on the way, counted from the start of handling."""

    milestone = fields.Integer(required=True)
    text = fields.String(required=True)


class ConditionOut(Schema):
    """A filing condition; `limit` is that of the core area (A), `limits` has every area class."""

    condition = fields.String(required=True)
    text = fields.String(required=True)
    closure = fields.String(required=True)
    limit = Amount(allow_none=True, required=True)
    limit_kind = parts.one_of(LimitKind, allow_none=True, required=True)
    milestones = fields.List(fields.Nested(MilestoneOut), required=True)
    limits = fields.Dict(fields.String(), fields.Nested(LimitOut), required=True)


_ANSWER = fields.Raw(metadata={"type": ["string", "boolean"]})


class ColumnOut(Schema):
    """A question; a column of a table is one."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    label_en = fields.String(**about("题目的英文，有的才给。In English, where it is known."))
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    choices = fields.List(fields.String(), required=True)
    choices_en = fields.List(
        fields.String(), **about("选项的英文，与选项一一对应，有的才给。The choices in English, in the same order.")
    )
    minimum = fields.Integer(allow_none=True, required=True)
    maximum = fields.Integer(allow_none=True, required=True)
    unit = fields.String(**about("数字的单位。The unit of a number."))
    unit_en = fields.String(**about("单位的英文，有的才给。The unit in English, where it is known."))


class FormFieldOut(ColumnOut):
    """A question to ask on reporting; what it has no need of is left out."""

    shown_if = fields.Dict(
        fields.String(), fields.List(_ANSWER),
        **about("这些题都答了所列之一时才问。Asked only where each of these was answered with one of those."),
    )  # fmt: skip
    required_if = fields.Dict(
        fields.String(), fields.List(_ANSWER),
        **about("这些题都答了所列之一时必答。Must be answered where each of these was answered with one of those."),
    )  # fmt: skip
    columns = fields.List(fields.Nested(ColumnOut), **about("表格的列。The columns of a table."))
    least = fields.Integer(**about("照片最少的张数，不写为 1。How many photos at least; 1 if it is not said."))
    most = fields.Integer(**about("表格最多的行数、照片最多的张数。How many rows or photos at most."))
    objects = fields.List(fields.String(), **about("选哪些种类的对象。Of which kinds the object is."))


class EvidenceOut(Schema):
    """How many photos, at which move; `originals`: as the camera made them, not made smaller."""

    report = fields.Integer(required=True)
    finish = fields.Integer(required=True)
    check = fields.Integer(required=True)
    originals = fields.Boolean(required=True)


class ClassOut(Schema):
    """A class under which can be reported."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    major = fields.String(required=True)
    words = fields.List(fields.String(), required=True)
    service = fields.String(allow_none=True, required=True)
    code_system = fields.String(required=True)
    kind = parts.one_of(ClassKind, required=True)
    local_code = fields.String(allow_none=True, required=True)
    conditions = fields.List(fields.Nested(ConditionOut), required=True)
    form = fields.List(fields.Nested(FormFieldOut), required=True)
    evidence = fields.Nested(EvidenceOut, required=True)
    verify = fields.Boolean(required=True)
    check = parts.one_of(CheckKind, required=True)
    self_fix = fields.Boolean(required=True)
    urgent = fields.Boolean(required=True)
    urgent_limit = fields.Nested(
        LimitOut, required=True, allow_none=True,
        **about("急要件的处置时限，未定的为县定。Time to handle once urgent, by the class, else the county."),
    )  # fmt: skip
    call_now = fields.List(
        fields.String(), required=True,
        **about("先拨打的电话，按先后。Telephone numbers to call before anything else, in order."),
    )  # fmt: skip
    confidential = fields.Boolean(required=True)
    catalogue_version = fields.Integer(required=True)


class ServiceOut(Schema):
    """A 网格+N service."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = parts.one_of(ServiceKind, required=True)
    may_report = fields.List(fields.String(), required=True)


class AdmissionOut(Schema):
    """A service in the admission list."""

    service = fields.String(required=True)
    name = fields.String(required=True)
    state = parts.one_of(AdmissionState, required=True)
    decision = fields.String(required=True)
    number = fields.String(required=True, **about("决定文号。The number of the decision."))
    from_ = fields.Date(required=True, data_key="from")
    until = fields.Date(required=True, allow_none=True, **about("不填为长期。Null: until further notice."))
    example = fields.Boolean(required=True, **about("示例，须由县决定。An example, to be decided by the county."))


class AdmissionsOut(Schema):
    """Which services the grids may be given."""

    items = fields.List(fields.Nested(AdmissionOut), required=True)


class FiguresOut(Schema):
    """Figures that devices go by: the county's, null before a catalogue was imported, and what the server takes."""

    duplicate_metres = fields.Integer(required=True, allow_none=True)
    duplicate_days = fields.Integer(required=True, allow_none=True)
    on_spot_metres = fields.Integer(
        required=True, allow_none=True,
        **about("现场核实、核查超过这一距离须说明理由。Farther off than this, a reason has to be given."),
    )  # fmt: skip
    attachment_bytes = fields.Integer(
        required=True,
        **about("服务器收下的单个附件最大字节数。The largest attachment that the server takes, in bytes."),
    )


class CatalogueOut(Schema):
    """The catalogue in force; `version` changes whenever anything else does."""

    version = fields.String(required=True)
    services = fields.List(fields.Nested(ServiceOut), required=True)
    classes = fields.List(fields.Nested(ClassOut), required=True)
    figures = fields.Nested(FiguresOut, required=True)
    acts = fields.Nested(ActsOut, required=True)


_PLAIN = (
    *("code", "name", "major", "words", "code_system", "kind", "local_code"),
    *("verify", "self_fix", "urgent", "call_now"),
)
_SERVICE, _CLASS, _FIGURES = ServiceOut(), ClassOut(), FiguresOut()


def whole(catalogue: Catalogue, version: str, most_bytes: int) -> dict[str, Any]:
    """Return the data of a `CatalogueOut`, one class after the other: others go on in between.

    `most_bytes` is the largest attachment that this server takes.
    """
    offered = [each for each in catalogue.classes.values() if each.offered]
    return {
        "version": version,
        "services": [_SERVICE.dump(each) for each in catalogue.services.values()],
        "classes": [_dumped(each, catalogue) for each in offered],
        "figures": {**{name: _figure(catalogue, name) for name in _FIGURES.fields}, "attachment_bytes": most_bytes},
        "acts": acts(),
    }


def _figure(catalogue: Catalogue, name: str) -> Any:
    setting = catalogue.settings.get(name)
    return setting.value if setting else None


def _dumped(case_class: CaseClass, catalogue: Catalogue) -> Any:
    breathe()
    return _CLASS.dump(_class(case_class, catalogue))


def _class(case_class: CaseClass, catalogue: Catalogue) -> dict[str, Any]:
    service = catalogue.service_of(case_class.code)
    general = catalogue.stages.get(Stage.HANDLE)
    urgent_limit = case_class.urgent_limit or (general.urgent if general else None)
    return {
        **{name: getattr(case_class, name) for name in _PLAIN},
        "name_en": case_class.name.en,
        "service": service.code if service else None,
        "conditions": [_condition(each) for each in case_class.conditions],
        "form": [form_field(each) for each in case_class.form],
        "evidence": case_class.evidence or {"report": 0, "finish": 0, "check": 0, "originals": False},
        "check": case_class.check.value,
        "urgent_limit": _limit(urgent_limit) if urgent_limit else None,
        "confidential": case_class.confidential,
        "catalogue_version": case_class.version,
    }


def _condition(condition: Condition) -> dict[str, Any]:
    core = condition.limit(None)
    return {
        "condition": condition.condition,
        "text": condition.text,
        "closure": condition.closure,
        "limit": core.amount if core else None,
        "limit_kind": core.kind.value if core else None,
        "milestones": [
            {"milestone": number, "text": one.text, **_limit(one.limit)}
            for number, one in enumerate(condition.milestones, 1)
        ],
        "limits": {area: _limit(limit) for area, limit in sorted(condition.limits.items())},
    }


def _limit(limit: LimitFigure) -> dict[str, Any]:
    return {"limit": limit.amount, "limit_kind": limit.kind.value, "source": limit.source}


_MOST = {Kind.TABLE: class_forms.ROWS_MOST, Kind.PHOTO: class_forms.PHOTOS_MOST}


def form_field(question: Field) -> dict[str, Any]:
    """Return a question as `FormFieldOut` has it."""
    conditions = {name: getattr(question, name) for name in parts.CONDITIONS}
    english = [choice.words.en for choice in question.choices]
    more = {
        "label_en": question.label.en if question.label.en != question.label else "",
        "choices_en": english if english != [choice.value for choice in question.choices] else (),
        "unit": question.unit,
        "unit_en": question.unit.en if question.unit and question.unit.en != question.unit else "",
        **{name: {of: list(values) for of, values in each} for name, each in conditions.items()},
        "columns": [form_field(column) for column in question.columns],
        "objects": list(question.objects),
        "least": question.least,
        "most": question.most or _MOST.get(question.kind, 0),
    }
    return {
        "field": question.name,
        "label": question.label,
        "type": question.kind,
        "required": question.required,
        "choices": [choice.value for choice in question.choices],
        "minimum": question.minimum,
        "maximum": question.maximum,
        **{name: value for name, value in more.items() if value},
    }
