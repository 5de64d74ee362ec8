"""Know the demo county while it is played: spots in its grids, the usual classes, who sits at which desk."""

from dataclasses import dataclass
from random import Random

from shapely import Point
from sqlalchemy import select

from app.catalogue import queries as catalogue_queries
from app.catalogue.documents import CaseClass, Target
from app.catalogue.lookups import routes_for
from app.core.db import db
from app.deadlines.calendar import WorkingCalendar
from app.deadlines.queries import calendars
from app.demo import county, departments, people, terrain
from app.demo.duty import DutyTeams
from app.departments.queries import directory
from app.duty.queries import shifts
from app.grids.drafts import Draft
from app.grids.levels import AreaClass, Duty, Level
from app.identity.models import PersonRow

# How often a class is reported in the town, in villages, in a storm: examples, relative to each other. Small ads lead
# in the town, as they did in 天门 in December 2016 (474 of 1,054 accepted; 天门日报 2017-01-03), heaps come next.
USUAL: dict[str, tuple[int, int, int]] = {
    "0102": (18, 0, 2), "0104": (10, 2, 3), "0106": (4, 0, 1), "0201": (40, 2, 0), "0504": (8, 0, 0), "0505": (6, 1, 0),
    "0507": (18, 4, 1), "0103": (4, 2, 0), "0110": (3, 3, 3), "0112": (2, 2, 0), "0115": (3, 2, 0), "0116": (2, 0, 0),
    "0205": (1, 0, 4), "0301": (4, 0, 0), "0302": (2, 1, 0), "0401": (1, 1, 5), "0402": (2, 1, 1), "0404": (4, 0, 9),
    "0406": (1, 1, 20), "0408": (1, 1, 6), "0501": (4, 0, 0), "0508": (5, 1, 0), "0510": (3, 0, 0), "C0102": (3, 0, 5),
    "C0103": (2, 0, 6), "C0104": (2, 0, 5), "C0118": (4, 3, 2), "C0305": (4, 3, 1), "C0402": (2, 0, 8),
    "CY-900401": (5, 1, 0), "CY-900402": (3, 1, 4), "CY-900602": (3, 0, 0), "CY-901503": (3, 0, 0),
    "CY-900301": (1, 1, 0), "CY-901202": (1, 2, 0), "GX-2101": (0, 14, 2), "GX-2104": (0, 10, 1), "GX-2105": (0, 4, 3),
    "GX-2103": (0, 2, 0), "GX-2201": (0, 4, 0), "GX-2301": (2, 1, 0), "GX-2302": (3, 2, 0), "GX-2303": (0, 3, 5),
    "GX-2304": (0, 1, 9), "GX-2305": (3, 1, 0), "GX-2401": (5, 8, 0), "GX-2402": (0, 2, 0), "GX-2501": (6, 9, 1),
    "GX-2502": (1, 2, 0), "GX-2601": (0, 4, 0), "GX-2701": (1, 5, 6), "GX-2704": (0, 2, 14), "GX-2805": (1, 1, 0),
    "GX-2811": (2, 2, 0), "GX-2815": (0, 0, 3), "SC-04": (6, 7, 0), "SC-05": (5, 6, 0),
    "GX-2102": (0, 1, 0), "GX-2106": (0, 1, 0), "GX-2205": (1, 1, 0),
    "GX-2206": (0, 1, 0), "GX-2504": (1, 1, 0), "GX-2603": (0, 1, 0), "GX-2705": (0, 1, 0), "GX-2901": (1, 1, 0),
    "GX-2903": (0, 1, 0), "GX-2905": (1, 1, 0), "GX-3001": (1, 1, 0), "GX-3003": (1, 0, 1), "GX-3101": (1, 0, 0),
    "GX-3102": (0, 1, 0), "GX-3201": (1, 0, 0), "GX-3202": (1, 0, 0), "GX-3301": (1, 0, 0), "GX-3303": (1, 0, 0),
    "GX-3401": (0, 0, 3), "GX-3403": (0, 0, 2), "GX-3404": (0, 1, 1), "GX-3501": (1, 0, 1), "GX-3502": (0, 1, 1),
    "GX-3601": (1, 1, 0), "GX-3603": (1, 2, 0), "GX-3701": (2, 3, 0), "GX-3703": (1, 0, 0), "GX-3801": (1, 0, 0),
    "GX-3802": (0, 2, 0), "GX-3804": (1, 0, 0), "GX-3901": (1, 0, 0), "GX-4001": (0, 1, 1), "GX-4004": (0, 1, 0),
    "GX-4101": (1, 0, 0), "GX-4103": (3, 0, 0),
}  # fmt: skip
_LANDMARKS = (
    "村委会门前",
    "主街路口",
    "文化广场旁",
    "卫生室对面",
    "小学南侧",
    "桥头",
    "公交站牌处",
    "集市北口",
    "水塔下",
    "停车点旁",
)
_TOWN_SHARE = 0.65  # of the county's reports that come from its seat's communities; an example
HOUSING_DESKS = ("housing1", "housing2")
HOUSING_HANDLERS = ("handler1", "handler2")
_URGENT_BY_NIGHT = 12  # times as often as by day


