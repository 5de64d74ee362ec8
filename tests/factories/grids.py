"""Small grids: a county of two townships, four villages and four grids, all squares of a tenth of a degree."""

from collections.abc import Collection, Sequence

from shapely import box
from shapely.geometry.base import BaseGeometry

from app.core.transaction import transaction
from app.grids import service
from app.grids.drafts import Draft
from app.grids.levels import AreaClass, GridKind, Level

COUNTY, WEST, EAST = "141025", "141025100", "141025101"
VILLAGES = ("141025100200", "141025100201", "141025101200", "141025101201")
GRIDS = tuple(f"{village}001" for village in VILLAGES)
INSIDE = {code: (112.05 + 0.1 * number, 36.05) for number, code in enumerate(GRIDS)}  # a place in each grid
_DEPARTMENTLESS = {"responsible_department": None, "trade_department": None}


def strip(first: int, last: int) -> BaseGeometry:
    """Return the ground from one column of the county to another, counted from 0; the last one is not in it."""
    return box(round(112 + 0.1 * first, 1), 36, round(112 + 0.1 * last, 1), 36.1)


def draft(
    code: str,
    geometry: BaseGeometry,
    level: Level = Level.GRID,
    *,
    parent: str | None = None,
    name: str | None = None,
    kind: GridKind = GridKind.GENERAL,
    area_class: AreaClass = AreaClass.C,
    **departments: str | None,
) -> Draft:
    """Make a draft; the parent is read from the code unless named."""
    above = {Level.TOWNSHIP: code[:6], Level.VILLAGE: code[:9], Level.GRID: code[:12], Level.MICRO: code[:15]}
    chosen = above.get(level) if parent is None else parent
    named = {**_DEPARTMENTLESS, **departments}
    return Draft(code, name or f"格{code}", level, chosen, geometry, kind, area_class, **named)


def county() -> list[Draft]:
    """Draw the whole small county."""
    drafts = [
        draft(COUNTY, strip(0, 4), Level.COUNTY),
        draft(WEST, strip(0, 2), Level.TOWNSHIP),
        draft(EAST, strip(2, 4), Level.TOWNSHIP),
    ]
    for column, (village, grid) in enumerate(zip(VILLAGES, GRIDS, strict=True)):
        drafts += [draft(village, strip(column, column + 1), Level.VILLAGE), draft(grid, strip(column, column + 1))]
    return drafts


def import_grids(drafts: Sequence[Draft], ended: Collection[str] = ()) -> service.ImportCounts:
    """Check grids and import them; needs an application context."""
    plan, stand = service.check(drafts, ended)
    with transaction():
        return service.replace(plan, stand)


def keep_county() -> None:
    """Put the small county into the database; needs an application context."""
    import_grids(county())
