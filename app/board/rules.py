"""Draw the closings that supervisors look at again, by rules that are data (`app/catalogue/seed/audit.yaml`). Pure.

    audit:
      days: {value, source}                     how many days of closings are looked through
      rules:
        - code, zh, en
          percent: {value, source}              the share that is drawn of what fits
          when:                                 every line that stands here must hold; none: every closing fits
            forced: true                        closed by force
            self_fixed: true                    closed as fixed by the worker himself
            minutes: {value, source}            at most so many from the lead's signature to its "done"
            classes: [code, …]
            departments: [code, …]              of the lead

The draw is a digest of case, day of closing and rule: the same for everybody, and nobody chooses it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields, post_load, validate, validates_schema

from app.catalogue.document_terms import DocumentKind
from app.catalogue.documents import EXAMPLE
from app.core.errors import InvalidField
from app.core.schemas import BoundedInteger, Schema, Text
from workflows.words import Words

KIND = DocumentKind.AUDIT
DAYS_MOST = 31
CODES_MOST = 500
MINUTES_MOST = 60 * 24 * 30


@dataclass(frozen=True, slots=True)
class Closing:
    """What rules ask of a closing."""

    case_id: UUID
    day: date
    forced: bool
    self_fixed: bool
    minutes: int | None
    class_code: str | None
    department: str | None
    own_judged: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """Which closings a rule is about."""

    forced: bool = False
    self_fixed: bool = False
    minutes: int | None = None
    classes: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    def fits(self, closing: Closing) -> bool:
        """Tell whether every condition holds."""
        return all(
            (
                closing.forced or not self.forced,
                closing.self_fixed or not self.self_fixed,
                self.minutes is None or (closing.minutes is not None and closing.minutes <= self.minutes),
                not self.classes or closing.class_code in self.classes,
                not self.departments or closing.department in self.departments,
            )
        )


@dataclass(frozen=True, slots=True)
class AuditRule:
    """One reason to look again, and the share that is looked at; an example unless the county has set it."""

    code: str
    name: Words
    percent: int
    when: When
    is_example: bool

    def draws(self, closing: Closing) -> bool:
        """Tell whether this closing is looked at by this rule."""
        return self.when.fits(closing) and _lot(closing.case_id, closing.day, self.code) < self.percent * 100


# Whatever a county's document says: where the rule of departments is loosened, all that was judged so is looked at.
OWN_JUDGED = AuditRule(
    "own_judged", Words("部门自办自审（按决定放宽）", "Judged by its own department"), 100, When(), is_example=False
)


@dataclass(frozen=True, slots=True)
class AuditRules:
    """All rules, and how many days back they look."""

    days: int
    rules: tuple[AuditRule, ...]

    def drawn_by(self, closing: Closing) -> tuple[AuditRule, ...]:
        """Return the rules that draw a closing, in their order; what a department judged of its own comes first."""
        own = (OWN_JUDGED,) if closing.own_judged else ()
        return own + tuple(rule for rule in self.rules if rule.draws(closing))


def load(document: Mapping[str, Any]) -> AuditRules:
    """Make the rules from a plain document; raise ValidationError naming each field that is wrong."""
    data = _AuditDocument().load(document)[KIND]
    return AuditRules(data["days"].value, tuple(data["rules"]))


def _lot(case_id: UUID, day: date, rule: str) -> int:
    """Return a number below 10,000 that nobody chooses."""
    digest = hashlib.sha256(case_id.bytes + f"{day.isoformat()} {rule}".encode()).digest()
    return int.from_bytes(digest[:8]) % 10_000


@dataclass(frozen=True, slots=True)
class _SourcedNumber:
    value: int
    source: str


def _figure(low: int, high: int, **options: Any) -> fields.Nested:
    plain = Schema.from_dict(
        {"value": BoundedInteger(low, high, required=True), "source": Text(300, minimum=1, required=True)}
    )

    class _NumberDocument(plain):  # type: ignore[misc,valid-type]
        @post_load
        def make(self, data: dict[str, Any], **_: Any) -> _SourcedNumber:
            return _SourcedNumber(**data)

    return fields.Nested(_NumberDocument, **options)


def _codes() -> fields.List:
    length = validate.Length(
        1, CODES_MOST, error=Words("应有 1 到 {} 项。", "Between 1 and {} of them, please.").format(CODES_MOST)
    )
    return fields.List(Text(24, minimum=1), validate=length)


_ONLY_TRUE = validate.Equal(
    True, error=Words("只能是 true；不需要时请删除。", "true, please; leave it out if it is not wanted.")
)


class _AuditWhenDocument(Schema):
    forced = fields.Boolean(validate=_ONLY_TRUE)
    self_fixed = fields.Boolean(validate=_ONLY_TRUE)
    minutes = _figure(0, MINUTES_MOST)
    classes = _codes()
    departments = _codes()


class _RuleDocument(Schema):
    code = Text(20, minimum=1, required=True)
    zh = Text(30, minimum=1, required=True)
    en = Text(60, minimum=1, required=True)
    percent = _figure(0, 100, required=True)
    when = fields.Nested(_AuditWhenDocument, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> AuditRule:
        condition = data["when"]
        minutes: _SourcedNumber | None = condition.get("minutes")
        when = When(
            forced=condition.get("forced", False),
            self_fixed=condition.get("self_fixed", False),
            minutes=minutes.value if minutes else None,
            classes=frozenset(condition.get("classes", ())),
            departments=frozenset(condition.get("departments", ())),
        )
        sources = {data["percent"].source, *((minutes.source,) if minutes else ())}
        return AuditRule(data["code"], Words(data["zh"], data["en"]), data["percent"].value, when, EXAMPLE in sources)


class _RulesDocument(Schema):
    days = _figure(1, DAYS_MOST, required=True)
    rules = fields.List(
        fields.Nested(_RuleDocument),
        required=True,
        validate=validate.Length(1, 50, error=Words("应有 1 到 50 项。", "Between 1 and 50 of them, please.")),
    )

    @validates_schema
    def distinct(self, data: dict[str, Any], **_: Any) -> None:
        codes = [rule.code for rule in data["rules"]]
        if len(set(codes)) < len(codes):
            raise InvalidField(Words("规则编码重复。", "Two rules have one code."), "rules")


class _AuditDocument(Schema):
    audit = fields.Nested(_RulesDocument, required=True)
