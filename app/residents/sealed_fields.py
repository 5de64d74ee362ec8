"""Seal what is known of a resident, field by field, and open it again; nobody else does."""

import json
from collections.abc import Mapping
from typing import Any

from app.core import clock, encryption, letters, telephones
from app.core.db import db
from app.core.digests import canonical
from app.residents.models import Resident, ResidentField
from app.residents.resident_rules import FieldRule, rules


def put(resident: Resident, known: Mapping[str, ResidentField], answers: Mapping[str, Any]) -> None:
    """Keep some answers; one that is None is deleted."""
    for code, answer in answers.items():
        row = known.get(code)
        if answer is None:
            if row is not None:
                db.session.delete(row)
            continue
        key_id, (sealed,) = encryption.seal(canonical(answer))
        sought = encryption.digest(_sought(code, answer)) if rules().fields[code].sought else None
        values = {"key_id": key_id, "sealed": sealed, "digest": sought, "at": clock.now()}
        if row is None:
            db.session.add(ResidentField(resident_id=resident.resident_id, field=code, n=1, **values))
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.n += 1


def opened(row: ResidentField) -> Any:
    """Return what a field holds; raise KeyMissing."""
    (text,) = encryption.unseal(row.key_id, row.sealed)
    return json.loads(text) if text else None


def digests(rule: FieldRule, text: str) -> list[str]:
    """Return by what a field is found that holds this text as a whole."""
    return encryption.digests(_sought(rule.code, text))


def _sought(code: str, answer: Any) -> str:
    text = letters.fold_name(str(answer))
    try:
        text = telephones.read(text) or text
    except telephones.NoTelephone:
        text = text.upper()
    return f"{code}:{text}"
