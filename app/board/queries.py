"""Count what a supervisor looks at, and list the cases behind every figure: both by the same conditions.

Everything starts from what the person may see and is no drill. A closing by force is no ordinary closing: it is
counted apart.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    case,
    distinct,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    tuple_,
    union_all,
)

from app.cases.case_queues import reopenable
from app.cases.models import Case, CaseStep
from app.cases.queries import late_by
from app.cases.views import LIST_COLUMNS
from app.cases.visibility import counted_for, drills_for
from app.core import clock
from app.core.db import db
from app.core.permissions import Permission, Person
from app.grids.levels import Level, codes_in, subtree_range
from app.grids.queries import grid, grid_tree
from app.grids.tree import GridNode
from workflows import case as machine
from workflows.case_terms import CaseAction, CaseState

Condition = ColumnElement[bool]

KEYS_AT_ONCE = 1_000
PERIODS = (30, 90)  # days that a trend looks back
NO_CLASS = "-"  # in a filter: cases that nobody has put under a class yet
_OPEN: Condition = Case.state.in_(sorted(machine.OPEN))
_DEFERRED: Condition = Case.state == CaseState.DEFERRED
_FORCED: Condition = Case.ended_how == CaseAction.FORCE_CLOSE
_CLOSED: Condition = and_(Case.closed_at.is_not(None), ~_FORCED)  # a reopened case has no time of closing


@dataclass(frozen=True)
class DayCount:
    """What one day brought."""

    day: date
    reported: int = 0
    closed: int = 0
    forced: int = 0
    deferred: int = 0  # put off, or put off again, on that day


@dataclass(frozen=True)
class ClassCount:
    """Cases of one class: reported in the period; open now, of these late, and deferred, which is never late."""

    code: str | None
    reported: int
    open: int
    overdue: int
    deferred: int


@dataclass
class GridCount:
    """Cases on the ground of one grid: open and overdue now, and how many were reported on each day."""

    node: GridNode
    open: int = 0
    overdue: int = 0
    reported: Counter[date] = field(default_factory=Counter)


@dataclass(frozen=True)
class CountedPage:
    """Rows of some cases, how many there are in all, and where the next page begins."""

    items: Sequence[Row[Any]]
    total: int
    next: tuple[datetime, UUID] | None


def today() -> date:
    """Return the day it is in the county."""
    return clock.local(clock.now()).date()


def tiles() -> Mapping[str, Condition]:
    """Return what the figures at a glance count, by name; a list takes the same names."""
    day = today()
    due = and_(_OPEN, ~_DEFERRED, late_by(clock.midnight(day + timedelta(days=1))))
    return {
        "open": _OPEN,
        "due_today": and_(due, not_(late_by(clock.now()))),
        "overdue": _late(),
        "reworked": and_(_OPEN, Case.reworks > 0),
        "reopen_wanted": and_(Case.reopen_wanted.is_(True), reopenable()),
        "deferred": _DEFERRED,
        "deferred_today": _deferred_on(day, day),
        "to_review": and_(_DEFERRED, Case.review_at <= clock.now()),
        "supervised": and_(_OPEN, Case.supervision.is_not(None)),
        "closed": _CLOSED,
        "forced": _FORCED,
        "reported_today": _on(Case.reported_at, day, day),
        "closed_today": and_(_CLOSED, _on(Case.closed_at, day, day)),
        "forced_lately": and_(_FORCED, _on(Case.closed_at, day - timedelta(days=PERIODS[0] - 1), day)),
    }


def _late() -> Condition:
    """Return the condition that an open case is late; one that is put off is not, even where its review is."""
    return and_(_OPEN, ~_DEFERRED, late_by(clock.now()))


def glance(person: Person, names: Iterable[str]) -> dict[str, int]:
    """Count cases by some names of `tiles`, in one statement."""
    conditions = tiles()
    wanted = list(names)
    columns = [func.count(case((conditions[name], 1))) for name in wanted]
    counts = db.session.execute(select(*columns).where(counted_for(person))).one()
    return dict(zip(wanted, counts, strict=True))


def trend(person: Person, days: int) -> list[DayCount]:
    """Count reports, closings, forced closings and deferrals of each of the last days, today included."""
    last = today()
    first = last - timedelta(days=days - 1)
    forced = func.count(case((_FORCED, 1)))
    put_off = func.count(distinct(CaseStep.case_id))
    of_steps = Case.case_id == CaseStep.case_id
    selects = (
        _per_day("reported", Case.reported_at).where(_on(Case.reported_at, first, last)),
        _per_day("closed", Case.closed_at, forced=forced).where(_on(Case.closed_at, first, last)),
        _per_day("deferred", CaseStep.counts_at, put_off).where(of_steps, *_put_off(first, last)),
    )
    counted = union_all(*(one.where(counted_for(person)) for one in selects))
    by_day = {(row.what, date.fromisoformat(row.day)): row for row in db.session.execute(counted)}
    every = (first + timedelta(days=number) for number in range(days))
    return [_day_count(day, by_day) for day in every]


def _day_count(day: date, by_day: Mapping[tuple[str, date], Any]) -> DayCount:
    reported, closed, deferred = (by_day.get((what, day)) for what in ("reported", "closed", "deferred"))
    forced = closed.forced if closed else 0
    return DayCount(
        day=day,
        reported=reported.number if reported else 0,
        closed=closed.number - forced if closed else 0,
        forced=forced,
        deferred=deferred.number if deferred else 0,
    )


def _per_day(what: str, column: Any, number: Any = None, forced: Any = None) -> Select[Any]:
    """Select how many cases there are by the day of a time, all of them and those that were closed by force."""
    day = _local_day(column)
    counts = (func.count() if number is None else number, literal_column("0") if forced is None else forced)
    named: tuple[Any, ...] = (literal_column(f"'{what}'").label("what"), day.label("day"))
    return select(*named, counts[0].label("number"), counts[1].label("forced")).select_from(Case).group_by(day)


def classes(person: Person, days: int) -> list[ClassCount]:
    """Count the cases of each class that were reported in the last days or are open, the most reported first."""
    last = today()
    recent = _on(Case.reported_at, last - timedelta(days=days - 1), last)
    columns = (
        func.count(case((recent, 1))).label("reported"),
        func.count(case((_OPEN, 1))).label("open"),
        func.count(case((_late(), 1))).label("overdue"),
        func.count(case((_DEFERRED, 1))).label("deferred"),
    )
    statement = (
        select(Case.class_code, *columns)
        .where(counted_for(person), or_(recent, _OPEN))
        .group_by(Case.class_code)
        .order_by(columns[0].desc(), columns[1].desc(), Case.class_code)
    )
    return [ClassCount(*row) for row in db.session.execute(statement)]


def grids(person: Person, level: Level, days: int) -> list[GridCount]:
    """Count cases by the grids of one level in the person's ground, those without any case too; in two statements."""
    tree = grid_tree()
    counts = {node.code: GridCount(node) for node in ground(person) if node.level == level}
    last = today()
    late = func.count(case((_late(), 1)))
    standing = select(Case.grid_path, func.count(), late).where(counted_for(person), _OPEN).group_by(Case.grid_path)
    for path, number, overdue in db.session.execute(standing):
        counted = _counted(counts, path)
        if counted:
            counted.open, counted.overdue = counted.open + number, counted.overdue + overdue
    recent = _on(Case.reported_at, last - timedelta(days=days - 1), last)
    day = _local_day(Case.reported_at)
    reports = select(Case.grid_path, day, func.count()).where(counted_for(person), recent).group_by(Case.grid_path, day)
    for path, written, number in db.session.execute(reports):
        counted = _counted(counts, path)
        if counted:
            counted.reported[date.fromisoformat(written)] += number
    return [counts[node.code] for node in tree.current if node.code in counts]


