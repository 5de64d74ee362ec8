"""Keep residents and households to visit, what is known of them sealed; let roles see, enter and reveal them."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

ENTER, READ, REVEAL = "resident:row:enter", "resident:row:read", "resident:field:reveal"
LIKE = {  # who may do the one may do the other from now on
    "case:step:whistle": (ENTER, READ, REVEAL),
    "case:row:report_as_worker": (READ,),
}
held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    _residents()
    _beside()
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, fresh) for role, permission in standing for fresh in LIKE.get(permission, ())}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(held).where(held.c.permission.in_((ENTER, READ, REVEAL))))
    _raise_revision(connection)
    for table in ("resident_changes", "resident_fields", "resident_cares", "residents"):
        op.drop_table(table)


def _residents() -> None:
    op.create_table(
        "residents",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("subject", _code(10), nullable=False),
        sa.Column("number", _code(12), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=True),
        sa.Column("grid", _code(24), nullable=False),
        sa.Column("grid_path", _code(120), nullable=False),
        sa.Column("digest", _code(64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("subject IN ('person', 'household')", name=op.f("ck_residents_subject_known")),
        sa.CheckConstraint("erased_at IS NULL OR ended_at IS NOT NULL", name=op.f("ck_residents_erased_after_end")),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_residents_grid")),
        sa.ForeignKeyConstraint(["household_id"], ["residents.resident_id"], name=op.f("fk_residents_household_id")),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_residents")),
    )
    _index("ix_residents_path", "residents", ["grid_path", "resident_id"], "ended_at IS NULL")
    _index("ix_residents_household", "residents", ["household_id"], "household_id IS NOT NULL")
    _index("ix_residents_ended", "residents", ["ended_at"], "ended_at IS NOT NULL")


def _beside() -> None:
    op.create_table(
        "resident_cares",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("care", _code(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", _code(12), nullable=True),
        _of_resident("resident_cares"),
        sa.PrimaryKeyConstraint("resident_id", "care", name=op.f("pk_resident_cares")),
    )
    op.create_index("ix_resident_cares_care", "resident_cares", ["care", "resident_id"])
    op.create_table(
        "resident_fields",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("field", _code(20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("key_id", _code(20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", _code(64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consent_by", _code(10), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(consent_by IS NULL) = (consent_on IS NULL)", name=op.f("ck_resident_fields_consent_whole")
        ),
        _of_resident("resident_fields"),
        sa.PrimaryKeyConstraint("resident_id", "field", name=op.f("pk_resident_fields")),
    )
    _index("ix_resident_fields_digest", "resident_fields", ["field", "digest"], "digest IS NOT NULL")
    op.create_table(
        "resident_changes",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=True),
        sa.Column("edit", _code(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.String(60), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("cares", sa.JSON(), nullable=False),
        sa.Column("digest", _code(64), nullable=True),
        _of_resident("resident_changes"),
        sa.PrimaryKeyConstraint("resident_id", "n", name=op.f("pk_resident_changes")),
    )
    _index("uq_resident_changes_op", "resident_changes", ["resident_id", "op_id"], "op_id IS NOT NULL", unique=True)


def _of_resident(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["resident_id"], ["residents.resident_id"], name=op.f(f"fk_{table}_resident_id"))


def _index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    connection.execute(sa.update(revisions).where(revisions.c.what == "roles").values(number=revisions.c.number + 1))
