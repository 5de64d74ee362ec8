"""What the pages of the catalogue are asked by their addresses and forms."""

from typing import Any

from marshmallow import fields, validate, validates_schema

from app.catalogue.schemas.services import UNDECIDED
from app.catalogue.words import KINDS
from app.core.errors import InvalidField
from app.core.field_texts import CHOOSE
from app.core.schemas import Day, Schema, Text
from workflows.words import Words

CARRIED_MOST = 12 * 1_048_576  # characters of a preview's files
VERSION_MOST = 1_000_000


def _day(**options: Any) -> Day:
    wrong: dict[str, Any] = {"invalid": Words("应为日期，例如 2026-12-01。", "A date, please, like 2026-12-01.")}
    return Day(error_messages=wrong, **options)


def _version() -> fields.Integer:
    wrong = Words("应为版本号。", "The number of a version, please.")
    known = validate.Range(1, VERSION_MOST, error=wrong)
    return fields.Integer(validate=known, error_messages={"invalid": wrong})


def _kind() -> fields.String:
    return fields.String(validate=validate.OneOf(tuple(KINDS), error=CHOOSE))


class DocumentListIn(Schema):
    """Which documents, and from where the page goes on; what it does not know it passes over."""

    kind = _kind()
    major = Text(60)
    text = Text(60, data_key="q")
    open_only = fields.Boolean(data_key="open")
    placeholders_only = fields.Boolean(data_key="placeholders")
    after = Text(60)


class VersionIn(Schema):
    """Which version of a document."""

    version = _version()


class VersionsIn(Schema):
    """Which two versions to hold beside each other."""

    old = _version()
    new = _version()


class ExportIn(Schema):
    """Which documents to hand out."""

    kind = _kind()
    code = Text(20)


class ImportIn(Schema):
    """From when files are to hold, and why they are imported."""

    valid_from = _day()
    note = Text(300)


class ImportCarriedIn(ImportIn):
    """Of which files a preview is."""

    carried = fields.String(
        required=True,
        validate=validate.Length(1, CARRIED_MOST, error=Words("请先选择文件。", "Choose the files first.")),
    )


class ImportCountIn(ImportCarriedIn):
    """How far it was counted what they bring about."""

    counted = Text(100, required=True)


class ImportConfirmIn(ImportCarriedIn):
    """What was shown."""

    shown = Text(64, required=True)


class SourceIn(Schema):
    """By which decision figures are set."""

    source = Text(300, minimum=2, required=True)


class JudgeOwnIn(Schema):
    """Whether people of departments may judge what these handled; if so by which decision, and since when."""

    seen = _version()
    on = fields.Boolean(load_default=False)
    decision = Text(200, load_default="")
    since = _day(data_key="from", load_default=None)

    @validates_schema
    def decided(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what an import would refuse, beside the field that is empty."""
        if data["on"]:
            empty = [name for name, key in (("decision", "decision"), ("from", "since")) if not data[key]]
            if empty:
                raise InvalidField({name: [UNDECIDED] for name in empty})
