"""Enter objects, change and merge them, and read those that one sees: in lists, on a map, near a place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response

from app.core import paging
from app.core.http import Blueprint, answer, current_person, needs, tagged
from app.core.permissions import Permission, Person
from app.core.transaction import transaction
from app.objects import object_views as views
from app.objects import queries, schemas, service
from app.objects.queries import NEAR_METRES

bp = Blueprint("objects", url_prefix="/api/v1/objects", description="对象 Objects")
GEOJSON = "application/geo+json"


@bp.get("")
@needs(Permission.OBJECT_READ)
@bp.arguments(schemas.ObjectListIn, location="query")
@bp.response(200, schemas.ObjectListOut)
def list_objects(filters: dict[str, Any]) -> Response:
    """可见的对象，按网格排列。List the objects one may see, by grid."""
    person = current_person()
    page, following = _page(filters, person)
    return answer({"items": [views.view(row, person) for row in page], "next_cursor": following})


@bp.get("/features")
@needs(Permission.OBJECT_READ)
@bp.arguments(schemas.FeaturesIn, location="query")
@bp.response(200, schemas.ObjectMapOut, content_type=GEOJSON)
def list_features(filters: dict[str, Any]) -> Response:
    """可见的对象（GeoJSON），供地图和其他系统使用。List the objects one may see as GeoJSON."""
    page, following = _page(filters, current_person())
    features = [views.feature(row) for row in page]
    response = answer({"type": "FeatureCollection", "features": features, "next_cursor": following})
    response.mimetype = GEOJSON
    return response


@bp.get("/nearest")
@needs(Permission.OBJECT_READ)
@bp.arguments(schemas.NearestIn, location="query")
@bp.response(200, schemas.NearestOut)
def list_nearest(place: dict[str, Any]) -> Response:
    """某处附近可作为某类案件对象的在用对象，近的在前。Find the nearest objects that a case of a class can be about."""
    person = current_person()
    near = queries.nearest(person, **place)
    return answer({"items": [views.near_view(one, person) for one in near], "within_metres": NEAR_METRES})


@bp.get("/<uuid:object_id>")
@needs(Permission.OBJECT_READ)
@bp.response(200, schemas.ObjectWithHistoryOut)
@bp.alt_response(304, description="未变化。Unchanged.")
def read_object(object_id: UUID) -> Response:
    """一个对象及其全部变更。Read an object with all that was done to it."""
    person = current_person()
    row = queries.one(object_id, person)
    history = views.history_view(queries.history(object_id))
    return tagged({**views.view(row, person), "history": history})


@bp.put("/<uuid:object_id>")
@needs(Permission.OBJECT_ENTER)
@bp.arguments(schemas.EnterObjectIn)
@bp.response(201, schemas.ObjectOut)
@bp.alt_response(200, schema=schemas.ObjectOut, description="已登记过。Entered before.")
def enter_object(body: dict[str, Any], object_id: UUID) -> Response:
    """登记一个对象；同一对象号、同一内容再次提交不会重复登记。Enter an object; sent again it is the same one."""
    return _written(lambda person: service.enter(object_id, body, by=person), 201)


@bp.post("/<uuid:object_id>/changes")
@needs(Permission.OBJECT_ENTER)
@bp.arguments(schemas.ChangeObjectIn)
@bp.response(201, schemas.ObjectOut)
@bp.alt_response(200, schema=schemas.ObjectOut, description="已修改过，或没有不同。Changed before, or nothing differs.")
def change_object(body: dict[str, Any], object_id: UUID) -> Response:
    """修改对象；未写的各项不变。Change an object; what is not named stays."""
    about = {name: body.pop(name) for name in ("seen", "op_id")}
    return _written(lambda person: service.change(object_id, body, **about, by=person), 201)


@bp.post("/<uuid:object_id>/merge")
@needs(Permission.OBJECT_MANAGE)
@bp.arguments(schemas.MergeObjectIn)
@bp.response(201, schemas.ObjectOut)
@bp.alt_response(200, schema=schemas.ObjectOut, description="已合并过。Merged before.")
def merge_object(body: dict[str, Any], object_id: UUID) -> Response:
    """把重复登记的对象并入另一个。Merge an object that was entered twice into the other."""
    return _written(lambda person: service.merge(object_id, **body, by=person), 201)


@bp.get("/<uuid:object_id>/alike")
@needs(Permission.OBJECT_READ)
@bp.response(200, schemas.AlikeOut)
def list_alike(object_id: UUID) -> Response:
    """可能重复登记的对象：同种、相近、同名或同编号。List what may be the same object entered twice."""
    person = current_person()
    near = queries.alike(queries.one(object_id, person), person)
    return answer({"items": [views.near_view(one, person) for one in near]})


def _page(filters: dict[str, Any], person: Person) -> tuple[Any, str | None]:
    cursor, limit = filters.pop("cursor", None), filters.pop("limit")
    page = queries.page(person, filters, queries.read_cursor(cursor) if cursor else None, limit)
    return page.items, paging.encode(*page.next) if page.next else None


def _written(act: Any, status: int) -> Response:
    person = current_person()
    with _with_fresh_object(person):
        with transaction():
            outcome = act(person)
        return answer(views.view(outcome.row, person), status if outcome.fresh else 200)


@contextmanager
def _with_fresh_object(person: Person) -> Iterator[None]:
    """Give a refused change the object as it is now, so that the caller can look and decide again."""
    try:
        yield
    except service.ObjectConflict as refused:
        if refused.row is not None:
            refused.extra["object"] = views.view(queries.one(refused.row.object_id, person), person)
        raise
