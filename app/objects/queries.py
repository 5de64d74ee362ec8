"""Read objects: one, lists by keyset, what is near, what looks the same. Everything starts from what a person sees."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from app.catalogue import class_forms
from app.core import letters, paging
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Person
from app.grids.coordinates import M_PER_DEGREE, Crs, distance_m, narrow, to_wgs84
from app.grids.levels import codes_in
from app.grids.queries import grid_tree
from app.objects import object_kinds, sight
from app.objects.geometries import band_of
from app.objects.models import ALIVE, ObjectChange, ObjectRow, ObjectState
from workflows.forms import Field, Kind
from workflows.words import Words, plain

FIRST_METRES, NEAR_METRES = 150, 1_000  # how far is looked for what is nearest: at first, and at most; our figures
SAME_METRES = 30  # so near, two of a kind may be one; our figure
SAME_MOST = 10
BANDS_MOST = 400  # of a box: larger ones are no box
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.ASCII)
KEEPERS = ("maintainer", "manager", "owner")  # who sees to an object, the nearest to it first
_NO_OBJECT = Words("“{}”没有这个对象，请重新选择。", "“{}”: there is no such object, choose again.")
_R = ObjectRow


class ObjectUnknown(NotFound):
    """没有这个对象，或不在您的查看范围内。"""

    code = "object_unknown"
    en = "There is no such object, or it is not yours to see."


@dataclass(frozen=True)
class ObjectPage:
    """Some objects, and where the next page begins."""

    items: Sequence[ObjectRow]
    next: tuple[str, UUID] | None


@dataclass(frozen=True, slots=True)
class ObjectName:
    """An object as somebody may know it: without name and kind for whoever does not see it."""

    object_id: UUID
    name: str | None
    kind: Words | None


@dataclass(frozen=True, slots=True)
class NearObject:
    """An object close by."""

    row: ObjectRow
    distance_m: float


def one(object_id: UUID, person: Person, *, lock: bool = False) -> ObjectRow:
    """Return an object that a person sees, the row locked where it is to be changed; raise ObjectUnknown."""
    statement = select(_R).where(_R.object_id == object_id).execution_options(populate_existing=True)
    row: ObjectRow | None = db.session.scalar(statement.with_for_update() if lock else statement)
    if row is None or not sight.shows(row, person):
        raise ObjectUnknown
    return row


def history(object_id: UUID) -> Sequence[ObjectChange]:
    """Return all that was done to an object, the newest first."""
    own = select(ObjectChange).where(ObjectChange.object_id == object_id)
    return db.session.scalars(own.order_by(ObjectChange.n.desc())).all()


def page(
    person: Person, filters: Mapping[str, Any], after: tuple[str, UUID] | None, limit: int, *, managed: bool = False
) -> ObjectPage:
    """Return objects that a person sees (or keeps as an administrator), by grid."""
    by_place = filters.get("box") is not None or bool(filters.get("identifier"))  # these lead to few rows
    own = sight.managed_by(person) if managed else sight.visible_to(person, by_place=by_place)
    path = _R.grid_path + "" if by_place else _R.grid_path  # no index on the order where the box leads to the rows
    statement = select(_R).where(own, *conditions(filters))
    if after:
        statement = statement.where(tuple_(path, _R.object_id) > tuple_(*after))
    rows = db.session.scalars(statement.order_by(path, _R.object_id).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return ObjectPage(rows[:limit], (last.grid_path, last.object_id) if last else None)


def count(person: Person, filters: Mapping[str, Any]) -> int:
    """Count the objects that a person keeps as an administrator."""
    statement = select(func.count()).select_from(_R).where(sight.managed_by(person), *conditions(filters))
    return db.session.scalar(statement) or 0


def keys(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return the ids of the objects that a person keeps as an administrator, by grid."""
    statement = select(_R.object_id).where(sight.managed_by(person), *conditions(filters))
    return db.session.scalars(statement.order_by(_R.grid_path, _R.object_id).limit(most)).all()


def some(person: Person, object_ids: Collection[UUID], *, managed: bool = False) -> Sequence[ObjectRow]:
    """Return those of some objects that a person sees (or keeps as an administrator) still, by grid."""
    own = sight.managed_by(person) if managed else sight.visible_to(person)
    statement = select(_R).where(own, _R.object_id.in_(object_ids))
    return db.session.scalars(statement.order_by(_R.grid_path, _R.object_id)).all()


def nearest(person: Person, class_code: str, lon: float, lat: float, crs: Crs | str, limit: int) -> list[NearObject]:
    """Return the objects in use nearest to a place that cases of a class can be about; at most two statements.

    The first looks close by; only where too few are found there, the second looks as far as `NEAR_METRES`.
    """
    sorts = object_kinds.sorts_for(class_code)
    if not sorts:
        return []
    x, y = to_wgs84(lon, lat, crs)
    for metres in (FIRST_METRES, NEAR_METRES):
        near = _near(person, sorts, x, y, metres, limit)
        if len(near) == limit:
            break
    return near


