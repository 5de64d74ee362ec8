"""Every column of every table with a `case_id` is proved, or stands here with the reason why not."""

from app.audit import seals
from app.cases import baseline, chain, own_tables
from app.cases.models import Case, CaseStep
from app.cases.timeline import COLUMNS, KEPT_BY_DOOR
from app.core.db import db

# what a step's own hash covers, or its salted data, or the step after it
OF_STEPS = {*chain.Link.__slots__, "data", "salt", "actor_name", "previous_hash", "hash"}
OF_CASES = {*COLUMNS, *KEPT_BY_DOOR}  # replayed; what the door keeps is compared with the last step
REASONS = {
    "uploads": "bytes on their way, which nobody but their sender knows; what comes of them is an attachment",
    "round_findings": "the work of a round, which proves nothing against anybody",
    "notices.read_at": "its reader's own mark, changed by reading; nobody else is shown it",
}


def proved():
    """Yield `table.column` for whatever is proved."""
    yield from (f"cases.{name}" for name in OF_CASES)
    yield from (f"case_steps.{name}" for name in OF_STEPS)
    for name, table in own_tables.TABLES.items():
        yield from (f"{name}.{column}" for column in ("case_id", *table.keys, *table.columns))
    for name, each in seals.chains().items():
        yield from (f"{name}.{column}" for column in each.columns)


def wanted():
    """Yield `table.column` for all tables with a `case_id`, and for the audit."""
    for name, table in db.metadata.tables.items():
        if "case_id" in table.columns or name == "audit_log":
            yield from (f"{name}.{column.key}" for column in table.columns)


def test_every_column_of_what_belongs_to_cases_is_proved_or_said_why_not(app):
    known = set(proved())
    left = {name for name in wanted() if name not in known and not {name, name.split(".")[0]} & set(REASONS)}
    assert not left, (
        f"let a step write it down (app/cases/own_tables.py), seal it (seals.cover), or say why not: {left}"
    )


def test_no_reason_stands_for_what_is_proved_or_gone(app):
    tables = {name for name in REASONS if "." not in name}
    assert tables <= set(db.metadata.tables)
    assert not {name.split(".")[0] for name in proved()} & tables
    assert {name for name in REASONS if "." in name} <= set(wanted()) - set(proved())


def test_what_a_baseline_writes_of_older_steps_is_what_their_hash_did_not_cover(app):
    of_first = {name for name in chain.Link.__slots__ if name not in baseline.OF_OLD_STEPS}
    assert {*of_first, *baseline.OF_OLD_STEPS} == set(chain.Link.__slots__)
    columns = {column.key for column in CaseStep.__table__.columns}
    assert columns == {*OF_STEPS}
    assert {column.key for column in Case.__table__.columns} == OF_CASES
