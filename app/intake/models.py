"""Citizens behind reports: what is known of them is encrypted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


class Citizen(db.Model):
    """Somebody who reported or whom an answer names: name and telephone, encrypted under the key named beside them."""

    __tablename__ = "citizens"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key_id: Mapped[str] = mapped_column(Code(20))
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    anonymous: Mapped[bool]
    consented: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
