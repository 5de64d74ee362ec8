"""Tell what the codes in documents are called: departments, roles, grids, classes, kinds of objects, services."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from app.catalogue import queries
from app.catalogue.document_text import Called
from app.catalogue.documents import CaseClass
from app.catalogue.yaml_reader import read_yaml
from app.departments.queries import directory
from app.grids.queries import grid_tree
from app.identity.queries import roles
from workflows.words import Words, plain


def called_by(classes: Mapping[str, CaseClass]) -> Called:
    """Return what tells names, with these classes; departments, roles and grids are those of now."""
    return partial(_name, classes)


def _row_words(document: str, code: str) -> Words | None:
    """Return what a row of a document that is a list of kinds is called there; the shipped one where there is none."""
    rows = queries.catalogue().others.get((document, document), {}).get(document) or _shipped(document)
    row = next((one for one in rows if one["code"] == code), None)
    return Words(row["name"], row.get("name_en", row["name"])) if row else None


@cache
def _shipped(document: str) -> list[dict[str, Any]]:
    file = Path(__file__).parent / "seed" / f"{document}.yaml"
    return list(read_yaml(file.read_bytes())[document])


def _name(classes: Mapping[str, CaseClass], kind: str, code: str) -> Words | None:
    if kind == "class":
        case_class = classes.get(code)
        return case_class.called if case_class else None
    if kind == "role":
        known = roles()
        return known.words(code) if code in known.names else None
    if kind == "grid":
        node = grid_tree().get(code)
        return plain(node.name) if node else None
    if kind == "object_kind":
        return _row_words("objects", code)
    if kind == "service":
        service = queries.catalogue().services.get(code)
        return plain(service.name) if service else None
    if kind == "department":
        entry = directory().find(code)
        return plain(entry.name) if entry else None
    return None
