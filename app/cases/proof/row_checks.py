"""Compare the row of a case, and the rows it owns, with what its steps wrote down last. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.cases import own_tables
from app.cases.models import Case
from app.cases.proof import step_checks as timeline
from app.cases.proof.faults import Fault, beyond, differs, missing, unread
from app.cases.proof.replay import ReplayState
from app.cases.timeline import CHANGED, COLUMNS, step_data
from app.core.digests import canonical, digest, plain
from app.core.raw import RawRow
from workflows.words import Words

CASES = Case.__tablename__
TURNING = ("class_code", "lead")  # a change of these, or of the state, makes what others have seen stale
_DEFAULTS: Mapping[str, Any] = own_tables.OwnTable(Case).defaults
_OF_STEPS = ("turned_seq", "grid_path")  # what older steps did not say to the end


@dataclass(frozen=True)
class GridMove:
    """A grid that got another place in the tree, and with it all cases in it; no step of theirs says so."""

    changed_at: str  # as canonical text
    old: str
    new: str


def case_faults(
    case: RawRow, steps: Sequence[RawRow], known: ReplayState, moves: Sequence[GridMove]
) -> Iterator[Fault]:
    """Check that the row is what comes of the steps."""
    if not steps:
        text = Words("案件没有任何步骤", "The case has no steps")
        yield Fault(CASES, _key(case.case_id), text, "seq=1…", "(none)")
        return
    last = steps[-1]
    expected = _of_case(known) | {"seq": last.seq, "hash": last.hash, "state": last.state_to, "round": last.round}
    changed_at, path = _followed(known, expected.pop("grid_path", None), moves)
    if known.proven:
        expected |= {"changed_at": changed_at, "grid_path": path} if path else {"changed_at": changed_at}
    for name, value in expected.items():
        yield from differs(CASES, _key(case.case_id), name, value, getattr(case, name))
    if not known.proven:
        yield from _loosely(case, steps, changed_at)


def _of_case(known: ReplayState) -> dict[str, Any]:
    if not known.entire:
        return {name: value for name, value in known.case.items() if name in COLUMNS}
    names = [name for name in COLUMNS if known.proven or name not in _OF_STEPS]
    return {name: known.case.get(name, _DEFAULTS.get(name)) for name in names}


def _followed(known: ReplayState, path: str | None, moves: Sequence[GridMove]) -> tuple[Any, str | None]:
    """Return when the case changed last, and its path, after the moves of grids that nobody's step says."""
    changed_at = plain(known.changed_at)
    for move in moves if path else ():
        if path and path.startswith(move.old):
            path, changed_at = move.new + path[len(move.old) :], max(changed_at, move.changed_at)
    return changed_at, path


def _loosely(case: RawRow, steps: Sequence[RawRow], changed_at: str) -> Iterator[Fault]:
    """Check what the steps do not say of an older case, as far as it can be: within bounds."""
    turned = max((step.seq for step in steps if _turns(step)), default=1)
    if not turned <= case.turned_seq <= steps[-1].seq:
        text = Words("turned_seq 不在范围内", "turned_seq is out of range")
        expected = f"{turned}…{steps[-1].seq}"
        yield Fault(CASES, _key(case.case_id), text, expected, str(case.turned_seq), "turned_seq")
    if not case.grid_path.endswith(f"{case.grid}/"):
        text = Words("字段 grid_path 与网格不符", "Column grid_path is not that of the grid")
        yield Fault(CASES, _key(case.case_id), text, f"…{case.grid}/", case.grid_path, "grid_path")
    if plain(case.changed_at) < changed_at:
        text = Words("字段 changed_at 早于最后一步", "Column changed_at is before the last step")
        yield Fault(CASES, _key(case.case_id), text, changed_at, plain(case.changed_at), "changed_at")


def _turns(step: RawRow) -> bool:
    changed = step_data(step.data).get(CHANGED) or {}
    return step.state_from != step.state_to or any(name in changed for name in TURNING)


def owned_faults(case_id: UUID, known: ReplayState, rows_of: Mapping[str, Sequence[RawRow]]) -> Iterator[Fault]:
    """Check the rows that a case owns: none missing, none too many, every column as it was written down last."""
    for name, table in own_tables.TABLES.items():
        rows = {table.key_of(vars(row)): row for row in rows_of[name]}
        expected = known.rows.get(name, {})
        for key, row in rows.items():
            if name == own_tables.FILES.name and row.step is None and key not in expected:
                continue  # no step has named it yet: it is its sender's alone
            yield from unread(name, key_in(table, case_id, row), row)
            if key in expected:
                yield from _columns(table, case_id, row, expected[key], entire=known.proven)
            elif known.proven:
                yield beyond(name, key_in(table, case_id, row))
        for key in expected.keys() - rows.keys():
            rest = f" {' '.join(table.keys)}={key}" if table.keys else ""
            yield missing(name, f"case_id={case_id}{rest}", expected[key])


def _columns(
    table: own_tables.OwnTable, case_id: UUID, row: RawRow, values: own_tables.Values, *, entire: bool
) -> Iterator[Fault]:
    for name in table.columns if entire else [name for name in table.columns if name in values]:
        expected = values.get(name, table.defaults.get(name))
        yield from differs(table.name, key_in(table, case_id, row), name, expected, getattr(row, name))


def step_faults(steps: Sequence[RawRow], known: ReplayState) -> Iterator[Fault]:
    """Check what a `baseline` wrote down of steps that do not prove it themselves, and nothing else than was proven."""
    keys = {step.seq: timeline.key(step) for step in steps}
    for seq, name, expected, actual in known.contradicted:
        text = Words("基线步骤所记的 {} 与此前步骤不符", "It says of {} what the steps before do not").format(name)
        yield Fault(timeline.TABLE, keys[seq], text, digest_of(expected), digest_of(actual), "data")
    for step in steps:
        for name, value in known.steps.get(step.seq, {}).items():
            yield from differs(timeline.TABLE, timeline.key(step), name, value, getattr(step, name))


def digest_of(value: Any) -> str:
    """Return what stands for a value that may be personal."""
    return digest(canonical({"value": plain(value)}), "sha256")


def key_in(table: own_tables.OwnTable, case_id: Any, row: RawRow) -> str:
    """Return the key of an owned row as faults name it."""
    return " ".join([f"case_id={case_id}", *(f"{name}={getattr(row, name)}" for name in table.keys)])


def _key(case_id: Any) -> str:
    return f"case_id={case_id}"
