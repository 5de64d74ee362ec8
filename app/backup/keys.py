"""Seal the citizens' key with a passphrase: beside the rows it opens, it must not lie open."""

import base64
import json
import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from flask import current_app

from app.core import encryption
from app.core.commands import CommandError
from workflows.words import Words

COST, BLOCK, LANES = 2**15, 8, 1  # scrypt: 32 MiB and about 0.1 s for each guess
MOST_COST = 2**18  # of a seal that comes in a file: 256 MiB, about 1 s
SHORTEST = 12  # characters; ours


_DAMAGED = Words("备份的封印已损坏或不是格治所写。", "The backup's seal is damaged, or none of ours.")


def ours() -> str | None:
    """Return the keys this installation uses, as the setting or the key file has them; None before the first use."""
    path = encryption.key_path()
    return current_app.config["CITIZEN_KEYS"] or (path.read_text() if path.exists() else None)


def seal(text: str, passphrase: str) -> bytes:
    """Encrypt the keys (scrypt, then Fernet)."""
    salt = os.urandom(16)
    token = Fernet(derived(passphrase, salt, COST)).encrypt(text.encode())
    return json.dumps({"salt": base64.b64encode(salt).decode(), "cost": COST, "token": token.decode()}).encode()


def unseal(sealed: bytes, passphrase: str) -> str:
    """Decrypt the keys; raise CommandError for another passphrase."""
    try:
        body = json.loads(sealed)
    except (ValueError, RecursionError) as error:
        raise CommandError(_DAMAGED) from error
    salt, cost, token = parts(body, "token")
    try:
        return Fernet(derived(passphrase, salt, cost)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise CommandError(
            Words("口令不对，无法取出群众信息的密钥。", "This passphrase does not open the citizens' key.")
        ) from error


def keep(text: str) -> None:
    """Write the key file of a restored installation, readable by us only."""
    path = encryption.key_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)


def read_passphrase(file: Path | None) -> str | None:
    """Read the passphrase from a file's first line; raise CommandError when it is too short."""
    if file is None:
        return None
    lines = file.read_text(encoding="utf-8").splitlines()
    if not lines or len(lines[0]) < SHORTEST:
        raise CommandError(
            Words("口令至少 {} 个字符。", "The passphrase needs at least {} characters.").format(SHORTEST)
        )
    return lines[0]


def parts(seal: Any, what: str) -> tuple[bytes, int, str]:
    """Return salt, cost and a text of a seal; raise CommandError for none, or one that takes too long."""
    try:
        salt, cost, text = base64.b64decode(seal["salt"], validate=True), seal["cost"], seal[what]
    except (ValueError, TypeError, LookupError) as error:
        raise CommandError(_DAMAGED) from error
    if not (isinstance(cost, int) and isinstance(text, str) and 1 < cost <= MOST_COST and cost.bit_count() == 1):
        raise CommandError(_DAMAGED)
    return salt, cost, text


def derived(passphrase: str, salt: bytes, cost: int) -> bytes:
    """Return the key that follows from a passphrase."""
    return base64.urlsafe_b64encode(Scrypt(salt, 32, cost, BLOCK, LANES).derive(passphrase.encode()))
