"""Check one case: its steps, what comes of them, the rows it owns. What the database itself would not read is told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from app.cases import baseline, own_tables, protocol
from app.cases.models import CaseStep
from app.cases.proof import file_checks, records, row_checks, step_checks, work_checks
from app.cases.proof.faults import Fault, unread
from app.cases.proof.replay import ReplayState, replay
from app.cases.whole import Whole
from app.core import raw
from app.core.raw import RawRow
from workflows.procedure import Procedure
from workflows.words import Words

_STEPS = CaseStep.__table__
_ORDER = {own_tables.FILES.name: "attachment_id", own_tables.LINKS.name: "other"}


@dataclass
class CaseRows:
    """What one case owns, as it stands in the database."""

    steps: list[RawRow] = field(default_factory=list)
    rows: dict[str, list[RawRow]] = field(default_factory=lambda: {name: [] for name in own_tables.TABLES})


def read(case_ids: Sequence[UUID]) -> Mapping[UUID, CaseRows]:
    """Read what cases own, in five statements; the steps first, so that nothing they speak of can be missing yet."""
    rows_of: dict[UUID, CaseRows] = defaultdict(CaseRows)
    of_cases = _STEPS.c.case_id.in_(case_ids)
    for row in raw.rows(_STEPS.columns, lambda chosen: chosen.where(of_cases).order_by(_STEPS.c.seq)):
        rows_of[row.case_id].steps.append(row)
    for name, table in own_tables.TABLES.items():
        of_cases, order = table.table.c.case_id.in_(case_ids), [table.table.c[key] for key in table.keys]
        for row in raw.rows(table.table.columns, _ordered(of_cases, order)):
            rows_of[row.case_id].rows[name].append(row)
    return rows_of


def _ordered(condition: Any, order: Sequence[Any]) -> raw.Wanted:
    return lambda rows: rows.where(condition).order_by(*order)


def faults(case: RawRow, mine: CaseRows, moves: Sequence[row_checks.GridMove]) -> Iterator[Fault]:
    """Yield what is broken: what the steps say exactly, then, where that holds, what the procedure says of it."""
    broken = list(unread(row_checks.CASES, f"case_id={case.case_id}", case))
    known = {each.procedure.workflow.name: each.procedure for each in protocol.all_tables()}
    procedure = known.get(case.workflow) if isinstance(case.workflow, str) else None
    if procedure is None:
        text = Words("没有这种流程", "There is no such workflow")
        key, expected = f"case_id={case.case_id}", "|".join(sorted(known))
        yield Fault(row_checks.CASES, key, text, expected, str(case.workflow), "workflow")
        return
    checked = step_checks.check(procedure.workflow, mine.steps)
    broken += checked.faults
    if any(map(step_checks.is_erased, mine.steps)):
        broken += step_checks.erasure_faults(mine.steps, records.erased(case.case_id))
    if not any(case.unread()) and not raw.unread_in(mine.steps):
        broken += _compared(case, mine, replay(mine.steps, checked.mute), moves)
    yield from broken
    if not broken:
        yield from _as_the_procedure_says(procedure, case, mine)


def _compared(
    case: RawRow, mine: CaseRows, known: ReplayState, moves: Sequence[row_checks.GridMove]
) -> Iterator[Fault]:
    yield from row_checks.case_faults(case, mine.steps, known, moves)
    yield from row_checks.step_faults(mine.steps, known)
    broken = list(row_checks.owned_faults(case.case_id, known, mine.rows))
    ahead = file_checks.owed(case.case_id) if any(fault.table == file_checks.TABLE for fault in broken) else frozenset()
    yield from (fault for fault in broken if fault.key not in ahead)


def _as_the_procedure_says(procedure: Procedure, case: RawRow, mine: CaseRows) -> Iterator[Fault]:
    """Check that files, tasks, clocks and links fit the state; of an older case that is all there is to compare."""
    known = cast(Any, mine.rows)
    whole = Whole(cast(Any, case), known[own_tables.TASKS.name], known[own_tables.CLOCKS.name], [])
    erased = any(map(step_checks.is_erased, mine.steps))
    if not file_checks.owed(case.case_id):
        yield from file_checks.named_faults(case.case_id, mine.steps, known[own_tables.FILES.name], erased=erased)
    yield from work_checks.task_faults(procedure, whole)
    yield from work_checks.clock_faults(procedure, whole, cast(Any, mine.steps))
    yield from work_checks.link_faults(procedure, whole, known[own_tables.LINKS.name])


def is_proven(mine: CaseRows) -> bool:
    """Tell whether the steps of a case say all that stands in its rows."""
    proofs = (
        False if step_checks.says_less(step) else True if step.action == baseline.ACTION else None
        for step in mine.steps
    )
    return next((each for each in reversed([*proofs]) if each is not None), True)
