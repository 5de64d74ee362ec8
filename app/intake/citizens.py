"""Keep citizens' names and numbers encrypted; show them masked, and in full only with a line in the audit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import func, select

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.permissions import Person
from app.intake.models import Citizen


class KeyMissing(Conflict):
    """缺少读取群众信息的密钥，请管理员把原来的 citizen.key 放回数据文件夹。"""

    code = "citizen_key_missing"
    en = "The key to citizens' data is missing: the administrator puts citizen.key back into the data folder."


@dataclass(frozen=True)
class Contact:
    """How to reach a citizen; masked unless it was revealed."""

    name: str | None
    phone: str | None
    anonymous: bool


def keep(citizen_id: UUID, reporter: Mapping[str, Any]) -> None:
    """Keep a citizen, inside a transaction; an anonymous one without name and number."""
    key_id, fernet = _newest_key()
    named = {} if reporter["anonymous"] else reporter
    citizen = Citizen(
        id=citizen_id,
        key_id=key_id,
        name=_seal(fernet, named.get("name")),
        phone=_seal(fernet, named.get("phone")),
        anonymous=reporter["anonymous"],
        consented=reporter["consent"],
        created_at=clock.now(),
    )
    db.session.add(citizen)


def is_same(citizen_id: UUID | None, reporter: Mapping[str, Any] | None) -> bool:
    """Tell whether a report names the citizen who is kept; one that can no longer be read is believed."""
    if citizen_id is None or not reporter:
        return citizen_id is None and not reporter
    named = {} if reporter["anonymous"] else reporter
    try:
        return _open(citizen_id) == Contact(named.get("name"), named.get("phone"), reporter["anonymous"])
    except (NotFound, KeyMissing):
        return True


def masked(citizen_id: UUID) -> Contact:
    """Return what anybody who sees the case may see: the first character, the last four digits."""
    contact = _open(citizen_id)
    return Contact(
        contact.name[0] + "*" * (len(contact.name) - 1) if contact.name else None,
        "*" * (len(contact.phone) - 4) + contact.phone[-4:] if contact.phone else None,
        contact.anonymous,
    )


def reveal(citizen_id: UUID, case_id: UUID, person: Person, reason: str) -> Contact:
    """Return a citizen's name and number, inside a transaction that also writes down who looked and why."""
    contact = _open(citizen_id)
    audit.record(Tag.CITIZEN_REVEALED, person_id=person.person_id, subject=("case", case_id), reason=reason)
    return contact


def _open(citizen_id: UUID) -> Contact:
    citizen = db.session.get(Citizen, citizen_id)
    if citizen is None:
        raise NotFound
    fernet = _keys().get(citizen.key_id)
    if fernet is None:
        raise KeyMissing
    opened = [fernet.decrypt(sealed).decode() if sealed else None for sealed in (citizen.name, citizen.phone)]
    return Contact(opened[0], opened[1], citizen.anonymous)


def _seal(fernet: Fernet, text: str | None) -> bytes | None:
    return fernet.encrypt(text.encode()) if text else None


def _newest_key() -> tuple[str, Fernet]:
    return next(iter(_keys().items()))


def _keys() -> dict[str, Fernet]:
    """Return the keys by id, the newest first: from the setting, else from a file only we may read."""
    extensions = current_app.extensions
    if "gezhi_citizen_keys" not in extensions:
        extensions["gezhi_citizen_keys"] = _read(current_app.config["CITIZEN_KEYS"] or _key_file(key_path()))
    keys: dict[str, Fernet] = extensions["gezhi_citizen_keys"]
    return keys


def key_path() -> Path:
    """Return where the keys are kept when no setting brings them."""
    return Path(current_app.config["DATA_DIR"]) / "citizen.key"


def unreadable_keys() -> tuple[str, ...]:
    """Return the ids of keys under which citizens are kept and which are not here, or are not the same."""
    path = key_path()
    text = current_app.config["CITIZEN_KEYS"] or (path.read_text() if path.exists() else "")
    keys = _read(text) if text else {}
    used = db.session.scalars(select(Citizen.key_id).distinct().order_by(Citizen.key_id)).all()
    return tuple(key_id for key_id in used if not _opens(keys.get(key_id), _sample(key_id)))


def _sample(key_id: str) -> bytes | None:
    sealed = func.coalesce(Citizen.phone, Citizen.name)
    return db.session.scalar(select(sealed).where(Citizen.key_id == key_id, sealed.is_not(None)).limit(1))


def _opens(fernet: Fernet | None, sealed: bytes | None) -> bool:
    if fernet is None or sealed is None:
        return sealed is None
    try:
        fernet.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _read(text: str) -> dict[str, Fernet]:
    pairs = (pair.partition(":") for pair in text.strip().split(","))
    return {key_id: Fernet(key) for key_id, _, key in pairs}


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
