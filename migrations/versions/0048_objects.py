"""Keep objects entered once, their history and the files they come from; let roles see and keep them."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

READ, ENTER, MANAGE = "object:row:read", "object:row:enter", "object:row:manage"
LIKE = {  # who may do the one may do the other from now on
    "case:row:read": (READ,),
    "case:row:report_as_worker": (ENTER, READ),
    "grid:boundary:import": (ENTER, MANAGE, READ),
}

held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    _objects()
    _changes()
    _imports()
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, fresh) for role, permission in standing for fresh in LIKE.get(permission, ())}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(held).where(held.c.permission.in_((READ, ENTER, MANAGE))))
    _raise_revision(connection)
    for table in ("object_import_rows", "object_imports", "object_changes", "objects"):
        op.drop_table(table)


def _objects() -> None:
    parties = [
        column
        for role in ("owner", "manager", "maintainer")
        for column in (
            sa.Column(role, _code(24), nullable=True),
            sa.Column(f"{role}_text", sa.String(60), nullable=True),
        )
    ]
    op.create_table(
        "objects",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _code(20), nullable=False),
        sa.Column("identifier", _code(40), nullable=True),
        sa.Column("sort", _code(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("geometry", sa.Text(), nullable=True),
        sa.Column("grid", _code(24), nullable=False),
        sa.Column("grid_path", _code(120), nullable=False),
        sa.Column("placed_by", sa.Integer(), nullable=False),
        *parties,
        sa.Column("state", _code(12), nullable=False),
        sa.Column("grade", _code(20), nullable=True),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", _code(80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('in_use', 'out_of_use', 'removed')", name=op.f("ck_objects_state_known")),
        sa.CheckConstraint("merged_into IS NULL OR state = 'removed'", name=op.f("ck_objects_merged_is_removed")),
        sa.CheckConstraint("owner IS NULL OR owner_text IS NULL", name=op.f("ck_objects_one_owner")),
        sa.CheckConstraint("manager IS NULL OR manager_text IS NULL", name=op.f("ck_objects_one_manager")),
        sa.CheckConstraint("maintainer IS NULL OR maintainer_text IS NULL", name=op.f("ck_objects_one_maintainer")),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_objects_grid")),
        sa.ForeignKeyConstraint(["merged_into"], ["objects.object_id"], name=op.f("fk_objects_merged_into")),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_objects")),
    )
    alive = sa.text("identifier IS NOT NULL AND state != 'removed'")
    _index("uq_objects_identifier", "objects", ["kind", "identifier"], where=alive, unique=True)
    op.create_index("ix_objects_near", "objects", ["kind", "sort", "band", "lon"])
    op.create_index("ix_objects_box", "objects", ["band", "lon"])
    op.create_index("ix_objects_path", "objects", ["grid_path", "object_id"])
    op.create_index("ix_objects_kind", "objects", ["kind", "grid_path", "object_id"])
    for role in ("owner", "manager", "maintainer"):
        _index(f"ix_objects_{role}", "objects", [role], where=sa.text(f"{role} IS NOT NULL"))
    op.create_index("ix_objects_placed", "objects", ["placed_by"])


def _changes() -> None:
    op.create_table(
        "object_changes",
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=True),
        sa.Column("edit", _code(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("digest", _code(80), nullable=True),
        sa.ForeignKeyConstraint(["object_id"], ["objects.object_id"], name=op.f("fk_object_changes_object_id")),
        sa.PrimaryKeyConstraint("object_id", "n", name=op.f("pk_object_changes")),
    )
    columns = ["object_id", "op_id"]
    _index("uq_object_changes_op", "object_changes", columns, where=sa.text("op_id IS NOT NULL"), unique=True)


def _imports() -> None:
    counts = ("rows", "faults", "settled", "created", "changed", "unchanged")
    op.create_table(
        "object_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", _code(20), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("file_digest", _code(80), nullable=False),
        sa.Column("crs", _code(10), nullable=False),
        sa.Column("stage", _code(10), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage IN ('loading', 'checked', 'faulty', 'taking', 'done')",
            name=op.f("ck_object_imports_stage_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_object_imports")),
    )
    op.create_index("ix_object_imports_stage", "object_imports", ["stage", "begun_at"])
    op.create_table(
        "object_import_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["object_imports.id"], name=op.f("fk_object_import_rows_import_id")),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_object_import_rows")),
    )
    where = sa.text("faults IS NOT NULL")
    _index("ix_object_import_rows_faults", "object_import_rows", ["import_id", "place"], where=where)


def _index(name: str, table: str, columns: list[str], *, where: sa.TextClause, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    raised = sa.update(revisions).where(revisions.c.what == "roles")
    connection.execute(raised.values(number=revisions.c.number + 1))
