"""Keep campaigns, the ground of each, what came of their forms, and who was reminded when."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("kind", code(10), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("number", sa.String(60), nullable=True),
        sa.Column("service", code(20), nullable=False),
        sa.Column("round_code", code(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('census', 'check_up')", name=op.f("ck_campaigns_kind_known")),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_campaigns_ends_after_start")),
        sa.CheckConstraint("settled_at IS NULL OR closed_at IS NOT NULL", name=op.f("ck_campaigns_settled_is_closed")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint(
            "service", "round_code", "begins_at", name=op.f("uq_campaigns_service_round_code_begins_at")
        ),
    )
    op.create_index("ix_campaigns_list", "campaigns", ["begins_on", "campaign_id"])
    unsettled = sa.text("settled_at IS NULL")
    op.create_index("ix_campaigns_open", "campaigns", ["ends_on"], sqlite_where=unsettled, postgresql_where=unsettled)
    op.create_index("ix_campaigns_years", "campaigns", ["service", "round_code", "year"])
    op.create_table(
        "campaign_grounds",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("grid", code(24), nullable=False),
        sa.Column("grid_path", code(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_campaign_grounds_campaign_id")
        ),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_campaign_grounds_grid")),
        sa.PrimaryKeyConstraint("campaign_id", "grid", name=op.f("pk_campaign_grounds")),
    )
    op.create_index("ix_campaign_grounds_path", "campaign_grounds", ["grid_path"])
    op.create_table(
        "campaign_results",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("grid", code(24), nullable=False),
        sa.Column("field", code(60), nullable=False),
        sa.Column("answer", code(60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=True),
        sa.Column("least", sa.Double(), nullable=True),
        sa.Column("most", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.campaign_id"], name=op.f("fk_campaign_results_campaign_id")
        ),
        sa.ForeignKeyConstraint(["grid"], ["grids.code"], name=op.f("fk_campaign_results_grid")),
        sa.PrimaryKeyConstraint("campaign_id", "grid", "field", "answer", name=op.f("pk_campaign_results")),
    )
    op.create_table(
        "campaign_reminders",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_campaign_reminders_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_campaign_reminders")),
    )


def downgrade() -> None:
    of_campaigns = "SELECT round_id FROM rounds WHERE origin_id IN (SELECT campaign_id FROM campaigns)"
    for table in ("round_tracks", "round_findings", "round_stops", "round_steps", "rounds"):
        op.execute(f"DELETE FROM {table} WHERE round_id IN ({of_campaigns})")  # noqa: S608 - our own words
    for table in ("campaign_reminders", "campaign_results", "campaign_grounds", "campaigns"):
        op.drop_table(table)
