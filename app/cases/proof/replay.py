"""Replay what steps say they set: what must stand in the row of the case and in the rows it owns. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.cases import baseline, chain, own_tables
from app.cases.models import Case
from app.cases.timeline import CHANGED, COLUMNS, step_data
from app.core.digests import plain
from app.core.raw import RawRow

Contradiction = tuple[str, Any, Any]  # name, what was proven, what is said
_UNSAID = "grid_path"  # a grid, and the path of its cases, moves without a step
_DEFAULTS: Mapping[str, Any] = own_tables.OwnTable(Case).defaults


@dataclass
class ReplayState:
    """The last values that steps wrote down.

    `entire` is false after an erased step: of the case only what is named is known then. `proven` is false where steps
    of an older version, or an erased one, left unsaid what stands in the owned rows, until a `baseline`. Where that
    says otherwise than what was proven, it counts for nothing and stands in `contradicted`: seq, name, what was proven,
    what it says.
    """

    case: dict[str, Any] = field(default_factory=dict)
    rows: own_tables.Rows = field(default_factory=dict)
    steps: dict[int, dict[str, Any]] = field(default_factory=dict)
    changed_at: datetime | str | None = None
    entire: bool = True
    proven: bool = True
    contradicted: list[tuple[int, str, Any, Any]] = field(default_factory=list)


def replay(steps: Iterable[RawRow], mute: Collection[int]) -> ReplayState:
    """Take in what steps say, one after the other; those that are `mute` say nothing one could believe."""
    known = ReplayState()
    for step in steps:
        if step.seq in mute:
            known.case, known.rows, known.entire, known.proven = {}, {}, False, False
        elif chain.version_of(step.hash) < chain.NEWEST:
            known.rows, known.proven = {}, False
        changed = None if step.seq in mute else step_data(step.data).get(CHANGED)
        if isinstance(changed, Mapping):
            _lay(known, step.seq, changed) if step.action == baseline.ACTION else _take(known, changed, whole=False)
        if step.action != baseline.ACTION:
            known.changed_at = step.at
    return known


def _take(known: ReplayState, changed: Mapping[str, Any], *, whole: bool) -> None:
    for name, value in changed.items():
        if name in own_tables.TABLES:
            _take_rows(known.rows.setdefault(name, {}), value, whole=whole or name in own_tables.ENTIRE)
        elif name == "changed_at":
            known.changed_at = value
        elif name != baseline.STEPS:
            known.case[name] = value


def _take_rows(rows: dict[str, own_tables.Values], changed: Mapping[str, Any], *, whole: bool) -> None:
    for key, values in changed.items():
        rows[key] = dict(values) if whole else {**rows.get(key, {}), **values}


def _lay(known: ReplayState, seq: int, changed: Mapping[str, Any]) -> None:
    """Take in a `baseline`: it fills what is unproven, and whatever was proven before it must say, too."""
    known.contradicted += ((seq, *each) for each in (*_against_case(known, changed), *_against_rows(known, changed)))
    known.contradicted += ((seq, *each) for each in _against_steps(known, changed.get(baseline.STEPS, {})))
    for step, facts in changed.get(baseline.STEPS, {}).items():
        known.steps[int(step)] = {**facts, **known.steps.get(int(step), {})}
    if not known.proven:
        known.rows, known.proven = {}, True
        known_case = {name: value for name, value in known.case.items() if name != _UNSAID}
        _take(known, {**changed, **known_case}, whole=True)
        known.entire |= "state" in changed


def _against_case(known: ReplayState, changed: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Compare with what is proven of the case."""
    for name, value in changed.items():
        is_known = name in known.case or (known.proven and known.entire)
        if name in COLUMNS and name != _UNSAID and is_known:
            expected = known.case.get(name, _DEFAULTS.get(name))
            if plain(value) != plain(expected):
                yield name, expected, value


def _against_rows(known: ReplayState, changed: Mapping[str, Any]) -> Iterator[Contradiction]:
    """Compare with what is proven of owned rows: all of them, or, after an erased step, what was said since."""
    for name, table in own_tables.TABLES.items():
        before, after = known.rows.get(name, {}), changed.get(name, {})
        if known.proven:
            before, after = _whole(table, before), _whole(table, after)
        else:
            after = {key: {one: after.get(key, {}).get(one) for one in values} for key, values in before.items()}
            before, after = _plainly(before), _plainly(after)
        if before != after:
            yield name, before, after


def _against_steps(known: ReplayState, facts_of: Mapping[str, Any]) -> Iterator[Contradiction]:
    for step, facts in facts_of.items():
        before = known.steps.get(int(step), {})
        for name in before.keys() & facts.keys():
            if before[name] != facts[name]:
                yield name, before[name], facts[name]


def _whole(table: own_tables.OwnTable, rows: Mapping[str, Any]) -> dict[str, Any]:
    names = table.columns
    return _plainly(
        {key: {name: values.get(name, table.defaults.get(name)) for name in names} for key, values in rows.items()}
    )


def _plainly(rows: Mapping[str, own_tables.Values]) -> dict[str, Any]:
    return {key: {name: plain(value) for name, value in values.items()} for key, values in rows.items()}
