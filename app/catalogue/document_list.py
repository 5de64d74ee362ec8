"""List documents and their versions for those who look after them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from app.catalogue import queries, words
from app.catalogue.document_terms import DocumentKind, has_own_code
from app.catalogue.lookups import Catalogue
from app.catalogue.models import CatalogueVersion
from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from workflows.words import Words, plain

PAGE = 50
V = CatalogueVersion
_COLUMNS = (V.kind, V.code, V.version, V.valid_from, V.imported_at, V.imported_by, V.note)


class DocumentUnknown(NotFound):
    """没有这份目录文件，或没有这个版本。"""

    code = "document_unknown"
    en = "There is no such document, or no such version."


@dataclass(frozen=True)
class DocumentEntry:
    """A document: what it is called, its version in force (None: none yet), those to come, its open figures."""

    kind: str
    code: str
    name: Words
    major: str
    offered: bool
    now: Row[Any] | None
    to_come: tuple[Row[Any], ...]
    count: int
    examples: int

    @property
    def has_own_code(self) -> bool:
        """Tell whether people know it by its code, too."""
        return has_own_code(self.kind)


@dataclass(frozen=True)
class DocumentPage:
    """Some documents, how many there are of each kind and major class, and the key after which the next page begins."""

    items: Sequence[DocumentEntry]
    kinds: Mapping[str, int]
    majors: Mapping[str, int]
    total: int
    following: str | None


def listing(
    *,
    kind: str | None = None,
    major: str | None = None,
    text: str = "",
    open_only: bool = False,
    placeholders_only: bool = False,
    after: str = "",
    most: int = PAGE,
) -> DocumentPage:
    """Return documents by kind and code; `open_only` leaves out those without figures to be set, `placeholders_only`
    those without filing conditions to be written."""
    every = _every()
    counts = queries.catalogue().placeholders
    wanted = [one for one in every if not placeholders_only or (one.kind == DocumentKind.CLASS and one.code in counts)]
    entries = [one for one in wanted if _fits(one, text, open_only)]
    kind_counts = _counted([one.kind for one in entries], words.KINDS)
    of_kind = [one for one in entries if kind in (None, one.kind)]
    majors = _counted([one.major for one in of_kind if one.major], {one.major: 0 for one in every})
    chosen = [one for one in of_kind if major in (None, one.major)]
    rest = [one for one in chosen if _key(one) > after] if after else chosen
    items = rest[:most]
    return DocumentPage(items, kind_counts, majors, len(chosen), _key(items[-1]) if len(rest) > most else None)


def history(kind: str, code: str) -> Sequence[CatalogueVersion]:
    """Return all versions of a document, the newest first; raise DocumentUnknown."""
    statement = select(V).where(V.kind == kind, V.code == code).order_by(V.version.desc())
    rows = db.session.scalars(statement).all()
    if not rows:
        raise DocumentUnknown
    return rows


def in_force_of(rows: Sequence[CatalogueVersion]) -> CatalogueVersion | None:
    """Return which of a document's versions holds now; None before the first has begun."""
    now = clock.now()
    begun = [row for row in rows if row.valid_from <= now]
    return max(begun, key=lambda row: (row.valid_from, row.version), default=None)


def of_version(rows: Sequence[CatalogueVersion], version: int) -> CatalogueVersion:
    """Return one of these versions; raise DocumentUnknown."""
    match = next((row for row in rows if row.version == version), None)
    if match is None:
        raise DocumentUnknown
    return match


def content_of(row: CatalogueVersion) -> dict[str, Any]:
    """Return what a version says."""
    content: dict[str, Any] = json.loads(row.content)
    return content


def name_in(kind: str, code: str, content: Mapping[str, Any]) -> Words:
    """Return what a document is called by its own content."""
    name = content.get("name")
    return Words(name, content.get("name_en", name)) if name else words.KINDS.get(kind, plain(code))


def _every() -> list[DocumentEntry]:
    of: dict[tuple[str, str], list[Any]] = {}
    for row in db.session.execute(select(*_COLUMNS).order_by(V.kind, V.code, V.valid_from, V.version)):
        of.setdefault((row.kind, row.code), []).append(row)
    now, catalogue, examples = clock.now(), queries.catalogue(), queries.examples()
    order = list(words.KINDS)
    keys = sorted(of, key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key[1]))
    return [_listed(key, of[key], now, catalogue, examples.get(key, 0)) for key in keys]


def _listed(
    key: tuple[str, str], rows: list[Row[Any]], now: datetime, catalogue: Catalogue, examples: int
) -> DocumentEntry:
    kind, code = key
    begun = [row for row in rows if row.valid_from <= now]
    document = catalogue.classes.get(code) if kind == DocumentKind.CLASS else catalogue.services.get(code)
    called = (
        (document.name if isinstance(document.name, Words) else plain(document.name))
        if document
        else words.KINDS.get(kind, plain(code))
    )
    major, offered = getattr(document, "major", ""), getattr(document, "offered", True)
    to_come = tuple(row for row in rows if row.valid_from > now)
    return DocumentEntry(kind, code, called, major, offered, begun[-1] if begun else None, to_come, len(rows), examples)


def _fits(one: DocumentEntry, text: str, open_only: bool) -> bool:
    if open_only and not one.examples:
        return False
    wanted = text.strip().lower()
    return not wanted or any(wanted in text_of.lower() for text_of in (one.code, one.name, one.name.en, one.major))


def _counted(codes: list[str], order: Mapping[str, Any]) -> dict[str, int]:
    return {each: codes.count(each) for each in order if each in codes}


def _key(one: DocumentEntry) -> str:
    order = list(words.KINDS)
    return f"{order.index(one.kind) if one.kind in order else len(order)}:{one.code}"
