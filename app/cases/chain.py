"""Chain steps by hash, so that history cannot be edited unseen. Pure."""

import hashlib
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SM3, Hash

START = ""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Link:
    """What a step's hash covers, besides the hash before it; times in UTC."""

    case_id: UUID
    seq: int
    op_id: UUID
    action: str
    state_from: str | None
    state_to: str
    actor_id: UUID | None
    on_behalf_of: str | None
    at: datetime
    phone_at: datetime | None
    data_digest: str


def canonical(data: Mapping[str, Any]) -> str:
    """Write data as one unchangeable text: sorted keys, UTF-8, no floats (decimal strings), times in UTC."""
    return json.dumps(_plain(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str, method: str) -> str:
    """Return `method:hex`, where method is sha256 or sm3."""
    if method == "sm3":
        hashed = Hash(SM3())
        hashed.update(text.encode())
        return f"sm3:{hashed.finalize().hex()}"
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def method_of(value: str) -> str:
    """Return the name that stands before a digest."""
    return value.partition(":")[0]


def new_salt() -> str:
    """Return 128 random bits: without them, erased data could be guessed from its digest."""
    return secrets.token_hex(16)


def data_digest(salt: str, data: str, method: str) -> str:
    """Return H(salt ‖ data)."""
    return digest(salt + data, method)


def step_hash(previous: str, link: Link, method: str) -> str:
    """Return H(previous ‖ canonical list of what the step says); times as whole microseconds."""
    listed = [
        str(link.case_id),
        link.seq,
        str(link.op_id),
        link.action,
        link.state_from,
        link.state_to,
        str(link.actor_id) if link.actor_id else None,
        link.on_behalf_of,
        _microseconds(link.at),
        _microseconds(link.phone_at) if link.phone_at else None,
        link.data_digest,
    ]
    return digest(previous + json.dumps(listed, ensure_ascii=False, separators=(",", ":")), method)


def asked_digest(actor_id: UUID | None, action: str, data: Mapping[str, Any], version: int) -> str:
    """Return the digest by which a repeated request is told from another one under the same id.

    It names the version by whose rules the data was loaded; the first one did not.
    """
    value = digest(canonical({"actor": actor_id, "action": action, "data": data}), "sha256")
    return value if version == 1 else f"v{version}:{value}"


def asked_version(value: str) -> int:
    """Return by the rules of which version a request was loaded that has this digest."""
    first = value.partition(":")[0]
    return int(first[1:]) if first.startswith("v") else 1


def _microseconds(moment: datetime) -> int:
    passed = moment - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number that is not finite")
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
