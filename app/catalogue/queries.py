"""Read the catalogue: what is in force now, what was in force when a case was filed."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import select

from app.catalogue import document_kinds, figures
from app.catalogue.document_terms import DocumentKind
from app.catalogue.documents import CaseClass, Service
from app.catalogue.files import Document
from app.catalogue.lookups import Catalogue
from app.catalogue.models import CatalogueVersion
from app.catalogue.schemas.responses import whole
from app.core import clock
from app.core.db import db
from app.core.revisions import Reference
from app.core.transaction import breathe

V = CatalogueVersion
_CONFIDENTIAL = '"confidential":'  # in the content of a class: who reads its cases
T = TypeVar("T")


@dataclass(frozen=True)
class CatalogueBody:
    """The catalogue as it is answered: the bytes, and the tag that changes with them."""

    tag: str
    body: bytes


@dataclass(frozen=True)
class _Shelf:
    """What has been made for one revision, by the stretch of time between two beginnings of versions."""

    starts: tuple[datetime, ...]
    catalogues: dict[int, Catalogue] = field(default_factory=dict)
    answers: dict[int, CatalogueBody] = field(default_factory=dict)
    earlier: dict[tuple[str, int], CaseClass] = field(default_factory=dict)
    earlier_services: dict[tuple[str, int], Service] = field(default_factory=dict)
    examples: dict[int, Mapping[tuple[str, str], int]] = field(default_factory=dict)
    readers: dict[int, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def stretch(self, at: datetime | None) -> int:
        """Return the number of the stretch in which a moment lies; 0 is before the first version."""
        return bisect_right(self.starts, at or clock.now())


def _load_shelf() -> _Shelf:
    return _Shelf(tuple(db.session.scalars(select(V.valid_from).distinct().order_by(V.valid_from))))


_shelf = Reference("catalogue", _load_shelf)


def number() -> int:
    """Return the number of the catalogue, without loading it."""
    return _shelf.number()


def catalogue(at: datetime | None = None) -> Catalogue:
    """Return the catalogue in force at a moment, by default now; one frozen object per process and revision."""
    return _catalogue(_shelf.get(), at)


def _catalogue(shelf: _Shelf, at: datetime | None) -> Catalogue:
    stretch = shelf.stretch(at)
    if stretch not in shelf.catalogues:
        objects, rows = {}, _begun(shelf.starts[stretch - 1]) if stretch else []
        for row in _last(rows):
            breathe()
            objects[row.kind, row.code] = make(row)
        current = document_kinds.gather(objects)
        once = (row for row in rows if row.code not in current.readers and _names_readers(row))
        earlier = {row.code: tuple(make(row).readers) for row in once}
        shelf.readers[stretch] = MappingProxyType(earlier | dict(current.readers))
        shelf.catalogues[stretch] = current
    return shelf.catalogues[stretch]


def made_of(kind: DocumentKind, make: Callable[[Mapping[str, Any] | None], T]) -> T:
    """Return what a function makes of the document of a kind, of None where the county has none.

    Made once for each document: one also comes into force by time alone.
    """
    document = catalogue().others.get((kind, kind))
    cache: dict[Any, tuple[Any, T]] = current_app.extensions.setdefault("gezhi_documents", {})
    if make not in cache or cache[make][0] is not document:
        cache[make] = document, make(document)
    return cache[make][1]


def class_at(code: str, version: int | None) -> CaseClass | None:
    """Return a class in the version an open case keeps; in the one now in force if the case has none yet."""
    shelf = _shelf.get()
    current = _catalogue(shelf, None).get(code)
    if version is None or (current and current.version == version):
        return current
    if (code, version) not in shelf.earlier:
        row = db.session.get(V, (DocumentKind.CLASS, code, version))
        if row is None:
            return None
        shelf.earlier[code, version] = make(row)
    return shelf.earlier[code, version]


def service_at(code: str, version: int) -> Service | None:
    """Return a service in the version that an open round keeps."""
    shelf = _shelf.get()
    current = _catalogue(shelf, None).services.get(code)
    if current and current.version == version:
        return current
    if (code, version) not in shelf.earlier_services:
        row = db.session.get(V, (DocumentKind.SERVICE, code, version))
        if row is None:
            return None
        shelf.earlier_services[code, version] = make(row)
    return shelf.earlier_services[code, version]


def readers() -> Mapping[str, tuple[str, ...]]:
    """Return which roles read the cases of each class that is confidential or ever was: of that, as it was last."""
    shelf, now = _shelf.get(), clock.now()
    _catalogue(shelf, now)
    return shelf.readers[shelf.stretch(now)]


def whole_now() -> CatalogueBody:
    """Return the answer for those who keep the catalogue offline, made once per revision and stretch of time."""
    shelf = _shelf.get()
    stretch = shelf.stretch(None)
    if stretch not in shelf.answers:
        version = f"{_shelf.number()}-{stretch}"
        content = whole(_catalogue(shelf, None), version, current_app.config["MAX_ATTACHMENT_BYTES"])
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        shelf.answers[stretch] = CatalogueBody(f"catalogue-{hashlib.sha256(body).hexdigest()[:32]}", body)
    return shelf.answers[stretch]


def examples() -> Mapping[tuple[str, str], int]:
    """Return how much in each document in force is still marked as an example, by kind and code.

    Classes that nobody reports under are left out: nothing is counted by them.
    """
    shelf = _shelf.get()
    stretch = shelf.stretch(None)
    if stretch not in shelf.examples:
        rows = in_force(shelf.starts[stretch - 1]) if stretch else ()
        contents = {(row.kind, row.code): json.loads(row.content) for row in rows}
        counts = {key: figures.count(content) for key, content in contents.items() if content.get("offered", True)}
        shelf.examples[stretch] = {key: number for key, number in counts.items() if number}
    return shelf.examples[stretch]


def to_come(kind: str, code: str) -> Iterable[datetime]:
    """Return from when versions of a document will hold that do not yet."""
    later = select(V.valid_from).where(V.kind == kind, V.code == code, V.valid_from > clock.now())
    return db.session.scalars(later.order_by(V.valid_from)).all()


def version_of(kind: str, code: str) -> int:
    """Return which version of a document holds now; 0 if none does."""
    begun = select(V.version).where(V.kind == kind, V.code == code, V.valid_from <= clock.now())
    return db.session.scalar(begun.order_by(V.valid_from.desc(), V.version.desc()).limit(1)) or 0


def in_force(at: datetime) -> Iterable[CatalogueVersion]:
    """Return the row of each document that holds at a moment, by kind and code."""
    return _last(_begun(at))


def _begun(at: datetime) -> Sequence[CatalogueVersion]:
    begun = select(V).where(V.valid_from <= at).order_by(V.kind, V.code, V.valid_from, V.version)
    return db.session.scalars(begun).all()


def _last(rows: Iterable[CatalogueVersion]) -> Iterable[CatalogueVersion]:
    return {(row.kind, row.code): row for row in rows}.values()


def _names_readers(row: CatalogueVersion) -> bool:
    return row.kind == DocumentKind.CLASS and _CONFIDENTIAL in row.content


def make(row: CatalogueVersion) -> Any:
    """Make the frozen object of a row; those of classes and services know their version."""
    document = Document(row.kind, row.code, json.loads(row.content), f"{row.kind}[{row.code}]")
    return document_kinds.load(document, version=row.version)
