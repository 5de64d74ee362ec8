"""Make room for the telephone numbers of staff as they are encrypted; `up` and `migrate` then seal those there are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("people", sa.Column("phone_key", code(20), nullable=True))
    op.add_column("people", sa.Column("phone_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("people", sa.Column("phone_tail", code(64), nullable=True))
    op.create_index("ix_people_phone_tail", "people", ["phone_tail"])


def downgrade() -> None:
    sealed = op.get_bind().execute(sa.text("SELECT count(*) FROM people WHERE phone_sealed IS NOT NULL")).scalar()
    if sealed:
        raise RuntimeError(
            f"有 {sealed} 个工作人员电话已加密，请先运行 gezhi people unseal-telephones。"
            "Telephone numbers are sealed: run gezhi people unseal-telephones first."
        )
    op.drop_index("ix_people_phone_tail", "people")
    op.drop_column("people", "phone_tail")
    op.drop_column("people", "phone_sealed")
    op.drop_column("people", "phone_key")
