"""Seal a backup's manifest with a passphrase: who does not know it can neither make nor change a backup."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

from app.backup import keys


def make(passphrase: str, body: bytes) -> Mapping[str, Any]:
    """Return the seal over a manifest's bytes."""
    salt = os.urandom(16)
    mac = _mac(keys.derived(passphrase, salt, keys.COST), body)
    return {"salt": base64.b64encode(salt).decode(), "cost": keys.COST, "mac": mac}


def opens(passphrase: str, body: bytes, seal: Mapping[str, Any]) -> bool:
    """Tell whether a seal was made with this passphrase over these bytes; raise CommandError for another shape."""
    salt, cost, mac = keys.parts(seal, "mac")
    return hmac.compare_digest(_mac(keys.derived(passphrase, salt, cost), body), mac)


def _mac(key: bytes, body: bytes) -> str:
    return hmac.new(key, b"gezhi backup\n" + body, hashlib.sha256).hexdigest()
