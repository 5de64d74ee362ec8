"""Figures about sessions for those who run the system."""

from collections.abc import Mapping

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.identity.models import SessionRow


def open_sessions() -> Mapping[tuple[str, ...], float]:
    """Count the sessions that have neither ended nor run out."""
    standing = (SessionRow.ended_at.is_(None), SessionRow.refresh_expires_at > clock.now())
    return {(): float(db.session.scalar(select(func.count()).select_from(SessionRow).where(*standing)) or 0)}
