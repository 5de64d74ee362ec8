"""One's own messages."""

from collections.abc import Mapping
from typing import Any

from app.core import paging
from app.core.http import Blueprint, current_person, needs
from app.core.permissions import Permission
from app.core.transaction import transaction
from app.notices import queries, service
from app.notices.schemas import ID_MOST, NoticeListIn, NoticeListOut, ReadIn, ReadOut

bp = Blueprint("notices", url_prefix="/api/v1/notices", description="消息 Messages")


@bp.get("")
@needs(Permission.NOTICE_READ)
@bp.arguments(NoticeListIn, location="query")
@bp.response(200, NoticeListOut)
def list_notices(args: dict[str, Any]) -> Mapping[str, Any]:
    """本人的消息，最新的在前。List one's own messages, the newest first."""
    before = _before(args["cursor"]) if args.get("cursor") else None
    page = queries.page(current_person(), unread=args["unread"], before=before, limit=args["limit"])
    following = paging.encode(page.next) if page.next else None
    return {"items": page.items, "next_cursor": following, "unread": queries.unread(current_person())}


@bp.post("/read")
@needs(Permission.NOTICE_READ)
@bp.arguments(ReadIn)
@bp.response(200, ReadOut)
def mark_read(body: dict[str, Any]) -> Mapping[str, Any]:
    """标为已读。Mark messages as read."""
    with transaction():
        service.mark_read(current_person(), body.get("ids"), body.get("until"))
    return {"unread": queries.unread(current_person())}


def _before(cursor: str) -> int:
    (number,) = paging.decode(cursor, 1)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= ID_MOST:
        raise paging.CursorInvalid
    return number
