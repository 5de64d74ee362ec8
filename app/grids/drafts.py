"""A grid as somebody wants it to be, before it is checked and kept."""

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from app.grids.boundaries import Area
from app.grids.levels import AreaClass, Kind, Level


@dataclass(frozen=True, slots=True)
class Draft:
    """One grid to be created or replaced; the geometry is in WGS-84 degrees."""

    code: str
    name: str
    level: Level
    parent: str | None
    geometry: BaseGeometry
    kind: Kind = Kind.GENERAL
    area_class: AreaClass = AreaClass.C
    responsible_department: str | None = None
    trade_department: str | None = None

    @property
    def area(self) -> Area:
        """Return what the checks of boundaries look at."""
        return Area(self.code, self.level, self.geometry, self.parent, self.kind)

    @property
    def values(self) -> dict[str, str | None]:
        """Return what the row of this grid holds, as it is kept."""
        return {
            "name": self.name,
            "level": self.level.value,
            "kind": self.kind.value,
            "parent": self.parent,
            "boundary": shapely.to_geojson(self.geometry),
            "area_class": self.area_class.value,
            "responsible_department": self.responsible_department,
            "trade_department": self.trade_department,
        }
