"""Read campaigns: lists by keyset, one, how far it is by grid and township, what came of it, by year.

Everything starts from what concerns a person's ground; figures are of that ground alone, and never by person.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.campaigns.models import Campaign, CampaignGround, CampaignResult
from app.cases import visibility
from app.cases.models import Case, CaseLink
from app.cases.views import LIST_COLUMNS
from app.core import clock, paging
from app.core.db import db
from app.core.errors import NotFound
from app.core.permissions import Permission, Person
from app.grids.levels import Level, subtree_range
from app.grids.queries import grid_name, grid_tree
from app.rounds.models import RoundFinding, RoundRow, RoundStop
from workflows.campaign_terms import CampaignKind
from workflows.case_terms import CaseAction, CaseState, LinkKind
from workflows.round_terms import RoundState

AT_ONCE = 500  # stops read at a time when they are summed up
YEARS_MOST = 20  # that are compared of one round; our figure
_C, _G, _R = Campaign, CampaignGround, RoundRow
# what stands beside other years: a check-up is asked every year, a census is not; no drill
_COMPARED = (_C.kind == CampaignKind.CHECK_UP, _C.settled_at.is_not(None), ~_C.drill)
# what is closed may wait to be settled; what is settled has left the index by ends, in which these are looked for
UNDER_WAY = and_(_C.closed_at.is_(None), _C.settled_at.is_(None))
CampaignKey = tuple[date, UUID]
FindingKey = tuple[int, datetime, UUID]  # whether it has ended, when it was reported, which it is


class CampaignUnknown(NotFound):
    """没有这次普查，或它不在您的辖区。"""

    code = "campaign_unknown"
    en = "There is no such campaign, or it does not concern your ground."


@dataclass(frozen=True)
class CampaignPage:
    """Some campaigns, and where the next page begins."""

    items: Sequence[Campaign]
    next: CampaignKey | None


@dataclass
class CampaignProgress:
    """How far some ground is: rounds by where they stand, stops, cases that began, and how many of these are closed."""

    code: str
    name: str
    rounds: int = 0
    done: int = 0
    complete: int = 0  # of these done; the others left stops, or answers that must be given, open
    answers_open: int = 0
    started: int = 0
    to_do: int = 0
    missed: int = 0
    cancelled: int = 0
    stops: int = 0
    stops_done: int = 0
    findings: int = 0
    solved: int = 0

    def add(self, other: "CampaignProgress") -> None:
        """Count another ground in."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


COUNTED = (
    *("rounds", "done", "complete", "answers_open", "started", "to_do", "missed", "cancelled"),
    *("stops", "stops_done", "findings", "solved"),
)
_COLUMN = {
    RoundState.DONE: "done", RoundState.STARTED: "started", RoundState.MISSED: "missed",
    RoundState.CANCELLED: "cancelled",
}  # fmt: skip


@dataclass
class TownshipProgress:
    """How far a township is, with its grids."""

    whole: CampaignProgress
    grids: list[CampaignProgress]


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition on `campaigns` that holds for what goes over a person's ground, wholly or in part."""
    if person.is_system:
        return _C.campaign_id.is_not(None)
    ways: list[ColumnElement[bool]] = []
    for path in person.grounds(Permission.ROUND_OVERSEE):
        low, high = subtree_range(path)
        above = [path[: place + 1] for place, letter in enumerate(path) if letter == "/"]
        ways += [and_(_G.grid_path >= low, _G.grid_path < high), _G.grid_path.in_(above)]
    return exists().where(_G.campaign_id == _C.campaign_id, or_(*ways)) if ways else false()


