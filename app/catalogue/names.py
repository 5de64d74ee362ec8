"""Tell what the codes in documents are called: departments, roles, grids, classes."""

from collections.abc import Mapping
from functools import partial

from app.catalogue.document_terms import NamedKind
from app.catalogue.document_text import Called
from app.catalogue.documents import CaseClass
from app.departments.queries import directory
from app.grids.queries import grid_tree
from app.identity.queries import roles
from workflows.words import Words, plain


def called_by(classes: Mapping[str, CaseClass]) -> Called:
    """Return what tells names, with these classes; departments, roles and grids are those of now."""
    return partial(_name, classes)


def _name(classes: Mapping[str, CaseClass], kind: NamedKind, code: str) -> Words | None:
    if kind is NamedKind.CLASS:
        case_class = classes.get(code)
        return case_class.called if case_class else None
    if kind is NamedKind.ROLE:
        known = roles()
        return known.words(code) if code in known.names else None
    if kind is NamedKind.GRID:
        node = grid_tree().get(code)
        return plain(node.name) if node else None
    if kind is NamedKind.DEPARTMENT:
        entry = directory().find(code)
        return plain(entry.name) if entry else None
    return None