@dataclass(frozen=True)
class Spot:
    """A place in a grid, in WGS-84 degrees, as it would be written down."""

    grid: str
    lon: float
    lat: float
    address: str
    area: AreaClass
    township: str


class World:
    """What the players know of the county; read once, inside the application, at the moment the play begins."""

    def __init__(self) -> None:
        drafts = terrain.county_grids()
        self.everybody = people.plans(drafts, departments.plans())
        self.catalogue = catalogue_queries.catalogue()
        self.classes = {
            code: case_class for code in USUAL if (case_class := self.catalogue.get(code)) and case_class.conditions
        }
        self.office: WorkingCalendar = calendars().default
        by_code = calendars().by_code  # a county that was made earlier has fewer
        self._directory = directory()  # a county that was made earlier has fewer departments, too
        by_department = self._directory.by_code.values()
        self._calendars = {one.code: by_code.get(one.calendar, self.office) for one in by_department}
        self.grids = {one.code: one for one in drafts if one.level is Level.GRID}
        self.villages = {one.code: one for one in drafts if one.level is Level.VILLAGE}
        self._town = sorted(code for code, one in self.grids.items() if one.area_class is AreaClass.A)
        self._country = sorted(self.grids.keys() - set(self._town))
        self.worker_of = self._serving(Duty.FULL_TIME)
        self.worker_one_grid = next(code for code, name in self.worker_of.items() if name == "worker1")
        self._at_work = set(db.session.scalars(select(PersonRow.username)))  # one made earlier has fewer
        self.duty = DutyTeams(shifts(people.COUNTY))
        self.pilot_duty = DutyTeams(shifts(county.PILOT), county.PILOT)
        self.centre = calendars().of_centres.get(people.COUNTY) or by_code.get("centre", self.office)
        self.auxiliary_of = self._serving(Duty.AUXILIARY_OFFICER)  # by village

    def _serving(self, duty: Duty) -> dict[str, str]:
        return {code: one.username for one in self.everybody for code, as_what in one.duties if as_what is duty}

    def spot(self, chance: Random, *, town: bool | None = None, grid: str | None = None) -> Spot:
        """Draw a place by lot: in a grid if it is named, else in the town or the country."""
        in_town = chance.random() < _TOWN_SHARE if town is None else town
        code = grid or chance.choice(self._town if in_town else self._country)
        node = self.grids[code]
        lon, lat = _inside(node, chance)
        address = f"{_place(self.villages[code[:12]])}{chance.choice(_LANDMARKS)}"
        return Spot(code, lon, lat, address, node.area_class, code[:9])

    def class_for(self, spot: Spot, chance: Random, *, storm: bool = False, night: bool = False) -> CaseClass:
        """Draw what is reported there by lot."""
        column = 2 if storm and chance.random() < 0.7 else 0 if spot.area is AreaClass.A else 1
        weights = [
            USUAL[code][column] * (_URGENT_BY_NIGHT if night and one.urgent else 1)
            for code, one in self.classes.items()
        ]
        return chance.choices(list(self.classes.values()), weights)[0]

    def route(self, case_class: CaseClass, spot: Spot, condition: str) -> Target:
        """Return who handles it, by the class's routes, else the township."""
        place = {"area": spot.area, "township": spot.township, "village": spot.grid[:12], "condition": condition}
        ways = routes_for(case_class, level="county", **place)
        return next((way for way in ways if self._directory.find(way.lead)), Target(f"T-{spot.township}"))

    def calendar_of(self, department: str) -> WorkingCalendar:
        """Return the calendar by which a department works."""
        return self._calendars[department]

    def desk(self, department: str, chance: Random) -> str:
        """Return whoever is at a department's desk."""
        return chance.choice(HOUSING_DESKS) if department == people.HOUSING else people.desk_of(department)

    def handlers_of(self, department: str) -> tuple[str, ...]:
        """Return to whom a department's work may be assigned."""
        its_own = HOUSING_HANDLERS if department == people.HOUSING else (people.handler_of(department),)
        return tuple(one for one in its_own if one in self._at_work)

    def copied(self, department: str) -> str:
        """Return a department that is told of what another one does."""
        return people.HOUSING if department != people.HOUSING else people.TEAM


def _inside(grid: Draft, chance: Random) -> tuple[float, float]:
    west, south, east, north = grid.geometry.bounds
    while True:
        lon, lat = round(chance.uniform(west, east), 6), round(chance.uniform(south, north), 6)
        if grid.geometry.contains(Point(lon, lat)):
            return lon, lat


def _place(village: Draft) -> str:
    return village.name.removesuffix("居民委员会").removesuffix("村民委员会")
