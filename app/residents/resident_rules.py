"""Read what may be kept of whom, and who may read it, as `app/catalogue/seed/residents.yaml` has it.

    residents:
      cares:                                       why somebody is visited
        - code, name, name_en
          subject: person | household
          readers: [code of a role, …]             who sees that somebody is cared for so
          requires: [field, …]                     without which nobody can be entered
          source
      fields:
        - field, label, label_en, type, choices, minimum, maximum, unit     as in every form
          of: [person | household, …]
          purpose, purpose_en                      for what it is kept
          articles: ['13(1)' … '13(7)', '28' … '31']      of 个人信息保护法; with 13(1) there has to be consent
          sensitive: true | false                  then 28 is among them, and with consent 29
          readers: [code of a role, …]
          services: [code of a service, …]         to whose rounds it is granted; never to others than its readers
          retention_days                           so long after the end of the care it is kept, then erased
          sought: true | false                     whether it can be looked for, as a whole
          source

`name` and `address` are of both. Where anything of persons rests on consent or is sensitive, there are `birth`, a date,
and `guardian`. A county without a document of its
own goes by the one that is shipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from marshmallow import post_load, validates_schema

from app import catalogue
from app.catalogue import queries as catalogue_queries
from app.catalogue.document_terms import DocumentKind
from app.catalogue.lookups import Catalogue
from app.catalogue.schemas import parts
from app.catalogue.yaml_reader import read_yaml
from app.core.errors import InvalidField
from app.core.schemas import BoundedInteger, Schema, Text
from workflows.forms import Choice, Field, Kind
from workflows.resident_terms import ResidentSubject
from workflows.words import Words, listed, plain

KIND = DocumentKind.RESIDENTS
NAME, ADDRESS, BIRTH, GUARDIAN = "name", "address", "birth", "guardian"
CONSENT, SENSITIVE, SEPARATE = "13(1)", "28", "29"
ARTICLES = (*(f"13({number})" for number in range(1, 8)), SENSITIVE, SEPARATE, "30", "31")
KINDS = (Kind.TEXT, Kind.DATE, Kind.CHOICE, Kind.YES_NO, Kind.INTEGER)
_SHIPPED = Path(str(catalogue.__file__)).parent / "seed" / "residents.yaml"
_NO_BASIS = Words(
    "须写明个人信息保护法第十三条第一款的哪一项（13(1) 至 13(7)）。", "Say which item of article 13: 13(1) to 13(7)."
)
_SENSITIVE = Words(
    "敏感个人信息须写第二十八条；以同意为依据的，还须写第二十九条（单独同意）。",
    "What is sensitive names article 28, and 29 (separate consent) where consent is its basis.",
)
_MISSING = Words("缺少字段：{}。", "Fields are missing: {}.")
_NO_DATE = Words("birth（出生日期）的 type 应为 date。", "The type of birth is date.")
_NO_FIELD = Words("没有这些字段：{}。", "There are no such fields: {}.")


@dataclass(frozen=True, slots=True)
class CareKind:
    """Why somebody is visited, and who may know of it."""

    code: str
    name: Words
    subject: ResidentSubject
    readers: tuple[str, ...]
    requires: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field that may be kept: what is asked, for what, on what basis, who reads it, and for how long."""

    question: Field
    of: tuple[ResidentSubject, ...]
    purpose: Words
    articles: tuple[str, ...]
    sensitive: bool
    readers: tuple[str, ...]
    services: tuple[str, ...]
    retention_days: int
    sought: bool
    source: str

    @property
    def code(self) -> str:
        """Return its name in bodies and rows."""
        return self.question.name

    @property
    def needs_consent(self) -> bool:
        """Tell whether it rests on consent."""
        return CONSENT in self.articles

    @property
    def bears_consent(self) -> bool:
        """Tell whether it is kept with it who has agreed: where it rests on that, and of a guardian."""
        return self.needs_consent or self.code == GUARDIAN

    @property
    def asks_age(self) -> bool:
        """Tell whether a person's age has to be known before it is kept: under fourteen others agree."""
        return self.needs_consent or self.sensitive


@dataclass(frozen=True, slots=True)
class ResidentRules:
    """All kinds of care and fields, by their codes."""

    cares: Mapping[str, CareKind]
    fields: Mapping[str, FieldRule]


def rules() -> ResidentRules:
    """Return the rules in force."""
    return catalogue_queries.made_of(KIND, _rules)


def rules_of(catalogue: Catalogue) -> ResidentRules:
    """Return the rules that a catalogue has; those that are shipped where it has no document of its own."""
    return _rules(catalogue.others.get((KIND, KIND)))


def _rules(document: Mapping[str, Any] | None) -> ResidentRules:
    return load(document) if document else _shipped()


