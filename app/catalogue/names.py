"""Tell what the codes in documents are called: departments, roles, grids, classes, kinds of objects, services."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from app.catalogue import queries
from app.catalogue.document_terms import DocumentKind, NamedKind
from app.catalogue.document_text import Called
from app.catalogue.documents import CaseClass
from app.catalogue.yaml_reader import read_yaml
from app.departments.queries import directory
from app.grids.queries import grid_tree
from app.identity.queries import roles
from workflows.round_terms import RoundKind
from workflows.words import Words, plain


def called_by(classes: Mapping[str, CaseClass]) -> Called:
    """Return what tells names, with these classes; departments, roles and grids are those of now."""
    return partial(_name, classes)


def _object_kind(code: str) -> Words | None:
    """Return what a kind of objects is called by the county's own document, else by the one that is shipped."""
    own = queries.catalogue().others.get((DocumentKind.OBJECTS, DocumentKind.OBJECTS))
    rows = own[DocumentKind.OBJECTS] if own else _shipped(DocumentKind.OBJECTS)
    row = next((one for one in rows if one["code"] == code), None)
    return Words(row["name"], row.get("name_en", row["name"])) if row else None


def _care(code: str) -> Words | None:
    row = next((one for one in _of_residents()["cares"] if one["code"] == code), None)
    return Words(row["name"], row["name_en"]) if row else None


def _resident_field(code: str) -> Words | None:
    row = next((one for one in _of_residents()["fields"] if one["field"] == code), None)
    return Words(row["label"], row["label_en"]) if row else None


def _of_residents() -> Any:
    """Return the rules about residents: the county's own, else those that are shipped."""
    own = queries.catalogue().others.get((DocumentKind.RESIDENTS, DocumentKind.RESIDENTS))
    return own[DocumentKind.RESIDENTS] if own else _shipped(DocumentKind.RESIDENTS)


@cache
def _shipped(kind: DocumentKind) -> Any:
    file = Path(__file__).parent / "seed" / f"{kind}.yaml"
    return read_yaml(file.read_bytes())[kind]


def _service(code: str) -> Words | None:
    service = queries.catalogue().services.get(code)
    return plain(service.name) if service else None


def _receipt(code: str) -> Words | None:
    """Return what the round is called by which grids confirm a warning."""
    every = (one for service in queries.catalogue().services.values() for one in service.rounds)
    return next((one.called for one in every if one.code == code and one.kind is RoundKind.WARNING), None)


def _department(code: str) -> Words | None:
    entry = directory().find(code)
    return plain(entry.name) if entry else None


def _role(code: str) -> Words | None:
    known = roles()
    return known.words(code) if code in known.names else None


def _grid(code: str) -> Words | None:
    node = grid_tree().get(code)
    return plain(node.name) if node else None


_NAMES: Mapping[NamedKind, Callable[[str], Words | None]] = {
    NamedKind.CARE: _care,
    NamedKind.DEPARTMENT: _department,
    NamedKind.GRID: _grid,
    NamedKind.OBJECT_KIND: _object_kind,
    NamedKind.RECEIPT: _receipt,
    NamedKind.RESIDENT_FIELD: _resident_field,
    NamedKind.ROLE: _role,
    NamedKind.SERVICE: _service,
}


def _name(classes: Mapping[str, CaseClass], kind: NamedKind, code: str) -> Words | None:
    if kind is NamedKind.CLASS:
        case_class = classes.get(code)
        return case_class.called if case_class else None
    name = _NAMES.get(kind)
    return name(code) if name else None