def of_class(named: str, class_code: str, person: Person) -> ObjectRow | None:
    """Return the object, named by id or identifier, that a case of a class can be about and that the person sees.

    One that was merged stands for the one which stays. None where several bear the identifier, as where there is none.
    """
    if ID.match(named.lower()):
        rows = stayed([UUID(named)])
    else:
        sorts = object_kinds.sorts_for(class_code)
        known = [and_(_R.kind == kind, _R.identifier == named) for kind in sorts]
        rows = db.session.scalars(select(_R).where(or_(*known), ALIVE)).all() if known else ()
    fits = [one for one in rows if _is_of(one, class_code) and sight.shows(one, person)]
    return fits[0] if len(fits) == 1 else None


def answers_to(object_id: UUID, class_code: str) -> ObjectRow | None:
    """Return an object, or the one into which it was merged, if cases of a class are about such; removed ones, too."""
    row = next(iter(stayed([object_id])), None)
    kind = object_kinds.kinds().get(row.kind) if row else None
    return row if row and kind and class_code in kind.classes_of(row.identifier) else None


def _is_of(row: ObjectRow, class_code: str) -> bool:
    kind = object_kinds.kinds().get(row.kind)
    return row.state != ObjectState.REMOVED and kind is not None and class_code in kind.classes_of(row.identifier)


def keepers(object_id: UUID, class_code: str | None) -> list[str]:
    """Return the codes of the departments that see to an object, who maintains it first; none for another's class."""
    rows = stayed([object_id])
    if not rows or class_code is None or not _is_of(rows[0], class_code):
        return []
    if not object_kinds.kinds()[rows[0].kind].keeper_leads:
        return []
    return [code for role in KEEPERS if (code := getattr(rows[0], role))]


def stayed(object_ids: Collection[UUID]) -> Sequence[ObjectRow]:
    """Return some objects, in place of each that was merged the one which stays; whoever may see them."""
    way = select(_R.object_id, _R.merged_into).where(_R.object_id.in_(object_ids)).cte("way", recursive=True)
    further = select(_R.object_id, _R.merged_into).join(way, _R.object_id == way.c.merged_into)
    way = way.union(further)
    ends = select(way.c.object_id).where(way.c.merged_into.is_(None))
    return db.session.scalars(select(_R).where(_R.object_id.in_(ends)).order_by(_R.object_id)).all()


def same_as(object_id: UUID) -> Select[Any]:
    """Return the ids of an object and of all that were merged into it, for the statement of whoever looks for them."""
    own = select(_R.object_id).where(_R.object_id == object_id).cte("own", recursive=True)
    own = own.union(select(_R.object_id).where(_R.merged_into == own.c.object_id))
    return select(own.c.object_id)


def faults(form: Iterable[Field], answers: Mapping[str, Any], person: Person) -> dict[str, list[Words]]:
    """Return which answers to a form name no object of the kinds asked for that the person sees.

    What answers may be at all `class_forms` has judged before.
    """
    questions = [one for one in class_forms.visible_questions(form, answers) if one.kind is Kind.OBJECT]
    named = {one.name: UUID(answers[one.name]) for one in questions if one.name in answers}
    if not named:
        return {}
    there = select(_R.object_id, _R.kind).where(_R.object_id.in_(named.values()), ALIVE, sight.visible_to(person))
    kinds: dict[UUID, str] = {row.object_id: row.kind for row in db.session.execute(there)}
    wrong = [one for one in questions if one.name in named and kinds.get(named[one.name]) not in one.objects]
    return {one.name: [_NO_OBJECT.format(one.label)] for one in wrong}


def called(object_id: UUID, person: Person) -> ObjectName:
    """Return what an object is called, or that into which it was merged, as far as the person sees it."""
    row = next(iter(stayed([object_id])), None)
    if row is None or not sight.shows(row, person):
        return ObjectName(row.object_id if row else object_id, None, None)
    kind = object_kinds.kinds().get(row.kind)
    return ObjectName(row.object_id, row.name, kind.name if kind else plain(row.kind))


def names(object_ids: Iterable[Any], person: Person) -> dict[str, str]:
    """Return what those of some objects are called that a person sees, by their ids; what is no id has no name."""
    wanted = {UUID(one) for one in object_ids if isinstance(one, str) and ID.match(one)}
    rows = some(person, wanted) if wanted else ()
    return {str(row.object_id): " · ".join(filter(None, (row.name, row.identifier))) for row in rows}