def ground(person: Person) -> list[GridNode]:
    """Return the grids in whose cases the person may look by post, each once, ordered by path."""
    tree = grid_tree()
    held = [one.scope_path for one in person.holding(Permission.CASE_READ) if one.on_ground]
    ranges = [subtree_range(path) for path in held]
    return [node for node in tree.current if any(low <= node.path < high for low, high in ranges)]


def level_for(person: Person, levels: Iterable[Level]) -> Level:
    """Return the first of some levels at which the person's ground has more than one grid, else the last."""
    tallied = Counter(node.level for node in ground(person))
    *most, last = levels
    return next((level for level in most if tallied[level] > 1), last)


def page(person: Person, filters: Mapping[str, Any], after: tuple[datetime, UUID] | None, limit: int) -> CountedPage:
    """Return the cases behind a figure, the latest changed first, and how many there are."""
    chosen = [_listed_for(person, filters), *_conditions(filters)]
    total = db.session.scalar(select(func.count()).select_from(Case).where(*chosen)) or 0
    rest = [tuple_(Case.changed_at, Case.case_id) < tuple_(*after)] if after else []
    listed = select(*LIST_COLUMNS).where(*chosen, *rest)
    ordered = listed.order_by(Case.changed_at.desc(), Case.case_id.desc()).limit(limit + 1)
    rows = db.session.execute(ordered).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return CountedPage(rows[:limit], total, (last.changed_at, last.case_id) if last else None)