def page(person: Person, filters: Mapping[str, Any], after: CampaignKey | None, limit: int) -> CampaignPage:
    """Return campaigns that concern a person's ground, the newest first."""
    statement = select(_C).where(visible_to(person), *_conditions(filters))
    if after:
        statement = statement.where(tuple_(_C.begins_on, _C.campaign_id) < tuple_(*after))
    newest = statement.order_by(_C.begins_on.desc(), _C.campaign_id.desc()).limit(limit + 1)
    rows = db.session.scalars(newest.execution_options(populate_existing=True)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return CampaignPage(rows[:limit], (last.begins_on, last.campaign_id) if last else None)


def keys(person: Person, filters: Mapping[str, Any], most: int) -> Sequence[UUID]:
    """Return the ids of the campaigns that concern a person's ground, the newest first."""
    wanted = select(_C.campaign_id).where(visible_to(person), *_conditions(filters))
    return db.session.scalars(wanted.order_by(_C.begins_on.desc(), _C.campaign_id.desc()).limit(most)).all()


def some(person: Person, campaign_ids: Collection[UUID]) -> Sequence[Campaign]:
    """Return those of some campaigns that concern a person's ground still, the newest first."""
    wanted = select(_C).where(visible_to(person), _C.campaign_id.in_(campaign_ids))
    return db.session.scalars(wanted.order_by(_C.begins_on.desc(), _C.campaign_id.desc())).all()


def read_cursor(cursor: str) -> CampaignKey:
    """Return where a page of campaigns begins; raise CursorInvalid."""
    day, campaign_id = paging.decode(cursor, 2)
    try:
        return date.fromisoformat(day), paging.identity(campaign_id)
    except (TypeError, ValueError):
        raise paging.CursorInvalid from None


def cursor_of(key: CampaignKey) -> str:
    """Write where the next page begins."""
    return paging.encode(key[0].isoformat(), key[1])


def one(campaign_id: UUID, person: Person) -> Campaign:
    """Return a campaign that concerns a person's ground; raise CampaignUnknown."""
    wanted = select(_C).where(_C.campaign_id == campaign_id, visible_to(person))
    row: Campaign | None = db.session.scalar(wanted.execution_options(populate_existing=True))
    if row is None:
        raise CampaignUnknown
    return row


def grounds_of(campaign_ids: Collection[UUID]) -> Mapping[UUID, Sequence[CampaignGround]]:
    """Return the grounds of some campaigns, in the order of the grids; one statement."""
    grounds = defaultdict[UUID, list[CampaignGround]](list)
    rows = db.session.scalars(select(_G).where(_G.campaign_id.in_(campaign_ids)).order_by(_G.grid_path))
    for row in rows:
        grounds[row.campaign_id].append(row)
    return grounds


def progress(row: Campaign, person: Person) -> list[TownshipProgress]:
    """Return how far a campaign is on a person's ground, by township and grid."""
    return progress_of([row.campaign_id], person)[row.campaign_id]


def progress_of(campaign_ids: Collection[UUID], person: Person) -> Mapping[UUID, list[TownshipProgress]]:
    """Return how far some campaigns are on a person's ground; two statements for all, one row a campaign and grid."""
    by_grid = _by_grid(campaign_ids, person)
    return {one: _by_township(by_grid[one]) for one in campaign_ids}


def _by_township(grids: Mapping[str, CampaignProgress]) -> list[TownshipProgress]:
    townships: dict[str, TownshipProgress] = {}
    tree = grid_tree()
    for code, here in grids.items():
        township = tree.at_level(code, Level.TOWNSHIP) if tree.get(code) else None
        above = township.code if township else code
        name = township.name if township else here.name
        whole = townships.setdefault(above, TownshipProgress(CampaignProgress(above, name), []))
        whole.whole.add(here)
        whole.grids.append(here)
    return list(townships.values())


def _by_grid(campaign_ids: Collection[UUID], person: Person) -> Mapping[UUID, Mapping[str, CampaignProgress]]:
    own = (_R.origin_id.in_(campaign_ids), _on_ground(person))
    # whoever serves sees first that it was missed: until then it stands with what is to be done
    state = case((and_(_R.state == RoundState.MISSED, _R.desk_at > clock.now()), RoundState.DUE), else_=_R.state)
    lacking = case((or_(_R.answers_open > 0, _R.stops_done < _R.stops), 1), else_=0)
    sums = (func.count(), *(func.coalesce(func.sum(one), 0) for one in (_R.stops, _R.stops_done, lacking)))
    place = (_R.origin_id, _R.grid, _R.grid_path, state.label("state"))
    counted = select(*place, *sums).where(*own).group_by(_R.origin_id, _R.grid, _R.grid_path, state)
    campaigns = defaultdict[UUID, dict[str, CampaignProgress]](dict)
    for origin_id, code, _, stands, number, stops, stops_done, with_open in db.session.execute(
        counted.order_by(_R.grid_path)
    ):
        here = campaigns[origin_id].setdefault(code, CampaignProgress(code, grid_name(code)))
        column = _COLUMN.get(RoundState.of(stands), "to_do")
        setattr(here, column, getattr(here, column) + number)
        here.rounds += number
        if column == "done":
            here.complete += number - with_open
            here.answers_open += with_open
        here.stops += stops
        here.stops_done += stops_done
    for origin_id, code, number, solved in db.session.execute(_findings(campaign_ids, person)):
        here = campaigns[origin_id][code]
        here.findings, here.solved = number, solved
    return campaigns


def _findings(campaign_ids: Collection[UUID], person: Person) -> Any:
    """Select how many cases began by campaign and grid, and how many are solved, of those that the person sees.

    A case that was found on several rounds counts where it was found first.
    """
    turn = func.row_number().over(
        partition_by=(_R.origin_id, RoundFinding.case_id), order_by=(RoundFinding.at, RoundFinding.round_id)
    )
    rows = select(RoundFinding.case_id, RoundFinding.round_id, turn.label("turn"))
    once = rows.join(_R, _R.round_id == RoundFinding.round_id).where(_R.origin_id.in_(campaign_ids)).subquery()
    solved = func.count(case((or_(_is_solved(Case), Case.case_id.in_(_carried(select(once.c.case_id)))), 1)))
    counted = select(_R.origin_id, _R.grid, func.count(), solved).join(once, once.c.round_id == _R.round_id)
    seen = counted.join(Case, Case.case_id == once.c.case_id).where(once.c.turn == 1, visibility.visible_to(person))
    return seen.where(_R.origin_id.in_(campaign_ids), _on_ground(person)).group_by(_R.origin_id, _R.grid)


def _is_solved(row: Any) -> ColumnElement[bool]:
    """Return the condition that a case is closed, and not by force: that is no solution."""
    forced = func.coalesce(row.ended_how == CaseAction.FORCE_CLOSE, false())
    return and_(row.state == CaseState.CLOSED, ~forced)


def _carried(case_ids: Any) -> Any:
    """Select those of some cases that were merged into another, and that perhaps again, where the last is solved."""
    standing = and_(CaseLink.kind == LinkKind.MERGED_INTO, CaseLink.ended_at.is_(None))
    first = select(CaseLink.case_id.label("merged"), CaseLink.other.label("carrier"))
    chain = first.where(standing, CaseLink.case_id.in_(case_ids)).cte("carried", recursive=True)
    further = select(chain.c.merged, CaseLink.other).join(chain, CaseLink.case_id == chain.c.carrier)
    chain = chain.union(further.where(standing))
    carrier = aliased(Case)
    return select(chain.c.merged).join(carrier, carrier.case_id == chain.c.carrier).where(_is_solved(carrier))


def findings(row: Campaign, person: Person, after: FindingKey | None, limit: int) -> tuple[Sequence[Any], Any]:
    """Return the cases that began on a campaign, of those that a person sees, and where the next page begins.

    They are rows of LIST_COLUMNS; those that are open stand before the others, the oldest first.
    """
    of_rounds = select(RoundFinding.case_id).join(_R, _R.round_id == RoundFinding.round_id)
    own = Case.case_id.in_(of_rounds.where(_R.origin_id == row.campaign_id, _on_ground(person)))
    ended = case((Case.ended_how.is_(None), 0), else_=1)
    key = (ended, Case.reported_at, Case.case_id)
    rest = [tuple_(*key) > tuple_(*after)] if after else []
    listed = select(*LIST_COLUMNS, ended.label("ended")).where(own, visibility.visible_to(person), *rest)
    rows = db.session.execute(listed.order_by(*key).limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.ended, last.reported_at, last.case_id) if last else None


def read_finding_cursor(cursor: str) -> FindingKey:
    """Return where a page of findings begins; raise CursorInvalid."""
    ended, at, case_id = paging.decode(cursor, 3)
    if ended not in (0, 1) or isinstance(ended, bool):
        raise paging.CursorInvalid
    return ended, paging.moment(at), paging.identity(case_id)


def _on_ground(person: Person) -> ColumnElement[bool]:
    if person.is_system:
        return _R.round_id.is_not(None)
    bounds = [subtree_range(path) for path in person.grounds(Permission.ROUND_OVERSEE)]
    ways = [and_(_R.grid_path >= low, _R.grid_path < high) for low, high in bounds]
    return or_(*ways) if ways else false()


def answers_of(campaign_id: UUID) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what was put down at each stop of a campaign, with the township in which it lies; some at a time.

    What was put down on a round that was cancelled counts as not done.
    """
    tree = grid_tree()
    own = (_R.origin_id == campaign_id, RoundStop.answers.is_not(None), _R.state != RoundState.CANCELLED)
    after: tuple[UUID, int] | None = None
    while True:
        key = (RoundStop.round_id, RoundStop.stop)
        rest = [tuple_(*key) > tuple_(*after)] if after else []
        wanted = select(*key, _R.grid, RoundStop.answers).join(_R, _R.round_id == RoundStop.round_id)
        rows = db.session.execute(wanted.where(*own, *rest).order_by(*key).limit(AT_ONCE)).all()
        for row in rows:
            township = tree.at_level(row.grid, Level.TOWNSHIP) if tree.get(row.grid) else None
            yield (township.code if township else row.grid), json.loads(row.answers or "{}")
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].round_id, rows[-1].stop


def results_of(campaign_ids: Collection[UUID], person: Person, grid: str | None = None) -> Sequence[CampaignResult]:
    """Return the sums kept of some campaigns for the townships of a person's ground, or of a part of it."""
    tree = grid_tree()
    paths = person.grounds(Permission.ROUND_OVERSEE) if not person.is_system else ("",)
    wanted = tree.get(grid) if grid else None
    if grid and wanted is None:
        return ()
    rows = db.session.scalars(
        select(CampaignResult)
        .where(CampaignResult.campaign_id.in_(campaign_ids))
        .order_by(CampaignResult.grid, CampaignResult.field, CampaignResult.answer)
    )
    return [
        row
        for row in rows
        if (node := tree.get(row.grid))
        and any(node.path.startswith(path) for path in paths)
        and (wanted is None or node.path.startswith(wanted.path))
    ]


def settled_of(person: Person, service: str, round_code: str) -> Sequence[Campaign]:
    """Return the check-ups by one round on a person's ground whose results are kept, by year; those of many years."""
    same = (_C.service == service, _C.round_code == round_code, *_COMPARED, visible_to(person))
    years = select(_C.year).where(*same).distinct().order_by(_C.year.desc()).limit(YEARS_MOST)
    newest = db.session.scalars(years).all()
    return db.session.scalars(select(_C).where(*same, _C.year.in_(newest)).order_by(_C.year, _C.begins_on)).all()


def rounds_of_campaigns(person: Person) -> Sequence[tuple[str, str, int]]:
    """Return service, round and newest version of what was asked in campaigns that concern a person's ground."""
    columns = (_C.service, _C.round_code)
    statement = select(*columns, func.max(_C.version)).where(visible_to(person), *_COMPARED)
    rows = db.session.execute(statement.group_by(*columns).order_by(*columns))
    return [(service, code, version) for service, code, version in rows]


def _conditions(filters: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [_FILTERS[name](value) for name, value in filters.items() if name in _FILTERS and value not in (None, "")]


_FILTERS: Mapping[str, Any] = {
    "kind": lambda kind: _C.kind == kind,
    "year": lambda year: _C.year == year,
    "is_open": lambda is_open: UNDER_WAY if is_open else _C.closed_at.is_not(None),
}
