"""The grid tree as a frozen object: looked up by code, by place, by subtree. Pure."""

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import shapely
from shapely import Point, STRtree
from shapely.geometry.base import BaseGeometry

from app.core.aside import Aside
from app.grids.boundaries import Area, BoundaryIndex
from app.grids.coordinates import M_PER_DEGREE, narrow
from app.grids.levels import AreaClass, GridKind, Level, codes_in, subtree_range
from workflows.words import Words

_compressing = Aside(1)  # a large county takes a second


@dataclass(frozen=True, slots=True)
class GridNode:
    """One grid; `boundary` is a GeoJSON geometry as text."""

    code: str
    name: str
    level: Level
    kind: GridKind
    parent: str | None
    path: str
    area_class: AreaClass
    responsible_department: str | None
    trade_department: str | None
    boundary: str
    ended: bool = False
    has_centre: bool = False

    @property
    def is_dedicated(self) -> bool:
        """Tell whether one trade alone looks after it."""
        return self.kind == GridKind.DEDICATED

    @property
    def centre_name(self) -> Words:
        """Return what its centre is called."""
        return Words("{}中心", "{} centre").format(self.name)


class GridTree:
    """All grids there are and were. Ended ones are found by code only; places, subtrees and the map leave them out."""

    def __init__(self, nodes: Iterable[GridNode]) -> None:
        ordered = sorted(nodes, key=lambda node: node.path)
        self._by_code: Mapping[str, GridNode] = MappingProxyType({node.code: node for node in ordered})
        self._beside: dict[str, tuple[GridNode, ...]] = {}
        self._labels: dict[str, tuple[float, float]] = {}
        self.current: tuple[GridNode, ...] = tuple(node for node in ordered if not node.ended)
        self.ended: tuple[GridNode, ...] = tuple(node for node in ordered if node.ended)

    def get(self, code: str | None) -> GridNode | None:
        """Return a grid by its code, ended ones too."""
        return self._by_code.get(code) if code else None

    def ancestors(self, code: str) -> tuple[GridNode, ...]:
        """Return what lies above a grid, county first; KeyError for an unknown code."""
        return tuple(self._by_code[above] for above in codes_in(self._by_code[code].path)[:-1])

    def at_level(self, code: str, level: Level) -> GridNode | None:
        """Return the grid itself or the one above it that has a level; None when it lies above that level."""
        chain = (self._by_code[one] for one in codes_in(self._by_code[code].path))
        return next((node for node in chain if node.level == level), None)

    def within(self, code: str) -> tuple[GridNode, ...]:
        """Return a grid and everything below it, ordered by path."""
        low, high = subtree_range(self._by_code[code].path)
        return tuple(node for node in self.current if low <= node.path < high)

    def children(self, code: str) -> tuple[GridNode, ...]:
        """Return the grids of today right below a grid, ordered by path."""
        return self._children.get(code, ())

    def count_below(self, code: str) -> Mapping[Level, int]:
        """Count the grids of today below a grid, by level."""
        return self._counts.get(code, {})

    def locate(self, lon: float, lat: float) -> GridNode | None:
        """Return the deepest grid at a WGS-84 place; see `boundaries` for borders and overlaps."""
        code = self._index.locate(lon, lat)
        return self._by_code[code] if code else None

    def label_point(self, code: str) -> tuple[float, float]:
        """Return where a map writes the name of a grid: a WGS-84 point inside its boundary; worked out once.

        It is where a name stands, and no place at which anything is said to be.
        """
        if code not in self._labels:
            point = shapely.from_geojson(self._by_code[code].boundary).representative_point()
            self._labels[code] = point.x, point.y
        return self._labels[code]

    def metres_to(self, code: str, lon: float, lat: float) -> float:
        """Return how far a WGS-84 place lies outside a grid of today, on flat ground: right for what is near."""
        narrower = narrow(lat)
        shape = shapely.transform(self._shapes[code], lambda degrees: degrees * (narrower, 1))
        return float(shape.distance(Point(lon * narrower, lat)) * M_PER_DEGREE)

    def neighbours(self, code: str) -> tuple[GridNode, ...]:
        """Return the grids of the same level that share a border line, the longest line first; worked out once."""
        if code not in self._beside:
            self._beside[code] = self._neighbours(code)
        return self._beside[code]

    def _neighbours(self, code: str) -> tuple[GridNode, ...]:
        own = self._by_code[code]
        mates = [node for node in self.current if node.level == own.level and node.code != code]
        shapes = [self._shapes[node.code] for node in mates]
        shape = self._shapes[code] if code in self._shapes else shapely.from_geojson(own.boundary)
        beside = []
        for position in STRtree(shapes).query(shape, predicate="intersects"):
            length = shape.boundary.intersection(shapes[position].boundary).length
            if length > 0:
                beside.append((-length, mates[position].code))
        return tuple(self._by_code[mate] for _, mate in sorted(beside))

    @cached_property
    def geojson(self) -> bytes:
        """Write the whole map once: a FeatureCollection of every level, ordered by path."""
        features = ",".join(_feature(node) for node in self.current)
        return f'{{"type":"FeatureCollection","features":[{features}]}}'.encode()

    @cached_property
    def geojson_gzip(self) -> bytes:
        """Compress the map once: to about a tenth, for phones on bad networks."""
        return _compressing.run(gzip.compress, self.geojson, mtime=0)

    @cached_property
    def _shapes(self) -> Mapping[str, BaseGeometry]:
        shapes = shapely.from_geojson([node.boundary for node in self.current])
        return {node.code: shape for node, shape in zip(self.current, shapes, strict=True)}

    @cached_property
    def _children(self) -> Mapping[str, tuple[GridNode, ...]]:
        children: dict[str, list[GridNode]] = defaultdict(list)
        for node in self.current:
            if node.parent:
                children[node.parent].append(node)
        return {code: tuple(nodes) for code, nodes in children.items()}

    @cached_property
    def _counts(self) -> Mapping[str, Mapping[Level, int]]:
        counts: dict[str, Counter[Level]] = defaultdict(Counter)
        for node in self.current:
            for above in codes_in(node.path)[:-1]:
                counts[above][node.level] += 1
        return counts

    @cached_property
    def _index(self) -> BoundaryIndex:
        return BoundaryIndex(self.areas)

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Return the current boundaries for index and checks."""
        return tuple(
            Area(node.code, node.level, self._shapes[node.code], node.parent, node.kind) for node in self.current
        )


def _feature(node: GridNode) -> str:
    """Write one feature; the boundary is put in as it is kept, without being read."""
    properties = {
        "code": node.code,
        "name": node.name,
        "level": node.level,
        "kind": node.kind,
        "parent": node.parent,
        "area_class": node.area_class,
    }
    written = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","id":"{node.code}","properties":{written},"geometry":{node.boundary}}}'
