"""Check a case's steps: the chain of hashes, the moves, the row that comes of them, the files they name. Pure.

What is not covered: a case deleted with all its steps, and a history rewritten from some step to the end with every
hash made anew; against both only a backup kept elsewhere helps.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.attachments.models import Attachment, AttachmentState
from app.cases import chain
from app.cases.models import Case, CaseStep
from app.cases.proof.faults import Fault, shown
from app.cases.timeline import CHANGED, COLUMNS
from workflows.engine import START, Workflow

TURNING = ("class_code", "lead")  # a change of these, or of the state, makes what others have seen stale


def chain_faults(steps: Iterable[CaseStep]) -> Iterator[Fault]:
    """Check that no step is missing, that each follows the one before, and that nothing in it was edited."""
    previous, last = chain.START, 0
    for step in steps:
        if step.seq != last + 1:
            yield step_fault(step, "步骤序号不连续", "The steps have a gap", f"seq={last + 1}", f"seq={step.seq}")
        if step.previous_hash != previous:
            found = step.previous_hash or "(empty)"
            yield step_fault(step, "与上一步不相接", "It does not follow the step before", previous or "(empty)", found)
        yield from _edited(step)
        previous, last = step.hash, step.seq


def _edited(step: CaseStep) -> Iterator[Fault]:
    if not is_erased(step):
        digest = chain.data_digest(step.salt or "", step.data or "", chain.method_of(step.data_digest))
        if digest != step.data_digest:
            yield step_fault(step, "数据与摘要不符", "Its data does not fit its digest", step.data_digest, digest)
    link = chain.Link(
        step.case_id, step.seq, step.op_id, step.action, step.state_from, step.state_to,
        step.actor_id, step.on_behalf_of, step.at, step.phone_at, step.data_digest,
    )  # fmt: skip
    hashed = chain.step_hash(step.previous_hash, link, chain.method_of(step.hash))
    if hashed != step.hash:
        yield step_fault(step, "内容与哈希不符", "It does not fit its hash", step.hash, hashed)
    if step.counts_at not in (step.at, step.phone_at):
        found = step.counts_at.isoformat()
        yield step_fault(step, "计时时间被改动", "The time it counts by was changed", step.at.isoformat(), found)


def is_erased(step: CaseStep) -> bool:
    """Tell whether the personal data of a step was erased, together with its salt."""
    return step.data is None and step.salt is None


def move_faults(workflow: Workflow[Any], steps: Sequence[CaseStep]) -> Iterator[Fault]:
    """Check that every step starts where the one before ended, and that the machine knows the move."""
    before: str | None = None
    for step in steps:
        if step.state_from != before:
            found = str(step.state_from)
            yield step_fault(step, "起始状态与上一步不接", "It starts in another state", str(before), found)
        source = step.state_from or START
        ends = {end or source for move in workflow.rows(source, step.action) for end in move.ends()}
        if step.state_to not in ends:
            move = f"{source} --{step.action}--> "
            expected = move + ("|".join(sorted(ends)) or "(no such move)")
            yield step_fault(step, "状态机不允许这一步", "The machine has no such move", expected, move + step.state_to)
        before = step.state_to


_FOLLOWING = frozenset({"grid_path"})


def row_faults(case: Case, steps: Sequence[CaseStep]) -> Iterator[Fault]:
    """Check that the row is what comes of the steps, replayed one after the other."""
    if not steps:
        yield _row_fault(case, "案件没有任何步骤", "The case has no steps", "seq=1…", "(none)")
        return
    last = steps[-1]
    kept = {"seq": last.seq, "hash": last.hash, "state": last.state_to, "round": last.round}
    replayed = replay(steps)
    expected = {name: replayed[name] for name in COLUMNS if name in replayed and name not in _FOLLOWING} | kept
    for name, value in expected.items():
        found = getattr(case, name)
        if chain.canonical({name: found}) != chain.canonical({name: value}):
            zh, en = f"字段 {name} 与步骤重放的结果不符", f"Column {name} is not what its steps say"
            yield _row_fault(case, zh, en, shown(name, value), shown(name, found))
    yield from _following_faults(case, last)
    turned = max((step.seq for step in steps if _turns(step)), default=1)
    if not turned <= case.turned_seq <= last.seq:
        zh, en = "turned_seq 不在范围内", "turned_seq is out of range"
        yield _row_fault(case, zh, en, f"{turned}…{last.seq}", str(case.turned_seq))


def _following_faults(case: Case, last: CaseStep) -> Iterator[Fault]:
    """Check what follows a grid that moves in the tree, without a step: the copy of its path, the time of change."""
    if not case.grid_path.endswith(f"{case.grid}/"):
        zh, en = "字段 grid_path 与网格不符", "Column grid_path is not that of the grid"
        yield _row_fault(case, zh, en, f"…{case.grid}/", case.grid_path)
    if case.changed_at < last.at:
        zh, en = "字段 changed_at 早于最后一步", "Column changed_at is before the last step"
        yield _row_fault(case, zh, en, shown("changed_at", last.at), shown("changed_at", case.changed_at))


def replay(steps: Iterable[CaseStep]) -> dict[str, Any]:
    """Return the columns that follow from the steps; after an erased step only those that a later one says."""
    columns: dict[str, Any] = dict.fromkeys(COLUMNS)
    for step in steps:
        if is_erased(step):
            columns = {}
        columns.update(said(step).get(CHANGED, {}))
    return columns


def attachment_faults(
    case_id: UUID, steps: Sequence[CaseStep], attachments: Mapping[UUID, Attachment]
) -> Iterator[Fault]:
    """Check that the files which steps name have rows, and that these bear the hashes the steps say."""
    first: dict[UUID, int] = {}
    for step in steps:
        data = said(step)
        for named in map(UUID, data.get("attachments") or ()):
            first.setdefault(named, step.seq)
        for named, sha256 in (data.get("sha256") or {}).items():
            row = attachments.get(UUID(named))
            found = f"{row.state} {row.sha256}" if row else "(no row)"
            if found != f"{AttachmentState.STORED} {sha256}":
                zh, en = "附件与步骤所记的哈希不符", "It is not the file that its step names"
                key = f"{_key(case_id)} attachment_id={named} step={step.seq}"
                yield Fault("attachments", key, zh, en, f"{AttachmentState.STORED} {sha256}", found)
    if any(map(is_erased, steps)):
        return
    for attachment_id in sorted(first.keys() | attachments.keys()):
        row, step_seq = attachments.get(attachment_id), first.get(attachment_id)
        if row is None or row.step != step_seq:
            zh, en = "附件与首次提到它的步骤不符", "It and the step that first names it do not agree"
            key = f"{_key(case_id)} attachment_id={attachment_id}"
            found = f"step={row.step}" if row else "(no row)"
            yield Fault("attachments", key, zh, en, f"step={step_seq}", found)


def said(step: CaseStep) -> dict[str, Any]:
    """Return a step's data; nothing where it was erased or is no longer an object (the digest tells that)."""
    try:
        data = json.loads(step.data or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def step_fault(step: CaseStep, zh: str, en: str, expected: str, found: str) -> Fault:
    """Name a broken step."""
    return Fault("case_steps", f"{_key(step.case_id)} seq={step.seq}", zh, en, expected, found)


def _turns(step: CaseStep) -> bool:
    changed = said(step).get(CHANGED, {})
    return step.state_from != step.state_to or any(name in changed for name in TURNING)


def _row_fault(case: Case, zh: str, en: str, expected: str, found: str) -> Fault:
    return Fault("cases", _key(case.case_id), zh, en, expected, found)


def _key(case_id: UUID) -> str:
    return f"case_id={case_id}"
