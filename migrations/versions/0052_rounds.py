"""Keep rounds by plan, their stops, findings, steps and tracks; let roles do them and look after them."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

ACT, MANAGE, OVERSEE, READ = "round:step:act", "round:plan:manage", "round:ground:read", "round:row:read"
LIKE = {  # who may do the one may do the other from now on
    "case:row:report_as_worker": (ACT, READ),
    "case:row:report_as_auxiliary": (ACT, READ),
    "case:step:find": (ACT, READ),
    "case:step:close": (MANAGE, OVERSEE, READ),
    "case:step:force_close": (MANAGE, OVERSEE, READ),
    "case:step:whistle": (MANAGE, OVERSEE, READ),
    "case:step:decide_further_deferral": (OVERSEE, READ),
    "case:step:supervise": (OVERSEE, READ),
    "grid:roster:manage": (OVERSEE, READ),
}

held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    _rounds()
    _stops()
    _steps()
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, fresh) for role, permission in standing for fresh in LIKE.get(permission, ())}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision(connection)


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.delete(held).where(held.c.permission.in_((ACT, MANAGE, OVERSEE, READ))))
    _raise_revision(connection)
    for table in ("round_tracks", "round_steps", "round_findings", "round_stops", "rounds"):
        op.drop_table(table)


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("service", _code(20), nullable=False),
        sa.Column("code", _code(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", _code(10), nullable=False),
        sa.Column("subject", _code(20), nullable=False),
        sa.Column("duty", _code(20), nullable=False),
        sa.Column("grid", _code(24), nullable=False),
        sa.Column("grid_path", _code(120), nullable=False),
        _moment("window_from"),
        _moment("window_until"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("state", _code(12), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("turned_seq", sa.Integer(), nullable=False),
        sa.Column("doer_id", sa.Uuid(), nullable=True),
        sa.Column("doer_name", sa.String(60), nullable=True),
        _moment("started_at", nullable=True),
        _moment("ended_at", nullable=True),
        _moment("desk_at"),
        sa.Column("stops", sa.Integer(), nullable=False),
        sa.Column("stops_done", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=True),
        _moment("changed_at"),
        sa.CheckConstraint(
            "state IN ('planned', 'due', 'started', 'missed', 'done', 'cancelled')", name=op.f("ck_rounds_state_known")
        ),
        sa.CheckConstraint("window_until > window_from", name=op.f("ck_rounds_ends_after_start")),
        sa.CheckConstraint("state != 'started' OR doer_id IS NOT NULL", name=op.f("ck_rounds_somebody_started")),
        sa.CheckConstraint(
            "(state IN ('done', 'cancelled')) = (ended_at IS NOT NULL)", name=op.f("ck_rounds_ended_when_ended")
        ),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_rounds_grid")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_rounds")),
        sa.UniqueConstraint(
            "service", "code", "window_from", "n", "grid", name=op.f("uq_rounds_service_code_window_from_n_grid")
        ),
    )
    op.create_index("ix_rounds_mine", "rounds", ["grid", "duty", "state", "window_until"])
    op.create_index("ix_rounds_ground", "rounds", ["grid_path", "window_from"])
    op.create_index("ix_rounds_changed", "rounds", ["changed_at", "round_id"])
    op.create_index("ix_rounds_begins", "rounds", ["state", "window_from"])
    op.create_index("ix_rounds_ends", "rounds", ["state", "window_until"])
    op.create_index("ix_rounds_last", "rounds", ["service", "code", "grid", "ended_at"])


def _stops() -> None:
    op.create_table(
        "round_stops",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("note", sa.String(500), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        _moment("visited_at", nullable=True),
        sa.ForeignKeyConstraint(["object_id"], ["objects.object_id"], name=op.f("fk_round_stops_object_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=op.f("fk_round_stops_round_id")),
        sa.PrimaryKeyConstraint("round_id", "stop", name=op.f("pk_round_stops")),
    )
    where = sa.text("object_id IS NOT NULL")
    op.create_index(
        "ix_round_stops_object", "round_stops", ["object_id", "visited_at"], sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "round_findings",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("stop", sa.Integer(), nullable=True),
        _moment("at"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=op.f("fk_round_findings_round_id")),
        sa.PrimaryKeyConstraint("case_id", "round_id", name=op.f("pk_round_findings")),
    )
    op.create_index("ix_round_findings_round", "round_findings", ["round_id"])


def _steps() -> None:
    op.create_table(
        "round_steps",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("action", _code(20), nullable=False),
        sa.Column("state_from", _code(12), nullable=True),
        sa.Column("state_to", _code(12), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(60), nullable=False),
        _moment("at"),
        _moment("phone_at", nullable=True),
        _moment("counts_at"),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("asked_digest", _code(80), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=op.f("fk_round_steps_round_id")),
        sa.PrimaryKeyConstraint("round_id", "seq", name=op.f("pk_round_steps")),
        sa.UniqueConstraint("round_id", "op_id", name=op.f("uq_round_steps_round_id_op_id")),
    )
    op.create_table(
        "round_tracks",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        _moment("delete_at"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.round_id"], name=op.f("fk_round_tracks_round_id")),
        sa.PrimaryKeyConstraint("round_id", "seq", name=op.f("pk_round_tracks")),
    )
    op.create_index("ix_round_tracks_delete", "round_tracks", ["delete_at"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _raise_revision(connection: sa.Connection) -> None:
    """Let processes that keep the roles read them anew."""
    raised = sa.update(revisions).where(revisions.c.what == "roles")
    connection.execute(raised.values(number=revisions.c.number + 1))
