"""Seal what is known of a resident, field by field, and open it again; nobody else does."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from app.core import clock, encryption, letters, telephones
from app.core.db import db, overwrite_deleted
from app.core.digests import canonical
from app.residents.models import Resident, ResidentField
from app.residents.resident_rules import FieldRule, rules

Consent = tuple[str, date]  # who has agreed, and when


def put(
    resident: Resident, known: Mapping[str, ResidentField], answers: Mapping[str, Any], consent: Consent | None = None
) -> None:
    """Keep some answers, with the consent on which they rest; one that is None is deleted."""
    overwrite_deleted()
    for code, answer in answers.items():
        row = known.get(code)
        if answer is None:
            if row is not None:
                db.session.delete(row)
            continue
        key_id, (sealed,) = encryption.seal(canonical(answer))
        sought = encryption.digest(_sought(code, answer)) if rules().fields[code].sought else None
        values: dict[str, Any] = {"key_id": key_id, "sealed": sealed, "digest": sought, "at": clock.now()}
        if consent and rules().fields[code].bears_consent:
            values |= {"consent_by": consent[0], "consent_on": consent[1]}
        if row is None:
            db.session.add(ResidentField(resident_id=resident.resident_id, field=code, n=1, **values))
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.n += 1


def agree(known: Mapping[str, ResidentField], consent: Consent) -> list[str]:
    """Keep with some fields that their consent is another; return with which."""
    resting = [one for code, one in known.items() if rules().fields[code].bears_consent]
    changed = [one for one in resting if (one.consent_by, one.consent_on) != consent]
    for one in changed:
        one.consent_by, one.consent_on = consent
    return [one.field for one in changed]


def opened_if_any(row: ResidentField | None) -> Any:
    """Return what a field holds; None where it is not kept, something empty where no key opens it."""
    try:
        return None if row is None else opened(row)
    except encryption.KeyMissing:
        return ""


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
