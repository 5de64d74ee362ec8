"""Keep citizens' names and numbers encrypted; show them masked, and in full only with a line in the audit."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from flask import current_app

from app.audit import service as audit
from app.audit.tags import Tag
from app.core import clock
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Person
from app.intake.models import Citizen


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
    fernet = _keys()[citizen.key_id]
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
        text = current_app.config["CITIZEN_KEYS"] or _key_file(Path(current_app.config["DATA_DIR"]) / "citizen.key")
        pairs = (pair.partition(":") for pair in text.strip().split(","))
        extensions["gezhi_citizen_keys"] = {key_id: Fernet(key) for key_id, _, key in pairs}
    keys: dict[str, Fernet] = extensions["gezhi_citizen_keys"]
    return keys


def _key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"k1:{Fernet.generate_key().decode()}")
    except FileExistsError:
        pass  # made before, or by another process a moment ago
    return path.read_text()
