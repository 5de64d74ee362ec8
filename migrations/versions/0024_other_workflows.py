"""Let cases of other workflows have states, stages and parts of their own: what the database holds of `case` says so."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ASKED_OF_PERSONS = "(department IS NULL) = (part IN ('verify', 'check'))"
CHECKS = {
    "ck_cases_closed_has_time": "state <> 'closed' OR closed_at IS NOT NULL",
    "ck_cases_handling_has_lead": "state NOT IN ('dispatched', 'handling', 'deferred', 'enforcing') OR lead IS NOT NULL",
    "ck_cases_merged_knows_before": "state <> 'merged' OR merged_from IS NOT NULL",
}
OF_CASE = "workflow <> 'case' OR "
WHOSE = "ck_case_tasks_whose_task"
LENGTH = 30
WIDER = {  # the columns that hold codes of a workflow, with their length so far
    "cases": {"state": 20, "merged_from": 20, "ended_how": 20},
    "case_steps": {"state_from": 20, "state_to": 20},
    "case_tasks": {"part": 10, "state": 10, "ask": 10},
    "case_clocks": {"stage": 10},
}
NEEDED = {"state", "state_to", "part", "stage"}
master = sa.table("sqlite_master", *map(sa.column, ("type", "name", "sql")))


def code(length: int) -> sa.types.TypeEngine:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in WIDER.items():
            _rewrite(table, *((_column(name, length), _column(name, LENGTH)) for name, length in columns.items()))
        _rewrite("cases", *((_check(name, rule), _check(name, OF_CASE + rule)) for name, rule in CHECKS.items()))
        _rewrite("case_tasks", (f"{_check(WHOSE, ASKED_OF_PERSONS)}, \n\t", ""))
    else:
        _widen({table: dict.fromkeys(columns, LENGTH) for table, columns in WIDER.items()})
        _check_anew({name: OF_CASE + rule for name, rule in CHECKS.items()})
        op.drop_constraint(op.f(WHOSE), "case_tasks", type_="check")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, columns in WIDER.items():
            _rewrite(table, *((_column(name, LENGTH), _column(name, length)) for name, length in columns.items()))
        _rewrite("cases", *((_check(name, OF_CASE + rule), _check(name, rule)) for name, rule in CHECKS.items()))
        first = "CONSTRAINT fk_case_tasks_case_id "
        _rewrite("case_tasks", (first, f"{_check(WHOSE, ASKED_OF_PERSONS)}, \n\t{first}"))
    else:
        _widen(WIDER)
        _check_anew(CHECKS)
        op.create_check_constraint(op.f(WHOSE), "case_tasks", ASKED_OF_PERSONS)


def _widen(lengths: dict[str, dict[str, int]]) -> None:
    for table, columns in lengths.items():
        for name, length in columns.items():
            op.alter_column(table, name, type_=code(length), existing_nullable=name not in NEEDED)


def _check_anew(rules: dict[str, str]) -> None:
    for name, rule in rules.items():
        op.drop_constraint(op.f(name), "cases", type_="check")
        op.create_check_constraint(op.f(name), "cases", rule)


def _column(name: str, length: int) -> str:
    return f"\t{name} VARCHAR({length})"


def _check(name: str, rule: str) -> str:
    return f"CONSTRAINT {name} CHECK ({rule})"


def _rewrite(table: str, *changes: tuple[str, str]) -> None:
    """Change what SQLite has written down of a table: its rows stay where they are, and what refers to them is not cut.

    This is SQLite's own way for changes that concern no row (sqlite.org/lang_altertable.html, at the end).
    """
    connection, of_table = op.get_bind(), (master.c.type == "table", master.c.name == table)
    written = connection.scalar(sa.select(master.c.sql).where(*of_table))
    for old, new in changes:
        if written.count(old) != 1:
            raise RuntimeError(f"{table} is not as it was made: {old!r} does not stand there once")
        written = written.replace(old, new)
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    connection.execute(sa.update(master).where(*of_table).values(sql=written))
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = RESET")
