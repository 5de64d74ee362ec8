"""Check the steps of a case by themselves: the chain of hashes, what each says, the moves of the machine. Pure.

A history rewritten from some step to the end, with every hash made anew, looks sound here: an anchor tells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.cases import chain
from app.cases.models import CaseStep
from app.cases.proof.faults import Fault, display, unread
from app.cases.timeline import ACTOR, is_readable, step_data
from app.core.digests import method_of
from app.core.raw import RawRow
from workflows.engine import START, Workflow
from workflows.words import Words

TABLE = CaseStep.__tablename__
_NOWHERE: Mapping[str, Any] = {"seq": 0, "hash": chain.START, "state_to": None}
_UNSEEN = "op_id, action, state_to, round, actor_id, on_behalf_of, at, phone_at, counts_at, asked_digest"


@dataclass(frozen=True)
class StepFaults:
    """What was found in the steps of a case, and which of them say nothing that could be believed."""

    faults: tuple[Fault, ...]
    mute: frozenset[int]


def key(step: RawRow) -> str:
    """Return the key of a step as faults name it."""
    return f"case_id={step.case_id} seq={step.seq}"


def is_erased(step: RawRow) -> bool:
    """Tell whether what a step says was erased, together with its salt."""
    return step.data is None and step.salt is None


def says_less(step: RawRow) -> bool:
    """Tell whether a step leaves unsaid what stands in the rows: it was erased, or is of an older version."""
    return is_erased(step) or chain.version_of(str(step.hash)) < chain.NEWEST


def check(workflow: Workflow[Any], steps: Sequence[RawRow]) -> StepFaults:
    """Check that no step is missing or out of place, that nothing in one was edited, and that the machine allows it."""
    broken = [fault for step in steps for fault in unread(TABLE, key(step), step)]
    if broken:
        return StepFaults(tuple(broken), frozenset(step.seq for step in steps))
    mute = {step.seq for step in steps if is_erased(step)}
    faults: list[Fault] = []
    for place, (before, step) in enumerate(pairwise((RawRow(**_NOWHERE), *steps)), 1):
        following = steps[place] if place < len(steps) else None
        data_faults = list(_saying(step))
        if data_faults or step.seq != before.seq + 1:
            mute.add(step.seq)
        faults += [*_placed(before, step), *data_faults, *_edited(before, step, following)]
        faults += _moved(workflow, before, step)
    return StepFaults(tuple(faults), frozenset(mute))


def _placed(before: RawRow, step: RawRow) -> Iterator[Fault]:
    if step.seq != before.seq + 1:
        expected, actual = f"seq={before.seq + 1}", f"seq={step.seq}"
        yield _fault(step, Words("步骤序号不连续", "The steps have a gap"), expected, actual, "seq")
    if step.previous_hash != before.hash:
        text = Words("与上一步不相接", "It does not follow the step before")
        yield _fault(step, text, before.hash or "(empty)", step.previous_hash or "(empty)", "previous_hash")


def _saying(step: RawRow) -> Iterator[Fault]:
    if is_erased(step):
        return
    if not is_readable(step.data):
        yield _fault(step, Words("数据不是有效的 JSON", "Its data is no JSON object"), "{…}", "(unreadable)", "data")
        return
    digest = chain.data_digest(step.salt or "", step.data, method_of(step.data_digest))
    if digest != step.data_digest:
        column = "data, salt, data_digest"
        text = Words("数据与摘要不符", "Its data does not fit its digest")
        yield _fault(step, text, step.data_digest, digest, column)
        return
    name = step_data(step.data).get(ACTOR, step.actor_name)
    if name != step.actor_name:
        text = Words("办理人姓名被改动", "The name of who acted was changed")
        yield _fault(step, text, display(ACTOR, name), display(ACTOR, step.actor_name), "actor_name")


def _edited(before: RawRow, step: RawRow, following: RawRow | None) -> Iterator[Fault]:
    hashed = hash_of(step)
    if hashed != step.hash:
        column = _culprit(before, step, following, hashed)
        yield _fault(step, Words("内容与哈希不符", "It does not fit its hash"), step.hash, hashed, column)
    if chain.version_of(step.hash) < chain.NEWEST and step.counts_at not in (step.at, step.phone_at):
        actual = step.counts_at.isoformat()
        text = Words("计时时间被改动", "The time it counts by was changed")
        yield _fault(step, text, step.at.isoformat(), actual, "counts_at")


def hash_of(step: RawRow, **instead: Any) -> str:
    """Return the hash that a step should have, with some of its columns as they might have been."""
    row = {**vars(step), **instead}
    link = chain.Link(**{name: row[name] for name in chain.Link.__slots__})
    return chain.step_hash(row["previous_hash"], link, method_of(step.hash), chain.version_of(step.hash))


def _culprit(before: RawRow, step: RawRow, following: RawRow | None, hashed: str) -> str:
    """Name the column that was changed where its old value stands somewhere else too; else all that it may be."""
    if following is not None and following.previous_hash == hashed:
        return "hash"
    known = [("previous_hash", before.hash), ("state_from", before.state_to), ("counts_at", step.at)]
    known += [("phone_at", None), ("on_behalf_of", None), ("actor_id", None), ("seq", before.seq + 1)]
    if following is not None:
        known += [("state_to", following.state_from), ("round", following.round)]
    if step.data is not None:
        known += [("data_digest", chain.data_digest(step.salt or "", step.data, method_of(step.data_digest)))]
    if step.phone_at is not None:
        known += [("counts_at", step.phone_at)]
    return next((name for name, value in known if hash_of(step, **{name: value}) == step.hash), f"hash, {_UNSEEN}")


def _moved(workflow: Workflow[Any], before: RawRow, step: RawRow) -> Iterator[Fault]:
    """Check that a step starts where the one before ended, and that the machine knows the move."""
    if step.state_from != before.state_to:
        text = Words("起始状态与上一步不接", "It starts in another state")
        yield _fault(step, text, str(before.state_to), str(step.state_from), "state_from")
    source = step.state_from or START
    ends = {end or source for move in workflow.rows(source, step.action) for end in move.ends()}
    if step.state_to not in ends:
        move = f"{source} --{step.action}--> "
        expected = move + ("|".join(sorted(ends)) or "(no such move)")
        text = Words("状态机不允许这一步", "The machine has no such move")
        yield _fault(step, text, expected, move + step.state_to, "state_from, action, state_to")


def erasure_faults(steps: Iterable[RawRow], written: set[int]) -> Iterator[Fault]:
    """Check that the audit says of every erased step that it was erased."""
    for step in steps:
        if is_erased(step) and step.seq not in written:
            text = Words("数据被抹除而没有审计记录", "Its data was erased and no sealed entry of the audit says so")
            yield _fault(step, text, "audit_log step:erased", "(no entry)", "data, salt")


def _fault(step: RawRow, text: Words, expected: str, actual: str, column: str) -> Fault:
    return Fault(TABLE, key(step), text, expected, actual, column)
