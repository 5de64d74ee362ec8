"""Cursors for keyset pages: opaque to callers, checked when they come back."""

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.core.errors import Invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_US = 4_102_444_800_000_000  # the year 2100


class CursorInvalid(Invalid):
    """翻页标记无效，请从第一页重新读取。"""

    code = "cursor_invalid"
    en = "This is not a page of the list: begin again with the first."


def encode(*values: Any) -> str:
    """Write plain values, times and ids as one opaque word."""
    return base64.urlsafe_b64encode(json.dumps([_plain(value) for value in values]).encode()).decode().rstrip("=")


def decode(cursor: Any, count: int) -> list[Any]:
    """Read what `encode` wrote; raise CursorInvalid."""
    if not isinstance(cursor, str):
        raise CursorInvalid
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise CursorInvalid from None
    if not isinstance(values, list) or len(values) != count:
        raise CursorInvalid
    return values


def moment(value: Any) -> datetime:
    """Read a time from a cursor."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LATEST_US:
        raise CursorInvalid
    return EPOCH + timedelta(microseconds=value)


def identity(value: Any) -> UUID:
    """Read an id from a cursor."""
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        raise CursorInvalid from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(microseconds=1)
    return str(value) if isinstance(value, UUID) else value
