"""Objects as they are now, what was changed of each, and the files from which many come at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, Uuid, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import db
from app.core.types import Code, UtcDateTime
from workflows.words import Term


class ObjectState(Term):
    """Whether an object is there and in use. One that was entered twice is removed, and names the one that stays."""

    IN_USE = "in_use", "在用", "in use"
    OUT_OF_USE = "out_of_use", "停用", "out of use"
    REMOVED = "removed", "已拆除或注销", "removed"


class ObjectEdit(Term):
    """What was done to an object."""

    ENTERED = "entered", "登记", "Entered"
    CHANGED = "changed", "变更", "Record changed"
    IMPORTED = "imported", "由文件导入", "Imported from a file"
    MERGED = "merged", "并入另一对象", "Merged into another"
    JOINED = "joined", "并入了重复的对象", "Joined by one entered twice"
    MOVED = "moved", "网格调整", "Its grid was drawn anew"


class ObjectRow(db.Model):
    """An object. Its point is in WGS-84 degrees; `band` and `lon` find what is near."""

    __tablename__ = "objects"

    object_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)  # made by whoever enters it
    kind: Mapped[str] = mapped_column(Code(20))
    identifier: Mapped[str | None] = mapped_column(Code(40))
    sort: Mapped[str] = mapped_column(Code(40), default="")  # digits of major and minor class, as the identifier says
    name: Mapped[str] = mapped_column(String(80))
    lon: Mapped[float]
    lat: Mapped[float]
    band: Mapped[int]  # of latitude: see `places.py`
    geometry: Mapped[str | None] = mapped_column(Text)  # of a line or an area that was drawn, as GeoJSON
    grid: Mapped[str] = mapped_column(Code(24), ForeignKey("grids.code"))
    grid_path: Mapped[str] = mapped_column(Code(120))
    placed_by: Mapped[int]  # the revision of the grids by which its grid was found
    owner: Mapped[str | None] = mapped_column(Code(24))
    owner_text: Mapped[str | None] = mapped_column(String(60))  # of one that is no department of the county
    manager: Mapped[str | None] = mapped_column(Code(24))
    manager_text: Mapped[str | None] = mapped_column(String(60))
    maintainer: Mapped[str | None] = mapped_column(Code(24))
    maintainer_text: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(Code(12), default=ObjectState.IN_USE)
    grade: Mapped[str | None] = mapped_column(Code(20))
    attributes: Mapped[str] = mapped_column(Text, default="{}")  # canonical JSON: the answers to the form of its kind
    merged_into: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("objects.object_id"))
    version: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str] = mapped_column(Code(80))  # of what it was entered with: the same again is known by it
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[UUID | None] = mapped_column(Uuid)  # none: by a command
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("state IN ('in_use', 'out_of_use', 'removed')", name="state_known"),
        CheckConstraint("merged_into IS NULL OR state = 'removed'", name="merged_is_removed"),
        CheckConstraint("owner IS NULL OR owner_text IS NULL", name="one_owner"),
        CheckConstraint("manager IS NULL OR manager_text IS NULL", name="one_manager"),
        CheckConstraint("maintainer IS NULL OR maintainer_text IS NULL", name="one_maintainer"),
        Index(
            "uq_objects_identifier",
            "kind",
            "identifier",
            unique=True,
            sqlite_where=(identifier.is_not(None) & (state != "removed")),
            postgresql_where=(identifier.is_not(None) & (state != "removed")),
        ),
        Index("ix_objects_near", "kind", "sort", "band", "lon"),
        Index("ix_objects_box", "band", "lon"),
        Index("ix_objects_path", "grid_path", "object_id"),
        Index("ix_objects_kind", "kind", "grid_path", "object_id"),
        Index("ix_objects_owner", "owner", sqlite_where=owner.is_not(None), postgresql_where=owner.is_not(None)),
        Index(
            "ix_objects_manager", "manager", sqlite_where=manager.is_not(None), postgresql_where=manager.is_not(None)
        ),
        Index(
            "ix_objects_maintainer",
            "maintainer",
            sqlite_where=maintainer.is_not(None),
            postgresql_where=maintainer.is_not(None),
        ),
        Index("ix_objects_placed", "placed_by"),
        Index("ix_objects_changed", "changed_at", "object_id"),
        Index(
            "ix_objects_merged",
            "merged_into",
            sqlite_where=merged_into.is_not(None),
            postgresql_where=merged_into.is_not(None),
        ),
    )


# written as the index of identifiers has it: with a parameter the databases could not tell that the index fits
ALIVE: ColumnElement[bool] = ObjectRow.state != literal_column("'removed'")


class ObjectChange(db.Model):
    """One thing done to an object: `changed` holds, by field, what was there and what is there since."""

    __tablename__ = "object_changes"

    object_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("objects.object_id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # the version it made
    op_id: Mapped[UUID | None] = mapped_column(Uuid)
    edit: Mapped[str] = mapped_column(Code(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_name: Mapped[str] = mapped_column(String(60))
    changed: Mapped[str] = mapped_column(Text)  # canonical JSON
    digest: Mapped[str | None] = mapped_column(Code(80))  # of what was asked, where it bears an `op_id`

    __table_args__ = (
        Index(
            "uq_object_changes_op",
            "object_id",
            "op_id",
            unique=True,
            sqlite_where=op_id.is_not(None),
            postgresql_where=op_id.is_not(None),
        ),
    )


class ObjectImport(db.Model):
    """A file of objects on its way in: checked whole, then taken a few rows at a time."""

    __tablename__ = "object_imports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(Code(20))
    file_name: Mapped[str] = mapped_column(String(120))
    file_digest: Mapped[str] = mapped_column(Code(80))
    crs: Mapped[str] = mapped_column(Code(10))
    stage: Mapped[str] = mapped_column(Code(10))
    by_id: Mapped[UUID | None] = mapped_column(Uuid)
    by_name: Mapped[str] = mapped_column(String(60))
    notes: Mapped[list[Any]] = mapped_column(JSON)  # what was passed over, in both languages
    rows: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)  # rows with a fault
    settled: Mapped[int] = mapped_column(default=0)  # rows done, in that order
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("stage IN ('loading', 'checked', 'faulty', 'taking', 'done')", name="stage_known"),
        Index("ix_object_imports_stage", "stage", "begun_at"),
    )


class ObjectImportRow(db.Model):
    """A row of such a file: what the object is to hold, or what is wrong with it."""

    __tablename__ = "object_import_rows"

    import_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("object_imports.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, without gaps
    number: Mapped[int]  # the row in the file
    object_id: Mapped[UUID] = mapped_column(Uuid)
    body: Mapped[str] = mapped_column(Text)  # JSON: what it says of the object
    faults: Mapped[str | None] = mapped_column(Text)  # JSON: column, Chinese, English of each

    __table_args__ = (
        Index(
            "ix_object_import_rows_faults",
            "import_id",
            "place",
            sqlite_where=faults.is_not(None),
            postgresql_where=faults.is_not(None),
        ),
    )