@cache
def _shipped() -> ResidentRules:
    return load(read_yaml(_SHIPPED.read_bytes()))


def load(document: Mapping[str, Any]) -> ResidentRules:
    """Make the rules from a plain document; raise ValidationError naming each field that is wrong."""
    loaded: ResidentRules = _ResidentsFile().load(document)[KIND]
    return loaded


class _CareDocument(Schema):
    code = parts.code(required=True)
    name = Text(30, minimum=1, required=True)
    name_en = Text(60, minimum=1, required=True)
    subject = parts.member(ResidentSubject, required=True)
    readers = parts.several(parts.code(), least=1, required=True)
    requires = parts.several(parts.code())
    source = parts.source()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> CareKind:
        return CareKind(
            data["code"], Words(data["name"], data["name_en"]), data["subject"], tuple(data["readers"]),
            tuple(data["requires"]), data["source"],
        )  # fmt: skip


class _FieldDocument(Schema):
    field = parts.code(required=True)
    label = Text(60, minimum=1, required=True)
    label_en = Text(60, minimum=1, required=True)
    type = parts.one_of(KINDS, required=True)
    choices = parts.several(Text(60, minimum=1))
    minimum = BoundedInteger(-(10**9), 10**9)
    maximum = BoundedInteger(-(10**9), 10**9)
    of = parts.several(parts.member(ResidentSubject), least=1, required=True)
    purpose = Text(200, minimum=1, required=True)
    purpose_en = Text(300, minimum=1, required=True)
    articles = parts.several(parts.one_of(ARTICLES), least=1, required=True)
    sensitive = parts.flag(False)
    readers = parts.several(parts.code(), least=1, required=True)
    services = parts.several(parts.code())
    retention_days = BoundedInteger(0, parts.DAYS, required=True)
    sought = parts.flag(False)
    source = parts.source()

    @validates_schema
    def founded(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what rests on nothing, or on less than its kind asks."""
        articles = data["articles"]
        if not any(one.startswith("13(") for one in articles):
            raise InvalidField(_NO_BASIS, "articles")
        wanted = {SENSITIVE, *([SEPARATE] if CONSENT in articles else ())} if data["sensitive"] else set()
        if not wanted <= set(articles):
            raise InvalidField(_SENSITIVE, "articles")
        if (data["type"] == Kind.CHOICE) != bool(data["choices"]):
            raise InvalidField(
                Words("选择题须列出选项，其他题没有。", "A choice has choices, nothing else."), "choices"
            )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> FieldRule:
        question = Field(
            data["field"], Words(data["label"], data["label_en"]), Kind(data["type"]),
            tuple(Choice(one, plain(one)) for one in data["choices"]),
            minimum=data.get("minimum"), maximum=data.get("maximum"),
        )  # fmt: skip
        lists = {name: tuple(data[name]) for name in ("of", "articles", "readers", "services")}
        return FieldRule(
            question, purpose=Words(data["purpose"], data["purpose_en"]), sensitive=data["sensitive"],
            retention_days=data["retention_days"], sought=data["sought"], source=data["source"], **lists,
        )  # fmt: skip


class _ResidentRulesDocument(Schema):
    cares = parts.several(parts.nested(_CareDocument), least=1, required=True)
    fields_ = parts.several(parts.nested(_FieldDocument), least=1, required=True, data_key="fields", attribute="fields")

    @validates_schema
    def whole(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse doubled codes, and rules without what hand-outs and the rule of age rest on."""
        parts.refuse_doubled((one.code for one in data["cares"]), "cares")
        parts.refuse_doubled((one.code for one in data["fields"]), "fields")
        known = {one.code: one for one in data["fields"]}
        both = [one for one in (NAME, ADDRESS) if one not in known or set(known[one].of) != set(ResidentSubject)]
        asks_age = any(one.asks_age and ResidentSubject.PERSON in one.of for one in known.values())
        of_age = (BIRTH, GUARDIAN) if asks_age or BIRTH in known else ()
        lacking = [*both, *(one for one in of_age if one not in known or ResidentSubject.PERSON not in known[one].of)]
        if lacking:
            raise InvalidField(_MISSING.format(listed(lacking)), "fields")
        if BIRTH in known and known[BIRTH].question.kind is not Kind.DATE:
            raise InvalidField(_NO_DATE, "fields")
        for place, care in enumerate(data["cares"]):
            unknown = [one for one in care.requires if one not in known]
            if unknown:
                raise InvalidField({place: {"requires": [_NO_FIELD.format(listed(unknown))]}}, "cares")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ResidentRules:
        return ResidentRules({one.code: one for one in data["cares"]}, {one.code: one for one in data["fields"]})


class _ResidentsFile(Schema):
    residents = parts.nested(_ResidentRulesDocument, required=True)
