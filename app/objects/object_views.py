"""An object as the interface and the map answer it."""

import json
from collections.abc import Sequence
from typing import Any

from app.core.permissions import Person
from app.departments.queries import directory
from app.grids.queries import grid_name
from app.objects import object_kinds, sight
from app.objects.models import ObjectChange, ObjectEdit, ObjectRow, ObjectState
from app.objects.queries import NearObject, answers_of
from workflows.forms import in_words
from workflows.words import Words, plain


def view(row: ObjectRow, person: Person) -> dict[str, Any]:
    """Return an object as `ObjectOut` describes it."""
    kind = object_kinds.kinds().get(row.kind)
    grade = kind.grade(row.grade) if kind else None
    return {
        "object_id": row.object_id,
        "kind": _called(row.kind, kind.name if kind else plain(row.kind)),
        "identifier": row.identifier,
        "name": row.name,
        "lon": row.lon,
        "lat": row.lat,
        "geometry": json.loads(row.geometry) if row.geometry else None,
        "grid": {"code": row.grid, "name": grid_name(row.grid)},
        **{role: party(row, role) for role in sight.ROLES_OF_DEPARTMENTS},
        "state": _called(row.state, ObjectState.of(row.state).words),
        "grade": _called(row.grade, grade.name if grade else plain(row.grade)) if row.grade else None,
        "attributes": answers_of(row),
        "classes": list(kind.classes_of(row.identifier)) if kind else [],
        "version": row.version,
        "merged_into": row.merged_into,
        "entered_at": row.entered_at,
        "changed_at": row.changed_at,
        "may_change": row.merged_into is None and sight.may_enter_at(row.grid_path, person),
    }


def near_view(near: NearObject, person: Person) -> dict[str, Any]:
    """Return an object with how far it is."""
    return {**view(near.row, person), "distance_m": round(near.distance_m, 1)}


def history_view(changes: Sequence[ObjectChange]) -> list[dict[str, Any]]:
    """Return what was done to an object as `ObjectChangeOut` describes it."""
    return [
        {
            "n": one.n, "edit": one.edit, "label": ObjectEdit.of(one.edit).words,
            "label_en": ObjectEdit.of(one.edit).words.en, "at": one.at, "by": one.by_name,
            "changed": json.loads(one.changed),
        }
        for one in changes
    ]  # fmt: skip


def feature(row: ObjectRow) -> dict[str, Any]:
    """Return an object on the map."""
    point = {"type": "Point", "coordinates": [row.lon, row.lat]}
    return {
        "type": "Feature",
        "id": row.object_id,
        "geometry": json.loads(row.geometry) if row.geometry else point,
        "properties": {
            **_on_map(row), "object_id": row.object_id, "identifier": row.identifier, "name": row.name,
            "state": row.state, "grade": row.grade, "grid": row.grid, "grid_name": grid_name(row.grid),
            "version": row.version,
        },
    }  # fmt: skip


def _on_map(row: ObjectRow) -> dict[str, Any]:
    """Return under which layer a map shows an object, and what its kind and its grade are called."""
    kind = object_kinds.kinds().get(row.kind)
    name, layer = (kind.name, kind.layer) if kind else (plain(row.kind), plain(row.kind))
    known = kind.grade(row.grade) if kind else None
    grade = known.name if known else plain(row.grade) if row.grade else None
    return {
        "kind": row.kind, "kind_name": name, "kind_name_en": name.en, "layer": layer, "layer_en": layer.en,
        "grade_name": grade, "grade_name_en": grade.en if grade else None,
    }  # fmt: skip


def on_phone(row: ObjectRow) -> dict[str, Any]:
    """Return an object as `ObjectOnPhoneOut` describes it: what is needed to find and to name it."""
    kind = object_kinds.kinds().get(row.kind)
    return {
        **_on_map(row), "object_id": row.object_id, "identifier": row.identifier, "name": row.name,
        "lon": row.lon, "lat": row.lat, "geometry": json.loads(row.geometry) if row.geometry else None,
        "grid": row.grid, "state": row.state,
        "classes": list(kind.classes_of(row.identifier)) if kind else [], "version": row.version,
    }  # fmt: skip


def meanings() -> list[Any]:
    """Return what phones keep of the kinds with each object: where this changes, they read all of them anew."""
    return sorted(
        (
            one.code, str(one.name), one.name.en, str(one.layer), one.layer.en, one.classes, one.class_prefix or "",
            tuple((grade.code, str(grade.name), grade.name.en) for grade in one.condition_grades),
        )
        for one in object_kinds.kinds().values()
    )  # fmt: skip


def answers_text(row: ObjectRow) -> Words:
    """Return the answers to the form of an object's kind, each behind its question."""
    kind, answers = object_kinds.kinds().get(row.kind), answers_of(row)
    questions = {one.name: one for one in kind.form} if kind else {}
    texts = [
        Words("{}：{}", "{}: {}").format(questions[name].label, in_words(questions[name], answer))
        if name in questions
        else plain(f"{name}: {answer}")
        for name, answer in answers.items()
    ]
    return Words("；", "; ").join(texts)


def party(row: ObjectRow, role: str) -> dict[str, Any] | None:
    """Return who owns, manages or maintains an object; None where nobody is named."""
    code, text = getattr(row, role), getattr(row, f"{role}_text")
    if code:
        return {"code": code, "name": directory().name_of(code)}
    return {"code": None, "name": text} if text else None


def _called(code: str, name: Words) -> dict[str, str]:
    return {"code": str(code), "name": str(name), "name_en": name.en}


def whole_feature(row: ObjectRow) -> dict[str, Any]:
    """Return an object as GeoJSON with all that a file can bring back: who it belongs to, the answers to its form."""
    parties = {role: getattr(row, role) or getattr(row, f"{role}_text") for role in sight.ROLES_OF_DEPARTMENTS}
    answers = {f"attributes.{name}": answer for name, answer in answers_of(row).items()}
    known = feature(row)
    own = {name: known["properties"][name] for name in ("object_id", "identifier", "name", "state", "grade")}
    point = {"lon": row.lon, "lat": row.lat}
    return {**known, "properties": {**own, "kind": row.kind, **point, **parties, **answers}}
