"""Keep cases, their timeline, tasks, clocks and links."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", code(30), nullable=False),
        sa.Column("workflow", code(40), nullable=False),
        sa.Column("state", code(20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("turned_seq", sa.Integer(), nullable=False),
        sa.Column("hash", code(80), nullable=False),
        sa.Column("source", code(20), nullable=False),
        sa.Column("external_no", sa.String(length=60), nullable=True),
        sa.Column("external_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("service", code(40), nullable=True),
        sa.Column("class_code", code(20), nullable=True),
        sa.Column("condition", code(20), nullable=True),
        sa.Column("catalogue_version", sa.Integer(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("grid", code(24), nullable=False),
        sa.Column("grid_path", code(120), nullable=False),
        sa.Column("area_class", code(1), nullable=False),
        sa.Column("level", code(10), nullable=False),
        sa.Column("centre", code(24), nullable=False),
        sa.Column("handed_down_by", code(24), nullable=True),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("self_fixed", sa.Boolean(), nullable=False),
        sa.Column("danger_remains", sa.Boolean(), nullable=False),
        sa.Column("missed_by_patrol", sa.Boolean(), nullable=False),
        sa.Column("reopen_wanted", sa.Boolean(), nullable=False),
        sa.Column("review_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finding", code(20), nullable=True),
        sa.Column("supervision", code(10), nullable=True),
        sa.Column("lead", code(24), nullable=True),
        sa.Column("merged_from", code(20), nullable=True),
        sa.Column("ended_how", code(20), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("wrong_dispatches", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name=op.f("ck_cases_closed_has_time")),
        sa.CheckConstraint("state <> 'merged' OR merged_from IS NOT NULL", name=op.f("ck_cases_merged_knows_before")),
        sa.CheckConstraint(
            "state NOT IN ('dispatched', 'handling', 'deferred', 'enforcing') OR lead IS NOT NULL",
            name=op.f("ck_cases_handling_has_lead"),
        ),
        sa.CheckConstraint("seq >= 1 AND turned_seq BETWEEN 1 AND seq", name=op.f("ck_cases_seq_counts")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_changed", "cases", ["changed_at", "case_id"], unique=False)
    op.create_index("ix_cases_near", "cases", ["class_code", "lat"], unique=False)
    op.create_index("ix_cases_number", "cases", ["number"], unique=False)
    op.create_index("ix_cases_path", "cases", ["grid_path", "changed_at", "case_id"], unique=False)
    op.create_index("ix_cases_queue", "cases", ["centre", "state", "changed_at", "case_id"], unique=False)
    op.create_index("ix_cases_reporter", "cases", ["reporter_id", "changed_at", "case_id"], unique=False)
    op.create_table(
        "case_steps",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.Uuid(), nullable=False),
        sa.Column("action", code(30), nullable=False),
        sa.Column("state_from", code(20), nullable=True),
        sa.Column("state_to", code(20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("on_behalf_of", code(24), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.String(), nullable=True),
        sa.Column("salt", code(32), nullable=True),
        sa.Column("data_digest", code(80), nullable=False),
        sa.Column("previous_hash", code(80), nullable=False),
        sa.Column("hash", code(80), nullable=False),
        sa.Column("asked_digest", code(80), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_steps_case_id")),
        sa.PrimaryKeyConstraint("case_id", "seq", name=op.f("pk_case_steps")),
    )
    op.create_index("uq_case_steps_op", "case_steps", ["case_id", "op_id"], unique=True)
    op.create_table(
        "case_tasks",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("part", code(10), nullable=False),
        sa.Column("state", code(10), nullable=False),
        sa.Column("department", code(24), nullable=True),
        sa.Column("handler_id", sa.Uuid(), nullable=True),
        sa.Column("contractor", code(24), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("ask", code(10), nullable=True),
        sa.Column("ask_by", sa.Uuid(), nullable=True),
        sa.Column("ask_data", sa.JSON(), nullable=True),
        sa.Column("ask_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(department IS NULL) = (part IN ('verify', 'check'))", name=op.f("ck_case_tasks_whose_task")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_tasks_case_id")),
        sa.PrimaryKeyConstraint("case_id", "task", name=op.f("pk_case_tasks")),
    )
    op.create_index(
        "ix_case_tasks_ask",
        "case_tasks",
        ["ask_until"],
        unique=False,
        sqlite_where=sa.text("ask IS NOT NULL"),
        postgresql_where=sa.text("ask IS NOT NULL"),
    )
    op.create_index("ix_case_tasks_department", "case_tasks", ["department", "state", "case_id"], unique=False)
    op.create_index("ix_case_tasks_handler", "case_tasks", ["handler_id", "state", "case_id"], unique=False)
    op.create_table(
        "case_clocks",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.Integer(), nullable=False),
        sa.Column("stage", code(10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("answerable", code(60), nullable=False),
        sa.Column("kind", code(20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("calendar", code(40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extended_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("urging_only", sa.Boolean(), nullable=False),
        sa.Column("result", code(10), nullable=True),
        sa.CheckConstraint("result IS NULL OR stopped_at IS NOT NULL", name=op.f("ck_case_clocks_result_when_stopped")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_clocks_case_id")),
        sa.PrimaryKeyConstraint("case_id", "clock", name=op.f("pk_case_clocks")),
    )
    op.create_index(
        "ix_case_clocks_due",
        "case_clocks",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("stopped_at IS NULL AND paused_at IS NULL AND NOT overdue"),
        postgresql_where=sa.text("stopped_at IS NULL AND paused_at IS NULL AND NOT overdue"),
    )
    op.create_index(
        "ix_case_clocks_warn",
        "case_clocks",
        ["warn_at"],
        unique=False,
        sqlite_where=sa.text("stopped_at IS NULL AND paused_at IS NULL AND NOT warned"),
        postgresql_where=sa.text("stopped_at IS NULL AND paused_at IS NULL AND NOT warned"),
    )
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("other", sa.Uuid(), nullable=False),
        sa.Column("kind", code(20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_links_case_id")),
        sa.PrimaryKeyConstraint("case_id", "other", "kind", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_other", "case_links", ["other", "kind"], unique=False)
    op.create_table(
        "number_blocks",
        sa.Column("prefix", code(24), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_number_blocks")),
    )


def downgrade() -> None:
    op.drop_table("number_blocks")
    op.drop_table("case_links")
    op.drop_table("case_clocks")
    op.drop_table("case_tasks")
    op.drop_table("case_steps")
    op.drop_table("cases")
