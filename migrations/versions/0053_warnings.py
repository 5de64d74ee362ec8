"""Keep warnings, and let rounds say what they were made for."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

GIVE, READ = "warning:row:give", "warning:row:read"
LIKE = {  # who may do the one may do the other from now on
    "case:step:close": (GIVE, READ),
    "case:step:force_close": (GIVE, READ),
    "case:step:accept": (READ,),
    "case:step:dispatch": (READ,),
    "case:step:whistle": (READ,),
    "case:step:decide_further_deferral": (READ,),
    "case:step:supervise": (READ,),
}
held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "warnings",
        sa.Column("warning_id", sa.Uuid(), nullable=False),
        sa.Column("kind", code(20), nullable=False),
        sa.Column("level", code(10), nullable=False),
        sa.Column("grid", code(24), nullable=False),
        sa.Column("grid_path", code(120), nullable=False),
        sa.Column("number", sa.String(60), nullable=True),
        sa.Column("issuer", sa.String(60), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("confirm_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('blue', 'yellow', 'orange', 'red')", name=op.f("ck_warnings_level_known")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= given_at", name=op.f("ck_warnings_ends_after_start")),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_warnings_grid")),
        sa.PrimaryKeyConstraint("warning_id", name=op.f("pk_warnings")),
    )
    _index("ix_warnings_open", "warnings", ["given_at"], "ended_at IS NULL")
    op.create_index("ix_warnings_path", "warnings", ["grid_path", "given_at"])
    op.add_column("rounds", sa.Column("origin_id", sa.Uuid(), nullable=True))
    _index("ix_rounds_origin", "rounds", ["origin_id", "grid"], "origin_id IS NOT NULL")
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, fresh) for role, permission in standing for fresh in LIKE.get(permission, ())}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    op.execute("DELETE FROM round_tracks WHERE round_id IN (SELECT round_id FROM rounds WHERE origin_id IS NOT NULL)")
    for table in ("round_findings", "round_stops", "round_steps", "rounds"):
        op.execute(
            f"DELETE FROM {table} WHERE round_id IN (SELECT round_id FROM rounds WHERE origin_id IS NOT NULL)"  # noqa: S608
        )
    op.drop_index("ix_rounds_origin", table_name="rounds")
    op.drop_column("rounds", "origin_id")
    op.drop_table("warnings")
    connection = op.get_bind()
    connection.execute(sa.delete(held).where(held.c.permission.in_([GIVE, READ])))
    _raise_revision(connection)


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    connection.execute(sa.update(revisions).where(revisions.c.what == "roles").values(number=revisions.c.number + 1))


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
