"""Warn of classes whose stages take longer together than the limit of the whole case: a county sees it at the import.

Each stage is used up to its end, one after the other, from the filing on, by the county's default calendar. Covered are
a dozen moments of filing in the year, in and out of office hours, before days off and between them; not every one.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import product

from app.catalogue.documents import CaseClass, LimitFigure
from app.catalogue.lookups import Catalogue
from app.core import clock
from app.core.transaction import breathe
from app.deadlines import limits as arithmetic
from app.deadlines.calendar import WorkingCalendar
from app.deadlines.calendar_documents import load
from app.deadlines.limits import Limit
from app.deadlines.queries import KIND
from app.grids.levels import AreaClass
from workflows.case_clocks import Stage
from workflows.words import Words

NAMED = 20  # what more there is, is counted
_DAYS = ((1, 5), (3, 2), (4, 30), (6, 18), (9, 30), (11, 28))
_HOURS = (time(8), time(17, 40))
_OVER = Words(
    "类别 {}、{} 类区域{}：各环节时限合计（{}）超出全案时限（{}）。",
    "Class {}, area {}{}: its stages together ({}) take longer than the whole case ({}).",
)
_MORE = Words("另有 {} 处环节时限合计超出全案时限。", "In {} more places the stages take longer than the whole case.")
_URGENT = Words("（急要件）", " (urgent)")
_PLUS = Words(" + ", " + ")


@dataclass(frozen=True)
class _Way:
    """The stages that a case goes through from its filing, and the limit of the whole."""

    stages: tuple[LimitFigure, ...]
    whole: LimitFigure


def warnings(catalogue: Catalogue, codes: Collection[str] | None) -> Iterator[Words]:
    """Say of these classes, or with None of all, in which areas their stages do not fit into the case."""
    document = catalogue.others.get((KIND, KIND))
    if document is None:
        return
    calendar, year = load(document).default, clock.local(clock.now()).year
    filed = [
        datetime.combine(date(year, *day), hour, clock.LOCAL).astimezone(UTC) for day, hour in product(_DAYS, _HOURS)
    ]
    fits: dict[_Way, bool] = {}
    over = [
        _OVER.format(each.called, area, _URGENT if urgent else "", _PLUS.join(one.words for one in way.stages),
                     way.whole.words)
        for each in catalogue.classes.values() if each.offered and (codes is None or each.code in codes)
        for area, urgent, way in _ways(catalogue, each)
        if not _fits(way, filed, calendar, fits)
    ]  # fmt: skip
    yield from over[:NAMED]
    if len(over) > NAMED:
        yield _MORE.format(len(over) - NAMED)


def _ways(catalogue: Catalogue, each: CaseClass) -> Collection[tuple[AreaClass, bool, _Way]]:
    """Return the ways that differ, by area, urgent or not, whichever condition they are of."""
    ways: dict[tuple[AreaClass, bool, _Way], None] = {}
    stages = (Stage.DISPATCH, *((Stage.SIGN,) if each.handle_starts == Stage.SIGN else ()), Stage.HANDLE, Stage.CHECK,
              Stage.CLOSE)  # fmt: skip
    for condition, area, urgent in product(each.conditions, AreaClass, (False, True)):
        limits = [catalogue.limit_for(each, condition.condition, area, one, urgent) for one in (*stages, Stage.CASE)]
        *way, whole = [one for one in limits if one is not None]
        if len(way) == len(stages):
            place = stages.index(Stage.HANDLE)
            chain = catalogue.chain(each, condition.condition, area, urgent)
            for handling in filter(None, ([way[place]], chain)):  # by who is no level, and by all levels in turn
                ways[area, urgent, _Way((*way[:place], *handling, *way[place + 1 :]), whole)] = None
    breathe()
    return ways


def _fits(way: _Way, filed: Collection[datetime], calendar: WorkingCalendar, known: dict[_Way, bool]) -> bool:
    if way not in known:
        known[way] = all(_end(begun, way.stages, calendar) <= _end(begun, (way.whole,), calendar) for begun in filed)
    return known[way]


def _end(moment: datetime, stages: Collection[LimitFigure], calendar: WorkingCalendar) -> datetime:
    for limit in stages:
        moment = arithmetic.due(moment, Limit(limit.amount, limit.kind), calendar)
    return moment
