"""Make the rounds that frequency and calendar ask for, of whom the roster names; the same day again makes nothing.

A round is planned for each grid on which somebody serves as its duty; where a whole village has one such person (an
auxiliary officer), once for the village. Where nobody serves, it is planned for the grid all the same: that a duty
lies idle is then seen. What is about objects is planned where there are some, and each is a stop. A round of another
level (of a township's chief of rivers) is planned once for each village, township or county, whoever serves there.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zlib import crc32

from sqlalchemy import ColumnElement, and_, func, insert, literal, literal_column, or_, select, tuple_, update

from app.catalogue import queries as catalogue
from app.catalogue.documents import Round, Service
from app.core import clock
from app.core.db import db, upsert
from app.core.digests import canonical
from app.core.permissions import SYSTEM
from app.core.transaction import breathe, transaction
from app.grids import queries as grids
from app.grids.levels import Level
from app.grids.tree import GridNode, GridTree
from app.objects.models import ObjectRow, ObjectState
from app.rounds import round_residents, round_returns, round_steps
from app.rounds.models import RoundRow, RoundStep, RoundStop
from app.rounds.windows import Window, is_worth, windows
from workflows.round import WAITING
from workflows.round_terms import ON_OCCASION, RoundAction, RoundState

AHEAD_DAYS = 7  # how far ahead rounds are made, so that a phone has them in time; our figure
SPREAD_DAYS = 21  # over so many days before that the rounds of long windows are made: no day makes all; our figure
LONG_DAYS = 14  # windows that last as long are long ones; our figure
AT_ONCE = 500  # rounds in one transaction: others write in between
STOPS_MOST = 1_000  # of one round: where there are more objects, a ground has several; our figure
PARTS_APART = 1_000  # between the numbers of the parts of one window's round, which numbers its own from 1
PART_MOST = 100  # stops of a round that is one of several of its grid: some hours of work; our figure
EVERY_SECONDS = 3_600.0
MISSED_HOURS = "missed_round_hours"
_NAMESPACE = UUID("0b0f6f0e-9e0c-5f7b-8d53-6c1a2f4b7d10")
_R, _O = RoundRow, ObjectRow
# the second at once where the round is made for something that has happened
_FIRST_STEPS: Sequence[tuple[int, RoundAction, RoundState | None, RoundState]] = (
    (1, RoundAction.PLAN, None, RoundState.PLANNED),
    (2, RoundAction.FALL_DUE, RoundState.PLANNED, RoundState.DUE),
)


@dataclass(frozen=True, slots=True)
class _Task:
    """A round to be made."""

    service: Service
    plan: Round
    window: Window
    node: GridNode
    origin_id: UUID | None = None  # of what it is made for, and from when until when
    moments: tuple[datetime, datetime] | None = None
    is_due: bool = False  # at once: it is made for something that has happened
    drill: bool = False

    @property
    def round_id(self) -> UUID:
        """Return the id that follows from what it is."""
        if self.origin_id:
            part = f":{self.window.n}" if self.window.n > 1 else ""
            return uuid5(self.origin_id, f"{self.plan.code}:{self.node.code}{part}")
        key = (self.service.code, self.plan.code, self.window.first.isoformat(), str(self.window.n), self.node.code)
        return uuid5(_NAMESPACE, ":".join(key))


def make_due(is_wanted: Callable[[Round], bool] = lambda plan: True) -> int:
    """Make the rounds of today and of the days ahead that are not there yet, of all plans or some; return how many."""
    today = clock.local(clock.now()).date()
    count = 0
    for service in list(catalogue.catalogue().services.values()):
        for plan in service.rounds:
            if plan.kind in ON_OCCASION or not is_wanted(plan):
                continue
            wanted = [
                window
                for window in windows(plan.frequency, today, AHEAD_DAYS + SPREAD_DAYS)
                if service.admission.holds_on(window.first) and is_worth(window, today)
            ]
            nodes = grounds(plan) if wanted else ()
            for window in wanted:
                count += _make(service, plan, window, nodes, today)
    return count


def _ahead(window: Window, node: GridNode) -> int:
    """Return how many days ahead a round is made; of a long window on another day for each ground."""
    is_long = (window.last - window.first).days + 1 >= LONG_DAYS
    return AHEAD_DAYS + (crc32(node.code.encode()) % SPREAD_DAYS if is_long else 0)


def outdated() -> ColumnElement[bool] | None:
    """Return the condition on rounds that nobody has begun and that their plan, as it is now, does not ask for then.

    None where there are none. What runs or comes by another frequency is made anew; where both begin on one day the
    round that is there stays.
    """
    now = clock.now()
    today = clock.local(now).date()
    unbegun = and_(_R.state.in_(WAITING), _R.started_at.is_(None))
    waiting = and_(_R.origin_id.is_(None), unbegun, _R.window_until > now)
    key = (_R.service, _R.code, _R.window_from, _R.n)
    plans = {
        (service.code, plan.code): {
            (_moments(window)[0], window.n) for window in windows(plan.frequency, today, AHEAD_DAYS + SPREAD_DAYS)
        }
        for service in catalogue.catalogue().services.values()
        for plan in service.rounds
    }
    others = [
        (service, code, begins, n)
        for service, code, begins, n in db.session.execute(select(*key).where(waiting).distinct())
        if (service, code) in plans and (begins, (n - 1) % PARTS_APART + 1) not in plans[service, code]
    ]
    return and_(waiting, tuple_(*key).in_(others)) if others else None


def is_idle(day: date) -> ColumnElement[bool]:
    """Return the condition that nothing asks for a round: its grid ended, or no service admitted that day has it."""
    services = [one for one in catalogue.catalogue().services.values() if one.admission.holds_on(day)]
    plans = [(service.code, plan.code) for service in services for plan in service.rounds]
    planned = tuple_(_R.service, _R.code).in_(plans)
    return and_(_R.origin_id.is_(None), or_(grids.has_ended(_R.grid), ~planned))


def _make(service: Service, plan: Round, window: Window, nodes: Sequence[GridNode], today: date) -> int:
    """Make the round of each ground that lacks it, some at a time, each time in a transaction of its own.

    All parts of a ground's round are made together. What was lifted and is asked for again is put back.
    """
    lacking = _lacking(service, plan, window, nodes)
    near = [node for node in lacking if (window.first - today).days <= _ahead(window, node)]
    parts = _parts(plan, near, STOPS_MOST)
    count = 0
    for start in range(0, len(near), AT_ONCE):
        tasks = [
            _Task(service, plan, replace(window, n=window.n + part * PARTS_APART), node)
            for node in near[start : start + AT_ONCE]
            for part in range(parts[node.code])
        ]
        with transaction():
            count += _write(tasks, STOPS_MOST, PARTS_APART)
            count += round_returns.put_back({task.round_id: _moments(task.window)[1] for task in tasks})
        breathe()
    return count


def _lacking(service: Service, plan: Round, window: Window, nodes: Sequence[GridNode]) -> Sequence[GridNode]:
    """Return the grounds that have no round of a window, or of which a part was lifted before anybody had begun it.

    Nor have those it that lie in the ground of another, or hold it, where nobody serves in that way any more: it was
    planned before the post moved, and stands for theirs.
    """
    if not nodes:
        return ()
    first, _ = _moments(window)
    part = _R.n % PARTS_APART == window.n % PARTS_APART
    named = (_R.service == service.code, _R.code == plan.code, _R.window_from == first, part)
    parts = db.session.execute(select(_R.grid, _R.grid_path, _R.state, _R.n).where(*named)).all()
    present = [one for one in parts if one.n == window.n]
    ended = any(one.state == RoundState.CANCELLED for one in parts)
    lifted = db.session.scalars(select(_R.grid).where(*named, round_returns.LIFTED)).all() if ended else ()
    posts, codes = {node.code for node in nodes}, {one.grid for one in present}.difference(lifted)
    former = [one for one in present if one.grid not in posts and one.state != RoundState.CANCELLED]
    below, above = {one.grid for one in former}, {code for one in former for code in _line(one.grid_path)}
    return [
        node
        for node in nodes
        if node.code not in codes and node.code not in above and below.isdisjoint(_line(node.path))
    ]


def _line(path: str) -> Sequence[str]:
    """Return the codes of a ground and of all that hold it."""
    return path.rstrip("/").split("/")


def make_for(
    origin_id: UUID,
    service: Service,
    plan: Round,
    nodes: Sequence[GridNode],
    begins: datetime,
    ends: datetime,
    *,
    drill: bool,
) -> Sequence[UUID]:
    """Make the rounds of a plan for something that has happened, inside a transaction; return their ids.

    They are due at once. The same origin again makes nothing twice.
    """
    window = Window(clock.local(begins).date(), clock.local(ends).date(), 1)
    parts = _parts(plan, nodes, STOPS_MOST)
    tasks = [
        _Task(service, plan, replace(window, n=n), node, origin_id, (begins, ends), is_due=True, drill=drill)
        for node in nodes
        for n in range(1, parts[node.code] + 1)
    ]
    for start in range(0, len(tasks), AT_ONCE):
        _write(tasks[start : start + AT_ONCE], STOPS_MOST)
    return [task.round_id for task in tasks]


def make_parts(
    origin_id: UUID,
    service: Service,
    plan: Round,
    nodes: Sequence[GridNode],
    begins: datetime,
    ends: datetime,
    *,
    drill: bool,
) -> int:
    """Make the rounds of a plan that something asks for once, inside a transaction; return how many there are.

    Where a grid has many objects it has several, each of some objects; all of a grid are made together. The same
    origin again makes nothing twice.
    """
    days = clock.local(begins).date(), (clock.local(ends) - timedelta(seconds=1)).date()
    parts = _parts(plan, nodes, PART_MOST)
    tasks = [
        _Task(service, plan, Window(*days, n), node, origin_id, (begins, ends), drill=drill)
        for node in nodes
        for n in range(1, parts[node.code] + 1)
    ]
    for start in range(0, len(tasks), AT_ONCE):
        _write(tasks[start : start + AT_ONCE], PART_MOST)
    return len(tasks)


def _parts(plan: Round, nodes: Sequence[GridNode], most: int) -> Mapping[str, int]:
    """Return among how many rounds of so many stops the objects of each ground are shared out, one at least."""
    counts = Counter[str]() if plan.of_ground or not nodes else _counts_of(plan.subject)
    return {node.code: max(1, -(-counts[node.code] // most)) for node in nodes}


def _counts_of(kind: str) -> Counter[str]:
    """Count the objects of a kind in use, by the code of each grid in which, or below which, there are some."""
    wanted = (_O.kind == kind, _O.state == ObjectState.IN_USE)
    counts = Counter[str]()
    for path, number in db.session.execute(select(_O.grid_path, func.count()).where(*wanted).group_by(_O.grid_path)):
        counts.update(dict.fromkeys(_line(path), number))
    return counts


def grounds_around(plan: Round, path: str) -> Sequence[GridNode]:
    """Return where a round is to be done of what lies in an area, or holds it: an officer serves the whole village."""
    return [node for node in grounds(plan) if overlaps(node.path, [path])]


def grounds_within(plan: Round, paths: Sequence[str]) -> Sequence[GridNode]:
    """Return where a round is to be done of what lies in some areas, or holds them, each once, in their order."""
    return [node for node in grounds(plan) if overlaps(node.path, paths)]


def overlaps(path: str, paths: Iterable[str]) -> bool:
    """Tell whether a ground lies in one of some others, or holds it."""
    return any(path.startswith(one) or one.startswith(path) for one in paths)


def grounds(plan: Round) -> Sequence[GridNode]:
    """Return where a round is to be done: what is of its level; of a grid, its village where that has the duty."""
    tree = grids.grid_tree()
    with_objects = None if plan.of_ground else _counts_of(plan.subject)
    of_level = [node for node in tree.current if node.level is plan.level]
    wanted = [node for node in of_level if with_objects is None or node.code in with_objects]
    if plan.level is not Level.GRID:
        return tuple(wanted)
    served = grids.grids_with(plan.duty)
    return tuple({post.code: post for node in wanted for post in _posts(tree, node, served)}.values())


def _posts(tree: GridTree, node: GridNode, served: Collection[str]) -> Sequence[GridNode]:
    """Return where whoever serves a grid does so: there or in its village, else in parts of it; itself for nobody."""
    above = [one for one in (node, tree.at_level(node.code, Level.VILLAGE)) if one and one.code in served]
    return above[:1] or [one for one in tree.children(node.code) if one.code in served] or [node]


def _moments(window: Window) -> tuple[datetime, datetime]:
    """Return from when until when a window runs: from midnight to midnight of the county."""
    return clock.midnight(window.first), clock.midnight(window.last + timedelta(days=1))


def _write(tasks: Sequence[_Task], most: int, apart: int = 1) -> int:
    """Write rounds of one plan with first steps and stops, but for those that another process has just written.

    A grid's objects are shared out among its rounds, `most` to each; numbers of parts lie so far apart. Returns how
    many were written.
    """
    now = clock.now()
    entered = upsert(_R.__table__).on_conflict_do_nothing().returning(_R.__table__.c.round_id)
    ids = db.session.scalars(entered, [_row(task, now) for task in tasks]).all()
    if ids:
        first = _FIRST_STEPS[: 2 if tasks[0].is_due else 1]
        db.session.execute(insert(RoundStep.__table__), [_step(one, *step, now) for one in ids for step in first])
        _write_stops(tasks[0].plan, ids, most, apart)
    return len(ids)


def _row(task: _Task, now: datetime) -> dict[str, Any]:
    first, last = task.moments or _moments(task.window)
    hours = 0 if task.is_due else catalogue.catalogue().setting(MISSED_HOURS)
    return {
        "round_id": task.round_id, "service": task.service.code, "code": task.plan.code,
        "version": task.service.version, "kind": task.plan.kind, "subject": task.plan.subject,
        "duty": task.plan.duty, "grid": task.node.code, "grid_path": task.node.path, "window_from": first,
        "origin_id": task.origin_id, "drill": task.drill, "window_until": last, "n": task.window.n, "turned_seq": 1,
        "state": RoundState.DUE if task.is_due else RoundState.PLANNED, "seq": 2 if task.is_due else 1,
        "desk_at": last + timedelta(hours=hours), "stops": 0, "stops_done": 0, "findings": 0, "marks": [],
        "changed_at": now,
    }  # fmt: skip


def _step(
    round_id: UUID, seq: int, action: RoundAction, before: RoundState | None, after: RoundState, now: datetime
) -> dict[str, Any]:
    return {
        "round_id": round_id, "seq": seq, "op_id": round_id if seq == 1 else uuid5(round_id, action), "action": action,
        "state_from": before, "state_to": after, "actor_id": None, "actor_name": SYSTEM.name, "at": now,
        "phone_at": None, "counts_at": now, "data": canonical({}),
        "asked_digest": round_steps.asked_digest(SYSTEM, action, {}),
    }  # fmt: skip


def _write_stops(plan: Round, ids: Sequence[UUID], most: int, apart: int) -> None:
    """Give some rounds their stops: the ground itself, or the objects of a kind in use on it; in the database alone."""
    if plan.of_ground:
        db.session.execute(
            insert(RoundStop.__table__), [{"round_id": one, "stop": 1, "object_id": None} for one in ids]
        )
        db.session.execute(_plain(update(_R).where(_R.round_id.in_(ids)).values(stops=1)))
        round_residents.write_stops(plan, ids)
        return
    places = select(_R.grid, _R.grid_path).where(_R.round_id.in_(ids)).distinct().subquery()
    path = places.c.grid_path
    end = func.substr(path, 1, func.length(path) - 1) + literal("0")
    on_ground = (_O.grid_path >= path) & (_O.grid_path < end)
    number = func.row_number().over(partition_by=places.c.grid, order_by=(_O.grid_path, _O.object_id))
    numbered = (  # once for each grid, however many rounds share its objects out
        select(places.c.grid, _O.object_id, number.label("number"))
        .join(_O, (_O.kind == plan.subject) & (_O.state == ObjectState.IN_USE) & on_ground)
        .subquery()
    )
    stop = numbered.c.number - (_R.n - 1) // apart * most
    wanted = (
        select(_R.round_id, stop, numbered.c.object_id)
        .join(numbered, numbered.c.grid == _R.grid)
        .where(_R.round_id.in_(ids), stop.between(1, most))
    )
    db.session.execute(insert(RoundStop.__table__).from_select(["round_id", "stop", "object_id"], wanted))
    own = select(func.count(literal_column("1"))).where(RoundStop.round_id == _R.round_id).scalar_subquery()
    db.session.execute(_plain(update(_R).where(_R.round_id.in_(ids)).values(stops=own)))


def _plain(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def first_day(row: RoundRow) -> date:
    """Return the first day of a round's time."""
    return clock.local(row.window_from).date()


def last_day(row: RoundRow) -> date:
    """Return the last day of a round's time."""
    return (clock.local(row.window_until) - timedelta(seconds=1)).date()
