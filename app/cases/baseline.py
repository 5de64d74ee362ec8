"""Write down what stands in a case's rows, by a quiet step that changes nothing.

Steps of older versions said it of the case alone, and an erased one says nothing any more: from this step on the rows
are proved by the steps again. What stood in them before is taken as found.
"""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from app.cases import chain, own_tables
from app.cases.models import Case, CaseStep
from app.cases.turn import Turn
from app.cases.whole import PastStep
from app.core.db import db
from app.core.digests import plain
from workflows.procedure import EngineStep

ACTION = EngineStep.BASELINE
BEFORE = "s"  # hashes of version 1 begin with their method, `sha256:` or `sm3:`; later ones with their version
STEPS = CaseStep.__tablename__
FOLLOWING = ("turned_seq", "grid_path", "changed_at")  # what older steps did not say of the case, or not to the end
OF_OLD_STEPS = ("round", "counts_at", "asked_digest")  # what the hash of version 1 did not cover, beside the name


def op_id(case: Case) -> UUID:
    """Return the id of the step that writes down what the steps so far left unsaid."""
    return uuid5(case.case_id, f"{ACTION}:{case.seq}")


def lay(turn: Turn) -> None:
    """Let the step say what stands in the rows; of the case all, where a step was erased."""
    for table in (own_tables.LINKS, own_tables.FILES):
        for row in _rows(table, turn.case.case_id):
            turn.wrote(table, vars(row))
    names = {row.seq: row for row in _names(turn.case.case_id)}
    facts = {str(step.seq): _facts(step, names[step.seq]) for step in turn.past if step.seq in names}
    if any(facts.values()):
        turn.written[STEPS] = {seq: values for seq, values in facts.items() if values}
    erased = any(row.erased for row in names.values())
    named = [column.key for column in Case.__table__.columns if not column.primary_key] if erased else FOLLOWING
    turn.baseline_values = {name: getattr(turn.case, name) for name in named if name not in ("seq", "hash")}


def _rows(table: own_tables.OwnTable, case_id: UUID) -> list[Any]:
    chosen = select(table.model).where(table.model.case_id == case_id)
    if table is own_tables.FILES:  # what no step has named is its sender's alone
        chosen = chosen.where(table.model.step.is_not(None))
    return list(db.session.scalars(chosen.execution_options(populate_existing=True)))


def _names(case_id: UUID) -> list[Any]:
    written = select(CaseStep.seq, CaseStep.actor_name, CaseStep.data.is_(None).label("erased"))
    return list(db.session.execute(written.where(CaseStep.case_id == case_id)))


def _facts(step: PastStep, written: Any) -> dict[str, Any]:
    """Return what nothing else proves of an earlier step."""
    older = chain.version_of(step.hash) < chain.NEWEST
    facts = {name: plain(getattr(step, name)) for name in OF_OLD_STEPS} if older else {}
    return facts | ({"actor_name": written.actor_name} if older or written.erased else {})