def every(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return which cases stand behind a figure, the latest changed first."""
    chosen = select(Case.case_id).where(_listed_for(person, filters), *_conditions(filters))
    ordered = chosen.order_by(Case.changed_at.desc(), Case.case_id.desc()).limit(most)
    return list(db.session.scalars(ordered.execution_options(yield_per=KEYS_AT_ONCE)))


def _listed_for(person: Person, filters: Mapping[str, Any]) -> Condition:
    """Return what a list is of: what is counted, or the drills, where somebody asks for these."""
    return drills_for(person) if filters.get("drill") else counted_for(person)


def _conditions(filters: Mapping[str, Any]) -> list[Condition]:
    conditions: list[Condition] = []
    if filters.get("show"):
        conditions.append(tiles()[filters["show"]])
    if filters.get("class_"):
        wanted = filters["class_"]
        conditions.append(Case.class_code.is_(None) if wanted == NO_CLASS else Case.class_code == wanted)
    if filters.get("grid"):
        low, high = subtree_range(grid(filters["grid"]).path)
        conditions.append(and_(Case.grid_path >= low, Case.grid_path < high))
    for name, within in _PERIODS.items():
        first, last = filters.get(f"{name}_from"), filters.get(f"{name}_to")
        if first and last:
            conditions.append(within(first, last))
    return conditions


def _on(column: Any, first: date, last: date) -> Condition:
    """Return the condition that a time lies on one of these days in the county, both included."""
    return and_(column >= clock.midnight(first), column < clock.midnight(last + timedelta(days=1)))


def _put_off(first: date, last: date) -> tuple[Condition, ...]:
    """Return what holds for steps that put cases off; the action is written out: their index is partial."""
    action = literal(str(CaseAction.GRANT_DEFERRAL), literal_execute=True)
    return CaseStep.action == action, _on(CaseStep.counts_at, first, last)


def _deferred_on(first: date, last: date) -> Condition:
    return Case.case_id.in_(select(CaseStep.case_id).where(*_put_off(first, last)))


_PERIODS: Mapping[str, Callable[[date, date], Condition]] = {
    "reported": lambda first, last: _on(Case.reported_at, first, last),
    "closed": lambda first, last: _on(Case.closed_at, first, last),
    "deferred": _deferred_on,
}


def _local_day(column: Any) -> ColumnElement[str]:
    """Write the county's day of a time as YYYY-MM-DD; the zone has had no summer time since 1991.

    The words are literal: with parameters PostgreSQL would not know the expression again in GROUP BY.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        here = func.timezone(literal_column(f"'{clock.LOCAL.key}'"), column)
        return func.to_char(here, literal_column("'YYYY-MM-DD'"), type_=String)
    return func.strftime(literal_column("'%Y-%m-%d'"), column, literal_column("'+8 hours'"), type_=String)


def _counted(counts: Mapping[str, GridCount], path: str) -> GridCount | None:
    return next((counts[code] for code in reversed(codes_in(path)) if code in counts), None)
