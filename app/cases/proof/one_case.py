"""Check one case: its steps, what comes of them, the rows it owns. What the database itself would not read is told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from app.cases import baseline, owned, procedure
from app.cases.models import CaseStep
from app.cases.proof import files, records, rows, steps, work
from app.cases.proof.faults import Fault, unread
from app.cases.proof.replay import ReplayState, replay
from app.cases.turn import Whole
from app.core import raw
from app.core.raw import RawRow
from workflows.words import Words

_STEPS = CaseStep.__table__
_ORDER = {owned.FILES.name: "attachment_id", owned.LINKS.name: "other"}


@dataclass
class CaseRows:
    """What one case owns, as it stands in the database."""

    steps: list[RawRow] = field(default_factory=list)
    rows: dict[str, list[RawRow]] = field(default_factory=lambda: {name: [] for name in owned.TABLES})


def read(case_ids: Sequence[UUID]) -> Mapping[UUID, CaseRows]:
    """Read what cases own, in five statements; the steps first, so that nothing they speak of can be missing yet."""
    found: dict[UUID, CaseRows] = defaultdict(CaseRows)
    of_cases = _STEPS.c.case_id.in_(case_ids)
    for row in raw.rows(_STEPS.columns, lambda chosen: chosen.where(of_cases).order_by(_STEPS.c.seq)):
        found[row.case_id].steps.append(row)
    for name, table in owned.TABLES.items():
        of_cases, order = table.table.c.case_id.in_(case_ids), [table.table.c[key] for key in table.keys]
        for row in raw.rows(table.table.columns, _ordered(of_cases, order)):
            found[row.case_id].rows[name].append(row)
    return found


def _ordered(condition: Any, order: Sequence[Any]) -> raw.Wanted:
    return lambda rows: rows.where(condition).order_by(*order)


def faults(case: RawRow, mine: CaseRows, moves: Sequence[rows.GridMove]) -> Iterator[Fault]:
    """Yield what is broken: what the steps say exactly, then, where that holds, what the procedure says of it."""
    found = list(unread(rows.CASES, f"case_id={case.case_id}", case))
    known = {each.workflow.name: each.workflow for each in procedure.all_procedures()}
    workflow = known.get(case.workflow) if isinstance(case.workflow, str) else None
    if workflow is None:
        text = Words("没有这种流程", "There is no such workflow")
        key, expected = f"case_id={case.case_id}", "|".join(sorted(known))
        yield Fault(rows.CASES, key, text, expected, str(case.workflow), "workflow")
        return
    checked = steps.check(workflow, mine.steps)
    found += checked.faults
    if any(map(steps.is_erased, mine.steps)):
        found += steps.erasure_faults(mine.steps, records.erased(case.case_id))
    if not any(case.unread()) and not raw.unread_in(mine.steps):
        found += _compared(case, mine, replay(mine.steps, checked.mute), moves)
    yield from found
    if not found:
        yield from _as_the_procedure_says(case, mine)


def _compared(case: RawRow, mine: CaseRows, known: ReplayState, moves: Sequence[rows.GridMove]) -> Iterator[Fault]:
    yield from rows.case_faults(case, mine.steps, known, moves)
    yield from rows.step_faults(mine.steps, known)
    broken = list(rows.owned_faults(case.case_id, known, mine.rows))
    ahead = files.owed(case.case_id) if any(fault.table == files.TABLE for fault in broken) else frozenset()
    yield from (fault for fault in broken if fault.key not in ahead)


def _as_the_procedure_says(case: RawRow, mine: CaseRows) -> Iterator[Fault]:
    """Check that files, tasks, clocks and links fit the state; of an older case that is all there is to compare."""
    known = cast(Any, mine.rows)
    whole = Whole(cast(Any, case), known[owned.TASKS.name], known[owned.CLOCKS.name], [])
    erased = any(map(steps.is_erased, mine.steps))
    if not files.owed(case.case_id):
        yield from files.named_faults(case.case_id, mine.steps, known[owned.FILES.name], erased=erased)
    yield from work.task_faults(whole)
    yield from work.clock_faults(whole, cast(Any, mine.steps))
    yield from work.link_faults(whole, known[owned.LINKS.name])


def is_proven(mine: CaseRows) -> bool:
    """Tell whether the steps of a case say all that stands in its rows."""
    said = (False if steps.says_less(step) else True if step.action == baseline.ACTION else None for step in mine.steps)
    return next((each for each in reversed([*said]) if each is not None), True)
