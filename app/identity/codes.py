"""One-time sign-in codes: how an administrator lets somebody in who has forgotten the password or is locked out.

A code is so long that nobody guesses it, so it is not counted, and no number of failures by others holds it up. It
opens one session within its hours; from then on it is only good as the old password when a new one is set. Until that
is done no password opens the account: whoever knew the old one is out.
"""

import hmac
import re
import secrets
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, select, update

from app.core import clock
from app.core.db import db
from app.identity import tokens
from app.identity.models import PersonRow, SignInCode

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS, _GROUP = 4, 4  # some 79 bits
_FORM = re.compile(f"[{_LETTERS}]{{{_GROUPS * _GROUP}}}")


def invent() -> str:
    """Return a fresh code in groups, to be read out or written down."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def give(person_id: UUID) -> str:
    """Return a new code for a person, in the running transaction; one given before ends."""
    code, now = invent(), clock.now()
    revoke(person_id)
    expires_at = now + timedelta(hours=current_app.config["SIGN_IN_CODE_HOURS"])
    db.session.add(SignInCode(person_id=person_id, digest=digest(code), made_at=now, expires_at=expires_at))
    return code


def revoke(person_id: UUID) -> None:
    """End a person's code: the account has a password again."""
    db.session.execute(delete(SignInCode).where(SignInCode.person_id == person_id))


def has_form(typed: str) -> bool:
    """Tell whether what was typed could be a code."""
    return _FORM.fullmatch(_plain(typed)) is not None


def find(username: str, typed: str) -> UUID | None:
    """Return whose account a code opens now; None when it opens none."""
    wanted = (
        select(SignInCode.person_id, SignInCode.digest)
        .join(PersonRow, PersonRow.id == SignInCode.person_id)
        .where(
            PersonRow.username == username.strip().lower(),
            PersonRow.active,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > clock.now(),
        )
    )
    row = db.session.execute(wanted).one_or_none()
    return row.person_id if row and hmac.compare_digest(row.digest, digest(typed)) else None


def use_up(person_id: UUID) -> bool:
    """Take a code; False when somebody else was quicker."""
    unused = update(SignInCode).where(SignInCode.person_id == person_id, SignInCode.used_at.is_(None))
    statement = unused.values(used_at=clock.now()).returning(SignInCode.person_id)
    return db.session.scalar(statement.execution_options(synchronize_session=False)) is not None


def stands_for_password(person_id: UUID, typed: str) -> bool | None:
    """Tell whether a code is right as the old password; None where the account has a password."""
    row = db.session.get(SignInCode, person_id)
    return None if row is None else hmac.compare_digest(row.digest, digest(typed))


def _plain(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed).lower()


def digest(typed: str) -> str:
    return tokens.digest(_plain(typed))
