"""The list of the catalogue's documents as a file; what they say leaves as files that can be imported again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.catalogue import document_list
from app.catalogue.document_list import DocumentEntry
from app.catalogue.schemas.requests import DocumentListIn
from app.catalogue.words import KINDS
from app.core import clock
from app.core.permissions import Permission, Person
from app.frame import forms
from app.frame.exports.registry import ExportTable
from workflows.words import Words


def _read(args: Mapping[str, str]) -> Mapping[str, Any]:
    return forms.load_args(DocumentListIn(exclude=["after"]), args)


def _keys(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[DocumentEntry]:
    return document_list.listing(**wanted, most=most).items


def _rows(person: Person, entries: Sequence[DocumentEntry]) -> Iterator[list[str]]:
    for one in entries:
        yield [
            KINDS.get(one.kind, one.kind), one.code, one.name, one.major, str(one.now.version) if one.now else "",
            _day(one.now.valid_from) if one.now else "", str(one.examples),
        ]  # fmt: skip


def _day(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d}"


CATALOGUE = ExportTable(
    name="catalogue", title=Words("目录", "Catalogue"), permission=Permission.CATALOGUE_IMPORT,
    columns=(
        (Words("文件类型", "Kind"), 14), (Words("代码", "Code"), 16), (Words("名称", "Name"), 36),
        (Words("大类", "Major class"), 16), (Words("版本", "Version"), 8), (Words("生效", "In force"), 12),
        (Words("待定数字", "Open figures"), 12),
    ),
    read=_read, keys=_keys, rows=_rows,
)  # fmt: skip


def _open_figures(person: Person, wanted: Mapping[str, Any], most: int) -> Sequence[DocumentEntry]:
    return document_list.listing(**{**wanted, "open_only": True}, most=most).items


FIGURES = replace(
    CATALOGUE, name="catalogue_figures", title=Words("待县定的数字", "Figures to be set"), keys=_open_figures
)
TABLES = (CATALOGUE, FIGURES)
