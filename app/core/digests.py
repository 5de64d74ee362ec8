"""Write data as one unchangeable text, and take its digest by the method that is named beside it. Pure."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SM3, Hash


def canonical(data: Any) -> str:
    """Write data as one unchangeable text: sorted keys, UTF-8, no floats (decimal strings), times in UTC."""
    return json.dumps(plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parsed(text: str) -> Any:
    """Read JSON that `canonical` could write again; raise ValueError for any other text."""
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number that is not finite")
    return number


def digest(text: str, method: str) -> str:
    """Return `method:hex`, where method is sha256 or sm3."""
    if method == "sm3":
        hashed = Hash(SM3())
        hashed.update(text.encode("utf-8", "surrogatepass"))
        return f"sm3:{hashed.finalize().hex()}"
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def method_of(value: str) -> str:
    """Return the name that stands before a digest, whatever stands before the name."""
    return value.rpartition(":")[0].rpartition(":")[2]


def plain(value: Any) -> Any:
    """Return a value as `canonical` writes it and as JSON reads it back."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number that is not finite")
        return format(Decimal(repr(value)), "f")
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical text")
