"""A grid as somebody wants it to be, before it is checked and kept."""

from dataclasses import dataclass
from typing import Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from app.grids import shapes
from app.grids.boundaries import Area
from app.grids.levels import AreaClass, GridKind, Level


class GridValues(Protocol):
    """What is kept of a grid: a row or a node."""

    @property
    def boundary(self) -> str:
        """A geometry of GeoJSON."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One grid to be created or replaced; the geometry is in WGS-84 degrees."""

    code: str
    name: str
    level: Level
    parent: str | None
    geometry: BaseGeometry
    kind: GridKind = GridKind.GENERAL
    area_class: AreaClass = AreaClass.C
    responsible_department: str | None = None
    trade_department: str | None = None

    @property
    def area(self) -> Area:
        """Return what the checks of boundaries look at."""
        return Area(self.code, self.level, self.geometry, self.parent, self.kind)

    def differences(self, current: GridValues) -> dict[str, str | None]:
        """Return what of this grid is otherwise than in what is kept of it; a boundary only where its shape is."""
        changes = {name: value for name, value in self.values.items() if getattr(current, name) != value}
        if "boundary" in changes and shapes.are_same(self.geometry, shapely.from_geojson(current.boundary)):
            del changes["boundary"]
        return changes

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
