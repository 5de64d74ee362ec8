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
    rows = own[DocumentKind.OBJECTS] if own else _shipped_kinds()
    row = next((one for one in rows if one["code"] == code), None)
    return Words(row["name"], row.get("name_en", row["name"])) if row else None


@cache
def _shipped_kinds() -> list[dict[str, Any]]:
    file = Path(__file__).parent / "seed" / "objects.yaml"
    return list(read_yaml(file.read_bytes())[DocumentKind.OBJECTS])


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
    NamedKind.DEPARTMENT: _department,
    NamedKind.GRID: _grid,
    NamedKind.OBJECT_KIND: _object_kind,
    NamedKind.RECEIPT: _receipt,
    NamedKind.ROLE: _role,
    NamedKind.SERVICE: _service,
}


def _name(classes: Mapping[str, CaseClass], kind: NamedKind, code: str) -> Words | None:
    if kind is NamedKind.CLASS:
        case_class = classes.get(code)
        return case_class.called if case_class else None
    name = _NAMES.get(kind)
    return name(code) if name else None
