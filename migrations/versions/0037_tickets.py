"""Keep what senders of tickets want and what they were told, and supervision orders with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# who held the first, holds the second from now on: the steps are new, the work is theirs
FRESH = {
    "case:step:sender": {"case:step:call_back"},
    "case:step:reply": {"case:step:call_back", "case:step:close", "case:step:force_close"},
    "case:step:reply_supervision": {"case:step:close", "case:step:force_close", "case:step:ask_return"},
}
held = sa.table("role_permissions", *map(sa.column, ("role", "permission")))
revisions = sa.table("revisions", *map(sa.column, ("what", "number")))


def upgrade() -> None:
    op.create_table(
        "case_tickets",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _code(20), nullable=True),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("reply_wanted", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried", sa.JSON(), nullable=False),
        sa.Column("carried_numbers", sa.Text(), nullable=True),
        sa.Column("asked", _code(20), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_asks", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(2000), nullable=True),
        sa.Column("outcome", _code(20), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_round", sa.Integer(), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("called_round", sa.Integer(), nullable=True),
        sa.Column("satisfaction", _code(20), nullable=True),
        _check("case_tickets", "kind_known", "kind IN ('ask', 'help', 'complaint', 'suggestion', 'report')"),
        _check("case_tickets", "asked_known", "asked IN ('return', 'time')"),
        _check(
            "case_tickets",
            "outcome_known",
            "outcome IN ('solved', 'partly', 'explained', 'unfounded', 'not_taken')",
        ),
        _check("case_tickets", "satisfaction_known", "satisfaction IN ('satisfied', 'partly', 'not')"),
        _check("case_tickets", "reply_whole", "(reply IS NULL) = (outcome IS NULL)"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_tickets_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_tickets")),
    )
    op.create_table(
        "case_supervisions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("grade", _code(10), nullable=False),
        sa.Column("wording", sa.String(1000), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(2000), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.Uuid(), nullable=True),
        sa.Column("replied_for", _code(24), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        _check("case_supervisions", "grade_known", "grade IN ('ordinary', 'yellow', 'red')"),
        _check("case_supervisions", "reply_whole", "(reply IS NULL) = (replied_at IS NULL)"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_case_supervisions_case_id")),
        sa.PrimaryKeyConstraint("case_id", "n", name=op.f("pk_case_supervisions")),
    )
    op.create_index("ix_case_supervisions_issued", "case_supervisions", ["issued_at", "case_id"])
    _grant()


def downgrade() -> None:
    op.execute(sa.delete(held).where(held.c.permission.in_(FRESH)))
    _raise_revision()
    op.drop_table("case_supervisions")
    op.drop_table("case_tickets")


def _grant() -> None:
    connection = op.get_bind()
    standing = {tuple(row) for row in connection.execute(sa.select(held.c.role, held.c.permission))}
    pairs = {(role, fresh) for fresh, former in FRESH.items() for role, one in standing if one in former}
    for role, permission in sorted(pairs - standing):
        connection.execute(sa.insert(held).values(role=role, permission=permission))
    _raise_revision()


def _raise_revision() -> None:
    """Let processes that keep the roles read them anew."""
    raised = sa.update(revisions).where(revisions.c.what == "roles")
    op.execute(raised.values(number=revisions.c.number + 1))


def _code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))
