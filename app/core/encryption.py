"""Seal what must not lie open in the database; the keys come from the setting, else from a file only we may read.

The setting and the file bear the name of those for whom they were made, the citizens (`CITIZEN_KEYS`, `citizen.key`).
"""

import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import select

from app.core.db import db
from app.core.errors import Conflict

_columns: list[tuple[Any, Any]] = []


class KeyMissing(Conflict):
    """缺少读取加密信息的密钥，请管理员把原来的 citizen.key 放回数据文件夹。"""

    code = "citizen_key_missing"
    en = "The key to what is encrypted is missing: the administrator puts citizen.key back into the data folder."


def holds(key_id: Any, sealed: Any) -> None:
    """Say which columns hold sealed texts and the ids of their keys; called where a room begins to use them."""
    _columns.append((key_id, sealed))


def seal(*texts: str | None) -> tuple[str, tuple[bytes | None, ...]]:
    """Seal texts under the newest key; return the key's id and what to keep of each: nothing of an empty one."""
    key_id, fernet = next(iter(_keys().items()))
    return key_id, tuple(fernet.encrypt(text.encode()) if text else None for text in texts)


def unseal(key_id: str, *sealed: bytes | None) -> tuple[str | None, ...]:
    """Return the texts that were sealed under a key; raise KeyMissing."""
    fernet = _keys().get(key_id)
    if fernet is None:
        raise KeyMissing
    return tuple(fernet.decrypt(each).decode() if each else None for each in sealed)


def digest(text: str) -> str:
    """Return a digest by which a sealed text can be found, and that tells nothing to who has not the newest key."""
    return next(iter(digests(text)))


def digests(text: str) -> list[str]:
    """Return the digests of a text under all keys, the newest first."""
    return [hmac.new(key.search, text.encode(), "sha256").hexdigest() for key in _keys().values()]


def unreadable_keys() -> tuple[str, ...]:
    """Return the ids of keys under which something is kept and which are not here, or are not the same."""
    path = key_path()
    text = current_app.config["CITIZEN_KEYS"] or (path.read_text() if path.exists() else "")
    keys = _read(text) if text else {}
    return tuple(sorted({key_id for key_id, sealed in _samples() if not _opens(keys.get(key_id), sealed)}))


def opens_here() -> bool:
    """Tell whether something that was sealed in each column, if there is any, can be opened with our keys."""
    path = key_path()
    text = current_app.config["CITIZEN_KEYS"] or (path.read_text() if path.exists() else "")
    keys = _read(text) if text else {}
    rows = (db.session.execute(select(*pair).where(pair[1].is_not(None)).limit(1)).first() for pair in _columns)
    return all(_opens(keys.get(row[0]), row[1]) for row in rows if row)


def _samples() -> Iterator[tuple[str, bytes | None]]:
    """Yield, for every key that was used in some column, something sealed under it there."""
    for key_id, sealed in _columns:
        for used in db.session.scalars(select(key_id).where(sealed.is_not(None)).distinct()).all():
            one = select(sealed).where(key_id == used, sealed.is_not(None)).limit(1)
            yield used, db.session.scalar(one)


def _opens(fernet: Fernet | None, sealed: bytes | None) -> bool:
    if fernet is None or sealed is None:
        return sealed is None
    try:
        fernet.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def key_path() -> Path:
    """Return where the keys are kept when no setting brings them."""
    return Path(current_app.config["DATA_DIR"]) / "citizen.key"


class _Key(Fernet):
    """A key that seals, with another that is derived from it to find what was sealed."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.search = hmac.digest(key.encode(), b"gezhi search", "sha256")


def _keys() -> dict[str, _Key]:
    """Return the keys by id, the newest first."""
    extensions = current_app.extensions
    if "gezhi_citizen_keys" not in extensions:
        extensions["gezhi_citizen_keys"] = _read(current_app.config["CITIZEN_KEYS"] or _key_file(key_path()))
    keys: dict[str, _Key] = extensions["gezhi_citizen_keys"]
    return keys


def _read(text: str) -> dict[str, _Key]:
    pairs = (pair.partition(":") for pair in text.strip().split(","))
    return {key_id: _Key(key) for key_id, _, key in pairs}


def _key_file(path: Path) -> str:
    """Return the key file's text; the first time it appears whole and on the disk, or two processes have one each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            # an id of its own: were this key lost and another made, nobody would take one for the other
            file.write(f"k{token_hex(4)}:{Fernet.generate_key().decode()}")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # made by another process a moment ago
        finally:
            fresh.unlink()
    return path.read_text()
