"""What an object is to hold, before it is kept: checked by its kind, its departments and its place."""

import json
from collections.abc import Mapping
from typing import Any

from app.catalogue import class_forms
from app.core import clock
from app.core.digests import canonical, plain
from app.core.errors import Invalid
from app.core.field_texts import REQUIRED
from app.departments.queries import directory
from app.frame import cells
from app.objects import object_kinds
from app.objects.geometries import place
from app.objects.models import ObjectRow, ObjectState
from app.objects.object_kinds import ObjectKind
from app.objects.sight import ROLES_OF_DEPARTMENTS
from workflows.words import Words, listed

PLACE = ("lon", "lat", "geometry", "band", "grid", "grid_path")
_PARTIES = tuple(name for role in ROLES_OF_DEPARTMENTS for name in (role, f"{role}_text"))
_KEPT = ("kind", "identifier", "name", *PLACE, *_PARTIES, "state", "grade", "attributes")
_UNTOLD = frozenset(("band", "grid_path"))  # of what is kept, what follows from the rest
_PLACE_FIELDS = frozenset(("lon", "lat", "geometry", "crs"))

NO_KIND = Words("没有这种对象。", "There is no such kind of object.")
_PATTERN = Words("编号应为{}。", "An identifier has {}.")
_NO_DEPARTMENT = Words(
    "没有代码为“{}”的部门；不是本县部门的，请写在 {}_text。",
    "There is no department “{}”; what is none of the county's goes to {}_text.",
)
_EITHER = Words("部门代码和名称只填一个。", "Either the code of a department or a text.")


