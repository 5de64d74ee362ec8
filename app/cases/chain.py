"""Chain steps by hash, so that history cannot be edited unseen. Pure."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.core.digests import canonical, digest

START = ""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST = 2  # the version of the hash that steps get now; it is named in the value, `2:sha256:…`
_SECOND = "2:"


@dataclass(frozen=True, slots=True)
class Link:
    """What a step's hash covers, besides the hash before it; times in UTC."""

    case_id: UUID
    seq: int
    op_id: UUID
    action: str
    state_from: str | None
    state_to: str
    round: int
    actor_id: UUID | None
    on_behalf_of: str | None
    at: datetime
    phone_at: datetime | None
    counts_at: datetime
    asked_digest: str
    data_digest: str


def version_of(value: str) -> int:
    """Return the version of a step's hash: 1 before the value named one."""
    return NEWEST if value.startswith(_SECOND) else 1


def new_salt() -> str:
    """Return 128 random bits: without them, erased data could be guessed from its digest."""
    return secrets.token_hex(16)


def data_digest(salt: str, data: str, method: str) -> str:
    """Return H(salt ‖ data)."""
    return digest(salt + data, method)


def step_hash(previous: str, link: Link, method: str, version: int = NEWEST) -> str:
    """Return H(previous ‖ canonical list of what the step says); times as whole microseconds.

    Steps of version 1 did not cover round, counted time and asked digest; theirs are kept by the case's `baseline`.
    """
    whole = version > 1
    listed = [
        str(link.case_id),
        link.seq,
        str(link.op_id),
        link.action,
        link.state_from,
        link.state_to,
        *([link.round] if whole else []),
        str(link.actor_id) if link.actor_id else None,
        link.on_behalf_of,
        _microseconds(link.at),
        _microseconds(link.phone_at) if link.phone_at else None,
        *([_microseconds(link.counts_at), link.asked_digest] if whole else []),
        link.data_digest,
    ]
    value = digest(previous + json.dumps(listed, ensure_ascii=False, separators=(",", ":")), method)
    return _SECOND + value if whole else value


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
