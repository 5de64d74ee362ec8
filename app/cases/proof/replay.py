"""Replay what steps say they set: what must stand in the row of the case and in the rows it owns. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.cases import baseline, chain, owned
from app.cases.timeline import CHANGED, said
from app.core.raw import Row


@dataclass
class Replayed:
    """The last values that steps wrote down.

    `entire` is false after an erased step: of the case only what is named is known then. `proven` is false where steps
    of an older version, or an erased one, left unsaid what stands in the owned rows, until a `baseline`.
    """

    case: dict[str, Any] = field(default_factory=dict)
    rows: owned.Rows = field(default_factory=dict)
    steps: dict[int, dict[str, Any]] = field(default_factory=dict)
    changed_at: datetime | str | None = None
    entire: bool = True
    proven: bool = True


def replay(steps: Iterable[Row], mute: Collection[int]) -> Replayed:
    """Take in what steps say, one after the other; those that are `mute` say nothing one could believe."""
    known = Replayed()
    for step in steps:
        if step.seq in mute:
            known.case, known.rows, known.entire, known.proven = {}, {}, False, False
        elif chain.version_of(step.hash) < chain.NEWEST:
            known.rows, known.proven = {}, False
        elif step.action == baseline.ACTION:
            known.rows, known.proven = {}, True
        changed = {} if step.seq in mute else said(step.data).get(CHANGED)
        if isinstance(changed, Mapping):
            _take(known, step, changed)
        if step.action != baseline.ACTION:
            known.changed_at = step.at
    return known


def _take(known: Replayed, step: Row, changed: Mapping[str, Any]) -> None:
    laid = step.action == baseline.ACTION
    for name, value in changed.items():
        if name in owned.TABLES:
            _take_rows(known.rows.setdefault(name, {}), value, whole=laid or name in owned.ENTIRE)
        elif name == baseline.STEPS:
            for seq, facts in value.items():
                known.steps.setdefault(int(seq), {}).update(facts)
        elif name == "changed_at":
            known.changed_at = value
        else:
            known.case[name] = value
    known.entire |= laid and "state" in changed


def _take_rows(rows: dict[str, owned.Values], said_of: Mapping[str, Any], *, whole: bool) -> None:
    for key, values in said_of.items():
        rows[key] = dict(values) if whole else {**rows.get(key, {}), **values}
