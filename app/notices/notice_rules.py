"""Say who is told of what by which way: rules that are data (`app/catalogue/seed/messages.yaml`).

    messages:
      - code                                the kind of message, as the machine's table of messages has it
        zh, en                              what it is called
        about: tasks | limits | …           the heading under which people find and choose it (`NoticeAbout`)
        to: [named, …]                      which of the audiences of this kind are told (`To`)
        channels: [app, …]                  by which ways
        optional: true | false              whether people may switch it off for themselves; left out: they may not

A kind that the county's document does not name goes on as it is shipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from marshmallow import fields, post_load, validate, validates_schema

from app.catalogue import queries as catalogue_queries
from app.catalogue.document_terms import DocumentKind
from app.core.errors import InvalidField
from app.core.field_texts import CHOOSE
from app.core.schemas import KINDS, Schema, Text
from workflows.notices import BY_NAME, Channel, NoticeAbout, To
from workflows.words import Words

KIND = DocumentKind.MESSAGES
KINDS_MOST = 100
_SHIPPED = Path(catalogue_queries.__file__).parent / "seed" / "messages.yaml"
_WRONG: dict[str, Any] = {"unknown": CHOOSE, "invalid": CHOOSE}


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """One kind of message: its name, what it is about, who of its audiences is told by which ways."""

    code: str
    name: Words
    about: NoticeAbout
    to: frozenset[To]
    channels: tuple[Channel, ...]
    optional: bool

    def may_be_off(self, audience: To, *, urgent: bool) -> bool:
        """Tell whether people may go without it: never without what is urgent and theirs to do."""
        return self.optional and not (urgent and audience in BY_NAME)


Rules = Mapping[str, NoticeRule]


def rules() -> Rules:
    """Return the rules in force, by the kind."""
    return catalogue_queries.made_of(KIND, _rules)


def _rules(document: Mapping[str, Any] | None) -> Rules:
    own = load(document) if document else {}
    return MappingProxyType({**shipped(), **own})


def goes_out(kind: str, audience: To) -> bool:
    """Tell whether the county wants this audience told of this in the application."""
    rule = rules().get(kind)
    return rule is None or (audience in rule.to and Channel.APP in rule.channels)


@cache
def shipped() -> Rules:
    """Return the rules that hold where a county has none of its own."""
    return load(yaml.load(_SHIPPED.read_bytes(), yaml.CSafeLoader))


def load(document: Mapping[str, Any]) -> Rules:
    """Make the rules from a plain document; raise ValidationError naming each field that is wrong."""
    return {rule.code: rule for rule in _MessagesDocument().load(document)[KIND]}


def _several(terms: Any) -> fields.List:
    least = validate.Length(1, len(terms), error=Words("至少写一项。", "At least one, please."))
    return fields.List(fields.Enum(terms, by_value=True, error_messages=_WRONG), required=True, validate=least)


class _MessageDocument(Schema):
    code = Text(30, minimum=1, required=True)
    zh = Text(30, minimum=1, required=True)
    en = Text(60, minimum=1, required=True)
    about = fields.Enum(NoticeAbout, by_value=True, required=True, error_messages=_WRONG)
    to = _several(To)
    channels = _several(Channel)
    optional = fields.Boolean(load_default=False)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NoticeRule:
        return NoticeRule(
            code=data["code"],
            name=Words(data["zh"], data["en"]),
            about=data["about"],
            to=frozenset(data["to"]),
            channels=tuple(data["channels"]),
            optional=data["optional"],
        )


class _MessagesDocument(Schema):
    messages = fields.List(
        fields.Nested(_MessageDocument),
        required=True,
        validate=validate.Length(1, KINDS_MOST, error=KINDS.format(KINDS_MOST)),
    )

    @validates_schema
    def distinct(self, data: dict[str, Any], **_: Any) -> None:
        codes = [rule.code for rule in data["messages"]]
        if len(set(codes)) < len(codes):
            raise InvalidField(Words("同一种消息写了两次。", "A kind of message stands twice."), KIND)
