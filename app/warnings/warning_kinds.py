"""Read the kinds of warnings from a plain document, as `app/catalogue/seed/warnings.yaml` has them.

    warnings:
      - code, name, name_en
        service                         whose rounds it makes; its admission is asked, too
        receipt                         the round of that service by which a grid confirms, of kind `warning`
        levels:
          - level: blue | yellow | orange | red
            receipt_minutes             within how many minutes, day and night, each grid confirms
            also: true | false          whether the rounds of the service that are made `on_warning` are made
            calls: [{after: minutes, to: grid_head | township_centre | county_centre}]      who is called about silence
        source

A county without a document of its own goes by the one that is shipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import fields, post_load, validate, validates_schema

from app import catalogue
from app.catalogue import queries as catalogue_queries
from app.catalogue.document_terms import DocumentKind
from app.catalogue.yaml_reader import read_yaml
from app.core.errors import InvalidField
from app.core.schemas import KINDS, BoundedInteger, EnumChoice, Schema, Text
from workflows.warning_terms import WarningLevel, WarningRung
from workflows.words import Words

KIND = DocumentKind.WARNINGS
KINDS_MOST = 50
CALLS_MOST = 10
MINUTES_MOST = 1_440
_SHIPPED = Path(str(catalogue.__file__)).parent / "seed" / "warnings.yaml"
_CALLS = validate.Length(max=CALLS_MOST, error=Words("最多写 {max} 次叫应。", "{max} calls at most, please."))
_LEAST = validate.Length(1, error=Words("至少写一级。", "At least one level, please."))


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody is called about the grids that have not confirmed so many minutes after a warning was given."""

    after: int
    to: WarningRung


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What a level makes of the grids that it concerns."""

    level: WarningLevel
    receipt_minutes: int
    also: bool
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class WarningKind:
    """One kind of warnings."""

    code: str
    name: Words
    service: str
    receipt: str
    levels: Mapping[WarningLevel, LevelRule]


WarningKinds = Mapping[str, WarningKind]


def kinds() -> WarningKinds:
    """Return the kinds in force, by code."""
    return catalogue_queries.made_of(KIND, _kinds)


def _kinds(document: Mapping[str, Any] | None) -> WarningKinds:
    return MappingProxyType(load(document) if document else shipped())


@cache
def shipped() -> dict[str, WarningKind]:
    """Return the kinds that hold where a county has none of its own."""
    return load(read_yaml(_SHIPPED.read_bytes()))


def load(document: Mapping[str, Any]) -> dict[str, WarningKind]:
    """Make the kinds from a plain document; raise ValidationError naming each field that is wrong."""
    return {kind.code: kind for kind in _WarningsDocument().load(document)[KIND]}


class _CallDocument(Schema):
    after = BoundedInteger(1, MINUTES_MOST, required=True)
    to = EnumChoice(WarningRung, by_value=True, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Call:
        return Call(**data)


class _WarningLevelDocument(Schema):
    level = EnumChoice(WarningLevel, by_value=True, required=True)
    receipt_minutes = BoundedInteger(1, MINUTES_MOST, required=True)
    also = fields.Boolean(load_default=False)
    calls = fields.List(fields.Nested(_CallDocument), load_default=list, validate=_CALLS)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LevelRule:
        return LevelRule(**data | {"calls": tuple(sorted(data["calls"], key=lambda call: call.after))})


class _WarningDocument(Schema):
    code = Text(20, minimum=1, required=True)
    name = Text(30, minimum=1, required=True)
    name_en = Text(60, load_default="")
    service = Text(20, minimum=1, required=True)
    receipt = Text(20, minimum=1, required=True)
    levels = fields.List(fields.Nested(_WarningLevelDocument), required=True, validate=_LEAST)
    source = Text(200, minimum=1, required=True)

    @validates_schema
    def distinct(self, data: dict[str, Any], **_: Any) -> None:
        levels = [rule.level for rule in data["levels"]]
        if len(set(levels)) < len(levels):
            raise InvalidField(Words("同一级写了两次。", "A level stands twice."), "levels")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> WarningKind:
        return WarningKind(
            data["code"],
            Words(data["name"], data["name_en"] or data["name"]),
            data["service"],
            data["receipt"],
            MappingProxyType({rule.level: rule for rule in data["levels"]}),
        )


class _WarningsDocument(Schema):
    warnings = fields.List(
        fields.Nested(_WarningDocument),
        required=True,
        validate=validate.Length(1, KINDS_MOST, error=KINDS.format(KINDS_MOST)),
    )

    @validates_schema
    def codes_differ(self, data: dict[str, Any], **_: Any) -> None:
        codes = [kind.code for kind in data["warnings"]]
        if len(set(codes)) < len(codes):
            raise InvalidField(Words("同一种预警写了两次。", "A kind of warning stands twice."), KIND)
