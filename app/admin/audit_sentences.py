"""Turn an entry of the audit into one sentence: names instead of ids, words instead of codes, no phone number."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from app.admin import audit_words as words
from app.admin.audit_query import References, as_id, refusal_key
from app.audit.models import AuditEntry
from app.audit.tags import SubjectKind
from app.catalogue import queries as catalogue
from app.catalogue import words as documents
from app.catalogue.document_terms import DocumentKind
from app.core import clock
from app.core.permissions import ScopeKind
from app.core.telephones import without_numbers
from app.deadlines.queries import shift_name
from app.departments.queries import directory
from app.frame.exports.registry import tables
from app.frame.language import t
from app.grids.levels import Duty
from app.grids.queries import grid_tree
from app.identity import permission_words
from app.identity.queries import roles
from app.residents.resident_views import field_words
from app.residents.service import number_of as resident_number
from workflows.words import Words, listed, plain

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class SentencePart:
    """A piece of a sentence, and where it leads."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Sentence:
    """One entry as people read it."""

    at: datetime
    name: str
    parts: tuple[SentencePart, ...]
    address: str

    @property
    def sentence(self) -> str:
        """Return the sentence without its links."""
        return "".join(part.text for part in self.parts)


def tell(entry: AuditEntry, known: References) -> Sentence:
    """Say an entry in the reader's language."""
    sentence = t(words.SENTENCES.get(entry.tag, words.OTHER))
    if entry.subject_kind is None:  # of many things at once: the details name them
        sentence = sentence.removesuffix(" {what}")
    parts = [_part(piece, entry, known) for piece in _pieces(sentence)]
    more = _details(entry)
    if more:
        parts.append(SentencePart(t(Words("（", " (")) + t(Words("；", "; ")).join(more) + t(Words("）", ")"))))
    name = t(words.NAMES.get(entry.tag, plain("—")))
    return Sentence(entry.at, name, tuple(part for part in parts if part.text), entry.address or "")


def _pieces(sentence: str) -> list[str]:
    """Cut a sentence before and after each place that an entry fills."""
    return [piece for piece in re.split(r"(\{\w+\})", sentence) if piece]


def _part(piece: str, entry: AuditEntry, known: References) -> SentencePart:
    match = _PLACE.fullmatch(piece)
    if not match:
        return SentencePart(piece)
    place, data = match[1], entry.data
    if place == "who":
        nobody = words.NOBODY.get(entry.tag, words.SYSTEM)
        return _person(entry.person_id, known) if entry.person_id else SentencePart(t(nobody))
    if place == "what":
        return _subject(entry, known)
    if place == "owner":
        mine = entry.subject_kind != SubjectKind.PERSON or str(entry.person_id) == entry.subject_id
        return SentencePart(t(Words("自己", "their own"))) if mine else _subject(entry, known)
    if place == "person":
        return _person(as_id(data.get("person")), known)
    return SentencePart(_refused(entry, known) if place == "refused" else _FILLED[place](data))


def _person(person_id: UUID | None, known: References) -> SentencePart:
    if person_id not in known.people or person_id is None:
        return SentencePart(t(words.SOMEBODY))
    href = f"/admin/people/{person_id}" if person_id in known.open_people else None
    return SentencePart(known.people[person_id], href)


def _subject(entry: AuditEntry, known: References) -> SentencePart:
    kind, of = entry.subject_kind, entry.subject_id or ""
    if kind == SubjectKind.PERSON:
        return _person(as_id(of), known)
    if kind == SubjectKind.CASE:
        number = known.cases.get(of, t(Words("案件", "a case")))
        return SentencePart(number, url_for("desk.case", case_id=of) if of in known.open_cases else None)
    if kind == SubjectKind.DEPARTMENT:
        return SentencePart(directory().name_of(of))
    if kind == SubjectKind.GRID:
        node = grid_tree().get(of)
        return SentencePart(node.name if node else of)
    if kind == SubjectKind.RESIDENT:
        identity = as_id(of)
        return SentencePart(resident_number(identity) if identity else "")
    return _document(of) if kind == SubjectKind.CATALOGUE else SentencePart("")


