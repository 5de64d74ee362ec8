"""The rows of the catalogue: documents, and their versions, which are never changed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime


class CatalogueDocument(db.Model):
    """A document that has at least one version."""

    __tablename__ = "catalogue_documents"

    kind: Mapped[str] = mapped_column(Code(20), primary_key=True)
    code: Mapped[str] = mapped_column(Code(20), primary_key=True)


class CatalogueVersion(db.Model):
    """What a document says from a moment on; of several begun, the one begun last holds."""

    __tablename__ = "catalogue_versions"
    __table_args__ = (
        ForeignKeyConstraint(["kind", "code"], ["catalogue_documents.kind", "catalogue_documents.code"]),
        CheckConstraint("version >= 1", name="version_from_one"),
    )

    kind: Mapped[str] = mapped_column(Code(20), primary_key=True)
    code: Mapped[str] = mapped_column(Code(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[str] = mapped_column(Text)  # canonical JSON
    sha256: Mapped[str] = mapped_column(Code(64))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_by: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(300))
