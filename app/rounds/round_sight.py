"""Who sees which rounds: in the database for lists, in memory for one; a test holds both equal.

A person sees the rounds of the duties that the roster gives them, and, where they look after some ground, those
of that ground; but that one was missed only after its hour (`desk_at`): whoever serves sees it first.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, or_, true

from app.core import clock
from app.core.db import Unindexed
from app.core.digests import canonical, digest
from app.core.permissions import Person
from app.grids import queries as grids
from app.grids.levels import subtree_range
from app.rounds.models import RoundRow
from workflows.round import ENDS
from workflows.round_terms import RoundKind, RoundPermission, RoundState

REACH = timedelta(days=61)  # before which no round that is open, or changed of late, had to be done; our figure. Once
# confirmed, a receipt goes on until its warning ends, however long after its own time
ON_PHONE = timedelta(days=30)  # so long after its last change a phone keeps what is over; our figure
_R = RoundRow


Duties = Mapping[tuple[str, str], bool]  # grid and duty: whether it is done in somebody's place


def duties_of(person: Person, at: datetime | None = None) -> Duties:
    """Return which grids a person serves as what at a time, by default now, where their role lets them do rounds.

    Whoever stands in for somebody on leave does theirs, whatever ground their own role has.
    """
    if person.person_id is None or not person.may(RoundPermission.ACT):
        return {}
    tree, duties = grids.grid_tree(), dict[tuple[str, str], bool]()
    for entry in grids.served_by(person.person_id, at):
        node, key = tree.get(entry.grid), (entry.grid, str(entry.duty))
        if node and (entry.stands_in or person.reaches(RoundPermission.ACT, node.path)):
            duties[key] = entry.stands_in or duties.get(key, False)
    return duties


def _of_duties(person: Person) -> list[ColumnElement[bool]]:
    return [and_(_R.grid == grid, _R.duty == duty) for grid, duty in sorted(duties_of(person))]


def mine(person: Person) -> ColumnElement[bool]:
    """Return the condition on `rounds` that holds for what the roster gives a person."""
    ways = _of_duties(person)
    return or_(*ways) if ways else false()


def ways(person: Person, *, own: bool = False) -> list[ColumnElement[bool]]:
    """Return the conditions of each of which a person sees the rounds, or has them to do where only their own count.

    In the order of their ends each has an index that leads to its first ones; together they have none.
    """
    oversees = not own and (person.is_system or person.grounds(RoundPermission.OVERSEE))
    return [*_of_duties(person), *([overseen(person)] if oversees else [])]


def overseen(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for what a person looks after who does not do it."""
    if person.is_system:
        return true()
    ways = [within(path) for path in person.grounds(RoundPermission.OVERSEE)]
    over = or_(_R.state != RoundState.MISSED, _R.desk_at <= clock.now())
    return and_(or_(*ways), over) if ways else false()


def within(path: str) -> ColumnElement[bool]:
    """Return the condition that a round is of a grid or of one below it; their ends lead to them."""
    low, high = subtree_range(path)
    own = Unindexed(_R.grid_path)
    return and_(own >= low, own < high)


def visible_to(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for what a person sees."""
    return or_(mine(person), overseen(person))


def counted(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for what a person sees and statistics count: no drill is."""
    return and_(visible_to(person), ~_R.drill)


def on_phone(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for what a person's phone keeps: their own, what is over for some time only."""
    now = clock.now()
    recent = _R.changed_at >= now - ON_PHONE
    still = _R.state.not_in([*ENDS, RoundState.MISSED])
    ways = [and_(way, _R.window_until >= now - REACH) for way in _of_duties(person)]  # each by its index from there
    return or_(and_(or_(*ways), or_(still, recent)), _confirmed_long_ago(person)) if ways else false()


def _confirmed_long_ago(person: Person) -> ColumnElement[bool]:
    """Return the condition on a person's receipts of warnings that still run: led to by states in which few are old."""
    lasting = (_R.state.in_([RoundState.DUE, RoundState.STARTED]), _R.window_until < clock.now() - REACH)
    own = [and_(Unindexed(_R.grid) == grid, _R.duty == duty) for grid, duty in sorted(duties_of(person))]
    return and_(*lasting, _R.kind == RoundKind.WARNING, or_(*own)) if own else false()


def once_on_phone(person: Person) -> ColumnElement[bool]:
    """Return the condition that holds for what a person's phone may have kept."""
    if person.person_id is None:
        return false()
    ways = [and_(_R.grid == one.grid, _R.duty == one.duty) for one in grids.served_by(person.person_id, ever=True)]
    return or_(_R.doer_id == person.person_id, *ways)


def mark(person: Person) -> str:
    """Return what changes whenever other rounds become a person's."""
    return digest(canonical(sorted(duties_of(person).items())), "sha256")


def serves(row: RoundRow, duties: Duties) -> bool:
    """Tell whether a round is one of these duties."""
    return (row.grid, row.duty) in duties


def stands_in(row: RoundRow, duties: Duties) -> bool:
    """Tell whether a round is one of these duties that is done in somebody's place."""
    return duties.get((row.grid, row.duty), False)


def shows(row: RoundRow, person: Person) -> bool:
    """Tell whether a person sees a round."""
    hidden = row.state == RoundState.MISSED and row.desk_at > clock.now()
    return serves(row, duties_of(person)) or (person.reaches(RoundPermission.OVERSEE, row.grid_path) and not hidden)
