"""One's own messages."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from app.core import paging
from app.core.http import Blueprint, current_person, needs, polled, tagged
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.notices import preferences, queries, service
from app.notices.models import ID_MOST
from app.notices.schemas import (
    BellOut,
    ChoicesIn,
    ChoicesOut,
    NoticeListIn,
    NoticeListOut,
    ReadIn,
    ReadOut,
)

bp = Blueprint("notices", url_prefix="/api/v1/notices", description="消息 Messages")


@bp.get("")
@needs(Permission.NOTICE_READ)
@bp.arguments(NoticeListIn, location="query")
@bp.response(200, NoticeListOut)
def list_notices(args: dict[str, Any]) -> Response:
    """本人的消息，最新的在前，可筛选，带 ETag。List one's own messages, the newest first, with an ETag."""
    before = read_cursor(args["cursor"]) if args.get("cursor") else None
    page = queries.page(
        current_person(), unread=args["unread"], before=before, limit=args["limit"], which=args["which"]
    )
    following = paging.encode(page.next) if page.next else None
    body = {"items": page.items, "next_cursor": following, "unread": queries.unread(current_person())}
    return tagged(_LIST.dump(body))


@bp.get("/unread")
@needs(Permission.NOTICE_READ)
@polled
@bp.response(200, BellOut)
def count_unread() -> Response:
    """未读条数，供反复查询，带 ETag。How many are unread, to be asked again and again, with an ETag."""
    return tagged(vars(queries.bell(current_person())))


@bp.post("/read")
@needs(Permission.NOTICE_READ)
@bp.arguments(ReadIn)
@bp.response(200, ReadOut)
def mark_read(body: dict[str, Any]) -> Mapping[str, Any]:
    """标为已读；可按列表的同样条件筛选。Mark messages as read; those of a list, by the filters of the list."""
    with transaction():
        service.mark_read(current_person(), body.get("ids") or None, body.get("until"), body["which"])
    return {"unread": queries.unread(current_person())}


@bp.get("/choices")
@needs(Permission.NOTICE_READ)
@bp.response(200, ChoicesOut)
def read_choices() -> Mapping[str, Any]:
    """各种消息及本人是否接收。Every kind of message, and whether one receives it."""
    return {"items": preferences.every(current_person())}


@bp.put("/choices")
@needs(Permission.NOTICE_READ)
@bp.arguments(ChoicesIn)
@bp.response(200, ChoicesOut)
def choose(body: dict[str, Any]) -> Mapping[str, Any]:
    """选定不接收哪些消息。Choose which kinds one goes without."""
    with transaction():
        service.choose(current_person(), body["off"])
    return {"items": preferences.every(current_person())}


def read_cursor(cursor: str) -> int:
    """Return before which message a page begins; raise CursorInvalid."""
    (number,) = paging.decode(cursor, 1)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= ID_MOST:
        raise paging.CursorInvalid
    return number


_LIST = NoticeListOut()
