"""Write grids as GeoJSON: a file that can be imported again, and outlines for the maps of pages. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from math import isfinite

import shapely
from shapely.geometry.base import BaseGeometry

from app.grids.boundaries import GridFault
from app.grids.drafts import Draft
from app.grids.geojson import BoundaryFile
from app.grids.levels import Level
from app.grids.plans import TreePlan
from app.grids.tree import GridNode, GridTree

MOST_FAULTS = 300  # that are drawn and listed
MOST_SOUND = 1_500  # of a larger file, small grids without anything to say are left out: a map of them all is grey


class OutlineRole(StrEnum):
    """Say what part a grid has on the map of a page, which draws it by that."""

    OWN = "own"  # what the page is about
    BELOW = "below"
    BESIDE = "beside"
    SOUND = "sound"  # nothing is to be said of it
    FAULTY = "faulty"  # or it lacks somebody
    PLACE = "place"  # of a fault
    NEW = "new"
    CHANGED = "changed"  # or who serves it is on leave
    BEFORE = "before"  # as it was before it is changed
    ENDED = "ended"


def whole(nodes: Iterable[GridNode]) -> str:
    """Write grids with all their properties, as an import reads them; the coordinates are WGS-84 as they are kept."""
    return _collection(_written(_properties(node), node.boundary) for node in nodes)


def around(tree: GridTree, node: GridNode) -> str:
    """Write a grid with what lies beside it and what lies below it."""
    beside = tree.children(node.parent) if node.parent else ()
    roles = [(one, OutlineRole.BESIDE) for one in beside if one.code != node.code]
    roles += [(node, OutlineRole.OWN), *((one, OutlineRole.BELOW) for one in tree.children(node.code))]
    return _collection(_written(_named(one, role), one.boundary) for one, role in roles)


def lacking(nodes: Iterable[GridNode], roles: Mapping[str, OutlineRole]) -> str:
    """Write grids, those that lack somebody, or somebody is away from, marked by their roles."""
    return _collection(_written(_named(one, roles.get(one.code, OutlineRole.SOUND)), one.boundary) for one in nodes)


def faulty(tree: GridTree, reading: BoundaryFile, faults: Sequence[GridFault]) -> str:
    """Write the grids of a file, the ones of today that its faults speak of, and the place of each fault."""
    at_fault = {fault.code for fault in faults}
    drafted = {draft.code for draft in reading.drafts}
    nodes = (tree.get(code) for code in sorted(at_fault - drafted))
    lines = [_written(_named(node, OutlineRole.FAULTY), node.boundary) for node in nodes if node]
    lines += _drafts(reading, dict.fromkeys(at_fault, OutlineRole.FAULTY))
    for number, fault in enumerate(faults[:MOST_FAULTS]):
        if is_drawable(fault.place):
            properties = {"role": OutlineRole.PLACE, "fault": number, "code": fault.code}
            lines.append(_written(properties, shapely.to_geojson(fault.place)))
    return _collection(lines)


def planned(tree: GridTree, reading: BoundaryFile, plan: TreePlan) -> str:
    """Write the grids of a file by what would become of them."""
    roles = dict.fromkeys((one.code for one in plan.new), OutlineRole.NEW)
    roles |= dict.fromkeys((one.code for one in plan.changed), OutlineRole.CHANGED)
    before = {one.code: OutlineRole.BEFORE for one in plan.changed if "boundary" in one.values}
    before |= {one.code: OutlineRole.ENDED for one in plan.ended}
    lines = _drafts(reading, roles)
    lines += [_written(_named(node, role), node.boundary) for code, role in before.items() if (node := tree.get(code))]
    return _collection(lines)


def is_drawable(place: BaseGeometry | None) -> bool:
    """Tell whether a map can show something: it is there, and its numbers are numbers on the globe."""
    if place is None or place.is_empty:
        return False
    return all(isfinite(edge) and abs(edge) <= 360 for edge in place.bounds)


def _drafts(reading: BoundaryFile, roles: Mapping[str, OutlineRole]) -> list[str]:
    """Write the grids of a file, the largest first, each in its role; those without one are sound."""
    small = Level.VILLAGE.depth if len(reading.drafts) > MOST_SOUND else Level.MICRO.depth
    drafts = (one for one in reading.drafts if one.code in roles or one.level.depth <= small)
    ordered = sorted(drafts, key=lambda one: (one.level.depth, one.code))
    return [line for one in ordered for line in _outline(one, roles.get(one.code, OutlineRole.SOUND))]


def _outline(draft: Draft, role: OutlineRole) -> Iterator[str]:
    if is_drawable(draft.geometry):
        yield _written(_named(draft, role), shapely.to_geojson(draft.geometry))


def _named(grid: GridNode | Draft, role: OutlineRole) -> dict[str, object]:
    return {"role": role, "code": grid.code, "name": grid.name, "level": grid.level}


def _properties(node: GridNode) -> dict[str, object]:
    properties = {
        "code": node.code,
        "name": node.name,
        "level": node.level,
        "parent": node.parent,
        "kind": node.kind,
        "area_class": node.area_class,
        "responsible_department": node.responsible_department,
        "trade_department": node.trade_department,
    }
    return {name: value for name, value in properties.items() if value is not None}


def _written(properties: dict[str, object], geometry: str) -> str:
    written = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","properties":{written},"geometry":{geometry}}}'


def _collection(features: Iterable[str]) -> str:
    lines = ",\n".join(features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