def _near(
    person: Person, sorts: Mapping[str, str], lon: float, lat: float, metres: int, limit: int
) -> list[NearObject]:
    box = _around(lon, lat, metres)
    wanted = [and_(_R.kind == kind, _R.sort == sort, *box) for kind, sort in sorts.items()]  # each by the index
    north, east = _R.lat - lat, (_R.lon - lon) * narrow(lat)
    statement = (
        select(_R)
        .where(or_(*wanted), _R.state == ObjectState.IN_USE, sight.visible_to(person, by_place=True))
        .order_by(north * north + east * east, _R.object_id)
        .limit(limit)
    )
    rows = [NearObject(row, distance_m(lon, lat, row.lon, row.lat)) for row in db.session.scalars(statement)]
    return [one_near for one_near in rows if one_near.distance_m <= metres]


def alike(row: ObjectRow, person: Person) -> list[NearObject]:
    """Return the objects that may be the same one: of its kind, and near by or of its name in its village."""
    village = "/".join(codes_in(row.grid_path)[:3]) + "/"
    same = [and_(*_around(row.lon, row.lat, SAME_METRES)), and_(_R.name == row.name, sight.within(village))]
    if row.identifier:
        same.append(func.lower(_R.identifier) == row.identifier.lower())
    statement = select(_R).where(
        _R.kind == row.kind,
        _R.sort == row.sort,
        _R.object_id != row.object_id,
        ALIVE,
        or_(*same),
        sight.visible_to(person),
    )
    rows = db.session.scalars(statement.order_by(_R.object_id).limit(4 * SAME_MOST)).all()
    near = [NearObject(other, distance_m(row.lon, row.lat, other.lon, other.lat)) for other in rows]
    return sorted(near, key=lambda other: other.distance_m)[:SAME_MOST]


def read_cursor(cursor: str) -> tuple[str, UUID]:
    """Return where a page of objects begins; raise CursorInvalid."""
    path, object_id = paging.decode(cursor, 2)
    if not isinstance(path, str) or not letters.is_fit(path):
        raise paging.CursorInvalid
    return path, paging.identity(object_id)


def conditions(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return what the filters of a list ask; objects that were removed are listed only where that is asked for."""
    wanted = {name: value for name, value in filters.items() if value not in (None, "") and name in _FILTERS}
    if "box" in wanted and "kind" in wanted:
        wanted["kind_in_box"] = wanted.pop("kind")
    clauses = [clause for name, value in wanted.items() for clause in _FILTERS[name](value)]
    return clauses if "state" in wanted else [*clauses, ALIVE]


def _in_grid(code: str) -> list[ColumnElement[bool]]:
    node = grid_tree().get(code)
    return [sight.within(node.path) if node else false()]


def _of_department(code: str) -> list[ColumnElement[bool]]:
    return [or_(*(getattr(_R, role) == code for role in sight.ROLES_OF_DEPARTMENTS))]


def _text(text: str) -> list[ColumnElement[bool]]:
    return [or_(_R.name.contains(text, autoescape=True), _R.identifier.startswith(text, autoescape=True))]


def _of_layer(layer: str) -> list[ColumnElement[bool]]:
    codes = [kind.code for kind in object_kinds.kinds().values() if kind.layer == layer]
    return [_R.kind.in_(codes) if codes else false()]


def _in_box(box: tuple[float, float, float, float]) -> list[ColumnElement[bool]]:
    west, south, east, north = box
    return _box(west, south, east, north)


def _around(lon: float, lat: float, metres: float) -> list[ColumnElement[bool]]:
    high = metres / M_PER_DEGREE
    wide = high / narrow(lat)
    return _box(lon - wide, lat - high, lon + wide, lat + high)


def _box(west: float, south: float, east: float, north: float) -> list[ColumnElement[bool]]:
    """Return the conditions that a point lies in a box; the strips named one by one let the index go on to `lon`."""
    first, last = band_of(south), band_of(north)
    bands = _R.band.in_(range(first, last + 1)) if last - first < BANDS_MOST else _R.band.between(first, last)
    return [bands, _R.lon.between(west, east), _R.lat.between(south, north)]


_FILTERS: Mapping[str, Any] = {
    "kind": lambda code: [_R.kind == code],
    "kind_in_box": lambda code: [_R.kind + "" == code],  # else the index by kind is taken for the narrower one
    "kinds": lambda codes: [_R.kind.in_(codes.split(","))],
    "layer": _of_layer,
    "grid": _in_grid,
    "department": _of_department,
    "state": lambda state: [_R.state == state],
    "grade": lambda grade: [_R.grade == grade],
    "identifier": lambda identifier: [_R.identifier == identifier],
    "q": _text,
    "box": _in_box,
}


def answers_of(row: ObjectRow) -> dict[str, Any]:
    """Return the answers to the form of an object's kind."""
    return dict(json.loads(row.attributes))
