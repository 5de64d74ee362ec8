"""Replay what steps say they set: what must stand in the row of the case and in the rows it owns. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.cases import baseline, chain, owned
from app.cases.models import Case
from app.cases.timeline import CHANGED, COLUMNS, said
from app.core.digests import plain
from app.core.raw import Row

_DEFAULTS: Mapping[str, Any] = owned.Owned(Case).defaults


@dataclass
class Replayed:
    """The last values that steps wrote down.

    `entire` is false after an erased step: of the case only what is named is known then. `proven` is false where steps
    of an older version, or an erased one, left unsaid what stands in the owned rows, until a `baseline`. What a later
    one says otherwise than the steps before it stands in `contradicted`: seq, name, what was proven, what it says.
    """

    case: dict[str, Any] = field(default_factory=dict)
    rows: owned.Rows = field(default_factory=dict)
    steps: dict[int, dict[str, Any]] = field(default_factory=dict)
    changed_at: datetime | str | None = None
    entire: bool = True
    proven: bool = True
    contradicted: list[tuple[int, str, Any, Any]] = field(default_factory=list)


def replay(steps: Iterable[Row], mute: Collection[int]) -> Replayed:
    """Take in what steps say, one after the other; those that are `mute` say nothing one could believe."""
    known = Replayed()
    for step in steps:
        if step.seq in mute:
            known.case, known.rows, known.entire, known.proven = {}, {}, False, False
        elif chain.version_of(step.hash) < chain.NEWEST:
            known.rows, known.proven = {}, False
        changed = {} if step.seq in mute else said(step.data).get(CHANGED)
        if step.action == baseline.ACTION and step.seq not in mute and isinstance(changed, Mapping):
            if known.proven:
                known.contradicted += _contradicted(known, step.seq, changed)
                changed = {name: value for name, value in changed.items() if _is_new(known, name)}
            else:
                known.rows, known.proven = {}, True
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


def _is_new(known: Replayed, name: str) -> bool:
    """Tell whether a `baseline` says what no step before it proves."""
    return name == baseline.STEPS or not (known.entire or name in known.case or name in ("changed_at", *owned.TABLES))


def _contradicted(known: Replayed, seq: int, changed: Mapping[str, Any]) -> Iterator[tuple[int, str, Any, Any]]:
    """Yield what a `baseline` says otherwise than proven steps do; a grid, and its cases, moves without a step."""
    for name, value in changed.items():
        if name in COLUMNS and name != "grid_path" and not _is_new(known, name):
            expected = known.case.get(name, _DEFAULTS.get(name))
            if plain(value) != plain(expected):
                yield seq, name, expected, value
    for name, table in owned.TABLES.items():
        before, after = (_whole(table, rows.get(name, {})) for rows in (known.rows, changed))
        if before != after:
            yield seq, name, before, after


def _whole(table: owned.Owned, rows: Mapping[str, Any]) -> dict[str, Any]:
    names = table.columns
    return {
        key: {name: plain(values.get(name, table.defaults.get(name))) for name in names} for key, values in rows.items()
    }