def _document(of: str) -> SentencePart:
    kind, _, code = of.partition(":")
    case_class, service = catalogue.catalogue().get(code), catalogue.catalogue().services.get(code)
    name = t(case_class.called) if kind == DocumentKind.CLASS and case_class else service.name if service else ""
    called = t(documents.KINDS.get(kind, plain("")))
    return SentencePart(f"{called} {name}".strip(), f"/admin/catalogue/{kind}/{code}")


_REFUSED = Words("{}（{}，这一小时 {} 次）", "{} ({}, {} times in that hour)")


def _refused(entry: AuditEntry, known: References) -> str:
    """Say what a route allows, and how often it was refused in that hour."""
    data = entry.data
    _, allows = permission_words.WORDS.get(str(data.get("permission")), ((), words.UNKNOWN_VALUE))
    key = refusal_key(entry)
    times = known.refusals.get(key, 1) if key else 1
    return t(_REFUSED.format(allows, data.get("route"), times))


def _role(data: Mapping[str, Any]) -> str:
    known, role = roles(), str(data.get("role"))
    return t(known.words(role)) if role in known.names else t(Words("某角色", "some role"))


def _scope(data: Mapping[str, Any]) -> str:
    kind, _, code = str(data.get("scope", "")).partition(":")
    node = grid_tree().get(code)
    if kind == ScopeKind.DEPARTMENT:
        return directory().name_of(code)
    if kind == ScopeKind.CENTRE and node:
        return t(node.centre_name)
    return node.name if node else code


def _duty(data: Mapping[str, Any]) -> str:
    duty = data.get("duty")
    return t(documents.VALUES["duty"][duty]) if duty in set(Duty) else t(Words("网格工作", "grid work"))


def _exported(data: Mapping[str, Any]) -> str:
    what = str(data.get("what"))
    table = tables().get(what)
    return t(words.VALUES.get(what, table.title if table else Words("数据", "rows")))


def _shift(data: Mapping[str, Any]) -> str:
    return t(shift_name(str(data.get("shift"))) or Words("班", "a shift"))


_FILLED = {"shift": _shift, "role": _role, "scope": _scope, "duty": _duty, "exported": _exported}


def _details(entry: AuditEntry) -> list[str]:
    """Say what the data holds beyond the sentence; a field that has no words is not said."""
    repeated = words.OF_ONE_DOCUMENT if entry.subject_kind == SubjectKind.CATALOGUE else frozenset()
    left = {name: value for name, value in entry.data.items() if name not in words.IN_SENTENCES | repeated}
    return [text for name, value in left.items() if (text := _field(name, value))]


def _field(name: str, value: Any) -> str:
    counted = isinstance(value, int) and name in words.COUNTED
    label = words.COUNTED[name] if counted else words.FIELDS.get(name)
    if label is None or value in (None, "", [], {}):
        return ""
    return t(label).format(_WORDINGS.get(name, _plain)(value))


def _plain(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return t(Words("、", ", ")).join(_plain(one) for one in value)
    if isinstance(value, int):
        return str(value)
    return t(words.VALUES.get(str(value), words.UNKNOWN_VALUE))


def _counts(value: Any) -> str:
    rows = value.items() if isinstance(value, Mapping) else ()
    counted = Words("{} {} 份", "{} {}")
    return t(listed(counted.format(documents.KINDS[kind], count) for kind, count in rows if kind in documents.KINDS))


def _codes(value: Any) -> str:
    classes = catalogue.catalogue().classes
    return t(listed(classes[code].called if code in classes else str(code) for code in value))


def _moment(value: Any) -> str:
    return clock.minute(datetime.fromisoformat(str(value)))


def _calendar(value: Any) -> str:
    document = catalogue.catalogue().others.get((DocumentKind.CALENDARS, DocumentKind.CALENDARS), {})
    rows = {row["code"]: row["name"] for row in document.get("calendars", ())}
    return str(rows.get(value, t(words.UNKNOWN_VALUE)))


def _service(value: Any) -> str:
    known = catalogue.catalogue().services.get(str(value))
    return known.name if known else str(value)


_WORDINGS: dict[str, Callable[[Any], str]] = {
    "calendar": _calendar,
    "changed_at": _moment,
    "sealed_by": _moment,
    "day": str,
    "classes": _codes,
    "documents": _counts,
    "of_fields": lambda codes: t(listed(field_words(str(code)) for code in codes)),
    "new": str,
    "old": str,
    "until": str,
    "service": _service,
    "reason": lambda value: without_numbers(str(value)),
    "valid_from": _moment,
}