def fresh(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the row of a new object holds; raise Invalid with every field at fault, PlaceOutside."""
    kind = object_kinds.kinds().get(body["kind"])
    if kind is None:
        raise Invalid.at("kind", NO_KIND)
    answers = body.get("attributes") or {}
    values = {
        "kind": kind.code,
        "identifier": body.get("identifier"),
        "name": body["name"],
        **{name: body.get(name) for name in _PARTIES},
        "state": str(body.get("state") or ObjectState.IN_USE),
        "grade": body.get("grade"),
        "attributes": canonical(answers),
    }
    _refuse(kind, values, answers, of_all=True)
    where = place(kind.geometry, body.get("lon"), body.get("lat"), body.get("geometry"), body.get("crs") or "wgs84")
    return values | where.values


def values_of(row: ObjectRow) -> dict[str, Any]:
    """Return what an object holds now."""
    return {name: getattr(row, name) for name in _KEPT}


def changed(row: ObjectRow, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object holds with some fields changed; raise Invalid with every field at fault, PlaceOutside."""
    kind = object_kinds.kinds().get(row.kind)
    if kind is None:
        raise Invalid.at("kind", NO_KIND)
    values = values_of(row)
    values |= {name: value for name, value in changes.items() if name in _KEPT and name not in ("kind", *PLACE)}
    for role in ROLES_OF_DEPARTMENTS:  # one takes the place of the other
        for name, other in ((role, f"{role}_text"), (f"{role}_text", role)):
            if changes.get(name) and not changes.get(other):
                values[other] = None
    answers = changes.get("attributes")
    if answers is not None:
        values["attributes"] = canonical(answers)
    values["state"] = str(values["state"])
    _refuse(kind, values, answers or {}, of_all=answers is not None, before=row)
    return values | _moved(kind, row, changes)


def _moved(kind: ObjectKind, row: ObjectRow, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return where an object lies after a change; what is not said stays as it was."""
    if not _PLACE_FIELDS & changes.keys():
        return {}
    crs = changes.get("crs") or "wgs84"
    geometry = changes.get("geometry")
    moved = place(kind.geometry, changes.get("lon"), changes.get("lat"), geometry, crs).values
    return moved if "geometry" in changes else {**moved, "geometry": row.geometry}


def inheritance(gone: Mapping[str, Any], heir: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object takes of one that was merged into it: what it lacks itself and its kind knows."""
    kind = object_kinds.kinds().get(heir["kind"])
    values = {name: gone[name] for name in ("identifier", "grade") if heir[name] is None}
    for role in ROLES_OF_DEPARTMENTS:  # a code or a text: one of them, with the other left open
        pair = (role, f"{role}_text")
        if not any(heir[name] for name in pair):
            values |= {name: gone[name] for name in pair}
    if heir["geometry"] is None and gone["geometry"] is not None:
        values |= {name: gone[name] for name in PLACE}
    return values | {"attributes": _joined(kind, json.loads(gone["attributes"]), json.loads(heir["attributes"]))}


def _joined(kind: ObjectKind | None, gone: Mapping[str, Any], heir: Mapping[str, Any]) -> str:
    """Return the answers of two objects as one: the heir's own, of the other's those that their kind still takes."""
    more = {name: answer for name, answer in gone.items() if heir.get(name) in (None, "")}
    both = {**heir, **more}
    wrong = class_forms.faults(kind.form, both) if kind else dict.fromkeys(more)
    return canonical({name: answer for name, answer in both.items() if name not in more or name not in wrong})


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return, by field, what was there and what is there since; answers to the form one by one."""
    otherwise: dict[str, list[Any]] = {}
    for name in _KEPT:
        old, new = before.get(name), after.get(name)
        if old == new or name in _UNTOLD:
            continue
        if name == "attributes":
            otherwise |= _answers(json.loads(old or "{}"), json.loads(new or "{}"))
        else:
            otherwise[name] = [plain(old), plain(new)]
    return otherwise


def _answers(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Any]]:
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return {f"attributes.{name}": [old.get(name), new.get(name)] for name in names}


def _refuse(
    kind: ObjectKind,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    of_all: bool,
    before: ObjectRow | None = None,
) -> None:
    """Raise Invalid with every field at fault; what an object held before its kind changed is not looked at again."""
    faults: dict[str, Any] = {}
    if before is None or values["identifier"] != before.identifier:
        faults |= _identifier(kind, values["identifier"])
    if values["grade"] is not None and (before is None or values["grade"] != before.grade):
        faults |= _grade(kind, values["grade"])
    for role in ROLES_OF_DEPARTMENTS:
        if before is None or values[role] != getattr(before, role):
            faults |= _department(role, values[role])
        if values[role] and values[f"{role}_text"]:
            faults[role] = [_EITHER]
    if of_all:
        faults |= {f"attributes.{name}": texts for name, texts in answer_faults(kind, answers).items()}
    if faults:
        raise Invalid(fields=faults)


def answer_faults(kind: ObjectKind, answers: Mapping[str, Any]) -> dict[str, list[Words]]:
    """Return what is wrong with the answers to the form of a kind, and which are lacking."""
    lacking = (one.name for one in kind.form if one.required and answers.get(one.name) in (None, ""))
    filled_in = {name: answer for name, answer in answers.items() if answer is not None}
    return {**class_forms.faults(kind.form, filled_in), **{name: [REQUIRED] for name in lacking}}


def _identifier(kind: ObjectKind, identifier: str | None) -> dict[str, list[Words]]:
    if identifier is None:
        return {"identifier": [REQUIRED]} if kind.identifier.required else {}
    return {} if kind.identifier.fits(identifier) else {"identifier": [_PATTERN.format(kind.identifier.words)]}


def _grade(kind: ObjectKind, grade: str) -> dict[str, list[Words]]:
    if kind.grade(grade):
        return {}
    names = [Words("{} {}", "{} {}").format(one.code, one.name) for one in kind.condition_grades]
    return {"grade": [cells.ONE_OF.format(listed(names))]}


def _department(role: str, code: str | None) -> dict[str, list[Words]]:
    if code is None:
        return {}
    entry = directory().get(code)
    known = entry is not None and entry.valid(clock.now())
    return {} if known else {role: [_NO_DEPARTMENT.format(code, role)]}
